/* An application on a terminal, as JSON, and as one HTML page to be printed. All
   that it says was written by others: nothing in it may act. */
#ifndef TN_LIFECYCLE_APPLICATION_VIEW_H
#define TN_LIFECYCLE_APPLICATION_VIEW_H

#include <jansson.h>
#include <stdio.h>
#include "application.h"
#include "session.h"

#define APPLICATION_WHO_MAX 384

/* An application with the names of those who filed and signed it. */
struct application_view {
	const struct application *application; /* borrowed */
	int32_t utc_offset;
	char department[APPLICATION_FIELD_MAX];
	char filed_by[APPLICATION_WHO_MAX]; /* "王芳 (wangfang)", or "" */
	char confirmed_by[APPLICATION_WHO_MAX];
	char approved_by[APPLICATION_WHO_MAX];
	char rejected_by[APPLICATION_WHO_MAX];
};

/* Looks the names up; who may not be seen is called by the login. */
int application_view_make(struct session *session,
                          const struct application *application,
                          struct application_view *ret, struct tn_err *err);

void application_print(FILE *out, const struct application_view *view);
void application_print_html(FILE *out, const struct application_view *view);
json_t *application_json(const struct application *application);

/* One line of the form in both languages, and its value. */
typedef void application_row(void *arg, const char *chinese,
                             const char *english, const char *value);
void application_rows(const struct application_view *view, application_row *row,
                      void *arg);
/* A copy of text as one clean line, cut to APPLICATION_FIELD_MAX bytes. */
void application_clean(const char *text, char ret[APPLICATION_FIELD_MAX + 1]);

#endif

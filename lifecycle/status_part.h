/* The two parts of tenure status, as JSON; what is amiss stands in "amiss". */
#ifndef TN_LIFECYCLE_STATUS_PART_H
#define TN_LIFECYCLE_STATUS_PART_H

#include <jansson.h>
#include <stdio.h>
#include "base/err.h"
#include "command.h"
#include "session.h"

#define STATUS_AUDIT_AGE_MAX (26L * 3600) /* a day, and the timer's spread */

/*
 * ret  a new reference, set on success. Its "amiss" is an array of sentences,
 *      empty where all is well.
 */
int status_directory(struct session *session, json_t **ret, struct tn_err *err);
int status_host(const struct session *session, const char *socket_path,
                json_t **ret, struct tn_err *err);
void status_directory_print(FILE *out, const json_t *part);
void status_host_print(FILE *out, const json_t *part);

/* A sentence more in "amiss". */
void status_amiss(json_t *part, const char *format, ...) TN_PRINTF(2, 3);
/* "3 h 5 min", as a human says it; size bytes at most. */
void status_age_text(int64_t seconds, char *ret, size_t size);

#endif

/* One account for people's eyes, and as JSON. */
#ifndef TN_LIFECYCLE_ACCOUNT_VIEW_H
#define TN_LIFECYCLE_ACCOUNT_VIEW_H

#include <jansson.h>
#include <stdio.h>
#include "account/verdict.h"
#include "config/config.h"
#include "people.h"

struct account_view {
	const struct people *people; /* its groups and locks */
	const struct person *person;
	const struct tn_config *config;
	const struct tn_moment *moment;
};

void account_view_print(FILE *out, const struct account_view *view);
/* A new reference, or NULL without memory. Texts that are not set are "",
   times that are not set null. */
json_t *account_view_json(const struct account_view *view);

/* The verdict of each way: for `tenure explain` on the directory server. */
void account_explain_print(FILE *out, const struct account_view *view);
json_t *account_explain_json(const struct account_view *view);

#endif

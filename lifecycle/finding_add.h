/* How the rules add what they find: private to finding*.c. */
#ifndef TN_LIFECYCLE_FINDING_ADD_H
#define TN_LIFECYCLE_FINDING_ADD_H

#include "base/attrs.h"
#include "finding.h"

struct finder {
	const struct finding_input *input;
	struct findings *findings;
	size_t room;
};

struct found {
	enum finding_rule rule;
	enum finding_severity severity;
	const char *subject;
	int64_t since;
	const char *todo;
};

int finding_add(struct finder *finder, const struct found *found,
                struct tn_err *err, const char *format, ...) TN_PRINTF(4, 5);
/* A password that its holder has not chosen (finding_password.c). */
int finding_add_password(struct finder *finder, const struct person *person,
                         struct tn_err *err);
/* Leaks past their clocks (finding_leak.c). */
int finding_add_leaks(struct finder *finder, struct tn_err *err);
/* What hosts report, and what they do not (finding_host.c). */
int finding_add_hosts(struct finder *finder, struct tn_err *err);

#endif

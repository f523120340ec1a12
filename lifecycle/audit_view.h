/* An audit on paper: its plan, its brakes, its findings. */
#ifndef TN_LIFECYCLE_AUDIT_VIEW_H
#define TN_LIFECYCLE_AUDIT_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include "finding.h"
#include "plan.h"

/* What came of one item of the plan. */
struct audit_result {
	const struct plan_item *item;
	const char *outcome; /* "departed", "departed-before", "failed";
				unattended "requested", "requested-before" */
	char why[TN_ERR_TEXT_MAX];
};

void audit_print_plan(FILE *out, const struct plan *plan,
                      const struct roster *roster);
/* resolved  as finding_memory_resolved gives them.
   compared  there was a last audit: what is new since has a '+'. */
void audit_print_findings(FILE *out, const struct findings *findings,
                          const json_t *resolved, bool compared, bool colour);

/* New references; NULL without memory. */
json_t *audit_plan_json(const struct plan *plan);
json_t *audit_findings_json(const struct findings *findings);
json_t *audit_results_json(const struct audit_result *results, size_t count);

#endif

/* Is the running slapd what Tenure ships? A lost overlay shows here. */
#ifndef TN_LIFECYCLE_INIT_COMPARE_H
#define TN_LIFECYCLE_INIT_COMPARE_H

#include <stddef.h>
#include <stdio.h>
#include "base/err.h"
#include "init_plan.h"

/*
 * Build the shipped configuration in a temporary folder, read the live one
 * over ldapi, and print one line for each difference.
 * config_path  tenure.conf: suffix and organisation.
 * plan         folders; the rest is filled in.
 * Errors: TN_E_UNREACHABLE (slapd is down) and those of reading: unknown.
 */
int init_compare(const char *config_path, struct init_plan *plan, FILE *out,
                 size_t *ret_findings, struct tn_err *err);

#endif

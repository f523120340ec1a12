/* What `tenure issue` needs to know of applications (UM-10). */
#ifndef TN_LIFECYCLE_ISSUE_FORM_H
#define TN_LIFECYCLE_ISSUE_FORM_H

#include "application_store.h"
#include "base/err.h"
#include "config/config.h"
#include "roster.h"

/*
 * The people of an approved application as a roster, read with the same care
 * as one from HR.
 * Errors: TN_E_RULE (not approved, or not for accounts of people), those of
 * roster_parse.
 */
int issue_form_roster(const struct application *application,
                      const struct tn_config *config, struct roster **ret,
                      struct tn_err *err);

/* issue_permit; context is a struct application_set. */
const char *issue_form_permit(const void *context, const struct roster_row *row,
                              const char **ret_why);

#endif

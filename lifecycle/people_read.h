/* The directory into memory: one search for people, groups, locks and roles,
   one for the hosts' reports. Whole, or an error. */
#ifndef TN_LIFECYCLE_PEOPLE_READ_H
#define TN_LIFECYCLE_PEOPLE_READ_H

#include <stdbool.h>
#include "base/err.h"
#include "directory/entry.h"
#include "people.h"
#include "session.h"

/*
 * with_reports  read cn=tenure-reports too (audits do).
 * ret           set on success; people_free() it.
 * Errors: what tn_search returns; TN_E_INCOMPLETE also for an entry that
 * cannot be read as what it says it is.
 */
int people_read(struct session *session, bool with_reports, struct people **ret,
                struct tn_err *err);

/* The hosts and their reports alone, into people that are not finished. */
int people_read_hosts(struct session *session, struct people *people,
                      struct tn_err *err);

/* tn_search_found: adds an entry of any kind to the people that arg is. */
int
people_read_entry(const struct tn_entry *entry, void *arg, struct tn_err *err);

#endif

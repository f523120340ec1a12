/* One account and what concerns it: duplicates, locks, roles, groups. */
#ifndef TN_LIFECYCLE_PEOPLE_FIND_H
#define TN_LIFECYCLE_PEOPLE_FIND_H

#include "base/err.h"
#include "people.h"
#include "session.h"

/*
 * word  a login, a staff number or a uidNumber.
 * ret   set on success: the account with every other of its staff number or
 *       uidNumber, its locks, its groups; people_free() it.
 * ret_person  borrowed from *ret.
 * Errors: TN_E_NOT_FOUND (no account is called so), TN_E_RULE (several are:
 * the text names them), or what tn_search returns.
 */
int people_find(struct session *session, const char *word, struct people **ret,
                const struct person **ret_person, struct tn_err *err);

#endif

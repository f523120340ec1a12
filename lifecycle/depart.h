/*
 * The departure of one person, as `tenure depart` and `tenure audit --apply`
 * both do it: a lock entry first, then the status and ppolicy's attributes in
 * one modification under an assertion, then read back and judged.
 * Rule    CI-P38, UM-11.5; DESIGN section 4 (a lock is an entry of its own).
 */
#ifndef TN_LIFECYCLE_DEPART_H
#define TN_LIFECYCLE_DEPART_H

#include "base/err.h"
#include "people.h"
#include "session.h"

enum depart_outcome {
	DEPART_DONE = 1,
	DEPART_ALREADY, /* it was so before: nothing was written */
};

/*
 * person  as it was read when the plan was made; what changed since is
 *         TN_E_STALE and nothing is written.
 * reason  stands in the lock.
 * Errors: TN_E_RULE (holds a role; a service account), TN_E_STALE, TN_E_DENIED,
 * or what the directory answered. After the lock was added the text says so.
 */
int depart(struct session *session, const struct person *person,
           const char *reason, enum depart_outcome *ret, struct tn_err *err);

/* May one command disable this account? TN_E_RULE with what to do instead. */
int depart_check(const struct person *person, struct tn_err *err);
/* Is everything that a departure writes there? */
bool depart_is_complete(const struct person *person);

#endif

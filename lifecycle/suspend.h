/*
 * Suspending a person, and releasing a lock by a second entry. A release is
 * written first; then the status becomes what the locks that are still open
 * say, and only where none is left ppolicy's attributes go.
 * Rule    UM-11; DESIGN section 4. Only the security role releases: the
 *         server's access rules say so to everybody else.
 */
#ifndef TN_LIFECYCLE_SUSPEND_H
#define TN_LIFECYCLE_SUSPEND_H

#include "base/err.h"
#include "people.h"
#include "session.h"

/* Is everything that a suspension writes there? A harder status counts. */
bool suspend_is_complete(const struct person *person);
/* May one command suspend this account? TN_E_RULE with what to do instead. */
int suspend_check(const struct person *person, struct tn_err *err);
/* until  "YYYY-MM-DD" or NULL. */
int suspend(struct session *session, const struct person *person,
            const char *reason, const char *until, struct tn_err *err);

/*
 * Which lock is meant: the one called name, or where name is NULL the only
 * open one.
 * Errors: TN_E_NOT_FOUND (nothing is open), TN_E_RULE (several are: the text
 * names them; a leak is not released this way; by oneself).
 */
int release_choose(const struct session *session, const struct people *people,
                   const struct person *person, const char *name,
                   const struct tn_lock **ret, struct tn_err *err);
/* What the status is while locks of these kinds (enum tn_lock_kind) are open. */
enum tn_status release_status_of(unsigned int kinds);
/* What the status becomes once this lock is released. */
enum tn_status
release_status(const struct people *people, const struct tn_lock *lock);
/* The release entry alone. Of a leak's lock only who has closed the case may. */
int release_add(struct session *session, const char *lock_name,
                const char *reason, struct tn_err *err);
int release(struct session *session, const struct people *people,
            const struct person *person, const struct tn_lock *lock,
            const char *reason, struct tn_err *err);

#endif

/*
 * Writing a lock, as `tenure depart` and `tenure suspend` both do it: the lock
 * entry first, then the status and ppolicy's attributes in one modification.
 * The enforcer does the second by itself too; whoever is first, it is done.
 * Rule    UM-11; DESIGN section 4 (a lock is an entry of its own).
 */
#ifndef TN_LIFECYCLE_LOCK_WRITE_H
#define TN_LIFECYCLE_LOCK_WRITE_H

#include "account/account.h"
#include "base/err.h"
#include "session.h"

/* What else a lock says; each may be NULL. */
struct lock_words {
	const char *until; /* "YYYY-MM-DD" up to when it is meant: it ends by a
			      release alone */
	const char *incident;
	const char *discovered; /* generalizedTime; of a leak, and: */
	const char *how;        /* it was discovered */
	const char *from;       /* who told of it */
};
#define LOCK_WORDS_MAX 5

/* words  or NULL. TN_E_EXISTS: a lock of that name is there. */
int lock_add(struct session *session, const struct tn_account *account,
             enum tn_lock_kind kind, const char *reason,
             const struct lock_words *words, struct tn_err *err);

#define LOCK_REQUESTS_DN "ou=requests,cn=tenure-reports"

/* Ask for a departure: the same entry where the enforcer looks, which grants
   it or says why not. */
int lock_request_add(struct session *session, const struct tn_account *account,
                     const char *reason, struct tn_err *err);

/* Until the enforcer has set it; TN_E_INCOMPLETE after ten seconds. */
int lock_wait_status(struct session *session, const struct tn_account *account,
                     enum tn_status status, struct tn_err *err);
/* Status, pwdEndTime, pwdAccountLockedTime, under the assertion that the
   status is what account says. TN_E_STALE: it is another by now. */
int lock_set_status(struct session *session, const struct tn_account *account,
                    enum tn_status status, struct tn_err *err);

#endif

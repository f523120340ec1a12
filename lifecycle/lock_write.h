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

/* until  "YYYY-MM-DD" up to when it is meant, or NULL. It ends by a release
          alone. */
int lock_add(struct session *session, const struct tn_account *account,
             enum tn_lock_kind kind, const char *reason, const char *until,
             struct tn_err *err);

#define LOCK_REQUESTS_DN "ou=requests,cn=tenure-reports"

/* Ask for a departure: the same entry where the enforcer looks, which grants
   it or says why not. */
int lock_request_add(struct session *session, const struct tn_account *account,
                     const char *reason, struct tn_err *err);

/* Status, pwdEndTime, pwdAccountLockedTime, under the assertion that the
   status is what account says. TN_E_STALE: it is another by now. */
int lock_set_status(struct session *session, const struct tn_account *account,
                    enum tn_status status, struct tn_err *err);

#endif

/*
 * A new initial password for an account that exists: must be changed, lapses
 * unused, is sealed on a slip or shown once. By whom and when stands on the
 * account, so that the person is told and the audit asks until it is changed.
 * Rule    UM-13.1, UM-13.2, UM-15.1; CI-3.2.
 */
#ifndef TN_LIFECYCLE_INITIAL_PASSWORD_H
#define TN_LIFECYCLE_INITIAL_PASSWORD_H

#include "account/account.h"
#include "base/err.h"
#include "command.h"
#include "session.h"

struct initial_password {
	struct tn_secret *password; /* where it is to be shown */
	int64_t valid_until;
	int slips; /* the lock of the slips, or -1 */
};

/*
 * Make it, and seal the slip where it is not to be shown: before anything is
 * written, so that no account has a password that nobody can learn.
 * initial_password_done() either way.
 */
int initial_password_make(struct session *session,
                          const struct tn_account *account, bool is_shown,
                          struct initial_password *ret, struct tn_err *err);

/*
 * The deadline first, then the password, which takes ppolicy's lock away. The
 * account must be active, as account says. TN_E_DENIED: the server lets only
 * the system role, for people without a role; TN_E_STALE.
 */
int
initial_password_set(struct session *session, const struct tn_account *account,
                     struct initial_password *password, struct tn_err *err);

/* Say how it is learned; the password itself where it is to be shown. */
int initial_password_tell(const struct command_run *run,
                          const struct tn_account *account,
                          const struct initial_password *password,
                          struct tn_err *err);

void initial_password_done(struct initial_password *password);

#endif

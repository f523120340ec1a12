/*
 * Wrong passwords, and whom they keep out. slapd locks an account after some
 * (pwdMaxFailure), and then for everybody everywhere; so a host hears fewer of
 * them, and spares some for the person. Within a quarter of an hour, of one
 * account, whoever was wrong before:
 *
 *	a stranger		is heard while fewer than 8 were wrong
 *	a known pair		fewer than 16, and 5 of its own: the pair of
 *				account and source let in before
 *	the person themself	fewer than 19: the kernel says that who asks is
 *				whose password it is (sudo, a screen locker,
 *				passwd)
 *
 * So a storm from anywhere and one known place together, 13, leave 3 tries to
 * another known place and 3 more to the person on the host. Each source besides
 * has the configuration's bound for each account (throttle_failures,
 * throttle_window), and as a stranger one over all accounts.
 *
 * A right password ends the counting of the account, as in slapd. A pair is known
 * for 30 days, over a restart as far as the last logins are written down
 * (login_log.h). Wrong passwords are forgotten when the daemon ends; slapd
 * counts on. Bounded; thread-safe.
 * Rule    等保 8.1.4.1b; DESIGN section 5 row 6.
 */
#ifndef TN_DAEMON_GUESSES_H
#define TN_DAEMON_GUESSES_H

#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

#define TN_GUESSES_WINDOW   900 /* seconds, as long as slapd counts */
#define TN_GUESSES_STRANGER 8
#define TN_GUESSES_PAIR     5 /* throttle_failures is no more */
#define TN_GUESSES_KNOWN    16
#define TN_GUESSES_SELF     19
#define TN_GUESSES_SOURCE   100

#define TN_GUESSES_KNOWN_SECONDS (INT64_C(30) * 86400)

struct tn_guesses; /* opaque */

/* TN_E_NO_MEMORY. */
int tn_guesses_new(unsigned int failures, int64_t window,
                   struct tn_guesses **ret, struct tn_err *err);
void tn_guesses_free(struct tn_guesses *guesses);

/*
 * A try: shall it be heard? Then it counts as a wrong one from here on, so that
 * of many at once no more pass, until _wrong, _right or _undo (nobody looked at
 * the password) ends it: one of them is called, and none after false.
 * source   rhost, tty, service, or the caller's uid.
 * is_self  who asks is the person, says the kernel.
 * now      seconds that never go back.
 */
bool tn_guesses_begin(struct tn_guesses *guesses, const char *account,
                      const char *source, bool is_self, int64_t now);
void tn_guesses_wrong(struct tn_guesses *guesses, const char *account,
                      const char *source, int64_t now);
void tn_guesses_right(struct tn_guesses *guesses, const char *account,
                      const char *source, int64_t now);
void tn_guesses_undo(struct tn_guesses *guesses, const char *account);

bool tn_guesses_is_known(struct tn_guesses *guesses, const char *account,
                         const char *source, int64_t now);
/* After a restart: it let in so many seconds ago. */
void tn_guesses_recall(struct tn_guesses *guesses, const char *account,
                       const char *source, int64_t age, int64_t now);

#endif

/*
 * Wrong passwords, and whom they keep out. Counted for each account and source
 * together, as the configuration says (throttle_failures, throttle_window);
 * and, within a quarter of an hour, for each account whatever the source, and
 * for each source whatever the account.
 *
 * The account's bound is below slapd's own (pwdMaxFailure 20 in the same time),
 * which would keep the person out everywhere. A pair that let in before is
 * *known*: it answers for its own failures alone, so that a storm from
 * elsewhere keeps nobody out whence they always come. Known pairs are forgotten
 * when the daemon ends. Bounded; thread-safe.
 * Rule    等保 8.1.4.1b; DESIGN section 5 row 6.
 */
#ifndef TN_DAEMON_GUESSES_H
#define TN_DAEMON_GUESSES_H

#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

#define TN_GUESSES_WINDOW  900 /* seconds */
#define TN_GUESSES_ACCOUNT 12
#define TN_GUESSES_SOURCE  100

struct tn_guesses; /* opaque */

/* TN_E_NO_MEMORY. */
int tn_guesses_new(unsigned int failures, int64_t window,
                   struct tn_guesses **ret, struct tn_err *err);
void tn_guesses_free(struct tn_guesses *guesses);

/* Shall no more be heard? now: seconds that never go back. source: rhost, tty,
   service. is_proven: who asks was let in by other means, as with sudo; judged
   as a known pair. */
bool tn_guesses_too_many(struct tn_guesses *guesses, const char *account,
                         const char *source, bool is_proven, int64_t now);
bool tn_guesses_is_known(struct tn_guesses *guesses, const char *account,
                         const char *source, int64_t now);
void tn_guesses_wrong(struct tn_guesses *guesses, const char *account,
                      const char *source, int64_t now);
void tn_guesses_right(struct tn_guesses *guesses, const char *account,
                      const char *source, int64_t now);

#endif

/*
 * Failed passwords, counted per account and source in a window: whoever guesses
 * from one place is kept out there, and cannot keep the person out elsewhere.
 * Bounded: when it is full, the entry that is idle longest goes. Thread-safe.
 * Rule    等保 8.1.4.1b; DESIGN section 5 row 6.
 */
#ifndef TN_DAEMON_THROTTLE_H
#define TN_DAEMON_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct tn_throttle; /* opaque */

/* failures within window seconds throttle for as long as that many lie in
   the window. capacity: entries kept at most. TN_E_NO_MEMORY. */
int tn_throttle_new(unsigned int failures, int64_t window, size_t capacity,
                    struct tn_throttle **ret, struct tn_err *err);
void tn_throttle_free(struct tn_throttle *throttle);

/* now: seconds that never go back. source: rhost, tty or service. */
bool tn_throttle_is_on(struct tn_throttle *throttle, const char *account,
                       const char *source, int64_t now);
void tn_throttle_failed(struct tn_throttle *throttle, const char *account,
                        const char *source, int64_t now);
/* Counts a failure where fewer than most lie in the window, else false: of many
   at once no more than that pass. most: at most failures. */
bool tn_throttle_take(struct tn_throttle *throttle, const char *account,
                      const char *source, unsigned int most, int64_t now);
/* The last one was none. */
void tn_throttle_undo(struct tn_throttle *throttle, const char *account,
                      const char *source);
void tn_throttle_succeeded(struct tn_throttle *throttle, const char *account,
                           const char *source);

#endif

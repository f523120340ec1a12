/*
 * Answers that are sent later, without a worker that waits for it. Bounded.
 * Thread-safe.
 */
#ifndef TN_DAEMON_PARKED_H
#define TN_DAEMON_PARKED_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"

#define TN_PARKED_MAX 1024

struct tn_parked; /* opaque */

/* TN_E_NO_MEMORY. */
int tn_parked_new(struct tn_parked **ret, struct tn_err *err);

/* Sends reply at this time (monotonic milliseconds) and closes the socket;
   takes both, and leaves reply empty. False when there is no room. */
bool tn_parked_put(struct tn_parked *parked, int socket, struct tn_buf *reply,
                   int64_t due);

/* The thread's function; never returns. */
void *tn_parked_loop(void *parked);

#endif

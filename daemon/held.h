/*
 * Connections that a password has opened, held while the person thinks of a new
 * one: the change is then made over the connection that the old password
 * opened. Each further bind with a password past its age would use up a grace
 * login more, and there are 20.
 *
 * A connection is given out once for its token, to who it was held for alone:
 * the same account, peer and caller. At most TN_HELD_MOST, TN_HELD_EACH of one
 * account, TN_HELD_MS long (sshd gives a login as much): who comes later takes
 * the place of the oldest, who then binds once more. Thread-safe.
 * Rule    UM-13.2, UM-13.3.
 */
#ifndef TN_DAEMON_HELD_H
#define TN_DAEMON_HELD_H

#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "wire/wire.h"

#define TN_HELD_MOST 64
#define TN_HELD_EACH 4
#define TN_HELD_MS   120000

struct tn_connection;
struct tn_held; /* opaque */

struct tn_held_owner {
	const char *user;
	uint32_t peer;
	uint32_t caller;
};

/* close is called, with arg, with each that nobody came for; it must not call
   back. TN_E_NO_MEMORY. */
int tn_held_new(void (*close)(struct tn_connection *connection, void *arg),
                void *arg, struct tn_held **ret, struct tn_err *err);
void tn_held_free(struct tn_held *held);

/* Takes *connection and sets it to NULL; "" and the connection left where it
   was when there is no token to be had. now: monotonic milliseconds. */
void tn_held_put(struct tn_held *held, const struct tn_held_owner *owner,
                 struct tn_connection **connection, int64_t now,
                 char ret_token[TN_WIRE_TOKEN + 1]);
/* The caller's from now on; NULL when there is none (any more). */
struct tn_connection *tn_held_take(struct tn_held *held,
                                   const struct tn_held_owner *owner,
                                   const char *token, int64_t now);
/* Closes those that were held for long enough. */
void tn_held_sweep(struct tn_held *held, int64_t now);

#endif

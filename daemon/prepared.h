/*
 * Connections to the directory that are made before they are asked for: the TLS
 * handshake is done, nobody is bound. Each serves one login and is closed, also
 * after any error: an authenticated one is never used for anybody else.
 *
 * Held back, so that a fleet does not fill slapd with connections that wait:
 * a host where no password was checked for 30 seconds holds none; else as many
 * as the last 10 seconds asked for, at most 8, and in a fleet of more than 500
 * hosts fewer: never more than 4,000 over the whole fleet, but one for a host
 * that is in use. More are made when half of them are gone, and otherwise once a
 * second. None is older than a minute (slapd drops them after ten). They go to
 * the server that the rotation likes best; when it comes to like another, they
 * are thrown away.
 *
 * Thread-safe.
 */
#ifndef TN_DAEMON_PREPARED_H
#define TN_DAEMON_PREPARED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "directory/connection.h"
#include "server_rotation.h"

#define TN_PREPARED_MOST  8
#define TN_PREPARED_FLEET 4000
/* Milliseconds. */
#define TN_PREPARED_RECENT 10000
#define TN_PREPARED_QUIET  30000
#define TN_PREPARED_AGE    60000

struct tn_prepared; /* opaque */

/* Borrows the rotation for good. TN_E_NO_MEMORY. */
int tn_prepared_new(struct tn_server_rotation *rotation, int fleet_hosts,
                    struct tn_prepared **ret, struct tn_err *err);

/*
 * One for a login that has to be over by deadline (monotonic milliseconds);
 * false when there is none, and then one has to be made. The caller gives it
 * to tn_prepared_closep, whatever happened to it.
 */
bool tn_prepared_take(struct tn_prepared *prepared, int64_t deadline,
                      struct tn_connection **ret, size_t *ret_place);
/* All to this server are of no use: it went, or it hangs. */
void tn_prepared_forget(struct tn_prepared *prepared, size_t place);
/* Closes a connection within a second, without making the caller wait. NULL is
   legal; sets the pointer to NULL. */
void tn_prepared_closep(struct tn_prepared *prepared,
                        struct tn_connection **connection);

/* The thread's function: makes and closes; never returns. */
void *tn_prepare_loop(void *prepared);

/* How many a host of such a fleet may hold. */
size_t tn_prepared_most(int fleet_hosts);
/* How many to hold, of the last TN_PREPARED_MOST times of need (0: none). */
size_t tn_prepared_wanted(const int64_t needed[TN_PREPARED_MOST], size_t most,
                          int64_t now);
/* Are so few left that more have to be made at once? Otherwise that waits for
   the next look, once a second: a TLS handshake beside each login would take
   the processor, and slapd's, from that login. */
bool tn_prepared_is_low(size_t count, size_t wanted);

#endif

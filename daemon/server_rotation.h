/*
 * Which directory server to ask: in the configured order, but one that failed
 * lately comes last, the longer the oftener it failed. Thread-safe.
 */
#ifndef TN_DAEMON_SERVER_ROTATION_H
#define TN_DAEMON_SERVER_ROTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "config/config.h"
#include "directory/connection.h"

struct tn_server_rotation; /* opaque */

/* Borrows config for good. TN_E_NO_MEMORY, TN_E_INVALID without a server, or
   without the files that one needs. */
int tn_rotation_new(const struct tn_config *config,
                    struct tn_server_rotation **ret, struct tn_err *err);
void tn_rotation_free(struct tn_server_rotation *rotation);
size_t tn_rotation_count(const struct tn_server_rotation *rotation);

/* The places in the configuration of all servers, best first; how many.
   now: monotonic milliseconds. */
size_t tn_rotation_order(struct tn_server_rotation *rotation, int64_t now,
                         size_t ret[TN_CONFIG_SERVERS_MAX]);
/* Is a server in front of this place not known to be bad? *ret is the first. */
bool tn_rotation_has_better(struct tn_server_rotation *rotation, int64_t now,
                            size_t place, size_t *ret);
/* It answered a bind; it did not answer, or not as it should. */
void tn_rotation_worked(struct tn_server_rotation *rotation, size_t place);
void tn_rotation_failed(struct tn_server_rotation *rotation, size_t place,
                        int64_t now);

/* Does any server take a connection before deadline (monotonic milliseconds)?
   The first that does is shunned no more: it is the next one to be asked. */
bool tn_rotation_is_any_there(struct tn_server_rotation *rotation,
                              int64_t deadline);

/*
 * Connect to the best server that answers before deadline (monotonic
 * milliseconds), which holds for all that is asked on the connection until
 * tn_connection_deadline says otherwise. ret_place may be NULL. The last
 * server's error otherwise. Whether the server works shows at the bind.
 */
int tn_rotation_connect(struct tn_server_rotation *rotation, int64_t deadline,
                        struct tn_connection **ret, size_t *ret_place,
                        struct tn_err *err);
/* The same, and bound as this host; no deadline holds any more afterwards. */
int tn_rotation_join(struct tn_server_rotation *rotation, int64_t deadline,
                     struct tn_connection **ret, size_t *ret_place,
                     struct tn_err *err);
/* To the one server that takes account changes, or where none is named to the
   best: as tn_rotation_connect(). */
int tn_rotation_connect_writer(struct tn_server_rotation *rotation,
                               int64_t deadline, struct tn_connection **ret,
                               size_t *ret_place, struct tn_err *err);
/* To this server alone, bound as this host; the deadline goes on to hold. */
int tn_rotation_join_at(struct tn_server_rotation *rotation, size_t place,
                        int64_t deadline, struct tn_connection **ret,
                        struct tn_err *err);

/* Milliseconds that never go back. */
int64_t tn_now_ms(void);
/* Milliseconds since 1970, as this host's clock has them. */
int64_t tn_real_ms(void);

#endif

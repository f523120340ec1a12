/*
 * Which directory server to ask: in the configured order, but one that failed
 * lately comes last. Thread-safe.
 */
#ifndef TN_DAEMON_SERVER_ROTATION_H
#define TN_DAEMON_SERVER_ROTATION_H

#include <stddef.h>
#include <stdint.h>
#include "config/config.h"
#include "directory/connection.h"

struct tn_server_rotation; /* opaque */

/* Borrows config for good. TN_E_NO_MEMORY, TN_E_INVALID without a server. */
int tn_rotation_new(const struct tn_config *config,
                    struct tn_server_rotation **ret, struct tn_err *err);
void tn_rotation_free(struct tn_server_rotation *rotation);

/* The places in the configuration of all servers, best first; how many.
   now: monotonic milliseconds. */
size_t tn_rotation_order(struct tn_server_rotation *rotation, int64_t now,
                         size_t ret[TN_CONFIG_SERVERS_MAX]);
struct tn_server
tn_rotation_server(const struct tn_server_rotation *rotation, size_t place);
void tn_rotation_worked(struct tn_server_rotation *rotation, size_t place);
void tn_rotation_failed(struct tn_server_rotation *rotation, size_t place,
                        int64_t now);

/*
 * Connect to the best server that answers before deadline (monotonic
 * milliseconds). ret_place may be NULL. The last server's error otherwise.
 */
int tn_rotation_connect(struct tn_server_rotation *rotation, int64_t deadline,
                        struct tn_connection **ret, size_t *ret_place,
                        struct tn_err *err);

/* Milliseconds that never go back. */
int64_t tn_now_ms(void);

#endif

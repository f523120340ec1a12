/* What time is it there? A server writes its own time on what it is told. */
#ifndef TN_DAEMON_SERVER_CLOCK_H
#define TN_DAEMON_SERVER_CLOCK_H

#include "net.h"

/* So many seconds is the server's clock ahead of this host's. The connection is
   bound as this host; its report is what is written. Errors of tn_modify and
   tn_search; TN_E_NOT_FOUND where the time may not be read. */
int tn_server_clock(struct tn_net *net, struct tn_connection *connection,
                    int64_t *ret_ahead, struct tn_err *err);
/* So many milliseconds is it behind this host's. */
int tn_server_clock_ms(struct tn_net *net, struct tn_connection *connection,
                       int64_t *ret_behind, struct tn_err *err);

#endif

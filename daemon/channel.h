/* Datagrams over a socket pair between tenured's own processes. Blocking. */
#ifndef TN_DAEMON_CHANNEL_H
#define TN_DAEMON_CHANNEL_H

#include <stddef.h>
#include "base/buf.h"
#include "base/err.h"

/* TN_E_UNREACHABLE: the other process is gone. */
int tn_channel_send(int descriptor, const struct tn_buf *datagram,
                    struct tn_err *err);
/* TN_E_UNREACHABLE when it is gone, TN_E_PROTOCOL for more than size. */
int tn_channel_receive(int descriptor, void *data, size_t size, size_t *ret_len,
                       struct tn_err *err);

#endif

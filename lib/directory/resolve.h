/* Names of servers to addresses, by a deadline. Private. */
#ifndef TN_DIRECTORY_RESOLVE_H
#define TN_DIRECTORY_RESOLVE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include "base/err.h"

#define TN_ADDRESSES_MAX 8

struct tn_addresses {
	struct sockaddr_storage address[TN_ADDRESSES_MAX];
	socklen_t len[TN_ADDRESSES_MAX];
	size_t count;
};

/*
 * getaddrinfo knows no deadline, so it has a thread of its own that is left
 * alone when it does not come back in time. A name that cannot be resolved now
 * has the addresses that it had last in this process: whether it is the right
 * server is what its certificate says, not the name service.
 * deadline  of tn_clock_ms.
 * Errors    TN_E_UNREACHABLE, TN_E_NO_MEMORY. Any thread.
 */
int tn_resolve(const char *host, int port, int64_t deadline,
               struct tn_addresses *ret, struct tn_err *err);

#endif

/*
 * Calls over the system's D-Bus, as root: a message with its few arguments, and
 * whether the answer was a refusal. By hand, since this is all that is needed of
 * it: no library reads what comes from the bus, and of an answer only its kind
 * is looked at. One thread.
 */
#ifndef TN_DAEMON_SYSTEM_BUS_H
#define TN_DAEMON_SYSTEM_BUS_H

#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"

#define TN_SYSTEM_BUS "/run/dbus/system_bus_socket"

struct tn_bus_call {
	const char *destination;
	const char *path;
	const char *interface;
	const char *member;
	const char *signature; /* of 'u' and 'b' alone */
	const uint32_t *arguments;
};

/* One call as the bus wants it; serial is not 0. TN_E_LIMIT, TN_E_NO_MEMORY. */
int tn_bus_format(const struct tn_bus_call *call, uint32_t serial,
                  struct tn_buf *ret);

/*
 * Connect, call, wait for the answer, and hang up, all before deadline
 * (monotonic milliseconds). Nobody is started for it.
 * bus     path of the socket: TN_SYSTEM_BUS.
 * Errors  TN_E_NOT_FOUND (there is no bus here), TN_E_DENIED (who was called
 *         says no, or is not there), TN_E_TIMEOUT, TN_E_IO, TN_E_PROTOCOL.
 */
int tn_bus_call(const char *bus, const struct tn_bus_call *call,
                int64_t deadline, struct tn_err *err);

#endif

/*
 * Ask tenured, from someone else's process: no blocking connect, a hard
 * deadline, no SIGPIPE, close-on-exec, nothing kept. errno survives.
 */
#ifndef TN_WIRE_CLIENT_H
#define TN_WIRE_CLIENT_H

#include "base/buf.h"
#include "base/err.h"
#include "wire/message.h"

/*
 * Send request (a finished datagram) and wait for the answer.
 * socket_path  TN_WIRE_SOCKET. Nothing is sent before the kernel says that the
 *              listener is uid 0 (with TN_TESTABLE also the own user).
 * timeout_ms   in all, by the monotonic clock.
 * answer       its buffer holds the bytes that ret borrows; init'ed with
 *              TN_WIRE_MAX; the caller's tn_buf_done wipes it.
 * Errors: TN_E_UNREACHABLE (no daemon, or not root's), TN_E_TIMEOUT,
 * TN_E_PROTOCOL, TN_E_LIMIT (request too long or not finished),
 * TN_E_NO_MEMORY, TN_E_INVALID (path too long).
 */
int tn_ask(const char *socket_path, const struct tn_buf *request,
	   int timeout_ms, struct tn_buf *answer, struct tn_message *ret,
	   struct tn_err *err);

#endif

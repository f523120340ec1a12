#include <config.h>

#include "wire/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

/* How long to wait before connecting again to a daemon with a full queue. */
#define RETRY_MS 10

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
left_ms(int64_t deadline)
{
	int64_t left = deadline - now_ms();

	return left <= 0 ? 0 : (int)left;
}

/* Wait until the socket is ready; a signal does not lengthen the wait. */
static int
wait_for(int fd, short events, int64_t deadline, struct tn_err *err)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int n;

	for (;;) {
		n = poll(&pfd, 1, left_ms(deadline));
		if (n > 0)
			return TN_OK;
		if (n == 0)
			return tn_fail(err, TN_E_TIMEOUT,
			               "tenured did not answer in time");
		if (errno != EINTR)
			return tn_fail_errno(err, TN_E_UNREACHABLE, errno,
			                     "poll");
	}
}

/*
 * A blocking connect never returns while the listener's queue is full, and a
 * non-blocking one does not wait but says EAGAIN: ask again until the deadline.
 */
static int
connect_until(int fd, const struct sockaddr_un *address, int64_t deadline,
              struct tn_err *err)
{
	for (;;) {
		if (connect(fd, (const struct sockaddr *)address,
		            sizeof(*address)) == 0)
			return TN_OK;
		if (errno != EAGAIN && errno != EINTR)
			return tn_fail_errno(err, TN_E_UNREACHABLE, errno, "%s",
			                     address->sun_path);
		if (left_ms(deadline) == 0)
			return tn_fail(err, TN_E_TIMEOUT,
			               "tenured takes no more connections");
		(void)poll(NULL, 0, RETRY_MS);
	}
}

/* Only root's daemon is believed, and it is asked who it is before a secret
   is sent. Tests have a daemon of their own. */
static int
check_peer(int fd, struct tn_err *err)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return tn_fail_errno(err, TN_E_UNREACHABLE, errno,
		                     "SO_PEERCRED");
	if (peer.uid == 0)
		return TN_OK;
#ifdef TN_TESTABLE
	if (peer.uid == geteuid())
		return TN_OK;
#endif
	return tn_fail(err, TN_E_UNREACHABLE,
	               "the socket is not root's but uid %u's",
	               (unsigned int)peer.uid);
}

static int
send_until(int fd, const struct tn_buf *request, int64_t deadline,
           struct tn_err *err)
{
	ssize_t n;
	int ret;

	for (;;) {
		n = send(fd, request->data, request->len, MSG_NOSIGNAL);
		if (n >= 0 && (size_t)n == request->len)
			return TN_OK;
		if (n >= 0)
			return tn_fail(err, TN_E_PROTOCOL,
			               "a datagram was sent in part");
		if (errno == EMSGSIZE)
			return tn_fail_errno(err, TN_E_LIMIT, errno, "request");
		if (errno != EAGAIN && errno != EINTR)
			return tn_fail_errno(err, TN_E_UNREACHABLE, errno,
			                     "tenured went away");
		ret = wait_for(fd, POLLOUT, deadline, err);
		if (ret != TN_OK)
			return ret;
	}
}

/* room has TN_WIRE_MAX bytes. */
static int
receive_until(int fd, uint8_t *room, size_t *ret_len, int64_t deadline,
              struct tn_err *err)
{
	ssize_t n;
	int ret;

	for (;;) {
		ret = wait_for(fd, POLLIN, deadline, err);
		if (ret != TN_OK)
			return ret;
		/* MSG_TRUNC: the real length, so that a cut datagram shows. */
		n = recv(fd, room, TN_WIRE_MAX, MSG_TRUNC);
		if (n == 0)
			return tn_fail(err, TN_E_UNREACHABLE,
			               "tenured closed without an answer");
		if (n > 0 && (size_t)n > TN_WIRE_MAX)
			return tn_fail(err, TN_E_PROTOCOL,
			               "an answer of %zd bytes", n);
		if (n > 0) {
			*ret_len = (size_t)n;
			return TN_OK;
		}
		if (errno != EAGAIN && errno != EINTR)
			return tn_fail_errno(err, TN_E_UNREACHABLE, errno,
			                     "tenured went away");
	}
}

int
tn_ask(const char *socket_path, const struct tn_buf *request, int timeout_ms,
       struct tn_buf *answer, struct tn_message *ret, struct tn_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int64_t deadline = now_ms() + timeout_ms;
	struct tn_message message;
	uint8_t *room = NULL;
	size_t len = 0;
	int saved = errno;
	int fd = -1;
	int r;

	if (!tn_text_copy(address.sun_path, sizeof(address.sun_path),
	                  socket_path)) {
		r = tn_fail(err, TN_E_INVALID, "the socket's path is too long");
		goto out;
	}
	if (request->failed != 0 || request->len == 0) {
		r = tn_fail(err, TN_E_LIMIT, "the request is not complete");
		goto out;
	}
	room = malloc(TN_WIRE_MAX);
	if (room == NULL) {
		r = tn_fail(err, TN_E_NO_MEMORY, "no memory for an answer");
		goto out;
	}
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		r = tn_fail_errno(err, TN_E_UNREACHABLE, errno, "socket");
		goto out;
	}
	if ((r = connect_until(fd, &address, deadline, err)) != TN_OK ||
	    (r = check_peer(fd, err)) != TN_OK ||
	    (r = send_until(fd, request, deadline, err)) != TN_OK ||
	    (r = receive_until(fd, room, &len, deadline, err)) != TN_OK)
		goto out;
	tn_buf_reset(answer);
	r = tn_buf_put(answer, room, len);
	if (r != TN_OK) {
		tn_fail(err, r, "no room for the answer");
		goto out;
	}
	r = tn_message_parse(answer->data, answer->len, &message, err);
	if (r != TN_OK)
		goto out;
	if (message.what != TN_WIRE_ANSWER) {
		r = tn_fail(err, TN_E_PROTOCOL, "kind %d is no answer",
		            (int)message.what);
		goto out;
	}
	*ret = message;
out:
	if (fd >= 0)
		close(fd);
	if (room != NULL)
		explicit_bzero(room, TN_WIRE_MAX);
	free(room);
	errno = saved;
	return r;
}

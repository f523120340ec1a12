/*
 * The socket below a connection. libldap could connect by itself, but only
 * here every step has one deadline and the socket is ours from the start:
 * non-blocking, closed on exec, with keepalive for a cut network.
 */
#include <config.h>

#include "directory/connection_private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "directory/resolve.h"

#define LDAPI_PATH         "/run/slapd/ldapi" /* Debian's */
#define KEEPALIVE_IDLE     5                  /* seconds */
#define KEEPALIVE_INTERVAL 2
#define KEEPALIVE_PROBES   3
#define USER_TIMEOUT       8000 /* milliseconds without an acknowledgement */
#define RETRY              20   /* milliseconds, when a backlog is full */

int64_t
tn_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Returns 0, or an errno value. */
static int
wait_connected(int fd, int64_t deadline)
{
	struct pollfd poller = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(int);
	int64_t left;
	int error = 0;
	int status;

	do {
		left = deadline - tn_clock_ms();
		if (left <= 0)
			return ETIMEDOUT;
		status = poll(&poller, 1, (int)left);
	} while (status == 0 || (status < 0 && errno == EINTR));
	if (status < 0)
		return errno;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		return errno;
	return error;
}

/* Returns 0 with a connected socket, or an errno value. */
static int
try_address(const struct sockaddr *address, socklen_t len, int64_t deadline,
            int *ret)
{
	int error = 0;
	int fd;

	fd = socket(address->sa_family,
	            SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return errno;
	while (connect(fd, address, len) != 0) {
		error = errno;
		if (error == EINPROGRESS || error == EINTR) {
			error = wait_connected(fd, deadline);
			break;
		}
		/* A local server whose backlog is full has no "in progress". */
		if (error != EAGAIN || tn_clock_ms() + RETRY >= deadline)
			break;
		(void)poll(NULL, 0, RETRY);
		error = 0;
	}
	if (error != 0) {
		close(fd);
		return error;
	}
	*ret = fd;
	return 0;
}

static void
set_keepalive(int fd)
{
	const struct {
		int level;
		int name;
		int value;
	} rows[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE },
		{ IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL },
		{ IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES },
		{ IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT },
		{ IPPROTO_TCP, TCP_NODELAY, 1 },
	};
	size_t i;

	/* Known to every kernel we run on; without them it is only slower to
	   see a cut. */
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		(void)setsockopt(fd, rows[i].level, rows[i].name,
		                 &rows[i].value, sizeof(rows[i].value));
}

/* Not whether something can be read: TLS 1.3 has tickets, which may lie there
   unread for as long as the connection waits. */
bool
tn_connection_is_lost(const struct tn_connection *connection)
{
	struct pollfd poller = { .fd = connection->descriptor,
		                 .events = POLLRDHUP };

	return connection->ld == NULL || poll(&poller, 1, 0) != 0;
}

static int
open_local(const char *path, int64_t deadline, int *ret, struct tn_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int error;

	if (strlen(path) >= sizeof(address.sun_path))
		return tn_fail(err, TN_E_INVALID, "%s: path too long", path);
	memcpy(address.sun_path, path, strlen(path));
	error = try_address((const struct sockaddr *)&address, sizeof(address),
	                    deadline, ret);
	if (error != 0)
		return tn_fail_errno(err, TN_E_UNREACHABLE, error, "%s", path);
	return TN_OK;
}

static int
open_network(const char *host, int port, int64_t deadline, int *ret,
             struct tn_err *err)
{
	struct tn_addresses found = { .count = 0 };
	int error = EHOSTUNREACH;
	int64_t limit;
	size_t i;
	int code = tn_resolve(host, port, deadline, &found, err);

	if (code != TN_OK)
		return code;
	for (i = 0; i < found.count; i++) {
		/* One that does not answer leaves time for those behind it. */
		limit = tn_clock_ms();
		limit += (deadline - limit) / (int64_t)(found.count - i);
		error = try_address((const struct sockaddr *)&found.address[i],
		                    found.len[i], limit, ret);
		if (error == 0)
			break;
	}
	if (error != 0)
		return tn_fail_errno(err, TN_E_UNREACHABLE, error, "%s port %d",
		                     host, port);
	set_keepalive(*ret);
	return TN_OK;
}

int
tn_socket_open(const LDAPURLDesc *url, int64_t deadline, int *ret,
               struct tn_err *err)
{
	const bool has_host = url->lud_host != NULL && url->lud_host[0] != '\0';
	int fd = -1;
	int code;

	if (strcmp(url->lud_scheme, "ldapi") == 0)
		code = open_local(has_host ? url->lud_host : LDAPI_PATH,
		                  deadline, &fd, err);
	else
		code = open_network(url->lud_host, url->lud_port, deadline, &fd,
		                    err);
	if (code == TN_OK)
		*ret = fd;
	return code;
}

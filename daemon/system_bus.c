#include <config.h>

#include "system_bus.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "server_rotation.h"

/* D-Bus Specification 0.41, "Message Format". */
#define MESSAGE_MAX 4096
#define HEADER      16 /* up to and with the length of the fields */

enum type { METHOD_CALL = 1, METHOD_RETURN = 2, ERROR = 3 };
enum field {
	FIELD_PATH = 1,
	FIELD_INTERFACE = 2,
	FIELD_MEMBER = 3,
	FIELD_DESTINATION = 6,
	FIELD_SIGNATURE = 8,
};
#define NO_AUTO_START 2

static void
put_u32(struct tn_buf *buf, uint32_t value)
{
	(void)tn_buf_put(buf, &value, sizeof(value));
}

static void
align(struct tn_buf *buf, size_t to)
{
	while (buf->failed == TN_OK && buf->len % to != 0)
		(void)tn_buf_put(buf, "", 1);
}

/* A struct of the field's number and a variant that holds a text. */
static void
put_field(struct tn_buf *buf, enum field field, char type, const char *text)
{
	const uint8_t start[] = { (uint8_t)field, 1, (uint8_t)type, 0 };
	const size_t len = strlen(text);
	const uint8_t short_len = (uint8_t)len;

	align(buf, 8);
	(void)tn_buf_put(buf, start, sizeof(start));
	if (type == 'g')
		(void)tn_buf_put(buf, &short_len, 1);
	else
		put_u32(buf, (uint32_t)len);
	(void)tn_buf_put(buf, text, len + 1);
}

int
tn_bus_format(const struct tn_bus_call *call, uint32_t serial,
              struct tn_buf *ret)
{
	const size_t count = strlen(call->signature);
	const uint16_t one = 1;
	const bool is_little = *(const uint8_t *)&one == 1;
	const uint8_t start[] = { is_little ? 'l' : 'B', METHOD_CALL,
		                  NO_AUTO_START, 1 };
	uint32_t fields;
	size_t i;

	tn_buf_reset(ret);
	(void)tn_buf_put(ret, start, sizeof(start));
	put_u32(ret, (uint32_t)(count * sizeof(uint32_t)));
	put_u32(ret, serial);
	put_u32(ret, 0);
	put_field(ret, FIELD_PATH, 'o', call->path);
	put_field(ret, FIELD_INTERFACE, 's', call->interface);
	put_field(ret, FIELD_MEMBER, 's', call->member);
	put_field(ret, FIELD_DESTINATION, 's', call->destination);
	if (count > 0)
		put_field(ret, FIELD_SIGNATURE, 'g', call->signature);
	if (ret->failed != TN_OK)
		return ret->failed;
	fields = (uint32_t)(ret->len - HEADER);
	memcpy(ret->data + HEADER - sizeof(fields), &fields, sizeof(fields));
	align(ret, 8);
	/* Both kinds of argument are four bytes. */
	for (i = 0; i < count; i++)
		put_u32(ret, call->arguments[i]);
	return ret->failed;
}

/* Waits for what poll calls events; false when the time is over. */
static bool
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd poller = { .fd = fd, .events = events };
	int64_t left;
	int got;

	do {
		left = deadline - tn_now_ms();
		got = left > 0 ? poll(&poller, 1, (int)left) : 0;
	} while (got < 0 && errno == EINTR);
	return got > 0;
}

static int
send_all(int fd, const void *data, size_t len, int64_t deadline,
         struct tn_err *err)
{
	const uint8_t *at = data;
	ssize_t sent;

	while (len > 0) {
		if (!wait_for(fd, POLLOUT, deadline))
			return tn_fail(err, TN_E_TIMEOUT, "the bus is busy");
		sent = send(fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (sent < 0)
			return tn_fail_errno(err, TN_E_IO, errno, "the bus");
		at += sent;
		len -= (size_t)sent;
	}
	return TN_OK;
}

static int
receive_all(int fd, void *data, size_t len, int64_t deadline,
            struct tn_err *err)
{
	uint8_t *at = data;
	ssize_t got;

	while (len > 0) {
		if (!wait_for(fd, POLLIN, deadline))
			return tn_fail(err, TN_E_TIMEOUT, "no answer in time");
		got = recv(fd, at, len, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got < 0)
			return tn_fail_errno(err, TN_E_IO, errno, "the bus");
		if (got == 0)
			return tn_fail(err, TN_E_DENIED, "the bus hung up");
		at += got;
		len -= (size_t)got;
	}
	return TN_OK;
}

/* The kernel says who we are; the number is only repeated. */
static int
say_who(int fd, int64_t deadline, struct tn_err *err)
{
	char uid[16];
	char line[128] = "";
	size_t len = 0;
	size_t i;
	int rc;

	(void)snprintf(uid, sizeof(uid), "%u", (unsigned int)geteuid());
	/* A NUL goes before all. */
	len =
	    1 + (size_t)snprintf(line + 1, sizeof(line) - 1, "AUTH EXTERNAL ");
	for (i = 0; uid[i] != '\0'; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, "%02x",
		                        (unsigned int)uid[i]);
	len += (size_t)snprintf(line + len, sizeof(line) - len, "\r\n");
	rc = send_all(fd, line, len, deadline, err);
	for (len = 0; rc == TN_OK; len++) {
		if (len + 1 == sizeof(line))
			rc = tn_fail(err, TN_E_PROTOCOL, "no bus");
		else
			rc = receive_all(fd, line + len, 1, deadline, err);
		if (rc == TN_OK && line[len] == '\n')
			break;
	}
	if (rc == TN_OK && strncmp(line, "OK ", 3) != 0)
		rc = tn_fail(err, TN_E_DENIED, "the bus does not take us");
	if (rc == TN_OK)
		rc = send_all(fd, "BEGIN\r\n", strlen("BEGIN\r\n"), deadline,
		              err);
	return rc;
}

/* Reads the next message and says of what type it was; the rest is passed
   over. */
static int
receive_message(int fd, int64_t deadline, uint8_t *ret_type, struct tn_err *err)
{
	uint8_t header[HEADER];
	uint8_t rest[512];
	uint32_t body;
	uint32_t fields;
	size_t left;
	size_t now;
	int rc = receive_all(fd, header, sizeof(header), deadline, err);

	if (rc != TN_OK)
		return rc;
	memcpy(&body, header + 4, sizeof(body));
	memcpy(&fields, header + 12, sizeof(fields));
	/* The bus passes on what others sent in another byte order too: of those
	   nobody answers us. */
	if (body > MESSAGE_MAX || fields > MESSAGE_MAX)
		return tn_fail(err, TN_E_PROTOCOL, "a long message");
	left = (fields + 7) / 8 * 8 + body;
	while (rc == TN_OK && left > 0) {
		now = left < sizeof(rest) ? left : sizeof(rest);
		rc = receive_all(fd, rest, now, deadline, err);
		left -= now;
	}
	*ret_type = header[1];
	return rc;
}

/* Sends one call and waits for its answer; signals are passed over. Of two calls
   the second is sent when the first was answered, so that no serial is read. */
static int
call_one(int fd, const struct tn_bus_call *call, uint32_t serial,
         int64_t deadline, struct tn_err *err)
{
	struct tn_buf message;
	uint8_t type = 0;
	int rc;

	tn_buf_init(&message, MESSAGE_MAX);
	rc = tn_bus_format(call, serial, &message);
	if (rc != TN_OK)
		rc = tn_fail(err, rc, "a call that is too long");
	else
		rc = send_all(fd, message.data, message.len, deadline, err);
	while (rc == TN_OK && type != METHOD_RETURN && type != ERROR)
		rc = receive_message(fd, deadline, &type, err);
	tn_buf_done(&message);
	if (rc == TN_OK && type == ERROR)
		rc = tn_fail(err, TN_E_DENIED, "%s: refused", call->member);
	return rc;
}

int
tn_bus_call(const char *bus, const struct tn_bus_call *call, int64_t deadline,
            struct tn_err *err)
{
	static const struct tn_bus_call hello = {
		.destination = "org.freedesktop.DBus",
		.path = "/org/freedesktop/DBus",
		.interface = "org.freedesktop.DBus",
		.member = "Hello",
		.signature = "",
	};
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int rc;
	int fd;

	if (strlen(bus) >= sizeof(address.sun_path))
		return tn_fail(err, TN_E_LIMIT, "%s", bus);
	memcpy(address.sun_path, bus, strlen(bus));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "socket");
	/* A backlog that is full is no answer either: nobody waits for it. */
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) !=
	    0)
		rc = errno == ENOENT || errno == ECONNREFUSED
		         ? tn_fail(err, TN_E_NOT_FOUND, "no bus")
		         : tn_fail_errno(err, TN_E_IO, errno, "%s", bus);
	else
		rc = say_who(fd, deadline, err);
	if (rc == TN_OK)
		rc = call_one(fd, &hello, 1, deadline, err);
	if (rc == TN_OK)
		rc = call_one(fd, call, 2, deadline, err);
	(void)close(fd);
	return rc;
}

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "server_rotation.h"
#include "system_bus.h"

static const uint32_t arguments[] = { 2000011, 0, 0 };
static const struct tn_bus_call call = {
	.destination = "org.freedesktop.login1",
	.path = "/org/freedesktop/login1",
	.interface = "org.freedesktop.login1.Manager",
	.member = "SetUserLinger",
	.signature = "ubb",
	.arguments = arguments,
};

Test(system_bus, a_call_has_its_fields_on_boundaries_of_eight)
{
	struct tn_buf buf;
	uint32_t body = 0;
	uint32_t fields = 0;
	uint32_t uid = 0;

	tn_buf_init(&buf, 4096);
	cr_assert_eq(tn_bus_format(&call, 2, &buf), TN_OK);
	cr_expect(buf.data[0] == 'l' || buf.data[0] == 'B');
	cr_expect_eq(buf.data[1], 1); /* a call */
	cr_expect_eq(buf.data[2], 2); /* which starts nobody */
	memcpy(&body, buf.data + 4, sizeof(body));
	memcpy(&fields, buf.data + 12, sizeof(fields));
	cr_expect_eq(body, 12);
	cr_assert_eq(16 + (fields + 7) / 8 * 8 + body, buf.len);
	memcpy(&uid, buf.data + buf.len - 12, sizeof(uid));
	cr_expect_eq(uid, 2000011);
	cr_expect_eq(buf.data[16], 1); /* the path is the first field */
	cr_expect_eq(memcmp(buf.data + 24, call.path, strlen(call.path) + 1),
	             0);
	tn_buf_done(&buf);
}

/* A bus that says what it is told to, and then hangs up or hangs. */
static char folder[] = "/tmp/bus-XXXXXX";
static char path[64];
static int listener = -1;

struct says {
	const char *greeting;
	const uint8_t *data;
	size_t len;
	bool hangs;
};

static void *
be_the_bus(void *arg)
{
	const struct says *says = arg;
	char heard[4096];
	int fd = accept(listener, NULL, NULL);

	(void)!read(fd, heard, sizeof(heard));
	(void)!send(fd, says->greeting, strlen(says->greeting), MSG_NOSIGNAL);
	(void)!send(fd, says->data, says->len, MSG_NOSIGNAL);
	/* Until the other end hangs up. */
	while (says->hangs && read(fd, heard, sizeof(heard)) > 0)
		continue;
	(void)close(fd);
	return NULL;
}

static int
outcome(struct says says)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	pthread_t bus;
	int rc;

	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/bus", folder);
	memcpy(address.sun_path, path, strlen(path));
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	cr_assert_eq(
	    bind(listener, (const struct sockaddr *)&address, sizeof(address)),
	    0);
	cr_assert_eq(listen(listener, 1), 0);
	cr_assert_eq(pthread_create(&bus, NULL, be_the_bus, &says), 0);
	rc = tn_bus_call(path, &call, tn_now_ms() + 500, NULL);
	cr_assert_eq(pthread_join(bus, NULL), 0);
	(void)unlink(path);
	(void)rmdir(folder);
	return rc;
}

/* Headers without fields are enough: of an answer its kind is looked at. */
#define HEADER(type) 'l', type, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0
static const uint8_t good[] = { HEADER(2), HEADER(4), HEADER(2) };
static const uint8_t refused[] = { HEADER(2), HEADER(3) };
static const uint8_t huge[] = { 'l', 2, 0, 1, 255, 255, 255, 255,
	                        1,   0, 0, 0, 255, 255, 255, 255 };

Test(system_bus, signals_are_passed_over)
{
	cr_expect_eq(
	    outcome((struct says){ "OK 1\r\n", good, sizeof(good), true }),
	    TN_OK);
}

Test(system_bus, a_refusal_is_one)
{
	cr_expect_eq(outcome((struct says){ "OK 1\r\n", refused,
	                                    sizeof(refused), true }),
	             TN_E_DENIED);
}

Test(system_bus, who_is_not_taken_says_so)
{
	cr_expect_eq(
	    outcome((struct says){ "REJECTED EXTERNAL\r\n", NULL, 0, true }),
	    TN_E_DENIED);
}

Test(system_bus, one_that_says_nothing_more_is_left_in_time)
{
	int64_t begin = tn_now_ms();

	cr_expect_eq(outcome((struct says){ "OK 1\r\n", good, 16, true }),
	             TN_E_TIMEOUT);
	cr_expect_lt(tn_now_ms() - begin, 5000);
}

Test(system_bus, a_message_that_is_too_long_is_not_read)
{
	cr_expect_eq(
	    outcome((struct says){ "OK 1\r\n", huge, sizeof(huge), true }),
	    TN_E_PROTOCOL);
}

Test(system_bus, where_there_is_none_it_is_said)
{
	cr_expect_eq(
	    tn_bus_call("/nonexistent/bus", &call, tn_now_ms() + 500, NULL),
	    TN_E_NOT_FOUND);
}

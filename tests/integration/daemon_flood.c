/*
 * Sends tenured what no client of ours sends: datagrams of random length and
 * content, good ones with a byte changed, none at all. For tests.
 *
 * usage: daemon_flood COUNT     one after the other; exits 0 when the daemon
 *                               answered or hung up each time
 *        daemon_flood silent    holds as many connections as it can, says
 *                               nothing, until it is ended
 *        daemon_flood hostile KIND
 *                               until it is ended, as fast as it can; KIND:
 *           pour    one question after another on one connection, nothing read
 *           half    asks, closes its half, reads nothing, stays
 *           slow    connects, says nothing for four seconds, then asks
 *           backlog connects and goes, connects and goes
 *           argue   asks for a password of somebody else's, and its own
 */
#include <config.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/text.h"
#include "wire/message.h"

#define WAIT_MS 5000

static int
connect_once(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX,
		                       .sun_path = TN_WIRE_SOCKET };
	int client = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (client >= 0 && connect(client, (const struct sockaddr *)&address,
	                           sizeof(address)) != 0) {
		(void)close(client);
		return -1;
	}
	return client;
}

/* One datagram; the kind follows from i, so that a run can be repeated. */
static size_t
make_datagram(unsigned int i, uint8_t *data, size_t size)
{
	struct tn_buf buf;
	size_t len = 0;
	size_t at;

	if (i % 3 == 0) {
		len = (size_t)random() % size;
		for (at = 0; at < len; at++)
			data[at] = (uint8_t)random();
		return len;
	}
	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, (enum tn_wire_what)(1 + i % 8));
	tn_message_put_text(&buf, TN_TAG_USER, "li");
	tn_message_put_text(&buf, TN_TAG_SERVICE, "flood");
	tn_message_put_u32(&buf, TN_TAG_WAY, i % 7);
	(void)tn_message_finish(&buf);
	len = buf.len < size ? buf.len : size;
	memcpy(data, buf.data, len);
	tn_buf_done(&buf);
	if (i % 3 == 1)
		data[(size_t)random() % len] ^= (uint8_t)random();
	return len;
}

static int
flood(unsigned int count)
{
	static uint8_t data[TN_WIRE_MAX + 1000];
	struct pollfd poller = { .events = POLLIN };
	unsigned int i;
	size_t len;

	srandom(1);
	for (i = 0; i < count; i++) {
		poller.fd = connect_once();
		if (poller.fd < 0) {
			perror("connect");
			return 1;
		}
		len = make_datagram(i, data, sizeof(data));
		(void)send(poller.fd, data, len, MSG_NOSIGNAL);
		if (len == 0)
			(void)shutdown(poller.fd, SHUT_WR);
		if (poll(&poller, 1, WAIT_MS) != 1) {
			(void)fprintf(stderr, "no answer to number %u\n", i);
			return 1;
		}
		(void)close(poller.fd);
	}
	return 0;
}

#define HELD 32 /* connections of one hostile client */

static void
send_question(int client, enum tn_wire_what what, const char *user)
{
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, what);
	tn_message_put_text(&buf, TN_TAG_USER, user);
	tn_message_put_text(&buf, TN_TAG_SERVICE, "hostile");
	tn_message_put_text(&buf, TN_TAG_PASSWORD, "hostile-guess-1");
	tn_message_put_u32(&buf, TN_TAG_WAY, 0);
	(void)tn_message_finish(&buf);
	(void)send(client, buf.data, buf.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	tn_buf_done(&buf);
}

/* What one connection suffers; its descriptor, or -1 when it is closed. */
static int
torment(const char *kind, unsigned int round)
{
	int client = connect_once();
	unsigned int i;

	if (client < 0)
		return -1;
	if (strcmp(kind, "pour") == 0) {
		for (i = 0; i < 200; i++)
			send_question(client, TN_WIRE_ACCOUNT, "li");
	} else if (strcmp(kind, "half") == 0) {
		send_question(client, TN_WIRE_STATUS, "li");
		(void)shutdown(client, SHUT_WR);
	} else if (strcmp(kind, "slow") == 0) {
		(void)poll(NULL, 0, 4000);
		send_question(client, TN_WIRE_ACCOUNT, "li");
	} else if (strcmp(kind, "argue") == 0) {
		send_question(client, TN_WIRE_AUTHENTICATE,
		              round % 2 == 0 ? "li" : "wang");
	} else {
		(void)close(client);
		client = -1;
	}
	return client;
}

_Noreturn static void
be_hostile(const char *kind)
{
	int held[HELD];
	unsigned int i;

	for (i = 0; i < HELD; i++)
		held[i] = -1;
	for (i = 0;; i++) {
		if (held[i % HELD] >= 0)
			(void)close(held[i % HELD]);
		held[i % HELD] = torment(kind, i);
		/* The others want to be hostile, too. */
		(void)poll(NULL, 0, 1);
	}
}

int
main(int argc, char **argv)
{
	unsigned long long count = 0;
	int held = 0;

	/* Nobody floods on after a test that was ended before its end. */
	(void)alarm(300);
	if (argc == 3 && strcmp(argv[1], "hostile") == 0)
		be_hostile(argv[2]);
	if (argc != 2)
		return 2;
	if (strcmp(argv[1], "silent") == 0) {
		while (held < 900 && connect_once() >= 0)
			held++;
		for (;;)
			(void)pause();
	}
	if (!tn_text_to_u64(argv[1], 100000, &count))
		return 2;
	return flood((unsigned int)count);
}

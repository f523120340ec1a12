/*
 * A way to a server that a test can stop or end, and a name server that never
 * answers.
 *
 * usage: relay PORT TO-PORT	from PORT to 127.0.0.1 TO-PORT, TCP
 *	  relay silent ADDRESS	takes what is sent to ADDRESS port 53, UDP
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAIRS_MAX 64

/* Each connection and its other side stand beside each other. */
static struct pollfd fds[1 + 2 * PAIRS_MAX];

static struct sockaddr_in
address_of(const char *host, const char *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	(void)inet_pton(AF_INET, host, &address.sin_addr);
	return address;
}

static int
open_socket(const struct sockaddr_in *address, int type, int is_server)
{
	const int on = 1;
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	int rc;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	rc = is_server ? bind(fd, (const struct sockaddr *)address,
	                      sizeof(*address))
	               : connect(fd, (const struct sockaddr *)address,
	                         sizeof(*address));
	if (rc == 0 && is_server && type == SOCK_STREAM)
		rc = listen(fd, 16);
	if (rc != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static void
end_pair(int one)
{
	(void)close(fds[one].fd);
	(void)close(fds[one + 1].fd);
	fds[one].fd = -1;
	fds[one + 1].fd = -1;
}

static void
new_pair(const struct sockaddr_in *to)
{
	int client = accept4(fds[0].fd, NULL, NULL, SOCK_CLOEXEC);
	int server = open_socket(to, SOCK_STREAM, 0);
	int i;

	for (i = 1; i < 1 + 2 * PAIRS_MAX; i += 2)
		if (fds[i].fd < 0 && client >= 0 && server >= 0) {
			fds[i] = (struct pollfd){ client, POLLIN, 0 };
			fds[i + 1] = (struct pollfd){ server, POLLIN, 0 };
			return;
		}
	(void)close(client);
	(void)close(server);
}

/* False when one side is over. */
static int
copy(int from, int to)
{
	char data[65536];
	ssize_t got = read(from, data, sizeof(data));
	ssize_t at = 0;
	ssize_t put;

	while (got > 0 && at < got) {
		put = send(to, data + at, (size_t)(got - at), MSG_NOSIGNAL);
		if (put <= 0)
			return 0;
		at += put;
	}
	return got > 0;
}

static void
relay(const struct sockaddr_in *to)
{
	int i;

	for (;;) {
		if (poll(fds, 1 + 2 * PAIRS_MAX, -1) < 0)
			continue;
		for (i = 1; i < 1 + 2 * PAIRS_MAX; i += 2) {
			if (fds[i].fd >= 0 && fds[i].revents != 0 &&
			    !copy(fds[i].fd, fds[i + 1].fd))
				end_pair(i);
			if (fds[i].fd >= 0 && fds[i + 1].revents != 0 &&
			    !copy(fds[i + 1].fd, fds[i].fd))
				end_pair(i);
		}
		if (fds[0].revents != 0)
			new_pair(to);
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in from;
	struct sockaddr_in to;
	char byte;
	int fd;
	int i;

	if (argc != 3)
		return 2;
	if (strcmp(argv[1], "silent") == 0) {
		from = address_of(argv[2], "53");
		fd = open_socket(&from, SOCK_DGRAM, 1);
		while (fd >= 0 && recv(fd, &byte, 1, 0) >= 0)
			continue;
		return 1;
	}
	from = address_of("0.0.0.0", argv[1]);
	to = address_of("127.0.0.1", argv[2]);
	for (i = 0; i < 1 + 2 * PAIRS_MAX; i++)
		fds[i].fd = -1;
	fds[0] = (struct pollfd){ open_socket(&from, SOCK_STREAM, 1), POLLIN,
		                  0 };
	if (fds[0].fd < 0) {
		perror("relay");
		return 1;
	}
	relay(&to);
}

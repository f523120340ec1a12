/*
 * A way to a server over TLS that loses what a test says: it counts the client's
 * TLS records, which say nothing of what is in them but follow each other alike.
 *
 * usage: tamper PORT TO-PORT RULE	from PORT to 127.0.0.1 TO-PORT, TCP
 *
 * The file RULE, while it is there, holds "answer N" (the client's Nth record
 * arrives, and nothing of what the server says from then on), "request N" (the
 * Nth does not arrive, and nothing behind it) or "stop N PID" (that process is
 * stopped, and the Nth arrives). The connection that comes so far removes the
 * file. At the end of each connection a line says when it began (milliseconds
 * since 1970) and how many records of the client there were.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD       5
#define RECORD_MAX (16384 + 2048)

static unsigned int records;
static char lost[16]; /* the rule's word, or nothing yet */

static int
open_socket(uint32_t host, const char *port, int is_server)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc;

	address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	address.sin_addr.s_addr = htonl(host);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	rc = is_server
	         ? bind(fd, (struct sockaddr *)&address, sizeof(address))
	         : connect(fd, (struct sockaddr *)&address, sizeof(address));
	if (rc == 0 && is_server)
		rc = listen(fd, 16);
	if (rc != 0) {
		perror("tamper");
		exit(1);
	}
	return fd;
}

static int
read_whole(int fd, unsigned char *data, size_t len)
{
	size_t at = 0;
	ssize_t got;

	while (at < len) {
		got = read(fd, data + at, len - at);
		if (got <= 0)
			return 0;
		at += (size_t)got;
	}
	return 1;
}

static int
write_whole(int fd, const unsigned char *data, size_t len)
{
	size_t at = 0;
	ssize_t put;

	while (at < len) {
		put = send(fd, data + at, len - at, MSG_NOSIGNAL);
		if (put <= 0)
			return 0;
		at += (size_t)put;
	}
	return 1;
}

/* Is this the record at which something is lost? */
static void
look_up(const char *rule)
{
	char what[sizeof(lost)];
	unsigned int wanted = 0;
	int pid = 0;
	FILE *file = fopen(rule, "re");

	if (file == NULL)
		return;
	if (fscanf(file, "%15s %u %d", what, &wanted, &pid) >= 2 &&
	    wanted == records && unlink(rule) == 0) {
		memcpy(lost, what, sizeof(lost));
		if (strcmp(what, "stop") == 0 && pid > 1)
			(void)kill(pid, SIGSTOP);
	}
	(void)fclose(file);
}

static int
from_client(int client, int server, const char *rule)
{
	static unsigned char data[HEAD + RECORD_MAX];
	size_t len;

	if (!read_whole(client, data, HEAD))
		return 0;
	len = (size_t)data[3] << 8 | data[4];
	if (len > RECORD_MAX || !read_whole(client, data + HEAD, len))
		return 0;
	records++;
	if (lost[0] == '\0')
		look_up(rule);
	return strcmp(lost, "request") == 0 ||
	       write_whole(server, data, HEAD + len);
}

static int
from_server(int server, int client)
{
	static unsigned char data[65536];
	ssize_t got = read(server, data, sizeof(data));

	return got > 0 && (strcmp(lost, "answer") == 0 ||
	                   write_whole(client, data, (size_t)got));
}

static void
relay(int client, int server, const char *rule)
{
	struct timespec began = { 0 };
	struct pollfd fds[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
	int goes_on = 1;

	(void)clock_gettime(CLOCK_REALTIME, &began);
	while (goes_on) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents != 0)
			goes_on = from_client(client, server, rule);
		else
			goes_on = from_server(server, client);
	}
	(void)printf("%lld %u\n",
	             (long long)began.tv_sec * 1000 + began.tv_nsec / 1000000,
	             records);
}

int
main(int argc, char **argv)
{
	int listener;
	int client;

	if (argc != 4)
		return 2;
	(void)signal(SIGCHLD, SIG_IGN); /* nobody waits for them */
	listener = open_socket(INADDR_ANY, argv[1], 1);
	for (;;) {
		client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (client < 0)
			continue;
		if (fork() == 0) {
			relay(client, open_socket(INADDR_LOOPBACK, argv[2], 0),
			      argv[3]);
			return 0;
		}
		(void)close(client);
	}
}

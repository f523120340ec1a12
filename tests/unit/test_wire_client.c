/* Asking: the deadline, the peer, and what counts as an answer. */
#include <config.h>

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/text.h"
#include "wire/client.h"

TestSuite(wire_client, .timeout = 30);

static char folder[64];
static char path[96];

static int
listen_at_path(int backlog)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(folder, sizeof(folder), "/tmp/tenure-ask.XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chmod(folder, 0755), 0);
	snprintf(path, sizeof(path), "%s/socket", folder);
	cr_assert(
	    tn_text_copy(address.sun_path, sizeof(address.sun_path), path));
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(chmod(path, 0666), 0);
	cr_assert_eq(listen(fd, backlog), 0);
	return fd;
}

static void
remove_path(void)
{
	unlink(path);
	rmdir(folder);
}

static int
ask(int timeout_ms, struct tn_err *err)
{
	struct tn_message message;
	struct tn_buf request;
	struct tn_buf answer;
	int r;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_buf_init(&answer, TN_WIRE_MAX);
	tn_message_start(&request, TN_WIRE_STATUS);
	cr_assert_eq(tn_message_finish(&request), TN_OK);
	r = tn_ask(path, &request, timeout_ms, &answer, &message, err);
	tn_buf_done(&request);
	tn_buf_done(&answer);
	return r;
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* A blocking connect would hang here for good. */
Test(wire_client, a_full_queue_ends_at_the_deadline)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = listen_at_path(0);
	int64_t start;
	int waiting;

	waiting = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	cr_assert(
	    tn_text_copy(address.sun_path, sizeof(address.sun_path), path));
	cr_assert_eq(
	    connect(waiting, (struct sockaddr *)&address, sizeof(address)), 0);
	start = now_ms();
	errno = 4711;
	cr_expect_eq(ask(300, NULL), TN_E_TIMEOUT);
	cr_expect_eq(errno, 4711);
	cr_expect_geq(now_ms() - start, 290);
	cr_expect_lt(now_ms() - start, 2000);
	close(waiting);
	close(listener);
	remove_path();
}

Test(wire_client, a_silent_daemon_ends_at_the_deadline)
{
	int listener = listen_at_path(8);
	int64_t start = now_ms();

	cr_expect_eq(ask(300, NULL), TN_E_TIMEOUT);
	cr_expect_lt(now_ms() - start, 2000);
	close(listener);
	remove_path();
}

Test(wire_client, no_daemon_is_told_at_once)
{
	struct tn_err err = TN_ERR_INIT;
	int listener = listen_at_path(8);
	int64_t start;

	close(listener); /* the file is there, nobody listens */
	start = now_ms();
	cr_expect_eq(ask(5000, &err), TN_E_UNREACHABLE);
	cr_expect_eq(err.sys, ECONNREFUSED);
	remove_path();
	cr_expect_eq(ask(5000, &err), TN_E_UNREACHABLE);
	cr_expect_eq(err.sys, ENOENT);
	cr_expect_lt(now_ms() - start, 1000);
}

/* Who puts a socket in the daemon's place must not be sent a password. */
Test(wire_client, a_stranger_in_the_daemons_place_gets_nothing)
{
	struct tn_err err = TN_ERR_INIT;
	int listener;
	int fds[2];
	char got;
	pid_t pid;

	if (geteuid() != 0)
		cr_skip_test("only root can play somebody else");
	listener = listen_at_path(8);
	cr_assert_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		/* SO_PEERCRED shows who called listen() last. */
		char byte;
		int fd;

		if (setuid(65534) != 0 || listen(listener, 8) != 0 ||
		    write(fds[1], "r", 1) != 1)
			_exit(2);
		fd = accept(listener, NULL, NULL);
		_exit(recv(fd, &byte, 1, 0) > 0 ? 1 : 0);
	}
	cr_assert_eq(read(fds[0], &got, 1), 1);
	close(listener);
	cr_expect_eq(ask(2000, &err), TN_E_UNREACHABLE);
	cr_expect_not_null(strstr(err.text, "65534"));
	{
		int status = -1;

		cr_assert_eq(waitpid(pid, &status, 0), pid);
		cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		          "the stranger received something");
	}
	remove_path();
}

Test(wire_client, an_unfinished_request_is_not_sent)
{
	struct tn_message message;
	struct tn_buf request;
	struct tn_buf answer;

	tn_buf_init(&request, 64);
	tn_buf_init(&answer, TN_WIRE_MAX);
	cr_expect_eq(
	    tn_ask("/nonexistent", &request, 100, &answer, &message, NULL),
	    TN_E_LIMIT);
	tn_buf_done(&request);
	tn_buf_done(&answer);
}

Test(wire_client, a_path_longer_than_a_sockets_is_refused)
{
	char much[200];

	memset(much, 'a', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	memcpy(path, "/tmp/", 6);
	{
		struct tn_message message;
		struct tn_buf request;
		struct tn_buf answer;

		tn_buf_init(&request, TN_WIRE_MAX);
		tn_buf_init(&answer, TN_WIRE_MAX);
		tn_message_start(&request, TN_WIRE_STATUS);
		tn_message_finish(&request);
		cr_expect_eq(
		    tn_ask(much, &request, 100, &answer, &message, NULL),
		    TN_E_INVALID);
		tn_buf_done(&request);
		tn_buf_done(&answer);
	}
}

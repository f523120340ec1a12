#include "config.h"
#include "init_run.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUN_SECONDS    60
#define RUN_LONG       3600 /* a large database */
#define RUN_STDERR_MAX 2048
#define RUN_BUSY       126 /* the child could not become the program */

/* In the child. Files in memory instead of pipes: nothing can block, however
   much is written on either side. */
static void
become(const char *const *argv, const int fds[3], uid_t uid, gid_t gid)
{
	static const char *const environment[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL
	};
	sigset_t none;
	int i;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	for (i = 0; i < 3; i++) {
		if (dup2(fds[i], i) < 0)
			_exit(RUN_BUSY);
	}
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid) || chdir("/"))
		_exit(RUN_BUSY);
	/* execve() takes what it does not write through older types. */
	execve(argv[0], (char *const *)(uintptr_t)argv,
	       (char *const *)(uintptr_t)environment);
	_exit(RUN_BUSY);
}

static int
memory_file(const char *name, const void *data, size_t len, int *ret,
            struct tn_err *err)
{
	const char *at = data;
	int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "memfd_create");
	while (len > 0) {
		ssize_t put = write(fd, at, len);

		if (put < 0) {
			int saved = errno;

			if (saved == EINTR)
				continue;
			close(fd);
			return tn_fail_errno(err, TN_E_IO, saved, "write");
		}
		at += put;
		len -= (size_t)put;
	}
	if (lseek(fd, 0, SEEK_SET)) {
		close(fd);
		return tn_fail_errno(err, TN_E_IO, errno, "lseek");
	}
	*ret = fd;
	return TN_OK;
}

/* The end of the child: its status, after at most so many seconds. */
static int
wait_for(pid_t child, int seconds, int *ret, struct tn_err *err)
{
	struct pollfd wait = { .events = POLLIN };
	bool late = true;
	int polled;

	wait.fd = (int)syscall(SYS_pidfd_open, child, 0);
	if (wait.fd >= 0) {
		do
			polled = poll(&wait, 1, seconds * 1000);
		while (polled < 0 && errno == EINTR);
		late = polled <= 0;
		close(wait.fd);
	}
	if (late)
		kill(child, SIGKILL);
	while (waitpid(child, ret, 0) < 0) {
		if (errno != EINTR)
			return tn_fail_errno(err, TN_E_IO, errno, "waitpid");
	}
	if (late)
		return tn_fail(err, TN_E_TIMEOUT, "no end after %d seconds",
		               seconds);
	return TN_OK;
}

/* What it wrote on standard error as one line: its last lines say most. */
static void
read_words(int fd, char ret[RUN_STDERR_MAX])
{
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size >= RUN_STDERR_MAX ? size - RUN_STDERR_MAX + 1 : 0;
	ssize_t len = 0;
	char *at;

	if (size > 0)
		len = pread(fd, ret, RUN_STDERR_MAX - 1, from);
	ret[len > 0 ? len : 0] = '\0';
	len = (ssize_t)strlen(ret);
	while (len > 0 && ret[len - 1] == '\n')
		ret[--len] = '\0';
	for (at = ret; *at; at++) {
		if (*at == '\n')
			*at = ';';
	}
}

static int
read_output(int fd, struct tn_buf *output, struct tn_err *err)
{
	char block[4096];
	ssize_t got;

	if (lseek(fd, 0, SEEK_SET))
		return tn_fail_errno(err, TN_E_IO, errno, "lseek");
	while ((got = read(fd, block, sizeof(block))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tn_fail_errno(err, TN_E_IO, errno, "read");
		if (tn_buf_put(output, block, (size_t)got))
			return tn_fail(err, output->failed, "its output");
	}
	return TN_OK;
}

/* Run it on these three, within so many seconds. */
static int
run(const char *const *argv, const int fds[3], int seconds, uid_t uid,
    gid_t gid, struct tn_err *err)
{
	char words[RUN_STDERR_MAX];
	int ended = 0;
	int status;
	pid_t child;

	if (access(argv[0], X_OK))
		return tn_fail_errno(err, TN_E_NOT_FOUND, errno, "cannot run");
	child = fork();
	if (child < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "fork");
	if (!child)
		become(argv, fds, uid, gid);
	status = wait_for(child, seconds, &ended, err);
	if (status == TN_OK && (!WIFEXITED(ended) || WEXITSTATUS(ended))) {
		read_words(fds[2], words);
		status = tn_fail(err, TN_E_INVALID, "%s",
		                 words[0] ? words : "it failed");
	}
	return status;
}

int
init_run(const char *const *argv, const void *input, size_t len, uid_t uid,
         gid_t gid, struct tn_buf *output, struct tn_err *err)
{
	int fds[3] = { -1, -1, -1 };
	int status;
	int i;

	status = memory_file("input", input, len, &fds[0], err);
	if (status == TN_OK)
		status = memory_file("output", NULL, 0, &fds[1], err);
	if (status == TN_OK)
		status = memory_file("errors", NULL, 0, &fds[2], err);
	if (status == TN_OK)
		status = run(argv, fds, RUN_SECONDS, uid, gid, err);
	if (status == TN_OK && output)
		status = read_output(fds[1], output, err);
	for (i = 0; i < 3; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	if (status != TN_OK)
		tn_context(err, "%s", argv[0]);
	return status;
}

int
init_run_files(const char *const *argv, int input, int output, uid_t uid,
               gid_t gid, struct tn_err *err)
{
	int fds[3] = { input, output, -1 };
	int none = -1;
	int status;

	status = memory_file("none", NULL, 0, &none, err);
	if (status == TN_OK)
		status = memory_file("errors", NULL, 0, &fds[2], err);
	if (status == TN_OK) {
		fds[0] = input < 0 ? none : input;
		fds[1] = output < 0 ? none : output;
		status = run(argv, fds, RUN_LONG, uid, gid, err);
	}
	if (fds[2] >= 0)
		close(fds[2]);
	if (none >= 0)
		close(none);
	if (status != TN_OK)
		tn_context(err, "%s", argv[0]);
	return status;
}

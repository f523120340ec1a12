#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "confine.h"

/* What a process may not do, or may. Each returns -1 and errno, or >= 0. */
static int
try_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
try_network(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int
try_write(void)
{
	return open("/dev/null", O_WRONLY);
}

static int
try_exec(void)
{
	char name[] = "true";
	char *arguments[] = { name, NULL };

	return execv("/bin/true", arguments);
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid;
}

static int
try_kill(void)
{
	return kill(getpid(), 0);
}

static int
try_ptrace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int
try_unlink(void)
{
	return unlink("/nonexistent/x");
}

static int
try_pidfd(void)
{
	return pidfd_open(getpid(), 0);
}

static int
try_proc(void)
{
	return open("/proc/self/status", O_RDONLY);
}

static const struct row {
	const char *name;
	int (*confine)(struct tn_err *err);
	int (*attempt)(void);
	bool allowed;
} rows[] = {
	{ "publish opens no socket", tn_confine_publish, try_socket, false },
	{ "publish executes nothing", tn_confine_publish, try_exec, false },
	{ "publish starts no process", tn_confine_publish, try_fork, false },
	{ "publish ends no process", tn_confine_publish, try_kill, false },
	{ "publish ends none by pidfd", tn_confine_publish, try_pidfd, false },
	{ "publish traces nobody", tn_confine_publish, try_ptrace, false },
	{ "publish removes files", tn_confine_publish, try_unlink, true },
	{ "the reaper opens no socket", tn_confine_reaper, try_socket, false },
	{ "the reaper executes nothing", tn_confine_reaper, try_exec, false },
	{ "the reaper starts no process", tn_confine_reaper, try_fork, false },
	{ "the reaper ends none by number", tn_confine_reaper, try_kill,
	  false },
	{ "the reaper removes no file", tn_confine_reaper, try_unlink, false },
	{ "the reaper traces nobody", tn_confine_reaper, try_ptrace, false },
	{ "the reaper holds processes", tn_confine_reaper, try_pidfd, true },
	{ "the reaper reads /proc", tn_confine_reaper, try_proc, true },
	{ "sessions opens local sockets", tn_confine_sessions, try_socket,
	  true },
	{ "sessions opens no other socket", tn_confine_sessions, try_network,
	  false },
	{ "sessions writes no file", tn_confine_sessions, try_write, false },
	{ "sessions reads files", tn_confine_sessions, try_proc, true },
	{ "sessions executes nothing", tn_confine_sessions, try_exec, false },
	{ "sessions starts no process", tn_confine_sessions, try_fork, false },
	{ "sessions ends no process", tn_confine_sessions, try_kill, false },
	{ "sessions ends none by pidfd", tn_confine_sessions, try_pidfd,
	  false },
	{ "sessions traces nobody", tn_confine_sessions, try_ptrace, false },
	{ "net opens sockets", tn_confine_net, try_socket, true },
	{ "net executes nothing", tn_confine_net, try_exec, false },
	{ "net traces nobody", tn_confine_net, try_ptrace, false },
};

/* In a process of its own: 0 it went, 1 EPERM, 2 not confined. */
static int
outcome(const struct row *row)
{
	int status = -1;
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		if (row->confine(NULL) != TN_OK)
			_exit(2);
		errno = 0;
		_exit(row->attempt() < 0 && errno == EPERM ? 1 : 0);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "%s: killed", row->name);
	return WEXITSTATUS(status);
}

Test(confine, each_process_does_what_its_row_in_the_design_says)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(outcome(&rows[i]), rows[i].allowed ? 0 : 1, "%s",
		             rows[i].name);
}

/*
 * Tries from inside what each process of tenured may do and what not: with the
 * very functions that the daemon confines itself with, its user and its
 * capabilities. docs/design.md has the table. Every attempt is also made by
 * root without confinement, where it must go: a refusal there would prove
 * nothing.
 *
 * usage: confined_try SCRATCH-FOLDER VICTIM-PID       (as root)
 * The folder: world-readable, root's, with snapshot/, aside/, and a file
 * "ordinary" that only the ordinary user reads whose process the victim is.
 * Prints a line "ok - ..." or "not ok - ..." for each.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/attrs.h"
#include "confine.h"
#include "privilege.h"

static char folder[128];
static char aside[160]; /* what may be spoiled */
static char device[160];
static pid_t victim;

/* Each attempt: -1 and errno, or >= 0. */
static int
udp_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static int
raw_socket(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static int
unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
low_port(void)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
		                             .sin_port = htons(389) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? -1
	              : bind(fd, (const struct sockaddr *)&address,
	                     sizeof(address));
}

static int
run_program(void)
{
	char name[] = "true";
	char *arguments[] = { name, NULL };
	pid_t pid = vfork();
	int status = -1;

	/* vfork shares memory: errno of a refused execve comes back. */
	if (pid == 0) {
		execv("/bin/true", arguments);
		_exit(111);
	}
	if (pid < 0)
		return -1;
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WEXITSTATUS(status) == 111 ? -1 : 0;
}

static int
new_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid;
}

static int
signal_another(void)
{
	return kill(victim, 0);
}

static int
signal_by_pidfd(void)
{
	int fd = pidfd_open(victim, 0);

	return fd < 0 ? -1 : pidfd_send_signal(fd, 0, NULL, 0);
}

static int
trace_another(void)
{
	return (int)ptrace(PTRACE_SEIZE, victim, NULL, NULL);
}

static int
become_root(void)
{
	/* Not one id is enough: who is root already changes to another. */
	return getuid() == 0 ? setresuid(1, 1, 1) : setresuid(0, 0, 0);
}

static int
mount_something(void)
{
	return mount("none", aside, "tmpfs", 0, NULL);
}

static int
change_root(void)
{
	return chroot(folder);
}

static int
new_namespace(void)
{
	return unshare(CLONE_NEWNS);
}

static int
make_device(void)
{
	return mknod(device, S_IFCHR | 0600, 0x0103);
}

static int
give_away(void)
{
	return chown(aside, 1, 1);
}

static int
open_in(const char *name, int flags)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return open(path, flags | O_CLOEXEC, 0600);
}

static int
write_snapshot(void)
{
	return open_in("snapshot/overlay", O_WRONLY | O_CREAT);
}

static int
read_snapshot(void)
{
	return open_in("snapshot", O_RDONLY | O_DIRECTORY);
}

static int
remove_file(void)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/snapshot/old", folder);
	return unlinkat(AT_FDCWD, path, 0);
}

static int
read_passwd(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static int
read_others_file(void)
{
	return open_in("ordinary", O_RDONLY);
}

static int
read_anothers_environment(void)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/environ", (int)victim);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -1 : (int)read(fd, path, 1);
}

static int
list_processes(void)
{
	char entries[1024];
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0
	           ? -1
	           : (int)syscall(SYS_getdents64, fd, entries, sizeof(entries));
}

static int
load_program(void)
{
	/* An unknown command is EINVAL to who may ask at all. */
	return syscall(SYS_bpf, 9999, NULL, 0) < 0 && errno == EINVAL ? 0 : -1;
}

static int
use_keys(void)
{
	/* KEYCTL_GET_KEYRING_ID of the process's session */
	return syscall(SYS_keyctl, 0, -3, 1) < 0 && errno != ENOKEY ? -1 : 0;
}

enum role { NET, PUBLISH, REAPER, ENFORCER, SESSIONS, ROLES, NOBODY = ROLES };

static const char *const names[] = { "net",        "publish",
	                             "the reaper", "the enforcer",
	                             "sessions",   "root, unconfined," };

/* + it goes, - it is refused; net, publish, reaper, enforcer, sessions. What stands with
   ? goes in a test, and is narrowed by the unit alone (design.md). */
static const struct row {
	const char *what;
	int (*attempt)(void);
	const char *may;
} rows[] = {
	{ "opens a socket to the network", udp_socket, "+--?-" },
	{ "opens a raw socket", raw_socket, "-----" },
	{ "opens a local socket", unix_socket, "+--++" },
	{ "listens where servers do", low_port, "-----" },
	{ "runs a program", run_program, "-----" },
	{ "starts a process", new_process, "?--?-" },
	{ "signals another's process by number", signal_another, "-----" },
	{ "signals another's process by pidfd", signal_by_pidfd, "--+--" },
	{ "traces another's process", trace_another, "-----" },
	{ "changes to another user", become_root, "-----" },
	{ "mounts", mount_something, "-----" },
	{ "changes its root", change_root, "-----" },
	{ "makes a namespace", new_namespace, "-----" },
	{ "makes a device", make_device, "-----" },
	{ "gives a file away", give_away, "-----" },
	{ "writes the snapshot", write_snapshot, "-+---" },
	{ "removes an old snapshot", remove_file, "-+--?" },
	{ "reads the snapshot", read_snapshot, "+++++" },
	{ "reads /etc/passwd", read_passwd, "+++++" },
	{ "reads what others than the owner may not", read_others_file,
	  "-----" },
	{ "reads another's environment", read_anothers_environment, "-----" },
	{ "sees the processes", list_processes, "+-++-" },
	{ "loads code into the kernel", load_program, "-----" },
	{ "uses keyrings", use_keys, "-----" },
};

static int
confine(enum role role)
{
	uid_t uid = 0;
	gid_t gid = 0;
	unsigned int capabilities = 0;
	const char *user = NULL;
	int rc;

	if (role == NOBODY)
		return TN_OK;
	if (role == NET)
		user = "tenure";
	else if (role == REAPER)
		user = "tenure-reaper";
	else if (role == ENFORCER)
		user = "tenure-enforcer";
	if (role == REAPER)
		capabilities = 1u << CAP_KILL | 1u << CAP_SYS_PTRACE;
	if (user != NULL && tn_system_user(user, &uid, &gid, NULL) != TN_OK)
		return TN_E_NOT_FOUND;
	rc = tn_privilege_drop(uid, gid, capabilities, getppid(), NULL);
	if (rc != TN_OK)
		return rc;
	if (role == PUBLISH)
		return tn_confine_publish(NULL);
	if (role == REAPER)
		return tn_confine_reaper(NULL);
	if (role == SESSIONS)
		return tn_confine_sessions(NULL);
	return tn_confine_net(NULL);
}

/* In a process of its own: 0 it went, 1 it was refused, else neither. */
static int
outcome(const struct row *row, enum role role)
{
	int status = -1;
	pid_t pid;

	(void)fflush(stdout);
	(void)close(open_in("snapshot/old", O_WRONLY | O_CREAT));
	(void)unlink(device);
	pid = fork();
	if (pid == 0) {
		if (confine(role) != TN_OK)
			_exit(2);
		errno = 0;
		if (row->attempt() >= 0)
			_exit(0);
		_exit(errno == EPERM || errno == EACCES ? 1 : 3);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 4;
	return WEXITSTATUS(status);
}

static int
judge(const struct row *row, enum role role, char may)
{
	const int wanted = may == '-' ? 1 : 0;
	const int got = outcome(row, role);

	printf("%sok - %s %s%s\n", got == wanted ? "" : "not ", names[role],
	       wanted != 0 ? "never " : "", row->what);
	if (got != wanted)
		printf("# %s\n", got == 0   ? "it went"
		                 : got == 1 ? "it was refused"
		                            : "it failed otherwise");
	return got == wanted ? 0 : 1;
}

int
main(int argc, char **argv)
{
	int failed = 0;
	size_t i;
	int role;

	if (argc != 3 || strlen(argv[1]) >= sizeof(folder))
		return 2;
	(void)snprintf(folder, sizeof(folder), "%s", argv[1]);
	(void)snprintf(aside, sizeof(aside), "%s/aside", folder);
	(void)snprintf(device, sizeof(device), "%s/device", folder);
	victim = (pid_t)strtol(argv[2], NULL, 10);
	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		failed += judge(&rows[i], NOBODY, '+');
		for (role = 0; role < ROLES; role++)
			failed +=
			    judge(&rows[i], (enum role)role, rows[i].may[role]);
	}
	return failed == 0 ? 0 : 1;
}

#include <config.h>

#include "process_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/text.h"
#include "server_rotation.h"

#define GRACE_MS   200
#define KILL_MS    500
#define ROUNDS_MAX 20
#define BATCH      256 /* processes held at once; the rest in the next round */
#define STATUS_MAX 2048

static bool
read_file(int folder, const char *name, char *ret, size_t size)
{
	int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t got;

	if (file < 0)
		return false;
	got = read(file, ret, size - 1);
	(void)close(file);
	if (got < 0)
		return false;
	ret[got] = '\0';
	return true;
}

/* What is the process behind this /proc folder? A folder whose process has
   gone reads as nothing, even if its number was given anew. */
static bool
look(int folder, struct tn_process *ret)
{
	char status[STATUS_MAX];
	char loginuid[32];

	if (!read_file(folder, "status", status, sizeof(status)))
		return false;
	if (!read_file(folder, "loginuid", loginuid, sizeof(loginuid)))
		loginuid[0] = '\0';
	return tn_process_parse(status, loginuid, ret);
}

static bool
report_once(struct tn_reported *reported, int pid,
            const struct tn_process *process)
{
	const size_t size = sizeof(reported->seen) / sizeof(reported->seen[0]);
	size_t i;

	for (i = 0; i < size; i++)
		if (reported->seen[i].pid == pid &&
		    reported->seen[i].login == process->login)
			return false;
	reported->seen[reported->next].pid = pid;
	reported->seen[reported->next].login = process->login;
	reported->next = (reported->next + 1) % size;
	tn_log_warning("process %d (%s, uid %u) was begun in a login of uid "
	               "%u, who is dead: not ended, look at it",
	               pid, process->name, process->effective, process->login);
	return true;
}

/*
 * Holds the process and signals it. Returns its pidfd, or -1.
 * kill  SIGKILL; else SIGHUP, and SIGCONT for what is stopped.
 */
static int
end_one(int folder, int pid, bool kill, const struct tn_dead_set *dead)
{
	struct tn_process process;
	int pidfd = pidfd_open(pid, 0);

	if (pidfd < 0)
		return -1;
	/* From here on the number cannot be given anew; what was read before
	   may have been another process: read again. */
	if (!look(folder, &process) ||
	    tn_reap_decide(&process, dead) != TN_REAP_END) {
		(void)close(pidfd);
		return -1;
	}
	if (pidfd_send_signal(pidfd, kill ? SIGKILL : SIGHUP, NULL, 0) != 0 &&
	    errno != ESRCH)
		tn_log_error("process %d (%s) of dead uid %u: not ended: "
		             "error %d",
		             pid, process.name, process.real, errno);
	if (!kill) {
		(void)pidfd_send_signal(pidfd, SIGCONT, NULL, 0);
		tn_log_info("ending process %d (%s) of dead uid %u", pid,
		            process.name, process.real);
	}
	return pidfd;
}

static void
wait_for(struct pollfd *pollers, size_t count, int64_t ms)
{
	int64_t until = tn_now_ms() + ms;
	size_t left = count;
	int64_t rest;
	size_t i;

	while (left > 0 && (rest = until - tn_now_ms()) > 0) {
		if (poll(pollers, count, (int)rest) <= 0)
			continue;
		for (i = 0; i < count; i++) {
			if (pollers[i].fd < 0 || pollers[i].revents == 0)
				continue;
			(void)close(pollers[i].fd);
			pollers[i].fd = -1;
			left--;
		}
	}
	for (i = 0; i < count; i++)
		if (pollers[i].fd >= 0)
			(void)close(pollers[i].fd);
}

static size_t
one_round(DIR *proc, bool kill, const struct tn_dead_set *dead,
          struct tn_reported *reported, struct tn_scan_result *result)
{
	struct pollfd pollers[BATCH];
	struct tn_process process;
	unsigned long long number;
	struct dirent *entry;
	size_t count = 0;
	enum tn_reap reap;
	int folder;
	int pidfd;

	rewinddir(proc);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): the reaper has one thread */
	while (count < BATCH && (entry = readdir(proc)) != NULL) {
		if (!tn_text_to_u64(entry->d_name, INT32_MAX, &number) ||
		    number <= 1)
			continue;
		folder = openat(dirfd(proc), entry->d_name,
		                O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (folder < 0)
			continue;
		reap = look(folder, &process) ? tn_reap_decide(&process, dead)
		                              : TN_REAP_LEAVE;
		if (reap == TN_REAP_REPORT &&
		    report_once(reported, (int)number, &process))
			result->reported++;
		if (reap == TN_REAP_END) {
			pidfd = end_one(folder, (int)number, kill, dead);
			if (pidfd >= 0)
				pollers[count++] =
				    (struct pollfd){ .fd = pidfd,
					             .events = POLLIN };
		}
		(void)close(folder);
	}
	wait_for(pollers, count, kill ? KILL_MS : GRACE_MS);
	return count;
}

int
tn_process_scan(const struct tn_dead_set *dead, struct tn_reported *reported,
                struct tn_scan_result *ret, struct tn_err *err)
{
	struct tn_scan_result result = { 0 };
	size_t found = 1;
	DIR *proc = NULL;
	int round;

	if (dead->count > 0) {
		proc = opendir("/proc");
		if (proc == NULL)
			return tn_fail_errno(err, TN_E_IO, errno, "/proc");
	}
	for (round = 0; proc != NULL && found > 0 && round < ROUNDS_MAX;
	     round++) {
		found = one_round(proc, round > 0, dead, reported, &result);
		if (round == 0)
			result.ended = found;
	}
	if (proc != NULL)
		(void)closedir(proc);
	*ret = result;
	return TN_OK;
}

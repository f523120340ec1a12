#include <config.h>

#include "process_scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/text.h"
#include "server_rotation.h"

#define GRACE_MS      200
#define KILL_MS       500
#define ROUNDS_MAX    20
#define TERMINALS_MAX 64
#define HELD_MAX      256 /* pidfds at once: the others are not waited for */
#define STATUS_MAX    2048
#define STAT_MAX      512

/* A process that has to do with a dead person. */
struct found {
	int pid;
	struct tn_process process;
};

struct scan {
	DIR *proc;
	const struct tn_dead_set *dead;
	const struct tn_farewell *farewell;
	struct tn_reported *reported;
	int daemon; /* our parent */
	int round;
	struct tn_open_sessions open;
	/* As many as there are: somebody who is dead can have thousands, and
	   whatever was left out could be what starts the others again. */
	struct found *found;
	size_t count;
	size_t room;
	size_t missed; /* no memory: in the next round */
	/* Told to go in this scan, so that each is counted once; and the
	   sessions that were counted. */
	int told[1024];
	size_t told_count;
	struct {
		uint32_t uid;
		uint32_t session;
	} ended_sessions[TN_SESSIONS_MAX];
	size_t ended_count;
	struct tn_scan_result result;
};

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
	char stat[STAT_MAX];
	char loginuid[32];
	char sessionid[32];

	if (!read_file(folder, "status", status, sizeof(status)))
		return false;
	if (!read_file(folder, "loginuid", loginuid, sizeof(loginuid)))
		loginuid[0] = '\0';
	if (!read_file(folder, "sessionid", sessionid, sizeof(sessionid)))
		sessionid[0] = '\0';
	if (!read_file(folder, "stat", stat, sizeof(stat)))
		stat[0] = '\0';
	return tn_process_parse(status, loginuid, sessionid, stat, ret);
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

struct tn_reaped *
tn_scan_person(struct tn_scan_result *result, uint32_t uid)
{
	size_t i;

	for (i = 0; i < result->people_count; i++)
		if (result->people[i].uid == uid)
			return &result->people[i];
	if (result->people_count == TN_REAPED_MAX) {
		result->is_partial = true;
		return NULL;
	}
	result->people[result->people_count] = (struct tn_reaped){ .uid = uid };
	return &result->people[result->people_count++];
}

static struct tn_reaped *
person(struct scan *scan, const struct tn_process *process)
{
	static struct tn_reaped nobody; /* those who are not counted */
	struct tn_reaped *found =
	    tn_scan_person(&scan->result, tn_reap_whose(process, scan->dead));

	return found != NULL ? found : &nobody;
}

/* Each terminal once, before anything on it ends. */
static void
say_farewell(const struct scan *scan)
{
	uint32_t told[TERMINALS_MAX];
	const struct found *found;
	bool is_said = false;
	size_t count = 0;
	size_t i;
	size_t j;

	for (i = 0; i < scan->count && count < TERMINALS_MAX; i++) {
		found = &scan->found[i];
		if (found->process.terminal == 0 ||
		    tn_reap_decide(&found->process, scan->dead, &scan->open) <
		        TN_REAP_END_LATER)
			continue;
		for (j = 0; j < count; j++)
			if (told[j] == found->process.terminal)
				break;
		if (j < count)
			continue;
		told[count++] = found->process.terminal;
		is_said |= tn_farewell_say(
		    scan->farewell, tn_reap_whose(&found->process, scan->dead),
		    found->process.terminal);
	}
	/* sshd's own process for the connection is among those that end. */
	if (is_said)
		(void)poll(NULL, 0, TN_FAREWELL_MS);
}

static void
count_session(struct scan *scan, const struct tn_process *process,
              struct tn_reaped *whose)
{
	size_t i;

	if (process->session == TN_NO_SESSION || process->login != whose->uid)
		return;
	for (i = 0; i < scan->ended_count; i++)
		if (scan->ended_sessions[i].uid == whose->uid &&
		    scan->ended_sessions[i].session == process->session)
			return;
	if (scan->ended_count < TN_SESSIONS_MAX) {
		scan->ended_sessions[scan->ended_count].uid = whose->uid;
		scan->ended_sessions[scan->ended_count++].session =
		    process->session;
	}
	whose->sessions++;
}

static void
count_ended(struct scan *scan, int pid, const struct tn_process *process)
{
	struct tn_reaped *whose = person(scan, process);
	size_t i;

	for (i = 0; i < scan->told_count; i++)
		if (scan->told[i] == pid)
			return;
	if (scan->told_count < sizeof(scan->told) / sizeof(scan->told[0]))
		scan->told[scan->told_count++] = pid;
	scan->result.ended++;
	whose->ended++;
	count_session(scan, process, whose);
	tn_log_info("ending process %d (%s, uid %u) of dead uid %u", pid,
	            process->name, process->effective, whose->uid);
}

/*
 * Holds the process and signals it. Returns its pidfd, or -1.
 * kill  SIGKILL; else SIGHUP, and SIGCONT for what is stopped.
 */
static int
end_one(struct scan *scan, int pid, bool kill)
{
	struct tn_process process;
	char number[16];
	int pidfd = -1;
	int folder;

	(void)snprintf(number, sizeof(number), "%d", pid);
	folder = openat(dirfd(scan->proc), number,
	                O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (folder >= 0)
		pidfd = pidfd_open(pid, 0);
	/* From here on the number cannot be given anew; what was read before
	   may have been another process: read again. */
	if (pidfd >= 0 && (!look(folder, &process) ||
	                   tn_reap_decide(&process, scan->dead, &scan->open) <
	                       TN_REAP_END_LATER)) {
		(void)close(pidfd);
		pidfd = -1;
	}
	if (folder >= 0)
		(void)close(folder);
	if (pidfd < 0)
		return -1;
	count_ended(scan, pid, &process);
	if (pidfd_send_signal(pidfd, kill ? SIGKILL : SIGHUP, NULL, 0) != 0 &&
	    errno != ESRCH)
		tn_log_error("process %d (%s) of dead uid %u: not ended: "
		             "error %d",
		             pid, process.name, process.real, errno);
	if (!kill)
		(void)pidfd_send_signal(pidfd, SIGCONT, NULL, 0);
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

static void
add_found(struct scan *scan, int pid, const struct tn_process *process)
{
	size_t room = scan->room > 0 ? scan->room * 2 : 256;
	struct found *found;

	if (scan->count == scan->room) {
		found = reallocarray(scan->found, room, sizeof(*found));
		if (found == NULL) {
			person(scan, process)->left++;
			scan->missed++;
			return;
		}
		scan->found = found;
		scan->room = room;
	}
	scan->found[scan->count++] =
	    (struct found){ .pid = pid, .process = *process };
}

/* Who has to do with the dead, and which of their sessions are open. */
static void
find(struct scan *scan)
{
	struct tn_process process;
	unsigned long long number;
	struct dirent *entry;
	int folder;

	scan->count = 0;
	scan->missed = 0;
	rewinddir(scan->proc);
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): the reaper has one thread */
	while ((entry = readdir(scan->proc)) != NULL) {
		if (!tn_text_to_u64(entry->d_name, INT32_MAX, &number) ||
		    number <= 1)
			continue;
		folder = openat(dirfd(scan->proc), entry->d_name,
		                O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
		if (folder < 0)
			continue;
		if (look(folder, &process) && !process.is_zombie &&
		    tn_reap_whose(&process, scan->dead) != TN_NO_LOGIN_UID &&
		    (scan->daemon <= 1 || ((int)number != scan->daemon &&
		                           process.parent != scan->daemon))) {
			tn_open_sessions_note(&scan->open, &process,
			                      scan->dead);
			add_found(scan, (int)number, &process);
		}
		(void)close(folder);
	}
}

/* How many were to be ended. */
static size_t
one_round(struct scan *scan)
{
	struct pollfd pollers[HELD_MAX];
	size_t ending;
	size_t count = 0;
	enum tn_reap reap;
	bool kill = false;
	size_t i;
	int pidfd;

	for (i = 0; i < scan->result.people_count; i++) {
		scan->result.people[i].reported = 0;
		scan->result.people[i].left = 0;
	}
	find(scan);
	ending = scan->missed;
	if (scan->round == 0)
		say_farewell(scan);
	for (i = 0; i < scan->count; i++) {
		const struct found *found = &scan->found[i];

		reap = tn_reap_decide(&found->process, scan->dead, &scan->open);
		if (reap == TN_REAP_REPORT) {
			person(scan, &found->process)->reported++;
			if (report_once(scan->reported, found->pid,
			                &found->process))
				scan->result.reported++;
		}
		if (reap < TN_REAP_END_LATER)
			continue;
		ending++;
		person(scan, &found->process)->left++;
		if (reap == TN_REAP_END_LATER && scan->round == 0)
			continue;
		kill = scan->round > (reap == TN_REAP_END_LATER ? 1 : 0);
		pidfd = end_one(scan, found->pid, kill);
		if (pidfd >= 0 && count < HELD_MAX)
			pollers[count++] =
			    (struct pollfd){ .fd = pidfd, .events = POLLIN };
		else if (pidfd >= 0)
			(void)close(pidfd);
	}
	wait_for(pollers, count, kill ? KILL_MS : GRACE_MS);
	return ending;
}

int
tn_process_scan(const struct tn_dead_set *dead,
                const struct tn_farewell *farewell,
                struct tn_reported *reported, struct tn_scan_result *ret,
                struct tn_err *err)
{
	static struct scan scan; /* large; one thread */
	size_t ending = 1;

	scan = (struct scan){ .dead = dead,
		              .farewell = farewell,
		              .reported = reported,
		              .daemon = getppid() };
	if (dead->count > 0) {
		scan.proc = opendir("/proc");
		if (scan.proc == NULL)
			return tn_fail_errno(err, TN_E_IO, errno, "/proc");
		for (; ending > 0 && scan.round < ROUNDS_MAX; scan.round++)
			ending = one_round(&scan);
		(void)closedir(scan.proc);
		free(scan.found);
	}
	*ret = scan.result;
	return TN_OK;
}

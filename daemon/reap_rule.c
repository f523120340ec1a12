#include <config.h>

#include "reap_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "account/serve_rule.h"
#include "base/text.h"

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void
tn_dead_set_make(struct tn_dead_set *set, uint32_t min_uid)
{
	size_t kept = 0;
	size_t i;

	if (set->count == 0)
		return;
	qsort(set->uids, set->count, sizeof(set->uids[0]), compare);
	for (i = 0; i < set->count; i++) {
		if (!tn_id_is_allowed(set->uids[i], min_uid))
			continue;
		if (kept > 0 && set->uids[kept - 1] == set->uids[i])
			continue;
		set->uids[kept++] = set->uids[i];
	}
	set->count = kept;
}

bool
tn_dead_set_has(const struct tn_dead_set *set, uint32_t uid)
{
	return set->count > 0 && bsearch(&uid, set->uids, set->count,
	                                 sizeof(uid), compare) != NULL;
}

uint32_t
tn_reap_whose(const struct tn_process *process, const struct tn_dead_set *dead)
{
	const uint32_t uids[] = { process->real, process->effective,
		                  process->saved, process->filesystem };
	size_t i;

	for (i = 0; i < sizeof(uids) / sizeof(uids[0]); i++)
		if (tn_dead_set_has(dead, uids[i]))
			return uids[i];
	if (process->login != TN_NO_LOGIN_UID &&
	    tn_dead_set_has(dead, process->login))
		return process->login;
	return TN_NO_LOGIN_UID;
}

/* One of these uids, and not the login's alone. */
static bool
is_own(const struct tn_process *process, const struct tn_dead_set *dead)
{
	return tn_dead_set_has(dead, process->real) ||
	       tn_dead_set_has(dead, process->effective) ||
	       tn_dead_set_has(dead, process->saved) ||
	       tn_dead_set_has(dead, process->filesystem);
}

static bool
is_open(const struct tn_open_sessions *sessions, uint32_t id)
{
	size_t i;

	for (i = 0; i < sessions->count; i++)
		if (sessions->ids[i] == id)
			return true;
	return false;
}

void
tn_open_sessions_note(struct tn_open_sessions *sessions,
                      const struct tn_process *process,
                      const struct tn_dead_set *dead)
{
	if (process->is_zombie || process->session == TN_NO_SESSION ||
	    process->login == TN_NO_LOGIN_UID ||
	    !tn_dead_set_has(dead, process->login) ||
	    !(process->terminal != 0 || is_own(process, dead)) ||
	    is_open(sessions, process->session) ||
	    sessions->count == TN_SESSIONS_MAX)
		return;
	sessions->ids[sessions->count++] = process->session;
}

enum tn_reap
tn_reap_decide(const struct tn_process *process, const struct tn_dead_set *dead,
               const struct tn_open_sessions *sessions)
{
	if (process->is_zombie)
		return TN_REAP_LEAVE;
	if (is_own(process, dead))
		return TN_REAP_END;
	if (process->login == TN_NO_LOGIN_UID ||
	    !tn_dead_set_has(dead, process->login))
		return TN_REAP_LEAVE;
	if (process->terminal != 0 || (process->session != TN_NO_SESSION &&
	                               is_open(sessions, process->session)))
		return TN_REAP_END_LATER;
	return TN_REAP_REPORT;
}

/* The text behind "\nKey:\t", or NULL. */
static const char *
line_of(const char *status, const char *key)
{
	const char *at = strstr(status, key);

	return at != NULL ? at + strlen(key) : NULL;
}

/* A number on a line of its own, or otherwise. */
static uint32_t
number_or(const char *text, uint32_t otherwise)
{
	unsigned long long value;
	char number[16];

	if (!tn_text_copy(number, sizeof(number), text))
		return otherwise;
	tn_text_trim(number);
	number[strcspn(number, "\n")] = '\0';
	return tn_text_to_u64(number, UINT32_MAX, &value) ? (uint32_t)value
	                                                  : otherwise;
}

/* "PID (name) state ppid pgrp session tty_nr ...": the process chooses its
   name, which has no newline but may have ")". */
static uint32_t
terminal_of(const char *stat)
{
	const char *behind = strrchr(stat, ')');
	char state;
	int parent, group, session, terminal;

	if (behind == NULL ||
	    /* NOLINTNEXTLINE(cert-err34-c): numbers that the kernel wrote */
	    sscanf(behind + 1, " %c %d %d %d %d", &state, &parent, &group,
	           &session, &terminal) != 5)
		return 0;
	return (uint32_t)terminal;
}

/* A process whose first thread left by pthread_exit() reads as a zombie for as
   long as its other threads work on. In stat, since the status has the number
   behind the groups, of which there may be thousands. */
static bool
has_other_threads(const char *stat)
{
	const char *behind = strrchr(stat, ')');
	long threads;

	return behind == NULL ||
	       /* NOLINTNEXTLINE(cert-err34-c): numbers that the kernel wrote */
	       sscanf(behind + 1,
	              " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
	              "%*s %*s %*s %*s %ld",
	              &threads) != 1 ||
	       threads > 1;
}

bool
tn_process_parse(const char *status, const char *loginuid,
                 const char *sessionid, const char *stat,
                 struct tn_process *ret)
{
	struct tn_process process = { .login = TN_NO_LOGIN_UID };
	const char *uid = line_of(status, "\nUid:\t");
	const char *state = line_of(status, "\nState:\t");
	const char *parent = line_of(status, "\nPPid:\t");

	/* The name is the first line and the process chooses it; the kernel
	   escapes a newline in it, so the first "\nUid:" is the kernel's. */
	if (uid == NULL || state == NULL || strncmp(status, "Name:\t", 6) != 0)
		return false;
	/* NOLINTBEGIN(cert-err34-c): numbers that the kernel wrote */
	if (sscanf(uid, "%u\t%u\t%u\t%u", &process.real, &process.effective,
	           &process.saved, &process.filesystem) != 4)
		return false;
	if (parent != NULL)
		(void)sscanf(parent, "%d", &process.parent);
	/* NOLINTEND(cert-err34-c) */
	(void)sscanf(status + 6, "%31[^\n]", process.name);
	process.is_zombie =
	    (state[0] == 'Z' || state[0] == 'X') && !has_other_threads(stat);
	process.login = number_or(loginuid, TN_NO_LOGIN_UID);
	process.session = number_or(sessionid, TN_NO_SESSION);
	process.terminal = terminal_of(stat);
	*ret = process;
	return true;
}

/* Walks /proc and ends what reap_rule.h says. Used by the reaper alone. */
#ifndef TN_DAEMON_PROCESS_SCAN_H
#define TN_DAEMON_PROCESS_SCAN_H

#include "base/err.h"
#include "farewell.h"
#include "reap_rule.h"

/* Processes that were reported already, so that each is logged once. */
struct tn_reported {
	struct {
		int pid;
		uint32_t login;
	} seen[256];
	size_t next;
};

/* What was found of one dead person. */
struct tn_reaped {
	uint32_t uid;
	uint32_t ended;    /* told to go, or killed */
	uint32_t sessions; /* login sessions that they belonged to */
	uint32_t reported; /* begun in a login of theirs, and left alone */
	uint32_t left;     /* to be ended, and still there */
	bool lingers;      /* logind would start their manager again */
};

/* Of one look; beyond it nothing is claimed of anybody (is_partial). */
#define TN_REAPED_MAX 1024

struct tn_scan_result {
	size_t ended;    /* of everybody */
	size_t reported; /* for the first time */
	struct tn_reaped people[TN_REAPED_MAX];
	size_t people_count;
	bool is_partial; /* there were more people than that */
};

/* The count of this person, begun where there is none; NULL: no room. */
struct tn_reaped *tn_scan_person(struct tn_scan_result *result, uint32_t uid);

/*
 * End every process of the dead. Their terminals are told why; then SIGHUP and
 * SIGCONT, 200 ms of grace, then SIGKILL, and again until none is found (a few rounds at most); those of
 * another uid a round later. Each is held by a pidfd and looked at again
 * through its /proc folder before a signal is sent, so that a number which was
 * given anew hits nobody. This daemon's own processes are never touched,
 * whoever started it.
 */
int tn_process_scan(const struct tn_dead_set *dead,
                    const struct tn_farewell *farewell,
                    struct tn_reported *reported, struct tn_scan_result *ret,
                    struct tn_err *err);

#endif

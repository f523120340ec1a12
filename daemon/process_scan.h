/* Walks /proc and ends what reap_rule.h says. Used by the reaper alone. */
#ifndef TN_DAEMON_PROCESS_SCAN_H
#define TN_DAEMON_PROCESS_SCAN_H

#include "base/err.h"
#include "reap_rule.h"

/* Processes that were reported already, so that each is logged once. */
struct tn_reported {
	struct {
		int pid;
		uint32_t login;
	} seen[256];
	size_t next;
};

struct tn_scan_result {
	size_t ended;    /* told to go, or killed */
	size_t reported; /* for the first time */
};

/*
 * End every process of the dead: SIGHUP and SIGCONT, 200 ms of grace, then
 * SIGKILL, and again until none is found (a few rounds at most). Each is held
 * by a pidfd and looked at again through its /proc folder before a signal is
 * sent, so that a number which was given anew hits nobody.
 */
int
tn_process_scan(const struct tn_dead_set *dead, struct tn_reported *reported,
                struct tn_scan_result *ret, struct tn_err *err);

#endif

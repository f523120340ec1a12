/*
 * The sessions process: root without capabilities, no network, no program. The
 * reaper names people whom it ended; what logind keeps of them is ended here:
 * their sessions, the unit of their manager (which a Restart= would bring back)
 * and lingering, which would bring it back at the next start of the machine.
 * Nobody waits for it, and nothing depends on it.
 */
#ifndef TN_DAEMON_SESSIONS_H
#define TN_DAEMON_SESSIONS_H

#include "config/config.h"

struct tn_sessions_setup {
	const struct tn_config *config;
	const char *snapshot_directory;
	int reaper; /* socket pair: END_USER comes from there */
};

/* Runs until the reaper goes; returns the exit status. */
int tn_sessions_run(const struct tn_sessions_setup *setup);

#endif

/*
 * The reaper process: CAP_KILL and no network. Reads the published file, never
 * net, and ends the sessions of the dead.
 */
#ifndef TN_DAEMON_REAPER_H
#define TN_DAEMON_REAPER_H

#include "config/config.h"

struct tn_reaper_setup {
	const struct tn_config *config;
	const char *snapshot_directory;
	int publish;  /* socket pair: PUBLISHED comes from there */
	int sessions; /* socket pair: END_USER goes there */
};

/* Runs until publish goes; returns the exit status. */
int tn_reaper_run(const struct tn_reaper_setup *setup);

/* More people who are dead though no file says so are told with the file. */
#define TN_UNSAVED_MAX 64

#endif

/*
 * The publish process: root without capabilities and without network. Takes
 * records from net, believes none of them, writes the snapshot.
 */
#ifndef TN_DAEMON_PUBLISH_H
#define TN_DAEMON_PUBLISH_H

#include "config/config.h"

struct tn_publish_setup {
	const struct tn_config *config;
	const char *snapshot_directory;
	int net;    /* socket pair; a datagram channel */
	int reaper; /* socket pair: PUBLISHED goes there */
	int ready;  /* one byte is written when a snapshot is there; closed */
};

/* Runs until net goes; returns the exit status. */
int tn_publish_run(const struct tn_publish_setup *setup);

#endif

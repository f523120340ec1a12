/*
 * A fleet: watching hosts as threads of a few processes, with the watch of
 * lib/directory and the pacing of the daemon. What they share lives in one
 * mapping; a process that is stopped or dead keeps nobody waiting.
 */
#ifndef TN_TESTS_FLEET_H
#define TN_TESTS_FLEET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/err.h"
#include "directory/connection.h"

#define FLEET_SUFFIX      "dc=example,dc=org"
#define FLEET_SERVERS_MAX 8
#define FLEET_CHANGES_MAX 4096
/* The home directory of a change; its number follows. */
#define FLEET_HOME        "/home/fleet-"
#define FLEET_PER_PROCESS 125

struct fleet_setup {
	uint32_t hosts;
	const char *servers[FLEET_SERVERS_MAX + 1];
	uint32_t server_count;
	const char *ca_file;
	const char *certificate;
	const char *key;
};

struct fleet {
	atomic_bool end;
	atomic_uint live;    /* hosts whose refresh is over */
	atomic_uint returns; /* how often one came back */
	char cookie[4096];   /* where all begin */
	/* When a host saw a change: seen[change * hosts + host], 0: not yet. */
	_Atomic uint64_t seen[];
};

/* One mapping for all processes. */
struct fleet *fleet_new(const struct fleet_setup *setup);
/* Starts the processes; they end with this one. Returns how many. */
uint32_t fleet_start(struct fleet *fleet, const struct fleet_setup *setup,
                     pid_t *ret_pids);

/* As a host would connect to this server; or over ldapi, as root. */
int fleet_connect(const struct fleet_setup *setup, uint32_t server,
                  struct tn_connection **ret, struct tn_err *err);
int fleet_connect_root(struct tn_connection **ret, struct tn_err *err);

void fleet_need(bool done, const char *what);
void fleet_wait_ms(uint32_t ms);

#endif

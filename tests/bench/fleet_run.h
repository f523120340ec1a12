/* One run of the fleet program: what its parts share. */
#ifndef TN_TESTS_FLEET_RUN_H
#define TN_TESTS_FLEET_RUN_H

#include <stdint.h>
#include <sys/types.h>
#include "fleet.h"

#define PATIENCE_NS UINT64_C(30000000000)

struct fleet_run {
	struct fleet_setup setup;
	struct fleet *fleet;
	struct tn_connection *root; /* over ldapi, as bootstrap */
	char (*people)[32];
	uint32_t people_count;
	uint32_t next_change;
	uint64_t sent[FLEET_CHANGES_MAX];
	uint64_t answered[FLEET_CHANGES_MAX];
	pid_t slapds[FLEET_SERVERS_MAX + 1];
	uint32_t slapd_count;
};
extern struct fleet_run fleet_run;

double fleet_ms(uint64_t ns);
/* Of all slapds together, so far; nanoseconds. */
uint64_t fleet_slapd_cpu(void);
void fleet_read_people(void);
/* One person's home, as root. Returns the change's number. */
uint32_t fleet_change(void);
/* One whole refresh for all of them. */
void fleet_find_cookie(void);
/* Starts the hosts and waits until all watch. Returns how many processes. */
uint32_t fleet_start_hosts(pid_t *ret_pids);

/* The parts herd, stop and leave (fleet.c). */
void fleet_herd(void);
void fleet_stop(void);
void fleet_leave(void);

#endif

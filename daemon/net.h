/*
 * The net process: user tenure, no capabilities. Everything here is shared by
 * its threads.
 */
#ifndef TN_DAEMON_NET_H
#define TN_DAEMON_NET_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account_table.h"
#include "answer_time.h"
#include "catch_up.h"
#include "config/config.h"
#include "guesses.h"
#include "held.h"
#include "throttle.h"
#include "host_rules.h"
#include "local_files.h"
#include "prepared.h"
#include "server_rotation.h"

struct tn_net_setup {
	const struct tn_config *config;
	const char *snapshot_directory; /* NULL: where NSS looks */
	int listener; /* PAM's socket, listening, not blocking */
	int publish;  /* socket pair */
};

/* Runs until it cannot go on; returns the exit status. */
int tn_net_run(const struct tn_net_setup *setup);

#define TN_NO_PLACE SIZE_MAX

struct tn_net {
	const struct tn_net_setup *setup;
	const struct tn_config *config;
	struct tn_host_rules rules;
	bool hides_others; /* only who is admitted is shown (only_admitted) */
	struct tn_server_rotation *rotation;
	struct tn_prepared *prepared; /* connections for logins */
	struct tn_guesses *guesses;
	struct tn_held *held; /* connections, for password changes */
	struct tn_throttle *key_changes; /* of each person, made */
	struct tn_answer_time refusal_time;

	/* Under lock, which nobody holds across I/O. */
	pthread_rwlock_t lock;
	struct tn_account_table table;
	struct tn_local_files *local;
	char *cookie;      /* of what the table holds; NULL at first */
	bool is_refreshed; /* the table has been whole at least once */
	bool brake_held;   /* the last refresh tripped it */
	bool locks_lost;   /* the kept locks could not be read */
	uint64_t shape;    /* of what is asked for (resume.h) */

	/* forward.c sleeps here until there is something for publish. */
	pthread_mutex_t work_mutex;
	pthread_cond_t work_cond;
	bool has_work;

	_Atomic int64_t heard;        /* seconds since 1970, or NONE */
	_Atomic int64_t heard_ms;     /* the same, monotonic; 0: not yet */
	_Atomic uint64_t generation;  /* last one published */
	_Atomic size_t watch_place;   /* server of the watch, or TN_NO_PLACE */
	_Atomic bool watch_is_broken; /* heartbeat says: connect anew */
	_Atomic bool watch_may_leave; /* and: a better server is back */
	struct tn_catch_up catch_up;
	_Atomic int64_t clock_ahead;  /* of a second server; TN_TIME_NONE */
	_Atomic uint64_t requests;    /* answered */
};

/* The directory was heard now. */
void tn_net_heard(struct tn_net *net);
/* Has the directory missed a heartbeat, or was never heard? */
bool tn_net_is_silent(struct tn_net *net);
/* Wakes forward.c. */
void tn_net_has_work(struct tn_net *net);

/* The threads' functions; each runs for as long as the process. */
void *tn_watch_loop(void *net);
void *tn_forward_loop(void *net);
void *tn_published_loop(void *net);
void *tn_heartbeat_loop(void *net);

/* How long to wait before the next of several attempts that failed: full
   jitter over 1 s, 2 s, 4 s ... 30 s. Milliseconds. */
int tn_backoff_ms(unsigned int failures);
/* Before the first return to a server that was lost, which all its hosts lost
   at once: they come back at four a second, and a login's bind between them
   waits for none. Before a whole refresh: one every two seconds. */
int tn_return_ms(int fleet_hosts);
int tn_refresh_ms(int fleet_hosts);
/* Before the next attempt after so many that failed, 0: the watch was lost. */
int tn_again_ms(unsigned int failures, int fleet_hosts);

#endif

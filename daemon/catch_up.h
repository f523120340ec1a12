/*
 * A host that comes back hears first what it missed, and lets people in then.
 * Who logs in while the watch is down looks whether a server is there again:
 * if so the watch connects at once, and the login waits until it is in step.
 * Thread-safe.
 */
#ifndef TN_DAEMON_CATCH_UP_H
#define TN_DAEMON_CATCH_UP_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include "server_rotation.h"

enum tn_watch_state {
	TN_WATCH_LOST = 0,
	TN_WATCH_CATCHING_UP, /* connected, and told of what it missed */
	TN_WATCH_IN_STEP,     /* or reading all for the first time */
};

struct tn_catch_up {
	pthread_mutex_t mutex;
	pthread_cond_t cond; /* the state changed, or is_wanted */
	enum tn_watch_state state;
	bool is_wanted;      /* somebody waits for the watch */
	int64_t quiet_until; /* a server was there and the watch was not */
	/* The last look at the servers, by one login for all who waited when it
	   began. */
	pthread_mutex_t look_mutex;
	int64_t looked_at;
	bool is_any_there;
};

/* Before threads. Nonzero: no memory. */
int tn_catch_up_init(struct tn_catch_up *catch_up);

/*
 * For a login, before it is judged. Waits while the watch is told what it
 * missed, and where it is not connected although a server takes connections,
 * until it is: for 3.1 seconds at most. Where no server is there it
 * takes 0.6 seconds at most, and none where the network says so itself; after
 * a wait for nothing (a server that takes connections and says no word) nobody
 * waits for ten seconds.
 */
void tn_catch_up_await(struct tn_catch_up *catch_up,
                       struct tn_server_rotation *rotation);

/* The watch's thread says so: connected, from a state that was known or to
   read everything; in step; and lost. */
void tn_catch_up_begin(struct tn_catch_up *catch_up, bool is_known);
void tn_catch_up_done(struct tn_catch_up *catch_up);
void tn_catch_up_lost(struct tn_catch_up *catch_up);
/* And sleeps before its next attempt, unless a login wants it. */
void tn_catch_up_sleep(struct tn_catch_up *catch_up, int ms);

#endif

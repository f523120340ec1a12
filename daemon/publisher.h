/*
 * What publish knows and has to do, between what it hears: one publication,
 * some of a review, some of a base, a lock by itself. The loop is publish.c.
 */
#ifndef TN_DAEMON_PUBLISHER_H
#define TN_DAEMON_PUBLISHER_H

#include "kept.h"
#include "local_files.h"
#include "offline_accounts.h"
#include "publish.h"
#include "publish_files.h"
#include "publish_locks.h"

/* A disk that refused is tried again after this long, doubling. */
#define TN_RETRY_SECONDS     2
#define TN_RETRY_SECONDS_MAX 60

struct tn_publisher {
	const struct tn_publish_setup *setup;
	struct tn_host_rules rules;
	struct tn_publish_state state;
	struct tn_local_files *local;
	struct tn_kept kept;
	struct tn_offline_accounts offline;
	struct tn_publish_files files;
	struct tn_publish_locks locks;
	struct tn_publish_keys keys;
	bool is_due;      /* something changed since */
	bool is_swept;    /* everybody is to be judged again */
	int64_t pause_ms; /* no sooner than that, so that it takes no core */
	int64_t retry_at; /* after a failure */
	int64_t retry_wait;
	bool failure_told;
	bool base_failure_told;
	bool skew_told;
	bool room_told;
	bool is_ready; /* the parent was told */
};

/* What stands is enough to go on with: who waits for the daemon is told. */
void tn_publisher_is_ready(struct tn_publisher *publish);
/* The host's own files, read again where they changed. */
void tn_publisher_look_at_local(struct tn_publisher *publish);

/* Publishes what is due; where that fails it is due again at .retry_at. */
void tn_publisher_write(struct tn_publisher *publish);
/* Publishes the locks that no PUBLISH follows. */
void tn_publisher_write_locks(struct tn_publisher *publish);

/* How long a publication lets the next one wait, in milliseconds, by what it
   took of the processor and by the clock: a storm of changes gets a fifth of a
   core, and a busy machine or a slow disk makes nobody wait for long. */
int64_t tn_publisher_pause_ms(int64_t worked_ms, int64_t took_ms);

/* Is everybody to be looked at again, and may that go on now? Only in a state
   that net called whole. */
bool tn_publisher_may_review(const struct tn_publisher *publish);
/* For as long as nobody minds. */
void tn_publisher_review(struct tn_publisher *publish);
/* Some of a new base, for later changes. */
void tn_publisher_work_on_base(struct tn_publisher *publish, int64_t now);

#endif

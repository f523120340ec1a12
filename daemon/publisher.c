#include <config.h>

#include "publisher.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "reaper.h"
#include "server_rotation.h"
#include "wire/wire.h"

/* Clocks that differ by more are not both right. */
#define SKEW_MAX 600
/* After a publication it rests for so many times the processor's time that it
   took, and for as long as a slow disk took, up to that. */
#define PAUSE_SHARE    4
#define PAUSE_MAX      2000
#define PAUSE_DISK_MAX 200
/* So long everybody is looked at again before anything else is heard. */
#define REVIEW_MS 50

void
tn_publisher_is_ready(struct tn_publisher *publish)
{
	if (publish->is_ready)
		return;
	publish->is_ready = true;
	if (write(publish->setup->ready, "1", 1) != 1)
		tn_log_warning("the parent was not told: %d", errno);
	(void)close(publish->setup->ready);
}

/*
 * A directory whose clock is far ahead of this host's denies logins by its
 * time, which is on the safe side. What cannot be taken back, the end of
 * somebody's processes on a date, takes this host's word for the date.
 */
static struct tn_moment
judged_moment(struct tn_publisher *publish)
{
	int64_t skew = 0;
	struct tn_moment moment = tn_host_moment(
	    &publish->rules, publish->state.newest_change, &skew);
	bool is_far = skew > SKEW_MAX;

	if (is_far != publish->skew_told)
		publish->is_swept = true;
	if (is_far && !publish->skew_told)
		tn_log_warning("this host's clock is %lld s behind the "
		               "directory's newest change: one of the two is "
		               "wrong; dates end no session until they agree",
		               (long long)skew);
	if (!is_far && publish->skew_told)
		tn_log_info("this host's clock and the directory's agree "
		            "again");
	publish->skew_told = is_far;
	return is_far ? tn_host_moment(&publish->rules, TN_TIME_NONE, NULL)
	              : moment;
}

/* PUBLISHED: to net with the generation, to the reaper as a nudge. */
static void
tell_published(struct tn_publisher *publish)
{
	struct tn_buf datagram;

	tn_buf_init(&datagram, TN_WIRE_MAX);
	tn_message_start(&datagram, TN_WIRE_PUBLISHED);
	tn_message_put_u64(&datagram, TN_TAG_GENERATION,
	                   publish->files.generation);
	(void)tn_message_finish(&datagram);
	/* Neither is waited for: a nudge more or less changes nothing. */
	(void)send(publish->setup->reaper, datagram.data, datagram.len,
	           MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)send(publish->setup->net, datagram.data, datagram.len,
	           MSG_NOSIGNAL | MSG_DONTWAIT);
	tn_buf_done(&datagram);
}

/* Has the time come at which somebody's verdict changes? By the moment that
   is judged at, which may be ahead of this clock. */
static bool
is_judge_time(const struct tn_publisher *publish,
              const struct tn_moment *moment)
{
	return moment->now >= publish->files.judge_at;
}

/* For when the disk is full: a lock is published all the same. */
static void
set_room_aside(struct tn_publisher *publish)
{
	struct tn_err err = TN_ERR_INIT;
	int rc = tn_publish_files_set_aside(&publish->files, &err);

	if (rc != TN_OK && !publish->room_told)
		tn_log_err("no room can be set aside for changes: the next "
		           "ones are published as long as there is some left",
		           &err);
	publish->room_told = rc != TN_OK;
}

/* What a publication needs to know of this moment. */
struct now {
	struct tn_local_names local;
	struct tn_moment moment;
	struct tn_publish_view view;
};

static void
look_at_now(struct tn_publisher *publish, struct now *ret)
{
	ret->local = tn_local_files_names(publish->local);
	ret->moment = judged_moment(publish);
	ret->view = (struct tn_publish_view){
		.rules = &publish->rules,
		.local = &ret->local,
		.moment = &ret->moment,
		.heard = publish->state.heard,
	};
}

/* The reaper looks, and says what it did, also where nothing differs. */
static bool
decide_effects(struct tn_publisher *publish, const struct now *now)
{
	if (!tn_effects_decide(&publish->kept.effects, &now->local,
	                       publish->files.generation))
		return false;
	tn_effects_tell_why(&publish->kept.effects, publish->setup->reaper,
	                    publish->files.generation);
	return true;
}

/* Of this process, which has one thread. */
static int64_t
cpu_ms(void)
{
	struct timespec time = { 0 };

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int64_t
tn_publisher_pause_ms(int64_t worked_ms, int64_t took_ms)
{
	int64_t rest = worked_ms * PAUSE_SHARE;
	int64_t disk = took_ms < PAUSE_DISK_MAX ? took_ms : PAUSE_DISK_MAX;

	if (rest > PAUSE_MAX)
		rest = PAUSE_MAX;
	return rest > disk ? rest : disk;
}

static int
write_snapshot(struct tn_publisher *publish, struct tn_err *err)
{
	int64_t begin = tn_now_ms();
	int64_t worked = cpu_ms();
	bool told = false;
	struct now now;
	int rc;

	look_at_now(publish, &now);
	rc = tn_publish_files_write(
	    &publish->files, &publish->state, &now.view, (int64_t)time(NULL),
	    publish->is_swept || is_judge_time(publish, &now.moment), &told,
	    err);
	if (rc == TN_OK || publish->files.review != NULL)
		publish->is_swept = false;
	if (rc != TN_OK)
		return rc;
	if (decide_effects(publish, &now))
		told = true;
	if (told) {
		tell_published(publish);
		set_room_aside(publish);
		publish->pause_ms =
		    tn_now_ms() + tn_publisher_pause_ms(cpu_ms() - worked,
		                                        tn_now_ms() - begin);
	}
	tn_publisher_is_ready(publish);
	return TN_OK;
}

/* Some of a new base, for later changes. */
void
tn_publisher_work_on_base(struct tn_publisher *publish, int64_t now)
{
	struct tn_err err = TN_ERR_INIT;
	bool told = false;
	int rc = tn_publish_files_rebase(&publish->files, now, &told, &err);

	if (told)
		tell_published(publish);
	if (rc != TN_OK && !publish->base_failure_told)
		tn_log_err("a new base was not written, changes go on", &err);
	if (rc != TN_OK || told)
		publish->base_failure_told = rc != TN_OK;
	if (rc == TN_E_DAMAGED)
		publish->is_due = true;
}

void
tn_publisher_look_at_local(struct tn_publisher *publish)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_local_files *files = NULL;

	if (publish->local != NULL && tn_local_files_is_current(publish->local))
		return;
	if (tn_local_files_read("/etc", &files, &err) != TN_OK) {
		tn_log_err("what this host's own files hold", &err);
		return;
	}
	tn_local_files_free(publish->local);
	publish->local = files;
	publish->is_due = true;
	publish->is_swept = true;
}

/*
 * The reaper goes by the published file. Where none can be written, it is told
 * of those whom that file would call dead: nobody's session waits for a disk.
 */
static void
tell_unsaved(struct tn_publisher *publish)
{
	uint32_t uids[TN_UNSAVED_MAX];
	size_t count =
	    tn_publish_files_unsaved(&publish->files, uids, TN_UNSAVED_MAX);
	struct tn_buf datagram;
	size_t i;

	if (count == 0)
		return;
	tn_buf_init(&datagram, TN_WIRE_MAX);
	for (i = 0; i <= count; i++) {
		tn_message_start(&datagram, TN_WIRE_DEAD);
		if (i > 0)
			tn_message_put_u32(&datagram, TN_TAG_UID, uids[i - 1]);
		if (tn_message_finish(&datagram) == TN_OK)
			(void)send(publish->setup->reaper, datagram.data,
			           datagram.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	tn_buf_done(&datagram);
	tell_published(publish);
}

static void
note_failure(struct tn_publisher *publish, const struct tn_err *err)
{
	if (!publish->failure_told && publish->local != NULL)
		tn_log_err("the snapshot was not published, the last one "
		           "stands",
		           err);
	publish->failure_told = true;
	publish->is_due = true;
	tell_unsaved(publish);
}

void
tn_publisher_write(struct tn_publisher *publish)
{
	struct tn_err err = TN_ERR_INIT;

	/* Whose processes are ended goes by these files. */
	if (tn_effects_wait_for_snapshot(&publish->kept.effects))
		tn_publisher_look_at_local(publish);
	if (publish->local != NULL && write_snapshot(publish, &err) == TN_OK) {
		if (publish->failure_told)
			tn_log_info("the snapshot is published again");
		publish->failure_told = false;
		publish->retry_at = 0;
		/* They are in it, but where everybody is looked at again. */
		if (publish->files.review == NULL)
			publish->locks.count = 0;
		/* Names are out; keys that could not be written are tried
		   again. */
		publish->is_due = publish->keys.is_due;
		if (publish->is_due)
			publish->retry_at =
			    (int64_t)time(NULL) + TN_RETRY_SECONDS;
		publish->retry_wait = TN_RETRY_SECONDS;
		return;
	}
	note_failure(publish, &err);
	/* What is due is tried again at retry_at, and no sooner. */
	publish->retry_at = (int64_t)time(NULL) + publish->retry_wait;
	publish->retry_wait *= 2;
	if (publish->retry_wait > TN_RETRY_SECONDS_MAX)
		publish->retry_wait = TN_RETRY_SECONDS_MAX;
}

bool
tn_publisher_may_review(const struct tn_publisher *publish)
{
	const struct tn_publish_state *state = &publish->state;

	return state->is_whole && !state->is_all_touched &&
	       state->touched_users.count == 0 &&
	       state->touched_groups.count == 0 && publish->local != NULL &&
	       tn_publish_files_is_review_due(&publish->files);
}

void
tn_publisher_review(struct tn_publisher *publish)
{
	struct tn_err err = TN_ERR_INIT;
	int64_t until = tn_now_ms() + REVIEW_MS;
	bool told = false;
	struct now now;
	int rc = TN_OK;

	while (rc == TN_OK && tn_publisher_may_review(publish) &&
	       tn_now_ms() < until) {
		look_at_now(publish, &now);
		rc = tn_publish_files_review(&publish->files, &publish->state,
		                             &now.view, (int64_t)time(NULL),
		                             tn_now_ms(), &told, &err);
		if (told)
			tell_published(publish);
	}
	if (rc != TN_OK)
		note_failure(publish, &err);
}

/* Locks that no PUBLISH follows: theirs is a publication of its own. */
void
tn_publisher_write_locks(struct tn_publisher *publish)
{
	struct tn_err err = TN_ERR_INIT;
	bool is_changed = false;
	struct now now;
	int rc;

	if (publish->local == NULL)
		return;
	tn_publisher_look_at_local(publish);
	look_at_now(publish, &now);
	rc = tn_publish_locks_apply(&publish->locks, &publish->files,
	                            &publish->state, &now.view, &is_changed,
	                            &err);
	if (rc == TN_OK && is_changed)
		rc = tn_publish_files_save(&publish->files, (int64_t)time(NULL),
		                           &err);
	if (rc == TN_OK && is_changed) {
		tn_effects_settle(&publish->kept.effects);
		(void)decide_effects(publish, &now);
		tell_published(publish);
	}
	if (rc != TN_OK)
		note_failure(publish, &err);
}

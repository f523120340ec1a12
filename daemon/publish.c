#include <config.h>

#include "publish.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "channel.h"
#include "kept.h"
#include "local_files.h"
#include "offline_accounts.h"
#include "publish_files.h"
#include "server_rotation.h"
#include "wire/wire.h"

/* The host's own files are looked at this often. */
#define LOCAL_FILES_SECONDS 60
/* A disk that refused is tried again after this long, doubling. */
#define RETRY_SECONDS     2
#define RETRY_SECONDS_MAX 60
/* Clocks that differ by more are not both right. */
#define SKEW_MAX 600
/* What is kept and could not be written is looked at this often. */
#define KEPT_RETRY_MS 1000
/* After a publication it rests for so many times as long as that took. */
#define PAUSE_SHARE 4
#define PAUSE_MAX   2000

struct publish {
	const struct tn_publish_setup *setup;
	struct tn_host_rules rules;
	struct tn_publish_state state;
	struct tn_local_files *local;
	struct tn_kept kept;
	struct tn_offline_accounts offline;
	struct tn_publish_files files;
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

static void
tell_ready(struct publish *publish)
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
judged_moment(struct publish *publish)
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
tell_published(struct publish *publish)
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
is_judge_time(const struct publish *publish, const struct tn_moment *moment)
{
	return moment->now >= publish->files.judge_at;
}

/* For when the disk is full: a lock is published all the same. */
static void
set_room_aside(struct publish *publish)
{
	struct tn_err err = TN_ERR_INIT;
	int rc = tn_publish_files_set_aside(&publish->files, &err);

	if (rc != TN_OK && !publish->room_told)
		tn_log_err("no room can be set aside for changes: the next "
		           "ones are published as long as there is some left",
		           &err);
	publish->room_told = rc != TN_OK;
}

static int
write_snapshot(struct publish *publish, struct tn_err *err)
{
	struct tn_local_names local = tn_local_files_names(publish->local);
	struct tn_moment moment = judged_moment(publish);
	const struct tn_publish_view view = {
		.rules = &publish->rules,
		.local = &local,
		.moment = &moment,
		.heard = publish->state.heard,
	};
	int64_t now = (int64_t)time(NULL);
	int64_t begin = tn_now_ms();
	bool told = false;
	int64_t took;
	int rc;

	rc = tn_publish_files_write(
	    &publish->files, &publish->state, &view, now,
	    publish->is_swept || is_judge_time(publish, &moment), &told, err);
	if (rc != TN_OK)
		return rc;
	publish->is_swept = false;
	/* The reaper looks, and says what it did, also where nothing differs. */
	if (tn_effects_decide(&publish->kept.effects, &local,
	                      publish->files.generation))
		told = true;
	if (told) {
		tell_published(publish);
		set_room_aside(publish);
		took = tn_now_ms() - begin;
		publish->pause_ms =
		    begin + took +
		    (took * PAUSE_SHARE < PAUSE_MAX ? took * PAUSE_SHARE
		                                    : PAUSE_MAX);
	}
	tell_ready(publish);
	return TN_OK;
}

/* Some of a new base, for later changes. */
static void
work_on_base(struct publish *publish, int64_t now)
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
}

static void
look_at_local_files(struct publish *publish)
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

static void
publish_now(struct publish *publish)
{
	struct tn_err err = TN_ERR_INIT;

	/* Whose processes are ended goes by these files. */
	if (tn_effects_wait_for_snapshot(&publish->kept.effects))
		look_at_local_files(publish);
	if (publish->local != NULL && write_snapshot(publish, &err) == TN_OK) {
		if (publish->failure_told)
			tn_log_info("the snapshot is published again");
		publish->failure_told = false;
		publish->retry_at = 0;
		/* Names are out; keys that could not be written are tried
		   again. */
		publish->is_due = publish->keys.is_due;
		if (publish->is_due)
			publish->retry_at = (int64_t)time(NULL) + RETRY_SECONDS;
		publish->retry_wait = RETRY_SECONDS;
		return;
	}
	if (!publish->failure_told && publish->local != NULL)
		tn_log_err("the snapshot was not published, the last one "
		           "stands",
		           &err);
	publish->failure_told = true;
	publish->is_due = true;
	/* What is due is tried again at retry_at, and no sooner. */
	publish->retry_at = (int64_t)time(NULL) + publish->retry_wait;
	publish->retry_wait *= 2;
	if (publish->retry_wait > RETRY_SECONDS_MAX)
		publish->retry_wait = RETRY_SECONDS_MAX;
}

/* Is the time of a failure's next try there? A clock that was set back must
   not make it wait for longer than a try ever waits. */
static bool
is_retry_time(const struct publish *publish, int64_t now)
{
	return now >= publish->retry_at ||
	       publish->retry_at - now > RETRY_SECONDS_MAX;
}

/* One datagram of net's. False when net is gone. */
static bool
hear_net(struct publish *publish, uint8_t *data)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_local_names local;
	struct tn_message message;
	bool is_publish = false;
	size_t len = 0;
	int rc;

	rc = tn_channel_receive(publish->setup->net, data, TN_WIRE_RECORD_MAX,
	                        &len, &err);
	if (rc == TN_E_UNREACHABLE)
		return false;
	if (rc == TN_OK)
		rc = tn_message_parse(data, len, &message, &err);
	if (rc == TN_OK && !tn_kept_is_own(&message))
		rc = tn_publish_state_apply(&publish->state, &message,
		                            &is_publish, &err);
	if (rc == TN_OK) {
		tn_publish_keys_take(&publish->keys, &message);
		if (publish->local != NULL)
			local = tn_local_files_names(publish->local);
		tn_offline_take(&publish->offline, &message,
		                publish->local != NULL ? &local : NULL);
		rc = tn_kept_take(&publish->kept, &message, data, len, &err);
	}
	if (rc != TN_OK)
		tn_log_err("a record from net", &err);
	if (is_publish) {
		tn_effects_settle(&publish->kept.effects);
		publish->is_due = true;
		publish->retry_at = 0;
	}
	return true;
}

/* One datagram of the reaper's. False when it is gone: then all ends. */
static bool
hear_reaper(struct publish *publish)
{
	uint8_t data[TN_WIRE_HEADER + 128];
	struct tn_message message;
	size_t len = 0;
	int rc = tn_channel_receive(publish->setup->reaper, data, sizeof(data),
	                            &len, NULL);

	if (rc == TN_OK && tn_message_parse(data, len, &message, NULL) == TN_OK)
		tn_effects_reaped(&publish->kept.effects, &message);
	return rc != TN_E_UNREACHABLE;
}

/* Milliseconds until something is to be done without net. */
static int
next_wait(const struct publish *publish, int64_t now, int64_t files_at)
{
	int64_t pause = publish->pause_ms - tn_now_ms();
	int64_t until = files_at;

	if (tn_kept_is_due(&publish->kept))
		return KEPT_RETRY_MS;
	if (publish->state.is_whole && publish->is_due)
		until = now;
	else if (publish->state.is_whole && publish->files.judge_at < until)
		until = publish->files.judge_at;
	if (publish->state.is_whole && !is_retry_time(publish, now) &&
	    until < publish->retry_at)
		until = publish->retry_at;
	if (files_at < until)
		until = files_at;
	if (until <= now)
		return pause > 0 ? (int)pause : 0;
	return (int)(until - now > 3600 ? 3600 : until - now) * 1000;
}

int
tn_publish_run(const struct tn_publish_setup *setup)
{
	struct publish publish = {
		.setup = setup,
		.rules = tn_host_rules(setup->config),
		.files = { .directory = setup->snapshot_directory,
		           .enumerate = setup->config->list_everybody,
		           .judge_at = INT64_MAX },
		.keys = { .is_due = true },
		.retry_wait = RETRY_SECONDS,
	};
	struct pollfd pollers[2] = {
		{ .fd = setup->net, .events = POLLIN },
		{ .fd = setup->reaper, .events = POLLIN },
	};
	struct tn_err err = TN_ERR_INIT;
	const struct tn_snapshot *previous;
	uint8_t *data = malloc(TN_WIRE_RECORD_MAX);
	char *keys_directory = tn_keys_folder(setup->snapshot_directory);
	int64_t files_at = 0;
	bool is_base_due;
	int64_t now;
	int effects_ms;
	int wait;

	if (data == NULL || keys_directory == NULL) {
		free(keys_directory);
		free(data);
		return EXIT_FAILURE;
	}
	publish.files.keys = &publish.keys;
	publish.files.keys_directory = keys_directory;
	tn_publish_state_init(&publish.state);
	/* What is there already resolves names: nobody waits for more. */
	previous = tn_publish_files_previous(&publish.files);
	if (previous != NULL) {
		tn_snapshot_drop(previous);
		tell_ready(&publish);
	}
	if (tn_offline_open(&publish.offline, setup->config, &publish.rules,
	                    setup->snapshot_directory, &err) != TN_OK ||
	    tn_kept_open(&publish.kept, setup->snapshot_directory, &err) !=
	        TN_OK ||
	    tn_kept_tell(&publish.kept, setup->net, &err) != TN_OK) {
		tn_log_err("not started", &err);
		free(keys_directory);
		free(data);
		return EXIT_FAILURE;
	}
	for (;;) {
		now = (int64_t)time(NULL);
		if (now >= files_at || files_at > now + LOCAL_FILES_SECONDS) {
			look_at_local_files(&publish);
			files_at = now + LOCAL_FILES_SECONDS;
		}
		if (publish.state.is_whole &&
		    (publish.is_due || now >= publish.files.judge_at) &&
		    is_retry_time(&publish, now) &&
		    tn_now_ms() >= publish.pause_ms)
			publish_now(&publish);
		tn_kept_tell_effects(&publish.kept, setup->net);
		tn_kept_work(&publish.kept);
		/* What waits to be published goes before it. */
		if (!publish.is_due || tn_now_ms() >= publish.pause_ms)
			tn_offline_work(&publish.offline,
			                publish.state.newest_change);
		is_base_due = tn_publish_files_is_base_due(&publish.files, now);
		wait = is_base_due ? 0 : next_wait(&publish, now, files_at);
		effects_ms = tn_effects_wait(&publish.kept.effects);
		if (effects_ms >= 0 && effects_ms < wait)
			wait = effects_ms;
		if (poll(pollers, 2, wait) <= 0) {
			if (is_base_due)
				work_on_base(&publish, now);
			continue;
		}
		if (pollers[1].revents != 0 && !hear_reaper(&publish))
			pollers[1].fd = -1;
		if (pollers[0].revents != 0 && !hear_net(&publish, data))
			break;
	}
	tn_log_info("net is gone");
	tn_kept_done(&publish.kept);
	tn_offline_done(&publish.offline);
	tn_publish_files_done(&publish.files);
	tn_publish_keys_done(&publish.keys);
	tn_publish_state_done(&publish.state);
	tn_local_files_free(publish.local);
	free(keys_directory);
	free(data);
	return EXIT_FAILURE;
}

#include <config.h>

#include "publish.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include "base/log.h"
#include "channel.h"
#include "publisher.h"
#include "server_rotation.h"
#include "wire/wire.h"

/* The host's own files are looked at this often. */
#define LOCAL_FILES_SECONDS 60
/* What is kept and could not be written is looked at this often. */
#define KEPT_RETRY_MS 1000

/* Is the time of a failure's next try there? A clock that was set back must
   not make it wait for longer than a try ever waits. */
static bool
is_retry_time(const struct tn_publisher *publish, int64_t now)
{
	return now >= publish->retry_at ||
	       publish->retry_at - now > TN_RETRY_SECONDS_MAX;
}

/* One datagram of net's. False when net is gone. */
static bool
hear_net(struct tn_publisher *publish, uint8_t *data)
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
		tn_publish_locks_take(&publish->locks, &publish->files,
		                      &message, tn_now_ms());
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
hear_reaper(struct tn_publisher *publish)
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
next_wait(const struct tn_publisher *publish, int64_t now, int64_t files_at)
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

/* ms: -1 for never. */
static int
sooner(int wait, int ms)
{
	return ms >= 0 && ms < wait ? ms : wait;
}

int
tn_publish_run(const struct tn_publish_setup *setup)
{
	struct tn_publisher publish = {
		.setup = setup,
		.rules = tn_host_rules(setup->config),
		.files = { .directory = setup->snapshot_directory,
		           .enumerate = setup->config->list_everybody,
		           .judge_at = INT64_MAX },
		.keys = { .is_due = true },
		.retry_wait = TN_RETRY_SECONDS,
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
	bool is_squeezing;
	int64_t now;
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
		tn_publisher_is_ready(&publish);
	}
	if (tn_publish_files_open(&publish.files, &err) != TN_OK ||
	    tn_offline_open(&publish.offline, setup->config, &publish.rules,
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
			tn_publisher_look_at_local(&publish);
			files_at = now + LOCAL_FILES_SECONDS;
		}
		if (publish.state.is_whole &&
		    (publish.is_due || now >= publish.files.judge_at) &&
		    is_retry_time(&publish, now) &&
		    tn_now_ms() >= publish.pause_ms)
			tn_publisher_write(&publish);
		if (tn_publish_locks_wait(&publish.locks, tn_now_ms()) == 0)
			tn_publisher_write_locks(&publish);
		tn_kept_tell_effects(&publish.kept, setup->net);
		tn_kept_work(&publish.kept);
		/* What waits to be published goes before it. */
		if (!publish.is_due || tn_now_ms() >= publish.pause_ms)
			tn_offline_work(&publish.offline,
			                publish.state.newest_change);
		tn_publisher_review(&publish);
		is_base_due = tn_publish_files_is_base_due(&publish.files, now);
		is_squeezing =
		    tn_kept_records_is_squeezing(&publish.kept.records);
		wait = is_base_due || is_squeezing ||
		               tn_publisher_may_review(&publish)
		           ? 0
		           : next_wait(&publish, now, files_at);
		wait = sooner(wait, tn_effects_wait(&publish.kept.effects));
		wait = sooner(
		    wait, tn_publish_locks_wait(&publish.locks, tn_now_ms()));
		if (poll(pollers, 2, wait) <= 0) {
			if (is_base_due)
				tn_publisher_work_on_base(&publish, now);
			tn_kept_records_squeeze(&publish.kept.records);
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

#include <config.h>

#include "kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "channel.h"
#include "server_rotation.h"

/* A disk that refused is tried again after this. */
#define RETRY_MS 5000

char *
tn_kept_folder(const char *snapshot_directory)
{
	const char *slash = strrchr(snapshot_directory, '/');
	int len =
	    slash != NULL ? (int)(slash - snapshot_directory) : 0;
	char *folder = NULL;

	if (asprintf(&folder, "%.*s/kept", len, snapshot_directory) < 0)
		return NULL;
	return folder;
}

int
tn_kept_open(struct tn_kept *kept, const char *snapshot_directory,
             struct tn_err *err)
{
	char *folder = tn_kept_folder(snapshot_directory);
	char *records = NULL;
	char *locks = NULL;
	int rc = TN_E_NO_MEMORY;

	*kept = (struct tn_kept){ .retry_at = 0 };
	tn_buf_init(&kept->publish, TN_WIRE_RECORD_MAX);
	if (folder == NULL || asprintf(&locks, "%s/locks", folder) < 0 ||
	    asprintf(&records, "%s/records", folder) < 0) {
		(void)tn_fail(err, rc, "%s", snapshot_directory);
		goto out;
	}
	rc = tn_kept_locks_open(&kept->locks, locks, err);
	if (rc == TN_OK)
		rc = tn_kept_records_open(&kept->records, records, err);
out:
	free(records);
	free(locks);
	free(folder);
	return rc;
}

void
tn_kept_done(struct tn_kept *kept)
{
	tn_kept_locks_done(&kept->locks);
	tn_kept_records_done(&kept->records);
	tn_buf_done(&kept->publish);
}

int
tn_kept_tell(const struct tn_kept *kept, int net, struct tn_err *err)
{
	struct tn_buf datagram;
	int rc;

	rc = tn_kept_records_tell(&kept->records, net, err);
	if (rc == TN_OK)
		rc = tn_kept_locks_tell(&kept->locks, net, err);
	if (rc != TN_OK)
		return rc;
	tn_buf_init(&datagram, TN_WIRE_MAX);
	tn_message_start(&datagram, TN_WIRE_KEPT_END);
	if (kept->locks.is_damaged)
		tn_message_put_u32(&datagram, TN_TAG_DAMAGED, 1);
	rc = tn_message_finish(&datagram);
	if (rc == TN_OK)
		rc = tn_channel_send(net, &datagram, err);
	tn_buf_done(&datagram);
	return rc;
}

bool
tn_kept_is_own(const struct tn_message *message)
{
	return message->what == TN_WIRE_LOCK_SET ||
	       message->what == TN_WIRE_LOCK_RELEASED ||
	       message->what == TN_WIRE_HEARD;
}

int
tn_kept_take(struct tn_kept *kept, const struct tn_message *message,
             const void *data, size_t len, struct tn_err *err)
{
	int rc = TN_OK;

	/* Its cookie says that locks were seen which are not safe yet: it is
	   kept behind them. What comes until then is newer than it says, and
	   comes again. */
	if (message->what == TN_WIRE_PUBLISH ||
	    message->what == TN_WIRE_HEARD) {
		tn_buf_reset(&kept->publish);
		return tn_buf_put(&kept->publish, data, len);
	}
	if (message->what == TN_WIRE_LOCK_SET ||
	    message->what == TN_WIRE_LOCK_RELEASED)
		rc = tn_kept_locks_take(&kept->locks, message, err);
	tn_kept_records_take(&kept->records, message, data, len);
	return rc;
}

void
tn_kept_work(struct tn_kept *kept)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_message message;

	if (kept->locks.is_dirty && !kept->locks.is_damaged &&
	    tn_now_ms() < kept->retry_at)
		return;
	if (tn_kept_locks_save(&kept->locks, &err) != TN_OK) {
		if (!kept->failure_told)
			tn_log_err("the open locks are not kept over a restart",
			           &err);
		kept->failure_told = true;
		kept->retry_at = tn_now_ms() + RETRY_MS;
		return;
	}
	if (kept->failure_told)
		tn_log_info("the open locks are kept again");
	kept->failure_told = false;
	kept->retry_at = 0;
	if (kept->publish.len == 0)
		return;
	if (tn_message_parse(kept->publish.data, kept->publish.len, &message,
	                     NULL) == TN_OK)
		tn_kept_records_take(&kept->records, &message,
		                     kept->publish.data, kept->publish.len);
	tn_buf_reset(&kept->publish);
	tn_kept_records_write(&kept->records);
}

bool
tn_kept_is_due(const struct tn_kept *kept)
{
	return kept->retry_at != 0;
}

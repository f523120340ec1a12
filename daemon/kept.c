#include <config.h>

#include "kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/log.h"
#include "channel.h"
#include "guesses.h"
#include "login_log.h"
#include "server_rotation.h"

/* A disk that refused is tried again after this. */
#define RETRY_MS 5000

char *
tn_kept_folder(const char *snapshot_directory)
{
	const char *slash = strrchr(snapshot_directory, '/');
	int len = slash != NULL ? (int)(slash - snapshot_directory) : 0;
	char *folder = NULL;

	if (asprintf(&folder, "%.*s/kept", len, snapshot_directory) < 0)
		return NULL;
	return folder;
}

/* For when the disk is full: a lock is kept over a restart all the same. */
static void
set_room_aside(struct tn_kept *kept)
{
	struct tn_err err = TN_ERR_INIT;
	int rc = tn_kept_locks_set_aside(&kept->locks, kept->folder, &err);

	if (rc != TN_OK && !kept->room_told)
		tn_log_err("no room can be set aside for locks: the next ones "
		           "are kept as long as there is some left",
		           &err);
	kept->room_told = rc != TN_OK;
}

int
tn_kept_open(struct tn_kept *kept, const char *snapshot_directory,
             struct tn_err *err)
{
	char *folder = tn_kept_folder(snapshot_directory);
	char *records = NULL;
	char *locks = NULL;
	int rc = TN_E_NO_MEMORY;

	*kept = (struct tn_kept){ .folder = folder };
	tn_buf_init(&kept->publish, TN_WIRE_RECORD_MAX);
	if (folder == NULL || asprintf(&locks, "%s/locks", folder) < 0 ||
	    asprintf(&records, "%s/records", folder) < 0 ||
	    asprintf(&kept->login_log, "%s/logins", folder) < 0) {
		(void)tn_fail(err, rc, "%s", snapshot_directory);
		goto out;
	}
	rc = tn_kept_locks_open(&kept->locks, locks, err);
	set_room_aside(kept);
	if (rc == TN_OK)
		rc = tn_kept_records_open(&kept->records, records, err);
out:
	free(records);
	free(locks);
	return rc;
}

void
tn_kept_done(struct tn_kept *kept)
{
	tn_kept_locks_done(&kept->locks);
	tn_kept_records_done(&kept->records);
	tn_effects_done(&kept->effects);
	free(kept->folder);
	kept->folder = NULL;
	free(kept->login_log);
	kept->login_log = NULL;
	tn_buf_done(&kept->publish);
}

struct telling {
	int net;
	struct tn_err *err;
};

static int
tell_known(const char *login, const char *source, int64_t last, void *arg)
{
	const struct telling *telling = arg;
	struct tn_buf datagram;
	int rc = TN_OK;

	tn_buf_init(&datagram, TN_WIRE_MAX);
	tn_message_start(&datagram, TN_WIRE_LOGIN);
	tn_message_put_text(&datagram, TN_TAG_USER, login);
	tn_message_put_text(&datagram, TN_TAG_RHOST, source);
	tn_message_put_u64(&datagram, TN_TAG_HEARD, (uint64_t)last);
	if (tn_message_finish(&datagram) == TN_OK)
		rc = tn_channel_send(telling->net, &datagram, telling->err);
	tn_buf_done(&datagram);
	return rc;
}

int
tn_kept_tell(const struct tn_kept *kept, int net, struct tn_err *err)
{
	struct telling telling = { .net = net, .err = err };
	struct tn_buf datagram;
	int rc;

	rc = tn_kept_records_tell(&kept->records, net, err);
	if (rc == TN_OK)
		rc = tn_kept_locks_tell(&kept->locks, net, err);
	if (rc == TN_OK)
		rc = tn_login_log_known(kept->login_log,
		                        (int64_t)time(NULL) -
		                            TN_GUESSES_KNOWN_SECONDS,
		                        tell_known, &telling);
	if (rc == TN_E_IO) {
		tn_log_warning("%s: cannot be read", kept->login_log);
		rc = TN_OK;
	}
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
	       message->what == TN_WIRE_HEARD ||
	       message->what == TN_WIRE_EFFECT_TOLD ||
	       message->what == TN_WIRE_LOGIN;
}

static void
see_lock(struct tn_kept *kept, const struct tn_message *message)
{
	const struct tn_lock *lock = tn_kept_locks_find(&kept->locks, message);

	if (lock != NULL && !lock->told)
		tn_effects_see(&kept->effects, lock, message);
}

static int
log_login(const struct tn_kept *kept, const struct tn_message *message,
          struct tn_err *err)
{
	char login[TN_LOGIN_MAX + 1];
	char service[256];
	char from[256] = "";
	uint32_t way = 0;
	uint64_t now = 0;

	if (tn_message_text(message, TN_TAG_USER, login, sizeof(login)) !=
	        TN_OK ||
	    tn_message_text(message, TN_TAG_SERVICE, service,
	                    sizeof(service)) != TN_OK ||
	    tn_message_u32(message, TN_TAG_WAY, &way) != TN_OK ||
	    tn_message_u64(message, TN_TAG_HEARD, &now) != TN_OK)
		return tn_fail(err, TN_E_PROTOCOL, "no login");
	(void)tn_message_text(message, TN_TAG_RHOST, from, sizeof(from));
	return tn_login_log_add(kept->login_log, login, service,
	                        tn_way_words((enum tn_way)way), from,
	                        (int64_t)now, err);
}

static int
take_note(struct tn_kept *kept, const struct tn_message *message,
          struct tn_err *err)
{
	char name[TN_LOCK_NAME_MAX + 1];

	if (message->what == TN_WIRE_LOGIN)
		return log_login(kept, message, err);
	if (tn_message_text(message, TN_TAG_LOCK_NAME, name, sizeof(name)) ==
	    TN_OK)
		tn_effects_written(&kept->effects, name);
	return TN_OK;
}

void
tn_kept_tell_effects(struct tn_kept *kept, int net)
{
	char name[TN_LOCK_NAME_MAX + 1];

	tn_effects_tell(&kept->effects, net, kept->login_log);
	while (tn_effects_take_told(&kept->effects, name))
		tn_kept_locks_told(&kept->locks, name);
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
	if (message->what == TN_WIRE_EFFECT_TOLD ||
	    message->what == TN_WIRE_LOGIN)
		return take_note(kept, message, err);
	if (message->what == TN_WIRE_LOCK_SET ||
	    message->what == TN_WIRE_LOCK_RELEASED)
		rc = tn_kept_locks_take(&kept->locks, message, err);
	if (rc == TN_OK && message->what == TN_WIRE_LOCK_SET)
		see_lock(kept, message);
	tn_kept_records_take(&kept->records, message, data, len);
	return rc;
}

void
tn_kept_work(struct tn_kept *kept)
{
	struct tn_err err = TN_ERR_INIT;
	bool is_saved = kept->locks.is_dirty;
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
	if (is_saved && !kept->locks.is_damaged)
		set_room_aside(kept);
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

#include <config.h>

#include "offline_accounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/text.h"
#include "wire/record.h"

int
tn_offline_open(struct tn_offline_accounts *offline,
                const struct tn_config *config,
                const struct tn_host_rules *rules,
                const char *snapshot_directory, struct tn_err *err)
{
	*offline = (struct tn_offline_accounts){
		.rules = rules,
		.snapshot_directory = snapshot_directory,
		.head = { .policy = rules->policy,
		          .utc_offset = rules->utc_offset,
		          .heard = TN_TIME_NONE,
		          .newest_change = TN_TIME_NONE },
	};
	if (asprintf(&offline->path, "%s/" TN_ACCOUNT_FILE_NAME,
	             snapshot_directory) < 0) {
		offline->path = NULL;
		return tn_fail(err, TN_E_NO_MEMORY, "a path");
	}
	/* One that is too long leaves the words without whom to ask. */
	if (config->contact != NULL)
		(void)tn_text_copy(offline->head.contact,
		                   sizeof(offline->head.contact),
		                   config->contact);
	return TN_OK;
}

static void
forget_snapshot(struct tn_offline_accounts *offline)
{
	if (offline->snapshot != NULL)
		tn_snapshot_drop(offline->snapshot);
	offline->snapshot = NULL;
}

void
tn_offline_done(struct tn_offline_accounts *offline)
{
	forget_snapshot(offline);
	tn_account_file_free(offline->file);
	free(offline->path);
	offline->file = NULL;
	offline->path = NULL;
}

/* Nobody is judged by what may be old. */
static void
give_up(struct tn_offline_accounts *offline, const struct tn_err *err)
{
	tn_log_err("nobody logs in by what is written down while tenured is "
	           "dead, until it is started again",
	           err);
	tn_account_file_free(offline->file);
	offline->file = NULL;
	if (unlink(offline->path) != 0 && errno != ENOENT)
		tn_log_error("%s cannot be removed: remove it", offline->path);
}

/* Row 1, as publish judges it. What was served last lifts a refusal alone, so
   the snapshot is not looked for where there is none. */
static enum tn_refusal
refusal_of(struct tn_offline_accounts *offline,
           const struct tn_account_record *record,
           const struct tn_local_names *local)
{
	enum tn_refusal refusal;

	if (record->account.vanished)
		return record->refusal;
	if (local == NULL)
		return TN_REFUSAL_LOGIN_LOCAL; /* nobody can tell */
	refusal = tn_host_refusal(offline->rules, &record->account,
	                          record->refusal, local, NULL, NULL);
	if (refusal == TN_REFUSAL_NONE)
		return refusal;
	if (offline->snapshot == NULL &&
	    tn_snapshot_take(offline->snapshot_directory, &offline->snapshot) !=
	        TN_OK)
		offline->snapshot = NULL;
	return offline->snapshot == NULL
	           ? refusal
	           : tn_host_refusal(offline->rules, &record->account,
	                             record->refusal, local, offline->snapshot,
	                             NULL);
}

static int
put(struct tn_offline_accounts *offline, const struct tn_message *message,
    const struct tn_local_names *local, struct tn_err *err)
{
	struct tn_account_record record;
	struct tn_account_entry entry;
	char *texts = NULL;
	int rc;

	rc = tn_record_get_account(message, &record, &texts, err);
	if (rc != TN_OK)
		return rc;
	entry = (struct tn_account_entry){
		.account = &record.account,
		.refusal = refusal_of(offline, &record, local),
		.locks = record.locks,
		.admitted = !record.stranger,
	};
	rc = tn_account_file_put(offline->file, &entry, err);
	free(texts);
	return rc;
}

static int
drop(struct tn_offline_accounts *offline, const struct tn_message *message,
     struct tn_err *err)
{
	struct tn_uuid uuid;

	if (message->field[TN_TAG_UUID] == NULL ||
	    message->len[TN_TAG_UUID] != TN_UUID_LEN)
		return TN_OK;
	memcpy(uuid.byte, message->field[TN_TAG_UUID], TN_UUID_LEN);
	return tn_account_file_refuse(offline->file, &uuid, err);
}

static void
note_heard(struct tn_offline_accounts *offline,
           const struct tn_message *message)
{
	uint64_t heard;

	if (tn_message_u64(message, TN_TAG_HEARD, &heard) == TN_OK)
		offline->head.heard = (int64_t)heard;
}

void
tn_offline_take(struct tn_offline_accounts *offline,
                const struct tn_message *message,
                const struct tn_local_names *local)
{
	struct tn_err err = TN_ERR_INIT;
	int rc = TN_OK;

	if (message->what == TN_WIRE_RESET || message->what == TN_WIRE_PUBLISH)
		forget_snapshot(offline);
	if (message->what == TN_WIRE_RESET) {
		/* All are told again. The old file stands until they were. */
		tn_account_file_free(offline->file);
		offline->file = NULL;
		offline->is_touched = false;
		offline->is_whole = false;
		offline->is_due = false;
		rc = tn_account_file_new(offline->path, &offline->file, &err);
		if (rc != TN_OK)
			give_up(offline, &err);
		return;
	}
	if (offline->file == NULL)
		return;
	switch ((int)message->what) {
	case TN_WIRE_ACCOUNT_SET:
		rc = put(offline, message, local, &err);
		offline->is_touched = true;
		break;
	case TN_WIRE_ACCOUNT_GONE:
		rc = drop(offline, message, &err);
		offline->is_touched = true;
		break;
	case TN_WIRE_PUBLISH:
		if (offline->is_touched || !offline->is_whole)
			offline->is_due = true;
		offline->is_touched = false;
		offline->is_whole = true;
		note_heard(offline, message);
		break;
	case TN_WIRE_HEARD:
		note_heard(offline, message);
		if (offline->is_whole && !offline->is_due &&
		    !offline->is_touched)
			rc = tn_account_file_heard(offline->file,
			                           &offline->head, &err);
		break;
	default:
		break;
	}
	if (rc != TN_OK)
		give_up(offline, &err);
}

void
tn_offline_work(struct tn_offline_accounts *offline, int64_t newest_change)
{
	struct tn_err err = TN_ERR_INIT;

	if (offline->file == NULL || !offline->is_due)
		return;
	offline->is_due = false;
	offline->head.newest_change = newest_change;
	if (tn_account_file_settle(offline->file, &offline->head, &err) !=
	    TN_OK)
		give_up(offline, &err);
}

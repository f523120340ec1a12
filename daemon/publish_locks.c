#include <config.h>

#include "publish_locks.h"

#include <string.h>
#include "wire/lock_record.h"

/* So long a PUBLISH has to follow. */
#define WAIT_MS 50

void
tn_publish_locks_take(struct tn_publish_locks *locks,
                      const struct tn_publish_files *files,
                      const struct tn_message *message, int64_t now_ms)
{
	struct tn_waiting_lock *at = &locks->waiting[locks->count];
	struct tn_lock *lock = NULL;

	if (message->what != TN_WIRE_LOCK_SET ||
	    locks->count == TN_PUBLISH_LOCKS_MAX ||
	    tn_message_text(message, TN_TAG_USER, at->login,
	                    sizeof(at->login)) != TN_OK ||
	    tn_message_u32(message, TN_TAG_UID, &at->uid) != TN_OK ||
	    !tn_publish_files_is_live(files, at->login, at->uid) ||
	    tn_lock_record_get(message, &lock, NULL) != TN_OK)
		return;
	at->kind = (uint8_t)lock->kind;
	if (!lock->released && locks->count++ == 0)
		locks->since_ms = now_ms;
	tn_lock_free(lock);
}

int
tn_publish_locks_wait(const struct tn_publish_locks *locks, int64_t now_ms)
{
	int64_t until = locks->since_ms + WAIT_MS;

	if (locks->count == 0)
		return -1;
	return until > now_ms ? (int)(until - now_ms) : 0;
}

static void
lock_records(struct tn_publish_state *state, const struct tn_waiting_lock *at)
{
	struct tn_published_account record;
	uint32_t number;

	for (number = tn_published_login(state, at->login);
	     number != TN_NO_NUMBER;
	     number = tn_published_next_login(state, number)) {
		tn_published_get(state, number, &record);
		if (record.view.account.uid == at->uid)
			record.entry->locks |= at->kind;
	}
}

int
tn_publish_locks_apply(struct tn_publish_locks *locks,
                       struct tn_publish_files *files,
                       struct tn_publish_state *state,
                       const struct tn_publish_view *view, bool *ret_changed,
                       struct tn_err *err)
{
	const struct tn_waiting_lock *at;
	bool is_changed;
	size_t i;
	int rc = TN_OK;

	*ret_changed = false;
	for (i = 0; rc == TN_OK && i < locks->count; i++) {
		at = &locks->waiting[i];
		lock_records(state, at);
		/* A local account's by now: nobody can tell whose processes
		   those are. */
		if (!tn_publish_may_stay(view, at->login, at->uid))
			continue;
		rc = tn_publish_files_lock(files, at->login, at->uid,
		                           &is_changed, err);
		*ret_changed = *ret_changed || is_changed;
	}
	locks->count = 0;
	return rc;
}

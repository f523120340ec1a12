#include "directory/watch_hold.h"

#include <string.h>

static int64_t
pause_of(size_t size)
{
	size_t ms = size / TN_HOLD_BYTES_PER_MS;

	return ms < TN_HOLD_MS_MAX ? (int64_t)ms : TN_HOLD_MS_MAX;
}

/* Its place, or one that tells of nothing any more; NULL: there is none. */
static struct tn_held_entry *
place_of(struct tn_hold *hold, const struct tn_uuid *uuid, int64_t now_ms)
{
	struct tn_held_entry *vacant = NULL;
	struct tn_held_entry *at;
	size_t i;

	for (i = 0; i < TN_HOLD_MAX; i++) {
		at = &hold->places[i];
		if (at->is_used && memcmp(&at->uuid, uuid, sizeof(*uuid)) == 0)
			return at;
		if (!at->is_used ||
		    (at->message == NULL && at->due_ms <= now_ms))
			vacant = at;
	}
	if (vacant != NULL)
		*vacant = (struct tn_held_entry){ .uuid = *uuid };
	return vacant;
}

/* What waits there. */
static void *
take(struct tn_hold *hold, struct tn_held_entry *at)
{
	void *message = at->message;

	if (message == NULL)
		return NULL;
	hold->bytes -= at->size;
	hold->count--;
	at->message = NULL;
	return message;
}

bool
tn_hold_keep(struct tn_hold *hold, const struct tn_uuid *uuid, size_t size,
             void *message, int64_t now_ms, void **ret_older)
{
	struct tn_held_entry *at;

	*ret_older = NULL;
	if (size < TN_HOLD_SIZE) {
		*ret_older = tn_hold_drop(hold, uuid);
		return false;
	}
	at = place_of(hold, uuid, now_ms);
	if (at == NULL)
		return false;
	*ret_older = take(hold, at);
	if (!at->is_used || at->due_ms <= now_ms ||
	    size > TN_HOLD_BYTES_MAX - hold->bytes) {
		at->is_used = true;
		at->due_ms = now_ms + pause_of(size);
		return false;
	}
	at->message = message;
	at->size = size;
	hold->bytes += size;
	hold->count++;
	return true;
}

void *
tn_hold_drop(struct tn_hold *hold, const struct tn_uuid *uuid)
{
	struct tn_held_entry *at;
	size_t i;

	for (i = 0; i < TN_HOLD_MAX; i++) {
		at = &hold->places[i];
		if (at->is_used && memcmp(&at->uuid, uuid, sizeof(*uuid)) == 0)
			return take(hold, at);
	}
	return NULL;
}

void *
tn_hold_due(struct tn_hold *hold, int64_t now_ms)
{
	struct tn_held_entry *at;
	size_t i;

	for (i = 0; hold->count > 0 && i < TN_HOLD_MAX; i++) {
		at = &hold->places[i];
		if (at->message == NULL || at->due_ms > now_ms)
			continue;
		at->due_ms = now_ms + pause_of(at->size);
		return take(hold, at);
	}
	return NULL;
}

void *
tn_hold_any(struct tn_hold *hold)
{
	size_t i;

	for (i = 0; i < TN_HOLD_MAX; i++)
		if (hold->places[i].message != NULL)
			return take(hold, &hold->places[i]);
	return NULL;
}

int
tn_hold_wait_ms(const struct tn_hold *hold, int64_t now_ms)
{
	int64_t least = -1;
	size_t i;

	for (i = 0; hold->count > 0 && i < TN_HOLD_MAX; i++) {
		const struct tn_held_entry *at = &hold->places[i];
		int64_t left = at->due_ms > now_ms ? at->due_ms - now_ms : 0;

		if (at->message != NULL && (least < 0 || left < least))
			least = left;
	}
	return (int)least;
}

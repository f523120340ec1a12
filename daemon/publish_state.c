#include <config.h>

#include "publish_state.h"

#include <stdlib.h>
#include <string.h>
#include "wire/record.h"

void
tn_publish_state_init(struct tn_publish_state *state)
{
	*state = (struct tn_publish_state){ .heard = TN_TIME_NONE,
		                            .newest_change = TN_TIME_NONE };
}

static void
drop_account(struct tn_publish_state *state, struct tn_published_account *at)
{
	HASH_DEL(state->accounts, at);
	tn_account_free(at->account);
	free(at);
}

static void
drop_group(struct tn_publish_state *state, struct tn_published_group *at)
{
	HASH_DEL(state->groups, at);
	tn_group_free(at->group);
	free(at);
}

void
tn_publish_state_done(struct tn_publish_state *state)
{
	while (state->accounts != NULL)
		drop_account(state, state->accounts);
	while (state->groups != NULL)
		drop_group(state, state->groups);
	tn_group_parts_done(&state->parts);
	tn_publish_state_init(state);
}

static int
set_account(struct tn_publish_state *state, const struct tn_message *message,
            struct tn_err *err)
{
	struct tn_published_account *at = NULL;
	struct tn_account *copy = NULL;
	struct tn_account_record record;
	char *texts = NULL;
	int rc = tn_record_get_account(message, &record, &texts, err);

	if (rc == TN_OK)
		rc = tn_account_dup(&record.account, &copy, err);
	free(texts);
	if (rc != TN_OK)
		return rc;
	HASH_FIND(hh, state->accounts, copy->uuid.byte, TN_UUID_LEN, at);
	if (at == NULL) {
		at = calloc(1, sizeof(*at));
		if (at == NULL) {
			tn_account_free(copy);
			return tn_fail(err, TN_E_NO_MEMORY, "an account");
		}
	} else {
		HASH_DEL(state->accounts, at);
		tn_account_free(at->account);
	}
	at->account = copy;
	at->found = record.refusal;
	at->locks = record.locks;
	HASH_ADD_KEYPTR(hh, state->accounts, copy->uuid.byte, TN_UUID_LEN, at);
	if (copy->changed != TN_TIME_NONE &&
	    copy->changed > state->newest_change)
		state->newest_change = copy->changed;
	return TN_OK;
}

static int
keep_group(struct tn_publish_state *state, struct tn_group *group,
           struct tn_err *err)
{
	struct tn_published_group *at = NULL;

	HASH_FIND(hh, state->groups, group->uuid.byte, TN_UUID_LEN, at);
	if (at == NULL) {
		at = calloc(1, sizeof(*at));
		if (at == NULL) {
			tn_group_free(group);
			return tn_fail(err, TN_E_NO_MEMORY, "a group");
		}
	} else {
		HASH_DEL(state->groups, at);
		tn_group_free(at->group);
	}
	at->group = group;
	HASH_ADD_KEYPTR(hh, state->groups, group->uuid.byte, TN_UUID_LEN, at);
	return TN_OK;
}

static int
set_group(struct tn_publish_state *state, const struct tn_message *message,
          struct tn_err *err)
{
	struct tn_group *group = NULL;
	int rc = tn_group_parts_take(&state->parts, message, &group, err);

	return rc != TN_OK || group == NULL ? rc
	                                    : keep_group(state, group, err);
}

static int
remove_one(struct tn_publish_state *state, const struct tn_message *message,
           struct tn_err *err)
{
	struct tn_published_account *account = NULL;
	struct tn_published_group *group = NULL;
	const uint8_t *uuid = message->field[TN_TAG_UUID];

	if (message->len[TN_TAG_UUID] != TN_UUID_LEN)
		return tn_fail(err, TN_E_PROTOCOL, "no uuid");
	HASH_FIND(hh, state->accounts, uuid, TN_UUID_LEN, account);
	HASH_FIND(hh, state->groups, uuid, TN_UUID_LEN, group);
	if (message->what == TN_WIRE_ACCOUNT_GONE && account != NULL)
		drop_account(state, account);
	if (message->what == TN_WIRE_GROUP_GONE && group != NULL)
		drop_group(state, group);
	return TN_OK;
}

static int
note_publish(struct tn_publish_state *state, const struct tn_message *message,
             struct tn_err *err)
{
	char cookie[TN_COOKIE_MAX];
	uint64_t heard = 0;
	int rc;

	rc = tn_message_text(message, TN_TAG_COOKIE, cookie, sizeof(cookie));
	if (rc == TN_E_NOT_FOUND)
		cookie[0] = '\0';
	else if (rc != TN_OK)
		return tn_fail(err, TN_E_PROTOCOL, "bad cookie");
	if (tn_message_u64(message, TN_TAG_HEARD, &heard) != TN_OK)
		return tn_fail(err, TN_E_PROTOCOL, "no time heard");
	memcpy(state->cookie, cookie, sizeof(cookie));
	state->heard = (int64_t)heard;
	state->is_whole = true;
	return TN_OK;
}

static int
apply_one(struct tn_publish_state *state, const struct tn_message *message,
          bool *ret_publish, struct tn_err *err)
{
	int rc;

	*ret_publish = false;
	switch ((int)message->what) {
	case TN_WIRE_RESET:
		tn_publish_state_done(state);
		return TN_OK;
	case TN_WIRE_ACCOUNT_SET:
		return set_account(state, message, err);
	case TN_WIRE_GROUP_SET:
		return set_group(state, message, err);
	case TN_WIRE_ACCOUNT_GONE:
	case TN_WIRE_GROUP_GONE:
		return remove_one(state, message, err);
	case TN_WIRE_PUBLISH:
		rc = note_publish(state, message, err);
		*ret_publish = rc == TN_OK;
		return rc;
	default:
		return tn_fail(err, TN_E_PROTOCOL, "not for publish: %d",
		               (int)message->what);
	}
}

/* What it was before must not live on under a record that is refused. */
static void
drop_refused(struct tn_publish_state *state, const struct tn_message *message)
{
	struct tn_published_account *account = NULL;
	struct tn_published_group *group = NULL;
	struct tn_uuid uuid;

	if (tn_record_uuid(message, &uuid, NULL) != TN_OK)
		return;
	HASH_FIND(hh, state->accounts, uuid.byte, TN_UUID_LEN, account);
	HASH_FIND(hh, state->groups, uuid.byte, TN_UUID_LEN, group);
	if (message->what == TN_WIRE_ACCOUNT_SET && account != NULL)
		drop_account(state, account);
	if (message->what == TN_WIRE_GROUP_SET && group != NULL)
		drop_group(state, group);
}

int
tn_publish_state_apply(struct tn_publish_state *state,
                       const struct tn_message *message, bool *ret_publish,
                       struct tn_err *err)
{
	int rc = apply_one(state, message, ret_publish, err);

	/* No memory is no fault of the record's: the old one stays then. */
	if (rc != TN_OK && rc != TN_E_NO_MEMORY)
		drop_refused(state, message);
	return rc;
}

#include <config.h>

#include "publish_state.h"

#include <stdlib.h>
#include <string.h>
#include "wire/record.h"

static uint32_t
hash_login(const void *record)
{
	const struct tn_published_account *at = record;

	return tn_record_hash_text(at->account->login);
}

static uint32_t
hash_uid(const void *record)
{
	const struct tn_published_account *at = record;

	return tn_record_hash_id(at->account->uid);
}

static uint32_t
hash_group_name(const void *record)
{
	const struct tn_published_group *at = record;

	return tn_record_hash_text(at->group->name);
}

static uint32_t
hash_gid(const void *record)
{
	const struct tn_published_group *at = record;

	return tn_record_hash_id(at->group->gid);
}

void
tn_publish_state_init(struct tn_publish_state *state)
{
	*state = (struct tn_publish_state){
		.logins = { .hash = hash_login },
		.uids = { .hash = hash_uid },
		.group_names = { .hash = hash_group_name },
		.gids = { .hash = hash_gid },
		.heard = TN_TIME_NONE,
		.newest_change = TN_TIME_NONE,
		.is_all_touched = true,
	};
}

static void
touch(struct tn_publish_state *state, struct tn_touched_list *list,
      const char *name, uint32_t id)
{
	size_t room = list->room != 0 ? list->room * 2 : 64;
	struct tn_touched *grown;

	if (state->is_all_touched)
		return;
	if (list->count == list->room) {
		grown = list->room < TN_TOUCHED_MAX
		            ? reallocarray(list->data, room, sizeof(*grown))
		            : NULL;
		if (grown == NULL) {
			state->is_all_touched = true;
			return;
		}
		list->data = grown;
		list->room = room;
	}
	/* A name over its bound is in no snapshot. */
	if (strlen(name) > TN_LOGIN_MAX)
		name = "";
	memcpy(list->data[list->count].name, name, strlen(name) + 1);
	list->data[list->count++].id = id;
}

void
tn_publish_state_touch_user(struct tn_publish_state *state, const char *login,
                            uint32_t uid)
{
	touch(state, &state->touched_users, login, uid);
}

void
tn_publish_state_touch_group(struct tn_publish_state *state, const char *name,
                             uint32_t gid)
{
	touch(state, &state->touched_groups, name, gid);
}

void
tn_publish_state_settled(struct tn_publish_state *state)
{
	state->touched_users.count = 0;
	state->touched_groups.count = 0;
	state->is_all_touched = false;
}

struct tn_published_account *
tn_publish_state_login(const struct tn_publish_state *state, const char *login,
                       size_t *position)
{
	uint32_t hash = tn_record_hash_text(login);
	const struct tn_published_account *at;

	while ((at = tn_record_index_next(&state->logins, hash, position)) !=
	       NULL)
		if (strcmp(at->account->login, login) == 0)
			return (
			    void *)(uintptr_t)at; /* of the state, not const */
	return NULL;
}

struct tn_published_account *
tn_publish_state_uid(const struct tn_publish_state *state, uint32_t uid,
                     size_t *position)
{
	uint32_t hash = tn_record_hash_id(uid);
	const struct tn_published_account *at;

	while ((at = tn_record_index_next(&state->uids, hash, position)) !=
	       NULL)
		if (at->account->uid == uid)
			return (void *)(uintptr_t)at;
	return NULL;
}

/* Out of the indexes, and touched; the record stays. */
static void
take_out_account(struct tn_publish_state *state,
                 struct tn_published_account *at)
{
	tn_publish_state_touch_user(state, at->account->login,
	                            at->account->uid);
	tn_record_index_drop(&state->logins, at);
	tn_record_index_drop(&state->uids, at);
	HASH_DEL(state->accounts, at);
	tn_account_free(at->account);
	at->account = NULL;
}

static void
take_out_group(struct tn_publish_state *state, struct tn_published_group *at)
{
	tn_publish_state_touch_group(state, at->group->name, at->group->gid);
	tn_record_index_drop(&state->group_names, at);
	tn_record_index_drop(&state->gids, at);
	HASH_DEL(state->groups, at);
	tn_group_free(at->group);
	free(at->hashes);
	at->group = NULL;
	at->hashes = NULL;
}

static void
drop_account(struct tn_publish_state *state, struct tn_published_account *at)
{
	take_out_account(state, at);
	free(at);
}

static void
drop_group(struct tn_publish_state *state, struct tn_published_group *at)
{
	take_out_group(state, at);
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
	tn_record_index_done(&state->logins);
	tn_record_index_done(&state->uids);
	tn_record_index_done(&state->group_names);
	tn_record_index_done(&state->gids);
	free(state->touched_users.data);
	free(state->touched_groups.data);
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
	if (!tn_record_index_reserve(&state->logins) ||
	    !tn_record_index_reserve(&state->uids) ||
	    (at == NULL && (at = calloc(1, sizeof(*at))) == NULL)) {
		tn_account_free(copy);
		return tn_fail(err, TN_E_NO_MEMORY, "an account");
	}
	if (at->account != NULL)
		take_out_account(state, at);
	at->account = copy;
	at->found = record.refusal;
	at->locks = record.locks;
	at->hidden = record.hidden;
	HASH_ADD_KEYPTR(hh, state->accounts, copy->uuid.byte, TN_UUID_LEN, at);
	tn_record_index_put(&state->logins, at);
	tn_record_index_put(&state->uids, at);
	tn_publish_state_touch_user(state, copy->login, copy->uid);
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
	uint32_t *hashes = calloc(group->count + 1, sizeof(*hashes));
	size_t i;

	HASH_FIND(hh, state->groups, group->uuid.byte, TN_UUID_LEN, at);
	if (hashes == NULL || !tn_record_index_reserve(&state->group_names) ||
	    !tn_record_index_reserve(&state->gids) ||
	    (at == NULL && (at = calloc(1, sizeof(*at))) == NULL)) {
		free(hashes);
		tn_group_free(group);
		return tn_fail(err, TN_E_NO_MEMORY, "a group");
	}
	if (at->group != NULL)
		take_out_group(state, at);
	for (i = 0; i < group->count; i++)
		hashes[i] = tn_record_hash_text(group->members[i]);
	at->group = group;
	at->hashes = hashes;
	HASH_ADD_KEYPTR(hh, state->groups, group->uuid.byte, TN_UUID_LEN, at);
	tn_record_index_put(&state->group_names, at);
	tn_record_index_put(&state->gids, at);
	tn_publish_state_touch_group(state, group->name, group->gid);
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

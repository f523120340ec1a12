#include <config.h>

#include "publish_state.h"

#include <stdlib.h>
#include <string.h>
#include "wire/record.h"

/* An empty list keeps no more memory than this. */
#define TOUCHED_KEPT 1024

void
tn_publish_state_init(struct tn_publish_state *state)
{
	*state = (struct tn_publish_state){
		.heard = TN_TIME_NONE,
		.newest_change = TN_TIME_NONE,
		.is_all_touched = true,
	};
	tn_published_accounts_init(state);
	tn_published_groups_init(state);
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

static void
empty(struct tn_touched_list *list)
{
	list->count = 0;
	if (list->room <= TOUCHED_KEPT)
		return;
	free(list->data);
	*list = (struct tn_touched_list){ .data = NULL };
}

void
tn_publish_state_settled(struct tn_publish_state *state)
{
	tn_published_groups_settled(state);
	empty(&state->touched_users);
	empty(&state->touched_groups);
	state->is_all_touched = false;
}

void
tn_publish_state_done(struct tn_publish_state *state)
{
	tn_published_groups_done(state);
	tn_published_accounts_done(state);
	tn_group_parts_done(&state->parts);
	free(state->touched_users.data);
	free(state->touched_groups.data);
	tn_publish_state_init(state);
}

static int
set_account(struct tn_publish_state *state, const struct tn_message *message,
            struct tn_err *err)
{
	struct tn_account_record record;
	char *texts = NULL;
	int rc = tn_record_get_account(message, &record, &texts, err);

	if (rc == TN_OK)
		rc = tn_published_set(state, &record, err);
	free(texts);
	return rc;
}

static int
set_group(struct tn_publish_state *state, const struct tn_message *message,
          struct tn_err *err)
{
	struct tn_group *group = NULL;
	int rc = tn_group_parts_take(&state->parts, message, &group, err);

	if (rc == TN_OK && group != NULL)
		rc = tn_published_set_group(state, group, err);
	tn_group_free(group);
	return rc;
}

static int
remove_one(struct tn_publish_state *state, const struct tn_message *message,
           struct tn_err *err)
{
	struct tn_uuid uuid;

	if (message->len[TN_TAG_UUID] != TN_UUID_LEN)
		return tn_fail(err, TN_E_PROTOCOL, "no uuid");
	memcpy(uuid.byte, message->field[TN_TAG_UUID], TN_UUID_LEN);
	if (message->what == TN_WIRE_ACCOUNT_GONE)
		tn_published_drop(state, &uuid);
	else
		tn_published_drop_group(state, &uuid);
	return TN_OK;
}

static int
note_publish(struct tn_publish_state *state, const struct tn_message *message,
             struct tn_err *err)
{
	char cookie[TN_COOKIE_MAX + 1];
	uint64_t heard = 0;

	/* Without one, or with one that is no text or too long, the next start
	   reads the directory whole. */
	if (tn_message_text(message, TN_TAG_COOKIE, cookie, sizeof(cookie)) !=
	    TN_OK)
		cookie[0] = '\0';
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
	struct tn_uuid uuid;

	if (tn_record_uuid(message, &uuid, NULL) != TN_OK)
		return;
	if (message->what == TN_WIRE_ACCOUNT_SET)
		tn_published_drop(state, &uuid);
	if (message->what == TN_WIRE_GROUP_SET)
		tn_published_drop_group(state, &uuid);
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

/* The part of publish's state that holds accounts. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include "account/serve_rule.h"
#include "publish_state.h"

static uint32_t
place_of(const struct tn_publish_state *state, uint32_t number)
{
	return state->accounts[number].place;
}

static uint32_t
hash_uuid(const void *state, uint32_t number)
{
	const struct tn_publish_state *own = state;
	const struct tn_uuid uuid =
	    tn_account_store_uuid(&own->store, place_of(own, number));

	return tn_number_hash_bytes(uuid.byte, TN_UUID_LEN);
}

static uint32_t
hash_uid(const void *state, uint32_t number)
{
	const struct tn_publish_state *own = state;

	return tn_number_hash_id(
	    tn_account_store_uid(&own->store, place_of(own, number)));
}

void
tn_published_accounts_init(struct tn_publish_state *state)
{
	tn_names_init(&state->names);
	state->vacant = TN_NO_NUMBER;
	state->uuids = (struct tn_number_index){ .hash = hash_uuid };
	state->uids = (struct tn_number_index){ .hash = hash_uid };
}

void
tn_published_accounts_done(struct tn_publish_state *state)
{
	tn_account_store_done(&state->store);
	free(state->accounts);
	tn_number_index_done(&state->uuids);
	tn_number_index_done(&state->uids);
	tn_names_done(&state->names);
}

uint32_t
tn_published_each(const struct tn_publish_state *state, uint32_t *position)
{
	while (*position < state->account_count) {
		uint32_t number = (*position)++;

		if (place_of(state, number) != 0)
			return number;
	}
	return TN_NO_NUMBER;
}

uint32_t
tn_published_login(const struct tn_publish_state *state, const char *login)
{
	uint32_t name = tn_names_find(&state->names, login);

	return name != TN_NO_NUMBER ? state->names.data[name].first
	                            : TN_NO_NUMBER;
}

uint32_t
tn_published_next_login(const struct tn_publish_state *state, uint32_t number)
{
	return state->accounts[number].next;
}

uint32_t
tn_published_uid(const struct tn_publish_state *state, uint32_t uid,
                 size_t *position)
{
	uint32_t hash = tn_number_hash_id(uid);
	uint32_t number;

	while ((number = tn_number_index_next(&state->uids, hash, position)) !=
	       TN_NO_NUMBER)
		if (tn_account_store_uid(&state->store,
		                         place_of(state, number)) == uid)
			break;
	return number;
}

void
tn_published_get(const struct tn_publish_state *state, uint32_t number,
                 struct tn_published_account *ret)
{
	ret->number = number;
	ret->entry = &state->accounts[number];
	tn_account_store_get_named(
	    &state->store, ret->entry->place,
	    tn_names_text(&state->names, ret->entry->name), &ret->view);
}

static uint32_t
find(const struct tn_publish_state *state, const struct tn_uuid *uuid)
{
	uint32_t hash = tn_number_hash_bytes(uuid->byte, TN_UUID_LEN);
	size_t position = 0;
	struct tn_uuid other;
	uint32_t number;

	while ((number = tn_number_index_next(&state->uuids, hash,
	                                      &position)) != TN_NO_NUMBER) {
		other = tn_account_store_uuid(&state->store,
		                              place_of(state, number));
		if (memcmp(other.byte, uuid->byte, TN_UUID_LEN) == 0)
			break;
	}
	return number;
}

static bool
reserve(struct tn_publish_state *state)
{
	uint32_t room = state->account_room != 0
	                    ? state->account_room + state->account_room / 2
	                    : 64;
	struct tn_published_entry *grown;

	if (state->vacant == TN_NO_NUMBER &&
	    state->account_count == state->account_room) {
		if (room > UINT32_MAX / 2)
			return false;
		grown = reallocarray(state->accounts, room, sizeof(*grown));
		if (grown == NULL)
			return false;
		state->accounts = grown;
		state->account_room = room;
	}
	return tn_number_index_reserve(&state->uuids, state) &&
	       tn_number_index_reserve(&state->uids, state);
}

/* What section 12, the verdict of a session and the log ask for: net keeps
   the rest. tests/unit/test_publish.c holds this against the verdict. */
static struct tn_account
needed_of(const struct tn_account *account)
{
	struct tn_account needed = *account;

	needed.created = TN_TIME_NONE;
	needed.changed = TN_TIME_NONE;
	needed.password_changed = TN_TIME_NONE;
	needed.password_reset = false;
	needed.initial_deadline = TN_TIME_NONE;
	needed.policy_locked = TN_TIME_NONE;
	needed.keys = "";
	/* Whether it is in its bounds is all that counts. */
	if (strlen(account->department) <= TN_DEPARTMENT_MAX)
		needed.department = "";
	if (strlen(account->language) <= TN_DEPARTMENT_MAX)
		needed.language = "";
	if (strlen(account->application) <= TN_DN_MAX)
		needed.application = "";
	/* Or whether it is one. */
	if (tn_staff_number_is_valid(account->staff_number))
		needed.staff_number = "0";
	return needed;
}

/* Out of all but the index of uuids, and touched. */
static void
unlink_account(struct tn_publish_state *state, uint32_t number)
{
	struct tn_published_entry *at = &state->accounts[number];
	uint32_t *link = &state->names.data[at->name].first;

	tn_publish_state_touch_user(
	    state, tn_names_text(&state->names, at->name),
	    tn_account_store_uid(&state->store, at->place));
	while (*link != number)
		link = &state->accounts[*link].next;
	*link = at->next;
	tn_number_index_drop(&state->uids, state, number);
	tn_names_drop(&state->names, at->name);
}

static void
link_account(struct tn_publish_state *state, uint32_t number)
{
	struct tn_published_entry *at = &state->accounts[number];
	struct tn_login_name *name = &state->names.data[at->name];

	at->next = name->first;
	name->first = number;
	tn_number_index_put(&state->uids, state, number);
	tn_publish_state_touch_user(
	    state, tn_names_text(&state->names, at->name),
	    tn_account_store_uid(&state->store, at->place));
}

static uint32_t
new_number(struct tn_publish_state *state)
{
	uint32_t number = state->vacant;

	if (number == TN_NO_NUMBER)
		return state->account_count++;
	state->vacant = state->accounts[number].next;
	return number;
}

int
tn_published_set(struct tn_publish_state *state,
                 const struct tn_account_record *record, struct tn_err *err)
{
	const struct tn_account *account = &record->account;
	const struct tn_account needed = needed_of(account);
	struct tn_published_entry entry = {
		.found = (uint8_t)record->refusal,
		.locks = (uint8_t)record->locks,
		.hidden = record->hidden,
	};
	uint32_t number;

	if (strlen(account->login) > TN_LOGIN_MAX)
		return tn_fail(err, TN_E_PROTOCOL, "a login over its bound");
	if (reserve(state))
		entry.place =
		    tn_account_store_put_nameless(&state->store, &needed);
	if (entry.place == 0)
		return tn_fail(err, TN_E_NO_MEMORY, "an account");
	entry.name = tn_names_take(&state->names, account->login);
	if (entry.name == TN_NO_NUMBER) {
		tn_account_store_drop(&state->store, entry.place);
		return tn_fail(err, TN_E_NO_MEMORY, "an account");
	}
	number = find(state, &account->uuid);
	if (number != TN_NO_NUMBER) {
		entry.told = state->accounts[number].told;
		unlink_account(state, number);
		tn_account_store_drop(&state->store, place_of(state, number));
		state->accounts[number] = entry;
	} else {
		number = new_number(state);
		state->accounts[number] = entry;
		tn_number_index_put(&state->uuids, state, number);
	}
	link_account(state, number);
	if (account->changed != TN_TIME_NONE &&
	    account->changed > state->newest_change)
		state->newest_change = account->changed;
	return TN_OK;
}

void
tn_published_drop(struct tn_publish_state *state, const struct tn_uuid *uuid)
{
	uint32_t number = find(state, uuid);

	if (number == TN_NO_NUMBER)
		return;
	unlink_account(state, number);
	tn_number_index_drop(&state->uuids, state, number);
	tn_account_store_drop(&state->store, place_of(state, number));
	state->accounts[number] =
	    (struct tn_published_entry){ .next = state->vacant };
	state->vacant = number;
}

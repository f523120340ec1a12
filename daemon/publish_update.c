#include <config.h>

#include "publish_update.h"

#include <stdlib.h>
#include <string.h>
#include "base/hash_table.h"
#include "base/log.h"
#include "publish_regroup.h"

/* A person of the view, or who is to be one; the texts are its own. */
struct person {
	struct tn_snapshot_user user;
	UT_hash_handle by_name;
	UT_hash_handle by_uid;
	char texts[];
};

struct people {
	struct person *names; /* in the order in which they were added */
	struct person *uids;
};

/* A login and a number that are followed to whoever has them. */
struct followed {
	struct tn_touched key;
	UT_hash_handle hh;
};

/*
 * Looked at are all who may stand in each other's way: records of net's and
 * people of the view that share a login or a number with what is touched,
 * directly or by others.
 */
struct update {
	struct tn_publish_state *state;
	const struct tn_publish_view *view;
	struct tn_snapshot_overlay *overlay;
	struct tn_publish_change change;
	struct followed *followed;
	uint32_t *records;
	size_t count;
	size_t room;
	uint8_t *is_taken;  /* a bit of each account: it is among the records */
	struct people seen; /* of the view */
	struct people come; /* what is to be there of them */
	struct tn_regroup regroup;
};

static void
people_done(struct people *people)
{
	struct person *person;
	struct person *next;

	HASH_CLEAR(by_uid, people->uids);
	HASH_ITER(by_name, people->names, person, next)
	{
		HASH_DELETE(by_name, people->names, person);
		free(person);
	}
}

static const char *
put_text(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	char *put = *at;

	memcpy(put, text, size);
	*at += size;
	return put;
}

static const struct person *
by_name(const struct people *people, const char *name)
{
	const struct person *person = NULL;

	HASH_FIND(by_name, people->names, name, strlen(name), person);
	return person;
}

static bool
is_free(const struct people *people, const char *name, uint32_t uid)
{
	const struct person *person = NULL;

	HASH_FIND(by_uid, people->uids, &uid, sizeof(uid), person);
	return person == NULL && by_name(people, name) == NULL;
}

/* Neither the name nor the uid is there. */
static bool
people_add(struct people *people, const struct tn_snapshot_user *user)
{
	struct person *person =
	    malloc(sizeof(*person) + strlen(user->name) + strlen(user->gecos) +
	           strlen(user->home) + strlen(user->shell) + 4);
	char *at;

	if (person == NULL)
		return false;
	memset(person, 0, sizeof(*person));
	at = person->texts;
	person->user = *user;
	person->user.name = put_text(&at, user->name);
	person->user.gecos = put_text(&at, user->gecos);
	person->user.home = put_text(&at, user->home);
	person->user.shell = put_text(&at, user->shell);
	HASH_ADD_KEYPTR(by_name, people->names, person->user.name,
	                strlen(person->user.name), person);
	if (!TN_HASH_LOST(by_name, person)) {
		HASH_ADD_KEYPTR(by_uid, people->uids, &person->user.uid,
		                sizeof(person->user.uid), person);
		if (!TN_HASH_LOST(by_uid, person))
			return true;
		HASH_DELETE(by_name, people->names, person);
	}
	free(person);
	return false;
}

static bool
follow(struct update *update, const char *name, uint32_t id)
{
	struct followed *found = NULL;
	struct tn_touched key;

	if (strlen(name) > TN_LOGIN_MAX)
		return true; /* served never */
	memset(&key, 0, sizeof(key));
	memcpy(key.name, name, strlen(name));
	key.id = id;
	HASH_FIND(hh, update->followed, &key, sizeof(key), found);
	if (found != NULL)
		return true;
	found = calloc(1, sizeof(*found));
	if (found == NULL)
		return false;
	memcpy(&found->key, &key, sizeof(key));
	HASH_ADD(hh, update->followed, key, sizeof(found->key), found);
	if (!TN_HASH_LOST(hh, found))
		return true;
	free(found);
	return false;
}

static bool
take_record(struct update *update, uint32_t number)
{
	const struct tn_published_entry *at = &update->state->accounts[number];
	uint8_t bit = (uint8_t)(1u << (number % 8));
	size_t room = update->room != 0 ? update->room * 2 : 16;
	uint32_t *grown;

	if ((update->is_taken[number / 8] & bit) != 0)
		return true;
	if (update->count == update->room) {
		grown = reallocarray(update->records, room, sizeof(*grown));
		if (grown == NULL)
			return false;
		update->records = grown;
		update->room = room;
	}
	update->is_taken[number / 8] |= bit;
	update->records[update->count++] = number;
	return follow(update, tn_names_text(&update->state->names, at->name),
	              tn_account_store_uid(&update->state->store, at->place));
}

static bool
take_seen(struct update *update, const struct tn_snapshot_user *user)
{
	return by_name(&update->seen, user->name) != NULL ||
	       (people_add(&update->seen, user) &&
	        follow(update, user->name, user->uid));
}

/* Everybody with the login or the number. */
static bool
follow_one(struct update *update, const struct tn_touched *key)
{
	struct tn_publish_state *state = update->state;
	struct tn_snapshot_user user;
	size_t position = 0;
	uint32_t number;

	for (number = tn_published_login(state, key->name);
	     number != TN_NO_NUMBER;
	     number = tn_published_next_login(state, number))
		if (!take_record(update, number))
			return false;
	while ((number = tn_published_uid(state, key->id, &position)) !=
	       TN_NO_NUMBER)
		if (!take_record(update, number))
			return false;
	if (tn_snapshot_overlay_user(update->overlay, key->name, &user) &&
	    !take_seen(update, &user))
		return false;
	return !tn_snapshot_overlay_uid(update->overlay, key->id, &user) ||
	       take_seen(update, &user);
}

static bool
follow_all(struct update *update)
{
	const struct tn_touched_list *touched = &update->state->touched_users;
	const struct followed *at;
	size_t i;

	update->is_taken = calloc(update->state->account_count / 8 + 1, 1);
	if (update->is_taken == NULL)
		return false;
	for (i = 0; i < touched->count; i++)
		if (!follow(update, touched->data[i].name, touched->data[i].id))
			return false;
	/* What is found on the way comes to the end of the list. */
	for (at = update->followed; at != NULL; at = at->hh.next)
		if (!follow_one(update, &at->key))
			return false;
	return true;
}

/* Those of the records that are as dead as asked for. */
static bool
add_records(struct update *update, bool dead)
{
	struct tn_published_account at;
	struct tn_snapshot_user user;
	enum tn_judged_record judged;
	int64_t next;
	size_t i;

	for (i = 0; i < update->count; i++) {
		tn_published_get(update->state, update->records[i], &at);
		judged =
		    tn_publish_judge(update->view, &at, !dead, &user, &next);
		if (next < update->change.next)
			update->change.next = next;
		if (judged != (dead ? TN_RECORD_DEAD : TN_RECORD_LIVE))
			continue;
		if (is_free(&update->come, user.name, user.uid)) {
			if (!people_add(&update->come, &user))
				return false;
		} else if (!dead) {
			tn_log_warning("%s: its login or number is taken",
			               at.view.account.dn);
		}
	}
	return true;
}

/* Those of the view whom no record serves: dead now, unless held. */
static bool
add_vanished(struct update *update, bool held)
{
	struct tn_snapshot_user user;
	const struct person *seen;
	bool was_dead;

	for (seen = update->seen.names; seen != NULL;
	     seen = seen->by_name.next) {
		user = seen->user;
		was_dead = user.dead;
		if (!tn_publish_may_stay(update->view, user.name, user.uid) ||
		    !is_free(&update->come, user.name, user.uid))
			continue;
		user.dead =
		    was_dead || !held ||
		    tn_publish_is_closed(update->state, update->view, user.uid);
		if (user.dead)
			user.shell = TN_NOLOGIN;
		if (!people_add(&update->come, &user))
			return false;
		if (!was_dead)
			update->change.gone++;
	}
	return true;
}

static size_t
count_live(const struct people *people)
{
	const struct person *person;
	size_t count = 0;

	for (person = people->names; person != NULL;
	     person = person->by_name.next)
		count += person->user.dead ? 0 : 1;
	return count;
}

/* What is to become of them. */
static bool
decide(struct update *update, bool held)
{
	people_done(&update->come);
	update->change = (struct tn_publish_change){
		.held = held,
		.next = tn_day_start(update->view->moment->today + 1,
		                     update->view->rules->utc_offset),
	};
	if (!add_records(update, false) || !add_records(update, true) ||
	    !add_vanished(update, held))
		return false;
	update->change.live = (int64_t)count_live(&update->come) -
	                      (int64_t)count_live(&update->seen);
	return true;
}

/* All at once: a number that changes hands takes nobody's groups along. */
static int
put_come(struct update *update, struct tn_err *err)
{
	size_t room = HASH_CNT(by_name, update->come.names) + 1u;
	struct tn_snapshot_user *users = calloc(room, sizeof(*users));
	const struct person *person;
	size_t count = 0;
	int rc;

	if (users == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "what changed");
	for (person = update->come.names; person != NULL;
	     person = person->by_name.next)
		users[count++] = person->user;
	rc = tn_snapshot_overlay_put_users(update->overlay, users, count, err);
	free(users);
	return rc;
}

/* Into the view; who appears and who disappears changes groups. */
static int
apply(struct update *update, struct tn_err *err)
{
	const struct person *person;
	int rc = TN_OK;

	for (person = update->seen.names; rc == TN_OK && person != NULL;
	     person = person->by_name.next) {
		if (by_name(&update->come, person->user.name) != NULL)
			continue;
		rc = tn_snapshot_overlay_remove_user(update->overlay,
		                                     person->user.name, err);
		if (rc == TN_OK)
			rc = tn_regroup_person(&update->regroup,
			                       person->user.name, err);
	}
	if (rc == TN_OK)
		rc = put_come(update, err);
	for (person = update->come.names; rc == TN_OK && person != NULL;
	     person = person->by_name.next)
		if (by_name(&update->seen, person->user.name) == NULL)
			rc = tn_regroup_person(&update->regroup,
			                       person->user.name, err);
	return rc;
}

static void
update_done(struct update *update)
{
	struct followed *at;
	struct followed *next;

	HASH_ITER(hh, update->followed, at, next)
	{
		HASH_DEL(update->followed, at);
		free(at);
	}
	tn_regroup_done(&update->regroup);
	people_done(&update->seen);
	people_done(&update->come);
	free(update->records);
	free(update->is_taken);
}

int
tn_publish_update(struct tn_publish_state *state,
                  const struct tn_publish_view *view,
                  struct tn_snapshot_overlay *overlay, size_t live,
                  struct tn_publish_change *ret, struct tn_err *err)
{
	struct update update = {
		.state = state,
		.view = view,
		.overlay = overlay,
		.regroup = { .state = state, .view = view, .overlay = overlay },
	};
	bool is_done = follow_all(&update) &&
	               decide(&update, view->brake == TN_BRAKE_HOLDS);
	int rc = TN_OK;

	if (is_done && view->brake == TN_BRAKE_COUNTS &&
	    tn_removal_brake_trips(&view->rules->brake, update.change.gone,
	                           live))
		is_done = decide(&update, true);
	if (!is_done)
		rc = tn_fail(err, TN_E_NO_MEMORY, "what changed");
	if (rc == TN_OK)
		rc = apply(&update, err);
	if (rc == TN_OK)
		rc = tn_regroup(&update.regroup, err);
	if (rc == TN_OK)
		*ret = update.change;
	update_done(&update);
	return rc;
}

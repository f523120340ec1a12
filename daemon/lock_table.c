/* The part of the account table that holds locks and their releases. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include "account_table.h"
#include "base/attrs.h"
#include "wire/lock_record.h"

struct tn_table_lock {
	struct tn_uuid uuid;
	struct tn_lock *lock; /* .released is kept true to the releases */
	bool is_dirty;
	struct tn_table_lock *next_dirty;
	struct tn_index_link by_person;
	struct tn_index_link by_staff;
	struct tn_index_link by_name;
	UT_hash_handle hh;
};

struct tn_table_release {
	char *lock_name;
	int64_t created; /* of the latest one in the directory */
	bool is_own;     /* of a lock of this host's own */
	bool is_dirty;   /* it is told as often as it changes */
	struct tn_table_release *next_dirty;
	UT_hash_handle hh;
};

static bool
is_set(const struct tn_uuid *uuid)
{
	static const struct tn_uuid none;

	return memcmp(uuid->byte, none.byte, TN_UUID_LEN) != 0;
}

static void
mark_lock(struct tn_account_table *table, struct tn_table_lock *at)
{
	if (at->is_dirty)
		return;
	at->is_dirty = true;
	at->next_dirty = table->dirty_locks;
	table->dirty_locks = at;
}

const struct tn_lock *
tn_table_take_dirty_lock(struct tn_account_table *table)
{
	struct tn_table_lock *at = table->dirty_locks;

	if (at == NULL)
		return NULL;
	table->dirty_locks = at->next_dirty;
	at->is_dirty = false;
	return at->lock;
}

const char *
tn_table_take_dirty_release(struct tn_account_table *table,
                            int64_t *ret_created)
{
	struct tn_table_release *release = table->dirty_releases;

	if (release == NULL)
		return NULL;
	table->dirty_releases = release->next_dirty;
	release->is_dirty = false;
	*ret_created = release->is_own ? TN_RELEASE_OWN : release->created;
	return release->lock_name;
}

static struct tn_table_release *
release_of(const struct tn_account_table *table, const char *name)
{
	struct tn_table_release *release = NULL;

	HASH_FIND_STR(table->releases, name, release);
	return release;
}

static bool
counts(const struct tn_table_release *release, const struct tn_lock *lock)
{
	return release != NULL &&
	       ((release->is_own && tn_lock_is_ended(lock, TN_RELEASE_OWN)) ||
	        tn_lock_is_ended(lock, release->created));
}

/* Under what a lock is found; a .len of 0: it is not. */
struct lock_keys {
	struct {
		const void *data;
		size_t len;
	} key[3];
};

static const enum tn_index_space key_spaces[] = { TN_INDEX_LOCK_PERSON,
	                                          TN_INDEX_LOCK_STAFF,
	                                          TN_INDEX_LOCK_NAME };

static struct lock_keys
keys_of(const struct tn_lock *lock)
{
	/* As the index cuts them: two that are one to it are the same. */
	return (struct lock_keys){
		{ { lock->person_uuid.byte,
		    is_set(&lock->person_uuid) ? TN_UUID_LEN : 0 },
		  { lock->staff_number,
		    strnlen(lock->staff_number, TN_INDEX_KEY_MAX - 1) },
		  { lock->name, strnlen(lock->name, TN_INDEX_KEY_MAX - 1) } }
	};
}

static bool
reserve_keys(struct tn_account_table *table, const struct lock_keys *keys)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(key_spaces); i++)
		if (keys->key[i].len > 0 &&
		    !tn_index_reserve(&table->index, key_spaces[i],
		                      keys->key[i].data, keys->key[i].len))
			return false;
	return true;
}

/* From the old lock's keys (NULL: it had none) to those of the new one, which
   are reserved. One that is the same stays where it is: taken out, it would
   need room again. */
static void
relink(struct tn_account_table *table, struct tn_table_lock *at,
       const struct tn_lock *old_lock, const struct tn_lock *new_lock)
{
	struct tn_index_link *const links[] = { &at->by_person, &at->by_staff,
		                                &at->by_name };
	const struct lock_keys before =
	    old_lock != NULL ? keys_of(old_lock)
	                     : (struct lock_keys){ { { .len = 0 } } };
	const struct lock_keys after = keys_of(new_lock);
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(key_spaces); i++) {
		if (before.key[i].len == after.key[i].len &&
		    (after.key[i].len == 0 ||
		     memcmp(before.key[i].data, after.key[i].data,
		            after.key[i].len) == 0))
			continue;
		if (before.key[i].len > 0)
			tn_index_remove(&table->index, key_spaces[i],
			                before.key[i].data, before.key[i].len,
			                links[i]);
		if (after.key[i].len > 0)
			tn_index_add(&table->index, key_spaces[i],
			             after.key[i].data, after.key[i].len,
			             links[i]);
	}
}

/* One that is new, without a lock yet; NULL without memory. */
static struct tn_table_lock *
add_lock(struct tn_account_table *table, const struct tn_uuid *uuid)
{
	struct tn_table_lock *at = calloc(1, sizeof(*at));

	if (at == NULL)
		return NULL;
	at->uuid = *uuid;
	at->by_person.owner = at;
	at->by_staff.owner = at;
	at->by_name.owner = at;
	HASH_ADD_KEYPTR(hh, table->locks, at->uuid.byte, TN_UUID_LEN, at);
	if (!TN_HASH_LOST(hh, at))
		return at;
	free(at);
	return NULL;
}

int
tn_table_put_lock(struct tn_account_table *table, const struct tn_lock *lock,
                  struct tn_err *err)
{
	struct tn_table_lock *at = NULL;
	struct tn_lock *copy = NULL;
	struct tn_lock *old = NULL;
	struct lock_keys keys;
	int rc = tn_lock_dup(lock, &copy, err);

	if (rc != TN_OK)
		return rc;
	/* All that may fail, before anything is changed. */
	keys = keys_of(copy);
	HASH_FIND(hh, table->locks, lock->uuid.byte, TN_UUID_LEN, at);
	if (!reserve_keys(table, &keys) ||
	    (at == NULL && (at = add_lock(table, &lock->uuid)) == NULL)) {
		tn_lock_free(copy);
		return tn_fail(err, TN_E_NO_MEMORY, "a lock");
	}
	old = at->lock;
	if (old != NULL && old->seen_ms != 0) {
		/* It was seen when it came first. */
		copy->seen_ms = old->seen_ms;
		copy->server_ms = old->server_ms;
	}
	if (old == NULL && copy->own)
		table->own_locks++;
	copy->released = counts(release_of(table, copy->name), copy);
	relink(table, at, old, copy);
	at->lock = copy;
	if (old != NULL)
		tn_table_review_person(table, &old->person_uuid,
		                       old->staff_number);
	tn_lock_free(old);
	mark_lock(table, at);
	tn_table_review_person(table, &copy->person_uuid, copy->staff_number);
	return TN_OK;
}

static struct tn_table_release *
add_release(struct tn_account_table *table, const char *lock_name)
{
	struct tn_table_release *release = calloc(1, sizeof(*release));

	if (release != NULL)
		release->lock_name = strdup(lock_name);
	if (release == NULL || release->lock_name == NULL) {
		free(release);
		return NULL;
	}
	release->created = TN_TIME_NONE;
	HASH_ADD_KEYPTR(hh, table->releases, release->lock_name,
	                strlen(release->lock_name), release);
	if (!TN_HASH_LOST(hh, release))
		return release;
	free(release->lock_name);
	free(release);
	return NULL;
}

static void
tell(struct tn_account_table *table, struct tn_table_release *release)
{
	if (release->is_dirty)
		return;
	release->is_dirty = true;
	release->next_dirty = table->dirty_releases;
	table->dirty_releases = release;
}

int
tn_table_put_release(struct tn_account_table *table, const char *lock_name,
                     int64_t created, struct tn_err *err)
{
	struct tn_table_release *release = release_of(table, lock_name);
	struct tn_index_link *link;
	struct tn_table_lock *at;

	if (release == NULL) {
		release = add_release(table, lock_name);
		if (release == NULL)
			return tn_fail(err, TN_E_NO_MEMORY, "a release");
	}
	if (created == TN_RELEASE_OWN ? release->is_own
	                              : created <= release->created)
		return TN_OK;
	if (created == TN_RELEASE_OWN)
		release->is_own = true;
	else
		release->created = created;
	tell(table, release);
	link = tn_index_find(&table->index, TN_INDEX_LOCK_NAME, lock_name,
	                     strlen(lock_name));
	for (; link != NULL; link = link->next) {
		at = link->owner;
		/* The index may have others in the same place. */
		if (strcmp(at->lock->name, lock_name) != 0 ||
		    at->lock->released || !counts(release, at->lock))
			continue;
		at->lock->released = true;
		tn_table_review_person(table, &at->lock->person_uuid,
		                       at->lock->staff_number);
	}
	return TN_OK;
}

unsigned int
tn_table_locks_of(const struct tn_account_table *table,
                  const struct tn_account *account)
{
	const struct tn_table_lock *at;
	struct tn_index_link *link;
	unsigned int kinds = 0;

	link = tn_index_find(&table->index, TN_INDEX_LOCK_PERSON,
	                     account->uuid.byte, TN_UUID_LEN);
	for (; link != NULL; link = link->next) {
		at = link->owner;
		if (!at->lock->released)
			kinds |= (unsigned int)at->lock->kind;
	}
	if (account->staff_number[0] == '\0')
		return kinds;
	link =
	    tn_index_find(&table->index, TN_INDEX_LOCK_STAFF,
	                  account->staff_number, strlen(account->staff_number));
	for (; link != NULL; link = link->next) {
		at = link->owner;
		if (!at->lock->released)
			kinds |= (unsigned int)at->lock->kind;
	}
	return kinds;
}

bool
tn_table_is_open(const struct tn_account_table *table, const char *lock_name)
{
	const struct tn_table_lock *at;
	struct tn_index_link *link;

	link = tn_index_find(&table->index, TN_INDEX_LOCK_NAME, lock_name,
	                     strlen(lock_name));
	for (; link != NULL; link = link->next) {
		at = link->owner;
		if (!at->lock->released &&
		    strcmp(at->lock->name, lock_name) == 0)
			return true;
	}
	return false;
}

static const struct tn_lock *
open_lock(const struct tn_index_link *link, unsigned int kinds)
{
	const struct tn_table_lock *at;

	for (; link != NULL; link = link->next) {
		at = link->owner;
		if (!at->lock->released &&
		    ((unsigned int)at->lock->kind & kinds) != 0)
			return at->lock;
	}
	return NULL;
}

const struct tn_lock *
tn_table_open_lock(const struct tn_account_table *table,
                   const struct tn_account *account, unsigned int kinds)
{
	const struct tn_lock *lock;

	lock = open_lock(tn_index_find(&table->index, TN_INDEX_LOCK_PERSON,
	                               account->uuid.byte, TN_UUID_LEN),
	                 kinds);
	if (lock != NULL || account->staff_number[0] == '\0')
		return lock;
	return open_lock(tn_index_find(&table->index, TN_INDEX_LOCK_STAFF,
	                               account->staff_number,
	                               strlen(account->staff_number)),
	                 kinds);
}

const struct tn_lock *
tn_table_next_own(const struct tn_account_table *table,
                  const struct tn_lock *after)
{
	const struct tn_table_lock *at = NULL;

	if (table->own_locks == 0)
		return NULL;
	if (after == NULL)
		at = table->locks;
	else
		HASH_FIND(hh, table->locks, after->uuid.byte, TN_UUID_LEN, at);
	if (after != NULL && at != NULL)
		at = at->hh.next;
	while (at != NULL && (!at->lock->own || at->lock->released))
		at = at->hh.next;
	return at != NULL ? at->lock : NULL;
}

bool
tn_table_knows_lock(const struct tn_account_table *table, const char *name)
{
	return release_of(table, name) != NULL ||
	       tn_index_find(&table->index, TN_INDEX_LOCK_NAME, name,
	                     strlen(name)) != NULL;
}

/* Two clocks wrote the two times. */
#define CLOCKS_DIFFER 600 /* seconds */

bool
tn_table_own_is_settled(const struct tn_account_table *table,
                        const struct tn_lock *own)
{
	const struct tn_table_account *account;
	const struct tn_table_lock *at;
	struct tn_index_link *link;

	link = tn_index_find(&table->index, TN_INDEX_LOCK_PERSON,
	                     own->person_uuid.byte, TN_UUID_LEN);
	for (; link != NULL; link = link->next) {
		at = link->owner;
		if (!at->lock->own && at->lock->kind == TN_LOCK_LEAK &&
		    at->lock->since >= own->since - CLOCKS_DIFFER)
			return true;
	}
	account = tn_table_by_uuid(table, &own->person_uuid);
	/* Whoever has the leaked password can change it; that is no reset. */
	return account != NULL && account->account->password_reset &&
	       account->account->password_changed > own->since;
}

void
tn_table_free_locks(struct tn_account_table *table)
{
	struct tn_table_release *release;
	struct tn_table_release *next_release;
	struct tn_table_lock *at;
	struct tn_table_lock *next;

	HASH_ITER(hh, table->locks, at, next)
	{
		HASH_DEL(table->locks, at);
		tn_lock_free(at->lock);
		free(at);
	}
	HASH_ITER(hh, table->releases, release, next_release)
	{
		HASH_DEL(table->releases, release);
		free(release->lock_name);
		free(release);
	}
}

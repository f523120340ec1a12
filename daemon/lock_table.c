/* The part of the account table that holds locks and their releases. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include "account_table.h"
#include "wire/lock_record.h"

struct tn_table_lock {
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

static void
link_lock(struct tn_account_table *table, struct tn_table_lock *at)
{
	const struct tn_lock *lock = at->lock;

	if (is_set(&lock->person_uuid))
		tn_index_add(&table->index, TN_INDEX_LOCK_PERSON,
		             lock->person_uuid.byte, TN_UUID_LEN,
		             &at->by_person);
	if (lock->staff_number[0] != '\0')
		tn_index_add(&table->index, TN_INDEX_LOCK_STAFF,
		             lock->staff_number, strlen(lock->staff_number),
		             &at->by_staff);
	tn_index_add(&table->index, TN_INDEX_LOCK_NAME, lock->name,
	             strlen(lock->name), &at->by_name);
}

static void
unlink_lock(struct tn_account_table *table, struct tn_table_lock *at)
{
	const struct tn_lock *lock = at->lock;

	tn_index_remove(&table->index, TN_INDEX_LOCK_PERSON,
	                lock->person_uuid.byte, TN_UUID_LEN, &at->by_person);
	tn_index_remove(&table->index, TN_INDEX_LOCK_STAFF, lock->staff_number,
	                strlen(lock->staff_number), &at->by_staff);
	tn_index_remove(&table->index, TN_INDEX_LOCK_NAME, lock->name,
	                strlen(lock->name), &at->by_name);
}

int
tn_table_put_lock(struct tn_account_table *table, const struct tn_lock *lock,
                  struct tn_err *err)
{
	struct tn_table_lock *at = NULL;
	struct tn_lock *copy = NULL;
	int rc = tn_lock_dup(lock, &copy, err);

	if (rc != TN_OK)
		return rc;
	HASH_FIND(hh, table->locks, lock->uuid.byte, TN_UUID_LEN, at);
	if (at != NULL && at->lock->seen_ms != 0) {
		/* It was seen when it came first. */
		copy->seen_ms = at->lock->seen_ms;
		copy->server_ms = at->lock->server_ms;
	}
	if (at == NULL && copy->own)
		table->own_locks++;
	if (at == NULL) {
		at = calloc(1, sizeof(*at));
		if (at == NULL) {
			tn_lock_free(copy);
			return tn_fail(err, TN_E_NO_MEMORY, "a lock");
		}
		at->by_person.owner = at;
		at->by_staff.owner = at;
		at->by_name.owner = at;
		at->lock = copy;
		HASH_ADD_KEYPTR(hh, table->locks, copy->uuid.byte, TN_UUID_LEN,
		                at);
	} else {
		struct tn_lock *old = at->lock;

		/* The key stands in the record: out and in again. */
		unlink_lock(table, at);
		HASH_DEL(table->locks, at);
		at->lock = copy;
		HASH_ADD_KEYPTR(hh, table->locks, copy->uuid.byte, TN_UUID_LEN,
		                at);
		tn_table_review_person(table, &old->person_uuid,
		                       old->staff_number);
		tn_lock_free(old);
	}
	copy->released = counts(release_of(table, copy->name), copy);
	link_lock(table, at);
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
	return release;
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

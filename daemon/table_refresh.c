/*
 * The part of the account table that takes what leaves the directory. In a
 * refresh it leaves at the end only, under the brake. What this costs goes by
 * how much left, not by how much there is: logins wait for the lock.
 */
#include <config.h>

#include <stdlib.h>
#include <strings.h>
#include "account_table.h"

static struct tn_table_group *
find_group(struct tn_account_table *table, const struct tn_uuid *uuid)
{
	struct tn_table_group *group = NULL;

	HASH_FIND(hh, table->groups, uuid->byte, TN_UUID_LEN, group);
	return group;
}

/* Named gone: it is not among those that this refresh had. */
static void
unsee(struct tn_account_table *table, uint32_t number)
{
	struct tn_table_entry *at = &table->entries[number];

	if (at->round == table->round && !tn_table_is_vanished(table, number))
		table->alive_seen--;
	at->round = 0;
	at->flags |= TN_ENTRY_PENDING;
	if ((at->flags & TN_ENTRY_LISTED) != 0)
		return;
	if (tn_table_list_add(&table->pending, number))
		at->flags |= TN_ENTRY_LISTED;
	else
		table->is_pending_lost = true;
}

/* The next one who was named gone in this refresh, perhaps to be taken back
   later; *position is 0 to begin with. TN_NO_NUMBER: no more. */
static uint32_t
next_named(const struct tn_account_table *table, size_t *position)
{
	if (!table->is_pending_lost)
		return *position < table->pending.count
		           ? table->pending.data[(*position)++]
		           : TN_NO_NUMBER;
	while (*position < table->count) {
		uint32_t number = (uint32_t)(*position)++;

		if ((table->entries[number].flags &
		     (TN_ENTRY_PENDING | TN_ENTRY_LISTED)) != 0)
			return number;
	}
	return TN_NO_NUMBER;
}

void
tn_table_delete(struct tn_account_table *table, const struct tn_uuid *uuid)
{
	uint32_t account = tn_table_find(table, uuid);
	struct tn_table_group *group = find_group(table, uuid);

	if (account != TN_NO_NUMBER)
		table->entries[account].flags &= (uint8_t)~TN_ENTRY_UNREADABLE;
	if (group != NULL)
		group->is_unreadable = false;
	if (account != TN_NO_NUMBER && table->in_refresh)
		unsee(table, account);
	else if (account != TN_NO_NUMBER)
		tn_table_vanish(table, account);
	if (group != NULL && table->in_refresh)
		group->pending_round = table->round;
	else if (group != NULL)
		tn_table_remove_group(table, group);
}

void
tn_table_drop_unreadable(struct tn_account_table *table,
                         const struct tn_uuid *uuid)
{
	uint32_t account = tn_table_find(table, uuid);
	struct tn_table_group *group = find_group(table, uuid);

	if (account != TN_NO_NUMBER) {
		tn_table_vanish(table, account);
		table->entries[account].flags |= TN_ENTRY_UNREADABLE;
	}
	if (group != NULL) {
		tn_table_remove_group(table, group);
		group->is_unreadable = true;
	}
}

/* Nobody is named gone. */
static void
clear_pending(struct tn_account_table *table)
{
	size_t position = 0;
	uint32_t number;

	while ((number = next_named(table, &position)) != TN_NO_NUMBER)
		table->entries[number].flags &=
		    (uint8_t) ~(TN_ENTRY_PENDING | TN_ENTRY_LISTED);
	tn_table_list_done(&table->pending);
	table->is_pending_lost = false;
}

/* Few rounds are told apart: after so many of them all begin anew. */
static void
next_round(struct tn_account_table *table)
{
	struct tn_table_group *group;
	uint32_t i;

	if (++table->round != 0)
		return;
	table->round = 1;
	for (i = 0; i < table->count; i++)
		table->entries[i].round = 0;
	for (group = table->groups; group != NULL; group = group->hh.next) {
		group->round = 0;
		group->pending_round = 0;
	}
}

void
tn_table_refresh_begin(struct tn_account_table *table)
{
	next_round(table);
	table->in_refresh = true;
	table->alive_seen = 0;
	clear_pending(table);
}

bool
tn_table_present(struct tn_account_table *table, const struct tn_uuid *uuid)
{
	uint32_t account = tn_table_find(table, uuid);
	struct tn_table_group *group = find_group(table, uuid);
	struct tn_table_entry *at;

	if (account != TN_NO_NUMBER) {
		at = &table->entries[account];
		if (tn_table_is_vanished(table, account))
			return (at->flags & TN_ENTRY_UNREADABLE) != 0;
		if (at->round != table->round)
			table->alive_seen++;
		at->round = table->round;
		at->flags &= (uint8_t)~TN_ENTRY_PENDING;
		return true;
	}
	if (group != NULL) {
		group->round = table->round;
		group->pending_round = 0;
		return !group->is_gone || group->is_unreadable;
	}
	/* A lock or a release: neither is ever forgotten here. */
	return true;
}

void
tn_table_miss_groups(struct tn_account_table *table, char *const *names)
{
	struct tn_table_group *group;
	size_t i;

	for (group = table->groups; group != NULL; group = group->hh.next)
		for (i = 0; names[i] != NULL; i++)
			if (group->round != table->round &&
			    strcasecmp(group->group->name, names[i]) == 0)
				group->pending_round = table->round;
}

static bool
is_pending(const struct tn_account_table *table, uint32_t number)
{
	return (table->entries[number].flags & TN_ENTRY_PENDING) != 0;
}

static size_t
count_pending(const struct tn_account_table *table)
{
	size_t position = 0;
	size_t count = 0;
	uint32_t number;

	while ((number = next_named(table, &position)) != TN_NO_NUMBER)
		if (is_pending(table, number) &&
		    !tn_table_is_vanished(table, number))
			count++;
	return count;
}

static bool
is_missing(const struct tn_account_table *table, uint32_t number, bool complete)
{
	return !tn_table_is_vanished(table, number) &&
	       (complete ? table->entries[number].round != table->round
	                 : is_pending(table, number));
}

/* Is the name there all the same, as another entry with the same number? Who
   was deleted by mistake and added again is nobody who disappeared. */
static bool
is_replaced(const struct tn_account_table *table, uint32_t number,
            bool complete)
{
	uint32_t place = table->entries[number].place;
	uint32_t uid = tn_account_store_uid(&table->store, place);
	size_t position = 0;
	uint32_t other;

	while ((other = tn_table_next_login(
	            table, tn_account_store_login(&table->store, place),
	            &position)) != TN_NO_NUMBER)
		if (other != number &&
		    tn_account_store_uid(&table->store,
		                         table->entries[other].place) == uid &&
		    !tn_table_is_vanished(table, other) &&
		    !is_missing(table, other, complete))
			return true;
	return false;
}

/* Looks at everybody: only for who holds the brake already. */
static size_t
count_missing_names(const struct tn_account_table *table, bool complete)
{
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < table->count; i++)
		if (is_missing(table, i, complete) &&
		    !is_replaced(table, i, complete))
			count++;
	return count;
}

static void
remove_accounts(struct tn_account_table *table, bool complete)
{
	size_t position = 0;
	uint32_t number;

	while ((number = next_named(table, &position)) != TN_NO_NUMBER)
		if (is_pending(table, number))
			tn_table_vanish(table, number);
	if (!complete || table->alive == table->alive_seen)
		return;
	for (number = 0; number < table->count; number++)
		if (table->entries[number].round != table->round)
			tn_table_vanish(table, number);
}

static void
remove_groups(struct tn_account_table *table, bool complete)
{
	struct tn_table_group *group;
	struct tn_table_group *next;

	HASH_ITER(hh, table->groups, group, next)
	{
		if (group->pending_round == table->round ||
		    (complete && group->round != table->round))
			tn_table_remove_group(table, group);
	}
}

struct tn_refresh_result
tn_table_refresh_end(struct tn_account_table *table, bool complete,
                     const struct tn_removal_brake *brake)
{
	struct tn_refresh_result result = { .accounts = table->alive };

	table->in_refresh = false;
	result.gone =
	    complete ? table->alive - table->alive_seen : count_pending(table);
	result.held =
	    tn_removal_brake_trips(brake, result.gone, result.accounts) &&
	    tn_removal_brake_trips(brake, count_missing_names(table, complete),
	                           result.accounts);
	if (!result.held) {
		remove_accounts(table, complete);
		remove_groups(table, complete);
	}
	clear_pending(table);
	return result;
}

/*
 * The part of the account table that takes what leaves the directory. In a
 * refresh it leaves at the end only, under the brake. What this costs goes by
 * how much left, not by how much there is: logins wait for the lock.
 */
#include <config.h>

#include <string.h>
#include "account_table.h"

static struct tn_table_account *
find_account(struct tn_account_table *table, const struct tn_uuid *uuid)
{
	struct tn_table_account *account = NULL;

	HASH_FIND(hh, table->accounts, uuid->byte, TN_UUID_LEN, account);
	return account;
}

static struct tn_table_group *
find_group(struct tn_account_table *table, const struct tn_uuid *uuid)
{
	struct tn_table_group *group = NULL;

	HASH_FIND(hh, table->groups, uuid->byte, TN_UUID_LEN, group);
	return group;
}

/* Named gone: it is not among those that this refresh had. */
static void
unsee(struct tn_account_table *table, struct tn_table_account *at)
{
	if (at->round == table->round && !at->account->vanished)
		table->alive_seen--;
	at->round = 0;
	if (at->pending_round == table->round)
		return;
	at->pending_round = table->round;
	at->next_pending = table->pending;
	table->pending = at;
}

void
tn_table_delete(struct tn_account_table *table, const struct tn_uuid *uuid)
{
	struct tn_table_account *account = find_account(table, uuid);
	struct tn_table_group *group = find_group(table, uuid);

	if (account != NULL && table->in_refresh)
		unsee(table, account);
	else if (account != NULL)
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
	struct tn_table_account *account = find_account(table, uuid);
	struct tn_table_group *group = find_group(table, uuid);

	if (account != NULL)
		tn_table_vanish(table, account);
	if (group != NULL)
		tn_table_remove_group(table, group);
}

void
tn_table_refresh_begin(struct tn_account_table *table)
{
	if (++table->round == 0)
		table->round = 1;
	table->in_refresh = true;
	table->alive_seen = 0;
	table->pending = NULL;
}

bool
tn_table_present(struct tn_account_table *table, const struct tn_uuid *uuid)
{
	struct tn_table_account *account = find_account(table, uuid);
	struct tn_table_group *group = find_group(table, uuid);

	if (account != NULL) {
		if (account->account->vanished)
			return false;
		if (account->round != table->round)
			table->alive_seen++;
		account->round = table->round;
		account->pending_round = 0;
		return true;
	}
	if (group != NULL) {
		group->round = table->round;
		group->pending_round = 0;
		return !group->is_gone;
	}
	/* A lock or a release: neither is ever forgotten here. */
	return true;
}

static size_t
count_pending(const struct tn_account_table *table)
{
	const struct tn_table_account *at;
	size_t count = 0;

	for (at = table->pending; at != NULL; at = at->next_pending)
		if (at->pending_round == table->round && !at->account->vanished)
			count++;
	return count;
}

static bool
is_missing(const struct tn_account_table *table,
           const struct tn_table_account *at, bool complete)
{
	return !at->account->vanished &&
	       (complete ? at->round != table->round
	                 : at->pending_round == table->round);
}

/* Is the name there all the same, as another entry with the same number? Who
   was deleted by mistake and added again is nobody who disappeared. */
static bool
is_replaced(const struct tn_account_table *table,
            const struct tn_table_account *at, bool complete)
{
	const struct tn_index_link *link =
	    tn_index_find(&table->index, TN_INDEX_LOGIN, at->account->login,
	                  strlen(at->account->login));
	const struct tn_table_account *other;

	for (; link != NULL; link = link->next) {
		other = link->owner;
		if (other != at && other->account->uid == at->account->uid &&
		    !other->account->vanished &&
		    !is_missing(table, other, complete))
			return true;
	}
	return false;
}

/* Looks at everybody: only for who holds the brake already. */
static size_t
count_missing_names(const struct tn_account_table *table, bool complete)
{
	const struct tn_table_account *at;
	size_t count = 0;

	for (at = table->accounts; at != NULL; at = at->hh.next)
		if (is_missing(table, at, complete) &&
		    !is_replaced(table, at, complete))
			count++;
	return count;
}

static void
remove_accounts(struct tn_account_table *table, bool complete)
{
	struct tn_table_account *at;
	struct tn_table_account *next;

	for (at = table->pending; at != NULL; at = next) {
		next = at->next_pending;
		if (at->pending_round == table->round)
			tn_table_vanish(table, at);
	}
	if (!complete || table->alive == table->alive_seen)
		return;
	for (at = table->accounts; at != NULL; at = at->hh.next)
		if (at->round != table->round)
			tn_table_vanish(table, at);
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
	result.gone = complete ? table->alive - table->alive_seen
	                       : count_pending(table);
	result.held =
	    tn_removal_brake_trips(brake, result.gone, result.accounts) &&
	    tn_removal_brake_trips(brake, count_missing_names(table, complete),
	                           result.accounts);
	if (!result.held) {
		remove_accounts(table, complete);
		remove_groups(table, complete);
	}
	table->pending = NULL;
	return result;
}

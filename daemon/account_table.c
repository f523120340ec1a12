#include <config.h>

#include "account_table.h"

#include <stdlib.h>
#include <string.h>
#include "account/serve_rule.h"

static uint32_t
place_of(const struct tn_account_table *table, uint32_t number)
{
	return table->entries[number].place;
}

static uint32_t
hash_uuid(const void *table, uint32_t number)
{
	const struct tn_account_table *own = table;
	const struct tn_uuid uuid =
	    tn_account_store_uuid(&own->store, place_of(own, number));

	return tn_number_hash_bytes(uuid.byte, TN_UUID_LEN);
}

static uint32_t
hash_login(const void *table, uint32_t number)
{
	const struct tn_account_table *own = table;

	return tn_number_hash_text(
	    tn_account_store_login(&own->store, place_of(own, number)));
}

static uint32_t
hash_uid(const void *table, uint32_t number)
{
	const struct tn_account_table *own = table;

	return tn_number_hash_id(
	    tn_account_store_uid(&own->store, place_of(own, number)));
}

static uint32_t
hash_staff(const void *table, uint32_t number)
{
	const struct tn_account_table *own = table;

	return tn_number_hash_text(
	    tn_account_store_staff(&own->store, place_of(own, number)));
}

void
tn_table_init(struct tn_account_table *table)
{
	/* The first round is 1, so that 0 is no round. */
	*table = (struct tn_account_table){
		.uuids = { .hash = hash_uuid },
		.logins = { .hash = hash_login },
		.uids = { .hash = hash_uid },
		.staff_numbers = { .hash = hash_staff },
		.newest_change = TN_TIME_NONE,
		.round = 1,
	};
	table->dirty_groups_end = &table->dirty_groups;
}

void
tn_table_done(struct tn_account_table *table)
{
	struct tn_table_group *group;
	struct tn_table_group *next_group;

	tn_account_store_done(&table->store);
	free(table->entries);
	tn_number_index_done(&table->uuids);
	tn_number_index_done(&table->logins);
	tn_number_index_done(&table->uids);
	tn_number_index_done(&table->staff_numbers);
	tn_table_list_done(&table->dirty);
	tn_table_list_done(&table->pending);
	HASH_ITER(hh, table->groups, group, next_group)
	{
		HASH_DEL(table->groups, group);
		tn_group_free(group->group);
		free(group);
	}
	tn_table_free_locks(table);
	tn_admission_done(&table->admission);
	tn_index_done(&table->index);
	tn_table_init(table);
}

void
tn_table_mark(struct tn_account_table *table, uint32_t number)
{
	struct tn_table_entry *at = &table->entries[number];

	if ((at->flags & TN_ENTRY_DIRTY) != 0)
		return;
	at->flags |= TN_ENTRY_DIRTY;
	if (!tn_table_list_add(&table->dirty, number)) {
		table->is_dirty_lost = true;
		table->lost_at = 0;
	}
}

const struct tn_table_account *
tn_table_show(const struct tn_account_table *table, uint32_t number)
{
	static _Thread_local struct tn_account_view view;
	static _Thread_local struct tn_table_account shown;
	const struct tn_table_entry *at = &table->entries[number];

	tn_account_store_get(&table->store, at->place, &view);
	shown = (struct tn_table_account){
		.account = &view.account,
		.refusal = (enum tn_refusal)at->refusal,
		.locks = at->locks,
		.changed_here = (at->flags & TN_ENTRY_CHANGED_HERE) != 0,
		.is_unreadable = (at->flags & TN_ENTRY_UNREADABLE) != 0,
	};
	return &shown;
}

bool
tn_table_is_vanished(const struct tn_account_table *table, uint32_t number)
{
	return tn_account_store_vanished(&table->store,
	                                 place_of(table, number));
}

/* Does an elder that is there claim the same? */
static bool
has_elder(const struct tn_account_table *table, enum tn_claim claim,
          uint32_t number, const struct tn_account *account)
{
	struct tn_account_view other;
	size_t position = 0;
	uint32_t next;

	while ((next = tn_table_next_claimant(table, claim, account,
	                                      &position)) != TN_NO_NUMBER) {
		if (next == number || tn_table_is_vanished(table, next))
			continue;
		tn_account_store_get(&table->store, place_of(table, next),
		                     &other);
		if (tn_account_is_elder(&other.account, account))
			return true;
	}
	return false;
}

/* Finds duplicates and locks anew; whoever differs is told to publish. */
static void
review(struct tn_account_table *table, uint32_t number)
{
	struct tn_table_entry *at = &table->entries[number];
	enum tn_refusal refusal = TN_REFUSAL_NONE;
	struct tn_account_view view;
	unsigned int locks;

	tn_account_store_get(&table->store, at->place, &view);
	locks = tn_table_locks_of(table, &view.account);
	/* UM-5.4: one person, one account. */
	if (has_elder(table, TN_CLAIM_STAFF, number, &view.account) ||
	    has_elder(table, TN_CLAIM_LOGIN, number, &view.account))
		refusal = TN_REFUSAL_SECOND_ACCOUNT;
	else if (has_elder(table, TN_CLAIM_UID, number, &view.account))
		refusal = TN_REFUSAL_SECOND_UID;
	if (refusal == (enum tn_refusal)at->refusal && locks == at->locks)
		return;
	at->refusal = (uint8_t)refusal;
	at->locks = (uint8_t)locks;
	tn_table_mark(table, number);
}

static void
review_claim(struct tn_account_table *table, enum tn_claim claim,
             const struct tn_account *account)
{
	size_t position = 0;
	uint32_t number;

	while ((number = tn_table_next_claimant(table, claim, account,
	                                        &position)) != TN_NO_NUMBER)
		review(table, number);
}

/* Everybody who shares a key with the account, itself included. */
static void
review_claimants(struct tn_account_table *table,
                 const struct tn_account *account)
{
	review_claim(table, TN_CLAIM_LOGIN, account);
	review_claim(table, TN_CLAIM_UID, account);
	review_claim(table, TN_CLAIM_STAFF, account);
}

void
tn_table_review_person(struct tn_account_table *table,
                       const struct tn_uuid *person, const char *staff_number)
{
	const struct tn_account whose = { .staff_number = staff_number };
	uint32_t number = tn_table_find(table, person);

	if (number != TN_NO_NUMBER)
		review(table, number);
	review_claim(table, TN_CLAIM_STAFF, &whose);
}

static void
link_account(struct tn_account_table *table, uint32_t number)
{
	tn_number_index_put(&table->logins, table, number);
	tn_number_index_put(&table->uids, table, number);
	if (tn_account_store_staff(&table->store, place_of(table, number))[0] !=
	    '\0')
		tn_number_index_put(&table->staff_numbers, table, number);
}

static void
unlink_account(struct tn_account_table *table, uint32_t number)
{
	tn_number_index_drop(&table->logins, table, number);
	tn_number_index_drop(&table->uids, table, number);
	tn_number_index_drop(&table->staff_numbers, table, number);
}

/* Whoever is there is counted, and who was seen in this refresh once more. */
static void
uncount(struct tn_account_table *table, uint32_t number)
{
	if (tn_table_is_vanished(table, number))
		return;
	table->alive--;
	if (table->entries[number].round == table->round)
		table->alive_seen--;
}

static void
count(struct tn_account_table *table, uint32_t number)
{
	table->entries[number].round = table->round;
	table->entries[number].flags &=
	    (uint8_t) ~(TN_ENTRY_PENDING | TN_ENTRY_UNREADABLE);
	if (tn_table_is_vanished(table, number))
		return;
	table->alive++;
	table->alive_seen++;
}

/* Room for another account, and to link one. */
static bool
reserve(struct tn_account_table *table)
{
	uint32_t room = table->room != 0 ? table->room + table->room / 2 : 64;
	struct tn_table_entry *grown;

	if (table->count == table->room) {
		if (room > UINT32_MAX / 2)
			return false;
		grown = reallocarray(table->entries, room, sizeof(*grown));
		if (grown == NULL)
			return false;
		table->entries = grown;
		table->room = room;
	}
	return tn_number_index_reserve(&table->uuids, table) &&
	       tn_number_index_reserve(&table->logins, table) &&
	       tn_number_index_reserve(&table->uids, table) &&
	       tn_number_index_reserve(&table->staff_numbers, table);
}

/* The account's record in the place of another: whoever claims what it gave
   up is looked at, too. */
static void
replace(struct tn_account_table *table, uint32_t number, uint32_t place)
{
	struct tn_table_entry *at = &table->entries[number];
	uint32_t old_place = at->place;
	struct tn_account_view old;
	struct tn_account_view view;

	tn_account_store_get(&table->store, old_place, &old);
	tn_account_store_get(&table->store, place, &view);
	uncount(table, number);
	unlink_account(table, number);
	/* Both: a reset and a change may fall into one second. */
	if (old.account.password_changed != view.account.password_changed ||
	    old.account.password_reset != view.account.password_reset)
		at->flags &= (uint8_t)~TN_ENTRY_CHANGED_HERE;
	at->place = place;
	count(table, number);
	link_account(table, number);
	review_claimants(table, &old.account);
	review_claimants(table, &view.account);
	if (table->tells_all ||
	    !tn_account_is_same(&old.account, &view.account))
		tn_table_mark(table, number);
	tn_account_store_drop(&table->store, old_place);
}

static void
add(struct tn_account_table *table, uint32_t place)
{
	uint32_t number = table->count++;
	struct tn_account_view view;

	table->entries[number] = (struct tn_table_entry){ .place = place };
	tn_number_index_put(&table->uuids, table, number);
	count(table, number);
	link_account(table, number);
	tn_account_store_get(&table->store, place, &view);
	review_claimants(table, &view.account);
	tn_table_mark(table, number);
}

int
tn_table_put_account(struct tn_account_table *table,
                     const struct tn_account *account, struct tn_err *err)
{
	uint32_t place =
	    reserve(table) ? tn_account_store_put(&table->store, account) : 0;
	uint32_t number;

	if (place == 0)
		return tn_fail(err, TN_E_NO_MEMORY, "an account");
	number = tn_table_find(table, &account->uuid);
	if (number != TN_NO_NUMBER)
		replace(table, number, place);
	else
		add(table, place);
	if (account->changed != TN_TIME_NONE &&
	    account->changed > table->newest_change)
		table->newest_change = account->changed;
	return TN_OK;
}

void
tn_table_vanish(struct tn_account_table *table, uint32_t number)
{
	struct tn_account_view view;

	if (tn_table_is_vanished(table, number))
		return;
	uncount(table, number);
	tn_account_store_vanish(&table->store, place_of(table, number));
	tn_table_mark(table, number);
	tn_account_store_get(&table->store, place_of(table, number), &view);
	review_claimants(table, &view.account);
}

/* Is a to be chosen before b? The served one, else the eldest that is there,
   else one that vanished. */
static bool
is_better(const struct tn_account_table *table, uint32_t a, uint32_t b)
{
	struct tn_account_view first;
	struct tn_account_view second;

	tn_account_store_get(&table->store, place_of(table, a), &first);
	tn_account_store_get(&table->store, place_of(table, b), &second);
	if (first.account.vanished != second.account.vanished)
		return !first.account.vanished;
	return tn_account_is_elder(&first.account, &second.account);
}

static const struct tn_table_account *
choose(const struct tn_account_table *table, enum tn_claim claim,
       const struct tn_account *whose)
{
	uint32_t best = TN_NO_NUMBER;
	size_t position = 0;
	uint32_t number;

	while ((number = tn_table_next_claimant(table, claim, whose,
	                                        &position)) != TN_NO_NUMBER)
		if (best == TN_NO_NUMBER || is_better(table, number, best))
			best = number;
	return best != TN_NO_NUMBER ? tn_table_show(table, best) : NULL;
}

const struct tn_table_account *
tn_table_by_login(const struct tn_account_table *table, const char *login)
{
	const struct tn_account whose = { .login = login };

	return choose(table, TN_CLAIM_LOGIN, &whose);
}

const struct tn_table_account *
tn_table_by_uid(const struct tn_account_table *table, uint32_t uid)
{
	const struct tn_account whose = { .uid = uid };

	return choose(table, TN_CLAIM_UID, &whose);
}

const struct tn_table_account *
tn_table_by_uuid(const struct tn_account_table *table,
                 const struct tn_uuid *uuid)
{
	uint32_t number = tn_table_find(table, uuid);

	return number != TN_NO_NUMBER ? tn_table_show(table, number) : NULL;
}

const struct tn_table_account *
tn_table_next(const struct tn_account_table *table, uint32_t *position)
{
	return *position < table->count ? tn_table_show(table, (*position)++)
	                                : NULL;
}

void
tn_table_changed_here(struct tn_account_table *table,
                      const struct tn_uuid *uuid,
                      const struct tn_password_mark *judged)
{
	uint32_t number = tn_table_find(table, uuid);
	struct tn_account_view view;

	if (number == TN_NO_NUMBER)
		return;
	tn_account_store_get(&table->store, place_of(table, number), &view);
	if (view.account.password_changed == judged->changed &&
	    view.account.password_reset == judged->reset)
		table->entries[number].flags |= TN_ENTRY_CHANGED_HERE;
}

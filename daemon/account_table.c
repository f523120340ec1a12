#include <config.h>

#include "account_table.h"

#include <stdlib.h>
#include <string.h>
#include "account/serve_rule.h"

void
tn_table_init(struct tn_account_table *table)
{
	/* The first round is 1, so that 0 is no round. */
	*table = (struct tn_account_table){ .newest_change = TN_TIME_NONE,
		                            .round = 1 };
	table->dirty_accounts_end = &table->dirty_accounts;
	table->dirty_groups_end = &table->dirty_groups;
}

void
tn_table_done(struct tn_account_table *table)
{
	struct tn_table_account *account;
	struct tn_table_account *next_account;
	struct tn_table_group *group;
	struct tn_table_group *next_group;

	HASH_ITER(hh, table->accounts, account, next_account)
	{
		HASH_DEL(table->accounts, account);
		tn_account_free(account->account);
		free(account);
	}
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
tn_table_mark(struct tn_account_table *table, struct tn_table_account *at)
{
	if (at->is_dirty)
		return;
	at->is_dirty = true;
	at->next_dirty = NULL;
	*table->dirty_accounts_end = at;
	table->dirty_accounts_end = &at->next_dirty;
}

/* Does an elder that is there stand in the same list? */
static bool
has_elder(const struct tn_index_link *link, const struct tn_table_account *at)
{
	const struct tn_table_account *other;

	for (; link != NULL; link = link->next) {
		other = link->owner;
		if (other != at && !other->account->vanished &&
		    tn_account_is_elder(other->account, at->account))
			return true;
	}
	return false;
}

static struct tn_index_link *
find_login(const struct tn_account_table *table, const char *login)
{
	return tn_index_find(&table->index, TN_INDEX_LOGIN, login,
	                     strlen(login));
}

static struct tn_index_link *
find_uid(const struct tn_account_table *table, uint32_t uid)
{
	return tn_index_find(&table->index, TN_INDEX_UID, &uid, sizeof(uid));
}

static struct tn_index_link *
find_staff(const struct tn_account_table *table, const char *staff_number)
{
	if (staff_number[0] == '\0')
		return NULL;
	return tn_index_find(&table->index, TN_INDEX_STAFF, staff_number,
	                     strlen(staff_number));
}

/* Finds duplicates and locks anew; whoever differs is told to publish. */
static void
review(struct tn_account_table *table, struct tn_table_account *at)
{
	const struct tn_account *account = at->account;
	enum tn_refusal refusal = TN_REFUSAL_NONE;
	unsigned int locks = tn_table_locks_of(table, account);

	/* UM-5.4: one person, one account. */
	if (has_elder(find_staff(table, account->staff_number), at) ||
	    has_elder(find_login(table, account->login), at))
		refusal = TN_REFUSAL_SECOND_ACCOUNT;
	else if (has_elder(find_uid(table, account->uid), at))
		refusal = TN_REFUSAL_SECOND_UID;
	if (refusal == at->refusal && locks == at->locks)
		return;
	at->refusal = refusal;
	at->locks = locks;
	tn_table_mark(table, at);
}

static void
review_list(struct tn_account_table *table, struct tn_index_link *link)
{
	for (; link != NULL; link = link->next)
		review(table, link->owner);
}

/* Everybody who shares a key with the account, itself included. */
static void
review_claimants(struct tn_account_table *table,
                 const struct tn_account *account)
{
	review_list(table, find_login(table, account->login));
	review_list(table, find_uid(table, account->uid));
	review_list(table, find_staff(table, account->staff_number));
}

void
tn_table_review_person(struct tn_account_table *table,
                       const struct tn_uuid *person, const char *staff_number)
{
	struct tn_table_account *at = NULL;

	HASH_FIND(hh, table->accounts, person->byte, TN_UUID_LEN, at);
	if (at != NULL)
		review(table, at);
	review_list(table, find_staff(table, staff_number));
}

static void
link_account(struct tn_account_table *table, struct tn_table_account *at)
{
	struct tn_account *account = at->account;

	HASH_ADD_KEYPTR(hh, table->accounts, account->uuid.byte, TN_UUID_LEN,
	                at);
	tn_index_add(&table->index, TN_INDEX_LOGIN, account->login,
	             strlen(account->login), &at->by_login);
	tn_index_add(&table->index, TN_INDEX_UID, &account->uid,
	             sizeof(account->uid), &at->by_uid);
	if (account->staff_number[0] != '\0')
		tn_index_add(&table->index, TN_INDEX_STAFF,
		             account->staff_number,
		             strlen(account->staff_number), &at->by_staff);
}

static void
unlink_account(struct tn_account_table *table, struct tn_table_account *at)
{
	struct tn_account *account = at->account;

	HASH_DEL(table->accounts, at);
	tn_index_remove(&table->index, TN_INDEX_LOGIN, account->login,
	                strlen(account->login), &at->by_login);
	tn_index_remove(&table->index, TN_INDEX_UID, &account->uid,
	                sizeof(account->uid), &at->by_uid);
	tn_index_remove(&table->index, TN_INDEX_STAFF, account->staff_number,
	                strlen(account->staff_number), &at->by_staff);
}

/* Whoever is there is counted, and who was seen in this refresh once more. */
static void
uncount(struct tn_account_table *table, const struct tn_table_account *at)
{
	if (at->account->vanished)
		return;
	table->alive--;
	if (at->round == table->round)
		table->alive_seen--;
}

static void
count(struct tn_account_table *table, struct tn_table_account *at)
{
	at->round = table->round;
	at->pending_round = 0;
	if (at->account->vanished)
		return;
	table->alive++;
	table->alive_seen++;
}

int
tn_table_put_account(struct tn_account_table *table,
                     const struct tn_account *account, struct tn_err *err)
{
	struct tn_table_account *at = NULL;
	struct tn_account *copy = NULL;
	struct tn_account *old = NULL;
	int rc = tn_account_dup(account, &copy, err);

	if (rc != TN_OK)
		return rc;
	HASH_FIND(hh, table->accounts, account->uuid.byte, TN_UUID_LEN, at);
	if (at == NULL) {
		at = calloc(1, sizeof(*at));
		if (at == NULL) {
			tn_account_free(copy);
			return tn_fail(err, TN_E_NO_MEMORY, "an account");
		}
		at->by_login.owner = at;
		at->by_uid.owner = at;
		at->by_staff.owner = at;
	} else {
		uncount(table, at);
		unlink_account(table, at);
		old = at->account;
		/* Both: a reset and a change may fall into one second. */
		if (old->password_changed != copy->password_changed ||
		    old->password_reset != copy->password_reset)
			at->changed_here = false;
	}
	at->account = copy;
	count(table, at);
	link_account(table, at);
	if (copy->changed != TN_TIME_NONE &&
	    copy->changed > table->newest_change)
		table->newest_change = copy->changed;
	if (old != NULL)
		review_claimants(table, old);
	review_claimants(table, copy);
	if (old == NULL || table->tells_all || !tn_account_is_same(old, copy))
		tn_table_mark(table, at);
	tn_account_free(old);
	return TN_OK;
}

void
tn_table_vanish(struct tn_account_table *table, struct tn_table_account *at)
{
	if (at->account->vanished)
		return;
	uncount(table, at);
	at->account->vanished = true;
	tn_table_mark(table, at);
	review_claimants(table, at->account);
}

/* The served one, else the eldest that is there, else one that vanished. */
static const struct tn_table_account *
choose(const struct tn_index_link *link)
{
	const struct tn_table_account *best = NULL;
	const struct tn_table_account *at;

	for (; link != NULL; link = link->next) {
		at = link->owner;
		if (best == NULL ||
		    (best->account->vanished && !at->account->vanished) ||
		    (best->account->vanished == at->account->vanished &&
		     tn_account_is_elder(at->account, best->account)))
			best = at;
	}
	return best;
}

const struct tn_table_account *
tn_table_by_login(const struct tn_account_table *table, const char *login)
{
	const struct tn_table_account *at = choose(find_login(table, login));

	/* Keys that are too long are cut: compare what was asked for. */
	return at != NULL && strcmp(at->account->login, login) == 0 ? at : NULL;
}

const struct tn_table_account *
tn_table_by_uid(const struct tn_account_table *table, uint32_t uid)
{
	return choose(find_uid(table, uid));
}

void
tn_table_changed_here(struct tn_account_table *table,
                      const struct tn_uuid *uuid,
                      const struct tn_password_mark *judged)
{
	struct tn_table_account *at = NULL;

	HASH_FIND(hh, table->accounts, uuid->byte, TN_UUID_LEN, at);
	if (at != NULL && at->account->password_changed == judged->changed &&
	    at->account->password_reset == judged->reset)
		at->changed_here = true;
}

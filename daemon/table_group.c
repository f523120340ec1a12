/* The part of the account table that holds groups. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include "account_table.h"

static void
mark(struct tn_account_table *table, struct tn_table_group *at)
{
	if (at->is_dirty)
		return;
	at->is_dirty = true;
	at->next_dirty = NULL;
	*table->dirty_groups_end = at;
	table->dirty_groups_end = &at->next_dirty;
}

static bool
is_same(const struct tn_group *a, const struct tn_group *b)
{
	size_t i;

	if (a->gid != b->gid || a->count != b->count ||
	    strcmp(a->name, b->name) != 0)
		return false;
	for (i = 0; i < a->count; i++)
		if (strcmp(a->members[i], b->members[i]) != 0)
			return false;
	return true;
}

int
tn_table_put_group(struct tn_account_table *table, const struct tn_group *group,
                   struct tn_err *err)
{
	struct tn_table_group *at = NULL;
	struct tn_group *copy = NULL;
	struct tn_group *old = NULL;
	int rc = tn_group_dup(group, &copy, err);
	bool was_gone = true;

	if (rc != TN_OK)
		return rc;
	HASH_FIND(hh, table->groups, group->uuid.byte, TN_UUID_LEN, at);
	if (at == NULL) {
		at = calloc(1, sizeof(*at));
		if (at == NULL) {
			tn_group_free(copy);
			return tn_fail(err, TN_E_NO_MEMORY, "a group");
		}
	} else {
		HASH_DEL(table->groups, at);
		was_gone = at->is_gone;
		old = at->group;
	}
	at->group = copy;
	at->is_gone = false;
	at->round = table->round;
	at->pending_round = 0;
	HASH_ADD_KEYPTR(hh, table->groups, copy->uuid.byte, TN_UUID_LEN, at);
	if (was_gone || !is_same(old, copy)) {
		mark(table, at);
		rc = tn_admission_change(&table->admission,
		                         was_gone ? NULL : old, copy, err);
	}
	tn_group_free(old);
	return rc;
}

void
tn_table_remove_group(struct tn_account_table *table, struct tn_table_group *at)
{
	if (at->is_gone)
		return;
	(void)tn_admission_change(&table->admission, at->group, NULL, NULL);
	at->is_gone = true;
	mark(table, at);
}

void
tn_table_keep_dirty_group(struct tn_account_table *table,
                          struct tn_table_group *group)
{
	mark(table, group);
}

/* Whoever is admitted, or is not any more, is to be told again. */
static void
login_changed(const char *login, void *arg)
{
	struct tn_account_table *table = arg;
	struct tn_index_link *link = tn_index_find(
	    &table->index, TN_INDEX_LOGIN, login, strlen(login));

	for (; link != NULL; link = link->next)
		tn_table_mark(table, link->owner);
}

static void
gid_changed(uint32_t gid, void *arg)
{
	struct tn_account_table *table = arg;
	struct tn_table_account *at;

	for (at = table->accounts; at != NULL; at = at->hh.next)
		if (at->account->gid == gid)
			tn_table_mark(table, at);
}

void
tn_table_admit(struct tn_account_table *table, char *const *names,
               bool is_narrow)
{
	table->admission = (struct tn_admission){ .names = names };
	if (!is_narrow)
		return;
	table->admission.login_changed = login_changed;
	table->admission.gid_changed = gid_changed;
	table->admission.arg = table;
}

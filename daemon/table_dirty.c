/* The part of the account table that hands out what changed. */
#include <config.h>

#include <stdlib.h>
#include "account_table.h"

const struct tn_table_account *
tn_table_take_dirty_account(struct tn_account_table *table)
{
	struct tn_table_account *at = table->dirty_accounts;

	if (at == NULL)
		return NULL;
	table->dirty_accounts = at->next_dirty;
	if (table->dirty_accounts == NULL)
		table->dirty_accounts_end = &table->dirty_accounts;
	at->next_dirty = NULL;
	at->is_dirty = false;
	return at;
}

struct tn_table_group *
tn_table_take_dirty_group(struct tn_account_table *table)
{
	struct tn_table_group *at = table->dirty_groups;

	if (at == NULL)
		return NULL;
	table->dirty_groups = at->next_dirty;
	if (table->dirty_groups == NULL)
		table->dirty_groups_end = &table->dirty_groups;
	at->next_dirty = NULL;
	at->is_dirty = false;
	return at;
}

void
tn_table_forget_group(struct tn_account_table *table,
                      struct tn_table_group *group)
{
	HASH_DEL(table->groups, group);
	tn_group_free(group->group);
	free(group);
}

bool
tn_table_is_dirty(const struct tn_account_table *table)
{
	return table->dirty_accounts != NULL || table->dirty_groups != NULL ||
	       table->dirty_locks != NULL || table->dirty_releases != NULL;
}

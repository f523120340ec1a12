/* The part of the account table that hands out what changed. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include "account_table.h"

/* An empty list keeps no more memory than this. */
#define LIST_KEPT 4096

bool
tn_table_list_add(struct tn_table_list *list, uint32_t number)
{
	size_t room = list->room != 0 ? list->room * 2 : 64;
	uint32_t *grown;

	if (list->count == list->room && list->first > list->room / 2) {
		list->count -= list->first;
		memmove(list->data, list->data + list->first,
		        list->count * sizeof(*list->data));
		list->first = 0;
	}
	if (list->count == list->room) {
		grown = reallocarray(list->data, room, sizeof(*grown));
		if (grown == NULL)
			return false;
		list->data = grown;
		list->room = room;
	}
	list->data[list->count++] = number;
	return true;
}

void
tn_table_list_done(struct tn_table_list *list)
{
	free(list->data);
	*list = (struct tn_table_list){ .data = NULL };
}

/* One of those who are in no list, for want of memory. */
static const struct tn_table_account *
take_lost(struct tn_account_table *table)
{
	uint32_t number;

	if (!table->is_dirty_lost)
		return NULL;
	while (table->lost_at < table->count) {
		number = table->lost_at++;
		if ((table->entries[number].flags & TN_ENTRY_DIRTY) == 0)
			continue;
		table->entries[number].flags &= (uint8_t)~TN_ENTRY_DIRTY;
		return tn_table_show(table, number);
	}
	table->is_dirty_lost = false;
	return NULL;
}

const struct tn_table_account *
tn_table_take_dirty_account(struct tn_account_table *table)
{
	struct tn_table_list *list = &table->dirty;
	uint32_t number;

	if (list->first == list->count)
		return take_lost(table);
	number = list->data[list->first++];
	if (list->first == list->count) {
		list->first = 0;
		list->count = 0;
		if (list->room > LIST_KEPT)
			tn_table_list_done(list);
	}
	table->entries[number].flags &= (uint8_t)~TN_ENTRY_DIRTY;
	return tn_table_show(table, number);
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
	return table->dirty.first != table->dirty.count ||
	       table->is_dirty_lost || table->dirty_groups != NULL ||
	       table->dirty_locks != NULL || table->dirty_releases != NULL;
}

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

static uint64_t
mix(uint64_t sum, const char *text)
{
	for (; *text != '\0'; text++)
		sum = (sum ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return (sum ^ 0xff) * UINT64_C(0x100000001b3);
}

static uint64_t
sum_of(const struct tn_group *group)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325) ^ group->gid;
	size_t i;

	sum = mix(sum, group->name);
	for (i = 0; i < group->count; i++)
		sum = mix(sum, group->members[i]);
	return sum ^ group->count;
}

/* One that is new, without a group yet; NULL without memory. */
static struct tn_table_group *
add_group(struct tn_account_table *table, const struct tn_uuid *uuid)
{
	struct tn_table_group *at = calloc(1, sizeof(*at));

	if (at == NULL)
		return NULL;
	at->uuid = *uuid;
	at->is_gone = true;
	HASH_ADD_KEYPTR(hh, table->groups, at->uuid.byte, TN_UUID_LEN, at);
	if (!TN_HASH_LOST(hh, at))
		return at;
	free(at);
	return NULL;
}

int
tn_table_put_group(struct tn_account_table *table, const struct tn_group *group,
                   struct tn_err *err)
{
	struct tn_table_group *at = NULL;
	struct tn_group *copy = NULL;
	struct tn_group *old = NULL;
	int rc = tn_group_dup(group, &copy, err);
	uint64_t sum = sum_of(group);
	bool was_gone;
	bool is_same;

	if (rc != TN_OK)
		return rc;
	HASH_FIND(hh, table->groups, group->uuid.byte, TN_UUID_LEN, at);
	if (at == NULL && (at = add_group(table, &group->uuid)) == NULL) {
		tn_group_free(copy);
		return tn_fail(err, TN_E_NO_MEMORY, "a group");
	}
	was_gone = at->is_gone;
	old = at->group;
	is_same = !was_gone && at->sum == sum;
	if (!is_same)
		rc = tn_admission_change(&table->admission,
		                         was_gone ? NULL : old, copy, err);
	if (rc != TN_OK) {
		if (old == NULL) {
			HASH_DEL(table->groups, at);
			free(at);
		}
		tn_group_free(copy);
		return rc;
	}
	at->group = copy;
	at->sum = sum;
	at->is_gone = false;
	at->is_unreadable = false;
	at->is_whole = true;
	at->round = table->round;
	at->pending_round = 0;
	if (!is_same)
		mark(table, at);
	else if (!at->is_dirty)
		tn_table_told_group(table, at);
	tn_group_free(old);
	return TN_OK;
}

/* Those who are admitted by it are counted again when it changes. */
void
tn_table_told_group(struct tn_account_table *table,
                    struct tn_table_group *group)
{
	struct tn_group *bare = NULL;
	struct tn_group less;

	if (group->is_dirty || !group->is_whole ||
	    tn_admission_names(&table->admission, group->group))
		return;
	less = *group->group;
	less.count = 0;
	less.members = NULL;
	if (tn_group_dup(&less, &bare, NULL) != TN_OK)
		return;
	tn_group_free(group->group);
	group->group = bare;
	group->is_whole = false;
}

void
tn_table_remove_group(struct tn_account_table *table, struct tn_table_group *at)
{
	if (at->is_gone)
		return;
	(void)tn_admission_change(&table->admission, at->group, NULL, NULL);
	table->gone_groups[table->gone_group_count++ % TN_GONE_GROUPS] =
	    (struct tn_gone_group){ .uuid = at->group->uuid,
		                    .changed = at->group->changed };
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
	size_t position = 0;
	uint32_t number;

	while ((number = tn_table_next_login(table, login, &position)) !=
	       TN_NO_NUMBER)
		tn_table_mark(table, number);
}

static void
gid_changed(uint32_t gid, void *arg)
{
	struct tn_account_table *table = arg;
	uint32_t number;

	for (number = 0; number < table->count; number++)
		if (tn_account_store_gid(&table->store,
		                         table->entries[number].place) == gid)
			tn_table_mark(table, number);
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

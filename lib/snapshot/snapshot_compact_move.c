/*
 * Changes that came while a base was made of a pair, moved to the new base.
 * Whatever was different from the old base, when the copy began or is now, is
 * looked at by its name: the new overlay comes to say of it what the old one
 * says. Two people or groups that say the same of each other's numbers are
 * both among those, so the order does not matter.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_compact_draft.h"
#include "snapshot/snapshot_overlay_draft.h"

struct move {
	const struct tn_snapshot_overlay *from;
	struct tn_snapshot_overlay *to;
	struct tn_err *err;
};

typedef int move_fn(const struct move *move, const char *name);

static int
move_user(const struct move *move, const char *name)
{
	struct tn_snapshot_user user;

	return tn_snapshot_overlay_user(move->from, name, &user)
	           ? tn_snapshot_overlay_put_user(move->to, &user, move->err)
	           : tn_snapshot_overlay_remove_user(move->to, name, move->err);
}

static bool
has_gid(const uint32_t *gids, size_t count, uint32_t gid)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (gids[i] == gid)
			return true;
	return false;
}

/* When the groups are there: what is left to be different. */
static int
move_gids(const struct move *move, const char *name)
{
	const uint32_t *wanted = NULL;
	const uint32_t *there = NULL;
	uint32_t *gone = NULL;
	size_t wanted_count = 0;
	size_t there_count = 0;
	size_t i;
	int rc = TN_OK;

	if (!tn_snapshot_overlay_gids(move->from, name, &wanted,
	                              &wanted_count) ||
	    !tn_snapshot_overlay_gids(move->to, name, &there, &there_count))
		return TN_OK;
	gone = calloc(there_count + 1, sizeof(*gone));
	if (gone == NULL)
		return tn_fail(move->err, TN_E_NO_MEMORY, "out of memory");
	if (there_count > 0)
		memcpy(gone, there, there_count * sizeof(*gone));
	for (i = 0; rc == TN_OK && i < there_count; i++)
		if (!has_gid(wanted, wanted_count, gone[i]))
			rc = tn_overlay_set_gid(move->to, name, gone[i], false,
			                        move->err);
	free(gone);
	for (i = 0; rc == TN_OK && i < wanted_count; i++)
		rc = tn_overlay_set_gid(move->to, name, wanted[i], true,
		                        move->err);
	return rc;
}

static struct overlay_group *
own_group(const struct tn_snapshot_overlay *overlay, const char *name)
{
	struct overlay_group *group = NULL;

	HASH_FIND(by_name, overlay->group_names, name, strlen(name), group);
	return group;
}

/* The members of base but those that own has less, into members. */
static size_t
base_members(const struct tn_snapshot_found_group *base,
             const struct overlay_group *own, const char **members)
{
	const char *at = base->texts + base->record.name_size;
	uint32_t less = 0;
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < base->record.member_count; at += base->sizes[i], i++) {
		if (own != NULL && less < own->less_count &&
		    own->less[less] == i)
			less++;
		else
			members[count++] = at;
	}
	return count;
}

static int
put_group(const struct move *move, const char *name, uint32_t gid,
          const struct tn_snapshot_found_group *base,
          const struct overlay_group *own)
{
	size_t room = (base != NULL ? base->record.member_count : 0u) +
	              (own != NULL ? own->more_count : 0u) + 1u;
	const char **members = calloc(room, sizeof(*members));
	size_t count = 0;
	uint32_t i;
	int rc;

	if (members == NULL)
		return tn_fail(move->err, TN_E_NO_MEMORY, "out of memory");
	if (base != NULL)
		count = base_members(base, own, members);
	for (i = 0; own != NULL && i < own->more_count; i++)
		members[count++] = own->more[i];
	rc = tn_snapshot_overlay_put_group(move->to, name, gid, members, count,
	                                   move->err);
	free(members);
	return rc;
}

static int
move_group(const struct move *move, const char *name)
{
	const struct overlay_group *own = own_group(move->from, name);
	struct tn_snapshot_found_group base;
	struct tn_snapshot_key key;
	bool has_base = false;
	uint32_t at;

	if (own != NULL && own->base_at != 0)
		has_base = tn_snapshot_read_group(&move->from->base,
		                                  (uint64_t)own->base_at *
		                                      TN_SNAPSHOT_AT_UNIT,
		                                  &base) == TN_OK;
	else if (own == NULL)
		has_base = tn_snapshot_key_of_name(name, &key) &&
		           tn_overlay_base_group(move->from, &key, &base,
		                                 &at) == TN_OK;
	if (own == NULL && !has_base)
		return tn_snapshot_overlay_remove_group(move->to, name,
		                                        move->err);
	return put_group(move, name, own != NULL ? own->gid : base.record.gid,
	                 has_base ? &base : NULL, own);
}

/* The name in a record, when it is a person's or a group's as asked. */
static const char *
name_at(const struct tn_snapshot_file *file, uint32_t at, bool is_group)
{
	uint64_t offset = (uint64_t)at * TN_SNAPSHOT_AT_UNIT;
	struct tn_snapshot_found_user user;
	struct tn_snapshot_found_group group;

	if (is_group)
		return tn_snapshot_read_group(file, offset, &group) == TN_OK &&
		               group.texts[group.record.name_size - 1] == '\0'
		           ? group.texts
		           : NULL;
	return tn_snapshot_read_user(file, offset, &user) == TN_OK &&
	               user.texts[user.record.name_size - 1] == '\0'
	           ? user.texts
	           : NULL;
}

/* Those that the pair's overlay had, or hid in its base, when it began. */
static int
each_then(const struct move *move, const struct tn_snapshot *pair,
          bool is_group, move_fn *fn)
{
	const struct tn_snapshot_file *file = &pair->overlay;
	const struct tn_snapshot_header *header = &file->header;
	const struct tn_snapshot_table *table =
	    is_group ? &header->groups : &header->users;
	const struct tn_snapshot_table *groups = &pair->base->header.groups;
	uint32_t first_group = groups->count > 0
	                           ? tn_snapshot_table_at(pair->base, groups, 0)
	                           : UINT32_MAX;
	const char *name;
	uint32_t at;
	uint32_t i;
	int rc = TN_OK;

	for (i = 0; rc == TN_OK && i < table->count; i++) {
		name = name_at(file, tn_snapshot_table_at(file, table, i),
		               is_group);
		if (name != NULL)
			rc = fn(move, name);
	}
	for (i = 0; rc == TN_OK && i < header->hidden.count; i++) {
		at = tn_snapshot_table_at(file, &header->hidden, i);
		/* Groups stand behind all people in a base. */
		if (at == 0 || (at >= first_group) != is_group)
			continue;
		name = name_at(pair->base, at, is_group);
		if (name != NULL)
			rc = fn(move, name);
	}
	return rc;
}

/* Those that the overlay has, or hides, now. */
static int
each_now(const struct move *move, bool is_group, move_fn *fn)
{
	const struct tn_snapshot_overlay *from = move->from;
	const struct overlay_hidden *hidden;
	const struct overlay_group *group;
	const struct overlay_user *user;
	const char *name;
	int rc = TN_OK;

	for (user = is_group ? NULL : from->user_names;
	     rc == TN_OK && user != NULL; user = user->by_name.next)
		rc = fn(move, user->texts);
	for (group = is_group ? from->group_names : NULL;
	     rc == TN_OK && group != NULL; group = group->by_name.next)
		rc = fn(move, group->name);
	for (hidden = from->hidden; rc == TN_OK && hidden != NULL;
	     hidden = hidden->hh.next) {
		name = hidden->is_group == is_group
		           ? name_at(&from->base, hidden->at, is_group)
		           : NULL;
		if (name != NULL)
			rc = fn(move, name);
	}
	return rc;
}

int
tn_snapshot_compact_move(const struct tn_snapshot_compaction *compaction,
                         const struct tn_snapshot_overlay *from,
                         struct tn_snapshot_overlay *to, struct tn_err *err)
{
	static const struct {
		bool is_group;
		move_fn *fn;
	} passes[] = { { false, move_user },
		       { true, move_group },
		       { false, move_gids } };
	const struct move move = { .from = from, .to = to, .err = err };
	size_t i;
	int rc = TN_OK;

	for (i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		if (rc == TN_OK)
			rc = each_then(&move, compaction->pair,
			               passes[i].is_group, passes[i].fn);
		if (rc == TN_OK)
			rc = each_now(&move, passes[i].is_group, passes[i].fn);
	}
	return rc;
}

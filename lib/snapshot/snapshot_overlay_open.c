/* An overlay's file, back to what it was gathered from. */
#include <config.h>

#include "snapshot/snapshot_overlay.h"

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_layout.h"
#include "snapshot/snapshot_overlay_draft.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot/snapshot_sum.h"

/* A copy of count numbers; NULL when there is no memory. */
static uint32_t *
copy_numbers(const uint32_t *numbers, size_t count)
{
	uint32_t *copy = calloc(count + 1, sizeof(*copy));

	if (copy != NULL && count > 0)
		memcpy(copy, numbers, count * sizeof(*copy));
	return copy;
}

static int
take_user(struct tn_snapshot_overlay *overlay,
          const struct tn_snapshot_file *file, uint32_t at, struct tn_err *err)
{
	struct tn_snapshot_found_user found;
	struct overlay_user *user;
	int rc = tn_snapshot_read_user(file, (uint64_t)at * TN_SNAPSHOT_AT_UNIT,
	                               &found);

	if (rc != TN_OK)
		return tn_fail(err, rc, "a person of the overlay");
	user = malloc(sizeof(*user) + found.size);
	if (user == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	memset(user, 0, sizeof(*user));
	user->record = found.record;
	user->gids = copy_numbers(found.gids, found.record.gid_count);
	if (user->gids == NULL) {
		free(user);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	memcpy(user->texts, found.texts, found.size);
	return tn_overlay_add_user(overlay, user, err);
}

static bool
copy_members(struct overlay_group *group,
             const struct tn_snapshot_found_group *found)
{
	const char *at = found->texts + found->record.name_size;
	uint32_t i;

	group->less = copy_numbers(found->less, found->delta.less_count);
	group->more =
	    calloc((size_t)found->record.member_count + 1, sizeof(char *));
	if (group->less == NULL || group->more == NULL)
		return false;
	group->less_count = found->delta.less_count;
	for (i = 0; i < found->record.member_count;
	     at += found->sizes[i], i++) {
		group->more[i] = strndup(at, found->sizes[i]);
		if (group->more[i] == NULL)
			return false;
		group->more_count++;
		group->more_size += found->sizes[i];
	}
	return true;
}

static int
take_group(struct tn_snapshot_overlay *overlay,
           const struct tn_snapshot_file *file, uint32_t at, struct tn_err *err)
{
	struct tn_snapshot_found_group found;
	struct overlay_group *group;
	bool is_whole;
	int rc = tn_snapshot_read_group(
	    file, (uint64_t)at * TN_SNAPSHOT_AT_UNIT, &found);

	if (rc != TN_OK)
		return tn_fail(err, rc, "a group of the overlay");
	group = calloc(1, sizeof(*group) + found.record.name_size);
	if (group == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	memcpy(group->name, found.texts, found.record.name_size);
	group->name_size = found.record.name_size;
	group->gid = found.record.gid;
	group->base_at = found.delta.base_at;
	is_whole = copy_members(group, &found);
	/* In the view from here on: freed with it. */
	rc = tn_overlay_add_group(overlay, group, err);
	return rc != TN_OK || is_whole
	           ? rc
	           : tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

static int
take_hidden(struct tn_snapshot_overlay *overlay, const struct tn_snapshot *pair,
            struct tn_err *err)
{
	const struct tn_snapshot_table *hidden = &pair->overlay.header.hidden;
	const struct tn_snapshot_table *groups = &pair->base->header.groups;
	uint32_t first_group = groups->count > 0
	                           ? tn_snapshot_table_at(pair->base, groups, 0)
	                           : UINT32_MAX;
	uint32_t at;
	uint32_t i;
	int rc = TN_OK;

	for (i = 0; rc == TN_OK && i < hidden->count; i++) {
		at = tn_snapshot_table_at(&pair->overlay, hidden, i);
		/* Groups stand behind all people in a base. */
		if (at != 0)
			rc = tn_overlay_hide(overlay, at, at >= first_group,
			                     err);
	}
	return rc;
}

static int
take_all(struct tn_snapshot_overlay *overlay, const struct tn_snapshot *pair,
         struct tn_err *err)
{
	const struct tn_snapshot_file *file = &pair->overlay;
	const struct tn_snapshot_header *header = &file->header;
	uint32_t i;
	int rc = take_hidden(overlay, pair, err);

	for (i = 0; rc == TN_OK && i < header->users.count; i++)
		rc = take_user(overlay, file,
		               tn_snapshot_table_at(file, &header->users, i),
		               err);
	for (i = 0; rc == TN_OK && i < header->groups.count; i++)
		rc = take_group(overlay, file,
		                tn_snapshot_table_at(file, &header->groups, i),
		                err);
	overlay->keys_generation = header->keys_generation;
	return rc;
}

static size_t
count_live(const struct tn_snapshot *pair)
{
	struct tn_snapshot_info info = { .users = 0 };
	uint32_t index = 0;
	size_t dead = 0;
	uid_t uid;

	(void)tn_snapshot_info(pair, &info);
	while (tn_snapshot_dead_next(pair, &index, &uid) == TN_OK)
		dead++;
	return info.users > dead ? info.users - dead : 0;
}

int
tn_snapshot_overlay_open(const char *directory,
                         struct tn_snapshot_overlay **ret, size_t *ret_live,
                         struct tn_err *err)
{
	struct tn_snapshot_overlay *overlay = NULL;
	const struct tn_snapshot *pair = NULL;
	struct tn_snapshot_base base;
	int rc = tn_snapshot_check(directory, err);

	if (rc != TN_OK)
		return rc;
	rc = tn_snapshot_take(directory, &pair);
	if (rc != TN_OK)
		return tn_fail(err, rc, "snapshot %s", directory);
	base = (struct tn_snapshot_base){
		.slot = pair->base->header.base_slot,
		.generation = pair->base->header.generation,
		.published = pair->base->header.published,
		.size = pair->base->header.size,
	};
	rc = tn_snapshot_overlay_new(directory, &base, &overlay, err);
	if (rc == TN_OK)
		rc = take_all(overlay, pair, err);
	if (rc == TN_OK) {
		*ret_live = count_live(pair);
		*ret = overlay;
		overlay = NULL;
	}
	tn_snapshot_drop(pair);
	tn_snapshot_overlay_free(overlay);
	return rc;
}

/* People and groups of an overlay: put into its hashes, and freed. */
#include <config.h>

#include <stdlib.h>

#include "snapshot/snapshot_layout.h"
#include "snapshot/snapshot_overlay_draft.h"

void
tn_overlay_free_user(struct overlay_user *user)
{
	if (user == NULL)
		return;
	free(user->gids);
	free(user);
}

int
tn_overlay_add_user(struct tn_snapshot_overlay *overlay,
                    struct overlay_user *user, struct tn_err *err)
{
	HASH_ADD_KEYPTR(by_name, overlay->user_names, user->texts,
	                (size_t)user->record.name_size - 1, user);
	if (!TN_HASH_LOST(by_name, user)) {
		HASH_ADD_KEYPTR(by_uid, overlay->user_ids, &user->record.uid,
		                sizeof(user->record.uid), user);
		if (!TN_HASH_LOST(by_uid, user)) {
			overlay->bytes += tn_snapshot_user_size(&user->record);
			overlay->is_changed = true;
			return TN_OK;
		}
		HASH_DELETE(by_name, overlay->user_names, user);
	}
	tn_overlay_free_user(user);
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

void
tn_overlay_free_group(struct overlay_group *group)
{
	uint32_t i;

	if (group == NULL)
		return;
	for (i = 0; i < group->more_count; i++)
		free(group->more[i]);
	free(group->more);
	free(group->less);
	free(group);
}

int
tn_overlay_add_group(struct tn_snapshot_overlay *overlay,
                     struct overlay_group *group, struct tn_err *err)
{
	HASH_ADD_KEYPTR(by_name, overlay->group_names, group->name,
	                (size_t)group->name_size - 1, group);
	if (!TN_HASH_LOST(by_name, group)) {
		HASH_ADD_KEYPTR(by_gid, overlay->group_ids, &group->gid,
		                sizeof(group->gid), group);
		if (!TN_HASH_LOST(by_gid, group)) {
			overlay->bytes += tn_overlay_group_size(group);
			overlay->is_changed = true;
			return TN_OK;
		}
		HASH_DELETE(by_name, overlay->group_names, group);
	}
	tn_overlay_free_group(group);
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

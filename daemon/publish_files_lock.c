/* What is published of a lock alone, and what could not be published. */
#include <config.h>

#include "publish_files.h"

bool
tn_publish_files_is_live(const struct tn_publish_files *files,
                         const char *login, uint32_t uid)
{
	struct tn_snapshot_user user;

	return files->overlay != NULL &&
	       tn_snapshot_overlay_user(files->overlay, login, &user) &&
	       user.uid == uid && !user.dead;
}

int
tn_publish_files_lock(struct tn_publish_files *files, const char *login,
                      uint32_t uid, bool *ret_changed, struct tn_err *err)
{
	struct tn_snapshot_user user;
	int rc;

	*ret_changed = false;
	if (!tn_publish_files_is_live(files, login, uid) ||
	    !tn_snapshot_overlay_user(files->overlay, login, &user))
		return TN_OK;
	user.dead = true;
	user.shell = TN_NOLOGIN;
	rc = tn_snapshot_overlay_put_user(files->overlay, &user, err);
	*ret_changed = rc == TN_OK;
	if (rc == TN_OK)
		files->live--;
	return rc;
}

struct unsaved {
	const struct tn_snapshot *pair;
	uint32_t *uids;
	size_t room;
	size_t count;
};

static void
note_unsaved(uint32_t uid, void *arg)
{
	struct unsaved *unsaved = arg;
	char buffer[4096 * 4];
	struct passwd person;
	bool dead = false;

	if (unsaved->count < unsaved->room &&
	    (tn_snapshot_user_by_uid(unsaved->pair, uid, &person, buffer,
	                             sizeof(buffer), &dead) != TN_OK ||
	     !dead))
		unsaved->uids[unsaved->count++] = uid;
}

size_t
tn_publish_files_unsaved(struct tn_publish_files *files, uint32_t *uids,
                         size_t room)
{
	struct unsaved unsaved = { .uids = uids, .room = room };

	if (files->overlay == NULL ||
	    !tn_snapshot_overlay_is_changed(files->overlay))
		return 0;
	unsaved.pair = tn_publish_files_previous(files);
	if (unsaved.pair == NULL)
		return 0;
	tn_snapshot_overlay_each_dead(files->overlay, note_unsaved, &unsaved);
	tn_snapshot_drop(unsaved.pair);
	return unsaved.count;
}

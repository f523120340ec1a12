/* What stands, copied into a new base. */
#include <config.h>

#include "snapshot/snapshot_compact.h"

#include <stdlib.h>

#include "snapshot/snapshot_compact_draft.h"
#include "snapshot/snapshot_user.h"
#include "snapshot/snapshot_walk.h"

#define STEP_USERS  4096
#define STEP_GROUPS 64
#define BUFFER_SIZE 16384u
#define USERS       offsetof(struct tn_snapshot_header, users)

int
tn_snapshot_compact_begin(const char *directory, uint64_t generation,
                          int64_t published,
                          struct tn_snapshot_compaction **ret,
                          struct tn_err *err)
{
	struct tn_snapshot_compaction *compaction =
	    calloc(1, sizeof(*compaction));
	struct tn_snapshot_info info;
	int rc;

	if (compaction == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	rc = tn_snapshot_take(directory, &compaction->pair);
	if (rc != TN_OK)
		rc = tn_fail(err, rc, "snapshot %s", directory);
	if (rc == TN_OK) {
		(void)tn_snapshot_info(compaction->pair, &info);
		rc = tn_snapshot_base_begin(
		    directory, generation, published, info.cookie,
		    (size_t)(info.base_size + info.overlay_size),
		    &compaction->file, err);
	}
	if (rc != TN_OK) {
		tn_snapshot_compact_free(compaction);
		return rc;
	}
	*ret = compaction;
	return TN_OK;
}

void
tn_snapshot_compact_free(struct tn_snapshot_compaction *compaction)
{
	if (compaction == NULL)
		return;
	tn_snapshot_base_free(compaction->file);
	tn_snapshot_drop(compaction->pair);
	free(compaction->buffer);
	free(compaction);
}

size_t
tn_snapshot_compact_damaged(const struct tn_snapshot_compaction *compaction)
{
	return compaction->damaged;
}

static bool
texts_end(const struct tn_snapshot_found_user *found)
{
	const struct tn_snapshot_user_record *record = &found->record;
	const char *at = found->texts + record->name_size;

	if (at[-1] != '\0')
		return false;
	at += record->gecos_size;
	if (at[-1] != '\0')
		return false;
	at += record->home_size;
	return at[-1] == '\0' && at[record->shell_size - 1] == '\0';
}

static int
copy_user(struct tn_snapshot_compaction *compaction,
          const struct tn_snapshot_found_user *found, struct tn_err *err)
{
	const struct tn_snapshot_user_record *record = &found->record;
	const char *gecos = found->texts + record->name_size;
	const char *home = gecos + record->gecos_size;
	const struct tn_snapshot_user user = {
		.name = found->texts,
		.uid = record->uid,
		.gid = record->gid,
		.gecos = gecos,
		.home = home,
		.shell = home + record->home_size,
		.dead = (record->flags & TN_SNAPSHOT_DEAD) != 0,
	};

	return tn_snapshot_base_copy_user(compaction->file, &user, found->gids,
	                                  record->gid_count, err);
}

static int
copy_users(struct tn_snapshot_compaction *compaction, struct tn_err *err)
{
	struct tn_snapshot_found_user found;
	const struct tn_snapshot_file *file;
	uint64_t offset;
	int rc = TN_OK;
	int n;

	for (n = 0; rc == TN_OK && n < STEP_USERS; n++) {
		file = tn_snapshot_walk(compaction->pair, USERS,
		                        &compaction->user, &offset);
		if (file == NULL) {
			compaction->has_users = true;
			return TN_OK;
		}
		compaction->user++;
		if (tn_snapshot_read_user(file, offset, &found) == TN_OK &&
		    texts_end(&found))
			rc = copy_user(compaction, &found, err);
		else
			compaction->damaged++;
	}
	return rc;
}

static int
grow_buffer(struct tn_snapshot_compaction *compaction, struct tn_err *err)
{
	size_t size = compaction->buffer_size != 0 ? compaction->buffer_size * 2
	                                           : BUFFER_SIZE;
	char *grown = realloc(compaction->buffer, size);

	if (grown == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	compaction->buffer = grown;
	compaction->buffer_size = size;
	return TN_OK;
}

static int
copy_groups(struct tn_snapshot_compaction *compaction, struct tn_err *err)
{
	struct group group;
	int rc = TN_OK;
	int n;

	for (n = 0; rc == TN_OK && n < STEP_GROUPS; n++) {
		rc = tn_snapshot_group_next(
		    compaction->pair, &compaction->group, &group,
		    compaction->buffer, compaction->buffer_size);
		if (rc == TN_E_NOT_FOUND) {
			compaction->has_groups = true;
			return TN_OK;
		}
		if (rc == TN_OK) {
			rc = tn_snapshot_base_copy_group(
			    compaction->file, group.gr_name, group.gr_gid,
			    group.gr_mem, err);
		} else if (rc == TN_E_LIMIT) {
			rc = grow_buffer(compaction, err);
		} else {
			compaction->damaged++;
			rc = TN_OK;
		}
	}
	return rc;
}

int
tn_snapshot_compact_step(struct tn_snapshot_compaction *compaction,
                         bool *ret_done, struct tn_snapshot_base *ret,
                         struct tn_err *err)
{
	int rc;

	*ret_done = false;
	/* What is damaged is not to become right by being copied. */
	if (!compaction->is_checked) {
		rc = tn_snapshot_sum_step(&compaction->summing,
		                          compaction->pair->base,
		                          &compaction->is_checked);
		return rc == TN_OK
		           ? TN_OK
		           : tn_fail(err, rc,
		                     "the base's checksum differs: it is not "
		                     "what was written");
	}
	if (!compaction->has_users)
		return copy_users(compaction, err);
	if (!compaction->has_groups)
		return copy_groups(compaction, err);
	return tn_snapshot_base_step(compaction->file, ret_done, ret, err);
}

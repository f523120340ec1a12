/* A group's record as it was found. Internal to lib/snapshot. */
#ifndef TN_SNAPSHOT_SNAPSHOT_GROUP_H
#define TN_SNAPSHOT_SNAPSHOT_GROUP_H

#include <grp.h>
#include <stdbool.h>
#include "snapshot/snapshot_probe.h"

/* Sizes, texts and numbers are within the file. */
struct tn_snapshot_found_group {
	struct tn_snapshot_group_record record;
	struct tn_snapshot_group_delta delta;
	const uint32_t *less; /* NULL unless it is a delta */
	const uint8_t *sizes; /* one per member */
	const char *texts;
};

/* Errors: TN_E_DAMAGED. */
int tn_snapshot_read_group(const struct tn_snapshot_file *file, uint64_t offset,
                           struct tn_snapshot_found_group *ret);

tn_snapshot_read_fn tn_snapshot_read_group_key; /* fills one of those */

/*
 * Pointers to the members in a copy of the record's texts. False where the
 * sizes do not make up the texts, or they do not end: use none of them then.
 */
bool tn_snapshot_put_members(const struct tn_snapshot_found_group *group,
                             char *texts, char **members);

/* A group that is a delta: the base's members less some, and some more.
   Errors: TN_E_LIMIT, TN_E_DAMAGED. */
int tn_snapshot_give_delta(const struct tn_snapshot *snapshot,
                           const struct tn_snapshot_found_group *group,
                           struct group *ret, char *buffer, size_t size);

#endif

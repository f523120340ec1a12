/* A person's record as it was found. Internal to lib/snapshot. */
#ifndef TN_SNAPSHOT_SNAPSHOT_USER_H
#define TN_SNAPSHOT_SNAPSHOT_USER_H

#include "snapshot/snapshot_probe.h"

/* Texts and gids are within the file; whether the texts end is not said. */
struct tn_snapshot_found_user {
	struct tn_snapshot_user_record record;
	const char *texts;
	size_t size; /* of all four, NULs counted */
	const uint32_t *gids;
};

/* Errors: TN_E_DAMAGED. */
int tn_snapshot_read_user(const struct tn_snapshot_file *file, uint64_t offset,
                          struct tn_snapshot_found_user *ret);
tn_snapshot_read_fn tn_snapshot_read_user_key; /* fills one of those */

#endif

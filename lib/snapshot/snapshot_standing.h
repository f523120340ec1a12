/*
 * The mapping that a process keeps of the standing folder, and what it has in
 * common with mappings that serve one lookup. Internal to lib/snapshot.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_STANDING_H
#define TN_SNAPSHOT_SNAPSHOT_STANDING_H

#include <stdbool.h>
#include <sys/types.h>
#include "snapshot/snapshot_map.h"

#define TN_SNAPSHOT_PATH_SIZE 512 /* a thread may have a small stack */

/* Where a file of the snapshot is (directory NULL: of the standing folder);
   false when the name is too long. */
bool tn_snapshot_path(const char *directory, const char *file,
                      char path[TN_SNAPSHOT_PATH_SIZE]);
/* Who may own the files besides root? Who names a folder vouches for it. */
uid_t tn_snapshot_owner(const char *directory);
/* A mapping for one lookup, with a page of its own that describes it.
   Returns what tn_snapshot_map does. */
int tn_snapshot_alone(const char *path, uid_t owner,
                      const struct tn_snapshot **ret);

/* tn_snapshot_take for directory NULL; changes errno. */
int tn_snapshot_standing_take(const struct tn_snapshot **ret);
/* Drops it where it is one of the standing ones; false where it is not. */
bool tn_snapshot_standing_drop(struct tn_snapshot *snapshot);

#endif

/*
 * The mappings that a process keeps of the standing folder. Internal to
 * lib/snapshot.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_STANDING_H
#define TN_SNAPSHOT_SNAPSHOT_STANDING_H

#include <stdbool.h>
#include "snapshot/snapshot_map.h"

/* tn_snapshot_take for directory NULL; errno stays, as in _drop. */
int tn_snapshot_standing_take(const struct tn_snapshot **ret);
/* Drops it where it is one of the standing ones; false where it is not. */
bool tn_snapshot_standing_drop(struct tn_snapshot *snapshot);

#endif

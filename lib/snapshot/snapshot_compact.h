/*
 * A new base out of the pair that stands: what readers see, in one file. In
 * steps of some milliseconds, while changes go on to be published on the pair;
 * at the end they are moved to the new one. No record of net's is asked, so
 * nothing is judged. Used by tenured's publish process only. Not thread-safe.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_COMPACT_H
#define TN_SNAPSHOT_SNAPSHOT_COMPACT_H

#include "snapshot/snapshot_overlay.h"

struct tn_snapshot_compaction; /* opaque */

/*
 * Begin with what stands in the folder now.
 * generation  above the last one; the base will have it.
 * Errors: TN_E_NOT_FOUND, TN_E_DAMAGED, and as of tn_snapshot_base_begin.
 */
int tn_snapshot_compact_begin(const char *directory, uint64_t generation,
                              int64_t published,
                              struct tn_snapshot_compaction **ret,
                              struct tn_err *err);
/* Gives up what was not ended; NULL is legal. */
void tn_snapshot_compact_free(struct tn_snapshot_compaction *compaction);

/*
 * Go on. *ret_done: it was the last step; ret is the base then, which nobody
 * reads yet. Errors as of tn_snapshot_base_step; TN_E_DAMAGED: the base that
 * stands is not what was written, nothing can be made of it.
 */
int tn_snapshot_compact_step(struct tn_snapshot_compaction *compaction,
                             bool *ret_done, struct tn_snapshot_base *ret,
                             struct tn_err *err);
/* Records that could not be read: the base is without them. */
size_t
tn_snapshot_compact_damaged(const struct tn_snapshot_compaction *compaction);

/*
 * to, which is empty and on the new base, comes to say what from says, which
 * was the pair's overlay all the while. Errors: TN_E_NO_MEMORY, TN_E_LIMIT.
 */
int
tn_snapshot_compact_move(const struct tn_snapshot_compaction *compaction,
                         const struct tn_snapshot_overlay *from,
                         struct tn_snapshot_overlay *to, struct tn_err *err);

#endif

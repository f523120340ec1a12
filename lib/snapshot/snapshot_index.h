/*
 * An index while it is built: as in snapshot_format.h, with the whole hash and
 * the number of an entry, plus 1. Grows by doubling; at most half full.
 * Internal to lib/snapshot; writer only.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_INDEX_H
#define TN_SNAPSHOT_SNAPSHOT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "snapshot/snapshot_format.h"

struct tn_snapshot_index_slot {
	uint32_t hash;
	uint32_t at; /* entry + 1; 0: empty */
};

struct tn_snapshot_index { /* start with = { 0 } */
	struct tn_snapshot_index_slot *slots;
	uint32_t count; /* slots: 0 or a power of two */
	uint32_t used;
};

void tn_snapshot_index_done(struct tn_snapshot_index *index);

/* Make room for one more; false when memory is short. Puts nothing in. */
bool tn_snapshot_index_reserve(struct tn_snapshot_index *index);

/* Put entry number in. There must be room. */
void tn_snapshot_index_put(struct tn_snapshot_index *index, uint32_t hash,
                           uint32_t entry);

/*
 * The next entry with this hash. position: 0 to begin with.
 * Returns false when there are no more.
 */
bool
tn_snapshot_index_next(const struct tn_snapshot_index *index, uint32_t hash,
                       uint32_t *position, uint32_t *ret_entry);

#endif

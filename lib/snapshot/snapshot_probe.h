/*
 * Walks the slots of one key in an index, and the tables by number. Internal
 * to lib/snapshot. Whatever the file says, a walk ends and stays within it.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_PROBE_H
#define TN_SNAPSHOT_SNAPSHOT_PROBE_H

#include <string.h>
#include "base/err.h"
#include "snapshot/snapshot_map.h"

struct tn_snapshot_probe {
	const struct tn_snapshot_slot *slots;
	uint32_t hash;
	uint32_t mask;
	uint32_t next;
	uint32_t left; /* slots not looked at yet */
};

/* index was checked when the file was mapped. */
static inline void
tn_snapshot_probe_start(struct tn_snapshot_probe *probe,
                        const struct tn_snapshot *snapshot,
                        const struct tn_snapshot_table *index, uint32_t hash)
{
	probe->slots = (const void *)(snapshot->start + index->offset);
	probe->hash = hash;
	probe->mask = index->count - 1;
	probe->next = hash;
	probe->left = index->count;
}

/* Where the next record with this hash is; 0 when there is none. */
static inline uint64_t
tn_snapshot_probe_next(struct tn_snapshot_probe *probe)
{
	while (probe->left > 0) {
		struct tn_snapshot_slot slot =
		    probe->slots[probe->next & probe->mask];

		probe->next++;
		probe->left--;
		if (slot.at == 0)
			break;
		if (slot.hash == probe->hash)
			return (uint64_t)slot.at * 8;
	}
	return 0;
}

/* Where record number index of a table is; 0 past the end. */
static inline uint64_t
tn_snapshot_table_at(const struct tn_snapshot *snapshot,
                     const struct tn_snapshot_table *table, uint32_t index)
{
	uint32_t at;

	if (index >= table->count)
		return 0;
	memcpy(&at,
	       snapshot->start + table->offset + (size_t)index * sizeof(at),
	       sizeof(at));
	return (uint64_t)at * 8;
}

#endif

/*
 * Goes through a table of the pair: the overlay's records, then those of the
 * base that are not hidden. Internal to lib/snapshot.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_WALK_H
#define TN_SNAPSHOT_SNAPSHOT_WALK_H

#include "snapshot/snapshot_probe.h"

/*
 * The record number *index of both tables, or the next one that is not hidden.
 * place      offset of the table in the header.
 * *index     becomes the number of what was found; count on from there.
 * Returns the file that the record is in, and where; NULL past the end.
 */
static inline const struct tn_snapshot_file *
tn_snapshot_walk(const struct tn_snapshot *snapshot, size_t place,
                 uint32_t *index, uint64_t *ret_offset)
{
	const struct tn_snapshot_file *overlay = &snapshot->overlay;
	const struct tn_snapshot_file *base = snapshot->base;
	const struct tn_snapshot_table *first =
	    tn_snapshot_table_of(overlay, place);
	const struct tn_snapshot_table *second =
	    tn_snapshot_table_of(base, place);
	uint32_t at;

	if (*index < first->count) {
		at = tn_snapshot_table_at(overlay, first, *index);
		*ret_offset = (uint64_t)at * TN_SNAPSHOT_AT_UNIT;
		return overlay;
	}
	while (*index - first->count < second->count) {
		at = tn_snapshot_table_at(base, second, *index - first->count);
		if (!tn_snapshot_is_hidden(overlay, at)) {
			*ret_offset = (uint64_t)at * TN_SNAPSHOT_AT_UNIT;
			return base;
		}
		++*index;
	}
	return NULL;
}

#endif

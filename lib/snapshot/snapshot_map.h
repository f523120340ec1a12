/*
 * A snapshot file mapped and its header checked. Internal to lib/snapshot.
 * libc only, no allocation, no descriptor kept. These functions change errno;
 * those of snapshot_reader.h restore it.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_MAP_H
#define TN_SNAPSHOT_SNAPSHOT_MAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "snapshot/snapshot_format.h"

struct tn_snapshot {
	const uint8_t *start; /* of the mapping */
	size_t size;
	dev_t device;
	ino_t inode;
	struct tn_snapshot_header header; /* a checked copy */
	_Atomic uint32_t holds;           /* see snapshot_standing.c */
};

/*
 * Map the file at path, which root must own, or owner.
 * known  a mapping that is held, or NULL: TN_E_EXISTS when it is this file.
 * ret    filled on success, all but .holds.
 * Returns TN_OK, TN_E_EXISTS, TN_E_NOT_FOUND (no such file), TN_E_DAMAGED,
 * TN_E_IO (the system refused: descriptors, memory, permission).
 */
int tn_snapshot_map(const char *path, uid_t owner,
                    const struct tn_snapshot *known, struct tn_snapshot *ret);
void tn_snapshot_unmap(struct tn_snapshot *snapshot);

/* Map the generation file; NULL when there is none that can be trusted. */
const _Atomic uint64_t *tn_snapshot_map_word(const char *path, uid_t owner);
void tn_snapshot_unmap_word(const _Atomic uint64_t *word);

/* The bytes [offset, offset + size), or NULL when not all are in the file. */
static inline const void *
tn_snapshot_bytes(const struct tn_snapshot *snapshot, uint64_t offset,
                  uint64_t size)
{
	if (offset > snapshot->size || size > snapshot->size - offset)
		return NULL;
	return snapshot->start + offset;
}

#endif

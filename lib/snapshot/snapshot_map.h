/*
 * A snapshot file mapped and its header checked, and the pair of an overlay
 * and the base that it names. Internal to lib/snapshot. libc only, no
 * allocation, no descriptor kept. These functions change errno; those of
 * snapshot_reader.h restore it.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_MAP_H
#define TN_SNAPSHOT_SNAPSHOT_MAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "snapshot/snapshot_format.h"

struct tn_snapshot_file {
	const uint8_t *start; /* of the mapping */
	size_t size;
	dev_t device;
	ino_t inode;
	struct tn_snapshot_header header; /* a checked copy */
	_Atomic uint32_t holds;           /* see snapshot_standing.c */
};

/* What lookups are made in: an overlay, and the base that it names. */
struct tn_snapshot {
	struct tn_snapshot_file overlay;
	struct tn_snapshot_file *base;
};

#define TN_SNAPSHOT_PATH_SIZE 512 /* a thread may have a small stack */

/* Where a file of the snapshot is (directory NULL: of the standing folder);
   false when the name is too long. */
bool tn_snapshot_path(const char *directory, const char *file,
                      char path[TN_SNAPSHOT_PATH_SIZE]);
/* Who may own the files besides root? Who names a folder vouches for it. */
uid_t tn_snapshot_owner(const char *directory);

/*
 * Map the overlay of a folder.
 * known  a mapping that is held, or NULL: TN_E_EXISTS when it is this file.
 * ret    filled on success, all but .holds.
 * Returns TN_OK, TN_E_EXISTS, TN_E_NOT_FOUND (no such file), TN_E_DAMAGED,
 * TN_E_IO (the system refused: descriptors, memory, permission).
 */
int tn_snapshot_map_overlay(const char *directory,
                            const struct tn_snapshot_file *known,
                            struct tn_snapshot_file *ret);
/*
 * Map the base that an overlay names. Errors as above; TN_E_STALE when another
 * or none is in its place: the overlay is no more the newest, or damaged.
 */
int tn_snapshot_map_base(const char *directory,
                         const struct tn_snapshot_file *overlay,
                         struct tn_snapshot_file *ret);
#define TN_SNAPSHOT_STALE_TRIES 20 /* each means that a writer was there */
void tn_snapshot_unmap(struct tn_snapshot_file *file);

/* Are the bytes a file of its kind, as far as the header tells? Fills .start,
   .size and .header. TN_E_DAMAGED. */
int tn_snapshot_look_over(const void *start, size_t size, bool is_overlay,
                          struct tn_snapshot_file *ret);

/* Is base the one that the overlay names? */
bool tn_snapshot_names_base(const struct tn_snapshot_file *overlay,
                            const struct tn_snapshot_file *base);

/* A pair for one use, with pages of its own that describe it; what
   tn_snapshot_take returns. */
int tn_snapshot_alone(const char *directory, const struct tn_snapshot **ret);

/* Map the generation file; NULL when there is none that can be trusted. */
const _Atomic uint64_t *tn_snapshot_map_word(const char *path, uid_t owner);
void tn_snapshot_unmap_word(const _Atomic uint64_t *word);

/* The bytes [offset, offset + size), or NULL when not all are in the file. */
static inline const void *
tn_snapshot_bytes(const struct tn_snapshot_file *file, uint64_t offset,
                  uint64_t size)
{
	if (offset > file->size || size > file->size - offset)
		return NULL;
	return file->start + offset;
}

#endif

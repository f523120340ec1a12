/*
 * Where things go in a file that is made in memory: what the base and the
 * overlay have in common. Internal to lib/snapshot; writer only.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_LAYOUT_H
#define TN_SNAPSHOT_SNAPSHOT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "snapshot/snapshot_format.h"
#include "snapshot/snapshot_index.h"

/* A header with all that does not depend on what is in the file. */
struct tn_snapshot_header
tn_snapshot_header_start(uint64_t generation, int64_t published);

/* Give away size bytes at *end, rounded up. Returns where. */
uint64_t tn_snapshot_lay(uint64_t *end, uint64_t size);
/* A table of count entries of so many bytes. */
void tn_snapshot_lay_table(uint64_t *end, size_t count, size_t entry,
                           struct tn_snapshot_table *ret);
/* An index; one empty slot when nothing is in it. */
void tn_snapshot_lay_index(uint64_t *end, const struct tn_snapshot_index *index,
                           struct tn_snapshot_table *ret);

/* .at_bits of a file that ends there. */
uint32_t tn_snapshot_at_bits(uint64_t end);
/* A zeroed block for a file that ends at end; sets .size and .at_bits. Free it
   with free(). Errors: TN_E_LIMIT, TN_E_NO_MEMORY. */
int tn_snapshot_image_new(struct tn_snapshot_header *header, uint64_t end,
                          uint8_t **ret, struct tn_err *err);

/* at: where each entry's record is. */
void
tn_snapshot_fill_index(const struct tn_snapshot_index *index,
                       const uint32_t *at,
                       const struct tn_snapshot_header *header,
                       const struct tn_snapshot_table *table, uint8_t *image);

/* Bytes of a record with its texts and gids. */
uint64_t tn_snapshot_user_size(const struct tn_snapshot_user_record *record);
/* Writes record and texts; returns where the gids go. */
uint32_t *tn_snapshot_fill_user(const struct tn_snapshot_user_record *record,
                                const char *texts, uint8_t *at);

/* An offset as it is in a table; it is a multiple of 4 and below 16 GiB. */
static inline uint32_t
tn_snapshot_at(uint64_t offset)
{
	return (uint32_t)(offset / TN_SNAPSHOT_AT_UNIT);
}

#endif

/*
 * A snapshot whose files are blocks of memory, each of just its size: what
 * lookups are made in without a file. Ends the program when memory is short.
 */
#ifndef TN_TESTS_FUZZ_MEMORY_SNAPSHOT_H
#define TN_TESTS_FUZZ_MEMORY_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "snapshot/snapshot_map.h"
#include "snapshot/snapshot_overlay_draft.h"
#include "snapshot/snapshot_writer.h"

/* Copies the bytes; false when no reader would take them for such a file. */
bool memory_file(const void *data, size_t size, bool is_overlay,
                 struct tn_snapshot_file *ret);
void memory_file_done(struct tn_snapshot_file *file);

/* The base that was written to the disk of memory_disk.h, which is empty
   again. */
void memory_take_base(const struct tn_snapshot_base *base,
                      struct tn_snapshot_file *ret);
/* The base of what was gathered. */
void memory_base(const struct tn_snapshot_writer *writer, uint64_t generation,
                 struct tn_snapshot_file *ret);

/* An overlay without a change on a base, which is borrowed. */
struct tn_snapshot_overlay *
memory_overlay_new(const struct tn_snapshot_file *base);
void memory_overlay_free(struct tn_snapshot_overlay *overlay);
/* Its file, as it would be saved. */
void memory_overlay(struct tn_snapshot_overlay *overlay, uint64_t generation,
                    struct tn_snapshot_file *ret);

/* Something small: wang, li (dead), count more; three groups and one of all. */
struct tn_snapshot_writer *memory_example(unsigned int count);
#define MEMORY_FIRST_UID 2000000u
#define MEMORY_FIRST_GID 1900000u
/* Of an example of 2 and more: changed, renamed, gone, dead, new. */
void memory_change(struct tn_snapshot_overlay *overlay);

#endif

/*
 * The checksum of a snapshot file (tenure-snapshot(5)). Readers check owner,
 * mode, size and each offset that they follow, and no more: they have no time.
 * A byte that a disk or a memory chip turned within a name or a number is
 * found by whoever reads the whole file: tenured when it takes a pair up, and
 * before it copies one into a new base, and `tenure doctor`. Thread-safe.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_SUM_H
#define TN_SNAPSHOT_SNAPSHOT_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

/*
 * Check the pair of a folder, all of it: 100 MB take 30 ms and the time that
 * they need from the disk.
 * Errors: TN_E_NOT_FOUND (there is none), TN_E_DAMAGED (a file is foreign or
 * damaged; the text says which), TN_E_IO.
 */
int tn_snapshot_check(const char *directory, struct tn_err *err);

/* The rest is internal to lib/snapshot. */

struct tn_snapshot_file;
struct tn_snapshot_header;

/* A sum on its way: all but the header, which comes first. */
#define TN_SNAPSHOT_SUM_START UINT64_C(0xcbf29ce484222325)
/* Goes on with size bytes, a multiple of 8 but for the last. */
uint64_t tn_snapshot_sum(uint64_t sum, const void *bytes, size_t size);
/* Of the header, as if its checksum were 0: what the sum starts with. */
uint64_t tn_snapshot_sum_header(const struct tn_snapshot_header *header);
/* What is written: 0 stands for none. */
static inline uint64_t
tn_snapshot_sum_end(uint64_t sum)
{
	return sum != 0 ? sum : 1;
}

/* A file that is checked bit by bit; start with = { 0 }. */
struct tn_snapshot_summing {
	uint64_t sum;
	size_t done; /* bytes */
};
/* Goes on for some megabytes. TN_E_DAMAGED; *ret_done: it is whole. */
int tn_snapshot_sum_step(struct tn_snapshot_summing *summing,
                         const struct tn_snapshot_file *file, bool *ret_done);
/* All of it at once. A file without a checksum is not whole. */
bool tn_snapshot_is_whole(const struct tn_snapshot_file *file);

#endif

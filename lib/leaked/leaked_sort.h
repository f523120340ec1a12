/*
 * Sorts any number of keys in bounded memory: parted by their first bits into
 * files without a name, each of which is then sorted by itself (and parted
 * again where it is too large). Inside lib/leaked. Not thread-safe.
 */
#ifndef TN_LEAKED_SORT_H
#define TN_LEAKED_SORT_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct tn_leaked_sort;

/*
 * folder   an open folder, borrowed: where the files without a name are.
 * memory   bytes that may be used, 1 MiB at the least.
 */
int tn_leaked_sort_new(int folder, size_t memory, struct tn_leaked_sort **ret,
                       struct tn_err *err);
int tn_leaked_sort_add(struct tn_leaked_sort *sort, uint64_t key,
                       struct tn_err *err);
/* How many were added, the same one as often as it came. */
uint64_t tn_leaked_sort_count(const struct tn_leaked_sort *sort);

/* Each different key once, in order. Stops when take does not return TN_OK,
   and returns that. Once only. */
typedef int tn_leaked_take(uint64_t key, void *arg, struct tn_err *err);
int tn_leaked_sort_run(struct tn_leaked_sort *sort, tn_leaked_take *take,
                       void *arg, struct tn_err *err);

void tn_leaked_sort_free(struct tn_leaked_sort *sort); /* NULL is legal */

#endif

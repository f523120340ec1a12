/*
 * Finds records by a hash: more than one may have it, and who asks looks which
 * is meant. Eight bytes a slot, since there are many. Pure; not thread-safe.
 */
#ifndef TN_DAEMON_RECORD_INDEX_H
#define TN_DAEMON_RECORD_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the index holds a record under; the record must not change it. */
typedef uint32_t tn_record_hash_fn(const void *record);

struct tn_record_index { /* start with = { .hash = ... } */
	tn_record_hash_fn *hash;
	const void **slots;
	size_t count; /* 0 or a power of two */
	size_t used;  /* and those that were given up */
	size_t live;
};

void tn_record_index_done(struct tn_record_index *index);
/* Room for one more; false when memory is short. */
bool tn_record_index_reserve(struct tn_record_index *index);
/* There must be room. */
void tn_record_index_put(struct tn_record_index *index, const void *record);
void tn_record_index_drop(struct tn_record_index *index, const void *record);
/* The next record with the hash, perhaps; *position is 0 to begin with. NULL
   when there are no more. */
const void *tn_record_index_next(const struct tn_record_index *index,
                                 uint32_t hash, size_t *position);

/* FNV-1a of a text, and of a number. */
uint32_t tn_record_hash_text(const char *text);
uint32_t tn_record_hash_id(uint32_t id);

#endif

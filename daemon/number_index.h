/*
 * Finds records, which are numbered, by a hash: more than one may have it, and
 * who asks looks which is meant. Four bytes a slot, since there are many. Pure;
 * not thread-safe.
 */
#ifndef TN_DAEMON_NUMBER_INDEX_H
#define TN_DAEMON_NUMBER_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_NO_NUMBER UINT32_MAX

/* What the index holds a record under; the record must not change it. */
typedef uint32_t tn_number_hash_fn(const void *context, uint32_t record);

struct tn_number_index { /* start with = { .hash = ... } */
	tn_number_hash_fn *hash;
	uint32_t *slots;
	unsigned int bits; /* of a slot that the number has */
	size_t count;
	size_t used; /* and those that were given up */
	size_t live;
};

void tn_number_index_done(struct tn_number_index *index);
/* Room for one more; false when memory is short. context: for .hash. */
bool
tn_number_index_reserve(struct tn_number_index *index, const void *context);
/* There must be room. record: below TN_NO_NUMBER - 1. Others that are in may be
   asked for their hashes. */
void tn_number_index_put(struct tn_number_index *index, const void *context,
                         uint32_t record);
void tn_number_index_drop(struct tn_number_index *index, const void *context,
                          uint32_t record);
/* The next record with the hash, perhaps; *position is 0 to begin with.
   TN_NO_NUMBER when there are no more. */
uint32_t tn_number_index_next(const struct tn_number_index *index,
                              uint32_t hash, size_t *position);

/* Hashes of a text, of bytes, and of a number. */
uint32_t tn_number_hash_text(const char *text);
uint32_t tn_number_hash_bytes(const void *bytes, size_t len);
uint32_t tn_number_hash_id(uint32_t id);

#endif

/*
 * Bytes of records, close together: no header, no pointer, four bytes to name
 * each. What is dropped is used again for what has the same size. Pure; not
 * thread-safe.
 */
#ifndef TN_DAEMON_RECORD_STORE_H
#define TN_DAEMON_RECORD_STORE_H

#include <stddef.h>
#include <stdint.h>

#define TN_STORE_UNIT       2u /* bytes that a record's size is rounded to */
#define TN_STORE_RECORD_MAX 16384u
#define TN_STORE_SIZES      (TN_STORE_RECORD_MAX / TN_STORE_UNIT + 1)

struct tn_record_store { /* zeros to begin with */
	uint8_t **chunks;
	size_t count;
	size_t used;                    /* units of the last chunk */
	uint32_t freed[TN_STORE_SIZES]; /* by units: the first of them */
};

void tn_store_done(struct tn_record_store *store);
/* A copy of the bytes; 0 when there is no memory, or no room for so many. */
uint32_t
tn_store_put(struct tn_record_store *store, const void *data, size_t len);
/* Where they are, until they are dropped. */
void *tn_store_at(const struct tn_record_store *store, uint32_t place);
/* len: as they were put. */
void tn_store_drop(struct tn_record_store *store, uint32_t place, size_t len);

#endif

/*
 * Finds the record of a key in one file, and in the pair. Internal to
 * lib/snapshot. Whatever a file says, a walk ends and stays within it.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_PROBE_H
#define TN_SNAPSHOT_SNAPSHOT_PROBE_H

#include <stdbool.h>
#include <string.h>
#include "base/err.h"
#include "snapshot/snapshot_map.h"

/* What is looked for: a name, or an id where name is NULL. */
struct tn_snapshot_key {
	const char *name;
	size_t len;
	uint32_t id;
	uint32_t hash;
};

/* memcmp for names, without a call; size, NUL counted, is 1 or more. */
static inline bool
tn_snapshot_is_same(const char *a, const char *b, size_t size)
{
	size_t i;

	if (size < 8)
		return tn_snapshot_part(a, size) == tn_snapshot_part(b, size);
	for (i = 0; i + 8 < size; i += 8)
		if (tn_snapshot_word(a + i) != tn_snapshot_word(b + i))
			return false;
	return tn_snapshot_word(a + size - 8) == tn_snapshot_word(b + size - 8);
}

/* False for a name that is longer than any in a snapshot. */
static inline bool
tn_snapshot_key_of_name(const char *name, struct tn_snapshot_key *ret)
{
	size_t len = strnlen(name, TN_SNAPSHOT_NAME_MAX + 1);

	ret->name = name;
	ret->len = len;
	ret->id = 0;
	ret->hash = tn_snapshot_hash_name(name, len);
	return len <= TN_SNAPSHOT_NAME_MAX;
}

static inline void
tn_snapshot_key_of_id(uint32_t id, struct tn_snapshot_key *ret)
{
	ret->name = NULL;
	ret->len = 0;
	ret->id = id;
	ret->hash = tn_snapshot_hash_id(id);
}

/*
 * Reads the record at offset into found. TN_OK when it is the key's,
 * TN_E_NOT_FOUND when it is another's, TN_E_DAMAGED.
 */
typedef int
tn_snapshot_read_fn(const struct tn_snapshot_file *file, uint64_t offset,
                    const struct tn_snapshot_key *key, void *found);

/* The record of a key in one file. index was checked when it was mapped. */
static inline __attribute__((always_inline)) int
tn_snapshot_find_in(const struct tn_snapshot_file *file,
                    const struct tn_snapshot_table *index,
                    const struct tn_snapshot_key *key,
                    tn_snapshot_read_fn *read, void *found, uint32_t *ret_at)
{
	const uint32_t *slots = (const void *)(file->start + index->offset);
	uint32_t bits = file->header.at_bits;
	uint64_t at_mask = (UINT64_C(1) << bits) - 1;
	uint64_t tag = (uint64_t)key->hash >> bits;
	uint32_t mask = index->count - 1;
	uint32_t next = key->hash;
	uint32_t left;

	for (left = index->count; left > 0; left--) {
		uint64_t slot = slots[next++ & mask];
		uint64_t at = slot & at_mask;
		int rc;

		if (at == 0)
			break;
		if (slot >> bits != tag)
			continue;
		rc = read(file, at * TN_SNAPSHOT_AT_UNIT, key, found);
		if (rc != TN_E_NOT_FOUND) {
			*ret_at = (uint32_t)at;
			return rc;
		}
	}
	return TN_E_NOT_FOUND;
}

/* Does the overlay say that a record of the base is no more? */
static inline bool
tn_snapshot_is_hidden(const struct tn_snapshot_file *overlay, uint32_t at)
{
	const struct tn_snapshot_table *hidden = &overlay->header.hidden;
	const uint32_t *slots = (const void *)(overlay->start + hidden->offset);
	uint32_t mask = hidden->count - 1;
	uint32_t next = tn_snapshot_hash_id(at);
	uint32_t left;

	for (left = hidden->count; left > 0; left--) {
		uint32_t slot = slots[next++ & mask];

		if (slot == at)
			return true;
		if (slot == 0)
			break;
	}
	return false;
}

/* A table by its place in the header: the same in the overlay and the base. */
static inline const struct tn_snapshot_table *
tn_snapshot_table_of(const struct tn_snapshot_file *file, size_t place)
{
	return (const void *)((const char *)&file->header + place);
}

/* The record of a key in the pair; place: offset of the index in the header. */
static inline __attribute__((always_inline)) int
tn_snapshot_find(const struct tn_snapshot *snapshot, size_t place,
                 const struct tn_snapshot_key *key, tn_snapshot_read_fn *read,
                 void *found)
{
	const struct tn_snapshot_file *overlay = &snapshot->overlay;
	const struct tn_snapshot_file *base = snapshot->base;
	uint32_t at = 0;
	int rc;

	rc = tn_snapshot_find_in(overlay, tn_snapshot_table_of(overlay, place),
	                         key, read, found, &at);
	if (rc != TN_E_NOT_FOUND)
		return rc;
	rc = tn_snapshot_find_in(base, tn_snapshot_table_of(base, place), key,
	                         read, found, &at);
	return rc == TN_OK && tn_snapshot_is_hidden(overlay, at)
	           ? TN_E_NOT_FOUND
	           : rc;
}

/* The at number index of a table of ats, which is not past its end. */
static inline uint32_t
tn_snapshot_table_at(const struct tn_snapshot_file *file,
                     const struct tn_snapshot_table *table, uint32_t index)
{
	uint32_t at;

	memcpy(&at, file->start + table->offset + (size_t)index * sizeof(at),
	       sizeof(at));
	return at;
}

#endif

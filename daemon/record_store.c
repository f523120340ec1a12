#include <config.h>

#include "record_store.h"

#include <stdlib.h>
#include <string.h>

/* A place is the number of its chunk, from 1 on, and of its unit therein. */
/* Somewhat less than a power of two, so that malloc's own bytes cost no page. */
#ifdef TN_STORE_CHUNK_UNITS
#define CHUNK_UNITS TN_STORE_CHUNK_UNITS /* fuzz.sh: many stores, all small */
#else
#define CHUNK_UNITS 65520u
#endif
#define CHUNK_BYTES ((size_t)CHUNK_UNITS * TN_STORE_UNIT)
#define CHUNKS_MAX  65535u

_Static_assert(CHUNK_BYTES >= TN_STORE_RECORD_MAX, "any record fits");

void
tn_store_done(struct tn_record_store *store)
{
	size_t i;

	for (i = 0; i < store->count; i++)
		free(store->chunks[i]);
	free(store->chunks);
	*store = (struct tn_record_store){ .count = 0 };
}

void *
tn_store_at(const struct tn_record_store *store, uint32_t place)
{
	return store->chunks[(place >> 16) - 1] +
	       (size_t)(place & 0xffff) * TN_STORE_UNIT;
}

/* What is dropped has room for a place. */
#define LEAST_UNITS ((uint32_t)(sizeof(uint32_t) / TN_STORE_UNIT))

static uint32_t
units_of(size_t len)
{
	uint32_t units = (uint32_t)((len + TN_STORE_UNIT - 1) / TN_STORE_UNIT);

	return units > LEAST_UNITS ? units : LEAST_UNITS;
}

static void
give_back(struct tn_record_store *store, uint32_t place, uint32_t units)
{
	memcpy(tn_store_at(store, place), &store->freed[units],
	       sizeof(uint32_t));
	store->freed[units] = place;
}

static uint32_t
last_place(const struct tn_record_store *store)
{
	return (uint32_t)(store->count << 16 | store->used);
}

/* The rest of the last chunk is for smaller ones. */
static int
new_chunk(struct tn_record_store *store)
{
	size_t left = store->count > 0 ? CHUNK_UNITS - store->used : 0;
	uint8_t **chunks;
	uint8_t *chunk;

	if (store->count >= CHUNKS_MAX)
		return -1;
	chunks = reallocarray(store->chunks, store->count + 1, sizeof(*chunks));
	if (chunks == NULL)
		return -1;
	store->chunks = chunks;
	chunk = malloc(CHUNK_BYTES);
	if (chunk == NULL)
		return -1;
	if (left >= LEAST_UNITS && left < TN_STORE_SIZES)
		give_back(store, last_place(store), (uint32_t)left);
	store->chunks[store->count++] = chunk;
	store->used = 0;
	return 0;
}

uint32_t
tn_store_put(struct tn_record_store *store, const void *data, size_t len)
{
	uint32_t units = units_of(len);
	uint32_t place;

	if (len == 0 || len > TN_STORE_RECORD_MAX)
		return 0;
	place = store->freed[units];
	if (place != 0) {
		memcpy(&store->freed[units], tn_store_at(store, place),
		       sizeof(uint32_t));
	} else {
		if ((store->count == 0 || units > CHUNK_UNITS - store->used) &&
		    new_chunk(store) != 0)
			return 0;
		place = last_place(store);
		store->used += units;
	}
	memcpy(tn_store_at(store, place), data, len);
	return place;
}

void
tn_store_drop(struct tn_record_store *store, uint32_t place, size_t len)
{
	if (place != 0)
		give_back(store, place, units_of(len));
}

#include <config.h>

#include "number_index.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_COUNT 64u

/* In a slot: nothing, and where a record was, over which a walk goes on. Else
   the record's number and 1. */
#define EMPTY    0u
#define GIVEN_UP UINT32_MAX

void
tn_number_index_done(struct tn_number_index *index)
{
	free(index->slots);
	*index = (struct tn_number_index){ .hash = index->hash };
}

/* Any number of slots will do: the upper bits of the hash say where. */
static size_t
start_of(uint32_t hash, size_t count)
{
	return (size_t)(((uint64_t)hash * count) >> 32);
}

static uint8_t
tag_of(uint32_t hash)
{
	return (uint8_t)hash;
}

static void
put(uint32_t *slots, uint8_t *tags, size_t count, uint32_t hash,
    uint32_t record)
{
	size_t i = start_of(hash, count);

	while (slots[i] != EMPTY)
		i = i + 1 < count ? i + 1 : 0;
	slots[i] = record + 1;
	tags[i] = tag_of(hash);
}

bool
tn_number_index_reserve(struct tn_number_index *index, const void *context)
{
	size_t count = (index->live + 1) / 2 * 3;
	uint32_t *slots;
	uint8_t *tags;
	size_t i;

	/* Seven eighths at the most are in use, two thirds after growing: a
	   walk over many slots costs little, since the tags are passed over. */
	if ((index->used + 1) * 8 <= index->count * 7)
		return true;
	if (count < FIRST_COUNT)
		count = FIRST_COUNT;
	if (count >= GIVEN_UP)
		return false;
	slots = calloc(count, sizeof(*slots) + sizeof(*tags));
	if (slots == NULL)
		return false;
	tags = (uint8_t *)(slots + count);
	for (i = 0; i < index->count; i++)
		if (index->slots[i] != EMPTY && index->slots[i] != GIVEN_UP)
			put(slots, tags, count,
			    index->hash(context, index->slots[i] - 1),
			    index->slots[i] - 1);
	free(index->slots);
	index->slots = slots;
	index->tags = tags;
	index->count = count;
	index->used = index->live;
	return true;
}

void
tn_number_index_put(struct tn_number_index *index, const void *context,
                    uint32_t record)
{
	put(index->slots, index->tags, index->count,
	    index->hash(context, record), record);
	index->used++;
	index->live++;
}

void
tn_number_index_drop(struct tn_number_index *index, const void *context,
                     uint32_t record)
{
	size_t i;
	size_t n;

	if (index->count == 0)
		return;
	i = start_of(index->hash(context, record), index->count);
	for (n = 0; n < index->count && index->slots[i] != EMPTY; n++) {
		if (index->slots[i] == record + 1) {
			index->slots[i] = GIVEN_UP;
			index->live--;
			return;
		}
		i = i + 1 < index->count ? i + 1 : 0;
	}
}

uint32_t
tn_number_index_next(const struct tn_number_index *index, uint32_t hash,
                     size_t *position)
{
	size_t start = start_of(hash, index->count);

	while (*position < index->count) {
		size_t i = start + *position;

		if (i >= index->count)
			i -= index->count;
		++*position;
		if (index->slots[i] == EMPTY)
			return TN_NO_NUMBER;
		if (index->slots[i] != GIVEN_UP &&
		    index->tags[i] == tag_of(hash))
			return index->slots[i] - 1;
	}
	return TN_NO_NUMBER;
}

uint32_t
tn_number_hash_bytes(const void *bytes, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	const uint8_t *at = bytes;

	while (len-- > 0)
		hash = (hash ^ *at++) * UINT64_C(0x100000001b3);
	hash ^= hash >> 32;
	return (uint32_t)((hash * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

uint32_t
tn_number_hash_text(const char *text)
{
	return tn_number_hash_bytes(text, strlen(text));
}

uint32_t
tn_number_hash_id(uint32_t id)
{
	return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

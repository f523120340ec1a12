#include <config.h>

#include "number_index.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_COUNT 64u

/* In a slot: nothing, and where a record was, over which a walk goes on. Else
   the lower .bits are the record's number and 1, which are never all set, and
   above is a tag: the hash's lower bits, as many as there is room for. */
#define EMPTY    0u
#define GIVEN_UP UINT32_MAX

void
tn_number_index_done(struct tn_number_index *index)
{
	free(index->slots);
	*index = (struct tn_number_index){ .hash = index->hash };
}

/* Of a slot: the part that is the number. */
static uint32_t
number_mask(const struct tn_number_index *index)
{
	return (uint32_t)((UINT64_C(1) << index->bits) - 1);
}

static uint32_t
tag_of(const struct tn_number_index *index, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash << index->bits);
}

/* Any number of slots will do: the upper bits of the hash say where. */
static size_t
start_of(uint32_t hash, size_t count)
{
	return (size_t)(((uint64_t)hash * count) >> 32);
}

static void
put(const struct tn_number_index *index, uint32_t *slots, size_t count,
    uint32_t hash, uint32_t number)
{
	size_t i = start_of(hash, count);

	while (slots[i] != EMPTY)
		i = i + 1 < count ? i + 1 : 0;
	slots[i] = tag_of(index, hash) | number;
}

/* Tags give way to a number that needs more bits; the slots stay. */
static void
make_room_for(struct tn_number_index *index, const void *context,
              uint32_t number)
{
	uint32_t mask = number_mask(index);
	size_t i;

	if (number < mask)
		return;
	while (number >= number_mask(index))
		index->bits++;
	for (i = 0; i < index->count; i++) {
		uint32_t old = index->slots[i] & mask;

		if (index->slots[i] != EMPTY && index->slots[i] != GIVEN_UP)
			index->slots[i] =
			    tag_of(index, index->hash(context, old - 1)) | old;
	}
}

bool
tn_number_index_reserve(struct tn_number_index *index, const void *context)
{
	size_t count = (index->live + 1) / 2 * 3;
	uint32_t mask = number_mask(index);
	uint32_t *slots;
	size_t i;

	/* Seven eighths at the most are in use, two thirds after growing: a
	   walk over many slots costs little, since the tags are passed over. */
	if ((index->used + 1) * 8 <= index->count * 7)
		return true;
	if (count < FIRST_COUNT)
		count = FIRST_COUNT;
	if (count >= GIVEN_UP)
		return false;
	slots = calloc(count, sizeof(*slots));
	if (slots == NULL)
		return false;
	for (i = 0; i < index->count; i++) {
		uint32_t number = index->slots[i] & mask;

		if (index->slots[i] != EMPTY && index->slots[i] != GIVEN_UP)
			put(index, slots, count,
			    index->hash(context, number - 1), number);
	}
	free(index->slots);
	index->slots = slots;
	index->count = count;
	index->used = index->live;
	return true;
}

void
tn_number_index_put(struct tn_number_index *index, const void *context,
                    uint32_t record)
{
	make_room_for(index, context, record + 1);
	put(index, index->slots, index->count, index->hash(context, record),
	    record + 1);
	index->used++;
	index->live++;
}

void
tn_number_index_drop(struct tn_number_index *index, const void *context,
                     uint32_t record)
{
	uint32_t mask = number_mask(index);
	uint32_t hash;
	size_t i;
	size_t n;

	if (index->count == 0 || record + 1 >= mask)
		return;
	hash = index->hash(context, record);
	i = start_of(hash, index->count);
	for (n = 0; n < index->count && index->slots[i] != EMPTY; n++) {
		if (index->slots[i] == (tag_of(index, hash) | (record + 1))) {
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
	uint32_t mask = number_mask(index);
	uint32_t tag = tag_of(index, hash);

	while (*position < index->count) {
		size_t i = start + *position;

		if (i >= index->count)
			i -= index->count;
		++*position;
		if (index->slots[i] == EMPTY)
			return TN_NO_NUMBER;
		if ((index->slots[i] & ~mask) == tag &&
		    (index->slots[i] & mask) != mask)
			return (index->slots[i] & mask) - 1;
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

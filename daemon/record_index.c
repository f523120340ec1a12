#include <config.h>

#include "record_index.h"

#include <stdlib.h>

#define FIRST_COUNT 64u

/* Where a record was: a walk goes on over it. */
static const char given_up;
#define GIVEN_UP ((const void *)&given_up)

void
tn_record_index_done(struct tn_record_index *index)
{
	free(index->slots);
	*index = (struct tn_record_index){ .hash = index->hash };
}

static void
put(const void **slots, size_t count, uint32_t hash, const void *record)
{
	size_t i = hash & (count - 1);

	while (slots[i] != NULL)
		i = (i + 1) & (count - 1);
	slots[i] = record;
}

bool
tn_record_index_reserve(struct tn_record_index *index)
{
	const void **slots;
	size_t count = FIRST_COUNT;
	size_t i;

	if (index->used < index->count / 2)
		return true;
	while (count < (index->live + 1) * 3)
		count *= 2;
	slots = calloc(count, sizeof(*slots));
	if (slots == NULL)
		return false;
	for (i = 0; i < index->count; i++)
		if (index->slots[i] != NULL && index->slots[i] != GIVEN_UP)
			put(slots, count, index->hash(index->slots[i]),
			    index->slots[i]);
	free(index->slots);
	index->slots = slots;
	index->count = count;
	index->used = index->live;
	return true;
}

void
tn_record_index_put(struct tn_record_index *index, const void *record)
{
	put(index->slots, index->count, index->hash(record), record);
	index->used++;
	index->live++;
}

void
tn_record_index_drop(struct tn_record_index *index, const void *record)
{
	size_t i;
	size_t n;

	if (index->count == 0)
		return;
	i = index->hash(record) & (index->count - 1);
	for (n = 0; n < index->count && index->slots[i] != NULL; n++) {
		if (index->slots[i] == record) {
			index->slots[i] = GIVEN_UP;
			index->live--;
			return;
		}
		i = (i + 1) & (index->count - 1);
	}
}

const void *
tn_record_index_next(const struct tn_record_index *index, uint32_t hash,
                     size_t *position)
{
	while (*position < index->count) {
		const void *record =
		    index->slots[(hash + *position) & (index->count - 1)];

		++*position;
		if (record == NULL)
			return NULL;
		if (record != GIVEN_UP && index->hash(record) == hash)
			return record;
	}
	return NULL;
}

uint32_t
tn_record_hash_text(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return (uint32_t)(hash ^ (hash >> 32));
}

uint32_t
tn_record_hash_id(uint32_t id)
{
	return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

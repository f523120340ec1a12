#include <config.h>

#include "snapshot/snapshot_index.h"

#include <stdlib.h>

#define FIRST_COUNT 16u

static void
put_slot(struct tn_snapshot_index_slot *slots, uint32_t count,
         struct tn_snapshot_index_slot slot)
{
	uint32_t i = slot.hash & (count - 1);

	while (slots[i].at != 0)
		i = (i + 1) & (count - 1);
	slots[i] = slot;
}

void
tn_snapshot_index_done(struct tn_snapshot_index *index)
{
	free(index->slots);
	*index = (struct tn_snapshot_index){ 0 };
}

bool
tn_snapshot_index_reserve(struct tn_snapshot_index *index)
{
	struct tn_snapshot_index_slot *slots;
	uint32_t count;
	uint32_t i;

	if (index->used < index->count / 2)
		return true;
	if (index->count > UINT32_MAX / 2)
		return false;
	count = index->count != 0 ? index->count * 2 : FIRST_COUNT;
	slots = calloc(count, sizeof(*slots));
	if (slots == NULL)
		return false;
	for (i = 0; i < index->count; i++)
		if (index->slots[i].at != 0)
			put_slot(slots, count, index->slots[i]);
	free(index->slots);
	index->slots = slots;
	index->count = count;
	return true;
}

void
tn_snapshot_index_put(struct tn_snapshot_index *index, uint32_t hash,
                      uint32_t entry)
{
	put_slot(
	    index->slots, index->count,
	    (struct tn_snapshot_index_slot){ .hash = hash, .at = entry + 1 });
	index->used++;
}

bool
tn_snapshot_index_next(const struct tn_snapshot_index *index, uint32_t hash,
                       uint32_t *position, uint32_t *ret_entry)
{
	while (*position < index->count) {
		const struct tn_snapshot_index_slot *slot =
		    &index->slots[(hash + *position) & (index->count - 1)];

		++*position;
		if (slot->at == 0)
			return false;
		if (slot->hash == hash) {
			*ret_entry = slot->at - 1;
			return true;
		}
	}
	return false;
}

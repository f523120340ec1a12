#include <config.h>

#include "snapshot/snapshot_layout.h"

#include <stdlib.h>
#include <string.h>

struct tn_snapshot_header
tn_snapshot_header_start(uint64_t generation, int64_t published)
{
	return (struct tn_snapshot_header){
		.magic = TN_SNAPSHOT_MAGIC,
		.endian = TN_SNAPSHOT_ENDIAN,
		.version = TN_SNAPSHOT_VERSION,
		.header_size = sizeof(struct tn_snapshot_header),
		.generation = generation,
		.published = published,
	};
}

uint64_t
tn_snapshot_lay(uint64_t *end, uint64_t size)
{
	uint64_t offset = *end;

	*end += tn_snapshot_round(size);
	return offset;
}

void
tn_snapshot_lay_table(uint64_t *end, size_t count, size_t entry,
                      struct tn_snapshot_table *ret)
{
	ret->count = (uint32_t)count;
	ret->offset = tn_snapshot_lay(end, (uint64_t)count * entry);
}

void
tn_snapshot_lay_index(uint64_t *end, const struct tn_snapshot_index *index,
                      struct tn_snapshot_table *ret)
{
	tn_snapshot_lay_table(end, index->count != 0 ? index->count : 1,
	                      sizeof(uint32_t), ret);
}

uint32_t
tn_snapshot_at_bits(uint64_t end)
{
	uint32_t bits = 1;

	while ((end / TN_SNAPSHOT_AT_UNIT) >> bits != 0)
		bits++;
	return bits;
}

int
tn_snapshot_image_new(struct tn_snapshot_header *header, uint64_t end,
                      uint8_t **ret, struct tn_err *err)
{
	if (end / TN_SNAPSHOT_AT_UNIT > UINT32_MAX || end > PTRDIFF_MAX)
		return tn_fail(err, TN_E_LIMIT, "the snapshot is over 16 GiB");
	header->size = end;
	header->at_bits = tn_snapshot_at_bits(end);
	*ret = calloc(1, (size_t)end);
	if (*ret == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	return TN_OK;
}

void
tn_snapshot_fill_index(const struct tn_snapshot_index *index,
                       const uint32_t *at,
                       const struct tn_snapshot_header *header,
                       const struct tn_snapshot_table *table, uint8_t *image)
{
	uint32_t *slots = (void *)(image + table->offset);
	uint32_t bits = header->at_bits;
	uint32_t i;

	for (i = 0; i < index->count; i++) {
		const struct tn_snapshot_index_slot *slot = &index->slots[i];

		if (slot->at != 0)
			slots[i] =
			    (uint32_t)((uint64_t)slot->hash >> bits << bits) |
			    at[slot->at - 1];
	}
}

static size_t
text_size(const struct tn_snapshot_user_record *record)
{
	return (size_t)record->name_size + record->gecos_size +
	       record->home_size + record->shell_size;
}

uint64_t
tn_snapshot_user_size(const struct tn_snapshot_user_record *record)
{
	return tn_snapshot_round(sizeof(*record) + text_size(record)) +
	       (uint64_t)record->gid_count * sizeof(uint32_t);
}

uint32_t *
tn_snapshot_fill_user(const struct tn_snapshot_user_record *record,
                      const char *texts, uint8_t *at)
{
	memcpy(at, record, sizeof(*record));
	memcpy(at + sizeof(*record), texts, text_size(record));
	return (void *)(at +
	                tn_snapshot_round(sizeof(*record) + text_size(record)));
}

#include <config.h>

#include "snapshot_mutator.h"

#include <string.h>
#include "fuzz.h"
#include "snapshot/snapshot_format.h"

#define TABLES 9u

/* Some table elsewhere, or of another length, or a place in it. */
static void
move_table(struct tn_snapshot_header *header, uint8_t *data, size_t size,
           uint64_t *seed)
{
	struct tn_snapshot_table *table =
	    &(&header->cookie)[fuzz_random(seed) % TABLES];
	uint32_t word = fuzz_random(seed);
	uint64_t at;

	switch (fuzz_random(seed) % 4) {
	case 0:
		table->offset = word % (size / 4 + 1) * 4;
		break;
	case 1:
		table->count = UINT32_C(1) << word % 12;
		break;
	case 2:
		table->count += word % 3 - 1;
		break;
	default: /* where an entry of it points to */
		at = table->offset + word % 8 * 4;
		word = fuzz_random(seed) % (uint32_t)(size / 4 + 1);
		if (at >= sizeof(*header) && at <= size - sizeof(word))
			memcpy(data + at, &word, sizeof(word));
		break;
	}
}

size_t
snapshot_mutate(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	struct tn_snapshot_header header;
	uint64_t numbers = seed;
	uint32_t how = fuzz_random(&numbers) % 8;
	size_t head = sizeof(header);

	if (size <= head || how == 0)
		return LLVMFuzzerMutate(data, size, max);
	memcpy(&header, data, head);
	if (how <= 3)
		move_table(&header, data, size, &numbers);
	else
		size = head +
		       LLVMFuzzerMutate(data + head, size - head, max - head);
	header.size = size;
	memcpy(data, &header, head);
	return size;
}

/* Any bytes as the overlay, above a sound base. */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include "ask_everything.h"
#include "memory_snapshot.h"
#include "snapshot_mutator.h"

static struct tn_snapshot_file base;

static void
make_base(void)
{
	struct tn_snapshot_writer *writer;

	if (base.start != NULL)
		return;
	writer = memory_example(4);
	memory_base(writer, 1, &base);
	tn_snapshot_writer_free(writer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tn_snapshot pair = { .base = &base };

	make_base();
	if (!memory_file(data, size, true, &pair.overlay))
		return 0;
	/* One that names another base is not used with this. */
	(void)tn_snapshot_names_base(&pair.overlay, &base);
	ask_everything(&pair, size % 512, data[size - 1] % 8);
	memory_file_done(&pair.overlay);
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                        unsigned int seed)
{
	return snapshot_mutate(data, size, max, seed);
}

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	struct tn_snapshot_overlay *overlay;
	struct tn_snapshot_file file;
	size_t size;

	if (number > 1)
		return FUZZ_NO_SEED;
	make_base();
	overlay = memory_overlay_new(&base);
	if (number == 1)
		memory_change(overlay);
	memory_overlay(overlay, 2, &file);
	memory_overlay_free(overlay);
	size = file.size;
	FUZZ_EXPECT(size <= room);
	memcpy(data, file.start, size);
	memory_file_done(&file);
	return size;
}

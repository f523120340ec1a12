/* Any bytes as the base that every process maps, under a sound overlay. */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include "ask_everything.h"
#include "memory_snapshot.h"
#include "snapshot_mutator.h"

/* One that says nothing, and one that was made on another base: whatever it
   hides or takes from there, nobody is hurt. */
static struct tn_snapshot_file overlays[2];

static void
make_overlays(void)
{
	struct tn_snapshot_file example;
	struct tn_snapshot_writer *writer;
	struct tn_snapshot_overlay *overlay;
	int i;

	if (overlays[1].start != NULL)
		return;
	writer = memory_example(2);
	memory_base(writer, 1, &example);
	tn_snapshot_writer_free(writer);
	for (i = 0; i < 2; i++) {
		overlay = memory_overlay_new(&example);
		if (i == 1)
			memory_change(overlay);
		memory_overlay(overlay, 2, &overlays[i]);
		memory_overlay_free(overlay);
	}
	memory_file_done(&example);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tn_snapshot_file base;
	struct tn_snapshot pair = { .base = &base };
	uint8_t how = size > 0 ? data[size - 1] : 0;

	make_overlays();
	if (!memory_file(data, size, false, &base))
		return 0;
	memcpy(&pair.overlay, &overlays[how % 2], sizeof(pair.overlay));
	ask_everything(&pair, size % 512, how / 2 % 8);
	memory_file_done(&base);
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
	struct tn_snapshot_writer *writer = NULL;
	struct tn_snapshot_file base;
	size_t size;

	if (number > 4)
		return FUZZ_NO_SEED;
	if (number == 4)
		FUZZ_EXPECT(tn_snapshot_writer_new(&writer, NULL) == TN_OK);
	else
		writer = memory_example((unsigned int)number * 2);
	memory_base(writer, 1, &base);
	tn_snapshot_writer_free(writer);
	size = base.size;
	FUZZ_EXPECT(size <= room);
	memcpy(data, base.start, size);
	memory_file_done(&base);
	return size;
}

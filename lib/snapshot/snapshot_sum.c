#include <config.h>

#include "snapshot/snapshot_sum.h"

#include <string.h>

#include "snapshot/snapshot_map.h"
#include "snapshot/snapshot_reader.h"

#define STEP_BYTES ((size_t)4 << 20)

/* Each step can be undone, so two files that differ in one word differ in the
   sum. */
static uint64_t
add_word(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ sum >> 32;
}

uint64_t
tn_snapshot_sum(uint64_t sum, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	uint64_t word;

	for (; size >= sizeof(word); size -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sum = add_word(sum, word);
	}
	if (size == 0)
		return sum;
	word = 0;
	memcpy(&word, at, size);
	return add_word(sum, word);
}

uint64_t
tn_snapshot_sum_header(const struct tn_snapshot_header *header)
{
	struct tn_snapshot_header bare = *header;

	bare.checksum = 0;
	return tn_snapshot_sum(TN_SNAPSHOT_SUM_START, &bare, sizeof(bare));
}

int
tn_snapshot_sum_step(struct tn_snapshot_summing *summing,
                     const struct tn_snapshot_file *file, bool *ret_done)
{
	size_t size = STEP_BYTES;

	*ret_done = false;
	if (summing->done == 0) {
		summing->sum = tn_snapshot_sum_header(&file->header);
		summing->done = sizeof(file->header);
	}
	if (size > file->size - summing->done)
		size = file->size - summing->done;
	summing->sum =
	    tn_snapshot_sum(summing->sum, file->start + summing->done, size);
	summing->done += size;
	if (summing->done < file->size)
		return TN_OK;
	*ret_done = true;
	return tn_snapshot_sum_end(summing->sum) == file->header.checksum
	           ? TN_OK
	           : TN_E_DAMAGED;
}

bool
tn_snapshot_is_whole(const struct tn_snapshot_file *file)
{
	struct tn_snapshot_summing summing = { 0 };
	bool is_done = false;
	int rc = TN_OK;

	while (rc == TN_OK && !is_done)
		rc = tn_snapshot_sum_step(&summing, file, &is_done);
	return rc == TN_OK;
}

int
tn_snapshot_check(const char *directory, struct tn_err *err)
{
	const struct tn_snapshot *pair = NULL;
	int rc = tn_snapshot_take(directory, &pair);

	if (rc != TN_OK)
		return tn_fail(err, rc, "the snapshot in %s", directory);
	if (!tn_snapshot_is_whole(&pair->overlay))
		rc = tn_fail(err, TN_E_DAMAGED,
		             "%s/%s is not what was written: its checksum "
		             "differs",
		             directory, TN_SNAPSHOT_OVERLAY);
	else if (!tn_snapshot_is_whole(pair->base))
		rc = tn_fail(err, TN_E_DAMAGED,
		             "%s/%s is not what was written: its checksum "
		             "differs",
		             directory,
		             pair->base->header.base_slot == 0
		                 ? TN_SNAPSHOT_BASE
		                 : TN_SNAPSHOT_BASE_OTHER);
	tn_snapshot_drop(pair);
	return rc;
}

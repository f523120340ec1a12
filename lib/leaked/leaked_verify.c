#include <config.h>

#include "leaked/leaked.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "leaked/leaked_format.h"

#define BLOCK ((size_t)65536) /* numbers of 32 bits */

/* Reads numbers one after the other, a block at a time. */
struct walk {
	int fd;
	const char *path;
	uint64_t offset;
	uint64_t left; /* numbers that are not read yet */
	size_t at;
	size_t have;
	struct sha256_ctx *sum;
	uint32_t block[BLOCK];
};

static int
next(struct walk *walk, uint32_t *ret, struct tn_err *err)
{
	int rc;

	if (walk->at == walk->have) {
		walk->have = walk->left < BLOCK ? (size_t)walk->left : BLOCK;
		walk->at = 0;
		if (walk->have == 0)
			return tn_fail(err, TN_E_BUG, "%s: past the end",
			               walk->path);
		rc = tn_leaked_read(walk->fd, walk->path, walk->offset,
		                    walk->block,
		                    walk->have * sizeof(uint32_t), err);
		if (rc != TN_OK)
			return rc;
		if (walk->sum != NULL)
			sha256_update(walk->sum, walk->have * sizeof(uint32_t),
			              (const uint8_t *)walk->block);
		walk->offset += walk->have * sizeof(uint32_t);
		walk->left -= walk->have;
	}
	*ret = walk->block[walk->at++];
	return TN_OK;
}

/* One bucket after the other: its bounds, and the order in it. */
static int
walk_buckets(const struct tn_leaked_header *header, struct walk *index,
             struct walk *entries, struct tn_err *err)
{
	uint64_t buckets = (uint64_t)1 << header->bits;
	uint32_t from = 0;
	uint64_t bucket;
	int rc = next(index, &from, err);

	if (rc == TN_OK && from != 0)
		rc = tn_fail(err, TN_E_DAMAGED, "%s: its index does not begin "
		                                "at 0",
		             index->path);
	for (bucket = 0; rc == TN_OK && bucket < buckets; bucket++) {
		uint32_t to = 0;
		uint32_t last = 0;
		uint32_t i;

		rc = next(index, &to, err);
		if (rc == TN_OK &&
		    (to < from || to > header->count ||
		     to - from > TN_LEAKED_BUCKET_MAX ||
		     (bucket + 1 == buckets && to != header->count)))
			return tn_fail(err, TN_E_DAMAGED,
			               "%s: its index is damaged at %llu",
			               index->path, (unsigned long long)bucket);
		for (i = from; rc == TN_OK && i < to; i++) {
			uint32_t entry = 0;

			rc = next(entries, &entry, err);
			if (rc == TN_OK && i > from && entry <= last)
				rc = tn_fail(err, TN_E_DAMAGED,
				             "%s: not in order at %u",
				             index->path, (unsigned int)i);
			last = entry;
		}
		from = to;
	}
	return rc;
}

/* The sum is of the entries and then of the index, which is read once more. */
static int
sum_index(const struct tn_leaked_header *header, struct walk *index,
          struct sha256_ctx *sum, struct tn_err *err)
{
	uint8_t digest[TN_SUM_SIZE];
	uint32_t number = 0;
	int rc = TN_OK;

	index->offset = sizeof(*header);
	index->left = ((uint64_t)1 << header->bits) + 1;
	index->at = index->have = 0;
	index->sum = sum;
	while (rc == TN_OK && (index->left > 0 || index->at < index->have))
		rc = next(index, &number, err);
	if (rc != TN_OK)
		return rc;
	sha256_digest(sum, sizeof(digest), digest);
	if (memcmp(digest, header->sum, sizeof(digest)) != 0)
		return tn_fail(err, TN_E_DAMAGED,
		               "%s: its checksum is another: build it anew",
		               index->path);
	return TN_OK;
}

int
tn_leaked_verify(const char *path, struct tn_leaked_about *ret,
                 struct tn_err *err)
{
	struct tn_leaked_header header;
	struct sha256_ctx sum;
	struct walk *walks = NULL;
	int fd = -1;
	int rc = tn_leaked_open(path, true, &fd, &header, err);

	if (rc != TN_OK)
		return rc;
	walks = calloc(2, sizeof(*walks));
	if (walks == NULL) {
		rc = tn_fail(err, TN_E_NO_MEMORY, "%s", path);
		goto out;
	}
	sha256_init(&sum);
	walks[0].fd = walks[1].fd = fd;
	walks[0].path = walks[1].path = path;
	walks[0].offset = sizeof(header);
	walks[0].left = ((uint64_t)1 << header.bits) + 1;
	walks[1].offset = tn_leaked_entries_at(header.bits);
	walks[1].left = header.count;
	walks[1].sum = &sum;
	rc = walk_buckets(&header, &walks[0], &walks[1], err);
	if (rc == TN_OK)
		rc = sum_index(&header, &walks[0], &sum, err);
	if (rc == TN_OK)
		*ret = (struct tn_leaked_about){ .count = header.count,
			                         .size = header.size,
			                         .built = header.built };
out:
	free(walks);
	close(fd);
	return rc;
}

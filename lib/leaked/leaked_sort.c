#include <config.h>

#include "leaked/leaked_sort.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* 256 parts at first, 16 where one is too large: at the most 256 + 14 * 16
   files are open at once. */
#define FIRST_BITS 8
#define MORE_BITS  4
#define PARTS_MAX  (1u << FIRST_BITS)
#define BLOCK_MIN  512 /* keys that are written at once */
#define BLOCK_MAX  8192

struct part {
	int fd;
	size_t have;   /* keys in block */
	uint64_t keys; /* in the file and in block */
};

/* The keys that agree in their first .done bits, parted by the next .bits. */
struct parting {
	unsigned int done;
	unsigned int bits;
	size_t block; /* keys of one part's block */
	struct part part[PARTS_MAX];
	uint64_t *blocks;
};

struct tn_leaked_sort {
	int folder;
	size_t sortable; /* keys that fit into memory at once */
	size_t block;
	uint64_t count;
	struct parting *first;
};

/* A file that is gone when it is closed, however this ends. */
static int
open_nameless(int folder, int *ret, struct tn_err *err)
{
	char name[64];
	uint64_t number = 0;
	int fd = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR ||
	               errno == ENOENT || errno == EINVAL)) {
		if (getrandom(&number, sizeof(number), 0) !=
		    (ssize_t)sizeof(number))
			return tn_fail_errno(err, TN_E_IO, errno, "getrandom");
		(void)snprintf(name, sizeof(name), ".leaked.%016llx",
		               (unsigned long long)number);
		fd = openat(folder, name,
		            O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		            0600);
		if (fd >= 0)
			unlinkat(folder, name, 0);
	}
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno,
		                     "a file for sorting");
	*ret = fd;
	return TN_OK;
}

static int
write_keys(int fd, const uint64_t *keys, size_t count, struct tn_err *err)
{
	const char *at = (const char *)keys;
	size_t left = count * sizeof(*keys);

	while (left > 0) {
		ssize_t put = write(fd, at, left);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return tn_fail_errno(err, TN_E_IO, errno,
			                     "write a file for sorting");
		at += put;
		left -= (size_t)put;
	}
	return TN_OK;
}

static int
read_keys(int fd, uint64_t from, uint64_t *keys, size_t count,
          struct tn_err *err)
{
	char *at = (char *)keys;
	size_t left = count * sizeof(*keys);
	uint64_t offset = from * sizeof(*keys);

	while (left > 0) {
		ssize_t got = pread(fd, at, left, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return tn_fail_errno(err, TN_E_IO, got < 0 ? errno : 0,
			                     "read a file for sorting");
		at += got;
		offset += (uint64_t)got;
		left -= (size_t)got;
	}
	return TN_OK;
}

static void
parting_free(struct parting *parting)
{
	size_t i;

	if (parting == NULL)
		return;
	for (i = 0; i < PARTS_MAX; i++) {
		if (parting->part[i].fd >= 0)
			close(parting->part[i].fd);
	}
	free(parting->blocks);
	free(parting);
}

static int
parting_new(unsigned int done, unsigned int bits, size_t block,
            struct parting **ret, struct tn_err *err)
{
	struct parting *parting = calloc(1, sizeof(*parting));
	size_t i;

	if (parting == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "sorting");
	for (i = 0; i < PARTS_MAX; i++)
		parting->part[i].fd = -1;
	parting->done = done;
	parting->bits = bits;
	parting->block = block;
	parting->blocks =
	    calloc(((size_t)1 << bits) * block, sizeof(*parting->blocks));
	if (parting->blocks == NULL) {
		parting_free(parting);
		return tn_fail(err, TN_E_NO_MEMORY, "sorting");
	}
	*ret = parting;
	return TN_OK;
}

static int
flush_part(const struct tn_leaked_sort *sort, struct parting *parting,
           size_t number, struct tn_err *err)
{
	struct part *part = &parting->part[number];
	int rc = TN_OK;

	if (part->have == 0)
		return TN_OK;
	if (part->fd < 0)
		rc = open_nameless(sort->folder, &part->fd, err);
	if (rc == TN_OK)
		rc = write_keys(part->fd,
		                parting->blocks + number * parting->block,
		                part->have, err);
	part->have = 0;
	return rc;
}

static int
part_key(const struct tn_leaked_sort *sort, struct parting *parting,
         uint64_t key, struct tn_err *err)
{
	size_t number = (size_t)(key << parting->done >> (64 - parting->bits));
	struct part *part = &parting->part[number];
	uint64_t *block = parting->blocks + number * parting->block;
	int rc = TN_OK;

	/* One line a million times over needs no room. */
	if (part->have > 0 && block[part->have - 1] == key)
		return TN_OK;
	if (part->have == parting->block)
		rc = flush_part(sort, parting, number, err);
	block[part->have++] = key;
	part->keys++;
	return rc;
}

static int
compare_keys(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left;
	uint64_t b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static int run_parts(const struct tn_leaked_sort *sort, struct parting *parting,
                     tn_leaked_take *take, void *arg, struct tn_err *err);

/* A part that fits into memory. */
static int
sort_part(const struct part *part, tn_leaked_take *take, void *arg,
          struct tn_err *err)
{
	size_t count = (size_t)part->keys;
	uint64_t *keys = calloc(count, sizeof(*keys));
	size_t i;
	int rc;

	if (keys == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "sorting");
	rc = read_keys(part->fd, 0, keys, count, err);
	if (rc == TN_OK)
		qsort(keys, count, sizeof(*keys), compare_keys);
	for (i = 0; rc == TN_OK && i < count; i++) {
		if (i == 0 || keys[i] != keys[i - 1])
			rc = take(keys[i], arg, err);
	}
	free(keys);
	return rc;
}

/* One that does not: by its next bits, and these parts by themselves. */
static int
/* NOLINTNEXTLINE(misc-no-recursion): 14 deep at the most */
part_again(const struct tn_leaked_sort *sort, const struct parting *parting,
           const struct part *part, tn_leaked_take *take, void *arg,
           struct tn_err *err)
{
	struct parting *parts = NULL;
	uint64_t keys[BLOCK_MIN] = { 0 };
	uint64_t at;
	size_t i;
	int rc = parting_new(parting->done + parting->bits, MORE_BITS,
	                     sort->block, &parts, err);

	for (at = 0; rc == TN_OK && at < part->keys; at += BLOCK_MIN) {
		size_t count = part->keys - at < BLOCK_MIN
		                   ? (size_t)(part->keys - at)
		                   : BLOCK_MIN;

		rc = read_keys(part->fd, at, keys, count, err);
		for (i = 0; rc == TN_OK && i < count; i++)
			rc = part_key(sort, parts, keys[i], err);
	}
	if (rc == TN_OK)
		rc = run_parts(sort, parts, take, arg, err);
	parting_free(parts);
	return rc;
}

static int
/* NOLINTNEXTLINE(misc-no-recursion): 14 deep at the most */
run_parts(const struct tn_leaked_sort *sort, struct parting *parting,
          tn_leaked_take *take, void *arg, struct tn_err *err)
{
	size_t number;
	uint64_t key = 0;
	int rc = TN_OK;

	for (number = 0; rc == TN_OK && number < (size_t)1 << parting->bits;
	     number++)
		rc = flush_part(sort, parting, number, err);
	/* The memory is for sorting now. */
	free(parting->blocks);
	parting->blocks = NULL;
	for (number = 0; rc == TN_OK && number < (size_t)1 << parting->bits;
	     number++) {
		struct part *part = &parting->part[number];

		if (part->keys == 0)
			continue;
		if (part->keys <= sort->sortable) {
			rc = sort_part(part, take, arg, err);
		} else if (parting->done + parting->bits < 64) {
			rc = part_again(sort, parting, part, take, arg, err);
		} else { /* all 64 bits agree: they are one */
			rc = read_keys(part->fd, 0, &key, 1, err);
			if (rc == TN_OK)
				rc = take(key, arg, err);
		}
		if (part->fd >= 0)
			close(part->fd);
		part->fd = -1;
	}
	return rc;
}

int
tn_leaked_sort_new(int folder, size_t memory, struct tn_leaked_sort **ret,
                   struct tn_err *err)
{
	struct tn_leaked_sort *sort = calloc(1, sizeof(*sort));
	int rc;

	if (sort == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "sorting");
	sort->folder = folder;
	/* qsort() takes as much again for itself. */
	sort->sortable = memory / 2 / sizeof(uint64_t);
	sort->block = memory / PARTS_MAX / sizeof(uint64_t);
	if (sort->block > BLOCK_MAX)
		sort->block = BLOCK_MAX;
	rc = parting_new(0, FIRST_BITS, sort->block, &sort->first, err);
	if (rc != TN_OK) {
		free(sort);
		return rc;
	}
	*ret = sort;
	return TN_OK;
}

int
tn_leaked_sort_add(struct tn_leaked_sort *sort, uint64_t key,
                   struct tn_err *err)
{
	sort->count++;
	return part_key(sort, sort->first, key, err);
}

uint64_t
tn_leaked_sort_count(const struct tn_leaked_sort *sort)
{
	return sort->count;
}

int
tn_leaked_sort_run(struct tn_leaked_sort *sort, tn_leaked_take *take, void *arg,
                   struct tn_err *err)
{
	return run_parts(sort, sort->first, take, arg, err);
}

void
tn_leaked_sort_free(struct tn_leaked_sort *sort)
{
	if (sort == NULL)
		return;
	parting_free(sort->first);
	free(sort);
}

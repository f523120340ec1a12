#include <config.h>

#include "leaked/leaked_build.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "leaked/leaked_format.h"
#include "leaked/leaked_line.h"
#include "leaked/leaked_sort.h"

#define READ_BYTES   ((size_t)256 * 1024)
#define LINE_BYTES    1024 /* what is longer is garbage */
#define TELL_LINES   ((uint64_t)1 << 20)
#define WRITE_BLOCK  16384 /* entries */
#define BUCKET_LOAD  128   /* hashes of a bucket on average, at the most */

struct build {
	const struct tn_leaked_order *order;
	struct tn_leaked_progress progress;
	struct tn_leaked_sort *sort;
	/* The list that is read. */
	const char *input;
	enum tn_leaked_kind kind;
	uint64_t number; /* of the line */
	/* What is written. */
	int folder;
	int fd;
	char name[NAME_MAX + 1];
	char beside[NAME_MAX + 1];
	struct tn_leaked_header header;
	struct sha256_ctx sum;
	uint32_t *index;
	uint32_t bucket; /* the last one that was begun */
	uint32_t last;   /* entry in it */
	size_t have;
	uint32_t block[WRITE_BLOCK];
};

static void
tell(const struct build *build)
{
	if (build->order->tell != NULL)
		build->order->tell(&build->progress, build->order->arg);
}

static void
found_garbage(struct build *build)
{
	if (build->progress.garbage++ == 0) {
		build->progress.first_garbage = build->number;
		build->progress.garbage_in = build->input;
	}
}

static int
take_line(struct build *build, const char *line, size_t len, bool is_cut,
          struct tn_err *err)
{
	enum tn_leaked_line what = TN_LEAKED_GARBAGE;
	uint64_t key = 0;

	build->number++;
	if (!is_cut) {
		if (build->kind == TN_LEAKED_GUESS && len > 0)
			build->kind = tn_leaked_kind_of(line, len);
		what = tn_leaked_line(line, len, build->kind, &key);
	}
	if (what == TN_LEAKED_EMPTY)
		return TN_OK;
	if (++build->progress.lines % TELL_LINES == 0)
		tell(build);
	if (build->progress.lines > TN_LEAKED_COUNT_MAX)
		return tn_fail(err, TN_E_LIMIT, "more than %llu lines",
		               (unsigned long long)TN_LEAKED_COUNT_MAX);
	if (what == TN_LEAKED_GARBAGE) {
		found_garbage(build);
		return TN_OK;
	}
	return tn_leaked_sort_add(build->sort, key, err);
}

static int
read_list(struct build *build, int fd, char *buffer, struct tn_err *err)
{
	size_t have = 0;
	bool is_cut = false; /* the line's beginning was thrown away */
	ssize_t got;
	int rc = TN_OK;

	while (rc == TN_OK &&
	       (got = read(fd, buffer + have, READ_BYTES - have)) != 0) {
		char *at = buffer;
		char *end;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tn_fail_errno(err, TN_E_IO, errno, "read");
		build->progress.bytes += (uint64_t)got;
		have += (size_t)got;
		while (rc == TN_OK && (end = memchr(at, '\n', have)) != NULL) {
			size_t len = (size_t)(end - at);

			rc = take_line(build, at, len,
			               is_cut || len > LINE_BYTES, err);
			is_cut = false;
			have -= len + 1;
			at = end + 1;
		}
		if (have > LINE_BYTES) { /* its end is still to come */
			is_cut = true;
			have = 0;
		}
		memmove(buffer, at, have);
	}
	if (rc == TN_OK && (have > 0 || is_cut))
		rc = take_line(build, buffer, have, is_cut, err);
	return rc;
}

static int
open_list(const char *path, int *ret, struct tn_err *err)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO
	                                : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return tn_fail_errno(err,
		                     errno == ENOENT ? TN_E_NOT_FOUND : TN_E_IO,
		                     errno, "open");
	*ret = fd;
	return TN_OK;
}

static int
read_lists(struct build *build, struct tn_err *err)
{
	const struct tn_leaked_order *order = build->order;
	char *buffer = malloc(READ_BYTES);
	int rc = TN_OK;
	size_t i;

	if (buffer == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "lists");
	for (i = 0; rc == TN_OK && i < order->count; i++) {
		struct stat status;

		if (stat(order->inputs[i], &status) == 0 &&
		    S_ISREG(status.st_mode))
			build->progress.total += (uint64_t)status.st_size;
	}
	for (i = 0; rc == TN_OK && i < order->count; i++) {
		int fd = -1;

		build->input = order->inputs[i];
		build->kind = order->kind;
		build->number = 0;
		rc = open_list(build->input, &fd, err);
		if (rc == TN_OK)
			rc = read_list(build, fd, buffer, err);
		if (rc != TN_OK)
			(void)tn_context(err, "%s", build->input);
		if (fd > STDIN_FILENO)
			close(fd);
	}
	explicit_bzero(buffer, READ_BYTES);
	free(buffer);
	return rc;
}

static int
write_at(const struct build *build, uint64_t offset, const void *data,
         size_t len, struct tn_err *err)
{
	const char *at = data;

	while (len > 0) {
		ssize_t put = pwrite(build->fd, at, len, (off_t)offset);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return tn_fail_errno(err, TN_E_IO, errno, "write");
		at += put;
		len -= (size_t)put;
		offset += (uint64_t)put;
	}
	return TN_OK;
}

static int
flush_entries(struct build *build, struct tn_err *err)
{
	uint64_t offset = tn_leaked_entries_at(build->header.bits) +
	                  (build->header.count - build->have) *
	                      sizeof(uint32_t);
	size_t len = build->have * sizeof(uint32_t);
	int rc = write_at(build, offset, build->block, len, err);

	sha256_update(&build->sum, len, (const uint8_t *)build->block);
	build->have = 0;
	return rc;
}

/* Keys come in order. */
static int
take_key(uint64_t key, void *arg, struct tn_err *err)
{
	struct build *build = arg;
	uint32_t bucket = tn_leaked_bucket(key, build->header.bits);
	uint32_t entry = tn_leaked_entry(key, build->header.bits);
	int rc = TN_OK;

	/* index[n]: how many entries there are before bucket n. */
	while (build->bucket < bucket) {
		build->index[++build->bucket] = (uint32_t)build->header.count;
		build->last = 0;
	}
	if (build->header.count > build->index[bucket]) {
		if (entry == build->last)
			return TN_OK; /* two that agree in all that is kept */
		if (build->header.count - build->index[bucket] ==
		    TN_LEAKED_BUCKET_MAX)
			return tn_fail(err, TN_E_LIMIT,
			               "too many hashes that begin alike: "
			               "these are no SHA-1");
	}
	build->last = entry;
	build->block[build->have++] = entry;
	build->header.count++;
	if (build->have == WRITE_BLOCK)
		rc = flush_entries(build, err);
	build->progress.written = build->header.count;
	if (build->header.count % TELL_LINES == 0)
		tell(build);
	return rc;
}

static int
write_file(struct build *build, struct tn_err *err)
{
	struct tn_leaked_header *header = &build->header;
	uint64_t lines = tn_leaked_sort_count(build->sort);
	size_t buckets;
	size_t len;
	int rc;

	header->bits = TN_LEAKED_BITS_MIN;
	while (header->bits < TN_LEAKED_BITS_MAX &&
	       lines >> header->bits >= BUCKET_LOAD)
		header->bits++;
	buckets = (size_t)1 << header->bits;
	len = (buckets + 1) * sizeof(*build->index);
	build->index = calloc(buckets + 1, sizeof(*build->index));
	if (build->index == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "index");
	sha256_init(&build->sum);
	rc = tn_leaked_sort_run(build->sort, take_key, build, err);
	if (rc == TN_OK)
		rc = flush_entries(build, err);
	if (rc != TN_OK)
		return rc;
	while (build->bucket < buckets)
		build->index[++build->bucket] = (uint32_t)header->count;
	sha256_update(&build->sum, len, (const uint8_t *)build->index);
	memcpy(header->magic, TN_LEAKED_MAGIC, sizeof(header->magic));
	header->endian = TN_LEAKED_ENDIAN;
	header->version = TN_LEAKED_VERSION;
	header->size = tn_leaked_entries_at(header->bits) +
	               header->count * sizeof(uint32_t);
	header->built = build->order->now;
	sha256_digest(&build->sum, sizeof(header->sum), header->sum);
	tn_leaked_seal(header);
	rc = write_at(build, sizeof(*header), build->index, len, err);
	if (rc == TN_OK)
		rc = write_at(build, 0, header, sizeof(*header), err);
	return rc;
}

/* The folder, and in it the file that becomes the new one. */
static int
open_output(struct build *build, struct tn_err *err)
{
	char path[PATH_MAX];
	char *slash;

	if (snprintf(path, sizeof(path), "%s", build->order->output) >=
	    (int)sizeof(path))
		return tn_fail(err, TN_E_LIMIT, "too long");
	slash = strrchr(path, '/');
	if (snprintf(build->name, sizeof(build->name), "%.200s",
	             slash != NULL ? slash + 1 : path) < 1 ||
	    strlen(slash != NULL ? slash + 1 : path) > 200)
		return tn_fail(err, TN_E_INVALID, "not a file name");
	(void)snprintf(build->beside, sizeof(build->beside), ".%.200s.new",
	               build->name);
	if (slash == path)
		slash++;
	if (slash != NULL)
		*slash = '\0';
	build->folder = open(slash != NULL ? path : ".",
	                     O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (build->folder < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "its folder");
	build->fd = openat(build->folder, build->beside,
	                   O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
	                       O_NONBLOCK | O_NOCTTY,
	                   0600);
	if (build->fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "create %s",
		                     build->beside);
	if (flock(build->fd, LOCK_EX | LOCK_NB) != 0) {
		build->beside[0] = '\0'; /* it is the other's */
		return tn_fail(err, TN_E_EXISTS, "is being built already");
	}
	/* What a build that was killed has left. */
	if (ftruncate(build->fd, 0) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "truncate");
	return TN_OK;
}

static int
put_in_place(struct build *build, struct tn_err *err)
{
	if (fchmod(build->fd, 0644) != 0 || fsync(build->fd) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "sync");
	if (renameat(build->folder, build->beside, build->folder,
	             build->name) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "rename");
	build->beside[0] = '\0';
	if (fsync(build->folder) != 0)
		return tn_fail_errno(err, TN_E_IO, errno,
		                     "built, but sync its folder");
	return TN_OK;
}

static int
is_worth_it(const struct tn_leaked_progress *progress, struct tn_err *err)
{
	uint64_t good = progress->lines - progress->garbage;

	if (good == 0)
		return tn_fail(err, TN_E_INVALID,
		               "not one hash or word in %llu lines",
		               (unsigned long long)progress->lines);
	if (progress->garbage > good)
		return tn_fail(err, TN_E_INVALID,
		               "%llu of %llu lines are neither hash nor word: "
		               "is it packed, or of another kind?",
		               (unsigned long long)progress->garbage,
		               (unsigned long long)progress->lines);
	return TN_OK;
}

int
tn_leaked_build(const struct tn_leaked_order *order,
                struct tn_leaked_progress *ret, struct tn_err *err)
{
	struct build *build = calloc(1, sizeof(*build));
	int rc;

	if (build == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "build");
	build->order = order;
	build->folder = build->fd = -1;
	rc = open_output(build, err);
	if (rc == TN_OK)
		rc = tn_leaked_sort_new(build->folder, order->memory,
		                        &build->sort, err);
	if (rc != TN_OK) {
		(void)tn_context(err, "%s", order->output);
		goto out;
	}
	rc = read_lists(build, err);
	if (rc == TN_OK)
		rc = is_worth_it(&build->progress, err);
	if (rc != TN_OK)
		goto out;
	rc = write_file(build, err);
	if (rc == TN_OK)
		rc = put_in_place(build, err);
	if (rc != TN_OK)
		(void)tn_context(err, "%s", order->output);
out:
	*ret = build->progress;
	if (build->beside[0] != '\0' && build->folder >= 0 && build->fd >= 0)
		unlinkat(build->folder, build->beside, 0);
	if (build->fd >= 0)
		close(build->fd);
	if (build->folder >= 0)
		close(build->folder);
	tn_leaked_sort_free(build->sort);
	free(build->index);
	free(build);
	return rc;
}

#include <config.h>

#include "leaked/leaked.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "leaked/leaked_format.h"

#define FOLDED_MAX 256 /* no password is longer (account/password_rule.h) */

/* The entries of one bucket are random numbers in order: where a value would
   stand follows from the value, and a few steps find it. */
static bool
stands_in(const uint32_t *entries, size_t count, uint32_t wanted)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entries[middle] == wanted)
			return true;
		if (entries[middle] < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* A key that is looked for, and where its bucket is. */
struct wanted {
	uint64_t key;
	uint32_t bounds[2];
};

static uint64_t
bounds_at(const struct wanted *wanted, uint32_t bits)
{
	return sizeof(struct tn_leaked_header) +
	       tn_leaked_bucket(wanted->key, bits) * sizeof(uint32_t);
}

static uint64_t
bucket_at(const struct wanted *wanted, uint32_t bits)
{
	return tn_leaked_entries_at(bits) +
	       (uint64_t)wanted->bounds[0] * sizeof(uint32_t);
}

static size_t
bucket_size(const struct wanted *wanted)
{
	return (wanted->bounds[1] - wanted->bounds[0]) * sizeof(uint32_t);
}

/* The disk is told of all that will be read before the first of it is waited
   for: where nothing is in memory, two keys take as long as one. */
static void
fetch_bounds(int fd, const struct tn_leaked_header *header,
             const struct wanted *wanted, size_t count)
{
	size_t i;

	for (i = 0; count > 1 && i < count; i++)
		(void)posix_fadvise(
		    fd, (off_t)bounds_at(&wanted[i], header->bits),
		    sizeof(wanted[i].bounds), POSIX_FADV_WILLNEED);
}

static void
fetch_buckets(int fd, const struct tn_leaked_header *header,
              const struct wanted *wanted, size_t count)
{
	size_t i;

	for (i = 0; count > 1 && i < count; i++)
		if (bucket_size(&wanted[i]) > 0)
			(void)posix_fadvise(
			    fd, (off_t)bucket_at(&wanted[i], header->bits),
			    (off_t)bucket_size(&wanted[i]),
			    POSIX_FADV_WILLNEED);
}

static int
read_bounds(int fd, const char *path, const struct tn_leaked_header *header,
            struct wanted *wanted, struct tn_err *err)
{
	int rc = tn_leaked_read(fd, path, bounds_at(wanted, header->bits),
	                        wanted->bounds, sizeof(wanted->bounds), err);

	if (rc != TN_OK)
		return rc;
	if (wanted->bounds[0] > wanted->bounds[1] ||
	    wanted->bounds[1] > header->count ||
	    wanted->bounds[1] - wanted->bounds[0] > TN_LEAKED_BUCKET_MAX)
		return tn_fail(
		    err, TN_E_DAMAGED, "%s: its index is damaged at %u", path,
		    (unsigned int)tn_leaked_bucket(wanted->key, header->bits));
	return TN_OK;
}

static int
look_up(int fd, const char *path, const struct tn_leaked_header *header,
        const struct wanted *wanted, bool *ret, struct tn_err *err)
{
	uint32_t entries[TN_LEAKED_BUCKET_MAX];
	size_t size = bucket_size(wanted);
	int rc = tn_leaked_read(fd, path, bucket_at(wanted, header->bits),
	                        entries, size, err);

	if (rc != TN_OK)
		return rc;
	*ret = stands_in(entries, size / sizeof(uint32_t),
	                 tn_leaked_entry(wanted->key, header->bits));
	explicit_bzero(entries, size);
	return TN_OK;
}

/* The keys of a password: its own, and that of the same in lower case where it
   is another. Returns how many. */
static size_t
keys_of(const char *password, struct wanted ret[2])
{
	size_t len = strlen(password);
	char folded[FOLDED_MAX];
	size_t count = 1;
	size_t i;

	ret[0].key = tn_leaked_key(password, len);
	if (len > sizeof(folded))
		return count;
	for (i = 0; i < len; i++) {
		folded[i] = password[i];
		if (password[i] >= 'A' && password[i] <= 'Z') {
			folded[i] |= 'a' ^ 'A';
			count = 2;
		}
	}
	if (count == 2)
		ret[1].key = tn_leaked_key(folded, len);
	explicit_bzero(folded, sizeof(folded));
	return count;
}

int
tn_leaked_find(const char *path, const char *password, bool *ret,
               struct tn_err *err)
{
	struct tn_leaked_header header;
	struct wanted wanted[2] = { { .key = 0 }, { .key = 0 } };
	bool found = false;
	size_t count;
	size_t i;
	int fd = -1;
	int rc = tn_leaked_open(path, false, &fd, &header, err);

	if (rc != TN_OK)
		return rc;
	count = keys_of(password, wanted);
	fetch_bounds(fd, &header, wanted, count);
	for (i = 0; rc == TN_OK && i < count; i++)
		rc = read_bounds(fd, path, &header, &wanted[i], err);
	if (rc == TN_OK)
		fetch_buckets(fd, &header, wanted, count);
	for (i = 0; rc == TN_OK && !found && i < count; i++)
		rc = look_up(fd, path, &header, &wanted[i], &found, err);
	explicit_bzero(wanted, sizeof(wanted));
	close(fd);
	if (rc == TN_OK)
		*ret = found;
	return rc;
}

#include <config.h>

#include "leaked/leaked.h"

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

static int
find_key(int fd, const char *path, const struct tn_leaked_header *header,
         uint64_t key, bool *ret, struct tn_err *err)
{
	uint32_t entries[TN_LEAKED_BUCKET_MAX];
	uint32_t bounds[2] = { 0, 0 };
	uint32_t bucket = tn_leaked_bucket(key, header->bits);
	size_t count;
	int rc;

	rc = tn_leaked_read(fd, path,
	                    sizeof(*header) + bucket * sizeof(uint32_t), bounds,
	                    sizeof(bounds), err);
	if (rc != TN_OK)
		return rc;
	if (bounds[0] > bounds[1] || bounds[1] > header->count ||
	    bounds[1] - bounds[0] > TN_LEAKED_BUCKET_MAX)
		return tn_fail(err, TN_E_DAMAGED,
		               "%s: its index is damaged at %u", path,
		               (unsigned int)bucket);
	count = bounds[1] - bounds[0];
	rc = tn_leaked_read(fd, path,
	                    tn_leaked_entries_at(header->bits) +
	                        (uint64_t)bounds[0] * sizeof(uint32_t),
	                    entries, count * sizeof(uint32_t), err);
	if (rc != TN_OK)
		return rc;
	*ret = stands_in(entries, count, tn_leaked_entry(key, header->bits));
	explicit_bzero(entries, sizeof(entries));
	explicit_bzero(bounds, sizeof(bounds));
	return TN_OK;
}

int
tn_leaked_find(const char *path, const char *password, bool *ret,
               struct tn_err *err)
{
	struct tn_leaked_header header;
	char folded[FOLDED_MAX];
	size_t len = strlen(password);
	bool found = false;
	size_t i;
	int fd = -1;
	int rc = tn_leaked_open(path, false, &fd, &header, err);

	if (rc != TN_OK)
		return rc;
	rc = find_key(fd, path, &header, tn_leaked_key(password, len), &found,
	              err);
	if (rc == TN_OK && !found && len <= sizeof(folded)) {
		for (i = 0; i < len; i++) {
			folded[i] = password[i];
			if (password[i] >= 'A' && password[i] <= 'Z')
				folded[i] |= 'a' ^ 'A';
		}
		rc = find_key(fd, path, &header, tn_leaked_key(folded, len),
		              &found, err);
		explicit_bzero(folded, sizeof(folded));
	}
	close(fd);
	if (rc == TN_OK)
		*ret = found;
	return rc;
}

#include <config.h>

#include "leaked/leaked_format.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

uint64_t
tn_leaked_entries_at(uint32_t bits)
{
	return sizeof(struct tn_leaked_header) +
	       (((uint64_t)1 << bits) + 1) * sizeof(uint32_t);
}

uint32_t
tn_leaked_bucket(uint64_t key, uint32_t bits)
{
	return (uint32_t)(key >> (64 - bits));
}

uint32_t
tn_leaked_entry(uint64_t key, uint32_t bits)
{
	return (uint32_t)(key >> (32 - bits));
}

static void
sum_header(const struct tn_leaked_header *header, uint8_t ret[TN_SUM_SIZE])
{
	struct sha256_ctx state;

	sha256_init(&state);
	sha256_update(&state, offsetof(struct tn_leaked_header, head_sum),
	              (const uint8_t *)header);
	sha256_digest(&state, TN_SUM_SIZE, ret);
}

void
tn_leaked_seal(struct tn_leaked_header *header)
{
	sum_header(header, header->head_sum);
}

static int
check_header(const char *path, const struct tn_leaked_header *header,
             uint64_t size, struct tn_err *err)
{
	uint8_t sum[TN_SUM_SIZE];

	if (memcmp(header->magic, TN_LEAKED_MAGIC, sizeof(header->magic)) != 0)
		return tn_fail(err, TN_E_DAMAGED,
		               "%s: is no file of `tenure leaked build`", path);
	if (header->endian != TN_LEAKED_ENDIAN ||
	    header->version != TN_LEAKED_VERSION)
		return tn_fail(err, TN_E_DAMAGED,
		               "%s: of another version or machine: build it "
		               "anew here",
		               path);
	sum_header(header, sum);
	if (memcmp(sum, header->head_sum, sizeof(sum)) != 0)
		return tn_fail(err, TN_E_DAMAGED, "%s: its head is damaged",
		               path);
	if (header->bits < TN_LEAKED_BITS_MIN ||
	    header->bits > TN_LEAKED_BITS_MAX ||
	    header->count > TN_LEAKED_COUNT_MAX ||
	    header->size != tn_leaked_entries_at(header->bits) +
	                        header->count * sizeof(uint32_t))
		return tn_fail(err, TN_E_DAMAGED,
		               "%s: its head contradicts itself", path);
	if (header->size != size)
		return tn_fail(err, TN_E_DAMAGED,
		               "%s: has %llu bytes, and should have %llu: a "
		               "copy that was cut?",
		               path, (unsigned long long)size,
		               (unsigned long long)header->size);
	return TN_OK;
}

int
tn_leaked_read(int fd, const char *path, uint64_t offset, void *ret, size_t len,
               struct tn_err *err)
{
	char *at = ret;

	while (len > 0) {
		ssize_t got = pread(fd, at, len, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tn_fail_errno(err, TN_E_IO, errno, "%s: read",
			                     path);
		if (got == 0)
			return tn_fail(err, TN_E_DAMAGED, "%s: ends too early",
			               path);
		at += got;
		len -= (size_t)got;
		offset += (uint64_t)got;
	}
	return TN_OK;
}

int
tn_leaked_open(const char *path, bool any_owner, int *ret_fd,
               struct tn_leaked_header *ret, struct tn_err *err)
{
	struct stat status;
	int rc = TN_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
	                        O_NOCTTY);

	if (fd < 0)
		return tn_fail_errno(
		    err,
		    errno == ENOENT || errno == ENOTDIR ? TN_E_NOT_FOUND
		    : errno == EACCES || errno == ELOOP ? TN_E_DENIED
		                                        : TN_E_IO,
		    errno, "%s", path);
	if (fstat(fd, &status) != 0)
		rc = tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	else if (!S_ISREG(status.st_mode))
		rc = tn_fail(err, TN_E_DAMAGED, "%s: is no regular file", path);
	else if (!any_owner && (status.st_uid != 0 ||
	                        (status.st_mode & (S_IWGRP | S_IWOTH)) != 0))
		rc = tn_fail(err, TN_E_DENIED,
		             "%s: must be root's own, and nobody else may "
		             "write it: chown root, chmod 0644",
		             path);
	else if (status.st_size < (off_t)sizeof(*ret))
		rc = tn_fail(err, TN_E_DAMAGED,
		             "%s: is no file of `tenure leaked build`", path);
	/* A few pages here and there are read: none beside them. */
	if (!any_owner)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	if (rc == TN_OK)
		rc = tn_leaked_read(fd, path, 0, ret, sizeof(*ret), err);
	if (rc == TN_OK)
		rc = check_header(path, ret, (uint64_t)status.st_size, err);
	if (rc != TN_OK) {
		close(fd);
		return rc;
	}
	*ret_fd = fd;
	return TN_OK;
}

int
tn_leaked_about(const char *path, struct tn_leaked_about *ret,
                struct tn_err *err)
{
	struct tn_leaked_header header;
	int fd = -1;
	int rc = tn_leaked_open(path, false, &fd, &header, err);

	if (rc != TN_OK)
		return rc;
	close(fd);
	*ret = (struct tn_leaked_about){ .count = header.count,
		                         .size = header.size,
		                         .built = header.built };
	return TN_OK;
}

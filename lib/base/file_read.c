#include <config.h>

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads at most size bytes; -1 with errno, else how many there were. */
static ssize_t
read_up_to(int fd, char *data, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t n = read(fd, data + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

/* Reads the open regular file fd, of which status tells. */
static int
read_whole(int fd, const struct stat *status, const char *path, size_t max,
           char **ret, size_t *ret_len, struct tn_err *err)
{
	size_t size;
	char *data = NULL;
	ssize_t have;
	int rc = TN_OK;

	if (max > PTRDIFF_MAX - 2)
		max = PTRDIFF_MAX - 2;
	if (status->st_size < 0 || (uintmax_t)status->st_size > max)
		return tn_fail(err, TN_E_LIMIT, "%s: over %zu bytes", path,
		               max);
	/* One more than it says: it may be growing. Files of /proc say 0. */
	size = status->st_size > 0 ? (size_t)status->st_size + 1 : max + 1;
	data = malloc(size + 1);
	if (data == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "%s: out of memory", path);
	have = read_up_to(fd, data, size);
	if (have < 0)
		rc = tn_fail_errno(err, TN_E_IO, errno, "%s: read", path);
	else if ((size_t)have > max)
		rc = tn_fail(err, TN_E_LIMIT, "%s: over %zu bytes", path, max);
	else if ((size_t)have == size)
		rc = tn_fail(err, TN_E_IO, "%s: it grows while it is read",
		             path);
	if (rc != TN_OK) {
		explicit_bzero(data, size + 1);
		free(data);
		return rc;
	}
	data[have] = '\0';
	*ret = data;
	*ret_len = (size_t)have;
	return TN_OK;
}

/* Opens without waiting (a FIFO would) and makes sure that it is a file. */
static int
open_regular(const char *path, int flags, int *ret_fd, struct stat *ret_status,
             struct tn_err *err)
{
	int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags);

	if (fd < 0 && errno == ENOENT)
		return tn_fail_errno(err, TN_E_NOT_FOUND, ENOENT, "%s", path);
	if (fd < 0 && errno == ELOOP && (flags & O_NOFOLLOW) != 0)
		return tn_fail(err, TN_E_DENIED,
		               "%s: is a symbolic link, which is not trusted",
		               path);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	if (fstat(fd, ret_status) != 0) {
		int rc = tn_fail_errno(err, TN_E_IO, errno, "%s", path);

		close(fd);
		return rc;
	}
	if (!S_ISREG(ret_status->st_mode)) {
		close(fd);
		return tn_fail(err, TN_E_INVALID, "%s: is no regular file",
		               path);
	}
	*ret_fd = fd;
	return TN_OK;
}

int
tn_file_read(const char *path, size_t max, char **ret, size_t *ret_len,
             struct tn_err *err)
{
	struct stat status;
	int fd = -1;
	int rc = open_regular(path, 0, &fd, &status, err);

	if (rc != TN_OK)
		return rc;
	rc = read_whole(fd, &status, path, max, ret, ret_len, err);
	close(fd);
	return rc;
}

int
tn_file_read_trusted(const char *path, size_t max, bool is_private, char **ret,
                     size_t *ret_len, struct tn_err *err)
{
	struct stat status;
	int fd = -1;
	int rc = open_regular(path, O_NOFOLLOW, &fd, &status, err);

	if (rc == TN_E_INVALID) /* a folder, a device: somebody put it there */
		return tn_fail(err, TN_E_DENIED, "%s: is no regular file",
		               path);
	if (rc != TN_OK)
		return rc;
	if (status.st_uid != 0)
		rc = tn_fail(err, TN_E_DENIED, "%s: does not belong to root",
		             path);
	else if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		rc = tn_fail(err, TN_E_DENIED,
		             "%s: others than root may write to it", path);
	else if (is_private && (status.st_mode & S_IROTH) != 0)
		rc = tn_fail(err, TN_E_DENIED, "%s: everybody may read it",
		             path);
	else
		rc = read_whole(fd, &status, path, max, ret, ret_len, err);
	close(fd);
	return rc;
}

#include <config.h>

#include "base/file_spare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"

#define NAME_SIZE 64
#define BLOCK     ((size_t)4096)
#define NEW       TN_SPARES /* the number of one that is being made */

static void
name_of(const char *name, unsigned int n, char ret[NAME_SIZE])
{
	if (n == NEW)
		(void)snprintf(ret, NAME_SIZE, ".%.40s.spare.new", name);
	else
		(void)snprintf(ret, NAME_SIZE, ".%.40s.spare.%u", name, n);
}

/* Is there a file of the name with room for so many bytes? */
static bool
has_room(int folder, const char *name, size_t size)
{
	struct stat status;

	return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(status.st_mode) && status.st_size >= (off_t)size &&
	       (uint64_t)status.st_blocks * 512 >= size;
}

static int
make(int folder, const char *name, const char *new_name, size_t size,
     struct tn_err *err)
{
	int fd;
	int rc;

	(void)unlinkat(folder, new_name, 0);
	fd = openat(folder, new_name,
	            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", new_name);
	rc = posix_fallocate(fd, 0, (off_t)size);
	if (rc == 0 && fsync(fd) != 0)
		rc = errno;
	(void)close(fd);
	if (rc == 0 && renameat(folder, new_name, folder, name) != 0)
		rc = errno;
	if (rc == 0)
		return TN_OK;
	(void)unlinkat(folder, new_name, 0);
	return tn_fail_errno(err, TN_E_IO, rc, "%s", name);
}

int
tn_spare_keep(const char *directory, const char *name, size_t size,
              struct tn_err *err)
{
	size_t wanted = (2 * size + 2 * BLOCK - 1) / BLOCK * BLOCK;
	int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char new_name[NAME_SIZE];
	char spare[NAME_SIZE];
	unsigned int n;
	int rc = TN_OK;

	if (folder < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", directory);
	name_of(name, NEW, new_name);
	for (n = 0; rc == TN_OK && n < TN_SPARES; n++) {
		name_of(name, n, spare);
		/* Not anew for each byte more. */
		if (!has_room(folder, spare, size + size / 2))
			rc = make(folder, spare, new_name, wanted, err);
	}
	(void)close(folder);
	return rc;
}

int
tn_spare_take(int folder, const char *name, size_t size, const char *new_name)
{
	char spare[NAME_SIZE];
	unsigned int n;
	int fd;

	for (n = 0; n < TN_SPARES; n++) {
		name_of(name, n, spare);
		if (!has_room(folder, spare, size) ||
		    renameat(folder, spare, folder, new_name) != 0)
			continue;
		fd =
		    openat(folder, new_name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			return fd;
		(void)unlinkat(folder, new_name, 0);
	}
	return -1;
}

/* Into a spare, which takes the file's place. errno when not. */
static bool
save_in_spare(int folder, const char *name, const void *data, size_t len,
              mode_t mode)
{
	char new_name[NAME_SIZE];
	const char *at = data;
	size_t left = len;
	ssize_t put = 0;
	bool is_saved;
	int fd;

	name_of(name, NEW, new_name);
	fd = tn_spare_take(folder, name, len, new_name);
	if (fd < 0) {
		errno = ENOSPC;
		return false;
	}
	for (; left > 0 && (put = write(fd, at, left)) > 0; at += put)
		left -= (size_t)put;
	is_saved = left == 0 && ftruncate(fd, (off_t)len) == 0 &&
	           fchmod(fd, mode) == 0 && fsync(fd) == 0 &&
	           renameat(folder, new_name, folder, name) == 0 &&
	           fsync(folder) == 0;
	(void)close(fd);
	return is_saved;
}

int
tn_spare_save(const char *path, const void *data, size_t len, mode_t mode,
              struct tn_err *err)
{
	struct tn_err own = TN_ERR_INIT;
	const char *slash = strrchr(path, '/');
	char *directory = NULL;
	int folder = -1;
	int rc =
	    tn_file_save(path, data, len, mode, (uid_t)-1, (gid_t)-1, &own);

	if (rc != TN_OK && (own.sys == ENOSPC || own.sys == EDQUOT) &&
	    slash != NULL)
		directory = strndup(path, (size_t)(slash - path));
	if (directory != NULL)
		folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0) {
		if (save_in_spare(folder, slash + 1, data, len, mode))
			rc = TN_OK;
		(void)close(folder);
	}
	free(directory);
	if (rc != TN_OK && err != NULL)
		*err = own;
	return rc;
}

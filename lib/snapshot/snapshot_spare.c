#include <config.h>

#include "snapshot/snapshot_spare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_NEW  ".overlay.spare.new"
#define NAME_SIZE 32
#define BLOCK     ((size_t)4096)

static void
name_of(unsigned int n, char name[NAME_SIZE])
{
	(void)snprintf(name, NAME_SIZE, ".overlay.spare.%u", n);
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
make(int folder, const char *name, size_t size, struct tn_err *err)
{
	int fd;
	int rc;

	(void)unlinkat(folder, NAME_NEW, 0);
	fd = openat(folder, NAME_NEW,
	            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, NAME_NEW);
	rc = posix_fallocate(fd, 0, (off_t)size);
	if (rc == 0 && fsync(fd) != 0)
		rc = errno;
	(void)close(fd);
	if (rc == 0 && renameat(folder, NAME_NEW, folder, name) != 0)
		rc = errno;
	if (rc == 0)
		return TN_OK;
	(void)unlinkat(folder, NAME_NEW, 0);
	return tn_fail_errno(err, TN_E_IO, rc, "%s", name);
}

int
tn_snapshot_spare_keep(const char *directory, size_t size, struct tn_err *err)
{
	size_t wanted = (2 * size + 2 * BLOCK - 1) / BLOCK * BLOCK;
	int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[NAME_SIZE];
	unsigned int n;
	int rc = TN_OK;

	if (folder < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", directory);
	for (n = 0; rc == TN_OK && n < TN_SNAPSHOT_SPARES; n++) {
		name_of(n, name);
		/* Not anew for each byte more. */
		if (!has_room(folder, name, size + size / 2))
			rc = make(folder, name, wanted, err);
	}
	(void)close(folder);
	return rc;
}

int
tn_snapshot_spare_take(int folder, size_t size, const char *name)
{
	char spare[NAME_SIZE];
	unsigned int n;
	int fd;

	for (n = 0; n < TN_SNAPSHOT_SPARES; n++) {
		name_of(n, spare);
		if (!has_room(folder, spare, size) ||
		    renameat(folder, spare, folder, name) != 0)
			continue;
		fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			return fd;
		(void)unlinkat(folder, name, 0);
	}
	return -1;
}

#include <config.h>

#include "snapshot/snapshot_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"

/* What the kernel says of an owner that a user namespace has no number for. */
#define UID_OF_NOBODY 65534u
#define MAP_SIZE      1024 /* a longer /proc/self/uid_map is not read to its end */

/* open(2) and close(2) themselves are cancellation points. For reading. The
   thread sanitizer knows descriptors by libc's calls alone: one that was closed
   past it and given anew looks like a race. */
static int
open_quietly(const char *path, int flags)
{
#ifdef __SANITIZE_THREAD__
	return openat(AT_FDCWD, path, flags | O_CLOEXEC);
#else
	return (int)syscall(SYS_openat, AT_FDCWD, path,
	                    flags | O_CLOEXEC | O_LARGEFILE, 0);
#endif
}

void
tn_snapshot_close(int fd)
{
#ifdef __SANITIZE_THREAD__
	(void)close(fd);
#else
	(void)syscall(SYS_close, fd);
#endif
}

/* One number of a line; false where there is none. */
static bool
read_number(const char **at, uint64_t *ret)
{
	const char *text = *at;
	uint64_t number = 0;

	while (*text == ' ')
		text++;
	if (*text < '0' || *text > '9')
		return false;
	for (; *text >= '0' && *text <= '9' && number <= UINT32_MAX; text++)
		number = number * 10 + (uint64_t)(*text - '0');
	*at = text;
	*ret = number;
	return true;
}

bool
tn_snapshot_uid_is_mapped(const char *map, uid_t uid)
{
	uint64_t first;
	uint64_t outside;
	uint64_t count;

	for (; *map != '\0'; map++) {
		if (!read_number(&map, &first) ||
		    !read_number(&map, &outside) ||
		    !read_number(&map, &count) || *map != '\n')
			return true;
		if (uid >= first && uid - first < count)
			return true;
	}
	return false;
}

/*
 * In a user namespace that has no number for root (`unshare -Ur` of a person,
 * bubblewrap) root's files are nobody's. Who made the namespace says what
 * stands in every path there, so an owner would prove nothing to a program in
 * it. One that has more rights than who started it believes root alone.
 */
static bool
is_unmapped_owner(uid_t owner)
{
	char map[MAP_SIZE];
	long len;
	int fd;

	if (owner != UID_OF_NOBODY || getauxval(AT_SECURE) != 0)
		return false;
	fd = open_quietly("/proc/self/uid_map", O_NOFOLLOW | O_NOCTTY);
	if (fd < 0)
		return false;
	len = syscall(SYS_read, fd, map, sizeof(map) - 1);
	tn_snapshot_close(fd);
	if (len <= 0)
		return false;
	map[len] = '\0';
	return !tn_snapshot_uid_is_mapped(map, UID_OF_NOBODY);
}

int
tn_snapshot_open(const char *path, uid_t owner, int *ret_fd, struct stat *ret)
{
	int fd = open_quietly(path, O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	int rc = TN_OK;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? TN_E_NOT_FOUND
		       : errno == ELOOP                    ? TN_E_DAMAGED
		                                           : TN_E_IO;
	if (fstat(fd, ret) != 0)
		rc = TN_E_IO;
	else if (!S_ISREG(ret->st_mode) ||
	         (ret->st_mode & (S_IWGRP | S_IWOTH)) != 0 ||
	         (ret->st_uid != 0 && ret->st_uid != owner &&
	          !is_unmapped_owner(ret->st_uid)))
		rc = TN_E_DAMAGED;
	if (rc != TN_OK)
		tn_snapshot_close(fd);
	else
		*ret_fd = fd;
	return rc;
}

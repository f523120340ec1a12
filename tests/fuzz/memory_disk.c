#include <config.h>

#include "memory_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/err.h"
#include "fuzz.h"
#include "snapshot/snapshot_map.h"
#include "snapshot/snapshot_reader.h"

/* Descriptors that the system gives to nobody. */
#define FOLDER 1000000000
#define FILE_1 1000000001

static struct {
	char name[64]; /* "": there is none */
	uint8_t *bytes;
	size_t size;
	bool is_mapped;
} disk;

int __real_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __real_close(int fd);
int __real_unlinkat(int folder, const char *path, int flags);
int __real_posix_fallocate(int fd, off_t offset, off_t size);
void *__real_mmap(void *start, size_t size, int protection, int flags, int fd,
                  off_t offset);
void *__real_mremap(void *start, size_t old, size_t size, int flags, ...);
int __real_munmap(void *start, size_t size);
int __real_msync(void *start, size_t size, int flags);
int __real_ftruncate(int fd, off_t size);
int __real_fchmod(int fd, mode_t mode);
int __real_fsync(int fd);
int __real_renameat(int from, const char *old, int to, const char *name);
int
__real_tn_snapshot_take(const char *directory, const struct tn_snapshot **ret);

int __wrap_open(const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_unlinkat(int folder, const char *path, int flags);
int __wrap_posix_fallocate(int fd, off_t offset, off_t size);
void *__wrap_mmap(void *start, size_t size, int protection, int flags, int fd,
                  off_t offset);
void *__wrap_mremap(void *start, size_t old, size_t size, int flags, ...);
int __wrap_munmap(void *start, size_t size);
int __wrap_msync(void *start, size_t size, int flags);
int __wrap_ftruncate(int fd, off_t size);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fsync(int fd);
int __wrap_renameat(int from, const char *old, int to, const char *name);
int
__wrap_tn_snapshot_take(const char *directory, const struct tn_snapshot **ret);

static void
forget(void)
{
	FUZZ_EXPECT(!disk.is_mapped);
	free(disk.bytes);
	disk.bytes = NULL;
	disk.size = 0;
	disk.name[0] = '\0';
}

static void
set_name(const char *name)
{
	FUZZ_EXPECT(strlen(name) < sizeof(disk.name));
	memcpy(disk.name, name, strlen(name) + 1);
}

/* What is new is zero; a block of just that size. */
static void
set_size(size_t size)
{
	uint8_t *bytes = realloc(disk.bytes, size != 0 ? size : 1);

	if (bytes == NULL)
		abort();
	if (size > disk.size)
		memset(bytes + disk.size, 0, size - disk.size);
	disk.bytes = bytes;
	disk.size = size;
}

uint8_t *
memory_disk_take(const char *name, size_t *ret_size)
{
	uint8_t *bytes = disk.bytes;

	FUZZ_EXPECT(strcmp(disk.name, name) == 0 && !disk.is_mapped);
	*ret_size = disk.size;
	disk.bytes = NULL;
	forget();
	return bytes;
}

static mode_t
mode_of(int flags, va_list list)
{
	return (flags & O_CREAT) != 0 ? (mode_t)va_arg(list, int) : 0;
}

int
__wrap_open(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	if (strcmp(path, MEMORY_DISK_FOLDER) == 0)
		return FOLDER;
	va_start(list, flags);
	mode = mode_of(flags, list);
	va_end(list);
	return __real_open(path, flags, mode);
}

int
__wrap_openat(int folder, const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	va_start(list, flags);
	mode = mode_of(flags, list);
	va_end(list);
	if (folder != FOLDER)
		return __real_openat(folder, path, flags, mode);
	FUZZ_EXPECT((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL) &&
	            disk.name[0] == '\0');
	set_name(path);
	return FILE_1;
}

int
__wrap_close(int fd)
{
	return fd == FOLDER || fd == FILE_1 ? 0 : __real_close(fd);
}

int
__wrap_unlinkat(int folder, const char *path, int flags)
{
	if (folder != FOLDER)
		return __real_unlinkat(folder, path, flags);
	if (strcmp(disk.name, path) != 0) {
		errno = ENOENT;
		return -1;
	}
	forget();
	return 0;
}

int
__wrap_posix_fallocate(int fd, off_t offset, off_t size)
{
	if (fd != FILE_1)
		return __real_posix_fallocate(fd, offset, size);
	/* A block moves only by mremap: there it becomes what it is to be. */
	if (disk.is_mapped)
		return 0;
	set_size((size_t)(offset + size));
	return 0;
}

void *
__wrap_mmap(void *start, size_t size, int protection, int flags, int fd,
            off_t offset)
{
	if (fd != FILE_1)
		return __real_mmap(start, size, protection, flags, fd, offset);
	FUZZ_EXPECT(size == disk.size && offset == 0 && !disk.is_mapped);
	disk.is_mapped = true;
	return disk.bytes;
}

void *
__wrap_mremap(void *start, size_t old, size_t size, int flags, ...)
{
	if (start == NULL || start != disk.bytes)
		return __real_mremap(start, old, size, flags);
	FUZZ_EXPECT(old == disk.size && (flags & MREMAP_MAYMOVE) != 0);
	set_size(size);
	return disk.bytes;
}

int
__wrap_munmap(void *start, size_t size)
{
	if (start == NULL || start != disk.bytes)
		return __real_munmap(start, size);
	disk.is_mapped = false;
	return 0;
}

int
__wrap_msync(void *start, size_t size, int flags)
{
	const uint8_t *at = start;

	if (disk.bytes == NULL || at < disk.bytes ||
	    at >= disk.bytes + disk.size)
		return __real_msync(start, size, flags);
	FUZZ_EXPECT(size <= disk.size - (size_t)(at - disk.bytes));
	return 0;
}

/* Of the file that is mapped: its bytes stay where they are. */
int
__wrap_ftruncate(int fd, off_t size)
{
	if (fd != FILE_1)
		return __real_ftruncate(fd, size);
	FUZZ_EXPECT((size_t)size <= disk.size);
	disk.size = (size_t)size;
	return 0;
}

int
__wrap_fchmod(int fd, mode_t mode)
{
	return fd == FILE_1 ? 0 : __real_fchmod(fd, mode);
}

int
__wrap_fsync(int fd)
{
	return fd == FOLDER || fd == FILE_1 ? 0 : __real_fsync(fd);
}

int
__wrap_renameat(int from, const char *old, int to, const char *name)
{
	if (from != FOLDER)
		return __real_renameat(from, old, to, name);
	FUZZ_EXPECT(to == FOLDER && strcmp(disk.name, old) == 0);
	set_name(name);
	return 0;
}

int
__wrap_tn_snapshot_take(const char *directory, const struct tn_snapshot **ret)
{
	return directory != NULL && strcmp(directory, MEMORY_DISK_FOLDER) == 0
	           ? TN_E_NOT_FOUND
	           : __real_tn_snapshot_take(directory, ret);
}

/* The file of a base: begun, grown, given up. */
#include <config.h>

#include "snapshot/snapshot_base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snapshot/snapshot_base_file.h"
#include "snapshot/snapshot_layout.h"

#define SIZE_MIN  UINT64_C(4096)
#define PAGE_MASK UINT64_C(4095)

/*
 * The space is there before it is written through the map: a full disk is an
 * error here, and no SIGBUS later.
 */
static int
set_size(struct tn_snapshot_base_file *file, uint64_t size, struct tn_err *err)
{
	void *start;
	int rc;

	size = (size + PAGE_MASK) & ~PAGE_MASK;
	if (size / TN_SNAPSHOT_AT_UNIT > UINT32_MAX || size > PTRDIFF_MAX)
		return tn_fail(err, TN_E_LIMIT, "the snapshot is over 16 GiB");
	rc = posix_fallocate(file->descriptor, (off_t)file->size,
	                     (off_t)(size - file->size));
	if (rc != 0)
		return tn_fail_errno(err, TN_E_IO, rc, TN_SNAPSHOT_NEW_BASE);
	if (file->start == NULL)
		start = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
		             MAP_SHARED, file->descriptor, 0);
	else
		start = mremap(file->start, (size_t)file->size, (size_t)size,
		               MREMAP_MAYMOVE);
	if (start == MAP_FAILED)
		return tn_fail_errno(err, TN_E_IO, errno, TN_SNAPSHOT_NEW_BASE);
	file->start = start;
	file->size = size;
	return TN_OK;
}

int
tn_base_file_reserve(struct tn_snapshot_base_file *file, uint64_t size,
                     struct tn_err *err)
{
	uint64_t wanted = file->end + size;

	if (wanted <= file->size)
		return TN_OK;
	if (wanted < file->size + file->size / 4)
		wanted = file->size + file->size / 4;
	return set_size(file, wanted, err);
}

static int
open_file(struct tn_snapshot_base_file *file, const char *directory,
          struct tn_err *err)
{
	file->folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file->folder < 0)
		return tn_fail_errno(err, TN_E_IO, errno, "open");
	(void)unlinkat(file->folder, TN_SNAPSHOT_NEW_BASE, 0);
	file->descriptor =
	    openat(file->folder, TN_SNAPSHOT_NEW_BASE,
	           O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file->descriptor < 0)
		return tn_fail_errno(err, TN_E_IO, errno, TN_SNAPSHOT_NEW_BASE);
	return TN_OK;
}

int
tn_snapshot_base_begin(const char *directory, uint64_t generation,
                       int64_t published, const char *cookie, size_t size_hint,
                       struct tn_snapshot_base_file **ret, struct tn_err *err)
{
	size_t len = strnlen(cookie, TN_SNAPSHOT_COOKIE_MAX + 1);
	struct tn_snapshot_base_file *file;
	int rc;

	if (len > TN_SNAPSHOT_COOKIE_MAX)
		return tn_fail(err, TN_E_LIMIT, "the cookie is too long");
	file = calloc(1, sizeof(*file));
	if (file == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	file->folder = -1;
	file->descriptor = -1;
	file->header = tn_snapshot_header_start(generation, published);
	file->header.base_slot = tn_snapshot_free_slot(directory);
	file->end = sizeof(file->header);
	tn_snapshot_lay_table(&file->end, len + 1, 1, &file->header.cookie);
	file->first = file->end;
	rc = open_file(file, directory, err);
	if (rc == TN_OK)
		rc = set_size(file, size_hint > SIZE_MIN ? size_hint : SIZE_MIN,
		              err);
	if (rc != TN_OK) {
		tn_snapshot_base_free(file);
		tn_context(err, "snapshot %s", directory);
		return rc;
	}
	memcpy(file->start + file->header.cookie.offset, cookie, len + 1);
	*ret = file;
	return TN_OK;
}

void
tn_snapshot_base_restart(struct tn_snapshot_base_file *file)
{
	file->end = file->first;
	file->users.count = 0;
	file->groups.count = 0;
	file->dead = 0;
}

void
tn_snapshot_base_free(struct tn_snapshot_base_file *file)
{
	if (file == NULL)
		return;
	if (file->start != NULL)
		(void)munmap(file->start, (size_t)file->size);
	if (file->descriptor >= 0) {
		(void)close(file->descriptor);
		(void)unlinkat(file->folder, TN_SNAPSHOT_NEW_BASE, 0);
	}
	if (file->folder >= 0)
		(void)close(file->folder);
	free(file->users.data);
	free(file->groups.data);
	free(file);
}

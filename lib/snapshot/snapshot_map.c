/* Checks and maps: everything about a file but its records. */
#include <config.h>

#include "snapshot/snapshot_map.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/err.h"
#include "snapshot/snapshot_open.h"

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "64-bit words need no lock");

/* entry: bytes of one. */
static bool
table_fits(const struct tn_snapshot_header *header,
           const struct tn_snapshot_table *table, size_t entry)
{
	return table->offset % TN_SNAPSHOT_AT_UNIT == 0 &&
	       table->offset >= header->header_size &&
	       table->offset <= header->size &&
	       table->count <= (header->size - table->offset) / entry;
}

/* A power of two, so that a mask walks it. */
static bool
index_fits(const struct tn_snapshot_header *header,
           const struct tn_snapshot_table *index)
{
	return index->count != 0 && (index->count & (index->count - 1)) == 0 &&
	       table_fits(header, index, sizeof(uint32_t));
}

static bool
header_is_sound(const struct tn_snapshot_header *header, size_t size,
                bool is_overlay)
{
	uint32_t known = TN_SNAPSHOT_IS_OVERLAY | TN_SNAPSHOT_ENUMERATE;

	return memcmp(header->magic, TN_SNAPSHOT_MAGIC,
	              sizeof(header->magic)) == 0 &&
	       header->endian == TN_SNAPSHOT_ENDIAN &&
	       header->version == TN_SNAPSHOT_VERSION &&
	       header->header_size >= sizeof(*header) &&
	       (header->flags & ~known) == 0 &&
	       ((header->flags & TN_SNAPSHOT_IS_OVERLAY) != 0) == is_overlay &&
	       header->size == size && header->header_size <= size &&
	       header->at_bits >= 1 && header->at_bits <= 32 &&
	       header->base_slot < TN_SNAPSHOT_SLOTS &&
	       header->cookie.count != 0 &&
	       table_fits(header, &header->cookie, 1) &&
	       table_fits(header, &header->users, sizeof(uint32_t)) &&
	       table_fits(header, &header->groups, sizeof(uint32_t)) &&
	       table_fits(header, &header->dead, sizeof(uint32_t)) &&
	       index_fits(header, &header->user_names) &&
	       index_fits(header, &header->user_ids) &&
	       index_fits(header, &header->group_names) &&
	       index_fits(header, &header->group_ids) &&
	       index_fits(header, &header->hidden);
}

int
tn_snapshot_look_over(const void *start, size_t size, bool is_overlay,
                      struct tn_snapshot_file *ret)
{
	struct tn_snapshot_header header;

	if (size < sizeof(header))
		return TN_E_DAMAGED;
	memcpy(&header, start, sizeof(header));
	if (!header_is_sound(&header, size, is_overlay) ||
	    ((const char *)
	         start)[header.cookie.offset + header.cookie.count - 1] != '\0')
		return TN_E_DAMAGED;
	ret->start = start;
	ret->size = size;
	ret->header = header;
	return TN_OK;
}

/* known: a mapping that is held, or NULL. */
static int
map_file(const char *directory, const char *name,
         const struct tn_snapshot_file *known, bool is_overlay,
         struct tn_snapshot_file *ret)
{
	char path[TN_SNAPSHOT_PATH_SIZE];
	struct stat status;
	void *start = MAP_FAILED;
	size_t size = 0;
	int fd = -1;
	int rc;

	if (!tn_snapshot_path(directory, name, path))
		return TN_E_NOT_FOUND;
	rc = tn_snapshot_open(path, tn_snapshot_owner(directory), &fd, &status);
	if (rc != TN_OK)
		return rc;
	if (known != NULL && known->device == status.st_dev &&
	    known->inode == status.st_ino) {
		rc = TN_E_EXISTS;
		goto out;
	}
	rc = TN_E_DAMAGED;
	if (status.st_size <= 0 || (uintmax_t)status.st_size > SIZE_MAX)
		goto out;
	size = (size_t)status.st_size;
	start = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (start == MAP_FAILED) {
		rc = TN_E_IO;
		goto out;
	}
	rc = tn_snapshot_look_over(start, size, is_overlay, ret);
	if (rc != TN_OK)
		goto out;
	ret->device = status.st_dev;
	ret->inode = status.st_ino;
	start = MAP_FAILED;
out:
	if (start != MAP_FAILED)
		munmap(start, size);
	tn_snapshot_close(fd);
	return rc;
}

int
tn_snapshot_map_overlay(const char *directory,
                        const struct tn_snapshot_file *known,
                        struct tn_snapshot_file *ret)
{
	return map_file(directory, TN_SNAPSHOT_OVERLAY, known, true, ret);
}

bool
tn_snapshot_names_base(const struct tn_snapshot_file *overlay,
                       const struct tn_snapshot_file *base)
{
	const struct tn_snapshot_header *named = &overlay->header;

	return named->base_generation == base->header.generation &&
	       named->base_published == base->header.published &&
	       named->base_size == base->header.size &&
	       named->base_slot == base->header.base_slot;
}

int
tn_snapshot_map_base(const char *directory,
                     const struct tn_snapshot_file *overlay,
                     struct tn_snapshot_file *ret)
{
	int rc =
	    map_file(directory,
	             overlay->header.base_slot == 0 ? TN_SNAPSHOT_BASE
	                                            : TN_SNAPSHOT_BASE_OTHER,
	             NULL, false, ret);

	if (rc == TN_OK && !tn_snapshot_names_base(overlay, ret)) {
		tn_snapshot_unmap(ret);
		rc = TN_E_STALE;
	}
	return rc == TN_E_NOT_FOUND ? TN_E_STALE : rc;
}

void
tn_snapshot_unmap(struct tn_snapshot_file *file)
{
	/* munmap asks for void *; the mapping stays read-only. */
	munmap((void *)(uintptr_t)file->start, file->size);
	file->start = NULL;
	file->size = 0;
}

const _Atomic uint64_t *
tn_snapshot_map_word(const char *path, uid_t owner)
{
	struct stat status;
	void *start = MAP_FAILED;
	int fd = -1;

	if (tn_snapshot_open(path, owner, &fd, &status) != TN_OK)
		return NULL;
	if (status.st_size >= TN_SNAPSHOT_WORD_SIZE)
		start = mmap(NULL, TN_SNAPSHOT_WORD_SIZE, PROT_READ, MAP_SHARED,
		             fd, 0);
	tn_snapshot_close(fd);
	return start != MAP_FAILED ? start : NULL;
}

void
tn_snapshot_unmap_word(const _Atomic uint64_t *word)
{
	munmap((void *)(uintptr_t)word, TN_SNAPSHOT_WORD_SIZE);
}

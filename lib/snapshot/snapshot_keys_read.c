/* Every offset is checked before it is followed, every key before it is given:
   what stands in sshd's answer can run commands. */
#include <config.h>

#include "snapshot/snapshot_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshot/snapshot_format.h"

#define PATH_SIZE 512

static bool
is_sound(const struct tn_keys_header *header, size_t size)
{
	return memcmp(header->magic, TN_KEYS_MAGIC, sizeof(header->magic)) ==
	           0 &&
	       header->endian == TN_SNAPSHOT_ENDIAN &&
	       header->version == TN_KEYS_VERSION && header->size == size &&
	       header->index >= sizeof(*header) && header->index <= size &&
	       header->index % TN_SNAPSHOT_AT_UNIT == 0 &&
	       header->index_count != 0 &&
	       (header->index_count & (header->index_count - 1)) == 0 &&
	       header->index_count <=
	           (size - header->index) / sizeof(uint32_t);
}

static bool
is_trusted(const struct stat *status, uid_t owner)
{
	return S_ISREG(status->st_mode) &&
	       (status->st_uid == 0 || status->st_uid == owner) &&
	       (status->st_mode & (S_IWGRP | S_IRWXO)) == 0;
}

int
tn_keys_open(const char *directory, uid_t owner, struct tn_keys_map *ret)
{
	char path[PATH_SIZE];
	struct stat status;
	void *start;
	int fd;
	int n = snprintf(path, sizeof(path), "%s/%s", directory, TN_KEYS_FILE);

	if (n < 0 || (size_t)n >= sizeof(path))
		return TN_E_NOT_FOUND;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
	                    O_NOCTTY);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? TN_E_NOT_FOUND
		       : errno == ELOOP                    ? TN_E_DAMAGED
		                                           : TN_E_IO;
	if (fstat(fd, &status) != 0 || !is_trusted(&status, owner) ||
	    status.st_size < (off_t)sizeof(ret->header) ||
	    (uintmax_t)status.st_size > SIZE_MAX) {
		close(fd);
		return TN_E_DAMAGED;
	}
	ret->size = (size_t)status.st_size;
	start = mmap(NULL, ret->size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (start == MAP_FAILED)
		return TN_E_IO;
	ret->start = start;
	memcpy(&ret->header, start, sizeof(ret->header));
	if (!is_sound(&ret->header, ret->size)) {
		tn_keys_close(ret);
		return TN_E_DAMAGED;
	}
	return TN_OK;
}

void
tn_keys_close(struct tn_keys_map *map)
{
	munmap((void *)(uintptr_t)map->start, map->size);
	map->start = NULL;
	map->size = 0;
}

/* The record at offset: TN_OK when it is the login's, TN_E_NOT_FOUND when it
   is another's. */
static int
read_record(const struct tn_keys_map *map, uint64_t offset, const char *login,
            size_t login_len, struct tn_keys_record *record,
            const char **ret_keys)
{
	const char *texts;
	size_t left;

	if (offset < sizeof(map->header) || offset > map->size ||
	    map->size - offset < sizeof(*record))
		return TN_E_DAMAGED;
	memcpy(record, map->start + offset, sizeof(*record));
	texts = (const char *)map->start + offset + sizeof(*record);
	left = map->size - (size_t)offset - sizeof(*record);
	if (record->name_size < 2 || record->keys_size < 2 ||
	    (size_t)record->name_size + record->keys_size > left ||
	    texts[record->name_size - 1] != '\0' ||
	    texts[record->name_size + record->keys_size - 1] != '\0')
		return TN_E_DAMAGED;
	if (record->name_size != login_len + 1 ||
	    memcmp(texts, login, login_len) != 0)
		return TN_E_NOT_FOUND;
	*ret_keys = texts + record->name_size;
	return TN_OK;
}

int
tn_keys_find(const struct tn_keys_map *map, const char *login, uint32_t uid,
             char ret[TN_SSH_KEYS_TEXT_MAX + 1])
{
	const uint8_t *slots = map->start + map->header.index;
	uint32_t mask = map->header.index_count - 1;
	size_t len = strnlen(login, TN_SNAPSHOT_NAME_MAX + 1);
	uint32_t next = tn_keys_hash(login, len);
	struct tn_keys_record record = { .uid = 0 };
	const char *keys = NULL;
	int rc = TN_E_NOT_FOUND;
	uint32_t left;

	if (len == 0 || len > TN_SNAPSHOT_NAME_MAX)
		return TN_E_NOT_FOUND;
	for (left = map->header.index_count; left > 0; left--) {
		uint32_t at;

		memcpy(&at, slots + (size_t)(next++ & mask) * sizeof(at),
		       sizeof(at));
		if (at == 0)
			return TN_E_NOT_FOUND;
		rc = read_record(map, (uint64_t)at * TN_SNAPSHOT_AT_UNIT, login,
		                 len, &record, &keys);
		if (rc != TN_E_NOT_FOUND)
			break;
	}
	if (rc != TN_OK)
		return rc;
	if (record.uid != uid || uid < TN_SNAPSHOT_ID_MIN)
		return TN_E_NOT_FOUND;
	if (record.keys_size > TN_SSH_KEYS_TEXT_MAX + 1 ||
	    strnlen(keys, record.keys_size) != record.keys_size - 1u)
		return TN_E_DAMAGED;
	/* A copy, so that nobody can change what was looked at. */
	memcpy(ret, keys, record.keys_size);
	return tn_ssh_keys_are_good(ret) ? TN_OK : TN_E_DAMAGED;
}

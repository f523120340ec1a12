#include <config.h>

#include "snapshot/snapshot_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshot/snapshot_index.h"
#include "snapshot/snapshot_layout.h"

#define NEW_FILE  "." TN_KEYS_FILE ".new"
#define SIZE_STEP ((size_t)64 * 1024)

struct tn_keys_writer {
	uint8_t *data; /* the header's room, then records */
	size_t len;
	size_t room;
	uint32_t *ats; /* of the records */
	size_t count;
	size_t ats_room;
	struct tn_snapshot_index index; /* into .ats */
};

int
tn_keys_writer_new(struct tn_keys_writer **ret, struct tn_err *err)
{
	struct tn_keys_writer *writer = calloc(1, sizeof(*writer));

	if (writer == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "keys");
	writer->len = sizeof(struct tn_keys_header);
	*ret = writer;
	return TN_OK;
}

void
tn_keys_writer_free(struct tn_keys_writer *writer)
{
	if (writer == NULL)
		return;
	tn_snapshot_index_done(&writer->index);
	free(writer->ats);
	free(writer->data);
	free(writer);
}

static bool
has_room(struct tn_keys_writer *writer, size_t size)
{
	size_t ats_room = writer->ats_room != 0 ? writer->ats_room * 2 : 64;
	uint32_t *ats;
	uint8_t *data;

	if (size > writer->room) {
		size += size / 2 + SIZE_STEP;
		data = realloc(writer->data, size);
		if (data == NULL)
			return false;
		writer->data = data;
		writer->room = size;
	}
	if (writer->count == writer->ats_room) {
		ats = reallocarray(writer->ats, ats_room, sizeof(*ats));
		if (ats == NULL)
			return false;
		writer->ats = ats;
		writer->ats_room = ats_room;
	}
	return tn_snapshot_index_reserve(&writer->index);
}

static const char *
login_at(const struct tn_keys_writer *writer, uint32_t entry)
{
	return (const char *)writer->data +
	       (size_t)writer->ats[entry] * TN_SNAPSHOT_AT_UNIT +
	       sizeof(struct tn_keys_record);
}

static bool
is_there(const struct tn_keys_writer *writer, const char *login, uint32_t hash)
{
	uint32_t position = 0;
	uint32_t entry = 0;

	while (tn_snapshot_index_next(&writer->index, hash, &position, &entry))
		if (strcmp(login_at(writer, entry), login) == 0)
			return true;
	return false;
}

int
tn_keys_add(struct tn_keys_writer *writer, const char *login, uint32_t uid,
            const char *keys, struct tn_err *err)
{
	size_t len = strlen(login);
	size_t keys_len = strlen(keys);
	uint32_t hash = tn_keys_hash(login, len);
	struct tn_keys_record record;
	uint8_t *at;
	size_t size;

	if (len == 0 || uid < TN_SNAPSHOT_ID_MIN || keys_len == 0 ||
	    keys_len > TN_SSH_KEYS_TEXT_MAX || !tn_ssh_keys_are_good(keys))
		return tn_fail(err, TN_E_INVALID, "%.64s: no keys", login);
	if (len > TN_SNAPSHOT_NAME_MAX)
		return tn_fail(err, TN_E_LIMIT, "a login is too long");
	if (is_there(writer, login, hash))
		return tn_fail(err, TN_E_EXISTS, "%s: twice", login);
	size = (size_t)tn_snapshot_round(sizeof(record) + len + 1 + keys_len +
	                                 1);
	if ((writer->len + size) / TN_SNAPSHOT_AT_UNIT > UINT32_MAX)
		return tn_fail(err, TN_E_LIMIT, "too many keys");
	if (!has_room(writer, writer->len + size))
		return tn_fail(err, TN_E_NO_MEMORY, "keys");
	record = (struct tn_keys_record){
		.uid = uid,
		.keys_size = (uint16_t)(keys_len + 1),
		.name_size = (uint8_t)(len + 1),
	};
	at = writer->data + writer->len;
	memset(at, 0, size);
	memcpy(at, &record, sizeof(record));
	/* NOLINTBEGIN(bugprone-not-null-terminated-result): zeros are there */
	memcpy(at + sizeof(record), login, len);
	memcpy(at + sizeof(record) + len + 1, keys, keys_len);
	/* NOLINTEND(bugprone-not-null-terminated-result) */
	writer->ats[writer->count] = tn_snapshot_at(writer->len);
	tn_snapshot_index_put(&writer->index, hash, (uint32_t)writer->count);
	writer->count++;
	writer->len += size;
	return TN_OK;
}

/* Slots as the reader walks them. */
static uint32_t *
make_index(const struct tn_keys_writer *writer, uint32_t *ret_count)
{
	uint32_t count = 1;
	uint32_t *slots;
	size_t i;

	while (count < writer->count * 2)
		count *= 2;
	slots = calloc(count, sizeof(*slots));
	for (i = 0; slots != NULL && i < writer->count; i++) {
		const char *login = login_at(writer, (uint32_t)i);
		uint32_t next = tn_keys_hash(login, strlen(login));

		while (slots[next & (count - 1)] != 0)
			next++;
		slots[next & (count - 1)] = writer->ats[i];
	}
	*ret_count = count;
	return slots;
}

static int
write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return -1;
		at += n;
		size -= (size_t)n;
	}
	return 0;
}

static int
write_file(int folder, const struct tn_keys_writer *writer,
           const struct tn_keys_header *header, const uint32_t *slots,
           struct tn_err *err)
{
	const size_t start = sizeof(*header);
	int rc = TN_OK;
	int fd;

	(void)unlinkat(folder, NEW_FILE, 0);
	fd = openat(folder, NEW_FILE,
	            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return tn_fail_errno(err, TN_E_IO, errno, NEW_FILE);
	if (write_all(fd, header, start) != 0 ||
	    (writer->count > 0 &&
	     write_all(fd, writer->data + start, writer->len - start) != 0) ||
	    write_all(fd, slots,
	              (size_t)header->index_count * sizeof(*slots)) != 0 ||
	    fchmod(fd, 0640) != 0 || fsync(fd) != 0 ||
	    renameat(folder, NEW_FILE, folder, TN_KEYS_FILE) != 0)
		rc = tn_fail_errno(err, TN_E_IO, errno, TN_KEYS_FILE);
	(void)close(fd);
	if (rc != TN_OK)
		(void)unlinkat(folder, NEW_FILE, 0);
	else if (fsync(folder) != 0)
		rc = tn_fail_errno(err, TN_E_IO, errno, "sync the folder");
	return rc;
}

int
tn_keys_save(const struct tn_keys_writer *writer, const char *directory,
             uint64_t generation, int64_t published, struct tn_err *err)
{
	struct tn_keys_header header = {
		.endian = TN_SNAPSHOT_ENDIAN,
		.version = TN_KEYS_VERSION,
		.generation = generation,
		.published = published,
		.index = writer->len,
		.users = (uint32_t)writer->count,
	};
	uint32_t *slots = make_index(writer, &header.index_count);
	int folder = -1;
	int rc;

	if (slots == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "keys");
	memcpy(header.magic, TN_KEYS_MAGIC, sizeof(header.magic));
	header.size = writer->len + header.index_count * sizeof(*slots);
	folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		rc = tn_fail_errno(err, TN_E_IO, errno, "open");
	else
		rc = write_file(folder, writer, &header, slots, err);
	if (folder >= 0)
		(void)close(folder);
	free(slots);
	return rc == TN_OK ? TN_OK : tn_context(err, "keys %s", directory);
}

/* The end of a base: its tables and indexes, the disk, its place. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snapshot/snapshot_base_file.h"
#include "snapshot/snapshot_layout.h"
#include "snapshot/snapshot_sum.h"

#define STEP_RECORDS 16384u
#define STEP_BYTES   ((uint64_t)4 << 20)

/* At most half of the slots are in use. */
static size_t
slots_for(size_t entries)
{
	size_t count = entries != 0 ? 16 : 1;

	while (count / 2 < entries)
		count *= 2;
	return count;
}

static int
lay_out(struct tn_snapshot_base_file *file, struct tn_err *err)
{
	struct tn_snapshot_header *header = &file->header;
	size_t users = file->users.count;
	size_t groups = file->groups.count;
	uint64_t begin = file->end;
	uint64_t end = file->end;
	int rc;

	tn_snapshot_lay_table(&end, users, sizeof(uint32_t), &header->users);
	tn_snapshot_lay_table(&end, groups, sizeof(uint32_t), &header->groups);
	tn_snapshot_lay_table(&end, file->dead, sizeof(uint32_t),
	                      &header->dead);
	tn_snapshot_lay_table(&end, slots_for(users), sizeof(uint32_t),
	                      &header->user_names);
	tn_snapshot_lay_table(&end, slots_for(users), sizeof(uint32_t),
	                      &header->user_ids);
	tn_snapshot_lay_table(&end, slots_for(groups), sizeof(uint32_t),
	                      &header->group_names);
	tn_snapshot_lay_table(&end, slots_for(groups), sizeof(uint32_t),
	                      &header->group_ids);
	tn_snapshot_lay_table(&end, 1, sizeof(uint32_t), &header->hidden);
	rc = tn_base_file_reserve(file, end - begin, err);
	if (rc != TN_OK)
		return rc;
	memset(file->start + begin, 0, (size_t)(end - begin));
	file->end = end;
	header->size = end;
	header->at_bits = tn_snapshot_at_bits(end);
	if (users > 0)
		memcpy(file->start + header->users.offset, file->users.data,
		       users * sizeof(uint32_t));
	if (groups > 0)
		memcpy(file->start + header->groups.offset, file->groups.data,
		       groups * sizeof(uint32_t));
	memcpy(file->start, header, sizeof(*header));
	header->dead.count = 0; /* counted again as it is filled */
	file->is_laid_out = true;
	return TN_OK;
}

static void
index_one(const struct tn_snapshot_base_file *file,
          const struct tn_snapshot_table *index, uint32_t hash, uint32_t at)
{
	uint32_t *slots = (void *)(file->start + index->offset);
	uint32_t bits = file->header.at_bits;
	uint32_t mask = index->count - 1;
	uint32_t i = hash & mask;

	while (slots[i] != 0)
		i = (i + 1) & mask;
	slots[i] = (uint32_t)((uint64_t)hash >> bits << bits) | at;
}

static void
index_user(struct tn_snapshot_base_file *file, uint32_t at)
{
	const uint8_t *bytes = file->start + (size_t)at * TN_SNAPSHOT_AT_UNIT;
	struct tn_snapshot_header *header = &file->header;
	struct tn_snapshot_user_record record;
	uint32_t *dead = (void *)(file->start + header->dead.offset);

	memcpy(&record, bytes, sizeof(record));
	index_one(file, &header->user_names,
	          tn_snapshot_hash_name((const char *)bytes + sizeof(record),
	                                record.name_size - 1u),
	          at);
	index_one(file, &header->user_ids, tn_snapshot_hash_id(record.uid), at);
	if ((record.flags & TN_SNAPSHOT_DEAD) != 0)
		dead[header->dead.count++] = at;
}

static void
index_group(const struct tn_snapshot_base_file *file, uint32_t at)
{
	const uint8_t *bytes = file->start + (size_t)at * TN_SNAPSHOT_AT_UNIT;
	struct tn_snapshot_group_record record;

	memcpy(&record, bytes, sizeof(record));
	index_one(file, &file->header.group_names,
	          tn_snapshot_hash_name((const char *)bytes + sizeof(record) +
	                                    record.member_count,
	                                record.name_size - 1u),
	          at);
	index_one(file, &file->header.group_ids,
	          tn_snapshot_hash_id(record.gid), at);
}

static void
index_some(struct tn_snapshot_base_file *file)
{
	size_t users = file->users.count;
	size_t all = users + file->groups.count;
	size_t stop = file->indexed + STEP_RECORDS;

	for (; file->indexed < all && file->indexed < stop; file->indexed++) {
		if (file->indexed < users)
			index_user(file, file->users.data[file->indexed]);
		else
			index_group(file,
			            file->groups.data[file->indexed - users]);
	}
}

static int
sync_some(struct tn_snapshot_base_file *file, struct tn_err *err)
{
	uint64_t size = file->size - file->synced;
	uint64_t filled = file->end - file->synced;

	if (size > STEP_BYTES)
		size = STEP_BYTES;
	if (file->synced >= file->end)
		filled = 0; /* the rest is cut off */
	else if (filled > size)
		filled = size;
	file->sum = tn_snapshot_sum(file->synced == 0 ? TN_SNAPSHOT_SUM_START
	                                              : file->sum,
	                            file->start + file->synced, (size_t)filled);
	if (msync(file->start + file->synced, (size_t)size, MS_SYNC) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "sync");
	file->synced += size;
	return TN_OK;
}

static int
put_in_place(struct tn_snapshot_base_file *file, struct tn_err *err)
{
	const char *name = tn_snapshot_base_name(file->header.base_slot);
	uint64_t checksum = tn_snapshot_sum_end(file->sum);

	memcpy(file->start + offsetof(struct tn_snapshot_header, checksum),
	       &checksum, sizeof(checksum));
	if (ftruncate(file->descriptor, (off_t)file->end) != 0 ||
	    fchmod(file->descriptor, 0644) != 0 ||
	    fsync(file->descriptor) != 0 ||
	    renameat(file->folder, TN_SNAPSHOT_NEW_BASE, file->folder, name) !=
	        0)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", name);
	if (fsync(file->folder) != 0)
		return tn_fail_errno(err, TN_E_IO, errno, "sync the folder");
	return TN_OK;
}

int
tn_snapshot_base_step(struct tn_snapshot_base_file *file, bool *ret_done,
                      struct tn_snapshot_base *ret, struct tn_err *err)
{
	int rc;

	*ret_done = false;
	if (!file->is_laid_out)
		return lay_out(file, err);
	if (file->indexed < file->users.count + file->groups.count) {
		index_some(file);
		return TN_OK;
	}
	if (file->synced < file->size)
		return sync_some(file, err);
	rc = put_in_place(file, err);
	if (rc != TN_OK)
		return rc;
	*ret = (struct tn_snapshot_base){
		.slot = file->header.base_slot,
		.generation = file->header.generation,
		.published = file->header.published,
		.size = file->header.size,
	};
	*ret_done = true;
	return TN_OK;
}

int
tn_snapshot_base_end(struct tn_snapshot_base_file *file,
                     struct tn_snapshot_base *ret, struct tn_err *err)
{
	bool is_done = false;
	int rc = TN_OK;

	while (rc == TN_OK && !is_done)
		rc = tn_snapshot_base_step(file, &is_done, ret, err);
	return rc;
}

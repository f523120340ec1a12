/* Groups: by name, by gid, one after another. */
#include <config.h>

#include "snapshot/snapshot_reader.h"

#include <string.h>

#include "base/err.h"
#include "snapshot/snapshot_group.h"
#include "snapshot/snapshot_walk.h"

#define NAMES offsetof(struct tn_snapshot_header, group_names)
#define IDS   offsetof(struct tn_snapshot_header, group_ids)
#define TABLE offsetof(struct tn_snapshot_header, groups)

int
tn_snapshot_read_group(const struct tn_snapshot_file *file, uint64_t offset,
                       struct tn_snapshot_found_group *ret)
{
	const void *bytes =
	    tn_snapshot_bytes(file, offset, sizeof(ret->record));
	uint64_t less_size;

	if (bytes == NULL)
		return TN_E_DAMAGED;
	memcpy(&ret->record, bytes, sizeof(ret->record));
	if (ret->record.gid < TN_SNAPSHOT_ID_MIN || ret->record.name_size < 2 ||
	    ret->record.name_size > ret->record.text_size)
		return TN_E_DAMAGED;
	offset += sizeof(ret->record);
	ret->delta = (struct tn_snapshot_group_delta){ 0 };
	ret->less = NULL;
	if ((ret->record.flags & TN_SNAPSHOT_DELTA) != 0) {
		bytes = tn_snapshot_bytes(file, offset, sizeof(ret->delta));
		if (bytes == NULL)
			return TN_E_DAMAGED;
		memcpy(&ret->delta, bytes, sizeof(ret->delta));
		offset += sizeof(ret->delta);
		less_size = (uint64_t)ret->delta.less_count * sizeof(uint32_t);
		ret->less = tn_snapshot_bytes(file, offset, less_size);
		if (ret->less == NULL)
			return TN_E_DAMAGED;
		offset += less_size;
	}
	ret->sizes = tn_snapshot_bytes(file, offset, ret->record.member_count);
	if (ret->sizes == NULL)
		return TN_E_DAMAGED;
	ret->texts = tn_snapshot_bytes(file, offset + ret->record.member_count,
	                               ret->record.text_size);
	return ret->texts != NULL ? TN_OK : TN_E_DAMAGED;
}

int
tn_snapshot_read_group_key(const struct tn_snapshot_file *file, uint64_t offset,
                           const struct tn_snapshot_key *key, void *found)
{
	struct tn_snapshot_found_group *group = found;
	int rc = tn_snapshot_read_group(file, offset, group);

	if (rc != TN_OK)
		return rc;
	if (key->name == NULL)
		return group->record.gid == key->id ? TN_OK : TN_E_NOT_FOUND;
	return group->record.name_size == key->len + 1 &&
	               memcmp(group->texts, key->name, key->len + 1) == 0
	           ? TN_OK
	           : TN_E_NOT_FOUND;
}

bool
tn_snapshot_put_members(const struct tn_snapshot_found_group *group,
                        char *texts, char **members)
{
	const struct tn_snapshot_group_record *record = &group->record;
	uint32_t count = record->member_count;
	size_t start = record->name_size;
	uint32_t i;

	/* Where a size is wrong, pointers go astray and are not given out. */
	for (i = 0; i < count; i++) {
		members[i] = (char *)((uintptr_t)texts + start);
		start += group->sizes[i];
	}
	return start == record->text_size &&
	       texts[record->name_size - 1] == '\0' &&
	       texts[record->text_size - 1] == '\0';
}

/*
 * The buffer gets the pointers to the members first, since they must be
 * aligned and the buffer need not be, then the texts, then the password.
 */
static int
give_group(const struct tn_snapshot_found_group *group, struct group *ret,
           char *buffer, size_t size)
{
	const struct tn_snapshot_group_record *record = &group->record;
	size_t pad = -(uintptr_t)buffer % _Alignof(char *);
	size_t pointers = ((size_t)record->member_count + 1) * sizeof(char *);
	char **members;
	char *texts;

	if (pad > size || pointers > size - pad || size - pad - pointers < 2 ||
	    record->text_size > size - pad - pointers - 2)
		return TN_E_LIMIT;
	members = (void *)(buffer + pad);
	texts = buffer + pad + pointers;
	memcpy(texts, group->texts, record->text_size);
	if (!tn_snapshot_put_members(group, texts, members))
		return TN_E_DAMAGED;
	members[record->member_count] = NULL;
	texts[record->text_size] = '*';
	texts[record->text_size + 1] = '\0';
	*ret = (struct group){
		.gr_name = texts,
		.gr_passwd = texts + record->text_size,
		.gr_gid = record->gid,
		.gr_mem = members,
	};
	return TN_OK;
}

static int
give(const struct tn_snapshot *snapshot,
     const struct tn_snapshot_found_group *group, struct group *ret,
     char *buffer, size_t size)
{
	return group->less == NULL
	           ? give_group(group, ret, buffer, size)
	           : tn_snapshot_give_delta(snapshot, group, ret, buffer, size);
}

int
tn_snapshot_group_by_name(const struct tn_snapshot *snapshot, const char *name,
                          struct group *ret, char *buffer, size_t size)
{
	struct tn_snapshot_found_group group;
	struct tn_snapshot_key key;
	int rc;

	if (!tn_snapshot_key_of_name(name, &key))
		return TN_E_NOT_FOUND;
	rc = tn_snapshot_find(snapshot, NAMES, &key, tn_snapshot_read_group_key,
	                      &group);
	return rc != TN_OK ? rc : give(snapshot, &group, ret, buffer, size);
}

int
tn_snapshot_group_by_gid(const struct tn_snapshot *snapshot, gid_t gid,
                         struct group *ret, char *buffer, size_t size)
{
	struct tn_snapshot_found_group group;
	struct tn_snapshot_key key;
	int rc;

	tn_snapshot_key_of_id(gid, &key);
	rc = tn_snapshot_find(snapshot, IDS, &key, tn_snapshot_read_group_key,
	                      &group);
	return rc != TN_OK ? rc : give(snapshot, &group, ret, buffer, size);
}

int
tn_snapshot_group_next(const struct tn_snapshot *snapshot, uint32_t *index,
                       struct group *ret, char *buffer, size_t size)
{
	struct tn_snapshot_found_group group;
	const struct tn_snapshot_file *file;
	uint64_t offset;
	int rc;

	file = tn_snapshot_walk(snapshot, TABLE, index, &offset);
	if (file == NULL)
		return TN_E_NOT_FOUND;
	rc = tn_snapshot_read_group(file, offset, &group);
	if (rc == TN_OK)
		rc = give(snapshot, &group, ret, buffer, size);
	if (rc == TN_OK || rc == TN_E_DAMAGED)
		++*index;
	return rc;
}

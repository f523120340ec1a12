/* Groups: by name, by gid, by number. */
#include <config.h>

#include "snapshot/snapshot_reader.h"

#include <string.h>

#include "base/err.h"
#include "snapshot/snapshot_probe.h"

/* A record found, with its starts and texts within the file. */
struct found_group {
	struct tn_snapshot_group_record record;
	const uint32_t *starts; /* one per member */
	const char *texts;
};

static int
read_group(const struct tn_snapshot *snapshot, uint64_t offset,
           struct found_group *ret)
{
	const void *bytes =
	    tn_snapshot_bytes(snapshot, offset, sizeof(ret->record));
	uint64_t starts_size;

	if (bytes == NULL)
		return TN_E_DAMAGED;
	memcpy(&ret->record, bytes, sizeof(ret->record));
	if (ret->record.gid < TN_SNAPSHOT_ID_MIN || ret->record.name_size < 2 ||
	    ret->record.name_size > ret->record.text_size)
		return TN_E_DAMAGED;
	offset += sizeof(ret->record);
	starts_size = (uint64_t)ret->record.member_count * sizeof(uint32_t);
	ret->starts = tn_snapshot_bytes(snapshot, offset, starts_size);
	if (ret->starts == NULL)
		return TN_E_DAMAGED;
	ret->texts = tn_snapshot_bytes(snapshot, offset + starts_size,
	                               ret->record.text_size);
	return ret->texts != NULL ? TN_OK : TN_E_DAMAGED;
}

static int
find_group_by_name(const struct tn_snapshot *snapshot, const char *name,
                   struct found_group *ret)
{
	size_t len = strnlen(name, TN_SNAPSHOT_NAME_MAX + 1);
	struct tn_snapshot_probe probe;
	uint64_t offset;

	if (len > TN_SNAPSHOT_NAME_MAX)
		return TN_E_NOT_FOUND;
	tn_snapshot_probe_start(&probe, snapshot, &snapshot->header.group_names,
	                        tn_snapshot_hash_name(name, len));
	while ((offset = tn_snapshot_probe_next(&probe)) != 0) {
		int rc = read_group(snapshot, offset, ret);

		if (rc != TN_OK)
			return rc;
		if (ret->record.name_size == len + 1 &&
		    memcmp(ret->texts, name, len + 1) == 0)
			return TN_OK;
	}
	return TN_E_NOT_FOUND;
}

static int
find_group_by_gid(const struct tn_snapshot *snapshot, gid_t gid,
                  struct found_group *ret)
{
	struct tn_snapshot_probe probe;
	uint64_t offset;

	tn_snapshot_probe_start(&probe, snapshot, &snapshot->header.group_ids,
	                        tn_snapshot_hash_id(gid));
	while ((offset = tn_snapshot_probe_next(&probe)) != 0) {
		int rc = read_group(snapshot, offset, ret);

		if (rc != TN_OK)
			return rc;
		if (ret->record.gid == gid)
			return TN_OK;
	}
	return TN_E_NOT_FOUND;
}

/*
 * The buffer gets the pointers to the members first, since they must be
 * aligned and the buffer need not be, then the texts, then the password.
 */
static int
give_group(const struct found_group *group, struct group *ret, char *buffer,
           size_t size)
{
	const struct tn_snapshot_group_record *record = &group->record;
	size_t pad = -(uintptr_t)buffer % _Alignof(char *);
	size_t pointers = ((size_t)record->member_count + 1) * sizeof(char *);
	char **members;
	char *texts;
	uint32_t i;

	if (pad > size || pointers > size - pad || size - pad - pointers < 2 ||
	    record->text_size > size - pad - pointers - 2)
		return TN_E_LIMIT;
	members = (void *)(buffer + pad);
	texts = buffer + pad + pointers;
	memcpy(texts, group->texts, record->text_size);
	/* The last NUL ends whatever starts within the texts. */
	if (texts[record->name_size - 1] != '\0' ||
	    texts[record->text_size - 1] != '\0')
		return TN_E_DAMAGED;
	for (i = 0; i < record->member_count; i++) {
		uint32_t start = group->starts[i];

		if (start >= record->text_size)
			return TN_E_DAMAGED;
		members[i] = texts + start;
	}
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

int
tn_snapshot_group_by_name(const struct tn_snapshot *snapshot, const char *name,
                          struct group *ret, char *buffer, size_t size)
{
	struct found_group group;
	int rc = find_group_by_name(snapshot, name, &group);

	return rc != TN_OK ? rc : give_group(&group, ret, buffer, size);
}

int
tn_snapshot_group_by_gid(const struct tn_snapshot *snapshot, gid_t gid,
                         struct group *ret, char *buffer, size_t size)
{
	struct found_group group;
	int rc = find_group_by_gid(snapshot, gid, &group);

	return rc != TN_OK ? rc : give_group(&group, ret, buffer, size);
}

int
tn_snapshot_group_at(const struct tn_snapshot *snapshot, uint32_t index,
                     struct group *ret, char *buffer, size_t size)
{
	struct found_group group;
	int rc;

	if (index >= snapshot->header.groups.count)
		return TN_E_NOT_FOUND;
	rc = read_group(
	    snapshot,
	    tn_snapshot_table_at(snapshot, &snapshot->header.groups, index),
	    &group);
	return rc != TN_OK ? rc : give_group(&group, ret, buffer, size);
}

/* People: by name, by uid, by number, and their supplementary groups. */
#include <config.h>

#include "snapshot/snapshot_reader.h"

#include <string.h>

#include "base/err.h"
#include "snapshot/snapshot_probe.h"

/* A record found, with its texts within the file. */
struct found_user {
	struct tn_snapshot_user_record record;
	const char *texts;
	size_t size; /* of all four, NULs counted */
};

static int
read_user(const struct tn_snapshot *snapshot, uint64_t offset,
          struct found_user *ret)
{
	const void *bytes =
	    tn_snapshot_bytes(snapshot, offset, sizeof(ret->record));

	if (bytes == NULL)
		return TN_E_DAMAGED;
	memcpy(&ret->record, bytes, sizeof(ret->record));
	if (ret->record.uid < TN_SNAPSHOT_ID_MIN ||
	    ret->record.gid < TN_SNAPSHOT_ID_MIN || ret->record.name_size < 2 ||
	    ret->record.gecos_size < 1 || ret->record.home_size < 1 ||
	    ret->record.shell_size < 1)
		return TN_E_DAMAGED;
	ret->size = (size_t)ret->record.name_size + ret->record.gecos_size +
	            ret->record.home_size + ret->record.shell_size;
	ret->texts = tn_snapshot_bytes(snapshot, offset + sizeof(ret->record),
	                               ret->size);
	return ret->texts != NULL ? TN_OK : TN_E_DAMAGED;
}

static int
find_user_by_name(const struct tn_snapshot *snapshot, const char *name,
                  struct found_user *ret)
{
	size_t len = strnlen(name, TN_SNAPSHOT_NAME_MAX + 1);
	struct tn_snapshot_probe probe;
	uint64_t offset;

	if (len > TN_SNAPSHOT_NAME_MAX)
		return TN_E_NOT_FOUND;
	tn_snapshot_probe_start(&probe, snapshot, &snapshot->header.user_names,
	                        tn_snapshot_hash_name(name, len));
	while ((offset = tn_snapshot_probe_next(&probe)) != 0) {
		int rc = read_user(snapshot, offset, ret);

		if (rc != TN_OK)
			return rc;
		if (ret->record.name_size == len + 1 &&
		    memcmp(ret->texts, name, len + 1) == 0)
			return TN_OK;
	}
	return TN_E_NOT_FOUND;
}

static int
find_user_by_uid(const struct tn_snapshot *snapshot, uid_t uid,
                 struct found_user *ret)
{
	struct tn_snapshot_probe probe;
	uint64_t offset;

	tn_snapshot_probe_start(&probe, snapshot, &snapshot->header.user_ids,
	                        tn_snapshot_hash_id(uid));
	while ((offset = tn_snapshot_probe_next(&probe)) != 0) {
		int rc = read_user(snapshot, offset, ret);

		if (rc != TN_OK)
			return rc;
		if (ret->record.uid == uid)
			return TN_OK;
	}
	return TN_E_NOT_FOUND;
}

static int
give_user(const struct found_user *user, struct passwd *ret, char *buffer,
          size_t size, bool *ret_dead)
{
	const struct tn_snapshot_user_record *record = &user->record;
	char *name = buffer;
	char *gecos;
	char *home;
	char *shell;
	char *password;

	if (size < 2 || user->size > size - 2)
		return TN_E_LIMIT;
	memcpy(buffer, user->texts, user->size);
	gecos = name + record->name_size;
	home = gecos + record->gecos_size;
	shell = home + record->home_size;
	password = shell + record->shell_size;
	/* Looked for in the copy, which nobody changes meanwhile. */
	if (gecos[-1] != '\0' || home[-1] != '\0' || shell[-1] != '\0' ||
	    password[-1] != '\0')
		return TN_E_DAMAGED;
	password[0] = '*';
	password[1] = '\0';
	*ret = (struct passwd){
		.pw_name = name,
		.pw_passwd = password,
		.pw_uid = record->uid,
		.pw_gid = record->gid,
		.pw_gecos = gecos,
		.pw_dir = home,
		.pw_shell = shell,
	};
	if (ret_dead != NULL)
		*ret_dead = (record->flags & TN_SNAPSHOT_DEAD) != 0;
	return TN_OK;
}

int
tn_snapshot_user_by_name(const struct tn_snapshot *snapshot, const char *name,
                         struct passwd *ret, char *buffer, size_t size,
                         bool *ret_dead)
{
	struct found_user user;
	int rc = find_user_by_name(snapshot, name, &user);

	return rc != TN_OK ? rc : give_user(&user, ret, buffer, size, ret_dead);
}

int
tn_snapshot_user_by_uid(const struct tn_snapshot *snapshot, uid_t uid,
                        struct passwd *ret, char *buffer, size_t size,
                        bool *ret_dead)
{
	struct found_user user;
	int rc = find_user_by_uid(snapshot, uid, &user);

	return rc != TN_OK ? rc : give_user(&user, ret, buffer, size, ret_dead);
}

int
tn_snapshot_user_at(const struct tn_snapshot *snapshot, uint32_t index,
                    struct passwd *ret, char *buffer, size_t size,
                    bool *ret_dead)
{
	struct found_user user;
	int rc;

	if (index >= snapshot->header.users.count)
		return TN_E_NOT_FOUND;
	rc = read_user(
	    snapshot,
	    tn_snapshot_table_at(snapshot, &snapshot->header.users, index),
	    &user);
	return rc != TN_OK ? rc : give_user(&user, ret, buffer, size, ret_dead);
}

int
tn_snapshot_gids(const struct tn_snapshot *snapshot, const char *name,
                 const uint32_t **ret, size_t *ret_count)
{
	struct found_user user;
	const uint32_t *gids;
	uint32_t i;
	int rc = find_user_by_name(snapshot, name, &user);

	if (rc != TN_OK)
		return rc;
	gids =
	    tn_snapshot_bytes(snapshot, (uint64_t)user.record.gids_at * 8,
	                      (uint64_t)user.record.gid_count * sizeof(*gids));
	if (gids == NULL)
		return TN_E_DAMAGED;
	for (i = 0; i < user.record.gid_count; i++)
		if (gids[i] < TN_SNAPSHOT_ID_MIN)
			return TN_E_DAMAGED;
	*ret = gids;
	*ret_count = user.record.gid_count;
	return TN_OK;
}

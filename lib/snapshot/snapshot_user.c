/* People: by name, by uid, one after another, and their groups. */
#include <config.h>

#include "snapshot/snapshot_reader.h"

#include <string.h>

#include "base/err.h"
#include "snapshot/snapshot_user.h"
#include "snapshot/snapshot_walk.h"

#define CACHE_LINE 64

#define NAMES offsetof(struct tn_snapshot_header, user_names)
#define IDS   offsetof(struct tn_snapshot_header, user_ids)
#define TABLE offsetof(struct tn_snapshot_header, users)
#define DEAD  offsetof(struct tn_snapshot_header, dead)

/* Inline, since every lookup goes through it. */
static inline __attribute__((always_inline)) int
read_user(const struct tn_snapshot_file *file, uint64_t offset,
          struct tn_snapshot_found_user *ret)
{
	const char *bytes =
	    tn_snapshot_bytes(file, offset, sizeof(ret->record));
	uint64_t texts = offset + sizeof(ret->record);
	uint64_t gids;

	if (bytes == NULL)
		return TN_E_DAMAGED;
	/* Most records go on in the next line of the processor's cache. */
	__builtin_prefetch(bytes + CACHE_LINE);
	memcpy(&ret->record, bytes, sizeof(ret->record));
	if (ret->record.uid < TN_SNAPSHOT_ID_MIN ||
	    ret->record.gid < TN_SNAPSHOT_ID_MIN || ret->record.name_size < 2 ||
	    ret->record.gecos_size < 1 || ret->record.home_size < 1 ||
	    ret->record.shell_size < 1)
		return TN_E_DAMAGED;
	ret->size = (size_t)ret->record.name_size + ret->record.gecos_size +
	            ret->record.home_size + ret->record.shell_size;
	gids = tn_snapshot_round(texts + ret->size);
	if (tn_snapshot_bytes(file, gids,
	                      (uint64_t)ret->record.gid_count *
	                          sizeof(uint32_t)) == NULL)
		return TN_E_DAMAGED;
	ret->texts = (const char *)file->start + texts;
	ret->gids = (const void *)(file->start + gids);
	return TN_OK;
}

int
tn_snapshot_read_user(const struct tn_snapshot_file *file, uint64_t offset,
                      struct tn_snapshot_found_user *ret)
{
	return read_user(file, offset, ret);
}

static inline __attribute__((always_inline)) int
read_user_key(const struct tn_snapshot_file *file, uint64_t offset,
              const struct tn_snapshot_key *key, void *found)
{
	struct tn_snapshot_found_user *user = found;
	int rc = read_user(file, offset, user);

	if (rc != TN_OK)
		return rc;
	if (key->name == NULL)
		return user->record.uid == key->id ? TN_OK : TN_E_NOT_FOUND;
	return user->record.name_size == key->len + 1 &&
	               tn_snapshot_is_same(user->texts, key->name, key->len + 1)
	           ? TN_OK
	           : TN_E_NOT_FOUND;
}

int
tn_snapshot_read_user_key(const struct tn_snapshot_file *file, uint64_t offset,
                          const struct tn_snapshot_key *key, void *found)
{
	return read_user_key(file, offset, key, found);
}

static inline __attribute__((always_inline)) int
find_user(const struct tn_snapshot *snapshot, size_t place,
          const struct tn_snapshot_key *key, struct tn_snapshot_found_user *ret)
{
	return tn_snapshot_find(snapshot, place, key, read_user_key, ret);
}

static inline int
give_user(const struct tn_snapshot_found_user *user, struct passwd *ret,
          char *buffer, size_t size, bool *ret_dead)
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
	struct tn_snapshot_key key;
	struct tn_snapshot_found_user user;
	int rc;

	if (!tn_snapshot_key_of_name(name, &key))
		return TN_E_NOT_FOUND;
	rc = find_user(snapshot, NAMES, &key, &user);
	return rc != TN_OK ? rc : give_user(&user, ret, buffer, size, ret_dead);
}

int
tn_snapshot_user_by_uid(const struct tn_snapshot *snapshot, uid_t uid,
                        struct passwd *ret, char *buffer, size_t size,
                        bool *ret_dead)
{
	struct tn_snapshot_key key;
	struct tn_snapshot_found_user user;
	int rc;

	tn_snapshot_key_of_id(uid, &key);
	rc = find_user(snapshot, IDS, &key, &user);
	return rc != TN_OK ? rc : give_user(&user, ret, buffer, size, ret_dead);
}

/* What comes next: after TN_E_LIMIT the same one, with a larger buffer. */
static int
next_of(const struct tn_snapshot *snapshot, size_t table, uint32_t *index,
        struct tn_snapshot_found_user *ret)
{
	uint64_t offset;
	const struct tn_snapshot_file *file =
	    tn_snapshot_walk(snapshot, table, index, &offset);

	if (file == NULL)
		return TN_E_NOT_FOUND;
	return tn_snapshot_read_user(file, offset, ret);
}

int
tn_snapshot_user_next(const struct tn_snapshot *snapshot, uint32_t *index,
                      struct passwd *ret, char *buffer, size_t size,
                      bool *ret_dead)
{
	struct tn_snapshot_found_user user;
	int rc = next_of(snapshot, TABLE, index, &user);

	if (rc == TN_OK)
		rc = give_user(&user, ret, buffer, size, ret_dead);
	if (rc == TN_OK || rc == TN_E_DAMAGED)
		++*index;
	return rc;
}

int
tn_snapshot_dead_next(const struct tn_snapshot *snapshot, uint32_t *index,
                      uid_t *ret)
{
	struct tn_snapshot_found_user user;
	int rc = next_of(snapshot, DEAD, index, &user);

	if (rc == TN_OK && (user.record.flags & TN_SNAPSHOT_DEAD) == 0)
		rc = TN_E_DAMAGED;
	if (rc == TN_OK)
		*ret = user.record.uid;
	if (rc != TN_E_NOT_FOUND)
		++*index;
	return rc;
}

int
tn_snapshot_gids(const struct tn_snapshot *snapshot, const char *name,
                 const uint32_t **ret, size_t *ret_count)
{
	struct tn_snapshot_key key;
	struct tn_snapshot_found_user user;
	bool is_low = false;
	uint32_t i;
	int rc;

	if (!tn_snapshot_key_of_name(name, &key))
		return TN_E_NOT_FOUND;
	rc = find_user(snapshot, NAMES, &key, &user);
	if (rc != TN_OK)
		return rc;
	for (i = 0; i < user.record.gid_count; i++)
		is_low |= user.gids[i] < TN_SNAPSHOT_ID_MIN;
	if (is_low)
		return TN_E_DAMAGED;
	*ret = user.gids;
	*ret_count = user.record.gid_count;
	return TN_OK;
}

int
tn_snapshot_where(const struct tn_snapshot *snapshot, const char *name,
                  bool *ret_overlay)
{
	struct tn_snapshot_key key;
	struct tn_snapshot_found_user user;
	uint32_t at;
	int rc;

	if (!tn_snapshot_key_of_name(name, &key))
		return TN_E_NOT_FOUND;
	rc = find_user(snapshot, NAMES, &key, &user);
	*ret_overlay =
	    rc == TN_OK &&
	    tn_snapshot_find_in(&snapshot->overlay,
	                        tn_snapshot_table_of(&snapshot->overlay, NAMES),
	                        &key, tn_snapshot_read_user_key, &user,
	                        &at) == TN_OK;
	return rc;
}

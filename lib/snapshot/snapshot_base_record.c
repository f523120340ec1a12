/* The records of a base, put into its file. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_base_file.h"
#include "snapshot/snapshot_layout.h"

#define CACHE_LINE    64
#define FETCHED_AHEAD 8

static int
note_place(struct base_places *places, uint32_t at, uint32_t max,
           struct tn_err *err)
{
	size_t room = places->room != 0 ? places->room + places->room / 2 : 64;
	uint32_t *grown;

	if (places->count >= max)
		return tn_fail(err, TN_E_LIMIT, "more than %u records", max);
	if (places->count == places->room) {
		grown = reallocarray(places->data, room, sizeof(*grown));
		if (grown == NULL)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		places->data = grown;
		places->room = room;
	}
	places->data[places->count++] = at;
	return TN_OK;
}

/* Room for a record, zeroed; where it is. */
static int
new_record(struct tn_snapshot_base_file *file, struct base_places *places,
           uint64_t size, uint32_t max, uint8_t **ret, struct tn_err *err)
{
	uint64_t offset;
	int rc;

	size = tn_snapshot_round(size);
	rc = tn_base_file_reserve(file, size, err);
	if (rc != TN_OK)
		return rc;
	offset = file->end;
	rc = note_place(places, tn_snapshot_at(offset), max, err);
	if (rc != TN_OK)
		return rc;
	file->end += size;
	*ret = file->start + offset;
	memset(*ret, 0, (size_t)size);
	return TN_OK;
}

int
tn_snapshot_base_user(struct tn_snapshot_base_file *file,
                      const struct tn_snapshot_user *user, uint32_t gid_room,
                      uint32_t *ret_at, struct tn_err *err)
{
	const char *const text[4] = { user->name, user->gecos, user->home,
		                      user->shell };
	struct tn_snapshot_user_record record;
	size_t size[4];
	uint8_t *at;
	int rc;
	int i;

	for (i = 0; i < 4; i++)
		size[i] = strlen(text[i]) + 1;
	if (size[0] == 1 || user->uid < TN_SNAPSHOT_ID_MIN ||
	    user->gid < TN_SNAPSHOT_ID_MIN)
		return tn_fail(err, TN_E_INVALID,
		               "user %.64s: no name, or an id below %u",
		               user->name, TN_SNAPSHOT_ID_MIN);
	if (size[0] > TN_SNAPSHOT_NAME_MAX + 1 ||
	    size[1] > TN_SNAPSHOT_TEXT_MAX + 1 ||
	    size[2] > TN_SNAPSHOT_TEXT_MAX + 1 ||
	    size[3] > TN_SNAPSHOT_TEXT_MAX + 1)
		return tn_fail(err, TN_E_LIMIT,
		               "user %.64s: a text is too long", user->name);
	record = (struct tn_snapshot_user_record){
		.uid = user->uid,
		.gid = user->gid,
		.gid_count = gid_room,
		.name_size = (uint8_t)size[0],
		.flags = user->dead ? TN_SNAPSHOT_DEAD : 0,
		.gecos_size = (uint16_t)size[1],
		.home_size = (uint16_t)size[2],
		.shell_size = (uint16_t)size[3],
	};
	rc = new_record(file, &file->users, tn_snapshot_user_size(&record),
	                TN_SNAPSHOT_USERS_MAX, &at, err);
	if (rc != TN_OK)
		return rc;
	if (user->dead)
		file->dead++;
	*ret_at = file->users.data[file->users.count - 1];
	record.gid_count = 0; /* they come with the groups */
	memcpy(at, &record, sizeof(record));
	at += sizeof(record);
	for (i = 0; i < 4; at += size[i], i++)
		memcpy(at, text[i], size[i]);
	return TN_OK;
}

/* Where a person's record is. */
static uint8_t *
user_at(const struct tn_snapshot_base_file *file, uint32_t at,
        struct tn_snapshot_user_record *ret)
{
	uint8_t *record = file->start + (size_t)at * TN_SNAPSHOT_AT_UNIT;

	memcpy(ret, record, sizeof(*ret));
	return record;
}

/* The end of the gids in a person's record. */
static uint8_t *
gids_end(uint8_t *at, const struct tn_snapshot_user_record *record)
{
	struct tn_snapshot_user_record all = *record;

	return at + tn_snapshot_user_size(&all);
}

static void
add_gid(uint8_t *at, struct tn_snapshot_user_record *record, uint32_t gid)
{
	memcpy(gids_end(at, record), &gid, sizeof(gid));
	record->gid_count++;
	memcpy(at, record, sizeof(*record));
}

int
tn_snapshot_base_copy_user(struct tn_snapshot_base_file *file,
                           const struct tn_snapshot_user *user,
                           const uint32_t *gids, size_t count,
                           struct tn_err *err)
{
	struct tn_snapshot_user_record record;
	uint8_t *at;
	uint32_t place;
	int rc =
	    tn_snapshot_base_user(file, user, (uint32_t)count, &place, err);

	if (rc != TN_OK)
		return rc;
	at = user_at(file, place, &record);
	if (count > 0)
		memcpy(gids_end(at, &record), gids, count * sizeof(*gids));
	record.gid_count = (uint32_t)count;
	memcpy(at, &record, sizeof(record));
	return TN_OK;
}

/* A group's record without its members: sizes and texts follow. */
static int
new_group(struct tn_snapshot_base_file *file, const char *name, uint32_t gid,
          size_t count, size_t text_size, uint8_t **ret, struct tn_err *err)
{
	size_t size = strlen(name) + 1;
	struct tn_snapshot_group_record record = {
		.gid = gid,
		.member_count = (uint32_t)count,
		.text_size = (uint32_t)(size + text_size),
		.name_size = (uint8_t)size,
	};
	uint8_t *at;
	int rc;

	if (size == 1 || gid < TN_SNAPSHOT_ID_MIN)
		return tn_fail(err, TN_E_INVALID,
		               "group %.64s: no name, or a gid below %u", name,
		               TN_SNAPSHOT_ID_MIN);
	if (size > TN_SNAPSHOT_NAME_MAX + 1 || count > TN_SNAPSHOT_MEMBERS_MAX)
		return tn_fail(err, TN_E_LIMIT, "group %.64s: too long", name);
	rc = new_record(file, &file->groups,
	                sizeof(record) + count + size + text_size,
	                TN_SNAPSHOT_GROUPS_MAX, &at, err);
	if (rc != TN_OK)
		return rc;
	memcpy(at, &record, sizeof(record));
	memcpy(at + sizeof(record) + count, name, size);
	*ret = at + sizeof(record);
	return TN_OK;
}

/* Members are from all over the file: whoever is due soon is fetched now. */
static void
fetch_member(const struct tn_snapshot_base_file *file, const uint32_t *members,
             size_t count, size_t i)
{
	const uint8_t *at;

	if (count - i <= FETCHED_AHEAD)
		return;
	at = file->start +
	     (size_t)members[i + FETCHED_AHEAD] * TN_SNAPSHOT_AT_UNIT;
	__builtin_prefetch(at, 1);
	__builtin_prefetch(at + CACHE_LINE, 1);
}

int
tn_snapshot_base_group(struct tn_snapshot_base_file *file, const char *name,
                       uint32_t gid, const uint32_t *members, size_t count,
                       struct tn_err *err)
{
	struct tn_snapshot_user_record user;
	size_t text_size = 0;
	uint8_t *sizes;
	uint8_t *texts;
	uint8_t *at;
	size_t i;
	int rc;

	for (i = 0; i < count; i++) {
		fetch_member(file, members, count, i);
		(void)user_at(file, members[i], &user);
		text_size += user.name_size;
	}
	rc = new_group(file, name, gid, count, text_size, &sizes, err);
	if (rc != TN_OK)
		return rc;
	texts = sizes + count + strlen(name) + 1;
	for (i = 0; i < count; i++) {
		fetch_member(file, members, count, i);
		at = user_at(file, members[i], &user);
		sizes[i] = user.name_size;
		memcpy(texts, at + sizeof(user), user.name_size);
		texts += user.name_size;
		add_gid(at, &user, gid);
	}
	return TN_OK;
}

int
tn_snapshot_base_copy_group(struct tn_snapshot_base_file *file,
                            const char *name, uint32_t gid,
                            char *const *members, struct tn_err *err)
{
	size_t text_size = 0;
	size_t count;
	uint8_t *sizes;
	uint8_t *texts;
	size_t size;
	size_t i;
	int rc;

	for (count = 0; members[count] != NULL; count++)
		text_size += strlen(members[count]) + 1;
	rc = new_group(file, name, gid, count, text_size, &sizes, err);
	if (rc != TN_OK)
		return rc;
	texts = sizes + count + strlen(name) + 1;
	for (i = 0; i < count; i++) {
		size = strlen(members[i]) + 1;
		sizes[i] = (uint8_t)size;
		memcpy(texts, members[i], size);
		texts += size;
	}
	return TN_OK;
}

/* Gathers people and groups. Room is made first, then things are put in, so
   that an error leaves the writer as it was. */
#include <config.h>

#include "snapshot/snapshot_writer.h"

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_draft.h"

/* Room for more entries in an array; false when memory is short. */
#define RESERVE(array, more)                                         \
	reserve(&(array).data, &(array).size, (array).count, (more), \
	        sizeof(*(array).data))

/* data: the address of a pointer, of whatever type. */
static bool
reserve(void *data, size_t *size, size_t count, size_t more, size_t entry)
{
	size_t wanted;
	void *old;
	void *grown;

	if (more <= *size - count)
		return true;
	if (more > SIZE_MAX / 4 - count || *size > SIZE_MAX / 4)
		return false;
	wanted = *size * 2 > 64 ? *size * 2 : 64;
	if (wanted < count + more)
		wanted = count + more;
	memcpy(&old, data, sizeof(old));
	grown = reallocarray(old, wanted, entry);
	if (grown == NULL)
		return false;
	memcpy(data, &grown, sizeof(grown));
	*size = wanted;
	/* cppcheck-suppress memleak; it was copied to its owner */
	return true;
}

/* There must be room. size counts the NUL. Returns where it is. */
static size_t
put_text(struct tn_snapshot_writer *writer, const char *text, size_t size)
{
	size_t at = writer->texts.count;

	memcpy(writer->texts.data + at, text, size);
	writer->texts.count += size;
	return at;
}

/* The bytes of text and its NUL; 0 when it has more than max. */
static uint16_t
size_of(const char *text, size_t max)
{
	size_t len = strnlen(text, max + 1);

	return len <= max ? (uint16_t)(len + 1) : 0;
}

static uint8_t
name_size_of(const char *name)
{
	return (uint8_t)size_of(name, TN_SNAPSHOT_NAME_MAX);
}

int
tn_snapshot_writer_new(struct tn_snapshot_writer **ret, struct tn_err *err)
{
	struct tn_snapshot_writer *writer = calloc(1, sizeof(*writer));

	if (writer == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	*ret = writer;
	return TN_OK;
}

void
tn_snapshot_writer_free(struct tn_snapshot_writer *writer)
{
	if (writer == NULL)
		return;
	free(writer->texts.data);
	free(writer->users.data);
	free(writer->groups.data);
	free(writer->members.data);
	tn_snapshot_index_done(&writer->user_names);
	tn_snapshot_index_done(&writer->user_ids);
	tn_snapshot_index_done(&writer->group_names);
	tn_snapshot_index_done(&writer->group_ids);
	free(writer);
}

bool
tn_snapshot_draft_user(const struct tn_snapshot_writer *writer,
                       const char *name, size_t size, uint32_t *ret_entry)
{
	uint32_t hash = tn_snapshot_hash_name(name, size - 1);
	uint32_t position = 0;
	uint32_t entry;

	while (tn_snapshot_index_next(&writer->user_names, hash, &position,
	                              &entry)) {
		const struct draft_user *user = &writer->users.data[entry];

		if (user->name_size == size &&
		    memcmp(writer->texts.data + user->texts, name, size) == 0) {
			*ret_entry = entry;
			return true;
		}
	}
	return false;
}

static bool
has_uid(const struct tn_snapshot_writer *writer, uint32_t uid)
{
	uint32_t position = 0;
	uint32_t entry;

	while (tn_snapshot_index_next(
	    &writer->user_ids, tn_snapshot_hash_id(uid), &position, &entry))
		if (writer->users.data[entry].uid == uid)
			return true;
	return false;
}

static bool
has_group(const struct tn_snapshot_writer *writer, const char *name,
          size_t size)
{
	uint32_t hash = tn_snapshot_hash_name(name, size - 1);
	uint32_t position = 0;
	uint32_t entry;

	while (tn_snapshot_index_next(&writer->group_names, hash, &position,
	                              &entry)) {
		const struct draft_group *group = &writer->groups.data[entry];

		if (group->name_size == size &&
		    memcmp(writer->texts.data + group->name, name, size) == 0)
			return true;
	}
	return false;
}

static bool
has_gid(const struct tn_snapshot_writer *writer, uint32_t gid)
{
	uint32_t position = 0;
	uint32_t entry;

	while (tn_snapshot_index_next(
	    &writer->group_ids, tn_snapshot_hash_id(gid), &position, &entry))
		if (writer->groups.data[entry].gid == gid)
			return true;
	return false;
}

int
tn_snapshot_add_user(struct tn_snapshot_writer *writer,
                     const struct tn_snapshot_user *user, struct tn_err *err)
{
	struct draft_user draft = {
		.uid = user->uid,
		.gid = user->gid,
		.name_size = name_size_of(user->name),
		.gecos_size = size_of(user->gecos, TN_SNAPSHOT_TEXT_MAX),
		.home_size = size_of(user->home, TN_SNAPSHOT_TEXT_MAX),
		.shell_size = size_of(user->shell, TN_SNAPSHOT_TEXT_MAX),
		.dead = user->dead,
	};
	uint32_t entry = (uint32_t)writer->users.count;

	if (writer->users.count >= TN_SNAPSHOT_USERS_MAX)
		return tn_fail(err, TN_E_LIMIT, "more than %u users",
		               TN_SNAPSHOT_USERS_MAX);
	if (draft.name_size == 0 || draft.gecos_size == 0 ||
	    draft.home_size == 0 || draft.shell_size == 0)
		return tn_fail(err, TN_E_LIMIT,
		               "user %.64s: a text is too long", user->name);
	if (draft.name_size == 1)
		return tn_fail(err, TN_E_INVALID, "a user without a name");
	if (user->uid < TN_SNAPSHOT_ID_MIN || user->gid < TN_SNAPSHOT_ID_MIN)
		return tn_fail(err, TN_E_INVALID,
		               "user %s: uid or gid below %u", user->name,
		               TN_SNAPSHOT_ID_MIN);
	if (tn_snapshot_draft_user(writer, user->name, draft.name_size,
	                           &(uint32_t){ 0 }))
		return tn_fail(err, TN_E_EXISTS, "user %s is there already",
		               user->name);
	if (has_uid(writer, user->uid))
		return tn_fail(err, TN_E_EXISTS,
		               "user %s: uid %u is there already", user->name,
		               user->uid);
	if (!RESERVE(writer->users, 1) ||
	    !RESERVE(writer->texts, (size_t)draft.name_size + draft.gecos_size +
	                                draft.home_size + draft.shell_size) ||
	    !tn_snapshot_index_reserve(&writer->user_names) ||
	    !tn_snapshot_index_reserve(&writer->user_ids))
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	draft.texts = put_text(writer, user->name, draft.name_size);
	put_text(writer, user->gecos, draft.gecos_size);
	put_text(writer, user->home, draft.home_size);
	put_text(writer, user->shell, draft.shell_size);
	writer->users.data[writer->users.count++] = draft;
	tn_snapshot_index_put(
	    &writer->user_names,
	    tn_snapshot_hash_name(user->name, draft.name_size - 1u), entry);
	tn_snapshot_index_put(&writer->user_ids, tn_snapshot_hash_id(user->uid),
	                      entry);
	return TN_OK;
}

/* Room for the members' logins; those that no user can have are left out. */
static int
check_members(const char *const *members, size_t count, size_t *ret_bytes,
              struct tn_err *err)
{
	size_t bytes = 0;
	size_t i;

	if (count > TN_SNAPSHOT_MEMBERS_MAX)
		return tn_fail(err, TN_E_LIMIT, "more than %u members",
		               TN_SNAPSHOT_MEMBERS_MAX);
	for (i = 0; i < count; i++)
		bytes += name_size_of(members[i]);
	*ret_bytes = bytes;
	return TN_OK;
}

int
tn_snapshot_add_group(struct tn_snapshot_writer *writer, const char *name,
                      uint32_t gid, const char *const *members, size_t count,
                      struct tn_err *err)
{
	struct draft_group draft = {
		.first_member = writer->members.count,
		.gid = gid,
		.name_size = name_size_of(name),
	};
	uint32_t entry = (uint32_t)writer->groups.count;
	size_t bytes = 0;
	size_t i;

	if (writer->groups.count >= TN_SNAPSHOT_GROUPS_MAX)
		return tn_fail(err, TN_E_LIMIT, "more than %u groups",
		               TN_SNAPSHOT_GROUPS_MAX);
	if (draft.name_size == 0)
		return tn_fail(err, TN_E_LIMIT, "group %.64s: too long", name);
	if (draft.name_size == 1)
		return tn_fail(err, TN_E_INVALID, "a group without a name");
	if (gid < TN_SNAPSHOT_ID_MIN)
		return tn_fail(err, TN_E_INVALID, "group %s: gid below %u",
		               name, TN_SNAPSHOT_ID_MIN);
	if (has_group(writer, name, draft.name_size))
		return tn_fail(err, TN_E_EXISTS, "group %s is there already",
		               name);
	if (has_gid(writer, gid))
		return tn_fail(err, TN_E_EXISTS,
		               "group %s: gid %u is there already", name, gid);
	if (check_members(members, count, &bytes, err) != TN_OK)
		return tn_context(err, "group %s", name);
	if (!RESERVE(writer->groups, 1) || !RESERVE(writer->members, count) ||
	    !RESERVE(writer->texts, draft.name_size + bytes) ||
	    !tn_snapshot_index_reserve(&writer->group_names) ||
	    !tn_snapshot_index_reserve(&writer->group_ids))
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	draft.name = put_text(writer, name, draft.name_size);
	for (i = 0; i < count; i++) {
		uint8_t size = name_size_of(members[i]);

		if (size <= 1)
			continue;
		writer->members.data[writer->members.count++] =
		    (struct draft_member){
			    .name = put_text(writer, members[i], size),
			    .name_size = size,
		    };
		draft.member_count++;
	}
	writer->groups.data[writer->groups.count++] = draft;
	tn_snapshot_index_put(&writer->group_names,
	                      tn_snapshot_hash_name(name, draft.name_size - 1u),
	                      entry);
	tn_snapshot_index_put(&writer->group_ids, tn_snapshot_hash_id(gid),
	                      entry);
	return TN_OK;
}

#include <config.h>

#include "ask_everything.h"

#include <string.h>
#include "base/err.h"
#include "fuzz.h"
#include "snapshot/snapshot_format.h"

#define ROOM_MAX ((size_t)1 << 16)
#define ASKED    12 /* of those that a walk finds */
#define STEPS    4096

struct room {
	char *block;
	char *data; /* .size bytes at its end */
	size_t size;
	size_t shift;
};

static void
room_set(struct room *room, size_t size)
{
	free(room->block);
	room->block = malloc(size + room->shift + 1);
	if (room->block == NULL)
		abort();
	room->data = room->block + 1 + room->shift;
	room->size = size;
}

/* After TN_E_LIMIT: as glibc's callers do. False when that is enough. */
static bool
room_grow(struct room *room)
{
	if (room->size >= ROOM_MAX)
		return false;
	room_set(room, room->size < 32 ? 32 : room->size * 2);
	return true;
}

static void
expect_text(const struct room *room, const char *text)
{
	FUZZ_EXPECT(text >= room->data && text < room->data + room->size);
	FUZZ_EXPECT(memchr(text, '\0',
	                   (size_t)(room->data + room->size - text)) != NULL);
}

static bool
is_answer(int rc)
{
	return rc == TN_OK || rc == TN_E_NOT_FOUND || rc == TN_E_DAMAGED ||
	       rc == TN_E_LIMIT;
}

static void
expect_person(const struct room *room, const struct passwd *person)
{
	expect_text(room, person->pw_name);
	expect_text(room, person->pw_gecos);
	expect_text(room, person->pw_dir);
	expect_text(room, person->pw_shell);
	expect_text(room, person->pw_passwd);
	FUZZ_EXPECT(strcmp(person->pw_passwd, "*") == 0);
	FUZZ_EXPECT(person->pw_uid >= TN_SNAPSHOT_ID_MIN);
	FUZZ_EXPECT(person->pw_gid >= TN_SNAPSHOT_ID_MIN);
}

static void
expect_group(const struct room *room, const struct group *group)
{
	const char *list = (const char *)group->gr_mem;
	size_t i;

	expect_text(room, group->gr_name);
	expect_text(room, group->gr_passwd);
	FUZZ_EXPECT(strcmp(group->gr_passwd, "*") == 0);
	FUZZ_EXPECT(group->gr_gid >= TN_SNAPSHOT_ID_MIN);
	FUZZ_EXPECT((uintptr_t)list % sizeof(char *) == 0);
	for (i = 0;; i++) {
		FUZZ_EXPECT(list >= room->data &&
		            list + (i + 1) * sizeof(char *) <=
		                room->data + room->size);
		if (group->gr_mem[i] == NULL)
			break;
		expect_text(room, group->gr_mem[i]);
	}
}

static void
ask_name(const struct tn_snapshot *snapshot, struct room *room,
         const char *name)
{
	const uint32_t *gids = NULL;
	struct passwd person;
	bool is_there = false;
	bool in_overlay;
	bool dead;
	size_t count = 0;
	int rc;

	do
		rc = tn_snapshot_user_by_name(snapshot, name, &person,
		                              room->data, room->size, &dead);
	while (rc == TN_E_LIMIT && room_grow(room));
	FUZZ_EXPECT(is_answer(rc));
	if (rc == TN_OK) {
		expect_person(room, &person);
		FUZZ_EXPECT(strcmp(person.pw_name, name) == 0);
		is_there = true;
	}
	rc = tn_snapshot_gids(snapshot, name, &gids, &count);
	FUZZ_EXPECT(is_answer(rc));
	FUZZ_EXPECT(!is_there || rc != TN_E_NOT_FOUND);
	while (rc == TN_OK && count > 0)
		FUZZ_EXPECT(gids[--count] >= TN_SNAPSHOT_ID_MIN);
	rc = tn_snapshot_where(snapshot, name, &in_overlay);
	FUZZ_EXPECT(is_answer(rc));
	FUZZ_EXPECT(!is_there || rc == TN_OK);
}

static void
ask_uid(const struct tn_snapshot *snapshot, struct room *room, uid_t uid)
{
	struct passwd person;
	int rc;

	do
		rc = tn_snapshot_user_by_uid(snapshot, uid, &person, room->data,
		                             room->size, NULL);
	while (rc == TN_E_LIMIT && room_grow(room));
	FUZZ_EXPECT(is_answer(rc));
	if (rc != TN_OK)
		return;
	expect_person(room, &person);
	FUZZ_EXPECT(person.pw_uid == uid);
}

static void
ask_group(const struct tn_snapshot *snapshot, struct room *room,
          const char *name)
{
	struct group group;
	int rc;

	do
		rc = tn_snapshot_group_by_name(snapshot, name, &group,
		                               room->data, room->size);
	while (rc == TN_E_LIMIT && room_grow(room));
	FUZZ_EXPECT(is_answer(rc));
	if (rc != TN_OK)
		return;
	expect_group(room, &group);
	FUZZ_EXPECT(strcmp(group.gr_name, name) == 0);
}

static void
ask_gid(const struct tn_snapshot *snapshot, struct room *room, gid_t gid)
{
	struct group group;
	int rc;

	do
		rc = tn_snapshot_group_by_gid(snapshot, gid, &group, room->data,
		                              room->size);
	while (rc == TN_E_LIMIT && room_grow(room));
	FUZZ_EXPECT(is_answer(rc));
	if (rc != TN_OK)
		return;
	expect_group(room, &group);
	FUZZ_EXPECT(group.gr_gid == gid);
}

/* Everybody that a walk finds, and the first of them by name and by number. */
static void
walk_users(const struct tn_snapshot *snapshot, struct room *room)
{
	char name[TN_SNAPSHOT_NAME_MAX + 2];
	struct passwd person;
	uint32_t index = 0;
	uint32_t before;
	int asked = 0;
	int rc;
	int i;

	for (i = 0; i < STEPS; i++) {
		before = index;
		rc = tn_snapshot_user_next(snapshot, &index, &person,
		                           room->data, room->size, NULL);
		FUZZ_EXPECT(is_answer(rc));
		if (rc == TN_E_NOT_FOUND)
			return;
		if (rc == TN_E_LIMIT) {
			FUZZ_EXPECT(index >= before);
			if (!room_grow(room))
				index++;
			continue;
		}
		FUZZ_EXPECT(index > before);
		if (rc != TN_OK)
			continue;
		expect_person(room, &person);
		FUZZ_EXPECT(strlen(person.pw_name) <= TN_SNAPSHOT_NAME_MAX);
		if (asked++ >= ASKED)
			continue;
		memcpy(name, person.pw_name, strlen(person.pw_name) + 1);
		ask_uid(snapshot, room, person.pw_uid);
		ask_name(snapshot, room, name);
	}
}

static void
walk_groups(const struct tn_snapshot *snapshot, struct room *room)
{
	char name[TN_SNAPSHOT_NAME_MAX + 2];
	struct group group;
	uint32_t index = 0;
	uint32_t before;
	int asked = 0;
	int rc;
	int i;

	for (i = 0; i < STEPS; i++) {
		before = index;
		rc = tn_snapshot_group_next(snapshot, &index, &group,
		                            room->data, room->size);
		FUZZ_EXPECT(is_answer(rc));
		if (rc == TN_E_NOT_FOUND)
			return;
		if (rc == TN_E_LIMIT) {
			FUZZ_EXPECT(index >= before);
			if (!room_grow(room))
				index++;
			continue;
		}
		FUZZ_EXPECT(index > before);
		if (rc != TN_OK)
			continue;
		expect_group(room, &group);
		FUZZ_EXPECT(strlen(group.gr_name) <= TN_SNAPSHOT_NAME_MAX);
		if (asked++ >= ASKED)
			continue;
		memcpy(name, group.gr_name, strlen(group.gr_name) + 1);
		ask_gid(snapshot, room, group.gr_gid);
		ask_group(snapshot, room, name);
	}
}

static void
walk_dead(const struct tn_snapshot *snapshot)
{
	uint32_t index = 0;
	uint32_t before;
	uid_t uid;
	int rc;
	int i;

	for (i = 0; i < STEPS; i++) {
		before = index;
		rc = tn_snapshot_dead_next(snapshot, &index, &uid);
		FUZZ_EXPECT(is_answer(rc));
		if (rc == TN_E_NOT_FOUND)
			return;
		FUZZ_EXPECT(index > before);
		FUZZ_EXPECT(rc != TN_OK || uid >= TN_SNAPSHOT_ID_MIN);
	}
}

void
ask_everything(const struct tn_snapshot *snapshot, size_t room_size,
               size_t shift)
{
	static const char *const names[] = { "wang", "li",    "a0",
		                             "b0",   "zhao",  "",
		                             "root", "staff", "everyone" };
	struct tn_snapshot_info info;
	struct room room = { .shift = shift };
	uint32_t i;

	room_set(&room, room_size);
	FUZZ_EXPECT(tn_snapshot_info(snapshot, &info) == TN_OK);
	FUZZ_EXPECT(strlen(info.cookie) < info.overlay_size);
	for (i = 0; i < TN_ARRAY_LEN(names); i++) {
		ask_name(snapshot, &room, names[i]);
		ask_group(snapshot, &room, names[i]);
	}
	for (i = 0; i < 4; i++) {
		ask_uid(snapshot, &room, i == 3 ? 0 : 2000000 + i);
		ask_gid(snapshot, &room, i == 3 ? 0 : 1900000 + i);
	}
	walk_users(snapshot, &room);
	walk_groups(snapshot, &room);
	walk_dead(snapshot);
	free(room.block);
}

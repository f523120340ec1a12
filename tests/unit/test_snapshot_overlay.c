/*
 * Base and overlay together: what readers see is what a base of the same state
 * would say, whichever way it came about.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "snapshot/snapshot_format.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

static struct example example;
static struct tn_snapshot_overlay *overlay;
static const struct tn_snapshot *snapshot;
static char buffer[65536];

static void
start(void)
{
	example_init(&example);
	example_publish(&example, example_gather(6));
	overlay = example_overlay(&example);
}

static void
clean(void)
{
	if (snapshot != NULL)
		tn_snapshot_drop(snapshot);
	tn_snapshot_overlay_free(overlay);
	example_done(&example);
}

TestSuite(snapshot_overlay, .init = start, .fini = clean, .timeout = 60);

static void
save(void)
{
	example_save(&example, overlay);
	if (snapshot != NULL)
		tn_snapshot_drop(snapshot);
	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK);
}

static uint32_t
uid_of(const char *name)
{
	struct passwd person;

	return tn_snapshot_user_by_name(snapshot, name, &person, buffer,
	                                sizeof(buffer), NULL) == TN_OK
	           ? person.pw_uid
	           : 0;
}

static const char *
name_of(uint32_t uid)
{
	struct passwd person;

	return tn_snapshot_user_by_uid(snapshot, uid, &person, buffer,
	                               sizeof(buffer), NULL) == TN_OK
	           ? person.pw_name
	           : NULL;
}

/* "a,b,c"; NULL when there is no such group. */
static const char *
members_of(const char *name)
{
	static char text[4096];
	struct group group;
	size_t i;

	if (tn_snapshot_group_by_name(snapshot, name, &group, buffer,
	                              sizeof(buffer)) != TN_OK)
		return NULL;
	text[0] = '\0';
	for (i = 0; group.gr_mem[i] != NULL; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		         "%s%s", i > 0 ? "," : "", group.gr_mem[i]);
	return text;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Less the staff gid: "1 2 3". */
static const char *
gids_of(const char *name)
{
	static char text[256];
	uint32_t sorted[16];
	const uint32_t *gids;
	size_t count;
	size_t i;

	if (tn_snapshot_gids(snapshot, name, &gids, &count) != TN_OK)
		return "none";
	cr_assert_leq(count, 16);
	memcpy(sorted, gids, count * sizeof(*gids));
	qsort(sorted, count, sizeof(*sorted), by_number);
	text[0] = '\0';
	for (i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		         "%s%u", i > 0 ? " " : "",
		         sorted[i] - EXAMPLE_STAFF_GID);
	return text;
}

Test(snapshot_overlay, people_who_changed_are_seen_as_they_are_now)
{
	struct passwd person;
	bool dead = false;

	example_change(overlay);
	save();

	cr_assert_eq(tn_snapshot_user_by_name(snapshot, "wang", &person, buffer,
	                                      sizeof(buffer), &dead),
	             TN_OK);
	cr_expect_str_eq(person.pw_shell, "/bin/zsh");
	cr_expect(!dead);
	cr_assert_eq(tn_snapshot_user_by_uid(snapshot, EXAMPLE_FIRST_UID + 102,
	                                     &person, buffer, sizeof(buffer),
	                                     &dead),
	             TN_OK);
	cr_expect_str_eq(person.pw_shell, "/usr/sbin/nologin");
	cr_expect(dead);
	cr_expect_eq(uid_of("zhao"), EXAMPLE_FIRST_UID + 50, "new");
	cr_expect_str_eq(name_of(EXAMPLE_FIRST_UID + 50), "zhao");
	cr_expect_eq(uid_of("u000004"), EXAMPLE_FIRST_UID + 104,
	             "as in the base");
}

Test(snapshot_overlay, a_renamed_login_hides_the_old_name)
{
	example_change(overlay);
	save();

	cr_expect_eq(uid_of("v000000"), EXAMPLE_FIRST_UID + 100);
	cr_expect_str_eq(name_of(EXAMPLE_FIRST_UID + 100), "v000000");
	cr_expect_eq(uid_of("u000000"), 0);
	cr_expect_str_eq(gids_of("u000000"), "none");
}

Test(snapshot_overlay, who_was_taken_away_is_found_neither_way)
{
	example_change(overlay);
	save();

	cr_expect_eq(uid_of("u000001"), 0);
	cr_expect_null(name_of(EXAMPLE_FIRST_UID + 101));
	cr_expect_null(members_of("tunnel"));
}

Test(snapshot_overlay, groups_and_gid_vectors_follow)
{
	example_change(overlay);
	save();

	cr_expect_str_eq(members_of("bridge"), "wang,zhao");
	cr_expect_str_eq(members_of("everyone"),
	                 "wang,li,u000002,u000003,u000004,u000005,"
	                 "zhao,v000000");
	cr_expect_str_eq(members_of("fresh"), "zhao");
	cr_expect_str_eq(members_of("staff"), "");
	cr_expect_str_eq(gids_of("wang"), "2 3");
	cr_expect_str_eq(gids_of("li"), "3");
	cr_expect_str_eq(gids_of("zhao"), "2 3 9");
	cr_expect_str_eq(gids_of("v000000"), "3");
	cr_expect_str_eq(gids_of("u000003"), "3");
}

Test(snapshot_overlay, a_uid_that_changed_hands_has_one_name)
{
	struct tn_snapshot_user user;

	cr_assert(tn_snapshot_overlay_user(overlay, "wang", &user));
	user.uid = EXAMPLE_FIRST_UID + 103; /* u000003's; texts of the view */
	cr_assert_eq(tn_snapshot_overlay_put_user(overlay, &user, NULL), TN_OK);
	cr_assert(tn_snapshot_overlay_user(overlay, "wang", &user));
	user.shell = "/bin/sh";
	cr_assert_eq(tn_snapshot_overlay_put_user(overlay, &user, NULL), TN_OK);
	save();

	cr_expect_str_eq(name_of(EXAMPLE_FIRST_UID + 103), "wang");
	cr_expect_eq(uid_of("u000003"), 0);
	cr_expect_null(name_of(EXAMPLE_FIRST_UID));
	cr_expect_str_eq(gids_of("wang"), "1 2 3", "the name's vector goes on");
}

Test(snapshot_overlay, two_who_exchange_their_uids_keep_their_groups)
{
	struct tn_snapshot_user users[2];

	cr_assert(tn_snapshot_overlay_user(overlay, "wang", &users[0]));
	cr_assert(tn_snapshot_overlay_user(overlay, "li", &users[1]));
	users[0].uid = users[1].uid;
	users[1].uid = EXAMPLE_FIRST_UID;
	cr_assert_eq(tn_snapshot_overlay_put_users(overlay, users, 2, NULL),
	             TN_OK);
	save();

	cr_expect_str_eq(name_of(EXAMPLE_FIRST_UID), "li");
	cr_expect_eq(uid_of("wang"), users[0].uid);
	cr_expect_str_eq(gids_of("wang"), "1 2 3");
	cr_expect_str_eq(gids_of("li"), "1 3");
}

Test(snapshot_overlay, a_group_with_another_name_or_gid_takes_its_members_along)
{
	static const char *const both[] = { "wang", "li" };

	cr_assert_eq(tn_snapshot_overlay_put_group(overlay, "shaft",
	                                           EXAMPLE_STAFF_GID + 1, both,
	                                           2, NULL),
	             TN_OK);
	cr_assert_eq(tn_snapshot_overlay_put_group(overlay, "bridge",
	                                           EXAMPLE_STAFF_GID + 20, both,
	                                           2, NULL),
	             TN_OK);
	save();

	cr_expect_null(members_of("tunnel"));
	cr_expect_str_eq(members_of("shaft"), "wang,li");
	cr_expect_str_eq(members_of("bridge"), "wang,li");
	cr_expect_str_eq(gids_of("wang"), "1 3 20");
	cr_expect_str_eq(gids_of("li"), "1 3 20");
}

Test(snapshot_overlay, what_is_changed_back_leaves_nothing_behind)
{
	static const char *const both[] = { "wang", "li" };
	struct tn_snapshot_info info;
	struct tn_snapshot_user user;

	save();
	tn_snapshot_info(snapshot, &info);
	cr_assert(tn_snapshot_overlay_user(overlay, "wang", &user));
	user.shell = "/bin/zsh";
	cr_assert_eq(tn_snapshot_overlay_put_user(overlay, &user, NULL), TN_OK);
	cr_assert_eq(tn_snapshot_overlay_remove_group(overlay, "tunnel", NULL),
	             TN_OK);
	cr_assert(tn_snapshot_overlay_is_changed(overlay));
	save();
	user.shell = "/bin/bash";
	cr_assert(tn_snapshot_overlay_user(overlay, "wang", &user));
	user.shell = "/bin/bash";
	cr_assert_eq(tn_snapshot_overlay_put_user(overlay, &user, NULL), TN_OK);
	cr_assert_eq(tn_snapshot_overlay_put_group(overlay, "tunnel",
	                                           EXAMPLE_STAFF_GID + 1, both,
	                                           2, NULL),
	             TN_OK);
	save();

	cr_expect_eq(info.overlay_size,
	             sizeof(struct tn_snapshot_header) + 8 +
	                 5 * sizeof(uint32_t),
	             "an empty one has its header, cookie and empty indexes");
	tn_snapshot_info(snapshot, &info);
	cr_expect_eq(info.overlay_size, 256 + 8 + 5 * sizeof(uint32_t), "%llu",
	             (unsigned long long)info.overlay_size);
	cr_expect_eq(info.users, 8);
	cr_expect_eq(info.groups, 4);
}

Test(snapshot_overlay, what_is_put_as_it_is_changes_nothing)
{
	static const char *const both[] = { "li", "wang", "nobody", "li" };
	struct tn_snapshot_user user;

	save();
	cr_assert(tn_snapshot_overlay_user(overlay, "li", &user));
	cr_assert_eq(tn_snapshot_overlay_put_user(overlay, &user, NULL), TN_OK);
	cr_assert_eq(tn_snapshot_overlay_put_group(overlay, "tunnel",
	                                           EXAMPLE_STAFF_GID + 1, both,
	                                           4, NULL),
	             TN_OK);
	cr_assert_eq(tn_snapshot_overlay_remove_user(overlay, "none", NULL),
	             TN_OK);
	cr_expect(!tn_snapshot_overlay_is_changed(overlay));
}

Test(snapshot_overlay, the_walk_gives_everybody_once)
{
	struct tn_snapshot_info info;
	struct passwd person;
	struct group group;
	uint32_t index = 0;
	size_t people = 0;
	size_t groups = 0;
	size_t dead = 0;
	uid_t uid;

	example_change(overlay);
	save();
	tn_snapshot_info(snapshot, &info);
	while (tn_snapshot_user_next(snapshot, &index, &person, buffer,
	                             sizeof(buffer), NULL) == TN_OK) {
		people++;
		cr_expect_str_neq(person.pw_name, "u000000");
		cr_expect_str_neq(person.pw_name, "u000001");
	}
	for (index = 0; tn_snapshot_group_next(snapshot, &index, &group, buffer,
	                                       sizeof(buffer)) == TN_OK;)
		groups++;
	for (index = 0;
	     tn_snapshot_dead_next(snapshot, &index, &uid) == TN_OK;) {
		dead++;
		cr_expect(uid == EXAMPLE_FIRST_UID + 1 ||
		          uid == EXAMPLE_FIRST_UID + 102);
	}
	cr_expect_eq(people, 8);
	cr_expect_eq(groups, 4);
	cr_expect_eq(dead, 2);
	cr_expect_eq(info.users, people);
	cr_expect_eq(info.groups, groups);
	cr_expect_eq(info.generation, 2);
	cr_expect_eq(info.base_generation, 1);
	cr_expect_str_eq(info.cookie, "later");
}

Test(snapshot_overlay, nobody_gets_an_id_of_the_system_through_it_either)
{
	struct tn_snapshot_user user;

	cr_assert(tn_snapshot_overlay_user(overlay, "wang", &user));
	user.uid = 0;
	cr_expect_eq(tn_snapshot_overlay_put_user(overlay, &user, NULL),
	             TN_E_INVALID);
	user.uid = EXAMPLE_FIRST_UID;
	user.gid = 999;
	cr_expect_eq(tn_snapshot_overlay_put_user(overlay, &user, NULL),
	             TN_E_INVALID);
	cr_expect_eq(
	    tn_snapshot_overlay_put_group(overlay, "wheel", 0, NULL, 0, NULL),
	    TN_E_INVALID);
}

static void
set_members(const char *group, const char *const *logins,
            const bool *are_members, size_t count, int wanted)
{
	cr_assert_eq(tn_snapshot_overlay_set_members(overlay, group, logins,
	                                             are_members, count, NULL),
	             wanted);
}

Test(snapshot_overlay, some_members_come_and_go_and_the_others_stay)
{
	static const char *const logins[] = { "u000003", "zhao", "nobody", "li",
		                              "u000003" };
	static const bool in[] = { false, true, true, false, false };
	static const bool out[] = { true, false, false, true, true };

	save();
	cr_expect(tn_snapshot_overlay_shows_group(overlay, "everyone",
	                                          EXAMPLE_STAFF_GID + 3));
	cr_expect(!tn_snapshot_overlay_shows_group(overlay, "everyone",
	                                           EXAMPLE_STAFF_GID + 4));
	cr_expect(!tn_snapshot_overlay_shows_group(overlay, "fresh",
	                                           EXAMPLE_STAFF_GID + 9));
	set_members("everyone", logins + 2, in + 2, 1, TN_OK);
	cr_expect(!tn_snapshot_overlay_is_changed(overlay), "nobody came");
	set_members("fresh", logins, in, 5, TN_E_NOT_FOUND);
	example_change(overlay);
	set_members("everyone", logins, in, 5, TN_OK);
	set_members("fresh", logins, in, 5, TN_OK);
	set_members("fresh", logins, out, 4, TN_OK);
	save();
	cr_expect_str_eq(members_of("everyone"),
	                 "wang,u000002,u000004,u000005,v000000,zhao");
	cr_expect_str_eq(members_of("fresh"), "u000003,li");
	cr_expect_str_eq(gids_of("li"), "9");
	cr_expect_str_eq(gids_of("zhao"), "2 3");
	set_members("everyone", logins, out, 5, TN_OK);
	set_members("everyone", logins + 1, in + 1, 1, TN_OK);
	set_members("everyone", logins + 1, in + 1, 1, TN_OK);
	save();
	cr_expect_str_eq(members_of("everyone"),
	                 "wang,li,u000002,u000003,u000004,u000005,"
	                 "v000000,zhao");
	cr_expect_str_eq(gids_of("u000003"), "3 9");
}

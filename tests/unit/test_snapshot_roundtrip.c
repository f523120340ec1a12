/* What the writer puts in, the reader gives back (DESIGN section 7). */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "snapshot/snapshot_format.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

static struct example example;
static const struct tn_snapshot *snapshot;
static char buffer[4096];

static void
publish(uint32_t extra)
{
	example_init(&example);
	example_publish(&example, example_gather(extra));
	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK);
}

static void
clean(void)
{
	tn_snapshot_drop(snapshot);
	example_done(&example);
}

TestSuite(snapshot, .fini = clean);

Test(snapshot, a_person_with_a_chinese_name_comes_back_whole)
{
	struct passwd person;
	bool dead = true;

	publish(0);

	cr_assert_eq(tn_snapshot_user_by_name(snapshot, "wang", &person, buffer,
	                                      sizeof(buffer), &dead),
	             TN_OK);
	cr_expect_str_eq(person.pw_name, "wang");
	cr_expect_str_eq(person.pw_passwd, "*");
	cr_expect_eq(person.pw_uid, EXAMPLE_FIRST_UID);
	cr_expect_eq(person.pw_gid, EXAMPLE_STAFF_GID);
	cr_expect_str_eq(person.pw_gecos,
	                 "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e");
	cr_expect_str_eq(person.pw_dir, "/home/wang");
	cr_expect_str_eq(person.pw_shell, "/bin/bash");
	cr_expect_not(dead);
}

/* CI-P38: the account dies, the owner of files keeps a name. */
Test(snapshot, who_left_still_has_a_name_and_is_marked_dead)
{
	struct passwd person;
	bool dead = false;

	publish(0);

	cr_assert_eq(tn_snapshot_user_by_uid(snapshot, EXAMPLE_FIRST_UID + 1,
	                                     &person, buffer, sizeof(buffer),
	                                     &dead),
	             TN_OK);
	cr_expect_str_eq(person.pw_name, "li");
	cr_expect_str_eq(person.pw_shell, "/usr/sbin/nologin");
	cr_expect(dead);
}

Test(snapshot, each_of_20000_people_is_found_by_name_uid_and_number)
{
	struct passwd person;
	char name[16];
	uint32_t index = 2;
	uint32_t i;

	publish(20000);

	for (i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "u%06u", i);
		cr_assert_eq(tn_snapshot_user_by_name(snapshot, name, &person,
		                                      buffer, sizeof(buffer),
		                                      NULL),
		             TN_OK, "%s", name);
		cr_assert_eq(person.pw_uid, EXAMPLE_FIRST_UID + 100 + i);
		cr_assert_eq(tn_snapshot_user_by_uid(
		                 snapshot, EXAMPLE_FIRST_UID + 100 + i, &person,
		                 buffer, sizeof(buffer), NULL),
		             TN_OK, "%s", name);
		cr_assert_str_eq(person.pw_name, name);
		cr_assert_eq(tn_snapshot_user_next(snapshot, &index, &person,
		                                   buffer, sizeof(buffer),
		                                   NULL),
		             TN_OK, "%s", name);
		cr_assert_str_eq(person.pw_name, name);
	}
	cr_expect_eq(tn_snapshot_user_next(snapshot, &index, &person, buffer,
	                                   sizeof(buffer), NULL),
	             TN_E_NOT_FOUND);
}

Test(snapshot, who_is_not_in_it_is_not_found)
{
	static const char *const names[] = { "",        "wan",      "wangx",
		                             "Wang",    "u0000000", "root",
		                             "u999999", "wang ",    "staff" };
	char longest[TN_SNAPSHOT_NAME_MAX + 100];
	struct passwd person;
	struct group group;
	const uint32_t *gids;
	size_t count;
	size_t i;

	publish(1000);
	memset(longest, 'w', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_expect_eq(tn_snapshot_user_by_name(snapshot, names[i],
		                                      &person, buffer,
		                                      sizeof(buffer), NULL),
		             TN_E_NOT_FOUND, "%s", names[i]);
	cr_expect_eq(tn_snapshot_user_by_name(snapshot, longest, &person,
	                                      buffer, sizeof(buffer), NULL),
	             TN_E_NOT_FOUND);
	cr_expect_eq(tn_snapshot_user_by_uid(snapshot, 0, &person, buffer,
	                                     sizeof(buffer), NULL),
	             TN_E_NOT_FOUND);
	cr_expect_eq(tn_snapshot_user_by_uid(snapshot, EXAMPLE_STAFF_GID,
	                                     &person, buffer, sizeof(buffer),
	                                     NULL),
	             TN_E_NOT_FOUND);
	cr_expect_eq(tn_snapshot_group_by_name(snapshot, "wang", &group, buffer,
	                                       sizeof(buffer)),
	             TN_E_NOT_FOUND);
	cr_expect_eq(tn_snapshot_group_by_gid(snapshot, EXAMPLE_FIRST_UID,
	                                      &group, buffer, sizeof(buffer)),
	             TN_E_NOT_FOUND);
	cr_expect_eq(tn_snapshot_gids(snapshot, "nobody", &gids, &count),
	             TN_E_NOT_FOUND);
}

Test(snapshot, a_group_of_10000_has_all_its_members_in_order)
{
	struct group group;
	size_t size = 1024 * 1024;
	char *large = malloc(size);
	char name[16];
	uint32_t i;

	publish(9998);

	cr_assert_eq(tn_snapshot_group_by_name(snapshot, "everyone", &group,
	                                       large, size),
	             TN_OK);
	cr_expect_str_eq(group.gr_name, "everyone");
	cr_expect_str_eq(group.gr_passwd, "*");
	cr_expect_eq(group.gr_gid, EXAMPLE_STAFF_GID + 3);
	cr_assert_str_eq(group.gr_mem[0], "wang");
	cr_assert_str_eq(group.gr_mem[1], "li");
	for (i = 0; i < 9998; i++) {
		snprintf(name, sizeof(name), "u%06u", i);
		cr_assert_str_eq(group.gr_mem[i + 2], name);
	}
	cr_expect_null(group.gr_mem[10000]);
	free(large);
}

Test(snapshot, a_person_in_three_groups_has_three_gids)
{
	const uint32_t *gids;
	size_t count = 0;

	publish(5);

	cr_assert_eq(tn_snapshot_gids(snapshot, "wang", &gids, &count), TN_OK);
	cr_assert_eq(count, 3);
	cr_expect_eq(gids[0], EXAMPLE_STAFF_GID + 1);
	cr_expect_eq(gids[1], EXAMPLE_STAFF_GID + 2);
	cr_expect_eq(gids[2], EXAMPLE_STAFF_GID + 3);
}

Test(snapshot, members_who_are_no_users_are_left_out_and_others_are_there_once)
{
	static const char *const members[] = { "wang", "ghost", "",
		                               "wang", "li",    "wang" };
	struct tn_snapshot_writer *writer = example_gather(0);
	struct group group;
	const uint32_t *gids;
	size_t count = 0;

	example_init(&example);
	cr_assert_eq(
	    tn_snapshot_add_group(writer, "mixed", 1950000, members, 6, NULL),
	    TN_OK);
	example_publish(&example, writer);
	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK);

	cr_assert_eq(tn_snapshot_group_by_gid(snapshot, 1950000, &group, buffer,
	                                      sizeof(buffer)),
	             TN_OK);
	cr_assert_str_eq(group.gr_mem[0], "wang");
	cr_assert_str_eq(group.gr_mem[1], "li");
	cr_expect_null(group.gr_mem[2]);
	cr_assert_eq(tn_snapshot_gids(snapshot, "li", &gids, &count), TN_OK);
	cr_expect_eq(count, 3);
}

Test(snapshot, the_header_says_generation_time_counts_and_cookie)
{
	struct tn_snapshot_info info;

	publish(8);

	cr_assert_eq(tn_snapshot_info(snapshot, &info), TN_OK);
	cr_expect_eq(info.version, 3);
	cr_expect_eq(info.generation, 1);
	cr_expect_eq(info.published, 1700000000);
	cr_expect_eq(info.users, 10);
	cr_expect_eq(info.groups, 4);
	cr_expect_str_eq(info.cookie, "cookie");
}

Test(snapshot, an_empty_one_answers_not_found)
{
	struct tn_snapshot_writer *writer = NULL;
	struct passwd person;

	example_init(&example);
	cr_assert_eq(tn_snapshot_writer_new(&writer, NULL), TN_OK);
	example_publish(&example, writer);
	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK);

	cr_expect_eq(tn_snapshot_user_by_name(snapshot, "wang", &person, buffer,
	                                      sizeof(buffer), NULL),
	             TN_E_NOT_FOUND);
	cr_expect_eq(tn_snapshot_user_next(snapshot, &(uint32_t){ 0 }, &person,
	                                   buffer, sizeof(buffer), NULL),
	             TN_E_NOT_FOUND);
}

/* Readers and writers of other builds agree on it: tenure-snapshot(5). */
Test(snapshot, a_name_has_the_hash_that_the_manual_says)
{
	static const struct {
		const char *name;
		uint32_t hash;
	} known[] = {
		{ "", 0 },
		{ "a", 0x27d13417 },
		{ "abc", 0x21cd73db },
		{ "abcd", 0xeb67a645 },
		{ "abcdefg", 0x20fb59b1 },
		{ "abcdefgh", 0x78d79b94 },
		{ "abcdefghi", 0xe8dd81b6 },
		{ "user0000001", 0xbbfd6277 },
		{ "zhangwei12345678", 0x7668f8da },
		{ "zhangwei123456789", 0x096e5671 },
		{ "\xe7\x8e\x8b", 0x5de4550c },
	};
	char apart[32];
	size_t shift;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		for (shift = 0; shift < 8; shift++) {
			size_t len = strlen(known[i].name);

			/* What is behind the name does not count. */
			memset(apart, 'x', sizeof(apart));
			memcpy(apart + shift, known[i].name, len);
			cr_expect_eq(tn_snapshot_hash_name(apart + shift, len),
			             known[i].hash, "%s", known[i].name);
		}
}

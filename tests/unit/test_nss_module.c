/* The module's functions, called as glibc calls them. */
#include <config.h>

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "account/account.h"
#include "nss_module/nss_tenure.h"
#include "snapshot/snapshot_format.h"
#include "snapshot_example.h"

static struct example example;
static char buffer[4096];

static void
start(void)
{
	example_init(&example);
	setenv("TENURE_TEST_SNAPSHOT", example.directory, 1);
	example_publish(&example, example_gather(5));
}

static void
clean(void)
{
	example_done(&example);
}

TestSuite(nss_module, .init = start, .fini = clean);

Test(nss_module, a_person_is_found_by_name_and_by_uid)
{
	struct passwd person;
	int sys = 0;

	cr_assert_eq(_nss_tenure_getpwnam_r("wang", &person, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_SUCCESS);
	cr_expect_eq(person.pw_uid, EXAMPLE_FIRST_UID);
	cr_assert_eq(_nss_tenure_getpwuid_r(EXAMPLE_FIRST_UID, &person, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_SUCCESS);
	cr_expect_str_eq(person.pw_name, "wang");
	cr_expect_str_eq(person.pw_passwd, "*", "no hash, ever");
}

/* CI-P38: the verdict is PAM's; files still show their owner. */
Test(nss_module, who_left_is_found_with_a_shell_that_lets_nobody_in)
{
	struct passwd person;
	int sys = 0;

	cr_assert_eq(_nss_tenure_getpwuid_r(EXAMPLE_FIRST_UID + 1, &person,
	                                    buffer, sizeof(buffer), &sys),
	             NSS_STATUS_SUCCESS);
	cr_expect_str_eq(person.pw_name, "li");
	cr_expect_str_eq(person.pw_shell, "/usr/sbin/nologin");
}

Test(nss_module, a_group_is_found_by_name_and_by_gid)
{
	struct group group;
	int sys = 0;

	cr_assert_eq(_nss_tenure_getgrnam_r("tunnel", &group, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_SUCCESS);
	cr_expect_eq(group.gr_gid, EXAMPLE_STAFF_GID + 1);
	cr_assert_eq(_nss_tenure_getgrgid_r(EXAMPLE_STAFF_GID + 1, &group,
	                                    buffer, sizeof(buffer), &sys),
	             NSS_STATUS_SUCCESS);
	cr_expect_str_eq(group.gr_name, "tunnel");
	cr_expect_str_eq(group.gr_mem[1], "li");
	cr_expect_null(group.gr_mem[2]);
}

Test(nss_module, a_small_buffer_asks_for_a_larger_one)
{
	struct passwd person;
	struct group group;
	int sys = 0;

	cr_expect_eq(_nss_tenure_getpwnam_r("wang", &person, buffer, 10, &sys),
	             NSS_STATUS_TRYAGAIN);
	cr_expect_eq(sys, ERANGE);
	sys = 0;
	cr_expect_eq(
	    _nss_tenure_getgrnam_r("everyone", &group, buffer, 10, &sys),
	    NSS_STATUS_TRYAGAIN);
	cr_expect_eq(sys, ERANGE);
}

Test(nss_module, who_is_unknown_is_not_found_with_authority)
{
	struct passwd person;
	struct group group;
	int sys = 0;

	cr_expect_eq(_nss_tenure_getpwnam_r("root", &person, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_NOTFOUND);
	cr_expect_eq(
	    _nss_tenure_getpwuid_r(0, &person, buffer, sizeof(buffer), &sys),
	    NSS_STATUS_NOTFOUND);
	cr_expect_eq(_nss_tenure_getgrnam_r("sudo", &group, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_NOTFOUND);
	cr_expect_eq(
	    _nss_tenure_getgrgid_r(0, &group, buffer, sizeof(buffer), &sys),
	    NSS_STATUS_NOTFOUND);
}

/* An old module beside a new daemon, and the other way round. */
Test(nss_module, a_snapshot_of_another_version_is_unavailable)
{
	static const uint32_t others[] = { TN_SNAPSHOT_VERSION - 1,
		                           TN_SNAPSHOT_VERSION + 1 };
	struct passwd person;
	int sys = 0;
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct example other;
		FILE *file;

		example_init(&other);
		example_publish(&other, example_gather(5));
		file = fopen(example_path(&other, TN_SNAPSHOT_BASE), "r+");
		if (!file)
			file = fopen(
			    example_path(&other, TN_SNAPSHOT_BASE_OTHER), "r+");
		cr_assert_not_null(file);
		fseek(file, (long)offsetof(struct tn_snapshot_header, version),
		      SEEK_SET);
		cr_assert_eq(fwrite(&others[i], 4, 1, file), 1);
		fclose(file);
		setenv("TENURE_TEST_SNAPSHOT", other.directory, 1);
		cr_expect_eq(_nss_tenure_getpwnam_r("wang", &person, buffer,
		                                    sizeof(buffer), &sys),
		             NSS_STATUS_UNAVAIL, "version %u", others[i]);
		cr_expect_eq(_nss_tenure_getpwuid_r(EXAMPLE_FIRST_UID, &person,
		                                    buffer, sizeof(buffer),
		                                    &sys),
		             NSS_STATUS_UNAVAIL, "version %u", others[i]);
		example_done(&other);
	}
}

/* Names fail open: the next service is asked, nobody is called unknown. */
Test(nss_module, without_a_snapshot_it_is_unavailable)
{
	struct passwd person;
	struct group group;
	gid_t *gids = NULL;
	long start_at = 0;
	long size = 0;
	int sys = 0;

	setenv("TENURE_TEST_SNAPSHOT", "/nonexistent", 1);

	cr_expect_eq(_nss_tenure_getpwnam_r("wang", &person, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_UNAVAIL);
	cr_expect_eq(_nss_tenure_getpwuid_r(EXAMPLE_FIRST_UID, &person, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_UNAVAIL);
	cr_expect_eq(_nss_tenure_getgrnam_r("tunnel", &group, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_UNAVAIL);
	cr_expect_eq(_nss_tenure_getgrgid_r(EXAMPLE_STAFF_GID, &group, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_UNAVAIL);
	cr_expect_eq(_nss_tenure_initgroups_dyn("wang", EXAMPLE_STAFF_GID,
	                                        &start_at, &size, &gids, -1,
	                                        &sys),
	             NSS_STATUS_UNAVAIL);
	sys = 0;
	cr_expect_eq(
	    _nss_tenure_getpwent_r(&person, buffer, sizeof(buffer), &sys),
	    NSS_STATUS_UNAVAIL, "nor is there a list");
	cr_expect_eq(sys, ENOENT);
	cr_expect_eq(_nss_tenure_setgrent(0), NSS_STATUS_SUCCESS);
	cr_expect_eq(
	    _nss_tenure_getgrent_r(&group, buffer, sizeof(buffer), &sys),
	    NSS_STATUS_UNAVAIL);
}

Test(nss_module, enumeration_is_empty)
{
	struct passwd person;
	struct group group;
	int sys = 0;

	cr_expect_eq(_nss_tenure_setpwent(0), NSS_STATUS_SUCCESS);
	cr_expect_eq(
	    _nss_tenure_getpwent_r(&person, buffer, sizeof(buffer), &sys),
	    NSS_STATUS_NOTFOUND);
	cr_expect_eq(_nss_tenure_endpwent(), NSS_STATUS_SUCCESS);
	cr_expect_eq(_nss_tenure_setgrent(0), NSS_STATUS_SUCCESS);
	cr_expect_eq(
	    _nss_tenure_getgrent_r(&group, buffer, sizeof(buffer), &sys),
	    NSS_STATUS_NOTFOUND);
	cr_expect_eq(_nss_tenure_endgrent(), NSS_STATUS_SUCCESS);
}

/* Base and overlay; a small buffer in between loses nobody. */
Test(nss_module, where_it_is_turned_on_enumeration_is_complete)
{
	struct tn_snapshot_overlay *overlay;
	struct passwd person;
	struct group group;
	size_t people = 0;
	size_t groups = 0;
	int sys = 0;

	example_publish(&example, example_gather(6));
	overlay = example_overlay(&example);
	example_change(overlay);
	cr_assert_eq(tn_snapshot_overlay_save(overlay, example.directory,
	                                      ++example.generation, 1, "", true,
	                                      NULL),
	             TN_OK);
	tn_snapshot_overlay_free(overlay);
	cr_expect_eq(_nss_tenure_setpwent(0), NSS_STATUS_SUCCESS);
	for (;; people++) {
		cr_expect_eq(_nss_tenure_getpwent_r(&person, buffer, 8, &sys),
		             people < 8 ? NSS_STATUS_TRYAGAIN
		                        : NSS_STATUS_NOTFOUND);
		if (_nss_tenure_getpwent_r(&person, buffer, sizeof(buffer),
		                           &sys) != NSS_STATUS_SUCCESS)
			break;
		cr_expect_str_neq(person.pw_name, "u000001");
		/* A change in between is of the next walk. */
		if (people == 3)
			example_publish(&example, example_gather(0));
	}
	cr_expect_eq(people, 8);
	cr_expect_eq(_nss_tenure_endpwent(), NSS_STATUS_SUCCESS);
	overlay = example_overlay(&example);
	cr_assert_eq(tn_snapshot_overlay_save(overlay, example.directory,
	                                      ++example.generation, 1, "", true,
	                                      NULL),
	             TN_OK);
	tn_snapshot_overlay_free(overlay);
	while (_nss_tenure_getgrent_r(&group, buffer, sizeof(buffer), &sys) ==
	       NSS_STATUS_SUCCESS)
		groups++;
	cr_expect_eq(groups, 4, "without a setgrent before, too");
	cr_expect_eq(_nss_tenure_endgrent(), NSS_STATUS_SUCCESS);
}

Test(nss_module, errno_is_the_callers_own)
{
	struct passwd person;
	struct group group;
	gid_t *gids = NULL;
	long start_at = 0;
	long size = 0;
	int sys = 0;

	errno = EXDEV;
	_nss_tenure_getpwnam_r("wang", &person, buffer, sizeof(buffer), &sys);
	_nss_tenure_getpwnam_r("wang", &person, buffer, 1, &sys);
	_nss_tenure_getpwnam_r("none", &person, buffer, sizeof(buffer), &sys);
	_nss_tenure_getpwuid_r(1, &person, buffer, sizeof(buffer), &sys);
	_nss_tenure_getgrnam_r("staff", &group, buffer, sizeof(buffer), &sys);
	_nss_tenure_getgrgid_r(1, &group, buffer, sizeof(buffer), &sys);
	_nss_tenure_initgroups_dyn("wang", 0, &start_at, &size, &gids, -1,
	                           &sys);
	cr_expect_eq(errno, EXDEV);
	free(gids);
}

/* Person's groups as glibc would have them; returns how many. */
static long
ask_groups(const char *name, gid_t primary, long size, long limit, gid_t **ret)
{
	long start_at = 1;
	int sys = 0;

	*ret = calloc((size_t)size, sizeof(**ret));
	cr_assert_not_null(*ret);
	(*ret)[0] = primary;
	cr_assert_eq(_nss_tenure_initgroups_dyn(name, primary, &start_at, &size,
	                                        ret, limit, &sys),
	             NSS_STATUS_SUCCESS);
	cr_expect_geq(size, start_at);
	return start_at;
}

Test(nss_module, a_person_in_three_groups_gets_all_three)
{
	gid_t *gids;

	cr_assert_eq(ask_groups("wang", EXAMPLE_STAFF_GID, 64, -1, &gids), 5);
	cr_expect_eq(gids[0], EXAMPLE_STAFF_GID);
	cr_expect_eq(gids[1], TN_PEOPLE_GID);
	cr_expect_eq(gids[2], EXAMPLE_STAFF_GID + 1);
	cr_expect_eq(gids[3], EXAMPLE_STAFF_GID + 2);
	cr_expect_eq(gids[4], EXAMPLE_STAFF_GID + 3);
	free(gids);
}

Test(nss_module, the_primary_group_is_not_said_twice)
{
	gid_t *gids;

	cr_assert_eq(ask_groups("wang", EXAMPLE_STAFF_GID + 2, 64, -1, &gids),
	             4);
	cr_expect_eq(gids[2], EXAMPLE_STAFF_GID + 1);
	cr_expect_eq(gids[3], EXAMPLE_STAFF_GID + 3);
	free(gids);
}

/* sshd's settings for people of the directory hang on it. */
Test(nss_module, everybody_is_in_the_group_of_people)
{
	static const char *const logins[] = { "wang", "u000004" };
	struct group group;
	int sys = 0;
	gid_t *gids;
	size_t size;
	size_t i;

	for (i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		cr_assert_geq(
		    ask_groups(logins[i], EXAMPLE_STAFF_GID, 2, 2, &gids), 2);
		cr_expect_eq(gids[1], TN_PEOPLE_GID);
		free(gids);
	}
	cr_assert_eq(_nss_tenure_getgrgid_r(TN_PEOPLE_GID, &group, buffer + 1,
	                                    sizeof(buffer) - 1, &sys),
	             NSS_STATUS_SUCCESS);
	cr_expect_str_eq(group.gr_name, "tenure-people");
	cr_expect_str_eq(group.gr_passwd, "*");
	cr_expect_null(group.gr_mem[0]);
	cr_assert_eq(_nss_tenure_getgrnam_r("tenure-people", &group, buffer,
	                                    sizeof(buffer), &sys),
	             NSS_STATUS_SUCCESS);
	cr_expect_eq(group.gr_gid, TN_PEOPLE_GID);
	for (size = 0; size < sizeof("tenure-people") + 2; size++) {
		cr_expect_eq(_nss_tenure_getgrgid_r(TN_PEOPLE_GID, &group,
		                                    buffer, size, &sys),
		             NSS_STATUS_TRYAGAIN);
		cr_expect_eq(sys, ERANGE);
	}
}

Test(nss_module, groups_stop_at_the_limit)
{
	gid_t *gids;
	long limit;

	for (limit = 1; limit <= 5; limit++) {
		cr_expect_eq(
		    ask_groups("wang", EXAMPLE_STAFF_GID, 1, limit, &gids),
		    limit);
		free(gids);
	}
}

Test(nss_module, the_callers_array_grows_for_a_person_in_500_groups)
{
	static const char *const member[] = { "wang" };
	struct tn_snapshot_writer *writer = example_gather(0);
	gid_t *gids;
	uint32_t i;

	for (i = 0; i < 500; i++) {
		char name[16];

		snprintf(name, sizeof(name), "g%u", i);
		cr_assert_eq(tn_snapshot_add_group(writer, name, 3000000 + i,
		                                   member, 1, NULL),
		             TN_OK);
	}
	example_publish(&example, writer);

	cr_assert_eq(ask_groups("wang", EXAMPLE_STAFF_GID, 1, -1, &gids), 505);
	for (i = 0; i < 500; i++)
		cr_assert_eq(gids[5 + i], 3000000 + i);
	free(gids);
}

Test(nss_module, groups_of_nobody_are_not_found)
{
	gid_t *gids = NULL;
	long start_at = 0;
	long size = 0;
	int sys = 0;

	cr_expect_eq(_nss_tenure_initgroups_dyn("none", 1, &start_at, &size,
	                                        &gids, -1, &sys),
	             NSS_STATUS_NOTFOUND);
	cr_expect_null(gids);
}

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "table_sample.h"
#include "wire/lock_record.h"

static const struct tn_removal_brake brake = { .count = 20,
	                                       .percent = 5,
	                                       .floor = 3 };

TestSuite(account_table, .init = start, .fini = end);

Test(account_table, an_account_is_found_by_login_and_uid)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);

	put(&wang);
	cr_expect_not_null(tn_table_by_login(&table, "wang"));
	cr_expect_not_null(tn_table_by_uid(&table, 2000001));
	cr_expect_null(tn_table_by_login(&table, "wan"));
	cr_expect_null(tn_table_by_login(&table, "wangx"));
	cr_expect_null(tn_table_by_uid(&table, 2000002));
}

Test(account_table, a_renamed_account_is_no_longer_found_by_its_old_name)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);
	struct tn_account wang2 = person(1, "wang2", "E1", 2000009);

	put(&wang);
	put(&wang2);
	cr_expect_null(tn_table_by_login(&table, "wang"));
	cr_expect_null(tn_table_by_uid(&table, 2000001));
	cr_expect_not_null(tn_table_by_login(&table, "wang2"));
}

Test(account_table, of_two_accounts_of_one_person_the_elder_is_served_UM_5_4)
{
	struct tn_account elder = person(1, "wang", "E1", 2000001);
	struct tn_account younger = person(2, "wang2", "E1", 2000002);

	put(&younger);
	cr_expect_eq(refusal_of("wang2"), TN_REFUSAL_NONE);
	put(&elder);
	cr_expect_eq(refusal_of("wang"), TN_REFUSAL_NONE);
	cr_expect_eq(refusal_of("wang2"), TN_REFUSAL_SECOND_ACCOUNT);
}

Test(account_table, the_younger_is_served_when_the_elder_goes_UM_5_4)
{
	struct tn_account elder = person(1, "wang", "E1", 2000001);
	struct tn_account younger = person(2, "wang2", "E1", 2000002);

	put(&elder);
	put(&younger);
	(void)take_all();
	tn_table_delete(&table, &elder.uuid);
	cr_expect_eq(refusal_of("wang2"), TN_REFUSAL_NONE);
	cr_expect_eq(take_all(), 2, "publish is told of both");
	put(&elder);
	cr_expect_eq(refusal_of("wang2"), TN_REFUSAL_SECOND_ACCOUNT);
}

Test(account_table, the_younger_is_served_when_the_elder_gets_another_number)
{
	struct tn_account elder = person(1, "wang", "E1", 2000001);
	struct tn_account younger = person(2, "li", "E2", 2000001);

	put(&elder);
	put(&younger);
	cr_expect_eq(refusal_of("li"), TN_REFUSAL_SECOND_UID);
	elder.uid = 2000007;
	put(&elder);
	cr_expect_eq(refusal_of("li"), TN_REFUSAL_NONE);
}

Test(account_table, services_without_staff_number_are_no_duplicates)
{
	struct tn_account backup = person(1, "backup", "", 2000001);
	struct tn_account mailer = person(2, "mailer", "", 2000002);

	put(&backup);
	put(&mailer);
	cr_expect_eq(refusal_of("backup"), TN_REFUSAL_NONE);
	cr_expect_eq(refusal_of("mailer"), TN_REFUSAL_NONE);
}

Test(account_table, a_login_that_two_claim_is_the_elders)
{
	struct tn_account elder = person(1, "wang", "E1", 2000001);
	struct tn_account younger = person(2, "wang", "E2", 2000002);

	put(&younger);
	put(&elder);
	cr_expect_eq(tn_table_by_login(&table, "wang")->account->uid, 2000001);
	tn_table_delete(&table, &elder.uuid);
	cr_expect_eq(tn_table_by_login(&table, "wang")->account->uid, 2000002);
}

#define MANY 100
static char logins[MANY][8];
static char staff[MANY][8];

static void
put_many(uint8_t count)
{
	struct tn_account account;
	uint8_t i;

	for (i = 0; i < count; i++) {
		(void)snprintf(logins[i], sizeof(logins[i]), "p%u", i);
		(void)snprintf(staff[i], sizeof(staff[i]), "E%u", i);
		account = person(i, logins[i], staff[i], 2000001u + i);
		put(&account);
	}
}

static size_t
count_vanished(uint8_t count)
{
	size_t vanished = 0;
	uint8_t i;

	for (i = 0; i < count; i++)
		if (tn_table_by_login(&table, logins[i])->account->vanished)
			vanished++;
	return vanished;
}

Test(account_table, who_is_missing_from_a_whole_refresh_has_vanished)
{
	struct tn_refresh_result result;
	uint8_t i;

	put_many(MANY);
	tn_table_refresh_begin(&table);
	for (i = 3; i < MANY; i++) {
		struct tn_uuid uuid = uuid_of(i);

		cr_expect(tn_table_present(&table, &uuid));
	}
	cr_expect_eq(count_vanished(MANY), 0, "not before it is over");
	result = tn_table_refresh_end(&table, true, &brake);
	cr_expect_eq(result.gone, 3);
	cr_expect(!result.held);
	cr_expect_eq(count_vanished(MANY), 3);
}

Test(account_table, a_mass_disappearance_in_a_refresh_removes_nobody)
{
	struct tn_account wang = person(0, "p0", "E0", 2000001);
	struct tn_refresh_result result;

	put_many(MANY);
	tn_table_refresh_begin(&table);
	put_lock(200, "a", NULL, "E7", TN_LOCK_LEAK);
	wang.end_day = 5;
	put(&wang);
	result = tn_table_refresh_end(&table, true, &brake);
	cr_expect(result.held);
	cr_expect_eq(result.gone, MANY - 1);
	cr_expect_eq(count_vanished(MANY), 0);
	cr_expect_eq(tn_table_by_login(&table, "p7")->locks, TN_LOCK_LEAK,
	             "a lock in it applies at once");
	cr_expect_eq(tn_table_by_login(&table, "p0")->account->end_day, 5,
	             "an end in it applies at once");
}

Test(account_table, who_was_deleted_and_added_again_is_nobody_who_disappeared)
{
	struct tn_account again;
	uint8_t i;

	put_many(MANY);
	tn_table_refresh_begin(&table);
	/* The same people as other entries, but for the last two. */
	for (i = 0; i < MANY - 2; i++) {
		again = person((uint8_t)(100 + i), logins[i], staff[i],
		               2000001u + i);
		put(&again);
	}
	cr_expect(!tn_table_refresh_end(&table, true, &brake).held);
	cr_expect(!tn_table_by_login(&table, "p0")->account->vanished);
	cr_expect_eq(tn_table_by_login(&table, "p0")->refusal, TN_REFUSAL_NONE);
	cr_expect(
	    tn_table_by_login(&table, logins[MANY - 1])->account->vanished);
}

Test(account_table, a_wrong_password_is_nothing_to_tell_of)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);

	put(&wang);
	while (tn_table_take_dirty_account(&table) != NULL)
		;
	wang.changed = 1000;
	put(&wang);
	cr_expect_eq(table.newest_change, 1000, "but that time is known");
	cr_expect(!tn_table_is_dirty(&table));
	wang.policy_locked = 0;
	put(&wang);
	cr_expect(tn_table_is_dirty(&table), "a lock that came of it is");
}

Test(account_table, deletions_by_name_in_a_refresh_come_under_the_brake_too)
{
	struct tn_refresh_result result;
	uint8_t i;

	put_many(MANY);
	tn_table_refresh_begin(&table);
	for (i = 0; i < 30; i++) {
		struct tn_uuid uuid = uuid_of(i);

		tn_table_delete(&table, &uuid);
	}
	result = tn_table_refresh_end(&table, false, &brake);
	cr_expect(result.held);
	cr_expect_eq(count_vanished(MANY), 0);
}

Test(account_table, entries_that_cannot_be_read_are_gone_whatever_the_brake)
{
	struct tn_refresh_result result;
	uint8_t i;

	put_many(MANY);
	tn_table_refresh_begin(&table);
	for (i = 0; i < 30; i++) {
		struct tn_uuid uuid = uuid_of(i);

		tn_table_drop_unreadable(&table, &uuid);
	}
	result = tn_table_refresh_end(&table, false, &brake);
	cr_expect(!result.held);
	cr_expect_eq(count_vanished(MANY), 30);
}

Test(account_table, a_refresh_that_broke_off_removes_nobody_later)
{
	struct tn_uuid uuid = uuid_of(1);
	struct tn_refresh_result result;

	put_many(10);
	tn_table_refresh_begin(&table);
	tn_table_delete(&table, &uuid);
	tn_table_refresh_begin(&table);
	result = tn_table_refresh_end(&table, false, &brake);
	cr_expect_eq(result.gone, 0);
	cr_expect_eq(count_vanished(10), 0);
}

Test(account_table, an_entry_that_is_present_but_lost_here_is_told)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);

	put(&wang);
	tn_table_delete(&table, &wang.uuid);
	tn_table_refresh_begin(&table);
	cr_expect(!tn_table_present(&table, &wang.uuid));
}

Test(account_table, an_entry_that_cannot_be_read_is_not_lost_when_it_is_present)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);

	put(&wang);
	tn_table_drop_unreadable(&table, &wang.uuid);
	cr_expect(tn_table_by_login(&table, "wang")->is_unreadable);
	tn_table_refresh_begin(&table);
	cr_expect(tn_table_present(&table, &wang.uuid));
	cr_expect_eq(tn_table_refresh_end(&table, true, &brake).gone, 0);
	cr_expect(tn_table_by_login(&table, "wang")->account->vanished);
	put(&wang);
	cr_expect(!tn_table_by_login(&table, "wang")->is_unreadable);
	tn_table_drop_unreadable(&table, &wang.uuid);
	tn_table_delete(&table, &wang.uuid);
	tn_table_refresh_begin(&table);
	cr_expect(!tn_table_present(&table, &wang.uuid), "deleted since");
}

Test(account_table, a_watch_that_is_faster_than_the_change_is_believed_UM_13_2)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);
	const struct tn_password_mark judged = { .changed = 100,
		                                 .reset = true };

	wang.password_reset = false;
	wang.password_changed = 200;
	put(&wang);
	tn_table_changed_here(&table, &wang.uuid, &judged);
	cr_expect(!tn_table_by_login(&table, "wang")->changed_here);
	/* reset and changed within one second */
	wang.password_changed = 100;
	put(&wang);
	tn_table_changed_here(&table, &wang.uuid, &judged);
	cr_expect(!tn_table_by_login(&table, "wang")->changed_here);
}

Test(account_table, a_reset_and_a_change_in_one_second_are_told_apart_UM_13_2)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);
	const struct tn_password_mark judged = { .changed = 100,
		                                 .reset = true };

	wang.password_reset = true;
	wang.password_changed = 100;
	put(&wang);
	tn_table_changed_here(&table, &wang.uuid, &judged);
	wang.password_reset = false;
	put(&wang);
	cr_expect(!tn_table_by_login(&table, "wang")->changed_here);
}

Test(account_table, a_change_made_here_counts_until_the_directory_tells_UM_13_2)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);
	const struct tn_password_mark judged = { .changed = 100,
		                                 .reset = true };

	wang.password_reset = true;
	wang.password_changed = 100;
	put(&wang);
	tn_table_changed_here(&table, &wang.uuid, &judged);
	cr_expect(tn_table_by_login(&table, "wang")->changed_here);
	wang.real_name = "x";
	put(&wang);
	cr_expect(tn_table_by_login(&table, "wang")->changed_here,
	          "an old state does not undo it");
	wang.password_changed = 200;
	put(&wang);
	cr_expect(!tn_table_by_login(&table, "wang")->changed_here,
	          "a later reset is believed");
}

Test(account_table, who_was_seen_many_refreshes_ago_was_not_seen_in_this_one)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);
	struct tn_account li = person(2, "li", "E2", 2000002);
	unsigned int rounds;
	unsigned int i;

	for (rounds = 250; rounds < 260; rounds++) {
		put(&wang);
		put(&li);
		for (i = 0; i < rounds; i++) {
			tn_table_refresh_begin(&table);
			cr_assert(tn_table_present(&table, &wang.uuid));
			cr_assert_eq(
			    tn_table_refresh_end(&table, false, &brake).gone,
			    0);
		}
		tn_table_refresh_begin(&table);
		cr_assert(tn_table_present(&table, &wang.uuid));
		cr_expect_eq(tn_table_refresh_end(&table, true, &brake).gone, 1,
		             "%u", rounds);
		cr_expect(tn_table_by_login(&table, "li")->account->vanished);
	}
}

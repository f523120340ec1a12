#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "account_table.h"
#include "wire/lock_record.h"

static struct tn_account_table table;
static const struct tn_removal_brake brake = { .count = 20,
	                                       .percent = 5,
	                                       .floor = 3 };

static void
start(void)
{
	tn_table_init(&table);
}

static void
end(void)
{
	tn_table_done(&table);
}

TestSuite(account_table, .init = start, .fini = end);

static struct tn_uuid
uuid_of(uint8_t n)
{
	struct tn_uuid uuid = { { 0 } };

	uuid.byte[0] = 1;
	uuid.byte[15] = n;
	return uuid;
}

/* A person whose uuid, and age unless told, follow n. */
static struct tn_account
person(uint8_t n, const char *login, const char *staff, uint32_t uid)
{
	struct tn_account account;

	tn_account_init(&account);
	account.uuid = uuid_of(n);
	account.kind = TN_KIND_PERSON;
	account.login = login;
	account.staff_number = staff;
	account.uid = uid;
	account.gid = 2000000;
	account.created = 1000 + n;
	account.status = TN_STATUS_ACTIVE;
	return account;
}

static void
put(const struct tn_account *account)
{
	cr_assert_eq(tn_table_put_account(&table, account, NULL), TN_OK);
}

static void
put_lock(uint8_t n, const char *name, const struct tn_uuid *whom,
         const char *staff, enum tn_lock_kind kind)
{
	struct tn_lock lock = { .uuid = uuid_of(n),
		                .name = name,
		                .staff_number = staff,
		                .kind = kind,
		                .reason = "" };

	if (whom != NULL)
		lock.person_uuid = *whom;
	cr_assert_eq(tn_table_put_lock(&table, &lock, NULL), TN_OK);
}

static enum tn_refusal
refusal_of(const char *login)
{
	const struct tn_table_account *at = tn_table_by_login(&table, login);

	cr_assert_not_null(at, "%s", login);
	return at->refusal;
}

/* Everything told to publish from here on is news. */
static size_t
take_all(void)
{
	size_t count = 0;

	while (tn_table_take_dirty_account(&table) != NULL)
		count++;
	return count;
}

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

Test(account_table, either_match_of_a_lock_locks_UM_15_1)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);
	struct tn_account li = person(2, "li", "E2", 2000002);

	put(&wang);
	put(&li);
	(void)take_all();
	put_lock(50, "a", &wang.uuid, "", TN_LOCK_LEAK);
	put_lock(51, "b", NULL, "E2", TN_LOCK_DEPARTURE);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks, TN_LOCK_LEAK);
	cr_expect_eq(tn_table_by_login(&table, "li")->locks, TN_LOCK_DEPARTURE);
	cr_expect_eq(take_all(), 2);
}

Test(account_table, a_lock_that_came_before_its_person_holds)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);

	put_lock(50, "a", NULL, "E1", TN_LOCK_SUSPENSION);
	put(&wang);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks,
	             TN_LOCK_SUSPENSION);
}

Test(account_table, only_a_release_opens_a_lock)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);
	struct tn_uuid lock = uuid_of(50);

	put(&wang);
	put_lock(50, "a", &wang.uuid, "E1", TN_LOCK_LEAK);
	put_lock(51, "b", &wang.uuid, "E1", TN_LOCK_SUSPENSION);
	tn_table_delete(&table, &lock);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks,
	             TN_LOCK_LEAK | TN_LOCK_SUSPENSION,
	             "a lock that is deleted still holds");
	cr_assert_eq(tn_table_put_release(&table, "a", 0, NULL), TN_OK);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks,
	             TN_LOCK_SUSPENSION);
}

Test(account_table, a_release_may_come_before_its_lock)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);

	put(&wang);
	cr_assert_eq(tn_table_put_release(&table, "a", 0, NULL), TN_OK);
	put_lock(50, "a", &wang.uuid, "E1", TN_LOCK_LEAK);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks, 0);
}

Test(account_table, a_release_that_is_older_than_its_lock_never_counts)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);
	const struct tn_lock later = {
		.uuid = uuid_of(50),
		.person_uuid = wang.uuid,
		.staff_number = "E1",
		.kind = TN_LOCK_LEAK,
		.name = "leak-E1-1",
		.created = 1000,
		.reason = "",
	};

	put(&wang);
	/* Made for a lock that somebody would add: first, then last. */
	cr_assert_eq(tn_table_put_release(&table, "leak-E1-1", 999, NULL),
	             TN_OK);
	cr_assert_eq(tn_table_put_lock(&table, &later, NULL), TN_OK);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks, TN_LOCK_LEAK);
	cr_assert_eq(tn_table_put_release(&table, "leak-E1-1", 999, NULL),
	             TN_OK);
	cr_assert_eq(
	    tn_table_put_release(&table, "leak-E1-1", TN_TIME_NONE, NULL),
	    TN_OK);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks, TN_LOCK_LEAK);
	/* Nor what this host says of its own report of that name. */
	cr_assert_eq(
	    tn_table_put_release(&table, "leak-E1-1", TN_RELEASE_OWN, NULL),
	    TN_OK);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks, TN_LOCK_LEAK);
	/* A later one does, in the same second too. */
	cr_assert_eq(tn_table_put_release(&table, "leak-E1-1", 1000, NULL),
	             TN_OK);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks, 0);
}

Test(account_table, no_release_of_the_directory_ends_an_own_lock)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);
	const struct tn_lock own = {
		.uuid = uuid_of(50),
		.person_uuid = wang.uuid,
		.staff_number = "E1",
		.kind = TN_LOCK_LEAK,
		.name = "self-1",
		.reason = "",
		.own = true,
	};

	put(&wang);
	cr_assert_eq(tn_table_put_lock(&table, &own, NULL), TN_OK);
	cr_assert_eq(tn_table_put_release(&table, "self-1", 5000, NULL), TN_OK);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks, TN_LOCK_LEAK);
	cr_assert_eq(
	    tn_table_put_release(&table, "self-1", TN_RELEASE_OWN, NULL),
	    TN_OK);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks, 0);
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

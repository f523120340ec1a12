#include <criterion/criterion.h>
#include "table_sample.h"
#include "wire/lock_record.h"

TestSuite(table_lock, .init = start, .fini = end);

Test(table_lock, either_match_of_a_lock_locks_UM_15_1)
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

Test(table_lock, a_lock_that_came_before_its_person_holds)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);

	put_lock(50, "a", NULL, "E1", TN_LOCK_SUSPENSION);
	put(&wang);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks,
	             TN_LOCK_SUSPENSION);
}

Test(table_lock, only_a_release_opens_a_lock)
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

Test(table_lock, a_release_may_come_before_its_lock)
{
	struct tn_account wang = person(1, "wang", "E1", 2000001);

	put(&wang);
	cr_assert_eq(tn_table_put_release(&table, "a", 0, NULL), TN_OK);
	put_lock(50, "a", &wang.uuid, "E1", TN_LOCK_LEAK);
	cr_expect_eq(tn_table_by_login(&table, "wang")->locks, 0);
}

Test(table_lock, a_release_that_is_older_than_its_lock_never_counts)
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

Test(table_lock, no_release_of_the_directory_ends_an_own_lock)
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

#include <criterion/criterion.h>
#include "account_table.h"

static struct tn_account_table table;
static char ops_name[] = "ops";
static char *const names[] = { ops_name, NULL };
static const char *const members[] = { "li", "wang" };
static struct tn_group ops;
static struct tn_account wang;
static struct tn_account zhao;

static void
make_person(struct tn_account *account, uint8_t n, const char *login)
{
	tn_account_init(account);
	account->uuid.byte[0] = n;
	account->kind = TN_KIND_PERSON;
	account->login = login;
	account->staff_number = login;
	account->uid = 2000000u + n;
	account->gid = 2000000;
}

static void
start(void)
{
	tn_table_init(&table);
	ops = (struct tn_group){ .name = ops_name,
		                 .gid = 2000077,
		                 .count = 2,
		                 .members = members };
	ops.uuid.byte[0] = 90;
	make_person(&wang, 1, "wang");
	make_person(&zhao, 2, "zhao");
}

static void
end(void)
{
	tn_table_done(&table);
}

TestSuite(table_group, .init = start, .fini = end);

static void
put(const struct tn_group *group)
{
	cr_assert_eq(tn_table_put_group(&table, group, NULL), TN_OK);
}

static void
put_people(void)
{
	cr_assert_eq(tn_table_put_account(&table, &wang, NULL), TN_OK);
	cr_assert_eq(tn_table_put_account(&table, &zhao, NULL), TN_OK);
	while (tn_table_take_dirty_account(&table) != NULL)
		continue;
}

static bool
is_admitted(const struct tn_account *account)
{
	return tn_admission_has(&table.admission, account);
}

/* The login of the next who is to be told of, or "". */
static const char *
next_told(void)
{
	const struct tn_table_account *at = tn_table_take_dirty_account(&table);

	return at != NULL ? at->account->login : "";
}

Test(table_group, a_host_that_names_no_group_admits_everybody_CP_5)
{
	cr_expect(is_admitted(&zhao));
	put(&ops);
	cr_expect(is_admitted(&zhao));
}

Test(table_group, admitted_is_a_member_or_whose_primary_group_it_is_CP_5)
{
	tn_table_admit(&table, names, false);
	cr_expect(!is_admitted(&wang), "before the group is known");
	put(&ops);
	cr_expect(is_admitted(&wang));
	cr_expect(!is_admitted(&zhao));
	zhao.gid = 2000077;
	cr_expect(is_admitted(&zhao));
	tn_table_delete(&table, &ops.uuid);
	cr_expect(!is_admitted(&wang), "the group is gone");
	cr_expect(!is_admitted(&zhao));
	put(&ops);
	cr_expect(is_admitted(&wang), "and back");
}

Test(table_group, a_group_read_by_itself_goes_when_it_is_not_there_any_more)
{
	const struct tn_removal_brake brake = { .count = 20, .percent = 5 };
	struct tn_group other = ops;

	other.uuid.byte[0] = 91;
	other.name = "other";
	put(&ops);
	put(&other);
	tn_table_refresh_begin(&table);
	put(&ops);
	tn_table_miss_groups(&table, names);
	(void)tn_table_refresh_end(&table, false, &brake);
	while (tn_table_take_dirty_group(&table) != NULL)
		continue;
	tn_table_refresh_begin(&table);
	tn_table_miss_groups(&table, names);
	(void)tn_table_refresh_end(&table, false, &brake);
	cr_assert(tn_table_is_dirty(&table), "ops was not found this time");
	cr_expect(tn_table_take_dirty_group(&table)->is_gone);
	cr_expect(!tn_table_is_dirty(&table), "the watch tells of the other");
}

Test(table_group, a_group_that_cannot_be_read_is_not_lost_when_it_is_present)
{
	put(&ops);
	tn_table_drop_unreadable(&table, &ops.uuid);
	tn_table_refresh_begin(&table);
	cr_expect(tn_table_present(&table, &ops.uuid));
	put(&ops);
	tn_table_delete(&table, &ops.uuid);
	cr_expect(!tn_table_refresh_end(
	               &table, false, &(struct tn_removal_brake){ .count = 20 })
	               .held);
	tn_table_refresh_begin(&table);
	cr_expect(!tn_table_present(&table, &ops.uuid), "deleted");
}

Test(table_group, a_group_that_gets_another_name_or_number_admits_no_more)
{
	tn_table_admit(&table, names, false);
	zhao.gid = 2000077;
	put(&ops);
	ops.gid = 2000078;
	put(&ops);
	cr_expect(!is_admitted(&zhao));
	cr_expect(is_admitted(&wang));
	ops.name = "op";
	put(&ops);
	cr_expect(!is_admitted(&wang));
}

Test(table_group, who_is_in_two_admitting_groups_may_leave_one)
{
	struct tn_group second = ops;

	tn_table_admit(&table, names, false);
	second.uuid.byte[0] = 91;
	put(&ops);
	put(&second);
	ops.count = 0;
	put(&ops);
	cr_expect(is_admitted(&wang));
	tn_table_delete(&table, &second.uuid);
	cr_expect(!is_admitted(&wang));
}

Test(table_group, a_member_listed_twice_is_admitted_until_both_are_gone)
{
	static const char *const twice[] = { "wang", "wang" };

	tn_table_admit(&table, names, false);
	ops.members = twice;
	put(&ops);
	ops.count = 1;
	put(&ops);
	cr_expect(is_admitted(&wang));
	ops.count = 0;
	put(&ops);
	cr_expect(!is_admitted(&wang));
}

Test(table_group, on_a_narrow_host_whoever_is_admitted_anew_is_told_of)
{
	tn_table_admit(&table, names, true);
	put_people();
	put(&ops);
	cr_expect_str_eq(next_told(), "wang");
	cr_expect_str_eq(next_told(), "");
	ops.gid = 2000000;
	put(&ops);
	cr_expect_str_neq(next_told(), "", "their primary group admits now");
	cr_expect_str_neq(next_told(), "");
	ops.count = 1; /* without wang */
	put(&ops);
	cr_expect_str_eq(next_told(), "wang");
	cr_expect_str_eq(next_told(), "");
}

Test(table_group, a_group_that_did_not_change_is_nothing_to_tell_of)
{
	put(&ops);
	cr_expect_not_null(tn_table_take_dirty_group(&table));
	put(&ops);
	cr_expect(!tn_table_is_dirty(&table));
	ops.count = 1;
	put(&ops);
	cr_expect(tn_table_is_dirty(&table));
}

Test(table_group, a_group_that_went_is_told_once_and_may_come_back)
{
	struct tn_table_group *at;

	put(&ops);
	(void)tn_table_take_dirty_group(&table);
	tn_table_delete(&table, &ops.uuid);
	at = tn_table_take_dirty_group(&table);
	cr_assert_not_null(at);
	cr_expect(at->is_gone);
	tn_table_forget_group(&table, at);
	cr_expect_null(tn_table_take_dirty_group(&table));
	put(&ops);
	at = tn_table_take_dirty_group(&table);
	cr_assert_not_null(at);
	cr_expect(!at->is_gone);
}

#include "lifecycle_samples.h"

#include <stdlib.h>

#include "issue_plan.h"

#define HEADER "工号,姓名,状态\n"

static bool
only_admin_is_local(const void *context, const char *name)
{
	(void)context;
	return !strcmp(name, "lina");
}

/* D1 and D2 are on an application, D2 under another name; nobody else is. */
static const char *
d_is_approved(const void *context, const struct roster_row *row,
              const char **ret_why)
{
	(void)context;
	if (!strcmp(row->staff_number, "D2"))
		*ret_why = "another name";
	return row->staff_number[0] == 'D' ? "A-1" : NULL;
}

static struct issue_plan *
make_plan(const struct roster *roster, const struct people *people)
{
	const struct issue_input input = {
		.roster = roster,
		.people = people,
		.home_root = "/home",
		.min_uid = 1000,
		.is_local = only_admin_is_local,
		.permit = d_is_approved,
		.bootstrap = "roster-0",
	};
	struct tn_err err = TN_ERR_INIT;
	struct issue_plan *plan = NULL;

	cr_assert(!issue_plan_make(&input, &plan, &err), "%s", err.text);
	return plan;
}

static void
expect_item(const struct issue_plan *plan, size_t at, enum issue_kind kind,
            const char *login, bool is_homonym)
{
	cr_assert(at < plan->count);
	cr_expect_eq(plan->items[at].kind, kind, "item %zu", at);
	cr_expect_str_eq(plan->items[at].login, login, "item %zu", at);
	cr_expect_eq(plan->items[at].is_homonym, is_homonym, "item %zu", at);
}

/* UM-5.4; lifecycle-peers C: homonyms never land in one account. */
Test(issue_plan, numbers_homonyms_and_passes_over_who_is_there)
{
	struct people *people = sample_people();
	const struct tn_account there =
	    sample_account(1, "wangxiaoming", "王小明", "A1");
	struct roster *roster = sample_roster(HEADER "A1,王小明,在职\n"
	                                             "A2,王小明,在职\n"
	                                             "A3,张伟,离职\n"
	                                             "A4,王小明,在职\n"
	                                             "A5,李娜,在职\n");
	struct issue_plan *plan;

	sample_add(people, &there);
	cr_assert(!people_finish(people, NULL));
	plan = make_plan(roster, people);

	expect_item(plan, 0, ISSUE_EXISTS, "wangxiaoming", false);
	expect_item(plan, 1, ISSUE_CREATE, "wangxiaoming2", true);
	expect_item(plan, 2, ISSUE_DEPARTED, "", false);
	expect_item(plan, 3, ISSUE_CREATE, "wangxiaoming3", true);
	/* lina is local here (DESIGN section 12) */
	expect_item(plan, 4, ISSUE_CREATE, "lina2", false);
	cr_expect_eq(plan->create, 3);
	cr_expect_eq(plan->exists, 1);
	cr_expect_eq(plan->departed, 1);
	issue_plan_free(plan);
	roster_free(roster);
	people_free(people);
}

Test(issue_plan, quarantines_another_name_and_a_return)
{
	struct people *people = sample_people();
	const struct tn_account other = sample_account(1, "wang", "王明", "A1");
	struct tn_account gone = sample_account(2, "zhao", "赵刚", "A2");
	struct roster *roster =
	    sample_roster(HEADER "A1,王小明,在职\nA2,赵刚,在职\n");
	struct issue_plan *plan;

	gone.status = TN_STATUS_DEPARTED;
	sample_add(people, &other);
	sample_add(people, &gone);
	cr_assert(!people_finish(people, NULL));
	plan = make_plan(roster, people);

	expect_item(plan, 0, ISSUE_QUARANTINE, "wang", false);
	expect_item(plan, 1, ISSUE_QUARANTINE, "zhao", false);
	cr_expect_eq(plan->create, 0);
	issue_plan_free(plan);
	roster_free(roster);
	people_free(people);
}

/* UM-5.4: one person, one account, also when the spreadsheet dropped the
   leading zeros of the number; a departed namesake is no doubt. */
Test(issue_plan, quarantines_whom_the_directory_may_know_by_another_number)
{
	struct people *people = sample_people();
	const struct tn_account zeros =
	    sample_account(1, "wang", "王小明", "00123");
	struct tn_account gone = sample_account(2, "zhao", "赵刚", "00124");
	struct roster *roster =
	    sample_roster(HEADER "123,王小明,在职\n124,赵刚,在职\n");
	struct issue_plan *plan;

	gone.status = TN_STATUS_DEPARTED;
	sample_add(people, &zeros);
	sample_add(people, &gone);
	cr_assert(!people_finish(people, NULL));
	plan = make_plan(roster, people);

	expect_item(plan, 0, ISSUE_QUARANTINE, "", false);
	cr_expect(strstr(plan->items[0].why, "wang has this name and the "
	                                     "staff number 00123"),
	          "%s", plan->items[0].why);
	expect_item(plan, 1, ISSUE_CREATE, "zhaogang", true);
	cr_expect_eq(plan->create, 1);
	cr_expect_eq(plan->quarantine, 1);
	issue_plan_free(plan);
	roster_free(roster);
	people_free(people);
}

/* UM-10 */
Test(issue_plan, gives_nobody_an_account_whom_no_application_lists)
{
	struct roster *roster = sample_roster(HEADER "D1,王小明,在职\n"
	                                             "D2,张伟,在职\n"
	                                             "A3,李娜,在职\n"
	                                             "A4,赵敏,离职\n");
	struct people *people = sample_people();
	const struct issue_input input = {
		.roster = roster,
		.people = people,
		.home_root = "/home",
		.min_uid = 1000,
		.is_local = only_admin_is_local,
		.permit = d_is_approved,
	};
	struct issue_plan *plan = NULL;

	cr_assert(!people_finish(people, NULL));
	cr_assert(!issue_plan_make(&input, &plan, NULL));

	cr_expect_eq(plan->items[0].kind, ISSUE_CREATE);
	cr_expect_str_eq(plan->items[0].application, "A-1");
	cr_expect_eq(plan->items[1].kind, ISSUE_QUARANTINE);
	cr_expect_str_eq(plan->items[1].why, "another name");
	cr_expect_eq(plan->items[2].kind, ISSUE_UNAPPROVED);
	cr_expect_eq(plan->items[3].kind, ISSUE_DEPARTED);
	cr_expect_eq(plan->unapproved, 1);
	issue_plan_free(plan);
	people_free(people);
	roster_free(roster);
}

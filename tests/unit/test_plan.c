#include "lifecycle_samples.h"

#include <stdlib.h>

#include "plan.h"

#define HEADER "工号,姓名,状态,部门,离职日期\n"

static const struct brake_limits limits = {
	.count = 20,
	.percent = 5,
	.floor = 3,
	.shrink_percent = 10,
};

static struct plan *
make_plan(const struct roster *roster, struct people *people, bool complete,
          size_t before)
{
	const struct plan_input input = {
		.roster = roster,
		.people = people,
		.limits = &limits,
		.roster_is_complete = complete,
		.today = 20000, /* 2024-10-04 */
		.present_before = before,
	};
	struct tn_err err = TN_ERR_INIT;
	struct plan *plan = NULL;

	cr_assert(!plan_make(&input, &plan, &err), "%s", err.text);
	return plan;
}

static void
add(struct people *people, unsigned char number, const char *login,
    const char *name, const char *staff_number)
{
	const struct tn_account account =
	    sample_account(number, login, name, staff_number);

	sample_add(people, &account);
}

/* One account and one roster row; expects this item, or none for kind 0. */
static void
expect_one(const char *row, const char *name, bool complete, int kind,
           int cause)
{
	struct people *people = sample_people();
	struct roster *roster;
	struct plan *plan;
	char text[512];

	add(people, 1, "wang", name, "A1");
	cr_assert(!people_finish(people, NULL));
	snprintf(text, sizeof(text), "%s%s\n", HEADER, row);
	roster = sample_roster(text);
	plan = make_plan(roster, people, complete, 0);
	cr_assert_eq(plan->count, kind ? 1 : 0, "%s", row);
	if (kind) {
		cr_expect_eq((int)plan->items[0].kind, kind, "%s", row);
		cr_expect_eq((int)plan->items[0].cause, cause, "%s", row);
	}
	cr_expect_eq(plan->disable_count, kind == PLAN_DISABLE ? 1 : 0);
	cr_expect_eq(plan->population, 1);
	plan_free(plan);
	roster_free(roster);
	people_free(people);
}

/* CI-P38: departure disables. */
Test(plan, disables_whom_the_roster_says_has_left)
{
	expect_one("A1,王小明,离职,研发部,2024-10-03", "王小明", false,
	           PLAN_DISABLE, PLAN_CAUSE_DEPARTED);
	expect_one("A1,王小明,离职,研发部,", "王小明", false, PLAN_DISABLE,
	           PLAN_CAUSE_DEPARTED);
	expect_one("A1,王小明,在职,研发部,", "王小明", false, 0, 0);
}

/* The last day is inclusive (DESIGN section 5, row 3). */
Test(plan, waits_for_the_end_of_the_last_day)
{
	expect_one("A1,王小明,离职,研发部,2024-10-04", "王小明", false,
	           PLAN_LATER, PLAN_CAUSE_DEPARTED);
}

/* lifecycle-peers A: absence is departure only in a complete feed. */
Test(plan, takes_absence_for_departure_only_where_the_roster_is_complete)
{
	expect_one("A2,李娜,离职,研发部,", "王小明", false, 0, 0);
	expect_one("A2,李娜,离职,研发部,", "王小明", true, PLAN_DISABLE,
	           PLAN_CAUSE_ABSENT);
}

/* lifecycle-peers C: a name is corroboration, never a key. */
Test(plan, quarantines_what_contradicts_itself)
{
	expect_one("A1,李娜,离职,研发部,", "王小明", true, PLAN_QUARANTINE,
	           PLAN_CAUSE_NAME_DIFFERS);
	expect_one("A1,李娜,在职,研发部,", "王小明", true, PLAN_QUARANTINE,
	           PLAN_CAUSE_NAME_DIFFERS);
	expect_one("A9,王小明,在职,研发部,", "王小明", true, PLAN_QUARANTINE,
	           PLAN_CAUSE_NUMBER_DIFFERS);
}

/* UM-5.4: which of the two is hers is not for a program to guess. */
Test(plan, quarantines_both_accounts_of_one_number)
{
	struct people *people = sample_people();
	struct roster *roster =
	    sample_roster(HEADER "A1,王小明,离职,研发部,\n");
	struct plan *plan;

	add(people, 1, "wang", "王小明", "A1");
	add(people, 2, "wang2", "王小明", "A1");
	cr_assert(!people_finish(people, NULL));
	plan = make_plan(roster, people, true, 0);

	cr_assert_eq(plan->count, 2);
	cr_expect_eq(plan->disable_count, 0);
	cr_expect_eq(plan->items[0].cause, PLAN_CAUSE_SECOND);
	cr_expect_eq(plan->items[1].kind, PLAN_QUARANTINE);
	plan_free(plan);
	roster_free(roster);
	people_free(people);
}

Test(plan, never_disables_a_holder_of_a_role_or_who_is_departed_already)
{
	struct people *people = sample_people();
	struct roster *roster = sample_roster(HEADER "A1,王小明,离职,研发部,\n"
	                                             "A2,李娜,离职,研发部,\n");
	struct tn_account gone = sample_account(2, "lina", "李娜", "A2");
	struct plan *plan;

	add(people, 1, "wang", "王小明", "A1");
	gone.status = TN_STATUS_DEPARTED;
	sample_add(people, &gone);
	cr_assert(!people_add_role_member(
	    people, "UID=wang, ou=people,dc=example,dc=org", NULL));
	cr_assert(!people_finish(people, NULL));
	plan = make_plan(roster, people, true, 0);

	cr_assert_eq(plan->count, 1);
	cr_expect_eq(plan->items[0].kind, PLAN_ROLE);
	cr_expect_eq(plan->population, 1);
	plan_free(plan);
	roster_free(roster);
	people_free(people);
}

/* Four of one department, though two in a hundred of all (DESIGN 9). */
Test(plan, brakes_per_department_and_on_a_shrunk_roster)
{
	static char logins[200][16];
	static char numbers[200][16];
	struct people *people = sample_people();
	char text[16384] = HEADER;
	struct roster *roster;
	struct plan *plan;
	size_t len = strlen(text);
	unsigned char i;

	for (i = 0; i < 200; i++) {
		bool leaves = i < 4;

		snprintf(logins[i], sizeof(logins[i]), "user%u", i);
		snprintf(numbers[i], sizeof(numbers[i]), "A%u", i);
		add(people, i, logins[i], "王小明", numbers[i]);
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, "A%u,王小明,%s,%s,\n", i,
		    leaves ? "离职" : "在职", i < 20 ? "财务部" : "生产部");
	}
	cr_assert(!people_finish(people, NULL));
	roster = sample_roster(text);

	plan = make_plan(roster, people, false, 196);
	cr_expect_eq(plan->disable_count, 4);
	cr_assert_eq(plan->brake_count, 1);
	cr_expect_str_eq(plan->brakes[0].department, "财务部");
	cr_expect_eq(plan->brakes[0].total, 20);
	cr_expect(plan_is_braked(plan));
	cr_expect(!plan->has_shrunk);
	plan_free(plan);

	plan = make_plan(roster, people, false, 300);
	cr_expect(plan->has_shrunk);
	cr_expect(plan_is_braked(plan));
	plan_free(plan);
	roster_free(roster);
	people_free(people);
}

/* DESIGN section 4: either of a lock's two names locks. */
Test(people, are_locked_by_uuid_or_by_staff_number_until_released)
{
	struct people *people = sample_people();
	const struct tn_lock by_uuid = {
		.person_uuid = { .byte = { 1 } },
		.staff_number = "",
		.kind = TN_LOCK_LEAK,
		.name = "l1",
		.reason = "",
		.since = 5,
	};
	const struct tn_lock by_number = {
		.staff_number = "A2",
		.kind = TN_LOCK_DEPARTURE,
		.name = "l2",
		.reason = "",
		.since = 6,
	};
	const struct tn_lock released = {
		.staff_number = "A3",
		.kind = TN_LOCK_DEPARTURE,
		.name = "l3",
		.reason = "",
	};

	add(people, 1, "wang", "王小明", "A1");
	add(people, 2, "lina", "李娜", "A2");
	add(people, 3, "zhao", "赵刚", "A3");
	cr_assert(!people_add_release(people, "l3", 0, NULL));
	cr_assert(!people_add_lock(people, &by_uuid, NULL));
	cr_assert(!people_add_lock(people, &by_number, NULL));
	cr_assert(!people_add_lock(people, &released, NULL));
	cr_assert(!people_finish(people, NULL));

	cr_expect_eq(people_by_login(people, "wang")->locks, TN_LOCK_LEAK);
	cr_expect_eq(people_by_login(people, "lina")->locks, TN_LOCK_DEPARTURE);
	cr_expect_eq(people_by_staff_number(people, "A2")->locked_since, 6);
	cr_expect_eq(people_by_login(people, "zhao")->locks, 0);
	people_free(people);
}

Test(people, call_the_younger_of_two_claimants_second)
{
	struct people *people = sample_people();

	add(people, 9, "aaa", "王小明", "A1");
	add(people, 2, "wang", "王小明", "A1");
	cr_assert(!people_finish(people, NULL));

	cr_expect(people_by_login(people, "aaa")->is_second);
	cr_expect(!people_by_login(people, "wang")->is_second);
	cr_expect_str_eq(people_by_staff_number(people, "A1")->account->login,
	                 "wang");
	people_free(people);
}

Test(people, keep_a_hosts_nonsense_apart)
{
	static const char *const lines[] = {
		"", "x", "x:y:z", ":1:/bin/sh", "x:99999999999:/bin/sh", "x:1"
	};
	struct people *people = sample_people();
	size_t i;

	for (i = 0; i < 6; i++)
		cr_assert(
		    !people_add_local(people, "h1", lines[i], 0, "adm", NULL));
	cr_assert(!people_add_local(people, "h2", "adm:1000:/bin/sh", 0, "adm",
	                            NULL));
	cr_assert(!people_finish(people, NULL));

	for (i = 0; i < 6; i++)
		cr_expect(people->locals[i].is_nonsense, "%s",
		          people->locals[i].name);
	cr_expect(people->locals[6].is_break_glass);
	cr_expect_eq(people->locals[6].uid, 1000);
	people_free(people);
}

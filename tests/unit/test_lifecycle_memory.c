/*
 * What the command keeps in hashes (base/hash_table.h): each function with its
 * first, second, ... allocation failing says so and makes nothing, where uthash
 * as shipped would end the program half way.
 */
#include "lifecycle_samples.h"

#include <stdlib.h>

#include "base/attrs.h"
#include "failing_memory.h"
#include "issue_plan.h"
#include "plan.h"

#define PEOPLE 120 /* so many that tables grow */

static struct roster *roster;
static struct people *people;
static char text[PEOPLE * 64];

static bool
nobody_is_local(const void *context, const char *name)
{
	(void)context;
	(void)name;
	return false;
}

static const char *
all_are_approved(const void *context, const struct roster_row *row,
                 const char **ret_why)
{
	(void)context;
	(void)row;
	(void)ret_why;
	return "A-1";
}

/* Rows of people who have no account, each in a department of their own. */
static int
parse_roster(bool *ret_made, struct tn_err *err)
{
	const struct tn_config config = sample_config();
	struct roster *made = NULL;
	int r = roster_parse(text, strlen(text), &config, &made, err);

	*ret_made = made != NULL;
	roster_free(made);
	return r;
}

static int
gather_people(struct people **ret, struct tn_err *err)
{
	static char logins[PEOPLE][8];
	static char numbers[PEOPLE][8];
	struct people *gathered = NULL;
	int r = people_new(&gathered, err);
	unsigned int i;

	for (i = 0; i < PEOPLE && !r; i++) {
		struct tn_account account;

		snprintf(logins[i], sizeof(logins[i]), "p%u", i);
		snprintf(numbers[i], sizeof(numbers[i]), "P%u", i);
		account = sample_account((unsigned char)i, logins[i], logins[i],
		                         numbers[i]);
		account.department = numbers[i];
		r = people_add_account(gathered, &account, err);
	}
	if (!r)
		r = people_finish(gathered, err);
	if (r)
		people_free(gathered);
	else
		*ret = gathered;
	return r;
}

static int
finish_people(bool *ret_made, struct tn_err *err)
{
	struct people *made = NULL;
	int r = gather_people(&made, err);

	*ret_made = made != NULL;
	people_free(made);
	return r;
}

static int
make_plan(bool *ret_made, struct tn_err *err)
{
	static const struct brake_limits limits = { .count = 20 };
	const struct plan_input input = {
		.roster = roster,
		.people = people,
		.limits = &limits,
		.roster_is_complete = true,
		.today = 20000,
	};
	struct plan *made = NULL;
	int r = plan_make(&input, &made, err);

	*ret_made = made != NULL;
	plan_free(made);
	return r;
}

static int
make_issue_plan(bool *ret_made, struct tn_err *err)
{
	const struct issue_input input = {
		.roster = roster,
		.people = people,
		.home_root = "/home",
		.min_uid = 1000,
		.is_local = nobody_is_local,
		.permit = all_are_approved,
		.bootstrap = "roster-0",
	};
	struct issue_plan *made = NULL;
	int r = issue_plan_make(&input, &made, err);

	*ret_made = made != NULL;
	issue_plan_free(made);
	return r;
}

static const struct {
	const char *name;
	size_t least; /* allocations that it makes, or more */
	int (*run)(bool *ret_made, struct tn_err *err);
} victims[] = {
	{ "roster_parse", 4 * PEOPLE, parse_roster },
	{ "people_finish", 5 * PEOPLE, finish_people },
	{ "plan_make", 2 * PEOPLE, make_plan },
	{ "issue_plan_make", 2 * PEOPLE, make_issue_plan },
};

static void
start(void)
{
	static const char header[] = "工号,姓名,状态,部门\n";
	size_t len = sizeof(header) - 1;
	unsigned int i;

	memcpy(text, header, len);
	for (i = 0; i < PEOPLE; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		                        "R%u,Ren %c%c,在职,D%u\n", i,
		                        'a' + i / 26, 'a' + i % 26, i);
	roster = sample_roster(text);
	cr_assert_eq(gather_people(&people, NULL), 0);
}

static void
end(void)
{
	roster_free(roster);
	people_free(people);
}

Test(lifecycle_memory, each_failing_allocation_is_told_and_leaves_no_result,
     .init = start, .fini = end, .timeout = 120)
{
	size_t i;
	size_t n;

	for (i = 0; i < TN_ARRAY_LEN(victims); i++) {
		for (n = 0;; n++) {
			struct tn_err err = TN_ERR_INIT;
			bool made = false;
			int r;

			memory_fail_after(n);
			r = victims[i].run(&made, &err);
			if (!memory_is_back()) {
				cr_expect_eq(r, TN_OK, "%s: %s",
				             victims[i].name, err.text);
				cr_expect(made, "%s", victims[i].name);
				break;
			}
			cr_assert_eq(r, TN_E_NO_MEMORY,
			             "%s, allocation %zu: %d %s",
			             victims[i].name, n, r, err.text);
			cr_assert_not(made, "%s, allocation %zu",
			              victims[i].name, n);
		}
		cr_expect_geq(n, victims[i].least, "%s: %zu", victims[i].name,
		              n);
	}
}

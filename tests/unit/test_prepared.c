#include <criterion/criterion.h>
#include "prepared.h"

#define NOW 1000000

static size_t
wanted(int64_t age_of_one, size_t count, size_t most)
{
	int64_t needed[TN_PREPARED_MOST] = { 0 };
	size_t i;

	for (i = 0; i < count && i < TN_PREPARED_MOST; i++)
		needed[i] = NOW - age_of_one;
	return tn_prepared_wanted(needed, most, NOW);
}

Test(prepared, a_host_where_nobody_logs_in_holds_none)
{
	cr_expect_eq(wanted(0, 0, 8), 0);
	cr_expect_eq(wanted(TN_PREPARED_QUIET, 8, 8), 0);
}

Test(prepared, as_many_as_were_needed_lately_and_then_one)
{
	cr_expect_eq(wanted(0, 1, 8), 1);
	cr_expect_eq(wanted(TN_PREPARED_RECENT - 1, 5, 8), 5);
	cr_expect_eq(wanted(TN_PREPARED_RECENT, 5, 8), 1);
	cr_expect_eq(wanted(TN_PREPARED_QUIET - 1, 5, 8), 1);
	cr_expect_eq(wanted(0, 8, 3), 3, "never more than the bound");
}

Test(prepared, more_are_made_in_one_go_when_half_are_gone)
{
	cr_expect_not(tn_prepared_is_low(8, 8));
	cr_expect_not(tn_prepared_is_low(4, 8));
	cr_expect(tn_prepared_is_low(3, 8));
	cr_expect(tn_prepared_is_low(0, 1), "the only one was taken");
	cr_expect_not(tn_prepared_is_low(1, 1));
	cr_expect_not(tn_prepared_is_low(0, 0), "none is wanted");
}

Test(prepared, a_fleet_shares_a_bound)
{
	static const int fleets[] = { 1, 10, 499, 500, 501, 1000, 4000 };
	size_t i;

	cr_expect_eq(tn_prepared_most(10), 8);
	cr_expect_eq(tn_prepared_most(500), 8);
	cr_expect_eq(tn_prepared_most(1000), 4);
	cr_expect_eq(tn_prepared_most(100000), 1);
	cr_expect_eq(tn_prepared_most(0), 8);
	for (i = 0; i < sizeof(fleets) / sizeof(fleets[0]); i++)
		cr_expect_leq(tn_prepared_most(fleets[i]) * (size_t)fleets[i],
		              TN_PREPARED_FLEET);
}

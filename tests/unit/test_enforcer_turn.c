#include <criterion/criterion.h>
#include <string.h>
#include "enforcer_turn.h"

#define MAX 4

/* Which of so many were taken at one look. */
static const char *
look(struct tn_turn *turn, size_t waiting, char taken[16])
{
	size_t i;

	tn_turn_begin(turn);
	for (i = 0; i < waiting; i++)
		taken[i] = tn_turn_takes(turn, MAX) ? 'x' : '.';
	taken[i] = '\0';
	tn_turn_end(turn);
	return taken;
}

Test(enforcer_turn, those_that_fail_for_ever_hold_nobody_back)
{
	struct tn_turn turn = { 0 };
	char taken[16];

	cr_assert_str_eq(look(&turn, 10, taken), "xxxx......");
	cr_assert_str_eq(look(&turn, 10, taken), "....xxxx..");
	cr_assert_str_eq(look(&turn, 10, taken), "........xx");
	cr_assert_str_eq(look(&turn, 10, taken), "xxxx......");
}

Test(enforcer_turn, few_are_all_treated_at_each_look)
{
	struct tn_turn turn = { 0 };
	char taken[16];

	cr_assert_str_eq(look(&turn, 4, taken), "xxxx");
	cr_assert_str_eq(look(&turn, 3, taken), "xxx");
	cr_assert_str_eq(look(&turn, 0, taken), "");
	cr_assert_str_eq(look(&turn, 1, taken), "x");
}

Test(enforcer_turn, fewer_than_were_passed_over_begins_again)
{
	struct tn_turn turn = { 0 };
	char taken[16];

	cr_assert_str_eq(look(&turn, 10, taken), "xxxx......");
	cr_assert_str_eq(look(&turn, 2, taken), "..");
	cr_assert_str_eq(look(&turn, 2, taken), "xx");
}

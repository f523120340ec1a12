#include <criterion/criterion.h>
#include "answer_time.h"

static struct tn_answer_time answer_time;

static void
learn(int64_t took, unsigned int times)
{
	while (times-- > 0)
		tn_answer_time_learn(&answer_time, took);
}

static int64_t
least(void)
{
	int64_t found = INT64_MAX;
	unsigned int i;

	for (i = 0; i < 200; i++) {
		int64_t due = tn_answer_time_due(&answer_time, 0);

		found = due < found ? due : found;
	}
	return found;
}

Test(answer_time, a_tenth_of_a_second_at_the_least_and_not_always_the_same)
{
	int64_t first = tn_answer_time_due(&answer_time, 5000);
	unsigned int others = 0;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		int64_t due = tn_answer_time_due(&answer_time, 5000);

		cr_expect_geq(due, 5100);
		cr_expect_leq(due, 5113);
		others += due != first ? 1 : 0;
	}
	cr_expect_gt(others, 0);
	learn(1, 1000);
	cr_expect_geq(least(), 100);
}

Test(answer_time, follows_what_wrong_passwords_take)
{
	learn(400, 20);
	cr_expect_geq(least(), 400);
	learn(50, 2000);
	cr_expect_lt(least(), 110, "and comes back");
}

/* Else a wrong one that takes longest would show. */
Test(answer_time, nineteen_of_twenty_take_less)
{
	int64_t took;
	unsigned int longer = 0;
	unsigned int i;

	for (i = 0; i < 20000; i++) {
		took = 200 + (i * 7919) % 200; /* evenly */
		tn_answer_time_learn(&answer_time, took);
		longer += tn_answer_time_due(&answer_time, 0) < took ? 1 : 0;
	}
	cr_expect_lt(longer, 20000 / 20);
}

Test(answer_time, a_directory_that_hangs_does_not_make_it_longer_than_pam_waits)
{
	learn(5000, 1000);
	cr_expect_leq(tn_answer_time_due(&answer_time, 0), 3500 + 3500 / 8);
}

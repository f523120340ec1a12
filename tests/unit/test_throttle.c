#include <criterion/criterion.h>
#include <stdio.h>
#include "throttle.h"

static struct tn_throttle *
make(unsigned int failures, size_t capacity)
{
	struct tn_throttle *throttle = NULL;

	cr_assert_eq(tn_throttle_new(failures, 300, capacity, &throttle, NULL),
	             TN_OK);
	return throttle;
}

Test(throttle, so_many_failures_in_the_window_throttle)
{
	struct tn_throttle *throttle = make(3, 100);

	tn_throttle_failed(throttle, "wang", "10.0.0.1", 1000);
	tn_throttle_failed(throttle, "wang", "10.0.0.1", 1001);
	cr_expect(!tn_throttle_is_on(throttle, "wang", "10.0.0.1", 1002));
	tn_throttle_failed(throttle, "wang", "10.0.0.1", 1002);
	cr_expect(tn_throttle_is_on(throttle, "wang", "10.0.0.1", 1003));
	cr_expect(!tn_throttle_is_on(throttle, "wang", "10.0.0.1", 1300),
	          "the first failure has left the window");
	tn_throttle_free(throttle);
}

Test(throttle, one_source_cannot_keep_a_person_out_elsewhere)
{
	struct tn_throttle *throttle = make(1, 100);

	tn_throttle_failed(throttle, "wang", "10.0.0.1", 1000);
	cr_expect(tn_throttle_is_on(throttle, "wang", "10.0.0.1", 1001));
	cr_expect(!tn_throttle_is_on(throttle, "wang", "10.0.0.2", 1001));
	cr_expect(!tn_throttle_is_on(throttle, "li", "10.0.0.1", 1001));
	tn_throttle_free(throttle);
}

Test(throttle, a_right_password_forgets_the_failures)
{
	struct tn_throttle *throttle = make(2, 100);

	tn_throttle_failed(throttle, "wang", "x", 1000);
	tn_throttle_failed(throttle, "wang", "x", 1000);
	tn_throttle_succeeded(throttle, "wang", "x");
	cr_expect(!tn_throttle_is_on(throttle, "wang", "x", 1001));
	tn_throttle_free(throttle);
}

Test(throttle, a_login_and_a_source_do_not_run_into_each_other)
{
	struct tn_throttle *throttle = make(1, 100);

	tn_throttle_failed(throttle, "wang x", "y", 1000);
	cr_expect(!tn_throttle_is_on(throttle, "wang", "x y", 1001));
	tn_throttle_free(throttle);
}

Test(throttle, memory_is_bounded_and_the_idle_go_first)
{
	struct tn_throttle *throttle = make(1, 10);
	char source[16];
	int i;

	tn_throttle_failed(throttle, "wang", "old", 1000);
	for (i = 0; i < 10; i++) {
		(void)snprintf(source, sizeof(source), "s%d", i);
		tn_throttle_failed(throttle, "wang", source, 1001);
	}
	cr_expect(!tn_throttle_is_on(throttle, "wang", "old", 1002));
	cr_expect(tn_throttle_is_on(throttle, "wang", "s9", 1002));
	tn_throttle_free(throttle);
}

Test(throttle, failures_without_end_stay_throttled_and_in_bounds)
{
	struct tn_throttle *throttle = make(32, 10);
	int i;

	for (i = 0; i < 1000; i++)
		tn_throttle_failed(throttle, "wang", "x", 1000 + i);
	cr_expect(tn_throttle_is_on(throttle, "wang", "x", 2000));
	cr_expect(!tn_throttle_is_on(throttle, "wang", "x", 3000));
	tn_throttle_free(throttle);
}

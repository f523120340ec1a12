#include <criterion/criterion.h>
#include <stdio.h>
#include "enforcer_askers.h"

static size_t
taken_of(struct tn_askers *askers, const char *dn, size_t waiting)
{
	size_t taken = 0;

	while (waiting-- > 0)
		taken += tn_askers_takes(askers, dn) ? 1 : 0;
	return taken;
}

Test(enforcer_askers, one_that_asks_a_thousand_times_holds_nobody_back)
{
	struct tn_askers askers = { .count = 0 };
	int look;

	for (look = 0; look < 3; look++) {
		tn_askers_begin(&askers);
		cr_expect_eq(taken_of(&askers, "cn=bad", 1000), TN_ASKER_LOOK);
		cr_expect_eq(taken_of(&askers, "cn=good", 2), 2);
	}
	tn_askers_done(&askers);
}

Test(enforcer_askers, what_is_held_back_is_told_once_an_hour_and_of_each)
{
	struct tn_askers askers = { .count = 0 };

	cr_expect(tn_askers_tells(&askers, "cn=a", 0));
	cr_expect(!tn_askers_tells(&askers, "cn=a", TN_ASKER_TELL - 1));
	cr_expect(tn_askers_tells(&askers, "cn=b", 10));
	cr_expect(tn_askers_tells(&askers, "cn=a", TN_ASKER_TELL));
	cr_expect(tn_askers_tells(&askers, "cn=a", 5), "a clock set back");
	tn_askers_done(&askers);
}

Test(enforcer_askers, beyond_what_is_remembered_nobody_is_left_out)
{
	struct tn_askers askers = { .count = 0 };
	char dn[16];
	int i;

	for (i = 0; i < TN_ASKERS_MAX + 5; i++) {
		(void)snprintf(dn, sizeof(dn), "cn=h%d", i);
		cr_expect(tn_askers_takes(&askers, dn));
	}
	cr_expect_eq(askers.count, TN_ASKERS_MAX);
	cr_expect(tn_askers_tells(&askers, "cn=new", 0));
	tn_askers_done(&askers);
}

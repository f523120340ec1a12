#include <criterion/criterion.h>

#include "base/attrs.h"
#include "plan_brake.h"

static const struct brake_limits shipped = {
	.count = 20,
	.percent = 5,
	.floor = 3,
	.shrink_percent = 10,
};

Test(brake, trips_above_a_count_or_a_share_but_not_below_the_floor)
{
	static const struct {
		size_t affected;
		size_t total;
		enum brake_cause cause;
	} rows[] = {
		{ 0, 0, BRAKE_FREE },        { 0, 300, BRAKE_FREE },
		{ 1, 1, BRAKE_FREE },        { 3, 4, BRAKE_FREE },
		{ 4, 4, BRAKE_PERCENT },     { 4, 80, BRAKE_FREE },
		{ 4, 79, BRAKE_PERCENT },    { 15, 300, BRAKE_FREE },
		{ 16, 300, BRAKE_PERCENT },  { 20, 100000, BRAKE_FREE },
		{ 21, 100000, BRAKE_COUNT }, { 300, 300, BRAKE_COUNT },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++)
		cr_expect(brake_check(&shipped, rows[i].affected,
		                      rows[i].total) == rows[i].cause,
		          "%zu of %zu", rows[i].affected, rows[i].total);
}

Test(brake, cannot_be_configured_away)
{
	static const struct brake_limits negative = {
		.count = -1,
		.percent = -1,
		.floor = -1,
		.shrink_percent = -1,
	};

	cr_expect(brake_check(&negative, 1, 1000) == BRAKE_COUNT);
	cr_expect(brake_shrunk(&negative, 999, 1000));
}

Test(brake, sees_a_roster_that_shrank)
{
	cr_expect(!brake_shrunk(&shipped, 10, 0), "none was recorded");
	cr_expect(!brake_shrunk(&shipped, 270, 300), "ten in a hundred");
	cr_expect(brake_shrunk(&shipped, 269, 300));
	cr_expect(brake_shrunk(&shipped, 0, 300));
	cr_expect(!brake_shrunk(&shipped, 400, 300), "it grew");
}

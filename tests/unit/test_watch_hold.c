/* Large entries that come again and again: which waits, and until when. */
#include <criterion/criterion.h>
#include "directory/watch_hold.h"

/* Half a second's worth. */
#define LARGE ((size_t)500 * TN_HOLD_BYTES_PER_MS)

static struct tn_hold hold;
static char messages[64];

static void
start(void)
{
	hold = (struct tn_hold){ .count = 0 };
}

TestSuite(watch_hold, .init = start);

static struct tn_uuid
uuid_of(unsigned int n)
{
	return (struct tn_uuid){ { (uint8_t)n, 7 } };
}

/* Of entry n came message m: does it wait? Whose place it took is checked. */
static bool
keeps(unsigned int n, size_t size, unsigned int m, int64_t now,
      const void *older)
{
	struct tn_uuid uuid = uuid_of(n);
	void *found = NULL;
	bool is_kept =
	    tn_hold_keep(&hold, &uuid, size, &messages[m], now, &found);

	cr_expect_eq(found, older, "%u: %p", m, found);
	return is_kept;
}

Test(watch_hold, the_first_after_a_rest_waits_for_nothing)
{
	cr_expect(!keeps(1, LARGE, 0, 1000, NULL));
	cr_expect_eq(tn_hold_wait_ms(&hold, 1000), -1);
	cr_expect(!keeps(1, LARGE, 1, 1500, NULL));
	cr_expect(keeps(1, LARGE, 2, 1999, NULL));
	cr_expect_eq(tn_hold_wait_ms(&hold, 1999), 1);
}

Test(watch_hold, of_those_that_come_meanwhile_the_newest_is_told)
{
	cr_expect(!keeps(1, LARGE, 0, 1000, NULL));
	cr_expect(keeps(1, LARGE, 1, 1050, NULL));
	cr_expect(keeps(1, LARGE, 2, 1100, &messages[1]));
	cr_expect_eq(hold.bytes, LARGE);
	cr_expect_null(tn_hold_due(&hold, 1499));
	cr_expect_eq(tn_hold_due(&hold, 1500), &messages[2]);
	cr_expect_null(tn_hold_due(&hold, 1500));
	cr_expect_eq(hold.bytes, 0);
	cr_expect(keeps(1, LARGE, 3, 1550, NULL), "it was told just now");
	cr_expect_eq(tn_hold_due(&hold, 2000), &messages[3]);
}

Test(watch_hold, small_ones_never_wait_and_take_the_place_of_what_does)
{
	cr_expect(!keeps(1, TN_HOLD_SIZE - 1, 0, 1000, NULL));
	cr_expect(!keeps(1, TN_HOLD_SIZE - 1, 1, 1000, NULL));
	cr_expect(!keeps(1, LARGE, 2, 1000, NULL));
	cr_expect(keeps(1, LARGE, 3, 1001, NULL));
	cr_expect(!keeps(1, 100, 4, 1002, &messages[3]),
	          "nearly all members left");
	cr_expect_eq(tn_hold_wait_ms(&hold, 1002), -1);
}

Test(watch_hold, nobody_waits_for_the_second)
{
	cr_expect(!keeps(1, TN_HOLD_BYTES_MAX, 0, 1000, NULL));
	cr_expect(keeps(1, TN_HOLD_BYTES_MAX, 1, 1000, NULL));
	cr_expect_eq(tn_hold_wait_ms(&hold, 1000), TN_HOLD_MS_MAX);
	cr_expect_lt(TN_HOLD_MS_MAX, 1000);
}

Test(watch_hold, each_has_a_time_of_its_own)
{
	struct tn_uuid uuid = uuid_of(2);

	cr_expect(!keeps(1, LARGE, 0, 1000, NULL));
	cr_expect(!keeps(2, LARGE / 5, 1, 1000, NULL));
	cr_expect(keeps(1, LARGE, 2, 1010, NULL));
	cr_expect(keeps(2, LARGE / 5, 3, 1010, NULL));
	cr_expect_eq(tn_hold_wait_ms(&hold, 1010), 90);
	cr_expect_eq(tn_hold_due(&hold, 1100), &messages[3]);
	cr_expect(keeps(2, LARGE / 5, 4, 1110, NULL));
	cr_expect_eq(tn_hold_drop(&hold, &uuid), &messages[4], "deleted");
	cr_expect_null(tn_hold_drop(&hold, &uuid));
	cr_expect_eq(tn_hold_any(&hold), &messages[2]);
	cr_expect_null(tn_hold_any(&hold));
	cr_expect_eq(hold.bytes, 0);
	cr_expect_eq(hold.count, 0);
}

Test(watch_hold, what_there_is_no_room_for_is_told_at_once)
{
	unsigned int n;

	for (n = 0; n < TN_HOLD_MAX; n++)
		cr_expect(!keeps(n, LARGE, 0, 1000, NULL));
	cr_expect(!keeps(n, LARGE, 0, 1000, NULL));
	cr_expect(!keeps(n, LARGE, 0, 1001, NULL), "no place is free");
	cr_expect(!keeps(n, LARGE, 0, 1500, NULL), "one is");
	cr_expect(keeps(n, LARGE, 1, 1501, NULL));
	start();
	cr_expect(!keeps(1, TN_HOLD_BYTES_MAX, 0, 1000, NULL));
	cr_expect(!keeps(2, TN_HOLD_SIZE, 0, 1000, NULL));
	cr_expect(keeps(1, TN_HOLD_BYTES_MAX, 1, 1001, NULL));
	cr_expect(!keeps(2, TN_HOLD_SIZE, 2, 1001, NULL), "too many bytes");
}

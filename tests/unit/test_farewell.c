#include <criterion/criterion.h>
#include "farewell.h"

Test(farewell, a_device_number_is_a_terminal_of_dev_pts)
{
	unsigned int number = 7;

	cr_expect(tn_farewell_number(34816, &number)); /* 136:0 */
	cr_expect_eq(number, 0);
	cr_expect(tn_farewell_number(34816 + 255, &number));
	cr_expect_eq(number, 255);
	/* 136:256: the minor's upper bits lie above the major's. */
	cr_expect(tn_farewell_number(34816 + (1u << 20), &number));
	cr_expect_eq(number, 256);
	/* 137:1 */
	cr_expect(tn_farewell_number(137u << 8 | 1u, &number));
	cr_expect_eq(number, 257);
	cr_expect(!tn_farewell_number(4u << 8 | 1u, &number)); /* tty1 */
	cr_expect(!tn_farewell_number(144u << 8, &number));
	cr_expect(!tn_farewell_number(0, &number));
}

Test(farewell, a_terminal_that_is_not_there_is_passed_over)
{
	const struct tn_farewell farewell = { .contact = "room 101" };

	cr_expect(!tn_farewell_say(&farewell, 2000001, 4u << 8 | 1u));
	cr_expect(!tn_farewell_say(&farewell, 2000001,
	                           136u << 8 | 0xffu | 0xfffu << 20));
}

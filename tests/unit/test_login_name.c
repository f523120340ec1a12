#include <criterion/criterion.h>
#include <string.h>

#include "login_name.h"

struct used {
	size_t count;
	char logins[8][LOGIN_NAME_MAX + 1];
};

static bool
is_used(const void *context, const char *login)
{
	const struct used *used = context;
	size_t i;

	for (i = 0; i < used->count; i++) {
		if (!strcmp(used->logins[i], login))
			return true;
	}
	return false;
}

static bool
always(const void *context, const char *login)
{
	(void)context;
	(void)login;
	return true;
}

static void
expect_next(struct used *used, const char *pinyin, const char *expected)
{
	char login[LOGIN_NAME_MAX + 1] = "";

	cr_assert(!login_name(pinyin, is_used, used, login, NULL));
	cr_expect_str_eq(login, expected);
	memcpy(used->logins[used->count++], login, sizeof(login));
}

Test(login_name, numbers_homonyms_in_order)
{
	struct used used = { .count = 0 };

	expect_next(&used, "wangxiaoming", "wangxiaoming");
	expect_next(&used, "wangxiaoming", "wangxiaoming2");
	expect_next(&used, "lina", "lina");
	expect_next(&used, "wangxiaoming", "wangxiaoming3");
}

Test(login_name, cuts_long_names_so_that_the_number_fits)
{
	struct used used = { .count = 0 };

	expect_next(&used, "abcdefghijklmnopqrstuvwxyz",
	            "abcdefghijklmnopqrst");
	expect_next(&used, "abcdefghijklmnopqrstuvwxyz",
	            "abcdefghijklmnopqrs2");
}

/* DESIGN section 12: sudo and polkit match names. */
Test(login_name, never_gives_a_reserved_name)
{
	struct used used = { .count = 0 };

	expect_next(&used, "root", "root2");
}

Test(login_name, refuses_what_makes_no_login)
{
	struct used used = { .count = 0 };
	char login[LOGIN_NAME_MAX + 1] = "untouched";

	cr_expect_eq(login_name("", is_used, &used, login, NULL), TN_E_INVALID);
	cr_expect_eq(login_name("Wang", is_used, &used, login, NULL),
	             TN_E_INVALID);
	cr_expect_eq(login_name("lina", always, NULL, login, NULL),
	             TN_E_EXISTS);
	cr_expect_str_eq(login, "untouched");
}

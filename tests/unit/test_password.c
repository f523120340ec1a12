#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include "account/password_rule.h"
#include "account/password_view.h"
#include "base/attrs.h"

/* 王小明 of 信息技术部, on web01, at 示例 (Example), in his words. */
static const struct tn_password_context xiaoming = {
	.min_length = 8,
	.count = 14,
	.words = {
		{ "王小明", TN_PASSWORD_NAME },
		{ "wangxiaoming", TN_PASSWORD_NAME },
		{ "wang", TN_PASSWORD_NAME },
		{ "xiao", TN_PASSWORD_NAME },
		{ "ming", TN_PASSWORD_NAME },
		{ "wxm", TN_PASSWORD_NAME },
		{ "xmwang", TN_PASSWORD_LOGIN },
		{ "E0071234", TN_PASSWORD_STAFF_NUMBER },
		{ "信息技术部", TN_PASSWORD_DEPARTMENT },
		{ "xinxijishubu", TN_PASSWORD_DEPARTMENT },
		{ "示例公司", TN_PASSWORD_ORGANISATION },
		{ "Example Corp", TN_PASSWORD_ORGANISATION },
		{ "web01", TN_PASSWORD_HOST },
		{ "ops", TN_PASSWORD_DEPARTMENT },
	},
};

/* 吕丽, whose names are short. */
static const struct tn_password_context luli = {
	.min_length = 8,
	.count = 7,
	.words = {
		{ "吕丽", TN_PASSWORD_NAME },
		{ "luli", TN_PASSWORD_NAME },
		{ "lu", TN_PASSWORD_NAME },
		{ "li", TN_PASSWORD_NAME },
		{ "ll", TN_PASSWORD_NAME },
		{ "LuLi", TN_PASSWORD_LOGIN },
		{ "lvbei", TN_PASSWORD_LOGIN },
	},
};

/* Nobody in particular: what slapd knows. */
static const struct tn_password_context nobody = { .min_length = 8 };

struct row {
	const char *password;
	enum tn_password_fault fault;
};

static void
expect_rows(const struct tn_password_context *context, const struct row *rows,
            size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		enum tn_password_fault fault =
		    tn_password_check(rows[i].password, context);

		cr_expect_eq(fault, rows[i].fault, "\"%s\": %s, not %s",
		             rows[i].password, tn_password_fault_words(fault),
		             tn_password_fault_words(rows[i].fault));
	}
}

/* CI-3.1, IS-5 */
Test(password, nothing_of_the_person_is_accepted)
{
	static const struct row rows[] = {
		{ "Wangxiaoming2024", TN_PASSWORD_NAME },
		{ "W4ngX1aoM1ng!2", TN_PASSWORD_NAME },
		{ "W4ng!8273hdKs", TN_PASSWORD_NAME },
		{ "wang.xiao.ming#7", TN_PASSWORD_NAME },
		{ "W-a-n-g8273hdKs", TN_PASSWORD_NAME },
		{ "zk7gnimoaixgnaw", TN_PASSWORD_NAME },
		{ "7Kq!gn4w92Lz", TN_PASSWORD_NAME },
		{ "Wxm!83947261", TN_PASSWORD_NAME },
		{ "83947261!mxw#", TN_PASSWORD_NAME },
		{ "王小明8k2#q7Z", TN_PASSWORD_NAME },
		{ "8k2#小明q7Zq", TN_PASSWORD_NAME },
		{ "xmWANG!82kQ7", TN_PASSWORD_NAME }, /* wang stands first */
		{ "e0071234!kQz", TN_PASSWORD_STAFF_NUMBER },
		{ "kQz!71234pTr", TN_PASSWORD_STAFF_NUMBER },
		{ "信息技术部8k2#", TN_PASSWORD_DEPARTMENT },
		{ "XinXiJiShuBu!8", TN_PASSWORD_DEPARTMENT },
		{ "Ops!8273#4410kQ", TN_PASSWORD_DEPARTMENT },
		{ "示例公司8k2#qZ", TN_PASSWORD_ORGANISATION },
		{ "Ex4mpleCorp!8k", TN_PASSWORD_ORGANISATION },
		{ "8k!web01qZt", TN_PASSWORD_HOST },
		{ "Web.0.1-8kqZt", TN_PASSWORD_HOST },
		/* Full-width letters are letters. */
		{ "ｗａｎｇ8273hdKs", TN_PASSWORD_NAME },
		/* Short words count where they are the whole run alone. */
		{ "drops-Kettle-44", TN_PASSWORD_GOOD },
		{ "8k2#qZwxmtr", TN_PASSWORD_GOOD },
	};

	expect_rows(&xiaoming, rows, TN_ARRAY_LEN(rows));
}

/* CI-3.1 */
Test(password, a_name_with_umlaut_is_found_in_all_its_spellings)
{
	static const struct row rows[] = {
		{ "Luli!8273hK7z", TN_PASSWORD_NAME },
		{ "Lvli!8273hK7z", TN_PASSWORD_NAME },
		{ "lyuli!8273hK7z", TN_PASSWORD_NAME },
		{ "lüli!8273hK7z", TN_PASSWORD_NAME },
		{ "lilv!8273#4410", TN_PASSWORD_NAME },
		{ "82!Lu#7341@55", TN_PASSWORD_NAME },
		{ "吕丽!8273hK7z", TN_PASSWORD_NAME },
		{ "Lubei!8273hK7z", TN_PASSWORD_LOGIN },
		{ "Gallery-Lupin-7", TN_PASSWORD_GOOD },
		{ "8#Lu-Kettle-Fog", TN_PASSWORD_GOOD },
	};

	expect_rows(&luli, rows, TN_ARRAY_LEN(rows));
}

/* CI-3.1 */
Test(password, what_everybody_chooses_is_not_accepted)
{
	static const struct row rows[] = {
		{ "aaaaaaaa", TN_PASSWORD_REPEATS },
		{ "abcabcabc", TN_PASSWORD_REPEATS },
		{ "Xk9!Xk9!Xk9!", TN_PASSWORD_REPEATS },
		{ "Xk9!mXk9!m", TN_PASSWORD_REPEATS },
		{ "kkkkkkkkkk7Q", TN_PASSWORD_REPEATS },
		{ "12345678", TN_PASSWORD_SEQUENCE },
		{ "87654321", TN_PASSWORD_SEQUENCE },
		{ "abcdefgh", TN_PASSWORD_SEQUENCE },
		{ "abcd1234EFGH", TN_PASSWORD_SEQUENCE },
		{ "qwertyuiop", TN_PASSWORD_SEQUENCE },
		{ "qwertyuiop12", TN_PASSWORD_SEQUENCE },
		{ "poiuytrewq!", TN_PASSWORD_SEQUENCE },
		{ "1qaz2wsx3edc", TN_PASSWORD_SEQUENCE },
		{ "1q2w3e4r5t", TN_PASSWORD_SEQUENCE },
		{ "!@#$%^&*()", TN_PASSWORD_SEQUENCE },
		{ "一二三四五六七八", TN_PASSWORD_SEQUENCE },
		{ "woaini1314520", TN_PASSWORD_COMMON },
		{ "password1234", TN_PASSWORD_COMMON },
		{ "Password123!", TN_PASSWORD_COMMON },
		{ "P@ssw0rd2024", TN_PASSWORD_COMMON },
		{ "Adm1nistrat0r", TN_PASSWORD_COMMON },
		{ "Summer2026!", TN_PASSWORD_COMMON },
		{ "hgkt19900131", TN_PASSWORD_COMMON },
		{ "我爱你中国!520", TN_PASSWORD_COMMON },
		{ "5839201746", TN_PASSWORD_COMMON }, /* digits alone */
	};

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
}

Test(password, good_ones_are_accepted)
{
	static const struct row rows[] = {
		{ "Kx7#mQ2!vB9z", TN_PASSWORD_GOOD },
		{ "kq7m-x2vp-9rth", TN_PASSWORD_GOOD },
		{ "Trombone-garden_47", TN_PASSWORD_GOOD },
		{ "correct horse battery staple", TN_PASSWORD_GOOD },
		{ "Kettle!Fog1234", TN_PASSWORD_GOOD },
		{ "青山绿水长流去", TN_PASSWORD_TOO_SHORT },
		{ "青山绿水长流去远", TN_PASSWORD_GOOD },
		{ "床前明月光疑是地上霜", TN_PASSWORD_GOOD },
		{ "Zo7$tFr9", TN_PASSWORD_GOOD },
	};

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
}

/* IS-5 */
Test(password, length_counts_characters_and_has_a_bound)
{
	struct tn_password_context context = { .min_length = 10 };
	char text[TN_PASSWORD_MAX + 2];
	size_t i;

	cr_expect_eq(tn_password_check("Zo7$tFr9k", &context),
	             TN_PASSWORD_TOO_SHORT);
	cr_expect_eq(tn_password_check("Zo7$tFr9kQ", &context),
	             TN_PASSWORD_GOOD);
	cr_expect_eq(tn_password_check("", &context), TN_PASSWORD_TOO_SHORT);
	context.min_length = 0;
	cr_expect_eq(tn_password_check("Zo7$tF", &context),
	             TN_PASSWORD_TOO_SHORT, "never below what is worth 8");
	for (i = 0; i < sizeof(text) - 1; i++)
		text[i] = (char)('!' + i * i % 89);
	text[sizeof(text) - 1] = '\0';
	cr_expect_eq(tn_password_check(text, &context), TN_PASSWORD_TOO_LONG);
	text[TN_PASSWORD_MAX] = '\0';
	cr_expect_eq(tn_password_check(text, &context), TN_PASSWORD_GOOD);
}

Test(password, what_no_terminal_can_type_is_refused)
{
	static const struct row rows[] = {
		{ "Kx7#mQ2!\tvB9z", TN_PASSWORD_CHARACTERS },
		{ "Kx7#mQ2!\033vB9z", TN_PASSWORD_CHARACTERS },
		{ "Kx7#mQ2!\xffvB9z", TN_PASSWORD_CHARACTERS },
		{ "Kx7#mQ2!\xc0\xafvB9z", TN_PASSWORD_CHARACTERS },
		{ "Kx7#mQ2!\xc2\x85vB9z", TN_PASSWORD_CHARACTERS },
	};

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
}

/* CI-3.2 */
Test(password, the_old_one_is_not_used_again)
{
	static const struct row rows[] = {
		{ "OldGarden!99", TN_PASSWORD_OLD },
		{ "OldGarden!98", TN_PASSWORD_OLD },
		{ "oldgarden!99", TN_PASSWORD_OLD },
		{ "OldGarden!99x7K", TN_PASSWORD_OLD },
		{ "Garden!99", TN_PASSWORD_OLD },
		{ "OlGarden!99", TN_PASSWORD_OLD },
		{ "99!nedraGdlO", TN_PASSWORD_OLD },
		{ "NewKettle!47", TN_PASSWORD_GOOD },
	};
	struct tn_password_context context = { .min_length = 8,
		                               .old = "OldGarden!99" };

	expect_rows(&context, rows, TN_ARRAY_LEN(rows));
	context.old = "";
	cr_expect_eq(tn_password_check("NewKettle!47", &context),
	             TN_PASSWORD_GOOD);
}

Test(password, hostile_words_do_no_harm)
{
	static char huge[4000];
	struct tn_password_context context = {
		.min_length = 8,
		.count = 4,
		.words = { { "", TN_PASSWORD_NAME },
		           { "\xff\xff", TN_PASSWORD_NAME },
		           { " . - ", TN_PASSWORD_NAME },
		           { huge, TN_PASSWORD_NAME } },
	};

	memset(huge, 'a', sizeof(huge) - 1);
	cr_expect_eq(tn_password_check("Kx7#mQ2!vB9z", &context),
	             TN_PASSWORD_GOOD);
	cr_expect_eq(tn_password_check("Kx7 - . #mQ2", &context),
	             TN_PASSWORD_GOOD);
}

Test(password, each_fault_has_words_in_both_languages)
{
	int fault;

	for (fault = 0; fault <= TN_PASSWORD_FAULT_COUNT; fault++) {
		cr_expect_not_null(
		    tn_password_fault_words((enum tn_password_fault)fault));
		cr_expect_not_null(
		    tn_password_fault_words_zh((enum tn_password_fault)fault));
	}
}

Test(password, distance_counts_changes)
{
	static const struct {
		const char *a;
		const char *b;
		size_t distance;
	} rows[] = {
		{ "", "", 0 },    { "kitten", "sitting", 3 }, { "abc", "", 3 },
		{ "", "abc", 3 }, { "flaw", "lawn", 2 },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct tn_password_view a;
		struct tn_password_view b;

		cr_assert(tn_view_fold(&a, rows[i].a));
		cr_assert(tn_view_fold(&b, rows[i].b));
		cr_expect_eq(tn_view_distance(&a, &b), rows[i].distance,
		             "%s %s", rows[i].a, rows[i].b);
	}
}

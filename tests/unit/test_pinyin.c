#include <criterion/criterion.h>

#include <string.h>
#include "base/attrs.h"
#include "pinyin/pinyin.h"

static const struct {
	const char *name;
	const char *joined;
	const char *initials;
	const char *second; /* its second syllable */
} rows[] = {
	{ "王小明", "wangxiaoming", "wxm", "xiao" },
	{ "欧阳娜娜", "ouyangnana", "oynn", "yang" },
	/* Surnames are read as surnames. */
	{ "曾国藩", "zengguofan", "zgf", "guo" },
	{ "单雄信", "shanxiongxin", "sxx", "xiong" },
	{ "解缙", "xiejin", "xj", "jin" },
	{ "吕布", "lubu", "lb", "bu" },
	{ "張學友", "zhangxueyou", "zxy", "xue" },
	{ "解 缙", "xiejin", "xj", "jin" },
	{ "José Müller", "josemuller", "jm", "muller" },
	{ "Łukasz Nowak", "lukasznowak", "ln", "nowak" },
	{ "Владимир Путин", "vladimirputin", "vp", "putin" },
	{ "Sean O'Brien", "seanobrien", "so", "obrien" },
	{ "Ann Wolfeschlegelsteinhausen", "annwolfeschlegelsteinhausen", "awe",
	  "wolfeschlegelst" },
};

Test(pinyin, names_are_read_as_people_write_them)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct tn_pinyin pinyin = { .count = 0 };
		struct tn_err err = TN_ERR_INIT;

		cr_expect_eq(tn_pinyin(rows[i].name, &pinyin, &err), TN_OK,
		             "%s: %s", rows[i].name, err.text);
		cr_expect_str_eq(pinyin.joined, rows[i].joined);
		cr_expect_str_eq(pinyin.initials, rows[i].initials);
		cr_expect_str_eq(pinyin.syllable[1], rows[i].second);
		cr_expect_eq(pinyin.count, strlen(rows[i].initials));
	}
}

Test(pinyin, what_is_no_name_is_refused)
{
	struct tn_pinyin pinyin = { .count = 77 };
	struct tn_err err = TN_ERR_INIT;
	char text[4001];

	cr_expect_eq(tn_pinyin("", &pinyin, &err), TN_E_INVALID);
	cr_expect_eq(tn_pinyin("1234 --", &pinyin, &err), TN_E_INVALID);
	cr_expect_eq(tn_pinyin("\xff\xfe", &pinyin, &err), TN_E_INVALID);
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	cr_expect_eq(tn_pinyin(text, &pinyin, &err), TN_E_LIMIT);
	text[600] = '\0';
	cr_expect_eq(tn_pinyin(text, &pinyin, &err), TN_E_LIMIT);
	cr_expect_eq(
	    tn_pinyin("王王王王王王王王王王王王王王王王王", &pinyin, &err),
	    TN_E_LIMIT);
	cr_expect_eq(pinyin.count, 77, "untouched on failure");
}

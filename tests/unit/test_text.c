#include <criterion/criterion.h>

#include <string.h>
#include "base/attrs.h"
#include "base/text.h"

Test(text, utf8_is_what_rfc_3629_says)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "", true },
		{ "abc", true },
		{ "王小明", true },
		{ "\xf0\x9f\x98\x80", true },
		{ "\xf4\x8f\xbf\xbf", true },      /* U+10FFFF */
		{ "\xf4\x90\x80\x80", false },     /* past it */
		{ "\xed\x9f\xbf", true },          /* U+D7FF */
		{ "\xed\xa0\x80", false },         /* surrogate */
		{ "\xed\xbf\xbf", false },         /* surrogate */
		{ "\xc0\xaf", false },             /* overlong */
		{ "\xc1\xbf", false },             /* overlong */
		{ "\xe0\x9f\xbf", false },         /* overlong */
		{ "\xf0\x8f\xbf\xbf", false },     /* overlong */
		{ "\xf8\x88\x80\x80\x80", false }, /* five bytes */
		{ "\x80", false },
		{ "\xe7\x8e", false }, /* cut */
		{ "\xe7\x41\x8b", false },
		{ "a\xff", false },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++)
		cr_expect_eq(
		    tn_text_is_utf8(rows[i].text, strlen(rows[i].text)),
		    rows[i].good, "row %zu", i);
	cr_expect_not(tn_text_is_utf8("a\0b", 3), "no NUL");
}

Test(text, length_counts_characters)
{
	cr_expect_eq(tn_text_length(""), 0);
	cr_expect_eq(tn_text_length("王小明"), 3);
	cr_expect_eq(tn_text_length("Müller\xf0\x9f\x98\x80"), 7);
}

Test(text, control_characters_are_found_wherever_they_come_from)
{
	static const char *const with[] = {
		"a\nb",     "\x1b[2J",      "\x7f",         "a\xc2\x85",
		"\xc2\x9f", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xff\x01",
	};
	static const char *const without[] = { "", "a b", "王", "\xc2\xa0",
		                               "\xff" };
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(with); i++)
		cr_expect(tn_text_has_control(with[i]), "row %zu", i);
	for (i = 0; i < TN_ARRAY_LEN(without); i++)
		cr_expect_not(tn_text_has_control(without[i]), "row %zu", i);
}

Test(text, a_copy_fits_whole_or_not_at_all)
{
	char dst[4] = "xyz";

	cr_expect(tn_text_copy(dst, sizeof(dst), "abc"));
	cr_expect_str_eq(dst, "abc");
	cr_expect_not(tn_text_copy(dst, sizeof(dst), "abcd"));
	cr_expect_str_eq(dst, "");
	cr_expect_not(tn_text_copy(dst, 0, ""));
}

Test(text, trimming_knows_the_wide_blank)
{
	static const struct {
		const char *text;
		const char *trimmed;
	} rows[] = {
		{ "", "" },
		{ " \t\r\n\v\f", "" },
		{ "　", "" },
		{ " 　a b　 ", "a b" },
		{ "　王　小　", "王　小" },
		{ "a", "a" },
		{ "\x80\x80 ", "\x80\x80" },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		char text[32];

		cr_assert(tn_text_copy(text, sizeof(text), rows[i].text));
		tn_text_trim(text);
		cr_expect_str_eq(text, rows[i].trimmed);
	}
}

Test(text, numbers_are_plain_decimals_within_their_bound)
{
	static const struct {
		const char *text;
		unsigned long long max;
		bool good;
		unsigned long long value;
	} rows[] = {
		{ "0", 0, true, 0 },
		{ "007", 9, true, 7 },
		{ "1", 0, false, 0 },
		{ "5", 3, false, 0 },
		{ "4294967295", 4294967295, true, 4294967295 },
		{ "4294967296", 4294967295, false, 0 },
		{ "18446744073709551615", ~0ull, true, ~0ull },
		{ "18446744073709551616", ~0ull, false, 0 },
		{ "99999999999999999999999", ~0ull, false, 0 },
		{ "", 9, false, 0 },
		{ "-1", 9, false, 0 },
		{ "+1", 9, false, 0 },
		{ " 1", 9, false, 0 },
		{ "1 ", 9, false, 0 },
		{ "0x1", 99, false, 0 },
		{ "１", 99, false, 0 },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		unsigned long long value = 77;
		bool good = tn_text_to_u64(rows[i].text, rows[i].max, &value);

		cr_expect_eq(good, rows[i].good, "\"%s\"", rows[i].text);
		cr_expect_eq(value, good ? rows[i].value : 77, "\"%s\"",
		             rows[i].text);
	}
}

Test(text, a_cut_never_leaves_half_a_character)
{
	static const struct {
		const char *text;
		size_t len;
		const char *left;
	} rows[] = {
		{ "王小", 6, "王小" },
		{ "王小", 5, "王" },
		{ "王小", 4, "王" },
		{ "王小", 3, "王" },
		{ "王小", 2, "" },
		{ "abc", 2, "ab" },
		{ "abc", 0, "" },
		{ "a\xf0\x9f\x98\x80", 4, "a" },
		{ "a\x80\x80\x80\x80\x80", 6, "a\x80\x80\x80\x80\x80" },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		char text[32];

		cr_assert(tn_text_copy(text, sizeof(text), rows[i].text));
		tn_text_cut(text, rows[i].len);
		cr_expect_str_eq(text, rows[i].left, "row %zu", i);
	}
}

Test(text, a_cleaned_text_is_one_line_of_utf8)
{
	char text[] = "a\nb\x1b[2J\xff王\xc2\x85\xe7\x8e!";

	tn_text_clean(text);
	cr_expect_str_eq(text, "a?b?[2J?王?" "?" "?!");
}

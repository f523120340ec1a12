#include <criterion/criterion.h>

#include <string.h>
#include <time.h>
#include "base/attrs.h"
#include "base/day.h"

Test(day, texts_that_are_days)
{
	static const struct {
		const char *text;
		int32_t day;
	} rows[] = {
		{ "1970-01-01", 0 },      { "1969-12-31", -1 },
		{ "1900-01-01", -25567 }, { "9999-12-31", 2932896 },
		{ "2000-02-29", 11016 },  { "2026-11-30", 20787 },
		{ "2026/11/30", 20787 },  { "2026.11.30", 20787 },
		{ "2026/3/1", 20513 },    { "2026-03-01", 20513 },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		int32_t day = 77;

		cr_expect_eq(tn_day_parse(rows[i].text, &day, NULL), TN_OK,
		             "%s", rows[i].text);
		cr_expect_eq(day, rows[i].day, "%s: %d", rows[i].text, day);
	}
}

Test(day, texts_that_are_none)
{
	static const char *const rows[] = {
		"",           "-",           "2026",         "2026-11",
		"2026-11-",   "2026-11-31",  "2026-02-29",   "1900-02-29",
		"2026-13-01", "2026-00-10",  "2026-01-00",   "1899-12-31",
		"0000-01-01", "10000-01-01", "2026-11-30 ",  " 2026-11-30",
		"2026-11/30", "26-11-30",    "2026-011-30",  "2026-11-030",
		"2026-1a-30", "2026 11 30",  "20261130",     "2026-11-30T00",
		"+026-11-30", "2026--1-30",  "2026年11月30", "46356",
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct tn_err err = TN_ERR_INIT;
		int32_t day = 77;

		cr_expect_eq(tn_day_parse(rows[i], &day, &err), TN_E_INVALID,
		             "%s", rows[i]);
		cr_expect_eq(day, 77, "%s", rows[i]);
	}
}

/* Against the C library, every day of four centuries and more. */
Test(day, each_day_is_the_one_that_the_c_library_says)
{
	int32_t day;

	for (day = -25567; day <= 200000; day++) {
		time_t time = (time_t)day * TN_DAY_SECONDS;
		char want[TN_DAY_TEXT_MAX];
		char text[TN_DAY_TEXT_MAX];
		int32_t back = 0;
		struct tm tm;

		cr_assert_not_null(gmtime_r(&time, &tm));
		strftime(want, sizeof(want), "%Y-%m-%d", &tm);
		tn_day_format(day, text);
		cr_assert_str_eq(text, want);
		cr_assert_eq(tn_day_parse(text, &back, NULL), TN_OK);
		cr_assert_eq(back, day);
	}
	{
		char text[TN_DAY_TEXT_MAX];

		tn_day_format(TN_DAY_NONE, text);
		cr_expect_str_eq(text, "-");
		tn_day_format(INT32_MAX, text);
		cr_expect_str_eq(text, "9999-12-31");
		tn_day_format(INT32_MIN + 1, text);
		cr_expect_str_eq(text, "1900-01-01");
	}
}

Test(gtime, texts_that_are_times)
{
	static const struct {
		const char *text;
		int64_t time;
	} rows[] = {
		{ "19700101000000Z", 0 },
		{ "20261130235959Z", 1796083199 },
		{ "20261130235959.123456Z", 1796083199 },
		{ "20261130235959,9Z", 1796083199 },
		{ "20261130235960Z", 1796083200 }, /* leap second */
		{ "202611302359Z", 1796083140 },
		{ "2026113023Z", 1796079600 },
		{ "20261201075959+0800", 1796083199 },
		{ "20261201075959+08", 1796083199 },
		{ "20261130185959-0500", 1796083199 },
		{ "20261130202959-0330", 1796083199 },
		{ "19691231235959Z", -1 },
		{ "99991231235959Z", 253402300799 },
		{ "00000101000000Z", -62167219200 },
		{ "000001010000Z", -62167219200 }, /* ppolicy: for good */
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		int64_t time = 77;

		cr_expect_eq(tn_gtime_parse(rows[i].text, strlen(rows[i].text),
		                            &time, NULL),
		             TN_OK, "%s", rows[i].text);
		cr_expect_eq(time, rows[i].time, "%s: %lld", rows[i].text,
		             (long long)time);
	}
}

Test(gtime, texts_that_are_none)
{
	static const char *const rows[] = {
		"",
		"Z",
		"20261130235959",
		"20261130235959z",
		"20261130235959ZZ",
		"20261130235959Z ",
		" 20261130235959Z",
		"20261130235959.Z",
		"20261130235961Z",
		"20261130236059Z",
		"20261130246059Z",
		"20261130240000Z",
		"20261131000000Z",
		"20260229000000Z",
		"20261301000000Z",
		"20260001000000Z",
		"20261130Z",
		"2026113023595Z",
		"2026113023.5Z", /* of an hour: nobody writes that */
		"20261130235959+",
		"20261130235959+8",
		"20261130235959+080",
		"20261130235959+08000",
		"20261130235959+2400",
		"20261130235959+0860",
		"2026113023595９Z",
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		int64_t time = 77;

		cr_expect_eq(
		    tn_gtime_parse(rows[i], strlen(rows[i]), &time, NULL),
		    TN_E_INVALID, "%s", rows[i]);
		cr_expect_eq(time, 77, "%s", rows[i]);
	}
}

Test(gtime, only_len_bytes_are_read)
{
	static const char text[] = "20261130235959Zgarbage";
	int64_t time = 0;
	size_t len;

	cr_expect_eq(tn_gtime_parse(text, 15, &time, NULL), TN_OK);
	for (len = 0; len < 15; len++)
		cr_expect_eq(tn_gtime_parse(text, len, &time, NULL),
		             TN_E_INVALID, "%zu", len);
	cr_expect_eq(tn_gtime_parse("2026\0130235959Z", 15, &time, NULL),
	             TN_E_INVALID);
}

Test(gtime, times_are_written_as_they_are_read)
{
	static const struct {
		int64_t time;
		const char *gtime;
		const char *rfc3339;
	} rows[] = {
		{ 0, "19700101000000Z", "1970-01-01T00:00:00Z" },
		{ -1, "19691231235959Z", "1969-12-31T23:59:59Z" },
		{ 1796083199, "20261130235959Z", "2026-11-30T23:59:59Z" },
		{ 253402300799, "99991231235959Z", "9999-12-31T23:59:59Z" },
		{ INT64_MAX, "99991231235959Z", "9999-12-31T23:59:59Z" },
		{ -62167219200, "00000101000000Z", "0000-01-01T00:00:00Z" },
		{ INT64_MIN + 1, "00000101000000Z", "0000-01-01T00:00:00Z" },
		{ TN_TIME_NONE, "-", "-" },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		char gtime[TN_GTIME_TEXT_MAX];
		char rfc3339[TN_RFC3339_TEXT_MAX];

		tn_gtime_format(rows[i].time, gtime);
		tn_rfc3339_format(rows[i].time, rfc3339);
		cr_expect_str_eq(gtime, rows[i].gtime);
		cr_expect_str_eq(rfc3339, rows[i].rfc3339);
	}
}

Test(day, the_day_of_a_time_depends_on_the_zone)
{
	static const struct {
		int64_t time;
		int32_t offset;
		int32_t day;
	} rows[] = {
		{ 0, 0, 0 },
		{ -1, 0, -1 },
		{ 86399, 0, 0 },
		{ 86400, 0, 1 },
		{ -86400, 0, -1 },
		{ -86401, 0, -2 },
		{ 57599, 28800, 0 },
		{ 57600, 28800, 1 },
		{ 0, -1, -1 },
		{ 17999, -18000, -1 },
		{ 18000, -18000, 0 },
		{ -1, 28800, 0 },
		{ -28801, 28800, -1 },
		{ INT64_MAX, 28800, INT32_MAX },
		{ INT64_MIN, -28800, INT32_MIN + 1 },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++)
		cr_expect_eq(tn_day_of(rows[i].time, rows[i].offset),
		             rows[i].day, "row %zu", i);
	cr_expect_eq(tn_day_start(20787, 28800), 1795996800 - 28800);
	cr_expect_eq(tn_day_of(tn_day_start(20787, -12600), -12600), 20787);
	cr_expect_eq(tn_day_of(tn_day_start(20787, -12600) - 1, -12600), 20786);
}

Test(day, rfc3339_reads_back_what_it_writes_and_nothing_else)
{
	static const char *const bad[] = {
		"",
		"-",
		"2026-11-30",
		"2026-11-30T23:59:59",
		"2026-11-30T23:59:59+08:00",
		"2026-11-30T23:59:59ZZ",
		"2026-11-30 23:59:59Z",
		"2026-02-30T00:00:00Z",
		"20261130235959Z",
	};
	static const int64_t good[] = { 0, 1795996800, 1795996800 + 86399 };
	char text[TN_RFC3339_TEXT_MAX];
	int64_t time = 7;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(bad); i++)
		cr_expect_eq(tn_rfc3339_parse(bad[i], &time, NULL),
		             TN_E_INVALID, "%s", bad[i]);
	cr_expect_eq(time, 7);
	for (i = 0; i < TN_ARRAY_LEN(good); i++) {
		tn_rfc3339_format(good[i], text);
		cr_assert(!tn_rfc3339_parse(text, &time, NULL), "%s", text);
		cr_expect_eq(time, good[i]);
	}
}

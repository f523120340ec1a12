#include <string.h>
#include "base/day.h"

#include <stdbool.h>
#include <stdio.h>
#include "base/attrs.h"

#define DAY_1900_01_01 (-25567)
#define DAY_9999_12_31 2932896

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
		                    31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/*
 * Days since 1970-01-01. The year is taken to begin in March, so that the leap
 * day is its last; an era has 400 years and 146,097 days. years 0 to 9999.
 */
static int32_t
day_of_date(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int year_of_era = y - era * 400;
	int day_of_year =
	    (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 -
	                 year_of_era / 100 + day_of_year;

	return (int32_t)(era * 146097 + day_of_era - 719468);
}

/* The reverse, for days within the years 0 to 9999. */
static void
date_of_day(int32_t day, int *year, int *month, int *day_of_month)
{
	int shifted = day + 719468;
	int era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int day_of_era = shifted - era * 146097;
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	                   day_of_era / 146096) /
	                  365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 -
	                                year_of_era / 100);
	int m = (5 * day_of_year + 2) / 153;

	*day_of_month = day_of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

/* Reads least to most digits of the end - *at that are left; -1, and *at stays,
   when there are fewer. */
static int
take_number(const char **at, const char *end, int least, int most)
{
	const char *from = *at;
	int value = 0;
	int count = 0;

	while (count < most && from < end && *from >= '0' && *from <= '9') {
		value = value * 10 + (*from - '0');
		from++;
		count++;
	}
	if (count < least)
		return -1;
	*at = from;
	return value;
}

static bool
is_date(int year, int month, int day)
{
	return year >= 0 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days_in_month(year, month);
}

int
tn_day_parse(const char *text, int32_t *ret, struct tn_err *err)
{
	const char *at = text;
	const char *end;
	int year;
	int month = -1;
	int day = -1;
	char separator;

	for (end = text; *end != '\0' && end - text < TN_DAY_TEXT_MAX; end++)
		;
	year = take_number(&at, end, 4, 4);
	separator = *at;
	if (separator == '-' || separator == '/' || separator == '.') {
		at++;
		month = take_number(&at, end, 1, 2);
		if (*at == separator) {
			at++;
			day = take_number(&at, end, 1, 2);
		}
	}
	if (*at != '\0' || year < 1900 || !is_date(year, month, day))
		return tn_fail(err, TN_E_INVALID,
		               "\"%.20s\" is not a day such as 2026-11-30",
		               text);
	*ret = day_of_date(year, month, day);
	return TN_OK;
}

void
tn_day_format(int32_t day, char text[TN_DAY_TEXT_MAX])
{
	int year;
	int month;
	int day_of_month;

	if (day == TN_DAY_NONE) {
		snprintf(text, TN_DAY_TEXT_MAX, "-");
		return;
	}
	if (day < DAY_1900_01_01)
		day = DAY_1900_01_01;
	if (day > DAY_9999_12_31)
		day = DAY_9999_12_31;
	date_of_day(day, &year, &month, &day_of_month);
	snprintf(text, TN_DAY_TEXT_MAX, "%04d-%02d-%02d", year, month,
	         day_of_month);
}

/* Reads "Z" or an offset "+02" or "+0200" to the end; false when neither. */
static bool
take_zone(const char **at, const char *end, int64_t *ret_offset)
{
	char sign;
	int hours;
	int minutes = 0;

	if (*at == end)
		return false;
	sign = *(*at)++;
	if (sign == 'Z') {
		*ret_offset = 0;
		return *at == end;
	}
	if (sign != '+' && sign != '-')
		return false;
	hours = take_number(at, end, 2, 2);
	if (*at != end)
		minutes = take_number(at, end, 2, 2);
	if (*at != end || hours < 0 || hours > 23 || minutes < 0 ||
	    minutes > 59)
		return false;
	*ret_offset = ((int64_t)hours * 60 + minutes) * 60;
	if (sign == '-')
		*ret_offset = -*ret_offset;
	return true;
}

/* Skips the fraction of a second, if one stands here. */
static bool
skip_fraction(const char **at, const char *end)
{
	if (*at == end || (**at != '.' && **at != ','))
		return true;
	(*at)++;
	if (take_number(at, end, 1, 1) < 0)
		return false;
	while (take_number(at, end, 1, 1) >= 0)
		;
	return true;
}

int
tn_gtime_parse(const char *text, size_t len, int64_t *ret, struct tn_err *err)
{
	const char *at = text;
	const char *end = text + len;
	int year = take_number(&at, end, 4, 4);
	int month = take_number(&at, end, 2, 2);
	int day = take_number(&at, end, 2, 2);
	int hour = take_number(&at, end, 2, 2);
	int minute = take_number(&at, end, 2, 2);
	int second = take_number(&at, end, 2, 2);
	int64_t offset = 0;
	bool good = is_date(year, month, day) && hour >= 0 && hour <= 23 &&
	            minute <= 59 && second <= 60;

	/* Minutes and seconds may be left out; then no fraction is taken, as
	   one of an hour is a thing that no server writes. */
	if (good && second >= 0)
		good = skip_fraction(&at, end);
	if (!good || !take_zone(&at, end, &offset))
		return tn_fail(err, TN_E_INVALID,
		               "\"%.*s\" is not a generalizedTime",
		               (int)(len < 32 ? len : 32), text);
	*ret = (int64_t)day_of_date(year, month, day) * TN_DAY_SECONDS +
	       (int64_t)hour * 3600 + (int64_t)(minute < 0 ? 0 : minute) * 60 +
	       (second < 0 ? 0 : second) - offset;
	return TN_OK;
}

int
tn_gtime_parse_ms(const char *text, size_t len, int64_t *ret,
                  struct tn_err *err)
{
	const char *dot = memchr(text, '.', len);
	int64_t second;
	int64_t ms = 0;
	int64_t weight;
	int rc = tn_gtime_parse(text, len, &second, err);

	if (rc != TN_OK)
		return rc;
	for (weight = 100; dot != NULL && weight > 0; weight /= 10) {
		if (++dot >= text + len || *dot < '0' || *dot > '9')
			break;
		ms += (*dot - '0') * weight;
	}
	*ret = second * 1000 + ms;
	return TN_OK;
}

/* A time as its six numbers, kept within the years 0 to 9999. */
static void
split_time(int64_t time, int part[6])
{
	static const int64_t least = -62167219200;    /* 0000-01-01 00:00:00 */
	static const int64_t greatest = 253402300799; /* 9999-12-31 23:59:59 */
	int32_t day;
	int second;

	if (time < least)
		time = least;
	if (time > greatest)
		time = greatest;
	day = tn_day_of(time, 0);
	second = (int)(time - tn_day_start(day, 0));
	date_of_day(day, &part[0], &part[1], &part[2]);
	part[3] = second / 3600;
	part[4] = second / 60 % 60;
	part[5] = second % 60;
}

void
tn_gtime_format(int64_t time, char text[TN_GTIME_TEXT_MAX])
{
	int p[6];

	if (time == TN_TIME_NONE) { /* no value that a server would take */
		snprintf(text, TN_GTIME_TEXT_MAX, "-");
		return;
	}
	split_time(time, p);
	snprintf(text, TN_GTIME_TEXT_MAX, "%04d%02d%02d%02d%02d%02dZ", p[0],
	         p[1], p[2], p[3], p[4], p[5]);
}

void
tn_rfc3339_format(int64_t time, char text[TN_RFC3339_TEXT_MAX])
{
	int p[6];

	if (time == TN_TIME_NONE) {
		snprintf(text, TN_RFC3339_TEXT_MAX, "-");
		return;
	}
	split_time(time, p);
	snprintf(text, TN_RFC3339_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02dZ",
	         p[0], p[1], p[2], p[3], p[4], p[5]);
}

int
tn_rfc3339_parse(const char *text, int64_t *ret, struct tn_err *err)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
	char digits[sizeof(shape)];
	size_t len = 0;
	size_t i;

	for (i = 0; i < sizeof(shape) - 1; i++) {
		bool is_digit = text[i] >= '0' && text[i] <= '9';

		if (shape[i] == 'd' ? !is_digit : text[i] != shape[i])
			break;
		if (is_digit || text[i] == 'Z')
			digits[len++] = text[i];
	}
	if (i < sizeof(shape) - 1 || text[i] != '\0')
		return tn_fail(err, TN_E_INVALID,
		               "\"%.32s\" is no time such as "
		               "2026-11-30T23:59:59Z",
		               text);
	return tn_gtime_parse(digits, len, ret, err);
}

int32_t
tn_day_of(int64_t time, int32_t utc_offset)
{
	int64_t day = time / TN_DAY_SECONDS;
	int64_t rest = time % TN_DAY_SECONDS + utc_offset;

	/* Floor, and the offset added without overflowing time itself. */
	day += rest / TN_DAY_SECONDS;
	if (rest % TN_DAY_SECONDS < 0)
		day--;
	if (day < INT32_MIN + 1)
		return INT32_MIN + 1;
	return day > INT32_MAX ? INT32_MAX : (int32_t)day;
}

int64_t
tn_day_start(int32_t day, int32_t utc_offset)
{
	return (int64_t)day * TN_DAY_SECONDS - utc_offset;
}

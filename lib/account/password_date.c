/* Dates as people write them: regular digits (policy CI-3.1). */
#include "account/password_view.h"

#include <stdbool.h>

#define YEAR_MIN 1920
#define YEAR_MAX 2069

/* The number that count digits at the place are, or -1. */
static int
number_at(const struct tn_password_view *view, size_t at, size_t count)
{
	int number = 0;
	size_t i;

	if (at > view->len || count > view->len - at)
		return -1;
	for (i = 0; i < count; i++) {
		uint32_t point = view->point[at + i];

		if (point < '0' || point > '9')
			return -1;
		number = number * 10 + (int)(point - '0');
	}
	return number;
}

static bool
is_within(int number, int least, int most)
{
	return number >= least && number <= most;
}

static bool
is_day_of_month(int month, int day)
{
	return is_within(month, 1, 12) && is_within(day, 1, 31);
}

/* Digits at three places of a date: a year of four or two, month, day. */
static bool
is_date(const struct tn_password_view *view, size_t at, size_t year_digits,
        size_t year_at, size_t month_at, size_t day_at)
{
	int year = number_at(view, at + year_at, year_digits);

	return (year_digits == 2 ? year >= 0
	                         : is_within(year, YEAR_MIN, YEAR_MAX)) &&
	       is_day_of_month(number_at(view, at + month_at, 2),
	                       number_at(view, at + day_at, 2));
}

/* One or two digits and then this character: how many characters, or 0. */
static size_t
chinese_part(const struct tn_password_view *view, size_t at, size_t digits,
             uint32_t unit)
{
	size_t len = 0;

	while (at + len < view->len && len < digits &&
	       view->point[at + len] >= '0' && view->point[at + len] <= '9')
		len++;
	return len > 0 && at + len < view->len && view->point[at + len] == unit
	           ? len + 1
	           : 0;
}

/* How long 1990年1月31日, 1990年1月 or 1月31日 is at the place; 0: none. */
static size_t
chinese_date(const struct tn_password_view *view, size_t at)
{
	size_t year = chinese_part(view, at, 4, 0x5e74);
	size_t month = chinese_part(view, at + year, 2, 0x6708);
	size_t day = chinese_part(view, at + year + month, 2, 0x65e5);

	if (day == 0) /* 31号 */
		day = chinese_part(view, at + year + month, 2, 0x53f7);
	return month > 0 && (year > 0 || day > 0) ? year + month + day : 0;
}

uint32_t
tn_view_dates(const struct tn_password_view *view, size_t at)
{
	uint32_t lengths = 0;

	if (is_within(number_at(view, at, 4), YEAR_MIN, YEAR_MAX)) {
		lengths |= 1u << 4;
		if (is_within(number_at(view, at + 4, 2), 1, 12))
			lengths |= 1u << 6;
	}
	if (is_date(view, at, 4, 0, 4, 6) || is_date(view, at, 4, 4, 2, 0) ||
	    is_date(view, at, 4, 4, 0, 2))
		lengths |= 1u << 8;
	if (is_date(view, at, 2, 0, 2, 4) || is_date(view, at, 2, 4, 2, 0) ||
	    is_date(view, at, 2, 4, 0, 2))
		lengths |= 1u << 6;
	if (chinese_date(view, at) > 0)
		lengths |= 1u << chinese_date(view, at);
	return lengths;
}

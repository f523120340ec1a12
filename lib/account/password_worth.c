#include "account/password_view.h"

#include <string.h>
#include "account/password_tables.h"

/* Shorter stretches happen by chance. */
#define STRETCH_MIN 3
#define KEYS_MIN    4
#define DATE_COST   2

/* The best way to guess the password from a place to its end. */
struct step {
	size_t cost; /* of everything from here on */
	size_t len;  /* of the stretch that begins here */
	enum tn_password_fault kind;
};

static void
offer(struct step *steps, size_t at, size_t len, size_t own_cost,
      enum tn_password_fault kind)
{
	size_t cost = own_cost + steps[at + len].cost;

	if (cost >= steps[at].cost)
		return;
	steps[at].cost = cost;
	steps[at].len = len;
	steps[at].kind = kind;
}

/* aaaa; abcabcabc: period characters, and then the same ones again. */
static void
offer_repeats(struct step *steps, const struct tn_password_view *view,
              size_t at)
{
	size_t left = view->len - at;
	size_t period;

	for (period = 1; period <= left / 2; period++) {
		size_t len = period;

		while (len < left &&
		       view->point[at + len] == view->point[at + len - period])
			len++;
		if (len >= 2 * period && len >= STRETCH_MIN)
			offer(steps, at, len, period, TN_PASSWORD_REPEATS);
	}
}

/* How many characters at the place are found in row from a point on, going
   forwards or backwards. */
static size_t
match_row(const struct tn_password_view *view, size_t at,
          const struct tn_password_view *row, size_t from, bool forwards)
{
	size_t len = 0;

	while (at + len < view->len &&
	       view->point[at + len] == row->point[from]) {
		len++;
		if (forwards ? from + 1 == row->len : from == 0)
			break;
		from = forwards ? from + 1 : from - 1;
	}
	return len;
}

static void
offer_row(struct step *steps, const struct tn_password_view *view, size_t at,
          const struct tn_password_view *row, size_t min)
{
	size_t from;
	size_t best = 0;

	for (from = 0; from < row->len; from++) {
		size_t up = match_row(view, at, row, from, true);
		size_t down = match_row(view, at, row, from, false);

		if (up > best)
			best = up;
		if (down > best)
			best = down;
	}
	if (best >= min)
		offer(steps, at, best, 1, TN_PASSWORD_SEQUENCE);
}

/* The number that count digits at the place are, or -1. */
static int
number_at(const struct tn_password_view *view, size_t at, size_t count)
{
	int number = 0;
	size_t i;

	if (count > view->len - at)
		return -1;
	for (i = 0; i < count; i++) {
		uint32_t point = view->point[at + i];

		if (point < '0' || point > '9')
			return -1;
		number = number * 10 + (int)(point - '0');
	}
	return number;
}

/* A year (1990), or a whole date (19900131): regular digits. */
static void
offer_date(struct step *steps, const struct tn_password_view *view, size_t at)
{
	int year = number_at(view, at, 4);
	int month;
	int day;

	if (year < 1920 || year > 2069)
		return;
	offer(steps, at, 4, DATE_COST, TN_PASSWORD_COMMON);
	if (view->len - at < 8)
		return;
	month = number_at(view, at + 4, 2);
	day = number_at(view, at + 6, 2);
	if (month >= 1 && month <= 12 && day >= 1 && day <= 31)
		offer(steps, at, 8, DATE_COST, TN_PASSWORD_COMMON);
}

/* Adds to saved[] what each kind of stretch on the best way saves. */
static void
count_savings(const struct step *steps, size_t len,
              size_t saved[TN_PASSWORD_FAULT_COUNT])
{
	size_t at = 0;

	while (at < len) {
		const struct step *step = &steps[at];
		const struct step *next = &steps[at + step->len];

		saved[step->kind] += step->len - (step->cost - next->cost);
		at += step->len;
	}
}

size_t
tn_view_worth(const struct tn_password_view *view,
              enum tn_password_fault *ret_fault)
{
	static const enum tn_password_fault kinds[] = {
		TN_PASSWORD_REPEATS,
		TN_PASSWORD_SEQUENCE,
		TN_PASSWORD_COMMON,
	};
	struct step steps[TN_PASSWORD_MAX + 1] = { { 0, 0, 0 } };
	size_t saved[TN_PASSWORD_FAULT_COUNT] = { 0 };
	enum tn_password_fault fault = TN_PASSWORD_GOOD;
	struct tn_password_view word;
	size_t worth;
	size_t at;
	size_t i;

	/* From the end to the start: what follows is known then. */
	for (at = view->len; at-- > 0;) {
		steps[at] = (struct step){ .cost = 1 + steps[at + 1].cost,
			                   .len = 1,
			                   .kind = TN_PASSWORD_GOOD };
		offer_repeats(steps, view, at);
		for (i = 0; tn_password_sequences[i] != NULL; i++) {
			tn_view_fold(&word, tn_password_sequences[i]);
			offer_row(steps, view, at, &word, STRETCH_MIN);
		}
		for (i = 0; tn_password_rows[i] != NULL; i++) {
			tn_view_fold(&word, tn_password_rows[i]);
			offer_row(steps, view, at, &word, KEYS_MIN);
		}
		for (i = 0; tn_password_common[i] != NULL; i++) {
			tn_view_fold(&word, tn_password_common[i]);
			if (tn_view_has_at(view, at, &word))
				offer(steps, at, word.len, 1,
				      TN_PASSWORD_COMMON);
		}
		offer_date(steps, view, at);
	}
	worth = steps[0].cost;
	count_savings(steps, view->len, saved);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (saved[kinds[i]] > saved[fault])
			fault = kinds[i];
	}
	*ret_fault = fault;
	explicit_bzero(steps, sizeof(steps));
	return worth;
}

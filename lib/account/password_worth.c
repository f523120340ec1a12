#include "account/password_view.h"

#include <string.h>
#include "account/password_tables.h"

/* Shorter stretches happen by chance. */
#define STRETCH_MIN 3
#define KEYS_MIN    4
/* A date has 36,500 values within a century, as much as two characters. */
#define DATE_COST       2
#define SHORT_DATE_COST 3 /* 900131: in three orders */
#define SHORT_DATE_LEN  6
/* Backwards a shorter word is no word. */
#define BACKWARDS_MIN 4

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

static void
offer_walk(struct step *steps, const struct tn_password_view *view, size_t at,
           enum tn_walk_board board)
{
	struct tn_walk walk = { .board = board };

	while (at + walk.len < view->len &&
	       tn_walk_step(&walk, view->point[at + walk.len])) {
		if (walk.len >= KEYS_MIN)
			offer(steps, at, walk.len, walk.cost,
			      TN_PASSWORD_SEQUENCE);
	}
}

/* lengths[at]: bit n is set where a common word of n characters stands. */
static void
find_common(const struct tn_password_view *view,
            uint32_t lengths[TN_PASSWORD_MAX])
{
	struct tn_password_view word;
	size_t at;
	size_t i;

	for (i = 0; tn_password_common[i] != NULL; i++) {
		tn_view_of_table(&word, tn_password_common[i]);
		for (at = 0; at < view->len; at++) {
			if (tn_view_has_at(view, at, &word))
				lengths[at] |= 1u << word.len;
		}
		if (word.len < BACKWARDS_MIN)
			continue;
		tn_view_reverse(&word);
		for (at = 0; at < view->len; at++) {
			if (tn_view_has_at(view, at, &word))
				lengths[at] |= 1u << word.len;
		}
	}
}

static void
offer_dates(struct step *steps, uint32_t lengths, size_t at)
{
	size_t len;

	for (len = 1; len < 32; len++) {
		if ((lengths & 1u << len) != 0)
			offer(steps, at, len,
			      len == SHORT_DATE_LEN ? SHORT_DATE_COST
			                            : DATE_COST,
			      TN_PASSWORD_COMMON);
	}
}

static void
offer_common(struct step *steps, uint32_t lengths, size_t at)
{
	size_t len;

	for (len = 1; len < 32; len++) {
		if ((lengths & 1u << len) != 0)
			offer(steps, at, len, 1, TN_PASSWORD_COMMON);
	}
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

static size_t
cheapest(const struct tn_password_view *view, enum tn_password_fault *ret_fault)
{
	static const enum tn_password_fault kinds[] = {
		TN_PASSWORD_REPEATS,
		TN_PASSWORD_SEQUENCE,
		TN_PASSWORD_COMMON,
	};
	struct step steps[TN_PASSWORD_MAX + 1] = { { 0, 0, 0 } };
	uint32_t lengths[TN_PASSWORD_MAX] = { 0 };
	size_t saved[TN_PASSWORD_FAULT_COUNT] = { 0 };
	enum tn_password_fault fault = TN_PASSWORD_GOOD;
	struct tn_password_view word;
	size_t worth;
	size_t at;
	size_t i;

	find_common(view, lengths);
	/* From the end to the start: what follows is known then. */
	for (at = view->len; at-- > 0;) {
		steps[at] = (struct step){ .cost = 1 + steps[at + 1].cost,
			                   .len = 1,
			                   .kind = TN_PASSWORD_GOOD };
		offer_repeats(steps, view, at);
		for (i = 0; tn_password_sequences[i] != NULL; i++) {
			tn_view_of_table(&word, tn_password_sequences[i]);
			offer_row(steps, view, at, &word, STRETCH_MIN);
		}
		for (i = 0; tn_password_rows[i] != NULL; i++) {
			tn_view_of_table(&word, tn_password_rows[i]);
			offer_row(steps, view, at, &word, KEYS_MIN);
		}
		offer_walk(steps, view, at, TN_WALK_KEYBOARD);
		offer_walk(steps, view, at, TN_WALK_DIGITS);
		offer_common(steps, lengths[at], at);
		offer_dates(steps, tn_view_dates(view, at), at);
	}
	worth = steps[0].cost;
	count_savings(steps, view->len, saved);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (saved[kinds[i]] > saved[fault])
			fault = kinds[i];
	}
	*ret_fault = fault;
	explicit_bzero(steps, sizeof(steps));
	explicit_bzero(lengths, sizeof(lengths));
	return worth;
}

/* The sign that stands most often between the parts, twice or more: 1990-01-31,
   p.a.s.s, p+a+s+s. */
static bool
drop_one_separator(struct tn_password_view *view)
{
	uint32_t sign = 0;
	size_t most = 1;
	size_t to = 0;
	size_t i;
	size_t j;

	for (i = 0; i < view->len; i++) {
		size_t count = 0;

		for (j = i;
		     j < view->len && tn_view_is_separator(view->point[i]); j++)
			count += view->point[j] == view->point[i] ? 1 : 0;
		if (count > most) {
			most = count;
			sign = view->point[i];
		}
	}
	if (most < 2)
		return false;
	for (i = 0; i < view->len; i++) {
		if (view->point[i] != sign)
			view->point[to++] = view->point[i];
	}
	view->len = to;
	return true;
}

/* Each character as often as every other: aabbcc, 111222333. */
static bool
drop_multiples(struct tn_password_view *view)
{
	size_t multiple = 0;
	size_t run;
	size_t at;
	size_t to = 0;

	for (at = 0; at < view->len; at += run) {
		for (run = 1; at + run < view->len &&
		              view->point[at + run] == view->point[at];)
			run++;
		if (run < 2 || (multiple != 0 && run != multiple))
			return false;
		multiple = run;
	}
	for (at = 0; multiple != 0 && at < view->len; at += multiple)
		view->point[to++] = view->point[at];
	view->len = to;
	return multiple != 0;
}

/* The second half is the first one backwards. */
static bool
drop_mirrored(struct tn_password_view *view)
{
	size_t i;

	for (i = 0; i < view->len / 2; i++) {
		if (view->point[i] != view->point[view->len - 1 - i])
			return false;
	}
	view->len = (view->len + 1) / 2;
	return true;
}

size_t
tn_view_worth(const struct tn_password_view *view,
              enum tn_password_fault *ret_fault)
{
	/* Each of these tricks is worth one character. */
	static bool (*const tricks[])(struct tn_password_view *) = {
		drop_one_separator, drop_multiples, drop_mirrored
	};
	size_t worth = cheapest(view, ret_fault);
	struct tn_password_view plain;
	size_t i;

	for (i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++) {
		enum tn_password_fault fault = TN_PASSWORD_GOOD;
		size_t other;

		plain = *view;
		if (!tricks[i](&plain))
			continue;
		other = 1 + cheapest(&plain, &fault);
		if (other >= worth)
			continue;
		worth = other;
		*ret_fault =
		    fault != TN_PASSWORD_GOOD ? fault : TN_PASSWORD_REPEATS;
	}
	tn_view_wipe(&plain);
	return worth;
}

/*
 * DESIGN section 5 cell by cell. The table below is copied from the design,
 * not from verdict.c; every set of rows that can hold at once is tried, so
 * precedence and the cells that decide nothing are tried in every company.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include "account/verdict.h"
#include "base/attrs.h"
#include "judged_person.h"

static void
make_refused(struct person *p)
{
	p->facts.refusal = TN_REFUSAL_HOME;
}

static void
make_leaked(struct person *p)
{
	p->facts.locks |= TN_LOCK_LEAK;
}

static void
make_departed(struct person *p)
{
	p->facts.locks |= TN_LOCK_DEPARTURE;
}

static void
make_suspended(struct person *p)
{
	p->facts.locks |= TN_LOCK_SUSPENSION;
}

static void
make_not_admitted(struct person *p)
{
	p->facts.admitted = false;
}

static void
make_silent(struct person *p)
{
	p->facts.heard = NOW - 73 * 3600;
}

static void
make_throttled(struct person *p)
{
	p->facts.throttled = true;
}

static void
make_lapsed(struct person *p)
{
	p->account.password_reset = true;
	p->account.initial_deadline = NOW - DAYS;
}

static void
make_reset(struct person *p)
{
	p->account.password_reset = true;
}

static void
make_overdue(struct person *p)
{
	p->account.password_changed = NOW - 28 * DAYS;
}

static void
make_expiring(struct person *p)
{
	/* Not over an older one: the set of rows is what is tried. */
	if (p->account.password_changed == CHANGED_LATELY)
		p->account.password_changed = NOW - 21 * DAYS;
}

/* Cells: Deny, Allow, Warn, Change, Run, Stay, End, "old" served: End, else
   Stay; '-' decides nothing. Columns: password key sudo cron sessions. */
static const struct row {
	enum tn_row row;
	const char *number;
	const char *article;
	void (*make)(struct person *p);
	char cells[TN_WAY_COUNT + 1];
	int implies; /* index of the row that then holds too, or -1 */
} rows[] = {
	{ TN_ROW_NOT_SERVED, "1", "UM-5.3", make_refused, "DDDDo", -1 },
	{ TN_ROW_LEAK, "2", "UM-15.1", make_leaked, "DDDDE", -1 },
	{ TN_ROW_DEPARTED, "3", "CI-P38", make_departed, "DDDDE", -1 },
	{ TN_ROW_SUSPENDED, "4", "UM-11", make_suspended, "DDDDE", -1 },
	{ TN_ROW_NOT_ADMITTED, "5", "CP-5", make_not_admitted, "DDDDS", -1 },
	{ TN_ROW_SERVICE, "5a", "IS-1", make_service, "DDDRS", -1 },
	{ TN_ROW_SILENCE, "5b", "UM-15.1", make_silent, "DDDRS", -1 },
	{ TN_ROW_THROTTLED, "6", "8.1.4.1b", make_throttled, "D-D--", -1 },
	{ TN_ROW_INITIAL_LAPSED, "7", "UM-13.2", make_lapsed, "DDD-S", 9 },
	{ TN_ROW_MUST_CHANGE, "8", "UM-13.2", make_reset, "CCCRS", -1 },
	{ TN_ROW_OVERDUE, "9", "CI-3.2", make_overdue, "CCCRS", 11 },
	{ TN_ROW_EXPIRES_SOON, "10", "UM-13.3", make_expiring, "WWARS", -1 },
	{ TN_ROW_OTHERWISE, "11", "", NULL, "AAARS", -1 },
};

#define ROWS     TN_ARRAY_LEN(rows)
#define LAST_ROW (ROWS - 1)

static enum tn_decision
decision_of(char cell, bool was_served)
{
	switch (cell) {
	case 'A':
		return TN_ALLOW;
	case 'W':
		return TN_WARN;
	case 'C':
		return TN_CHANGE;
	case 'R':
		return TN_RUN;
	case 'S':
		return TN_STAY;
	case 'E':
		return TN_END;
	case 'o':
		return was_served ? TN_END : TN_STAY;
	default:
		return TN_DENY;
	}
}

/* The first row of the set whose cell speaks. */
static const struct row *
first_that_speaks(unsigned int set, enum tn_way way)
{
	size_t i;

	for (i = 0; i < LAST_ROW; i++) {
		if ((set & 1u << i) != 0 && rows[i].cells[way] != '-')
			return &rows[i];
	}
	return &rows[LAST_ROW];
}

Test(verdict, each_cell_is_as_the_table_says)
{
	size_t i;
	int way;

	for (i = 0; i < ROWS; i++) {
		struct person p;

		make_good(&p);
		if (rows[i].make != NULL)
			rows[i].make(&p);
		for (way = 0; way < TN_WAY_COUNT; way++) {
			struct tn_verdict v = judge(&p, (enum tn_way)way);
			const struct row *want = &rows[i];

			if (want->cells[way] == '-')
				want = &rows[LAST_ROW];
			if (rows[i].row == TN_ROW_INITIAL_LAPSED &&
			    way == TN_WAY_CRON) /* row 8 holds as well */
				want = &rows[9];
			cr_expect_eq(v.row, want->row, "row %s way %d: row %d",
			             rows[i].number, way, v.row);
			cr_expect_eq(v.decision,
			             decision_of(want->cells[way], false),
			             "row %s way %d: %s", rows[i].number, way,
			             tn_decision_words(v.decision));
		}
	}
}

Test(verdict, the_first_row_whose_cell_speaks_decides_in_every_company)
{
	unsigned int set;
	unsigned int tried = 0;
	int served;
	int way;
	size_t i;

	for (set = 0; set < 1u << LAST_ROW; set++) {
		unsigned int closed = set;
		struct person p;

		make_good(&p);
		for (i = 0; i < LAST_ROW; i++) {
			if ((set & 1u << i) == 0)
				continue;
			rows[i].make(&p);
			if (rows[i].implies >= 0)
				closed |= 1u << rows[i].implies;
		}
		for (served = 0; served <= 1; served++) {
			p.facts.was_served = served == 1;
			for (way = 0; way < TN_WAY_COUNT; way++) {
				struct tn_verdict v =
				    judge(&p, (enum tn_way)way);
				const struct row *want =
				    first_that_speaks(closed, (enum tn_way)way);

				cr_assert_eq(v.row, want->row,
				             "set %x way %d: row %d, not %d",
				             set, way, v.row, want->row);
				cr_assert_eq(
				    v.decision,
				    decision_of(want->cells[way], served == 1),
				    "set %x way %d", set, way);
				tried++;
			}
		}
	}
	cr_expect_eq(tried, 4096u * 2 * TN_WAY_COUNT);
}

Test(verdict, a_throttled_key_login_still_meets_rows_7_to_9)
{
	static const struct {
		const char *name;
		void (*make)(struct person *p);
		enum tn_decision key;
		enum tn_row key_row;
		enum tn_row cron_row;
	} cases[] = {
		{ "7", make_lapsed, TN_DENY, TN_ROW_INITIAL_LAPSED,
		  TN_ROW_MUST_CHANGE },
		{ "8", make_reset, TN_CHANGE, TN_ROW_MUST_CHANGE,
		  TN_ROW_MUST_CHANGE },
		{ "9", make_overdue, TN_CHANGE, TN_ROW_OVERDUE,
		  TN_ROW_OVERDUE },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(cases); i++) {
		struct person p;
		struct tn_verdict v;

		make_good(&p);
		make_throttled(&p);
		cases[i].make(&p);
		v = judge(&p, TN_WAY_KEY);
		cr_expect_eq(v.decision, cases[i].key, "6+%s", cases[i].name);
		cr_expect_eq(v.row, cases[i].key_row, "6+%s", cases[i].name);
		v = judge(&p, TN_WAY_CRON);
		cr_expect_eq(v.decision, TN_RUN, "6+%s", cases[i].name);
		cr_expect_eq(v.row, cases[i].cron_row, "6+%s", cases[i].name);
		v = judge(&p, TN_WAY_PASSWORD);
		cr_expect_eq(v.row, TN_ROW_THROTTLED, "6+%s", cases[i].name);
		v = judge(&p, TN_WAY_SUDO);
		cr_expect_eq(v.row, TN_ROW_THROTTLED, "6+%s", cases[i].name);
		v = judge(&p, TN_WAY_SESSION);
		cr_expect_eq(v.decision, TN_STAY, "6+%s", cases[i].name);
	}
}

Test(verdict, who_is_dead_is_dead_by_rows_1_to_4_only)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		struct person p;
		struct tn_verdict v;

		make_good(&p);
		if (rows[i].make != NULL)
			rows[i].make(&p);
		v = judge(&p, TN_WAY_SESSION);
		cr_expect_eq(tn_verdict_is_dead(&v), i < 4, "row %s",
		             rows[i].number);
	}
}

Test(verdict, each_row_has_its_number_words_and_article)
{
	size_t i;
	int refusal;

	for (i = 0; i < ROWS; i++) {
		cr_expect_str_eq(tn_row_number(rows[i].row), rows[i].number);
		cr_expect_not_null(
		    strstr(tn_row_article(rows[i].row), rows[i].article),
		    "row %s", rows[i].number);
		cr_expect_neq(tn_row_words(rows[i].row)[0], '\0');
	}
	cr_expect_str_eq(tn_row_number(TN_ROW_NONE), "?");
	for (refusal = 0; refusal <= TN_REFUSAL_COUNT; refusal++)
		cr_expect_not_null(tn_refusal_words((enum tn_refusal)refusal));
	cr_expect_str_eq(tn_decision_words(TN_CHANGE),
	                 "change the password first");
}

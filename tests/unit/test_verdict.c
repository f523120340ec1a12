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

#define NOW            1795996800 /* 2026-11-30 00:00:00 UTC */
#define TODAY          20787      /* 2026-11-30 */
#define DAYS           TN_DAY_SECONDS
#define ZONE           28800
#define CHANGED_LATELY (NOW - 2 * DAYS)

static const struct tn_policy policy = {
	.max_age_days = 30,
	.lead_days = 3,
	.warn_days = 7,
	.max_silence = 72 * 3600,
	.lockout_seconds = TN_LOCKOUT_SECONDS,
};

static const struct tn_moment moment = { .now = NOW, .today = TODAY };

/* One person whom nothing speaks against. */
struct person {
	struct tn_account account;
	struct tn_facts facts;
};

static void
make_good(struct person *p)
{
	tn_account_init(&p->account);
	p->account.kind = TN_KIND_PERSON;
	p->account.login = "wangxm";
	p->account.real_name = "王小明";
	p->account.staff_number = "E0071234";
	p->account.status = TN_STATUS_ACTIVE;
	p->account.password_changed = CHANGED_LATELY;
	p->facts = (struct tn_facts){
		.account = &p->account,
		.admitted = true,
		.heard = NOW - 5,
	};
}

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
make_service(struct person *p)
{
	p->account.kind = TN_KIND_SERVICE;
	p->account.owner = "uid=lisi,ou=people,dc=example,dc=org";
	p->account.reason = "nightly backup";
	p->account.end_day = TODAY + 100;
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

static struct tn_verdict
judge(const struct person *p, enum tn_way way)
{
	return tn_verdict(&p->facts, &policy, &moment, way);
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

/* UM-5.3: row 1 is kept even by a caller that forgot to ask for it. */
Test(verdict, a_record_that_is_not_whole_is_not_served)
{
	struct person p;
	struct tn_verdict v;

	make_good(&p);
	p.facts.account = NULL;
	v = judge(&p, TN_WAY_PASSWORD);
	cr_expect_eq(v.refusal, TN_REFUSAL_UNKNOWN);
	cr_expect_eq(v.decision, TN_DENY);
	make_good(&p);
	p.account.real_name = "";
	cr_expect_eq(judge(&p, TN_WAY_KEY).refusal, TN_REFUSAL_REAL_NAME);
	make_good(&p);
	p.account.staff_number = "";
	cr_expect_eq(judge(&p, TN_WAY_KEY).refusal, TN_REFUSAL_STAFF_NUMBER);
	make_good(&p);
	p.account.status = TN_STATUS_UNKNOWN;
	cr_expect_eq(judge(&p, TN_WAY_KEY).refusal, TN_REFUSAL_STATUS);
	make_good(&p);
	p.account.kind = (enum tn_kind)0;
	cr_expect_eq(judge(&p, TN_WAY_KEY).decision, TN_DENY);
	make_good(&p);
	make_service(&p);
	p.account.interactive = true;
	cr_expect_eq(judge(&p, TN_WAY_KEY).decision, TN_ALLOW);
	p.account.end_day = TN_DAY_NONE;
	cr_expect_eq(judge(&p, TN_WAY_CRON).refusal, TN_REFUSAL_SERVICE);
}

Test(verdict, a_way_that_does_not_exist_is_denied)
{
	struct person p;

	make_good(&p);
	cr_expect_eq(judge(&p, TN_WAY_COUNT).decision, TN_DENY);
	cr_expect_eq(judge(&p, (enum tn_way) - 1).decision, TN_DENY);
}

/* UM-15.1, CI-P38, UM-11: a lock and a status lock alike. */
Test(verdict, a_status_locks_like_a_lock_entry)
{
	static const struct {
		enum tn_status status;
		unsigned int locks;
		enum tn_row row;
	} cases[] = {
		{ TN_STATUS_LEAK, 0, TN_ROW_LEAK },
		{ TN_STATUS_DEPARTED, 0, TN_ROW_DEPARTED },
		{ TN_STATUS_SUSPENDED, 0, TN_ROW_SUSPENDED },
		{ TN_STATUS_ACTIVE, TN_LOCK_LEAK, TN_ROW_LEAK },
		{ TN_STATUS_ACTIVE, TN_LOCK_DEPARTURE, TN_ROW_DEPARTED },
		{ TN_STATUS_ACTIVE, TN_LOCK_SUSPENSION, TN_ROW_SUSPENDED },
		{ TN_STATUS_SUSPENDED, TN_LOCK_LEAK | TN_LOCK_DEPARTURE,
		  TN_ROW_LEAK },
		{ TN_STATUS_LEAK, TN_LOCK_DEPARTURE, TN_ROW_LEAK },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(cases); i++) {
		struct person p;
		struct tn_verdict v;

		make_good(&p);
		p.account.status = cases[i].status;
		p.facts.locks = cases[i].locks;
		v = judge(&p, TN_WAY_KEY);
		cr_expect_eq(v.row, cases[i].row, "case %zu", i);
		cr_expect_eq(v.decision, TN_DENY, "case %zu", i);
		cr_expect(tn_verdict_is_dead(&v), "case %zu", i);
		cr_expect_eq(judge(&p, TN_WAY_SESSION).decision, TN_END,
		             "case %zu", i);
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

/* An entry that vanished is treated as departed, whatever is left of it. */
Test(verdict, a_vanished_entry_is_departed)
{
	struct person p;

	make_good(&p);
	p.account.vanished = true;
	p.account.staff_number = "";
	cr_expect_eq(judge(&p, TN_WAY_KEY).row, TN_ROW_DEPARTED);
	cr_expect_eq(judge(&p, TN_WAY_SESSION).decision, TN_END);
}

/* What decides row 3 by a date, judged in the configured zone. */
static enum tn_row
row_at(struct person *p, const char *time, int32_t zone)
{
	struct tn_moment at;
	int64_t now = 0;
	int64_t skew = 0;

	cr_assert_eq(tn_gtime_parse(time, strlen(time), &now, NULL), TN_OK);
	at = tn_moment_judge(now, TN_TIME_NONE, zone, &skew);
	p->facts.heard = now;
	p->account.password_changed = now - DAYS;
	return tn_verdict(&p->facts, &policy, &at, TN_WAY_KEY).row;
}

/* CI-P38 */
Test(verdict, the_last_day_is_inclusive_in_the_configured_zone)
{
	struct person p;

	make_good(&p);
	p.account.end_day = TODAY;
	cr_expect_eq(row_at(&p, "20261130155959Z", ZONE), TN_ROW_OTHERWISE);
	cr_expect_eq(row_at(&p, "20261130160000Z", ZONE), TN_ROW_DEPARTED);
	cr_expect_eq(row_at(&p, "20261130235959Z", 0), TN_ROW_OTHERWISE);
	cr_expect_eq(row_at(&p, "20261201000000Z", 0), TN_ROW_DEPARTED);
	cr_expect_eq(row_at(&p, "20261201045959Z", -18000), TN_ROW_OTHERWISE);
	cr_expect_eq(row_at(&p, "20261201050000Z", -18000), TN_ROW_DEPARTED);
}

Test(verdict, the_first_day_begins_at_midnight_of_the_configured_zone)
{
	struct person p;

	make_good(&p);
	p.account.start_day = TODAY;
	cr_expect_eq(row_at(&p, "20261129155959Z", ZONE), TN_ROW_DEPARTED);
	cr_expect_eq(row_at(&p, "20261129160000Z", ZONE), TN_ROW_OTHERWISE);
	cr_expect_eq(row_at(&p, "20261129235959Z", 0), TN_ROW_DEPARTED);
	cr_expect_eq(row_at(&p, "20261130000000Z", 0), TN_ROW_OTHERWISE);
}

Test(verdict, ppolicys_start_and_end_count_to_the_second)
{
	static const struct {
		int64_t start;
		int64_t end;
		enum tn_row row;
	} cases[] = {
		{ NOW, TN_TIME_NONE, TN_ROW_OTHERWISE },
		{ NOW + 1, TN_TIME_NONE, TN_ROW_DEPARTED },
		{ TN_TIME_NONE, NOW, TN_ROW_DEPARTED },
		{ TN_TIME_NONE, NOW + 1, TN_ROW_OTHERWISE },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(cases); i++) {
		struct person p;

		make_good(&p);
		p.account.policy_start = cases[i].start;
		p.account.policy_end = cases[i].end;
		cr_expect_eq(judge(&p, TN_WAY_KEY).row, cases[i].row,
		             "case %zu", i);
	}
}

/* UM-15.1: 72 hours exactly are not yet too long. */
Test(verdict, silence_counts_once_it_is_longer_than_the_maximum)
{
	struct person p;

	make_good(&p);
	p.facts.heard = NOW - policy.max_silence;
	cr_expect_eq(judge(&p, TN_WAY_KEY).row, TN_ROW_OTHERWISE);
	p.facts.heard--;
	cr_expect_eq(judge(&p, TN_WAY_KEY).row, TN_ROW_SILENCE);
	cr_expect_eq(judge(&p, TN_WAY_CRON).decision, TN_RUN);
	p.facts.heard = TN_TIME_NONE;
	cr_expect_eq(judge(&p, TN_WAY_KEY).row, TN_ROW_SILENCE);
	p.facts.heard = NOW + 30;
	cr_expect_eq(judge(&p, TN_WAY_KEY).row, TN_ROW_OTHERWISE);
}

Test(verdict, ppolicys_lock_after_failures_counts_for_its_duration)
{
	struct person p;

	make_good(&p);
	p.account.policy_locked = 0; /* 000001010000Z: for good */
	cr_expect_eq(judge(&p, TN_WAY_PASSWORD).row, TN_ROW_THROTTLED);
	p.account.policy_locked = NOW - TN_LOCKOUT_SECONDS + 1;
	cr_expect_eq(judge(&p, TN_WAY_PASSWORD).row, TN_ROW_THROTTLED);
	cr_expect_eq(judge(&p, TN_WAY_KEY).decision, TN_ALLOW);
	p.account.policy_locked = NOW - TN_LOCKOUT_SECONDS;
	cr_expect_eq(judge(&p, TN_WAY_PASSWORD).row, TN_ROW_OTHERWISE);
}

/* UM-13.2 */
Test(verdict, an_initial_password_lapses_at_its_deadline)
{
	struct person p;

	make_good(&p);
	p.account.password_reset = true;
	p.account.initial_deadline = NOW + 1;
	cr_expect_eq(judge(&p, TN_WAY_PASSWORD).decision, TN_CHANGE);
	p.account.initial_deadline = NOW;
	cr_expect_eq(judge(&p, TN_WAY_PASSWORD).decision, TN_DENY);
	cr_expect_eq(judge(&p, TN_WAY_PASSWORD).row, TN_ROW_INITIAL_LAPSED);
	/* It is no initial password any more: the deadline is history. */
	p.account.password_reset = false;
	cr_expect_eq(judge(&p, TN_WAY_PASSWORD).decision, TN_ALLOW);
}

/* CI-3.2, UM-13.3: 30 days less 3 lead days, warned 7 days before. */
Test(verdict, a_password_ages_to_the_second)
{
	static const struct {
		int64_t age;
		enum tn_row row;
	} cases[] = {
		{ 20 * DAYS - 1, TN_ROW_OTHERWISE },
		{ 20 * DAYS, TN_ROW_EXPIRES_SOON },
		{ 27 * DAYS - 1, TN_ROW_EXPIRES_SOON },
		{ 27 * DAYS, TN_ROW_OVERDUE },
		{ 31 * DAYS, TN_ROW_OVERDUE },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(cases); i++) {
		struct person p;
		struct tn_verdict v;

		make_good(&p);
		p.account.password_changed = NOW - cases[i].age;
		v = judge(&p, TN_WAY_PASSWORD);
		cr_expect_eq(v.row, cases[i].row, "case %zu", i);
		cr_expect_eq(v.password_expires,
		             NOW - cases[i].age + 30 * DAYS);
	}
}

Test(verdict, a_maximum_age_of_zero_is_never_reached)
{
	struct tn_policy never = policy;
	struct person p;
	struct tn_verdict v;

	never.max_age_days = 0;
	make_good(&p);
	p.account.password_changed = 0;
	v = tn_verdict(&p.facts, &never, &moment, TN_WAY_PASSWORD);
	cr_expect_eq(v.row, TN_ROW_OTHERWISE);
	cr_expect_eq(v.password_expires, TN_TIME_NONE);
	never.max_age_days = 2; /* less than the lead: due at once */
	v = tn_verdict(&p.facts, &never, &moment, TN_WAY_PASSWORD);
	cr_expect_eq(v.row, TN_ROW_OVERDUE);
}

Test(verdict, who_has_only_a_key_is_never_asked_for_a_password)
{
	struct person p;
	struct tn_verdict v;

	make_good(&p);
	p.account.key_only = true;
	p.account.password_reset = true;
	p.account.password_changed = 0;
	v = judge(&p, TN_WAY_KEY);
	cr_expect_eq(v.decision, TN_ALLOW);
	cr_expect_eq(v.password_expires, TN_TIME_NONE);
}

Test(verdict, a_clock_behind_the_newest_change_is_not_believed)
{
	static const struct {
		int64_t newest;
		int64_t now;
		int64_t skew;
	} cases[] = {
		{ TN_TIME_NONE, NOW, 0 },
		{ NOW - 1, NOW, 0 },
		{ NOW, NOW, 0 },
		{ NOW + 1, NOW + 1, 1 },
		{ NOW + 600, NOW + 600, 600 },
		{ NOW + 601, NOW, 0 },
		{ INT64_MAX, NOW, 0 },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(cases); i++) {
		int64_t skew = -1;
		struct tn_moment at =
		    tn_moment_judge(NOW, cases[i].newest, 0, &skew);

		cr_expect_eq(at.now, cases[i].now, "case %zu", i);
		cr_expect_eq(skew, cases[i].skew, "case %zu", i);
		cr_expect_eq(at.today, TODAY, "case %zu", i);
	}
	/* The day follows the judged time, over midnight as well. */
	cr_expect_eq(tn_moment_judge(NOW - 1, NOW + 1, 0, NULL).today, TODAY);
}

Test(verdict, the_next_time_is_the_earliest_at_which_it_may_differ)
{
	struct tn_account a;

	tn_account_init(&a);
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE), TN_TIME_NONE);
	a.password_changed = NOW - DAYS;
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE),
	             NOW + 19 * DAYS, "row 10");
	a.password_changed = NOW - 21 * DAYS;
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE),
	             NOW + 6 * DAYS, "row 9");
	a.initial_deadline = NOW + 5 * DAYS;
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE),
	             NOW + 6 * DAYS, "no initial password");
	a.password_reset = true;
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE),
	             NOW + 5 * DAYS, "row 7");
	a.policy_end = NOW + 4 * DAYS;
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE),
	             NOW + 4 * DAYS, "row 3");
	a.end_day = TODAY + 2;
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE),
	             NOW + 3 * DAYS - ZONE, "row 3");
	a.start_day = TODAY + 1;
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE),
	             NOW + DAYS - ZONE, "row 3");
	a.policy_locked = NOW - 10;
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE),
	             NOW + TN_LOCKOUT_SECONDS - 10, "row 6");
	a.policy_locked = 0;
	a.start_day = TODAY - 5; /* past */
	cr_expect_eq(tn_verdict_next(&a, &policy, &moment, ZONE),
	             NOW + 3 * DAYS - ZONE);
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

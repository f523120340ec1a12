/* DESIGN section 5 at its edges: to the day, to the second, to the field. */
#include <criterion/criterion.h>

#include <string.h>
#include "account/verdict.h"
#include "base/attrs.h"
#include "judged_person.h"

/* UM-5.3: row 1 is kept even by a caller that forgot to ask for it. */
Test(verdict_edge, a_record_that_is_not_whole_is_not_served)
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

Test(verdict_edge, a_way_that_does_not_exist_is_denied)
{
	struct person p;

	make_good(&p);
	cr_expect_eq(judge(&p, TN_WAY_COUNT).decision, TN_DENY);
	cr_expect_eq(judge(&p, (enum tn_way) - 1).decision, TN_DENY);
}

/* UM-15.1, CI-P38, UM-11: a lock and a status lock alike. */
Test(verdict_edge, a_status_locks_like_a_lock_entry)
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

/* An entry that vanished is treated as departed, whatever is left of it. */
Test(verdict_edge, a_vanished_entry_is_departed)
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
	at = tn_moment_judge(now, TN_TIME_NONE, TN_TIME_NONE, zone, &skew);
	p->facts.heard = now;
	p->account.password_changed = now - DAYS;
	return tn_verdict(&p->facts, &policy, &at, TN_WAY_KEY).row;
}

/* CI-P38 */
Test(verdict_edge, the_last_day_is_inclusive_in_the_configured_zone)
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

Test(verdict_edge, the_first_day_begins_at_midnight_of_the_configured_zone)
{
	struct person p;

	make_good(&p);
	p.account.start_day = TODAY;
	cr_expect_eq(row_at(&p, "20261129155959Z", ZONE), TN_ROW_DEPARTED);
	cr_expect_eq(row_at(&p, "20261129160000Z", ZONE), TN_ROW_OTHERWISE);
	cr_expect_eq(row_at(&p, "20261129235959Z", 0), TN_ROW_DEPARTED);
	cr_expect_eq(row_at(&p, "20261130000000Z", 0), TN_ROW_OTHERWISE);
}

Test(verdict_edge, ppolicys_start_and_end_count_to_the_second)
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

/* A directory whose clock runs ahead is not one that is silent. */
Test(verdict_edge, silence_is_counted_by_the_own_clock_alone)
{
	struct tn_moment ahead =
	    tn_moment_judge(NOW, NOW + 100 * DAYS, TN_TIME_NONE, 0, NULL);
	struct person p;

	make_good(&p);
	p.account.password_changed = NOW + 99 * DAYS;
	cr_expect_eq(ahead.behind, 100 * DAYS);
	p.facts.heard = NOW - policy.max_silence;
	cr_expect_eq(tn_verdict(&p.facts, &policy, &ahead, TN_WAY_KEY).row,
	             TN_ROW_OTHERWISE);
	p.facts.heard--;
	cr_expect_eq(tn_verdict(&p.facts, &policy, &ahead, TN_WAY_KEY).row,
	             TN_ROW_SILENCE);
}

/* UM-15.1: 72 hours exactly are not yet too long. */
Test(verdict_edge, silence_counts_once_it_is_longer_than_the_maximum)
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

Test(verdict_edge, ppolicys_lock_after_failures_counts_for_its_duration)
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
Test(verdict_edge, an_initial_password_lapses_at_its_deadline)
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
Test(verdict_edge, a_password_ages_to_the_second)
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

Test(verdict_edge, a_maximum_age_of_zero_is_never_reached)
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
	cr_expect_eq(tn_password_due(&p.account, &never),
	             p.account.password_changed, "never before it was set");
}

Test(verdict_edge, who_has_only_a_key_is_never_asked_for_a_password)
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

Test(verdict_edge, a_clock_behind_the_newest_change_is_not_believed)
{
	static const struct {
		int64_t newest;
		int64_t second;
		int64_t now;
		int64_t skew;
	} cases[] = {
		{ TN_TIME_NONE, TN_TIME_NONE, NOW, 0 },
		{ NOW - 1, TN_TIME_NONE, NOW, 0 },
		{ NOW, TN_TIME_NONE, NOW, 0 },
		{ NOW + 1, TN_TIME_NONE, NOW + 1, 1 },
		/* A clock set back by days lets nobody in who has left. */
		{ NOW + 864000, TN_TIME_NONE, NOW + 864000, 864000 },
		/* The second server agrees with the first, or nearly. */
		{ NOW + 864000, NOW + 864000, NOW + 864000, 864000 },
		{ NOW + 864000, NOW + 863400, NOW + 864000, 864000 },
		{ NOW + 600, NOW, NOW + 600, 600 },
		/* Both clocks say that the directory's is wrong. */
		{ NOW + 601, NOW, NOW, -601 },
		{ NOW + 864000, NOW + 30, NOW, -864000 },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(cases); i++) {
		int64_t skew = -1;
		struct tn_moment at = tn_moment_judge(
		    NOW, cases[i].newest, cases[i].second, 0, &skew);

		cr_expect_eq(at.now, cases[i].now, "case %zu", i);
		cr_expect_eq(skew, cases[i].skew, "case %zu", i);
		cr_expect_eq(at.today, tn_day_of(at.now, 0), "case %zu", i);
	}
	/* The day follows the judged time, over midnight as well. */
	cr_expect_eq(
	    tn_moment_judge(NOW - 1, NOW + 1, TN_TIME_NONE, 0, NULL).today,
	    TODAY);
}

Test(verdict_edge, the_next_time_is_the_earliest_at_which_it_may_differ)
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

/* The enforcer writes pwdEndTime with every lock; the reason stays the lock's. */
Test(verdict_edge, who_is_suspended_is_not_called_departed)
{
	struct person p;

	make_good(&p);
	p.account.policy_end = NOW - 1;
	cr_expect_eq(judge(&p, TN_WAY_KEY).row, TN_ROW_DEPARTED);
	p.facts.locks = TN_LOCK_SUSPENSION;
	cr_expect_eq(judge(&p, TN_WAY_KEY).row, TN_ROW_SUSPENDED);
	p.facts.locks = 0;
	p.account.status = TN_STATUS_SUSPENDED;
	cr_expect_eq(judge(&p, TN_WAY_KEY).row, TN_ROW_SUSPENDED);
	p.account.end_day = TODAY - 1;
	cr_expect_eq(judge(&p, TN_WAY_KEY).row, TN_ROW_DEPARTED);
}

/* Rows 8 and 9 by key are what the host says; by any other way they are not. */
Test(verdict_edge, a_due_change_by_key_is_as_the_host_is_configured)
{
	static const struct {
		const char *text;
		enum tn_decision key;
	} ways[] = {
		{ "change", TN_CHANGE }, { "deny", TN_DENY },
		{ "warn", TN_WARN },     { "", TN_DENY },
		{ "Change", TN_DENY },
	};

	for (size_t i = 0; i < TN_ARRAY_LEN(ways) * 2; i++) {
		const bool is_reset = i % 2 == 0;
		struct tn_policy host = policy;
		struct tn_verdict v;
		struct person p;

		host.key_change = tn_key_change_from_text(ways[i / 2].text);
		make_good(&p);
		if (is_reset)
			p.account.password_reset = true;
		else
			p.account.password_changed = NOW - 40 * DAYS;
		v = tn_verdict(&p.facts, &host, &moment, TN_WAY_KEY);
		cr_expect_eq(v.decision, ways[i / 2].key, "%s",
		             ways[i / 2].text);
		cr_expect_eq(v.row, is_reset ? TN_ROW_MUST_CHANGE
		                             : TN_ROW_OVERDUE);
		v = tn_verdict(&p.facts, &host, &moment, TN_WAY_PASSWORD);
		cr_expect_eq(v.decision, TN_CHANGE);
		v = tn_verdict(&p.facts, &host, &moment, TN_WAY_SUDO);
		cr_expect_eq(v.decision, TN_CHANGE);
		p.account.key_only = true;
		v = tn_verdict(&p.facts, &host, &moment, TN_WAY_KEY);
		cr_expect_eq(v.decision, TN_ALLOW, "nobody asks who is key-only");
	}
}

#include <config.h>

#include "enforcer_plan.h"

#include <string.h>
#include "base/text.h"

#define FOR_GOOD "000001010000Z" /* ppolicy's lock without an end: reads 0 */

static void
change(struct tn_enforce_plan *plan, bool stands, const char *attribute,
       const char *value)
{
	struct tn_enforce_change *at = &plan->changes[plan->count];

	at->kind = stands ? TN_MODIFY_REPLACE : TN_MODIFY_ADD;
	at->attribute = attribute;
	if (tn_text_copy(at->value, sizeof(at->value), value))
		plan->count++;
}

static void
change_time(struct tn_enforce_plan *plan, int64_t old, const char *attribute,
            int64_t time)
{
	char text[TN_GTIME_TEXT_MAX];

	tn_gtime_format(time, text);
	change(plan, old != TN_TIME_NONE, attribute, text);
}

/* leak before departed before suspended. */
static enum tn_status
status_of_locks(unsigned int locks)
{
	if ((locks & TN_LOCK_LEAK) != 0)
		return TN_STATUS_LEAK;
	if ((locks & TN_LOCK_DEPARTURE) != 0)
		return TN_STATUS_DEPARTED;
	return TN_STATUS_SUSPENDED;
}

static int
severity(enum tn_status status)
{
	switch (status) {
	case TN_STATUS_LEAK:
		return 3;
	case TN_STATUS_DEPARTED:
		return 2;
	case TN_STATUS_SUSPENDED:
		return 1;
	case TN_STATUS_ACTIVE:
	case TN_STATUS_UNKNOWN:
	default:
		return 0;
	}
}

static const char *
lock_words(enum tn_status status)
{
	switch (status) {
	case TN_STATUS_LEAK:
		return "a leak report is open";
	case TN_STATUS_DEPARTED:
		return "a departure lock is open";
	case TN_STATUS_SUSPENDED:
	case TN_STATUS_ACTIVE:
	case TN_STATUS_UNKNOWN:
	default:
		return "a suspension is open";
	}
}

/*
 * Three lines of defence. Once the status is not active, the access rules let
 * the enforcer add the second and third where they lack, and change nothing:
 * what stands then is left, since nobody authenticates anyway.
 */
static void
plan_locks(const struct tn_enforce_facts *facts, struct tn_enforce_plan *plan)
{
	const struct tn_account *account = facts->account;
	enum tn_status status = status_of_locks(facts->open_locks);
	bool status_holds = severity(account->status) >= severity(status);
	bool end_holds = account->policy_end != TN_TIME_NONE &&
	                 account->policy_end <= facts->now;
	bool lock_holds = account->policy_locked == 0;
	bool may_replace = severity(account->status) == 0;

	if (!status_holds)
		change(plan, true, "tenureStatus", tn_status_text(status));
	if (!end_holds && (may_replace || account->policy_end == TN_TIME_NONE))
		change_time(plan, account->policy_end, "pwdEndTime",
		            facts->now);
	if (!lock_holds &&
	    (may_replace || account->policy_locked == TN_TIME_NONE))
		change(plan, account->policy_locked != TN_TIME_NONE,
		       "pwdAccountLockedTime", FOR_GOOD);
	plan->why = lock_words(status);
	plan->is_put_back = severity(account->status) > 0
	                        ? status_holds
	                        : end_holds || lock_holds;
	plan->withdraw_keys =
	    (facts->open_locks & (TN_LOCK_LEAK | TN_LOCK_DEPARTURE)) != 0;
	plan->leave_groups = (facts->open_locks & TN_LOCK_DEPARTURE) != 0;
}

/* The days of service as times that slapd itself obeys. */
static void
plan_days(const struct tn_enforce_facts *facts, struct tn_enforce_plan *plan)
{
	const struct tn_account *account = facts->account;
	int64_t time;

	if (account->end_day != TN_DAY_NONE) {
		/* The last day is served to its end. */
		time = tn_day_start(account->end_day + 1, facts->utc_offset);
		if (account->policy_end == TN_TIME_NONE ||
		    account->policy_end > time) {
			change_time(plan, account->policy_end, "pwdEndTime",
			            time);
			plan->why = "the last day is known";
		}
	}
	if (account->start_day != TN_DAY_NONE) {
		time = tn_day_start(account->start_day, facts->utc_offset);
		if (time > facts->now &&
		    (account->policy_start == TN_TIME_NONE ||
		     account->policy_start < time)) {
			change_time(plan, account->policy_start, "pwdStartTime",
			            time);
			plan->why = "the first day has not come";
		}
	}
}

/*
 * An initial password past its deadline. A lock and no end: a reset, which
 * gives a new deadline first, clears it without anybody else's help.
 */
static void
plan_lapsed(const struct tn_enforce_facts *facts, struct tn_enforce_plan *plan)
{
	const struct tn_account *account = facts->account;

	if (!account->password_reset ||
	    account->initial_deadline == TN_TIME_NONE ||
	    account->initial_deadline > facts->now ||
	    account->policy_locked == 0)
		return;
	change(plan, account->policy_locked != TN_TIME_NONE,
	       "pwdAccountLockedTime", FOR_GOOD);
	plan->why = "the initial password lapsed";
}

struct tn_enforce_plan
tn_enforce_plan(const struct tn_enforce_facts *facts)
{
	struct tn_enforce_plan plan;

	memset(&plan, 0, sizeof(plan));
	if (facts->account->vanished)
		return plan;
	if (facts->open_locks != 0) {
		plan_locks(facts, &plan);
	} else if (facts->account->status == TN_STATUS_ACTIVE) {
		plan_days(facts, &plan);
		plan_lapsed(facts, &plan);
	}
	if (plan.count == 0)
		plan.why = NULL;
	return plan;
}

#include "account/verdict.h"

#include <stdbool.h>
#include <stddef.h>

/* How far ahead a change time may be before the directory's clock is doubted. */
#define AHEAD_MAX 600

static bool
is_far_behind(int64_t clock, int64_t time)
{
	return clock < time && clock <= INT64_MAX - AHEAD_MAX &&
	       clock + AHEAD_MAX < time;
}

struct tn_moment
tn_moment_judge(int64_t own_clock, int64_t newest_change, int64_t second_clock,
                int32_t utc_offset, int64_t *ret_skew)
{
	struct tn_moment moment = { .now = own_clock };
	int64_t skew = 0;

	/* TN_TIME_NONE lies before every clock. */
	if (newest_change > own_clock) {
		skew = newest_change - own_clock;
		if (second_clock != TN_TIME_NONE &&
		    is_far_behind(second_clock, newest_change) &&
		    is_far_behind(own_clock, newest_change))
			skew = -skew;
		else
			moment.now = newest_change;
		moment.behind = moment.now - own_clock;
	}
	moment.today = tn_day_of(moment.now, utc_offset);
	if (ret_skew != NULL)
		*ret_skew = skew;
	return moment;
}

/* A time so many days after the password was set, or NONE. */
static int64_t
days_after_change(const struct tn_account *account,
                  const struct tn_policy *policy, int days)
{
	if (policy->max_age_days <= 0 || account->key_only ||
	    account->password_changed == TN_TIME_NONE)
		return TN_TIME_NONE;
	if (days < 0)
		days = 0;
	return account->password_changed + (int64_t)days * TN_DAY_SECONDS;
}

int64_t
tn_password_expires(const struct tn_account *account,
                    const struct tn_policy *policy)
{
	return days_after_change(account, policy, policy->max_age_days);
}

int64_t
tn_password_due(const struct tn_account *account,
                const struct tn_policy *policy)
{
	return days_after_change(account, policy,
	                         policy->max_age_days - policy->lead_days);
}

/* Keeps the earliest time after now in *next. */
static void
consider(int64_t *next, int64_t now, int64_t time)
{
	if (time == TN_TIME_NONE || time <= now)
		return;
	if (*next == TN_TIME_NONE || time < *next)
		*next = time;
}

int64_t
tn_verdict_next(const struct tn_account *account,
                const struct tn_policy *policy, const struct tn_moment *moment,
                int32_t utc_offset)
{
	int64_t now = moment->now;
	int64_t due = tn_password_due(account, policy);
	int64_t next = TN_TIME_NONE;

	if (account->start_day != TN_DAY_NONE) /* row 3 */
		consider(&next, now,
		         tn_day_start(account->start_day, utc_offset));
	if (account->end_day != TN_DAY_NONE && account->end_day < INT32_MAX)
		consider(&next, now,
		         tn_day_start(account->end_day + 1, utc_offset));
	consider(&next, now, account->policy_start);
	consider(&next, now, account->policy_end);
	if (account->policy_locked > 0 && policy->lockout_seconds > 0)
		consider(&next, now, /* row 6 */
		         account->policy_locked + policy->lockout_seconds);
	if (account->password_reset) /* row 7 */
		consider(&next, now, account->initial_deadline);
	consider(&next, now, due);                        /* row 9 */
	if (due != TN_TIME_NONE && policy->warn_days > 0) /* row 10 */
		consider(&next, now,
		         due - (int64_t)policy->warn_days * TN_DAY_SECONDS);
	consider(&next, now, tn_password_expires(account, policy));
	return next;
}

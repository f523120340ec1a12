#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "base/attrs.h"
#include "enforcer_plan.h"

#define NOW    1800000000
#define EAST_8 28800
#define NONE   TN_TIME_NONE
#define NO_DAY TN_DAY_NONE
#define LEAK   TN_LOCK_LEAK
#define GONE   TN_LOCK_DEPARTURE
#define AWAY   TN_LOCK_SUSPENSION

/* 1800000000 is 2027-01-15T08:00:00Z, 16:00 in the zone. */
#define TODAY 20833

/* Three changes in a row: "=attribute value" replaces, "+attribute value"
   adds. */
static const struct row {
	const char *name;
	unsigned int locks;
	enum tn_status status;
	int64_t end;
	int64_t locked;
	int64_t start;
	int32_t first_day;
	int32_t last_day;
	bool reset;
	int64_t deadline;
	const char *wanted;
	bool put_back;
	bool keys;
	bool groups;
} rows[] = {
	{ "nothing is the matter", 0, TN_STATUS_ACTIVE, NONE, NONE, NONE,
	  NO_DAY, NO_DAY, false, NONE, "", false, false, false },
	{ "a leak report came", LEAK, TN_STATUS_ACTIVE, NONE, NONE, NONE,
	  NO_DAY, NO_DAY, false, NONE,
	  "=tenureStatus leak +pwdEndTime 20270115080000Z "
	  "+pwdAccountLockedTime 000001010000Z",
	  false, true, false },
	{ "a departure lock came", GONE, TN_STATUS_ACTIVE, NONE, NONE, NONE,
	  NO_DAY, NO_DAY, false, NONE,
	  "=tenureStatus departed +pwdEndTime 20270115080000Z "
	  "+pwdAccountLockedTime 000001010000Z",
	  false, true, true },
	{ "a suspension came", AWAY, TN_STATUS_ACTIVE, NONE, NONE, NONE, NO_DAY,
	  NO_DAY, false, NONE,
	  "=tenureStatus suspended +pwdEndTime 20270115080000Z "
	  "+pwdAccountLockedTime 000001010000Z",
	  false, false, false },
	{ "a leak weighs more than a departure", LEAK | GONE | AWAY,
	  TN_STATUS_DEPARTED, NOW - 5, 0, NONE, NO_DAY, NO_DAY, false, NONE,
	  "=tenureStatus leak", false, true, true },
	{ "a departure weighs more than a suspension", GONE | AWAY,
	  TN_STATUS_SUSPENDED, NOW - 5, 0, NONE, NO_DAY, NO_DAY, false, NONE,
	  "=tenureStatus departed", false, true, true },
	{ "a harder status stays", AWAY, TN_STATUS_LEAK, NOW - 5, 0, NONE,
	  NO_DAY, NO_DAY, false, NONE, "", true, false, false },
	{ "all is there", GONE, TN_STATUS_DEPARTED, NOW - 5, 0, NONE, NO_DAY,
	  NO_DAY, false, NONE, "", true, true, true },
	{ "a password change took the lock", GONE, TN_STATUS_DEPARTED, NOW - 5,
	  NONE, NONE, NO_DAY, NO_DAY, false, NONE,
	  "+pwdAccountLockedTime 000001010000Z", true, true, true },
	{ "both of ppolicy's were taken", LEAK, TN_STATUS_LEAK, NONE, NONE,
	  NONE, NO_DAY, NO_DAY, false, NONE,
	  "+pwdEndTime 20270115080000Z +pwdAccountLockedTime 000001010000Z",
	  true, true, false },
	{ "the status was set back", GONE, TN_STATUS_ACTIVE, NOW - 5, 0, NONE,
	  NO_DAY, NO_DAY, false, NONE, "=tenureStatus departed", true, true,
	  true },
	{ "a status that nobody knows is none", AWAY, TN_STATUS_UNKNOWN, NONE,
	  NONE, NONE, NO_DAY, NO_DAY, false, NONE,
	  "=tenureStatus suspended +pwdEndTime 20270115080000Z "
	  "+pwdAccountLockedTime 000001010000Z",
	  false, false, false },
	{ "an end to come is brought forward", AWAY, TN_STATUS_ACTIVE,
	  NOW + 9999, NOW - 60, NONE, NO_DAY, NO_DAY, false, NONE,
	  "=tenureStatus suspended =pwdEndTime 20270115080000Z "
	  "=pwdAccountLockedTime 000001010000Z",
	  false, false, false },
	{ "an end to come is not ours once the status is not active", AWAY,
	  TN_STATUS_SUSPENDED, NOW + 9999, NOW - 60, NONE, NO_DAY, NO_DAY,
	  false, NONE, "", true, false, false },
	{ "a suspension without a lock is security's business", 0,
	  TN_STATUS_SUSPENDED, NONE, NONE, NONE, NO_DAY, TODAY, true, NOW - 1,
	  "", false, false, false },
	{ "the last day ends at midnight in the zone", 0, TN_STATUS_ACTIVE,
	  NONE, NONE, NONE, NO_DAY, TODAY, false, NONE,
	  "+pwdEndTime 20270115160000Z", false, false, false },
	{ "a later end comes forward", 0, TN_STATUS_ACTIVE, NOW + 999999, NONE,
	  NONE, NO_DAY, TODAY, false, NONE, "=pwdEndTime 20270115160000Z",
	  false, false, false },
	{ "an earlier end stays", 0, TN_STATUS_ACTIVE, NOW - 5, NONE, NONE,
	  NO_DAY, TODAY, false, NONE, "", false, false, false },
	{ "the last day is long past", 0, TN_STATUS_ACTIVE, NONE, NONE, NONE,
	  NO_DAY, TODAY - 365, false, NONE, "+pwdEndTime 20260115160000Z",
	  false, false, false },
	{ "the first day is tomorrow", 0, TN_STATUS_ACTIVE, NONE, NONE, NONE,
	  TODAY + 1, NO_DAY, false, NONE, "+pwdStartTime 20270115160000Z",
	  false, false, false },
	{ "a later start stays", 0, TN_STATUS_ACTIVE, NONE, NONE, NOW + 999999,
	  TODAY + 1, NO_DAY, false, NONE, "", false, false, false },
	{ "the first day has come", 0, TN_STATUS_ACTIVE, NONE, NONE, NONE,
	  TODAY, NO_DAY, false, NONE, "", false, false, false },
	{ "an initial password lapsed", 0, TN_STATUS_ACTIVE, NONE, NONE, NONE,
	  NO_DAY, NO_DAY, true, NOW, "+pwdAccountLockedTime 000001010000Z",
	  false, false, false },
	{ "it lapsed while failures had locked it", 0, TN_STATUS_ACTIVE, NONE,
	  NOW - 9, NONE, NO_DAY, NO_DAY, true, NOW - 1,
	  "=pwdAccountLockedTime 000001010000Z", false, false, false },
	{ "it is not due yet", 0, TN_STATUS_ACTIVE, NONE, NONE, NONE, NO_DAY,
	  NO_DAY, true, NOW + 1, "", false, false, false },
	{ "a password of one's own does not lapse", 0, TN_STATUS_ACTIVE, NONE,
	  NONE, NONE, NO_DAY, NO_DAY, false, NOW - 1, "", false, false, false },
	{ "it was locked before", 0, TN_STATUS_ACTIVE, NONE, 0, NONE, NO_DAY,
	  NO_DAY, true, NOW - 1, "", false, false, false },
};

static struct tn_account
account_of(const struct row *row)
{
	struct tn_account account;

	tn_account_init(&account);
	account.status = row->status;
	account.policy_end = row->end;
	account.policy_locked = row->locked;
	account.policy_start = row->start;
	account.start_day = row->first_day;
	account.end_day = row->last_day;
	account.password_reset = row->reset;
	account.initial_deadline = row->deadline;
	return account;
}

static void
words(const struct tn_enforce_plan *plan, char *ret, size_t size)
{
	size_t len = 0;
	size_t i;

	ret[0] = '\0';
	for (i = 0; i < plan->count && len < size; i++)
		len += (size_t)snprintf(
		    ret + len, size - len, "%s%c%s %s", i == 0 ? "" : " ",
		    plan->changes[i].kind == TN_MODIFY_ADD ? '+' : '=',
		    plan->changes[i].attribute, plan->changes[i].value);
}

Test(enforcer_plan, every_state_of_an_account_has_its_changes_UM_11)
{
	char text[256];
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		struct tn_account account = account_of(row);
		struct tn_enforce_plan plan = tn_enforce_plan(
		    &(const struct tn_enforce_facts){ .account = &account,
		                                      .open_locks = row->locks,
		                                      .now = NOW,
		                                      .utc_offset = EAST_8 });

		words(&plan, text, sizeof(text));
		cr_expect_str_eq(text, row->wanted, "%s: %s", row->name, text);
		cr_expect_eq(plan.is_put_back, row->put_back, "%s: put back",
		             row->name);
		cr_expect_eq(plan.withdraw_keys, row->keys, "%s: keys",
		             row->name);
		cr_expect_eq(plan.leave_groups, row->groups, "%s: groups",
		             row->name);
		cr_expect_eq(plan.why != NULL, plan.count > 0, "%s: why",
		             row->name);
	}
}

/* Whatever the account and the locks: no change lets in who was not. */
Test(enforcer_plan, nothing_is_ever_opened_UM_15_1)
{
	static const int64_t times[] = { NONE, 0, NOW - 60, NOW + 60,
		                         NOW + 9999999 };
	static const int32_t days[] = { NO_DAY, TODAY - 9, TODAY, TODAY + 9 };
	const size_t total = 5u * 5 * 5 * 4 * 4 * 8 * 5 * 2;
	size_t seen = 0;
	size_t n;
	size_t i;

	for (n = 0; n < total; n++) {
		size_t rest = n;
		struct row row = { .deadline = NOW - 1 };
		struct tn_account account;
		struct tn_enforce_plan plan;

		row.end = times[rest % 5];
		row.locked = times[(rest /= 5) % 5];
		row.start = times[(rest /= 5) % 5];
		row.first_day = days[(rest /= 5) % 4];
		row.last_day = days[(rest /= 4) % 4];
		row.locks = (unsigned int)((rest /= 4) % 8);
		row.status = (enum tn_status)((rest /= 8) % 5);
		row.reset = (rest / 5) % 2 != 0;
		account = account_of(&row);
		plan = tn_enforce_plan(
		    &(const struct tn_enforce_facts){ .account = &account,
		                                      .open_locks = row.locks,
		                                      .now = NOW,
		                                      .utc_offset = EAST_8 });
		for (i = 0; i < plan.count; i++) {
			const char *attribute = plan.changes[i].attribute;
			const char *value = plan.changes[i].value;
			int64_t time = 0;

			seen++;
			cr_assert_str_neq(value, "active");
			cr_assert_str_neq(value, "");
			if (strcmp(attribute, "tenureStatus") == 0) {
				cr_assert(row.status != TN_STATUS_LEAK);
				continue;
			}
			if (strcmp(attribute, "pwdAccountLockedTime") == 0) {
				cr_assert_str_eq(value, "000001010000Z");
				continue;
			}
			cr_assert_eq(
			    tn_gtime_parse(value, strlen(value), &time, NULL),
			    TN_OK);
			if (strcmp(attribute, "pwdEndTime") == 0)
				cr_assert(row.end == NONE || time < row.end);
			else
				cr_assert(row.start == NONE ||
				          time > row.start);
		}
	}
	cr_expect(seen > total / 4, "%zu changes were looked at", seen);
}

Test(enforcer_plan, an_entry_that_is_gone_is_left_alone)
{
	struct tn_account account = account_of(&rows[1]);
	struct tn_enforce_plan plan;

	account.vanished = true;
	plan = tn_enforce_plan(&(const struct tn_enforce_facts){
	    .account = &account, .open_locks = LEAK, .now = NOW });
	cr_expect_eq(plan.count, 0);
	cr_expect_not(plan.withdraw_keys);
}

#include "account/verdict.h"

#include <stddef.h>
#include "account/serve_rule.h"
#include "base/attrs.h"

/* What the rows ask about. */
struct question {
	const struct tn_facts *facts;
	const struct tn_policy *policy;
	const struct tn_moment *moment;
	int64_t due; /* from then on row 9 speaks, or NONE */
};

/* Row 1. A record that vanished is judged by row 3: it was served. */
static enum tn_refusal
refusal_of(const struct tn_facts *facts)
{
	if (facts->account == NULL)
		return TN_REFUSAL_UNKNOWN;
	if (facts->refusal != TN_REFUSAL_NONE || facts->account->vanished)
		return facts->refusal;
	return tn_account_refusal(facts->account);
}

static bool
is_not_served(const struct question *q)
{
	return refusal_of(q->facts) != TN_REFUSAL_NONE;
}

static bool
is_leaked(const struct question *q)
{
	return (q->facts->locks & TN_LOCK_LEAK) != 0 ||
	       q->facts->account->status == TN_STATUS_LEAK;
}

static bool
is_suspended(const struct question *q)
{
	return (q->facts->locks & TN_LOCK_SUSPENSION) != 0 ||
	       q->facts->account->status == TN_STATUS_SUSPENDED;
}

/* The last day is inclusive; a time is over from its first second on. */
static bool
is_departed(const struct question *q)
{
	const struct tn_account *account = q->facts->account;
	int64_t now = q->moment->now;
	int32_t today = q->moment->today;

	return (q->facts->locks & TN_LOCK_DEPARTURE) != 0 ||
	       account->status == TN_STATUS_DEPARTED || account->vanished ||
	       (account->start_day != TN_DAY_NONE &&
	        today < account->start_day) ||
	       (account->end_day != TN_DAY_NONE && today > account->end_day) ||
	       (account->policy_start != TN_TIME_NONE &&
	        now < account->policy_start) ||
	       /* The enforcer ends whom it suspends in ppolicy's words too. */
	       (account->policy_end != TN_TIME_NONE &&
	        now >= account->policy_end && !is_suspended(q));
}

static bool
is_not_admitted(const struct question *q)
{
	return !q->facts->admitted;
}

static bool
is_unattended_service(const struct question *q)
{
	return q->facts->account->kind == TN_KIND_SERVICE &&
	       !q->facts->account->interactive;
}

static bool
is_directory_silent(const struct question *q)
{
	/* Both by the own clock: what the directory's says is no silence. */
	return q->facts->heard == TN_TIME_NONE ||
	       q->moment->now - q->moment->behind - q->facts->heard >
	           q->policy->max_silence;
}

static bool
is_throttled(const struct question *q)
{
	int64_t locked = q->facts->account->policy_locked;

	if (q->facts->throttled)
		return true;
	if (locked == TN_TIME_NONE)
		return false;
	return locked == 0 || q->policy->lockout_seconds <= 0 ||
	       q->moment->now - locked < q->policy->lockout_seconds;
}

/* Key-only or not: an initial password that lapsed is one too many. */
static bool
has_initial_lapsed(const struct question *q)
{
	const struct tn_account *account = q->facts->account;

	return account->password_reset &&
	       account->initial_deadline != TN_TIME_NONE &&
	       q->moment->now >= account->initial_deadline;
}

static bool
must_change(const struct question *q)
{
	return q->facts->account->password_reset &&
	       !q->facts->account->key_only;
}

static bool
is_overdue(const struct question *q)
{
	return q->due != TN_TIME_NONE && q->moment->now >= q->due;
}

static bool
expires_soon(const struct question *q)
{
	return q->due != TN_TIME_NONE && q->policy->warn_days > 0 &&
	       q->moment->now >=
	           q->due - (int64_t)q->policy->warn_days * TN_DAY_SECONDS;
}

static bool
is_anybody(const struct question *q)
{
	(void)q;
	return true;
}

/* Cells that are no decision. */
enum {
	NEXT = -1,    /* "-": reading goes on with the next row */
	END_OLD = -2, /* "ended if it was served" */
	BY_KEY = -3,  /* as this host is configured: key_change */
};

struct rule {
	enum tn_row row;
	const char *number;
	const char *article;
	const char *words;
	bool (*speaks)(const struct question *q);
	int cell[TN_WAY_COUNT]; /* enum tn_decision or a cell above */
};

/*
 * DESIGN section 5, row by row and cell by cell. The columns are enum tn_way:
 * password, key, sudo and su, cron and at, open sessions.
 */
/* clang-format off */
static const struct rule rules[] = {
	{ TN_ROW_NOT_SERVED, "1", "UM-5.3, UM-5.4",
	  "not served on this host", is_not_served,
	  { TN_DENY, TN_DENY, TN_DENY, TN_DENY, END_OLD } },
	{ TN_ROW_LEAK, "2", "UM-15.1",
	  "an open leak report", is_leaked,
	  { TN_DENY, TN_DENY, TN_DENY, TN_DENY, TN_END } },
	{ TN_ROW_DEPARTED, "3", "CI-P38",
	  "departed, before its start or past its end", is_departed,
	  { TN_DENY, TN_DENY, TN_DENY, TN_DENY, TN_END } },
	{ TN_ROW_SUSPENDED, "4", "UM-11",
	  "suspended", is_suspended,
	  { TN_DENY, TN_DENY, TN_DENY, TN_DENY, TN_END } },
	{ TN_ROW_NOT_ADMITTED, "5", "CP-5",
	  "not admitted on this host", is_not_admitted,
	  { TN_DENY, TN_DENY, TN_DENY, TN_DENY, TN_STAY } },
	{ TN_ROW_SERVICE, "5a", "IS-1",
	  "a service account not marked interactive", is_unattended_service,
	  { TN_DENY, TN_DENY, TN_DENY, TN_RUN, TN_STAY } },
	{ TN_ROW_SILENCE, "5b", "UM-15.1",
	  "the directory not heard for too long", is_directory_silent,
	  { TN_DENY, TN_DENY, TN_DENY, TN_RUN, TN_STAY } },
	{ TN_ROW_THROTTLED, "6", "等保 8.1.4.1b",
	  "throttled or locked after failures", is_throttled,
	  { TN_DENY, NEXT, TN_DENY, NEXT, NEXT } },
	{ TN_ROW_INITIAL_LAPSED, "7", "UM-13.2",
	  "initial password not used within its days", has_initial_lapsed,
	  { TN_DENY, TN_DENY, TN_DENY, NEXT, TN_STAY } },
	{ TN_ROW_MUST_CHANGE, "8", "UM-13.2",
	  "initial password, or reset by an administrator", must_change,
	  { TN_CHANGE, BY_KEY, TN_CHANGE, TN_RUN, TN_STAY } },
	{ TN_ROW_OVERDUE, "9", "CI-3.2",
	  "password older than the maximum age", is_overdue,
	  { TN_CHANGE, BY_KEY, TN_CHANGE, TN_RUN, TN_STAY } },
	{ TN_ROW_EXPIRES_SOON, "10", "UM-13.3",
	  "password expires soon", expires_soon,
	  { TN_WARN, TN_WARN, TN_ALLOW, TN_RUN, TN_STAY } },
	{ TN_ROW_OTHERWISE, "11", "",
	  "nothing speaks against it", is_anybody,
	  { TN_ALLOW, TN_ALLOW, TN_ALLOW, TN_RUN, TN_STAY } },
};
/* clang-format on */

static enum tn_decision
decision_by_key(const struct tn_policy *policy)
{
	switch (policy->key_change) {
	case TN_KEY_CHANGE:
		return TN_CHANGE;
	case TN_KEY_WARN:
		return TN_WARN;
	case TN_KEY_DENY:
	default:
		return TN_DENY;
	}
}

struct tn_verdict
tn_verdict(const struct tn_facts *facts, const struct tn_policy *policy,
           const struct tn_moment *moment, enum tn_way way)
{
	struct tn_verdict verdict = {
		.decision = TN_DENY,
		.row = TN_ROW_NOT_SERVED,
		.refusal = TN_REFUSAL_UNKNOWN,
		.password_expires = TN_TIME_NONE,
	};
	struct question q = {
		.facts = facts,
		.policy = policy,
		.moment = moment,
		.due = TN_TIME_NONE,
	};
	size_t i;

	if ((unsigned int)way >= TN_WAY_COUNT)
		return verdict;
	if (facts->account != NULL) {
		verdict.password_expires =
		    tn_password_expires(facts->account, policy);
		q.due = tn_password_due(facts->account, policy);
	}
	for (i = 0; i < TN_ARRAY_LEN(rules); i++) {
		int cell = rules[i].cell[way];

		if (cell == NEXT || !rules[i].speaks(&q))
			continue;
		if (cell == END_OLD)
			cell = facts->was_served ? TN_END : TN_STAY;
		else if (cell == BY_KEY)
			cell = (int)decision_by_key(policy);
		verdict.decision = (enum tn_decision)cell;
		verdict.row = rules[i].row;
		verdict.refusal = rules[i].row == TN_ROW_NOT_SERVED
		                      ? refusal_of(facts)
		                      : TN_REFUSAL_NONE;
		break;
	}
	return verdict;
}

bool
tn_verdict_is_dead(const struct tn_verdict *verdict)
{
	return verdict->row <= TN_ROW_SUSPENDED;
}

bool
tn_facts_are_closed(const struct tn_facts *facts,
                    const struct tn_moment *moment)
{
	const struct question q = { .facts = facts, .moment = moment };

	return facts->account != NULL &&
	       (is_leaked(&q) || is_departed(&q) || is_suspended(&q));
}

static const struct rule *
rule_of(enum tn_row row)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rules); i++) {
		if (rules[i].row == row)
			return &rules[i];
	}
	return NULL;
}

const char *
tn_row_number(enum tn_row row)
{
	const struct rule *rule = rule_of(row);

	return rule != NULL ? rule->number : "?";
}

const char *
tn_row_words(enum tn_row row)
{
	const struct rule *rule = rule_of(row);

	return rule != NULL ? rule->words : "not judged";
}

const char *
tn_row_article(enum tn_row row)
{
	const struct rule *rule = rule_of(row);

	return rule != NULL ? rule->article : "";
}

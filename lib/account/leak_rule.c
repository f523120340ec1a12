#include "account/leak_rule.h"

#include "base/attrs.h"
#include "base/day.h"

static int64_t
between(int64_t from, int64_t to)
{
	if (from == TN_TIME_NONE || to == TN_TIME_NONE)
		return TN_TIME_NONE;
	return to > from ? (to - from) * 1000 : 0;
}

static void
judge(struct tn_leak_clock *clock, int64_t took, bool runs, int64_t target)
{
	clock->took = took;
	clock->target = target;
	clock->runs = runs;
	clock->is_over = took != TN_TIME_NONE && took > target;
}

void
tn_leak_clocks(const struct tn_leak_facts *facts,
               const struct tn_leak_targets *targets,
               struct tn_leak_clock ret[TN_LEAK_CLOCKS])
{
	const bool is_verified = facts->verified != TN_TIME_NONE;
	const bool is_restored =
	    facts->restored != TN_TIME_NONE || facts->is_shut;
	struct tn_leak_clock *lock = &ret[TN_LEAK_LOCK];

	judge(&ret[TN_LEAK_REPORT], between(facts->discovered, facts->reported),
	      false, targets->of[TN_LEAK_REPORT]);
	judge(lock, facts->slowest,
	      facts->hosts_missing > 0 || facts->hosts_open > 0,
	      targets->of[TN_LEAK_LOCK]);
	/* A host says so after ten seconds. */
	if (facts->hosts_open > 0)
		lock->is_over = true;
	/* Silence is no proof: it counts against the target. */
	if (lock->runs &&
	    between(facts->reported, facts->now) > TN_LEAK_ANSWER_TARGET)
		lock->is_over = true;
	judge(&ret[TN_LEAK_VERIFY],
	      between(facts->reported,
	              is_verified ? facts->verified : facts->now),
	      !is_verified, targets->of[TN_LEAK_VERIFY]);
	judge(&ret[TN_LEAK_RESTORE],
	      facts->is_shut && facts->restored == TN_TIME_NONE
	          ? TN_TIME_NONE
	          : between(facts->reported, facts->restored != TN_TIME_NONE
	                                         ? facts->restored
	                                         : facts->now),
	      !is_restored, targets->of[TN_LEAK_RESTORE]);
}

const char *
tn_leak_clock_words(enum tn_leak_clock_name name)
{
	static const char *const words[TN_LEAK_CLOCKS] = {
		[TN_LEAK_REPORT] = "discovered to reported",
		[TN_LEAK_LOCK] = "reported to locked",
		[TN_LEAK_VERIFY] = "reported to verified",
		[TN_LEAK_RESTORE] = "reported to restored",
	};

	return (size_t)name < TN_ARRAY_LEN(words) ? words[name] : "";
}

static bool
is_officer(const struct tn_holder *holder)
{
	return holder->role == TN_ROLE_SYSTEM ||
	       holder->role == TN_ROLE_SECURITY;
}

static enum tn_leak_verdict
may_verify(const struct tn_leak_case_facts *facts,
           const struct tn_leak_signer *who)
{
	if (facts->is_verified)
		return TN_LEAK_ALREADY;
	if (!is_officer(&who->holder))
		return TN_LEAK_NO_ROLE;
	if (facts->level && who->holder.level != TN_LEVEL_FIRST)
		return TN_LEAK_NO_SUPERIOR;
	return TN_LEAK_MAY;
}

static enum tn_leak_verdict
may_look(const struct tn_leak_case_facts *facts,
         const struct tn_leak_signer *who)
{
	if (facts->is_closed)
		return TN_LEAK_ALREADY;
	if (!is_officer(&who->holder))
		return TN_LEAK_NO_ROLE;
	if (facts->level && who->holder.level != TN_LEVEL_FIRST)
		return TN_LEAK_NO_SUPERIOR;
	return TN_LEAK_MAY;
}

static enum tn_leak_verdict
may_close(const struct tn_leak_case_facts *facts,
          const struct tn_leak_signer *who)
{
	const bool is_superior = who->holder.level == TN_LEVEL_FIRST;

	if (facts->is_restored)
		return TN_LEAK_ALREADY;
	if (who->is_reporter)
		return TN_LEAK_REPORTER;
	if (!is_officer(&who->holder))
		return TN_LEAK_NO_ROLE;
	if (facts->level && !is_superior)
		return TN_LEAK_NO_SUPERIOR;
	if (!facts->is_verified)
		return TN_LEAK_NOT_VERIFIED;
	if (facts->level && !facts->has_dossier)
		return TN_LEAK_NO_DOSSIER;
	if (facts->has_items)
		return TN_LEAK_ITEMS;
	/* Of the highest level two peers: any of them first. */
	if (facts->level == TN_LEVEL_FIRST && !facts->is_seconded)
		return TN_LEAK_MAY_SECOND;
	if (who->has_seconded)
		return TN_LEAK_NO_PEER;
	if (who->holder.role != TN_ROLE_SECURITY)
		return TN_LEAK_NO_SECURITY;
	return facts->holds_role ? TN_LEAK_HOLDS_ROLE : TN_LEAK_MAY;
}

enum tn_leak_verdict
tn_leak_may(enum tn_leak_step step, const struct tn_leak_case_facts *facts,
            const struct tn_leak_signer *who)
{
	if (who->is_subject)
		return TN_LEAK_SUBJECT;
	switch (step) {
	case TN_LEAK_STEP_VERIFY:
		return may_verify(facts, who);
	case TN_LEAK_STEP_ITEM:
		return may_look(facts, who);
	case TN_LEAK_STEP_CLOSE:
	default:
		return may_close(facts, who);
	}
}

const char *
tn_leak_words(enum tn_leak_verdict verdict)
{
	static const char *const words[TN_LEAK_VERDICTS] = {
		[TN_LEAK_MAY] = "you may",
		[TN_LEAK_MAY_SECOND] = "you may, as the first of two peers",
		[TN_LEAK_SUBJECT] = "it is your own account's leak: others see "
		                    "to it",
		[TN_LEAK_REPORTER] = "you have reported it: somebody else "
		                     "closes it",
		[TN_LEAK_NO_ROLE] = "people who hold system or security see to "
		                    "it: --as LOGIN",
		[TN_LEAK_NO_SECURITY] = "somebody who holds security closes it",
		[TN_LEAK_NO_SUPERIOR] =
		    "the person held a role: the first level sees to it, as "
		    "the superior (UM-15.2)",
		[TN_LEAK_NO_PEER] = "you have signed as the peer: another one "
		                    "of the first level closes it",
		[TN_LEAK_NOT_VERIFIED] =
		    "nobody has checked yet that the person is the person: "
		    "tenure leak verify",
		[TN_LEAK_ALREADY] = "that has been done already",
		[TN_LEAK_ITEMS] =
		    "there is something left to look at: tenure leak show, "
		    "tenure leak item",
		[TN_LEAK_NO_DOSSIER] =
		    "the person held a role: what the account did is looked at "
		    "one by one first; root: tenure leak dossier CASE --items",
		[TN_LEAK_HOLDS_ROLE] =
		    "the person holds a role, and nobody alone opens that "
		    "account: tenure role revoke, then close it, then tenure "
		    "role grant",
	};

	return (size_t)verdict < TN_ARRAY_LEN(words) ? words[verdict] : "";
}

#include <criterion/criterion.h>
#include <string.h>
#include "account/request_rule.h"
#include "base/attrs.h"

#define SYS1  { true, TN_ROLE_SYSTEM, 1 }
#define SYS2  { true, TN_ROLE_SYSTEM, 2 }
#define SEC1  { true, TN_ROLE_SECURITY, 1 }
#define SEC2  { true, TN_ROLE_SECURITY, 2 }
#define AUD1  { true, TN_ROLE_AUDIT, 1 }
#define HR1   { true, TN_ROLE_HR, 1 }
#define NONE  { true, TN_ROLE_NONE, 0 }
#define OFF   { false, TN_ROLE_SECURITY, 1 }

static const struct may {
	const char *name;
	struct tn_holder who;
	enum tn_role role;
	int level;
	bool superior;
	bool second;
} mays[] = {
	{ "security over system", SEC1, TN_ROLE_SYSTEM, 2, true, true },
	{ "system over system", SYS1, TN_ROLE_SYSTEM, 2, true, true },
	{ "system not over security", SYS1, TN_ROLE_SECURITY, 2, false, true },
	{ "system not over audit", SYS1, TN_ROLE_AUDIT, 2, false, true },
	{ "an operator is no superior", SYS2, TN_ROLE_SYSTEM, 2, false, true },
	{ "two peers at the first level", SEC1, TN_ROLE_SECURITY, 1, true,
	  true },
	{ "no operator at the first level", SEC2, TN_ROLE_SECURITY, 1, false,
	  false },
	{ "system as a peer", SYS1, TN_ROLE_SECURITY, 1, false, true },
	{ "audit writes nothing", AUD1, TN_ROLE_AUDIT, 2, false, false },
	{ "HR neither", HR1, TN_ROLE_HR, 2, false, false },
	{ "nobody", NONE, TN_ROLE_SYSTEM, 2, false, false },
	{ "who is locked", OFF, TN_ROLE_SYSTEM, 2, false, false },
};

Test(request_rule, who_may_sign_which_place_UM_7)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(mays); i++) {
		const struct may *may = &mays[i];

		cr_expect_eq(tn_may_sign(&may->who, TN_PLACE_SUPERIOR,
		                         may->role, may->level),
		             may->superior, "%s", may->name);
		cr_expect_eq(tn_may_sign(&may->who, TN_PLACE_SECOND, may->role,
		                         may->level),
		             may->second, "%s", may->name);
	}
}

/* A grant of system, second level, that is carried out. */
static struct tn_request_facts
good(void)
{
	const struct tn_request_facts facts = {
		.kind = TN_REQUEST_GRANT,
		.role = TN_ROLE_SYSTEM,
		.level = 2,
		.subject_is_one = true,
		.subject = NONE,
		.has_superior = true,
		.has_second = true,
		.superior = SYS1,
		.second = SEC2,
		.superiors_left = 2,
	};

	return facts;
}

/* A revocation of security, first level, that is carried out. */
static struct tn_request_facts
good_revoke(void)
{
	struct tn_request_facts facts = good();
	const struct tn_holder superior = SEC1;
	const struct tn_holder second = SYS1;

	facts.kind = TN_REQUEST_REVOKE;
	facts.role = TN_ROLE_SECURITY;
	facts.level = 1;
	facts.subject = superior;
	facts.superior = superior;
	facts.second = second;
	return facts;
}

#define JUDGED(facts, verdict) \
	cr_expect_eq(tn_request_judge(&(facts)), TN_REQUEST_##verdict)

Test(request_rule, nothing_is_done_without_two_signatures_CI_2_2)
{
	struct tn_request_facts facts = good();

	JUDGED(facts, DO);
	facts.has_second = false;
	JUDGED(facts, WAIT);
	facts = good();
	facts.has_superior = false;
	JUDGED(facts, WAIT);
	facts = good();
	facts.is_same_signer = true;
	JUDGED(facts, SAME_SIGNER);
	facts = good();
	facts.subject_signed = true;
	JUDGED(facts, SUBJECT_SIGNED);
}

Test(request_rule, signers_are_judged_when_it_is_carried_out)
{
	struct tn_request_facts facts = good();

	facts.superior.is_active = false;
	JUDGED(facts, NO_SUPERIOR);
	facts = good();
	facts.superior.level = 2;
	JUDGED(facts, NO_SUPERIOR);
	facts = good();
	facts.second.is_active = false;
	JUDGED(facts, NO_SECOND);
	facts = good();
	facts.second.role = TN_ROLE_NONE;
	JUDGED(facts, NO_SECOND);
}

Test(request_rule, what_nobody_understands_is_refused)
{
	struct tn_request_facts facts = good();

	facts.kind = TN_REQUEST_UNKNOWN;
	JUDGED(facts, NONSENSE);
	facts = good();
	facts.role = TN_ROLE_NONE;
	JUDGED(facts, NONSENSE);
	facts = good();
	facts.level = 3;
	JUDGED(facts, NONSENSE);
	facts = good();
	facts.subject_is_one = false;
	JUDGED(facts, NOT_ONE);
}

Test(request_rule, a_request_lapses)
{
	struct tn_request_facts facts = good();

	facts.age = (int64_t)TN_REQUEST_DAYS * 86400;
	JUDGED(facts, DO);
	facts.age++;
	JUDGED(facts, LAPSED);
	facts.has_second = false;
	JUDGED(facts, LAPSED);
}

Test(request_rule, nobody_combines_two_roles_CI_P34)
{
	const struct tn_holder others[] = { SEC1, SEC2, AUD1, HR1 };
	struct tn_request_facts facts;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(others); i++) {
		facts = good();
		facts.subject = others[i];
		JUDGED(facts, COMBINES);
	}
	facts = good();
	facts.subject.is_active = false;
	JUDGED(facts, NOT_ACTIVE);
}

Test(request_rule, a_level_goes_up_by_a_grant_and_down_by_a_revocation)
{
	const struct tn_holder second_level = SYS2;
	const struct tn_holder first_level = SYS1;
	struct tn_request_facts facts = good();

	facts.subject = second_level;
	JUDGED(facts, DONE);
	facts.level = 1;
	facts.second = first_level;
	JUDGED(facts, DO);
	facts.subject = first_level;
	JUDGED(facts, DONE);
	facts.level = 2;
	JUDGED(facts, OTHER_LEVEL);
}

Test(request_rule, the_last_two_of_the_first_level_stay)
{
	struct tn_request_facts facts = good_revoke();

	JUDGED(facts, DO);
	facts.superiors_left = 1;
	JUDGED(facts, LAST_TWO);
	facts.kind = TN_REQUEST_SUSPEND;
	JUDGED(facts, LAST_TWO);
	/* Access ends all the same (CI-P38). */
	facts.kind = TN_REQUEST_DEPART;
	JUDGED(facts, DO_LOCK);
	facts.role = facts.subject.role = TN_ROLE_AUDIT;
	JUDGED(facts, DO);
}

Test(request_rule, who_holds_it_otherwise_is_left_alone)
{
	struct tn_request_facts facts = good_revoke();

	facts.kind = TN_REQUEST_SUSPEND;
	facts.subject.level = 2;
	JUDGED(facts, OTHER_LEVEL);
	facts.subject.role = TN_ROLE_HR;
	JUDGED(facts, NOT_HELD);
	facts.kind = TN_REQUEST_REVOKE;
	JUDGED(facts, DONE);
}

Test(request_rule, what_was_begun_is_finished_whoever_may_sign_by_now)
{
	struct tn_request_facts facts = good_revoke();

	facts.is_begun = true;
	facts.second.is_active = false;
	facts.kind = TN_REQUEST_DEPART;
	JUDGED(facts, DO);
	facts.superiors_left = 1;
	JUDGED(facts, DO_LOCK);
	facts.subject.role = TN_ROLE_NONE;
	JUDGED(facts, DONE);
	facts = good_revoke();
	facts.is_begun = true;
	facts.kind = TN_REQUEST_SUSPEND;
	JUDGED(facts, DONE);
}

Test(request_rule, every_verdict_but_waiting_has_words)
{
	int verdict;

	for (verdict = 0; verdict < TN_REQUEST_VERDICTS; verdict++) {
		const char *words =
		    tn_request_words((enum tn_request_verdict)verdict);

		if (verdict == TN_REQUEST_WAIT) {
			cr_expect_null(words);
			continue;
		}
		cr_assert_not_null(words, "%d", verdict);
		cr_expect_eq(!strncmp(words, "granted", 7),
		             verdict <= TN_REQUEST_DONE, "%s", words);
	}
}

Test(request_rule, words_are_read_as_they_are_written)
{
	int i;

	for (i = 1; i < TN_ROLE_COUNT; i++)
		cr_expect_eq((int)tn_role_parse(tn_role_text((enum tn_role)i)),
		             i);
	for (i = 1; i < TN_REQUEST_KINDS; i++)
		cr_expect_eq((int)tn_request_kind_parse(
		                 tn_request_kind_text((enum tn_request_kind)i)),
		             i);
	cr_expect_eq(tn_role_parse("System"), TN_ROLE_SYSTEM);
	cr_expect_eq(tn_role_parse("root"), TN_ROLE_NONE);
	cr_expect_eq(tn_role_parse(NULL), TN_ROLE_NONE);
	cr_expect_eq(tn_request_kind_parse("Grant"), TN_REQUEST_UNKNOWN);
	cr_expect_null(tn_role_text(TN_ROLE_NONE));
}

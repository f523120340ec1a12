#include "judge_person.h"

#include "account/serve_rule.h"

enum tn_refusal
person_refusal(const struct person *person, const struct tn_config *config)
{
	static const char *const home[] = { "/home", NULL };
	struct tn_serve_policy policy = {
		.min_uid = config->min_uid,
		.home_roots = home,
	};
	enum tn_refusal refusal;

	if (config->home_roots[0])
		policy.home_roots = (const char *const *)config->home_roots;
	refusal = tn_serve_refusal(person->account, &policy, NULL);
	if (!refusal && person->is_second)
		refusal = TN_REFUSAL_SECOND_ACCOUNT;
	if (!refusal && person->is_second_uid)
		refusal = TN_REFUSAL_SECOND_UID;
	return refusal;
}

struct tn_verdict
person_verdict(const struct person *person, const struct tn_config *config,
               const struct tn_moment *moment, enum tn_way way)
{
	const struct tn_policy policy = {
		.key_change = tn_key_change_from_text(config->key_change),
		.max_age_days = config->max_age_days,
		.lead_days = config->lead_days,
		.warn_days = config->warn_days,
		.max_silence = config->max_silence,
	};
	const struct tn_facts facts = {
		.account = person->account,
		.refusal = person_refusal(person, config),
		.was_served = true,
		.locks = person->locks,
		.admitted = true,
		.heard = moment->now,
	};

	return tn_verdict(&facts, &policy, moment, way);
}

bool
person_is_dead(const struct person *person, const struct tn_config *config,
               const struct tn_moment *moment)
{
	const struct tn_verdict verdict =
	    person_verdict(person, config, moment, TN_WAY_SESSION);

	return tn_verdict_is_dead(&verdict);
}

const char *
way_text(enum tn_way way)
{
	switch (way) {
	case TN_WAY_PASSWORD:
		return "password";
	case TN_WAY_KEY:
		return "key";
	case TN_WAY_SUDO:
		return "sudo";
	case TN_WAY_CRON:
		return "cron";
	case TN_WAY_SESSION:
		return "session";
	case TN_WAY_COUNT:
		break;
	}
	return "";
}

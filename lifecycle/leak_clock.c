/* Where a case stands, and by which of its clocks. */
#include "leak_case.h"

#include "base/attrs.h"

#define HOUR_MS (INT64_C(3600) * 1000)
#define DAY_MS  (24 * HOUR_MS)

const char *
leak_case_state(const struct leak_case *leak)
{
	if (leak->restored != TN_TIME_NONE)
		return "restored";
	if (*leak->closed_by)
		return "closed";
	return *leak->verified_by ? "verified" : "reported";
}

struct tn_leak_targets
leak_case_targets(const struct tn_config *config)
{
	return (struct tn_leak_targets){ .of = {
		[TN_LEAK_REPORT] = config->leak_report_hours * HOUR_MS,
		[TN_LEAK_LOCK] = config->leak_lock_seconds * INT64_C(1000),
		[TN_LEAK_VERIFY] = config->leak_verify_days * DAY_MS,
		[TN_LEAK_RESTORE] = config->leak_restore_days * DAY_MS,
	} };
}

void
leak_case_clocks(const struct leak_case *leak, int64_t now,
                 struct tn_leak_clock ret[TN_LEAK_CLOCKS])
{
	struct tn_leak_facts facts = {
		.discovered = leak->discovered,
		.reported = leak->reported,
		.verified = leak->verified,
		.restored = leak->restored,
		.now = now,
		.slowest = TN_TIME_NONE,
		.hosts_missing = leak->hosts_missing,
	};
	size_t i;

	for (i = 0; i < leak->effect_count; i++) {
		const struct leak_effect *effect = &leak->effects[i];

		if (!effect->is_answer)
			continue;
		if (effect->seen == TN_TIME_NONE)
			facts.hosts_missing++;
		if (effect->seen > facts.slowest)
			facts.slowest = effect->seen;
		if (effect->finished > facts.slowest)
			facts.slowest = effect->finished;
		if (effect->is_unfinished || effect->left > 0)
			facts.hosts_open++;
	}
	tn_leak_clocks(&facts, &leak->targets, ret);
}

bool
leak_case_is_over(const struct leak_case *leak, int64_t now)
{
	struct tn_leak_clock clocks[TN_LEAK_CLOCKS];
	bool is_over = false;
	size_t i;

	leak_case_clocks(leak, now, clocks);
	for (i = 0; i < TN_ARRAY_LEN(clocks); i++)
		is_over = is_over || clocks[i].is_over;
	return is_over;
}

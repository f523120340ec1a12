/* Leaks that are past one of their clocks (UM-15.1, IS-9). */
#include <stdio.h>
#include <string.h>

#include "finding_add.h"
#include "leak_case.h"
#include "leak_half.h"

static int
judge(struct finder *finder, const struct leak_case *leak, struct tn_err *err)
{
	const struct found found = {
		.rule = FINDING_LEAK,
		.severity = FINDING_CRITICAL,
		.subject = leak->name,
		.since = leak->reported,
		.todo = "tenure leak show: verify, look at what is left, close",
	};
	struct tn_leak_clock clocks[TN_LEAK_CLOCKS];
	char late[FINDING_TEXT_MAX / 2] = "";
	char words[240];
	bool is_left = false;
	bool is_reported = false;
	size_t len = 0;
	size_t i;

	leak_case_clocks(leak, finder->input->moment->now, clocks);
	for (i = 0; i < TN_ARRAY_LEN(clocks) && len < sizeof(late); i++) {
		if (!clocks[i].is_over)
			continue;
		len += (size_t)snprintf(
		    late + len, sizeof(late) - len, "%s%s", len ? ", " : "",
		    tn_leak_clock_words((enum tn_leak_clock_name)i));
	}
	for (i = 0; i < leak->effect_count; i++) {
		const struct leak_effect *effect = &leak->effects[i];

		is_left = is_left || effect->left > 0 || effect->is_unfinished;
		is_reported =
		    is_reported || effect->reported > 0 || effect->is_local;
	}
	snprintf(words, sizeof(words), "%s%s%s%s",
	         !leak->hosts_missing ? ""
	         : leak->silent.count ? "; hosts have not answered here, and "
	                                "whether they did to the other "
	                                "directory server is not known"
	                              : "; hosts have not answered",
	         leak->silent.count ? "; that server was not heard" : "",
	         is_left ? "; programs of the person were left" : "",
	         is_reported ? "; programs that may be the person's run on"
	                     : "");
	return finding_add(
	    finder, &found, err,
	    "the leak of %s (%s) is %s and past its target: %s%s", leak->login,
	    leak->staff_number, leak_case_state(leak), late, words);
}

/* No host alone locks who holds a role: somebody has to. */
static int
judge_half(struct finder *finder, const struct leak_half *half,
           struct tn_err *err)
{
	const struct found found = {
		.rule = FINDING_LEAK_HALF,
		.severity = FINDING_CRITICAL,
		.subject = *half->login ? half->login : half->staff_number,
		.since = half->reported,
		.todo = "tenure leak report NAME --reason TEXT --as LOGIN",
	};

	return finding_add(finder, &found, err,
	                   "holds a role, reported the own leak on %.64s (%s), "
	                   "and is closed there alone",
	                   half->host, half->name);
}

int
finding_add_leaks(struct finder *finder, struct tn_err *err)
{
	const struct leak_cases *cases = finder->input->leaks;
	const struct leak_halves *halves = finder->input->halves;
	size_t i;
	int r = TN_OK;

	for (i = 0; halves && i < halves->count && !r; i++)
		r = judge_half(finder, &halves->of[i], err);

	for (i = 0; cases && i < cases->count && !r; i++)
		if (cases->of[i]->restored == TN_TIME_NONE &&
		    leak_case_is_over(cases->of[i], finder->input->moment->now))
			r = judge(finder, cases->of[i], err);
	return r;
}

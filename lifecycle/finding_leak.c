/* Leaks that are past one of their clocks (UM-15.1, IS-9). */
#include <stdio.h>
#include <string.h>

#include "finding_add.h"
#include "leak_case.h"

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
	char words[160];
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
	         leak->hosts_missing ? "; hosts have not answered" : "",
	         leak->silent.count ? "; a directory server was not heard" : "",
	         is_left ? "; programs of the person were left" : "",
	         is_reported ? "; programs that may be the person's run on"
	                     : "");
	return finding_add(
	    finder, &found, err,
	    "the leak of %s (%s) is %s and past its target: %s%s", leak->login,
	    leak->staff_number, leak_case_state(leak), late, words);
}

int
finding_add_leaks(struct finder *finder, struct tn_err *err)
{
	const struct leak_cases *cases = finder->input->leaks;
	size_t i;
	int r = TN_OK;

	for (i = 0; cases && i < cases->count && !r; i++)
		if (cases->of[i]->restored == TN_TIME_NONE &&
		    leak_case_is_over(cases->of[i], finder->input->moment->now))
			r = judge(finder, cases->of[i], err);
	return r;
}

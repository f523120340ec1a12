/* tenure suspend: nobody gets in as this person until a release. */
#include "command.h"

#include <jansson.h>
#include <stdio.h>

#include "base/day.h"
#include "command_option.h"
#include "journal_person.h"
#include "person_verb.h"
#include "suspend.h"

static void
tell(const struct command_run *run, const struct person *person, bool is_new)
{
	const struct tn_account *account = person->account;
	json_t *root;

	if (!run->json) {
		if (is_new)
			printf("%s (%s) is suspended: locked, read back\n",
			       account->login, account->real_name);
		else
			printf("%s (%s) was suspended before: nothing to do\n",
			       account->login, account->real_name);
		return;
	}
	root =
	    json_pack("{s:s, s:s, s:s, s:s}", "login", account->login, "name",
	              account->real_name, "staff_number", account->staff_number,
	              "outcome", is_new ? "suspended" : "suspended-before");
	json_dumpf(root, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(root);
}

int
cmd_suspend(struct command_run *run)
{
	const char *name = NULL;
	const char *reason = NULL;
	const char *until = NULL;
	const struct command_option options[] = {
		{ .name = "--reason", .value = &reason },
		{ .name = "--until", .value = &until },
		{ .name = NULL },
	};
	struct person_verb verb = PERSON_VERB_INIT;
	struct tn_err err = TN_ERR_INIT;
	char until_text[TN_DAY_TEXT_MAX];
	bool is_new = false;
	int32_t day;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	status = command_reason(run, reason);
	if (status != COMMAND_GO_ON)
		return status;
	if (until) {
		if (tn_day_parse(until, &day, NULL))
			return command_usage(run, "--until is YYYY-MM-DD");
		tn_day_format(day, until_text);
		until = until_text;
	}
	r = person_verb_begin(run, name, &verb, &err);
	if (!r && !suspend_is_complete(verb.person)) {
		is_new = true;
		(void)((r = journal_change_person(run, &verb.session,
		                                  verb.person, reason, &err)) ||
		       (r = suspend(&verb.session, verb.person, reason, until,
		                    &err)));
	}
	if (!r)
		tell(run, verb.person, is_new);
	return person_verb_end(run, &verb, r, &err);
}

/* tenure leak list and show: where each case stands, by its clocks, and what
   every host did. Status 1 where a clock is past its target. */
#include "leak_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "command_option.h"
#include "journal_person.h"
#include "leak_half.h"
#include "leak_view.h"

static int
read_all(struct command_run *run, struct session *session,
         struct leak_cases *cases, struct leak_halves *halves,
         struct tn_err *err)
{
	struct journal_list list;
	size_t i;
	int r;

	(void)((r = session_open(run, session, err)) ||
	       (r = leak_cases_read(session, cases, err)) ||
	       (r = leak_halves_read(session, halves, err)));
	for (i = 0; i < cases->count && !r; i++)
		if (cases->of[i]->restored == TN_TIME_NONE)
			r = leak_hosts_read(session, cases->of[i], err);
	if (r)
		return r;
	journal_list_init(&list);
	for (i = 0; i < cases->count; i++)
		journal_list_put(&list, cases->of[i]->login,
		                 cases->of[i]->staff_number);
	for (i = 0; i < halves->count; i++)
		journal_list_put(&list, halves->of[i].login,
		                 halves->of[i].staff_number);
	r = journal_read_list(run, session, &list, NULL, err);
	journal_list_done(&list);
	return r;
}

/* What is not even a case: one host closed it, and no other. */
static void
show_halves(const struct leak_halves *halves, json_t *array)
{
	char reported[TN_RFC3339_TEXT_MAX];
	char text[512];
	size_t i;

	for (i = 0; i < halves->count; i++) {
		const struct leak_half *half = &halves->of[i];

		leak_half_text(half, text, sizeof(text));
		tn_rfc3339_format(half->reported, reported);
		if (!array)
			printf("%s  NO CASE  %s  %s\n", half->name, reported,
			       text);
		else
			json_array_append_new(
			    array,
			    json_pack("{s:n, s:s, s:s, s:s, s:s, s:s, s:s}",
			              "case", "report", half->name, "login",
			              half->login, "staff_number",
			              half->staff_number, "state",
			              "one host alone", "host", half->host,
			              "reported", reported));
	}
}

int
leak_list(struct command_run *run)
{
	bool all = false;
	const struct command_option options[] = {
		{ .name = "--all", .flag = &all },
		{ .name = NULL },
	};
	struct session session = { .config = NULL };
	struct leak_cases cases = { .count = 0 };
	struct leak_halves halves = { .count = 0 };
	struct tn_err err = TN_ERR_INIT;
	bool is_over = false;
	json_t *array = json_array();
	size_t i;
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON) {
		json_decref(array);
		return status;
	}
	r = read_all(run, &session, &cases, &halves, &err);
	for (i = 0; i < cases.count && !r; i++) {
		const struct leak_case *leak = cases.of[i];
		const bool is_done = leak->restored != TN_TIME_NONE;

		/* Of what is over, the clocks are history: leak show. */
		if (!is_done && leak_case_is_over(leak, session.moment.now))
			is_over = true;
		if (is_done && !all)
			continue;
		if (run->json)
			json_array_append_new(
			    array, leak_view_json(leak, session.moment.now));
		else
			leak_view_line(leak, session.moment.now);
	}
	if (!r)
		show_halves(&halves, run->json ? array : NULL);
	if (!r && run->json) {
		json_dumpf(array, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	fflush(stdout);
	status = r                         ? command_fail(run, &err)
	         : is_over || halves.count ? EXIT_FINDINGS
	                                   : EXIT_CLEAN;
	json_decref(array);
	leak_halves_done(&halves);
	leak_cases_done(&cases);
	session_close(&session);
	return status;
}

int
leak_show(struct command_run *run)
{
	bool all = false;
	const struct command_option options[] = {
		{ .name = "--all", .flag = &all },
		{ .name = NULL },
	};
	struct leak_verb verb = { .leak = NULL };
	struct tn_err err = TN_ERR_INIT;
	const char *name = NULL;
	bool is_over = false;
	json_t *json;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = leak_verb_begin(run, name, &verb, &err)) ||
	       (r = leak_hosts_read(&verb.session, verb.leak, &err)) ||
	       (r = leak_verb_journal(run, &verb, false, NULL, &err)));
	if (!r) {
		is_over = leak_case_is_over(verb.leak, verb.session.moment.now);
		if (run->json) {
			json =
			    leak_view_json(verb.leak, verb.session.moment.now);
			json_dumpf(json, stdout, JSON_INDENT(1));
			putchar('\n');
			json_decref(json);
		} else {
			leak_view_print(verb.leak, verb.session.moment.now,
			                all);
		}
	}
	status = leak_verb_end(run, &verb, r, &err);
	return status == EXIT_CLEAN && is_over ? EXIT_FINDINGS : status;
}

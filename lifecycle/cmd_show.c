/* tenure show: one account. */
#include "command.h"

#include <stdio.h>

#include "account_view.h"
#include "command_option.h"
#include "journal_person.h"
#include "people_find.h"
#include "session.h"

int
cmd_show(struct command_run *run)
{
	const struct command_option options[] = { { .name = NULL } };
	struct session session = { .config = NULL };
	struct account_view view = { .people = NULL };
	struct people *people = NULL;
	struct tn_err err = TN_ERR_INIT;
	const char *name = NULL;
	json_t *json = NULL;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = session_open(run, &session, &err)) ||
	       (r = people_find(&session, name, &people, &view.person, &err)));
	if (r == TN_E_NOT_FOUND && session.connection) {
		status = command_refuse(run, "%s", err.text);
		goto out;
	}
	if (r) {
		status = command_fail(run, &err);
		goto out;
	}
	r = journal_read_person(run, &session, view.person, &err);
	if (r) {
		status = command_fail(run, &err);
		goto out;
	}
	view.people = people;
	view.config = session.config;
	view.moment = &session.moment;
	if (run->json) {
		json = account_view_json(&view);
		json_dumpf(json, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		account_view_print(stdout, &view);
	}
	status = EXIT_CLEAN;
out:
	json_decref(json);
	people_free(people);
	session_close(&session);
	return status;
}

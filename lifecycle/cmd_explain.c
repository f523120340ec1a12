/*
 * tenure explain: why can she (not) log in? On a login host the daemon is
 * asked, which knows all that decides there; where there is none, on the
 * directory server, the directory's facts are judged by the same function.
 */
#include "command.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account_view.h"
#include "base/text.h"
#include "command_option.h"
#include "explain_host.h"
#include "journal_person.h"
#include "people_find.h"
#include "session.h"
#include "wire/wire.h"

static int
explain_here(struct command_run *run, const char *name)
{
	struct session session = { .config = NULL };
	struct account_view view = { .people = NULL };
	struct people *people = NULL;
	struct tn_err err = TN_ERR_INIT;
	json_t *json = NULL;
	int status = EXIT_CLEAN;
	int r;

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
		json = account_explain_json(&view);
		json_dumpf(json, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		account_explain_print(stdout, &view);
	}
out:
	json_decref(json);
	people_free(people);
	session_close(&session);
	return status;
}

int
cmd_explain(struct command_run *run)
{
	const struct command_option options[] = { { .name = NULL } };
	const char *name = NULL;
	int status;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	if (!access(TN_WIRE_SOCKET, F_OK))
		return explain_host(run, TN_WIRE_SOCKET, name);
	return explain_here(run, name);
}

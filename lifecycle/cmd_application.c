/* tenure application: which applications there are, and one as a form. */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "application_store.h"
#include "application_view.h"
#include "base/day.h"
#include "command_option.h"
#include "display.h"
#include "journal_write.h"
#include "session.h"

static int
fail(struct command_run *run, struct session *session, int r,
     const struct tn_err *err)
{
	fflush(stdout);
	if (r == TN_E_NOT_FOUND && session->connection)
		return command_refuse(run, "%s", err->text);
	return r ? command_fail(run, err) : EXIT_CLEAN;
}

static void
print_line(const struct application *application)
{
	char department[APPLICATION_FIELD_MAX];
	char name[APPLICATION_FIELD_MAX + 1];
	char filed[TN_RFC3339_TEXT_MAX];

	application_clean(application->name, name);
	printf("%-20s %-8s %-10s ", name,
	       application_kind_text(application->kind),
	       application_state_text(application_state(application)));
	tn_rfc3339_format(application->filed, filed);
	printf("%.10s  ", filed);
	application_dn_value(application->department_dn, department,
	                     sizeof(department));
	application_clean(department, name);
	display_pad(stdout, name, 12);
	if (application->count == 1) {
		application_clean(application->people[0].number, name);
		printf("  %s ", name);
		application_clean(application->people[0].name, name);
		puts(name);
	} else {
		printf("  %zu people\n", application->number_count);
	}
}

/* Of the whole, what waits for a signature unless all are asked for. */
static int
list(struct command_run *run)
{
	bool all = false;
	const struct command_option options[] = {
		{ .name = "--all", .flag = &all },
		{ .name = NULL },
	};
	const struct journal_matter matter = { .people = "applications" };
	struct session session = { .config = NULL };
	struct application_set set = { .count = 0 };
	struct tn_err err = TN_ERR_INIT;
	json_t *root = NULL;
	int status;
	size_t i;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = session_open(run, &session, &err)) ||
	       (r = application_set_read(&session, &set, &err)) ||
	       (r = journal_read(run, &session, &matter, &err)));
	if (!r && run->json)
		root = json_array();
	for (i = 0; !r && i < set.count; i++) {
		enum application_state state = application_state(set.of[i]);

		if (!all && state != APPLICATION_FILED &&
		    state != APPLICATION_CONFIRMED)
			continue;
		if (root)
			json_array_append_new(root,
			                      application_json(set.of[i]));
		else
			print_line(set.of[i]);
	}
	if (root) {
		json_dumpf(root, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(root);
	}
	status = fail(run, &session, r, &err);
	application_set_done(&set);
	session_close(&session);
	return status;
}

static int
show(struct command_run *run)
{
	bool html = false;
	const char *name = NULL;
	const struct command_option options[] = {
		{ .name = "--html", .flag = &html },
		{ .name = NULL },
	};
	char people[APPLICATION_NAME_MAX + 32];
	const struct journal_matter matter = { .people = people };
	struct session session = { .config = NULL };
	struct application *application = NULL;
	struct application_view view;
	struct tn_err err = TN_ERR_INIT;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = session_open(run, &session, &err)) ||
	       (r = application_read(&session, name, &application, &err)) ||
	       (r = application_view_make(&session, application, &view, &err)));
	if (!r) {
		snprintf(people, sizeof(people), "application %.64s",
		         application->name);
		r = journal_read(run, &session, &matter, &err);
	}
	if (!r && run->json) {
		json_t *root = application_json(application);

		json_dumpf(root, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(root);
	} else if (!r && html) {
		application_print_html(stdout, &view);
	} else if (!r) {
		application_print(stdout, &view);
	}
	status = fail(run, &session, r, &err);
	application_free(application);
	session_close(&session);
	return status;
}

int
cmd_application(struct command_run *run)
{
	struct command_run part = *run;

	if (run->argc < 2)
		return command_usage(run, "list or show is missing");
	part.argc--;
	part.argv++;
	if (!strcmp(part.argv[0], "list"))
		return list(&part);
	if (!strcmp(part.argv[0], "show"))
		return show(&part);
	if (!strcmp(part.argv[0], "--help"))
		return list(&part);
	return command_usage(run, "%s is neither list nor show", part.argv[0]);
}

/* tenure department: who heads which department. */
#include "command.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "application_staff.h"
#include "application_view.h"
#include "command_option.h"
#include "department.h"
#include "directory/search.h"
#include "display.h"
#include "journal_write.h"
#include "session.h"

static int
set(struct command_run *run)
{
	const char *name = NULL;
	const char *head = NULL;
	const struct command_option options[] = {
		{ .name = "--head", .value = &head },
		{ .name = NULL },
	};
	struct session session = { .config = NULL };
	struct application_staff staff = { .count = 0 };
	struct tn_err err = TN_ERR_INIT;
	char people[TN_LOGIN_MAX + TN_STAFF_MAX + 8];
	char reason[APPLICATION_FIELD_MAX + 32];
	const struct journal_matter matter = { .people = people,
		                               .reason = reason };
	char dn[TN_DN_MAX + 1];
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	if (!head)
		return command_usage(run, "say who with --head LOGIN");
	(void)((r = session_open(run, &session, &err)) ||
	       (r = department_dn(&session, name, dn, &err)) ||
	       (r = application_staff_find(&session, head, &staff, &err)));
	if (!r) {
		snprintf(people, sizeof(people), "%s %s", staff.login,
		         staff.number);
		snprintf(reason, sizeof(reason), "head of %.200s", name);
		(void)((r = journal_change(run, &session, &matter, &err)) ||
		       (r = department_set(&session, dn, staff.dn, &err)));
	}
	if (!r && !run->json)
		printf("%s (%s) heads %s\n", staff.name, staff.login, name);
	fflush(stdout);
	if (r == TN_E_NOT_FOUND && session.connection)
		status = command_refuse(run, "%s", err.text);
	else
		status = r ? command_fail(run, &err) : EXIT_CLEAN;
	if (r)
		journal_outcome(run, &session, status, err.text);
	session_close(&session);
	return status;
}

struct listing {
	json_t *root; /* with --json */
};

static int
found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const struct listing *listing = arg;
	const char *head = tn_entry_text(entry, "tenureDepartmentHead");
	const char *cn = tn_entry_name(entry, "cn");
	char name[APPLICATION_FIELD_MAX + 1];
	char login[APPLICATION_FIELD_MAX + 1];

	(void)err;
	application_clean(cn ? cn : entry->dn, name);
	application_dn_value(head ? head : "", login, sizeof(login));
	if (listing->root) {
		json_array_append_new(
		    listing->root,
		    json_pack("{s:s, s:s}", "department", name, "head", login));
		return TN_OK;
	}
	display_pad(stdout, name, 24);
	application_clean(login, name);
	printf(" %s\n", name);
	return TN_OK;
}

static int
list(struct command_run *run)
{
	static const struct command_option options[] = { { .name = NULL } };
	static const char *const attributes[] = { "cn", "tenureDepartmentHead",
		                                  NULL };
	const struct journal_matter matter = { .people = "departments" };
	struct session session = { .config = NULL };
	struct listing listing = { .root = NULL };
	struct tn_err err = TN_ERR_INIT;
	char base[TN_DN_MAX + 1];
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	if (run->json)
		listing.root = json_array();
	(void)((r = session_open(run, &session, &err)) ||
	       (r = journal_read(run, &session, &matter, &err)));
	if (!r) {
		snprintf(base, sizeof(base), "ou=departments,%.*s",
		         TN_DN_MAX - 32, session.config->base);
		r = tn_search(session.connection, base, TN_SCOPE_ONE,
		              "(objectClass=tenureDepartment)", attributes,
		              found, &listing, &err);
	}
	if (!r && listing.root) {
		json_dumpf(listing.root, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	json_decref(listing.root);
	fflush(stdout);
	status = r ? command_fail(run, &err) : EXIT_CLEAN;
	session_close(&session);
	return status;
}

int
cmd_department(struct command_run *run)
{
	struct command_run part = *run;

	if (run->argc < 2)
		return command_usage(run, "set or list is missing");
	part.argc--;
	part.argv++;
	if (!strcmp(part.argv[0], "set"))
		return set(&part);
	if (!strcmp(part.argv[0], "list") || !strcmp(part.argv[0], "--help"))
		return list(&part);
	return command_usage(run, "%s is neither set nor list", part.argv[0]);
}

/* tenure depart: one person leaves, now. */
#include "command.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "application_store.h"
#include "command_option.h"
#include "depart.h"
#include "journal_person.h"
#include "person_verb.h"

#define REASON_SIZE (TN_REASON_MAX + APPLICATION_NAME_MAX + 16)

/* UM-11: the closure that two people approved. Its name goes into the reason.
   Departures of staff need none, since HR's roster confirms them. */
static int
add_application(struct session *session, const struct person *person,
                const char *name, char reason[REASON_SIZE], struct tn_err *err)
{
	struct application *application = NULL;
	size_t len = strlen(reason);
	int r;

	(void)((r = application_read(session, name, &application, err)) ||
	       (r = application_closes(application,
	                               person->account->staff_number, err)));
	if (!r && len + strlen(name) + sizeof(" ()") > TN_REASON_MAX)
		r = tn_fail(err, TN_E_RULE, "the reason is too long");
	if (!r)
		snprintf(reason + len, REASON_SIZE - len, " (%s)",
		         application->name);
	application_free(application);
	return r;
}

static void
print_plan(const struct person *person, const char *reason,
           const char *application, bool apply)
{
	const struct tn_account *account = person->account;

	printf("departure of %s: %s, staff number %s, uid %u\n", account->login,
	       account->real_name, account->staff_number,
	       (unsigned int)account->uid);
	printf("  reason  %s\n", reason);
	if (!application)
		puts("  no application: a departure of staff is what the "
		     "roster confirms (UM-11)");
	if (apply)
		return;
	if (!(person->locks & TN_LOCK_DEPARTURE))
		puts("  would add a departure lock");
	printf("  would set the status from %s to departed, and end the "
	       "password\n",
	       tn_status_text(account->status));
	puts("  hosts then refuse password, key, sudo and cron, and end open "
	     "sessions;\n  files keep their owner's name");
	puts("nothing was written; --apply does it");
}

static void
print_json(const struct person *person, const char *outcome)
{
	json_t *root =
	    json_pack("{s:s, s:s, s:s, s:s}", "login", person->account->login,
	              "name", person->account->real_name, "staff_number",
	              person->account->staff_number, "outcome", outcome);

	json_dumpf(root, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(root);
}

static int
run_depart(struct command_run *run, struct session *session,
           const struct person *person, const char *given,
           const char *application, bool apply, struct tn_err *err)
{
	char reason[REASON_SIZE];
	enum depart_outcome outcome = DEPART_DONE;
	const struct tn_account *account = person->account;
	int r;

	if (depart_is_complete(person)) {
		if (run->json)
			print_json(person, "departed-before");
		else
			printf("%s (%s) departed before: nothing to do\n",
			       account->login, account->real_name);
		return TN_OK;
	}
	snprintf(reason, sizeof(reason), "%s", given);
	r = depart_check(person, err);
	if (!r && application)
		r = add_application(session, person, application, reason, err);
	if (r)
		return r;
	if (!run->json)
		print_plan(person, reason, application, apply);
	if (!apply) {
		if (run->json)
			print_json(person, "would-depart");
		return TN_OK;
	}
	(void)((r = journal_change_person(run, session, person, reason, err)) ||
	       (r = depart(session, person, reason, &outcome, err)));
	if (r)
		return r;
	if (run->json)
		print_json(person, "departed");
	else
		printf("%s (%s) has departed: locked, status departed, read "
		       "back\n",
		       account->login, account->real_name);
	return TN_OK;
}

int
cmd_depart(struct command_run *run)
{
	const char *name = NULL;
	const char *reason = NULL;
	const char *application = NULL;
	bool apply = false;
	const struct command_option options[] = {
		{ .name = "--reason", .value = &reason },
		{ .name = "--application", .value = &application },
		{ .name = "--apply", .flag = &apply },
		{ .name = NULL },
	};
	struct person_verb verb = PERSON_VERB_INIT;
	struct tn_err err = TN_ERR_INIT;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	status = command_reason(run, reason);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = person_verb_begin(run, name, &verb, &err)) ||
	       (r = run_depart(run, &verb.session, verb.person, reason,
	                       application, apply, &err)));
	return person_verb_end(run, &verb, r, &err);
}

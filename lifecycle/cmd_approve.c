/* tenure approve and reject: the two signatures on an application, each in
   the name of who gives it. */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "application_store.h"
#include "base/text.h"
#include "command_option.h"
#include "journal_write.h"
#include "session.h"

/* Before it is signed: what, and on which application. */
static int
journal(struct command_run *run, struct session *session,
        const struct application *application, const char *reason,
        struct tn_err *err)
{
	char people[APPLICATION_NAME_MAX + 32];
	const struct journal_matter matter = { .people = people,
		                               .reason = reason };

	snprintf(people, sizeof(people), "application %.64s",
	         application->name);
	return journal_change(run, session, &matter, err);
}

static int
sign(struct command_run *run, struct session *session,
     const struct application *application, struct tn_err *err)
{
	const bool first = application_state(application) == APPLICATION_FILED;
	struct application_self self;
	int r;

	(void)((r = application_self_read(session, application, &self, err)) ||
	       (r = application_may_sign(application, &self.signer, err)) ||
	       (r = journal(run, session, application,
	                    first ? "confirmed" : "approved", err)) ||
	       (r = application_sign(session, application, self.dn, err)));
	if (r)
		return r;
	if (run->json)
		printf("{\"application\": \"%s\", \"state\": \"%s\"}\n",
		       application->name, first ? "confirmed" : "approved");
	else if (first)
		printf("%s is confirmed; next: %s: tenure approve %s --as "
		       "LOGIN\n",
		       application->name,
		       application_approver(application->kind),
		       application->name);
	else
		printf("%s is approved\n", application->name);
	return TN_OK;
}

static int
reject(struct command_run *run, struct session *session,
       const struct application *application, const char *reason,
       struct tn_err *err)
{
	struct application_self self;
	int r;

	(void)((r = application_self_read(session, application, &self, err)) ||
	       (r = application_may_reject(application, &self.signer, err)) ||
	       (r = journal(run, session, application, reason, err)) ||
	       (r = application_reject(session, application, self.dn, reason,
	                               err)));
	if (r)
		return r;
	if (run->json)
		printf("{\"application\": \"%s\", \"state\": \"rejected\"}\n",
		       application->name);
	else
		printf("%s is rejected, for good\n", application->name);
	return TN_OK;
}

/* reason NULL: approve. */
static int
decide(struct command_run *run, const char *name, const char *reason)
{
	struct session session = { .config = NULL };
	struct application *application = NULL;
	struct tn_err err = TN_ERR_INIT;
	int status;
	int r;

	(void)((r = session_open(run, &session, &err)) ||
	       (r = application_read(&session, name, &application, &err)));
	if (!r && reason)
		r = reject(run, &session, application, reason, &err);
	else if (!r)
		r = sign(run, &session, application, &err);
	fflush(stdout);
	if (r == TN_E_NOT_FOUND && session.connection)
		status = command_refuse(run, "%s", err.text);
	else
		status = r ? command_fail(run, &err) : EXIT_CLEAN;
	if (r)
		journal_outcome(run, &session, status, err.text);
	application_free(application);
	session_close(&session);
	return status;
}

int
cmd_approve(struct command_run *run)
{
	static const struct command_option options[] = { { .name = NULL } };
	const char *name = NULL;
	int status = command_options(run, options, &name, 1, 1);

	return status != COMMAND_GO_ON ? status : decide(run, name, NULL);
}

int
cmd_reject(struct command_run *run)
{
	const char *name = NULL;
	const char *reason = NULL;
	const struct command_option options[] = {
		{ .name = "--reason", .value = &reason },
		{ .name = NULL },
	};
	int status = command_options(run, options, &name, 1, 1);

	if (status != COMMAND_GO_ON)
		return status;
	if (!reason || !*reason || !tn_text_is_utf8(reason, strlen(reason)) ||
	    tn_text_has_control(reason) ||
	    strlen(reason) > APPLICATION_FIELD_MAX)
		return command_usage(run,
		                     "say why with --reason TEXT: one line of "
		                     "UTF-8 of at most %d bytes",
		                     APPLICATION_FIELD_MAX);
	return decide(run, name, reason);
}

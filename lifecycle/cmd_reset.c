/* tenure reset: a new initial password for an ordinary person. */
#include "command.h"

#include <string.h>
#include <strings.h>

#include "command_option.h"
#include "initial_password.h"
#include "journal_person.h"
#include "person_verb.h"

/* The server refuses all of it too, but for a key-only account and a service. */
static int
check(const struct session *session, const struct person *person,
      struct tn_err *err)
{
	const struct tn_account *account = person->account;
	const char *login = account->login;
	const char *who = session->who;

	if (account->kind != TN_KIND_PERSON)
		return tn_fail(err, TN_E_RULE, "%s is a service account",
		               login);
	if (who && !strncmp(who, "dn:", 3) && !strcasecmp(who + 3, account->dn))
		return tn_fail(err, TN_E_RULE,
		               "your own password is changed with passwd");
	if (person->holds_role)
		return tn_fail(
		    err, TN_E_RULE,
		    "%s holds a role, and nobody alone opens that "
		    "account: tenure role revoke %s, the reset, then "
		    "tenure role grant",
		    login, login);
	if (person->locks & TN_LOCK_LEAK)
		return tn_fail(
		    err, TN_E_RULE,
		    "a leak of %s is open: tenure leak close sets the "
		    "new password",
		    login);
	if (person->locks || account->status != TN_STATUS_ACTIVE)
		return tn_fail(err, TN_E_RULE,
		               "%s is locked (%s), and a new password opens "
		               "nothing: tenure show %s",
		               login, tn_status_text(account->status), login);
	if (account->key_only)
		return tn_fail(err, TN_E_RULE,
		               "%s logs in by key alone and has no password",
		               login);
	return TN_OK;
}

static bool
is_reset(const struct person *person, const struct session *session)
{
	return person->account->password_reset &&
	       person->account->reset_time == session->moment.now &&
	       person->account->policy_locked == TN_TIME_NONE;
}

static int
reset(struct command_run *run, struct person_verb *verb, const char *reason,
      bool is_shown, struct tn_err *err)
{
	const struct tn_account *account = verb->person->account;
	struct initial_password password = { .slips = -1 };
	int r;

	(void)((r = check(&verb->session, verb->person, err)) ||
	       (r = journal_change_person(run, &verb->session, verb->person,
	                                  reason, err)) ||
	       (r = initial_password_make(&verb->session, account, is_shown,
	                                  &password, err)) ||
	       (r = initial_password_set(&verb->session, account, &password,
	                                 err)) ||
	       (r = person_read_back(&verb->session, account->login, is_reset,
	                             err)) ||
	       (r = initial_password_tell(run, account, &password, err)));
	initial_password_done(&password);
	return r;
}

int
cmd_reset(struct command_run *run)
{
	const char *name = NULL;
	const char *reason = NULL;
	bool is_shown = false;
	const struct command_option options[] = {
		{ .name = "--reason", .value = &reason },
		{ .name = "--show", .flag = &is_shown },
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
	       (r = reset(run, &verb, reason, is_shown, &err)));
	return person_verb_end(run, &verb, r, &err);
}

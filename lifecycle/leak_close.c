/*
 * tenure leak close: the end of a leak. Signed first, which is what slapd asks
 * for; then every lock of the case is released, the status says what is still
 * open, and where nothing is, a new initial password takes ppolicy's lock away.
 * Until then the old password opens nothing, whatever stops this half way: it
 * is simply run again.
 * Rule    UM-15.1, UM-15.2, UM-13.2.
 */
#include "leak_verb.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/attrs.h"
#include "command_option.h"
#include "directory/write.h"
#include "initial_password.h"
#include "people_find.h"
#include "person_verb.h"
#include "suspend.h"

#define FOR_GOOD "000001010000Z" /* ppolicy's lock without an end */

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

struct closing {
	struct command_run *run;
	struct leak_verb verb;
	struct people *people;
	const struct person *person;
	const char *reason;
	bool is_shown;
	bool is_seconded_only;
};

static bool
is_of_case(const struct leak_case *leak, const char *lock)
{
	size_t i;

	for (i = 0; i < leak->lock_count; i++)
		if (!strcmp(leak->locks[i].name, lock))
			return true;
	return false;
}

/* What the status is once the locks of this case are released. */
static enum tn_status
status_after(const struct closing *closing)
{
	const struct people *people = closing->people;
	unsigned int kinds = 0;
	size_t i;

	for (i = 0; i < people->lock_count; i++)
		if (!people->locks[i]->released &&
		    !is_of_case(closing->verb.leak, people->locks[i]->name))
			kinds |= (unsigned int)people->locks[i]->kind;
	return release_status_of(kinds);
}

static int
sign(struct closing *closing, enum tn_leak_verdict verdict, struct tn_err *err)
{
	struct leak_verb *verb = &closing->verb;
	const bool is_second = verdict == TN_LEAK_MAY_SECOND;
	const struct tn_modification change = {
		TN_MODIFY_ADD,
		is_second ? "tenureCaseClosedSecond" : "tenureCaseClosedBy",
		ONE(leak_verb_self(&verb->session))
	};
	int r;

	/* Signed before by the same person: what was begun is finished. */
	if (!is_second &&
	    !strcasecmp(verb->leak->closed_by, leak_verb_self(&verb->session)))
		return TN_OK;
	r = tn_modify(verb->session.connection, verb->leak->dn, &change, 1,
	              "(&(tenureCaseVerifiedBy=*)(!(tenureCaseItem=*)))", err);
	if (r == TN_E_EXISTS || r == TN_E_RULE)
		return tn_fail(err, TN_E_RULE,
		               "somebody else has closed %s, and finishes it",
		               verb->leak->name);
	return r;
}

/* What the case lists: whatever joined it before the signature, and nothing
   joins it after. */
static int
read_again(struct closing *closing, struct tn_err *err)
{
	struct leak_verb *verb = &closing->verb;
	struct leak_case *now = NULL;
	int r = leak_case_read(&verb->session, verb->leak->name, &now, err);

	if (r)
		return r;
	leak_case_free(verb->leak);
	verb->leak = now;
	people_free(closing->people);
	closing->people = NULL;
	return people_find(&verb->session, now->login, &closing->people,
	                   &closing->person, err);
}

static int
release_locks(struct closing *closing, struct tn_err *err)
{
	struct leak_case *leak = closing->verb.leak;
	size_t i;
	int r;

	for (i = 0; i < leak->lock_count; i++) {
		if (leak->locks[i].released != TN_TIME_NONE)
			continue;
		r = release_add(&closing->verb.session, leak->locks[i].name,
		                closing->reason, err);
		if (r)
			return tn_context(err, "lock %s", leak->locks[i].name);
	}
	return TN_OK;
}

/* Active, and locked for good by ppolicy all the same: only a new password
   takes that away. */
static int
set_status(struct closing *closing, enum tn_status status, struct tn_err *err)
{
	const struct tn_account *account = closing->person->account;
	const struct tn_modification changes[] = {
		{ TN_MODIFY_REPLACE, "tenureStatus",
		  ONE(tn_status_text(status)) },
		{ TN_MODIFY_REPLACE, "pwdAccountLockedTime", ONE(FOR_GOOD) },
	};
	char uuid[TN_UUID_TEXT_MAX];
	char assertion[256];

	if (account->status == status)
		return TN_OK;
	tn_uuid_format(&account->uuid, uuid);
	snprintf(assertion, sizeof(assertion),
	         "(&(entryUUID=%s)(tenureStatus=%s))", uuid,
	         tn_status_text(account->status));
	return tn_modify(closing->verb.session.connection, account->dn, changes,
	                 TN_ARRAY_LEN(changes), assertion, err);
}

/* The end that the lock set. One of the person's own days comes back by the
   enforcer. Of who logs in by key alone the lock goes with it. */
static int
lift_end(struct closing *closing, struct tn_err *err)
{
	const struct tn_account *account = closing->person->account;
	const struct tn_modification changes[] = {
		{ TN_MODIFY_REPLACE, "pwdEndTime", NULL },
		{ TN_MODIFY_REPLACE, "pwdAccountLockedTime", NULL },
	};

	return tn_modify(closing->verb.session.connection, account->dn, changes,
	                 account->key_only ? 2 : 1, "(tenureStatus=active)",
	                 err);
}

static int
note_restored(struct closing *closing, struct tn_err *err)
{
	char now[TN_GTIME_TEXT_MAX];
	const struct tn_modification change = { TN_MODIFY_ADD,
		                                "tenureCaseRestoredTime",
		                                ONE(now) };
	int r;

	r = read_again(closing, err);
	if (!r && closing->verb.leak->released == TN_TIME_NONE)
		r = tn_fail(err, TN_E_INCOMPLETE, "a lock of it is open");
	if (!r && closing->verb.leak->restored != TN_TIME_NONE)
		return TN_OK;
	tn_gtime_format(closing->verb.session.moment.now, now);
	if (!r)
		r = tn_modify(closing->verb.session.connection,
		              closing->verb.leak->dn, &change, 1, NULL, err);
	return r ? tn_context(err,
	                      "%s is restored, and the case does not say "
	                      "so yet: run it again",
	                      closing->verb.leak->login)
	         : TN_OK;
}

static bool
is_restored(const struct person *person, const struct session *session)
{
	(void)session;
	return !(person->locks & TN_LOCK_LEAK) &&
	       person->account->status == TN_STATUS_ACTIVE &&
	       person->account->policy_locked == TN_TIME_NONE &&
	       (person->account->key_only || person->account->password_reset);
}

static int
restore(struct closing *closing, struct tn_err *err)
{
	struct session *session = &closing->verb.session;
	const struct tn_account *account = closing->person->account;
	struct initial_password password = { .slips = -1 };
	int r = TN_OK;

	if (!account->key_only)
		(void)((r = initial_password_make(session, account,
		                                  closing->is_shown, &password,
		                                  err)) ||
		       (r = initial_password_set(session, account, &password,
		                                 err)));
	(void)(r || (r = lift_end(closing, err)) ||
	       (r = person_read_back(session, account->login, is_restored,
	                             err)));
	/* Shown before the case says that it is over: who was stopped between
	   runs it again, for another password. */
	if (!r && !account->key_only)
		r = initial_password_tell(closing->run, account, &password,
		                          err);
	if (!r && fflush(stdout))
		r = tn_fail(err, TN_E_IO, "the new password was not shown");
	initial_password_done(&password);
	return r ? r : note_restored(closing, err);
}

static void
tell(const struct closing *closing, enum tn_status status)
{
	const char *name = closing->verb.leak->name;

	if (closing->run->json)
		return;
	if (closing->is_seconded_only)
		printf("%s: signed, as the first of two peers. Another one of "
		       "the first level of\nsecurity closes it: tenure leak "
		       "close %s --as LOGIN\n",
		       name, name);
	else if (status != TN_STATUS_ACTIVE)
		printf("%s: closed. %s stays %s by another lock, and gets no "
		       "new password\n",
		       name, closing->verb.leak->login, tn_status_text(status));
	else
		printf("%s: closed. Keys do not come back by themselves, nor "
		       "does anything in the homes.\n"
		       "A program that has kept a connection to the directory "
		       "open under the old password\n"
		       "goes on with it: restart slapd, at each provider, "
		       "before the new one is handed out\n",
		       name);
}

/* The locks that are released here are what withdraws keys: one that stands by
   then would open the account again. Nobody adds one to an account that is not
   active. */
static int
check_keys(const struct closing *closing, struct tn_err *err)
{
	const struct tn_account *account = closing->person->account;

	if (!account->keys[0] || account->status != TN_STATUS_LEAK)
		return TN_OK;
	return tn_fail(err, TN_E_RULE,
	               "%s: keys of %s still stand in the directory, which the "
	               "enforcer was to withdraw: systemctl status "
	               "tenured-directory, then run it again",
	               closing->verb.leak->name, account->login);
}

static int
close_case(struct closing *closing, struct tn_err *err)
{
	struct leak_verb *verb = &closing->verb;
	enum tn_leak_verdict verdict = TN_LEAK_VERDICTS;
	enum tn_status status = TN_STATUS_ACTIVE;
	int r;

	(void)((r = people_find(&verb->session, verb->leak->login,
	                        &closing->people, &closing->person, err)) ||
	       (r = leak_verb_may(verb, TN_LEAK_STEP_CLOSE,
	                          closing->person->holds_role, &verdict,
	                          err)) ||
	       (r = check_keys(closing, err)) ||
	       (r = leak_verb_journal(closing->run, verb, true, closing->reason,
	                              err)) ||
	       (r = sign(closing, verdict, err)));
	if (r)
		return r;
	if (verdict == TN_LEAK_MAY_SECOND) {
		closing->is_seconded_only = true;
		tell(closing, status);
		return TN_OK;
	}
	(void)((r = read_again(closing, err)) ||
	       (r = release_locks(closing, err)));
	if (!r)
		status = status_after(closing);
	(void)(r || (r = set_status(closing, status, err)));
	if (r)
		return tn_context(err,
		                  "%s is signed as closed, and not "
		                  "finished: run it again",
		                  verb->leak->name);
	tell(closing, status);
	if (status == TN_STATUS_ACTIVE)
		return restore(closing, err);
	return note_restored(closing, err);
}

int
leak_close(struct command_run *run)
{
	struct closing closing = { .run = run };
	const struct command_option options[] = {
		{ .name = "--reason", .value = &closing.reason },
		{ .name = "--show", .flag = &closing.is_shown },
		{ .name = NULL },
	};
	struct tn_err err = TN_ERR_INIT;
	const char *name = NULL;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	status = command_reason(run, closing.reason);
	if (status != COMMAND_GO_ON)
		return status;
	if (!run->as)
		return command_usage(run, "who closes it? --as LOGIN");
	(void)((r = leak_verb_begin(run, name, &closing.verb, &err)) ||
	       (r = close_case(&closing, &err)));
	people_free(closing.people);
	return leak_verb_end(run, &closing.verb, r, &err);
}

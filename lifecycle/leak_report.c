/*
 * tenure leak report NAME: an administrator says that a password or a key of
 * somebody is known to others. The lock is added first, at whichever provider
 * answers; everything else follows from it. The case is the enforcer's to make;
 * its name is known before.
 */
#include "leak_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/attrs.h"
#include "base/text.h"
#include "directory/write.h"
#include "journal_person.h"
#include "journal_write.h"
#include "lock_write.h"
#include "people_find.h"
#include "person_verb.h"

struct reporting {
	struct command_run *run;
	struct session *session;
	const struct leak_said *said;
	int64_t discovered;
	json_t *json; /* of --json: what became of each */
};

/* The case that is open, or the name that the next one will have. */
static int
case_name(struct reporting *reporting, const struct tn_account *account,
          char ret[LEAK_NAME_MAX + 1], bool *ret_is_open, struct tn_err *err)
{
	struct leak_cases cases;
	size_t i;
	int r;

	*ret_is_open = false;
	r = leak_cases_of(reporting->session, account->dn, &cases, err);
	if (r)
		return r;
	snprintf(ret, LEAK_NAME_MAX + 1, "leak-%s-%zu", account->staff_number,
	         cases.count + 1);
	for (i = 0; i < cases.count; i++) {
		if (*cases.of[i]->closed_by)
			continue;
		*ret_is_open = true;
		snprintf(ret, LEAK_NAME_MAX + 1, "%s", cases.of[i]->name);
	}
	leak_cases_done(&cases);
	return TN_OK;
}

static bool
is_locked(const struct person *person, const struct session *session)
{
	(void)session;
	return (person->locks & TN_LOCK_LEAK) &&
	       person->account->status == TN_STATUS_LEAK;
}

/* Under a name that nobody knows before it is there. name: of the case. */
static int
add_lock(struct reporting *reporting, const struct person *person,
         const char *name, struct tn_err *err)
{
	const struct leak_said *said = reporting->said;
	char discovered[TN_GTIME_TEXT_MAX];
	const struct lock_words words = {
		.incident = name,
		.discovered = discovered,
		.how = said->how,
		.from = said->from,
	};
	int r;

	tn_gtime_format(reporting->discovered, discovered);
	r = lock_add(reporting->session, person->account, TN_LOCK_LEAK,
	             said->what, &words, err);
	return r ? tn_context(err, "%s: the lock", person->account->login) : r;
}

static int
lock(struct reporting *reporting, const struct person *person, const char *name,
     struct tn_err *err)
{
	struct session *session = reporting->session;
	const struct tn_account *account = person->account;
	int r = add_lock(reporting, person, name, err);

	if (r)
		return r;
	r = lock_set_status(session, account, TN_STATUS_LEAK, err);
	/* Of who holds a role, is not active, or where the enforcer was first,
	   it is the enforcer's to write. */
	if (r == TN_E_STALE || r == TN_E_DENIED)
		r = lock_wait_status(session, account, TN_STATUS_LEAK, err);
	if (r == TN_E_INCOMPLETE && person->holds_role)
		return tn_fail(err, r,
		               "%s is shut on every host by the lock; the "
		               "directory's own account is not shut yet. One "
		               "of the last who could undo it takes a second "
		               "person's report, or their own; else see "
		               "systemctl status tenured-directory",
		               account->login);
	if (r)
		return tn_context(err,
		                  "%s is locked by its lock entry; its status",
		                  account->login);
	return person_read_back(session, account->login, is_locked, err);
}

static int
add_value(struct session *session, const char *dn, const char *attribute,
          const char *value, struct tn_err *err)
{
	const char *const values[] = { value, NULL };
	const struct tn_modification change = { TN_MODIFY_ADD, attribute,
		                                values };
	int r = tn_modify(session->connection, dn, &change, 1, NULL, err);

	return r == TN_E_EXISTS ? TN_OK : r;
}

/* One more report of the same leak, into its case: who reports it first, which
   slapd asks for; they close it no more. */
static int
add_report(struct reporting *reporting, const char *name, struct tn_err *err)
{
	const struct leak_said *said = reporting->said;
	struct session *session = reporting->session;
	char dn[TN_DN_MAX + 1];
	char stamp[TN_RFC3339_TEXT_MAX + TN_LOGIN_MAX + 2];
	char discovered[TN_RFC3339_TEXT_MAX];
	char text[3 * TN_REASON_MAX + 256];
	int r;

	snprintf(dn, sizeof(dn), "cn=%s,ou=incidents,%.380s", name,
	         session->config->base);
	leak_verb_stamp(session, stamp, sizeof(stamp));
	tn_rfc3339_format(reporting->discovered, discovered);
	snprintf(text, sizeof(text), "%s: %s (discovered %s%s%s%s%s)", stamp,
	         said->what, discovered, said->how ? ": " : "",
	         said->how ? said->how : "", said->from ? "; from " : "",
	         said->from ? said->from : "");
	r = add_value(session, dn, "tenureCaseReporter",
	              leak_verb_self(session), err);
	return r ? r : add_value(session, dn, "tenureCaseReport", text, err);
}

static void
tell(struct reporting *reporting, const struct tn_account *account,
     const char *name, bool is_new)
{
	if (reporting->json) {
		json_array_append_new(
		    reporting->json,
		    json_pack("{s:s, s:s, s:s, s:s, s:s}", "login",
		              account->login, "name", account->real_name,
		              "staff_number", account->staff_number, "case",
		              name, "outcome",
		              is_new ? "locked" : "locked-before"));
		return;
	}
	if (is_new)
		printf("%s (%s) is locked, everywhere: read back. The case is "
		       "%s; what the\nhosts did: tenure leak show %s\n",
		       account->login, account->real_name, name, name);
	else
		printf("%s (%s) was locked before: one more report of %s\n",
		       account->login, account->real_name, name);
	fflush(stdout);
}

static int
report_one(struct reporting *reporting, const char *word, struct tn_err *err)
{
	struct people *people = NULL;
	const struct person *person = NULL;
	char name[LEAK_NAME_MAX + 1];
	bool is_open = false;
	bool is_new = false;
	int r;

	r = people_find(reporting->session, word, &people, &person, err);
	if (!r && person->account->kind != TN_KIND_PERSON)
		r = tn_fail(err, TN_E_RULE,
		            "%s is a service account: give it an end date, and "
		            "its owner a new secret",
		            person->account->login);
	(void)(r ||
	       (r = case_name(reporting, person->account, name, &is_open,
	                      err)) ||
	       (r = journal_change_person(reporting->run, reporting->session,
	                                  person, reporting->said->what, err)));
	if (r)
		goto out;
	is_new = !is_locked(person, reporting->session);
	if (is_new)
		r = lock(reporting, person, name, err);
	/* The case is not there yet, or is written at the other provider: one
	   more lock, which the enforcer adds to it with who added it. */
	else if (!is_open || !reporting->session->at_writer)
		r = add_lock(reporting, person, name, err);
	else
		r = add_report(reporting, name, err);
	if (!r)
		tell(reporting, person->account, name, is_new);
out:
	people_free(people);
	return r;
}

int
leak_report_in(struct command_run *run, struct session *session,
               const struct leak_said *said, const char *const *names,
               size_t count)
{
	struct reporting reporting = {
		.run = run,
		.session = session,
		.said = said,
	};
	struct tn_err err = TN_ERR_INIT;
	int worst = EXIT_CLEAN;
	int status;
	size_t i;
	int r;

	reporting.json = run->json ? json_array() : NULL;
	r = leak_discovered(session, said->discovered, &reporting.discovered,
	                    &err);
	if (r)
		worst = command_fail(run, &err);
	/* Nobody waits for another's failure. */
	for (i = 0; !r && i < count; i++) {
		struct tn_err own = TN_ERR_INIT;
		int one = report_one(&reporting, names[i], &own);

		if (!one)
			continue;
		status = one == TN_E_NOT_FOUND
		             ? command_refuse(run, "%s", own.text)
		             : command_fail(run, &own);
		journal_outcome(run, session, status, own.text);
		if (status > worst)
			worst = status;
	}
	if (reporting.json) {
		json_dumpf(reporting.json, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(reporting.json);
	}
	return worst;
}

int
leak_report(struct command_run *run, const struct leak_said *said,
            const char *const *names, size_t count)
{
	struct session session = { .config = NULL };
	struct tn_err err = TN_ERR_INIT;
	int r = session_open(run, &session, &err);
	int status = r ? command_fail(run, &err)
	               : leak_report_in(run, &session, said, names, count);

	session_close(&session);
	return status;
}

/* tenure role grant, revoke, suspend, depart: a request, signed by who asks
   where that is one of the two who may. */
#include "role_verb.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "command_option.h"
#include "journal_person.h"
#include "journal_write.h"
#include "people_find.h"
#include "role_view.h"

struct ask {
	struct session session;
	struct people *people;
	const struct person *person;
	struct tn_signed_request request;
	bool is_signed;
};

/* What the person holds is what is taken; and what is given must fit. The
   enforcer judges again, then. */
static int
fill_in(struct ask *ask, struct tn_err *err)
{
	struct tn_signed_request *request = &ask->request;
	const struct tn_account *account = ask->person->account;
	struct tn_found_holder found;
	int r;

	if (account->kind != TN_KIND_PERSON)
		return tn_fail(err, TN_E_RULE, "%s is a service account",
		               account->login);
	r = tn_holder_read(ask->session.connection, ask->session.config->base,
	                   account->dn, &found, err);
	if (r)
		return r;
	if (request->kind != TN_REQUEST_GRANT &&
	    found.holder.role == TN_ROLE_NONE)
		return tn_fail(err, TN_E_RULE, "%s holds no role",
		               account->login);
	if (request->kind != TN_REQUEST_GRANT) {
		request->role = found.holder.role;
		request->level = found.holder.level;
	} else if (found.holder.role != TN_ROLE_NONE &&
	           found.holder.role != request->role) {
		return tn_fail(err, TN_E_RULE,
		               "%s holds %s, and nobody combines two roles",
		               account->login, tn_role_text(found.holder.role));
	} else if (found.holder.role == request->role &&
	           found.holder.level <= request->level) {
		return tn_fail(err, TN_E_RULE, "%s holds %s, level %d",
		               account->login, tn_role_text(request->role),
		               found.holder.level);
	}
	if (!tn_text_copy(request->whom, sizeof(request->whom), account->dn) ||
	    !tn_text_copy(request->staff_number, sizeof(request->staff_number),
	                  account->staff_number))
		return tn_fail(err, TN_E_LIMIT, "%s: too long", account->login);
	request->person_uuid = account->uuid;
	return TN_OK;
}

/* One open request for one thing: slapd does nothing where one person stands in
   both places of requests for the same. */
static int
check_new(struct ask *ask, struct tn_err *err)
{
	struct role_requests open = { .count = 0 };
	size_t i;
	int r;

	r = role_requests_read(&ask->session, false, &open, err);
	for (i = 0; !r && i < open.count; i++)
		if (open.of[i].role == ask->request.role &&
		    !strcasecmp(open.of[i].whom, ask->request.whom))
			r = tn_fail(err, TN_E_RULE,
			            "a request for this role and person waits "
			            "already: tenure request show %s",
			            open.of[i].name);
	role_requests_done(&open);
	return r;
}

/* The own signature, where there is a place for it: it is no error to ask for
   what others have to sign. */
static int
sign_own(struct ask *ask, struct tn_err *err)
{
	struct tn_err own = TN_ERR_INIT;
	enum tn_place place;
	int r;

	r = role_request_find(&ask->session, ask->request.name, &ask->request,
	                      err);
	if (r)
		return tn_context(err, "asked, but not read back");
	r = role_request_place(&ask->session, &ask->request, &place, &own);
	if (r == TN_E_RULE)
		return TN_OK;
	if (!r)
		r = role_request_sign(&ask->session, &ask->request, place,
		                      &own);
	if (r) {
		*err = own;
		return tn_context(err, "request %s is there; your signature",
		                  ask->request.name);
	}
	ask->is_signed = true;
	return role_request_find(&ask->session, ask->request.name,
	                         &ask->request, err);
}

static void
tell(const struct command_run *run, const struct ask *ask)
{
	const struct tn_signed_request *request = &ask->request;
	struct tn_found_holder found = { .is_there = false };
	char code[ROLE_CODE_MAX];
	struct tn_err err = TN_ERR_INIT;
	json_t *json;

	if (run->json) {
		json = role_view_json(request);
		json_dumpf(json, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(json);
		return;
	}
	(void)tn_holder_read(ask->session.connection, ask->session.config->base,
	                     request->whom, &found, &err);
	role_view_print(request, &found);
	role_request_code(request, code);
	printf("nothing is changed yet. %s another signs:\n"
	       "  tenure request show %s --as LOGIN\n"
	       "tell that person the code, %s, in another way than this "
	       "machine\n",
	       ask->is_signed ? "You have signed;" : "You may not sign it;",
	       request->name, code);
}

int
role_ask(struct command_run *run)
{
	const char *reason = NULL;
	const char *level = NULL;
	const struct command_option options[] = {
		{ .name = "--reason", .value = &reason },
		{ .name = "--level", .value = &level },
		{ .name = NULL },
	};
	struct ask ask = { .people = NULL };
	struct tn_err err = TN_ERR_INIT;
	const char *names[2] = { NULL, NULL };
	bool is_grant;
	int status;
	int r;

	ask.request.kind = tn_request_kind_parse(run->argv[0]);
	is_grant = ask.request.kind == TN_REQUEST_GRANT;
	status = command_options(run, options, names, is_grant ? 2 : 1,
	                         is_grant ? 2 : 1);
	if (status != COMMAND_GO_ON)
		return status;
	if (is_grant && !(ask.request.role = tn_role_parse(names[0])))
		return command_usage(run, "%.64s is no role: tenure role list",
		                     names[0]);
	if (level && (!is_grant || (strcmp(level, "1") && strcmp(level, "2"))))
		return command_usage(run, "--level is 1 or 2, of a grant");
	ask.request.level =
	    level && *level == '1' ? TN_LEVEL_FIRST : TN_LEVEL_SECOND;
	status = command_reason(run, reason);
	if (status != COMMAND_GO_ON)
		return status;
	(void)tn_text_copy(ask.request.reason, sizeof(ask.request.reason),
	                   reason);
	if (!run->as)
		return command_usage(
		    run, "two people sign for this, as themselves: --as LOGIN");
	(void)((r = session_open(run, &ask.session, &err)) ||
	       (r = people_find(&ask.session, names[is_grant ? 1 : 0],
	                        &ask.people, &ask.person, &err)) ||
	       (r = fill_in(&ask, &err)) || (r = check_new(&ask, &err)) ||
	       (r = journal_change_person(run, &ask.session, ask.person, reason,
	                                  &err)) ||
	       (r = role_request_add(&ask.session, &ask.request, &err)) ||
	       (r = sign_own(&ask, &err)));
	if (!r)
		tell(run, &ask);
	fflush(stdout);
	if (r == TN_E_NOT_FOUND && ask.session.connection)
		status = command_refuse(run, "%s", err.text);
	else
		status = r ? command_fail(run, &err) : EXIT_CLEAN;
	if (r)
		journal_outcome(run, &ask.session, status, err.text);
	people_free(ask.people);
	session_close(&ask.session);
	return status;
}

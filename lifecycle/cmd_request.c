/* tenure request: what waits for a second signature, and signing it. */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "command_option.h"
#include "display.h"
#include "journal_person.h"
#include "journal_write.h"
#include "role_view.h"

struct verb {
	struct session session;
	struct role_requests list;
	struct tn_signed_request request;
	struct tn_found_holder whom;
};

static int
finish(const struct command_run *run, struct verb *verb, int r,
       const struct tn_err *err)
{
	int status = EXIT_CLEAN;

	fflush(stdout);
	if (r == TN_E_NOT_FOUND && verb->session.connection)
		status = command_refuse(run, "%s", err->text);
	else if (r)
		status = command_fail(run, err);
	if (r)
		journal_outcome(run, &verb->session, status, err->text);
	role_requests_done(&verb->list);
	session_close(&verb->session);
	return status;
}

static void
print_list(const struct role_requests *list)
{
	char words[128];
	char whom[TN_DN_MAX + 1];
	size_t i;

	if (!list->count)
		puts("no request waits");
	for (i = 0; i < list->count; i++) {
		const struct tn_signed_request *request = &list->of[i];

		role_view_words(request, words, sizeof(words));
		role_view_login(request->whom, whom);
		printf("%s  %s %s: %s\n", request->name, words, whom,
		       role_view_state(request));
	}
}

static int
journal_look(const struct command_run *run, struct session *session,
             const struct role_requests *list, struct tn_err *err)
{
	struct journal_list people;
	char whom[TN_DN_MAX + 1];
	size_t i;
	int r;

	if (!list->count)
		return TN_OK;
	journal_list_init(&people);
	for (i = 0; i < list->count; i++) {
		role_view_login(list->of[i].whom, whom);
		journal_list_put(&people, whom, list->of[i].staff_number);
	}
	r = journal_read_list(run, session, &people, NULL, err);
	journal_list_done(&people);
	return r;
}

static void
print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(json);
}

static int
request_list(struct command_run *run)
{
	bool all = false;
	const struct command_option options[] = {
		{ .name = "--all", .flag = &all },
		{ .name = NULL },
	};
	struct verb verb = { .list = { .count = 0 } };
	struct tn_err err = TN_ERR_INIT;
	json_t *array;
	size_t i;
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = session_open(run, &verb.session, &err)) ||
	       (r = role_requests_read(&verb.session, all, &verb.list, &err)) ||
	       (r = journal_look(run, &verb.session, &verb.list, &err)));
	if (!r && run->json) {
		array = json_array();
		for (i = 0; i < verb.list.count; i++)
			json_array_append_new(array,
			                      role_view_json(&verb.list.of[i]));
		print_json(array);
	} else if (!r) {
		print_list(&verb.list);
	}
	return finish(run, &verb, r, &err);
}

/* The request, and whom it is about as the directory has the person by now. */
static int
read_one(struct command_run *run, struct verb *verb, const char *name,
         struct tn_err *err)
{
	int r;

	(void)((r = session_open(run, &verb->session, err)) ||
	       (r = role_request_find(&verb->session, name, &verb->request,
	                              err)) ||
	       (r = tn_holder_read(verb->session.connection,
	                           verb->session.config->base,
	                           verb->request.whom, &verb->whom, err)));
	return r;
}

static int
request_show(struct command_run *run)
{
	const struct command_option options[] = { { .name = NULL } };
	struct verb verb = { .list = { .count = 0 } };
	struct role_requests one;
	struct tn_err err = TN_ERR_INIT;
	struct tn_err own = TN_ERR_INIT;
	const char *name = NULL;
	enum tn_place place;
	char code[ROLE_CODE_MAX];
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	r = read_one(run, &verb, name, &err);
	one = (struct role_requests){ .count = 1, .of = &verb.request };
	if (!r)
		r = journal_look(run, &verb.session, &one, &err);
	if (r)
		return finish(run, &verb, r, &err);
	if (run->json) {
		print_json(role_view_json(&verb.request));
		return finish(run, &verb, TN_OK, &err);
	}
	role_view_print(&verb.request, &verb.whom);
	role_request_code(&verb.request, code);
	if (!role_request_place(&verb.session, &verb.request, &place, &own))
		printf("you may sign it%s, if this is what you mean and the "
		       "code is the one\nthat you were told:\n"
		       "  tenure request sign %s --code %s --as %s\n",
		       place == TN_PLACE_SUPERIOR ? " as the superior" : "",
		       verb.request.name, code, run->as ? run->as : "LOGIN");
	return finish(run, &verb, TN_OK, &err);
}

/* What was looked at is what is signed: by the code, then by an assertion. */
static int
check_code(const struct tn_signed_request *request, const char *given,
           struct tn_err *err)
{
	char code[ROLE_CODE_MAX];

	role_request_code(request, code);
	if (*code && !strcmp(code, given))
		return TN_OK;
	return tn_fail(err, TN_E_RULE,
	               "%.32s is not the code of request %s: look at it with "
	               "tenure request show %s",
	               given, request->name, request->name);
}

static void
tell_signed(const struct command_run *run, const struct verb *verb)
{
	if (run->json) {
		print_json(role_view_json(&verb->request));
		return;
	}
	printf("signed: request %s %s\n", verb->request.name,
	       role_view_state(&verb->request));
}

static int
sign(const struct command_run *run, struct verb *verb, struct tn_err *err)
{
	struct journal_list people;
	char whom[TN_DN_MAX + 1];
	enum tn_place place;
	int r;

	r = role_request_place(&verb->session, &verb->request, &place, err);
	if (r)
		return r;
	journal_list_init(&people);
	role_view_login(verb->request.whom, whom);
	journal_list_put(&people, whom, verb->request.staff_number);
	r = journal_change_list(run, &verb->session, &people,
	                        verb->request.reason, err);
	journal_list_done(&people);
	if (!r)
		r = role_request_sign(&verb->session, &verb->request, place,
		                      err);
	if (!r)
		r = role_request_find(&verb->session, verb->request.name,
		                      &verb->request, err);
	if (!r && *verb->request.superior && *verb->request.second)
		r = role_request_await(&verb->session, &verb->request, err);
	return r;
}

static int
request_sign(struct command_run *run)
{
	const char *code = NULL;
	const struct command_option options[] = {
		{ .name = "--code", .value = &code },
		{ .name = NULL },
	};
	struct verb verb = { .list = { .count = 0 } };
	struct tn_err err = TN_ERR_INIT;
	const char *name = NULL;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	if (!code)
		return command_usage(run,
		                     "say with --code what request show told "
		                     "you: what was looked at is what is "
		                     "signed");
	if (!run->as)
		return command_usage(run, "who signs? --as LOGIN");
	(void)((r = read_one(run, &verb, name, &err)) ||
	       (r = check_code(&verb.request, code, &err)) ||
	       (r = sign(run, &verb, &err)));
	if (!r)
		tell_signed(run, &verb);
	/* Signed, and then refused by the enforcer: not what was meant. */
	if (!r && !strncmp(verb.request.result, "refused", 7)) {
		finish(run, &verb, TN_OK, &err);
		return EXIT_FINDINGS;
	}
	return finish(run, &verb, r, &err);
}

int
cmd_request(struct command_run *run)
{
	struct command_run part = *run;

	if (run->argc < 2)
		return command_usage(run, "list, show or sign is missing");
	part.argc--;
	part.argv++;
	if (!strcmp(part.argv[0], "list"))
		return request_list(&part);
	if (!strcmp(part.argv[0], "show"))
		return request_show(&part);
	if (!strcmp(part.argv[0], "sign"))
		return request_sign(&part);
	return command_usage(run, "list, show or sign is meant, not %.64s",
	                     part.argv[0]);
}

/*
 * tenure issue: accounts for the people of a roster, and the slips with their
 * initial passwords.
 */
#include "command.h"

#include <grp.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command_option.h"
#include "display.h"
#include "issue_apply.h"
#include "issue_form.h"
#include "issue_plan.h"
#include "journal_person.h"
#include "journal_write.h"
#include "people_read.h"
#include "roster.h"
#include "session.h"
#include "slip.h"
#include "slip_show.h"

#define SHARED_GROUP "employees"

struct issue {
	struct command_run *run;
	struct session session;
	const char *application; /* --application, or NULL */
	struct roster *roster;
	struct people *people;
	struct application_set applications;
	char bootstrap[sizeof("roster-") + 64];
	struct issue_plan *plan;
	const char *home_root;
	json_t *refused; /* with --json */
	size_t told;     /* how many people the progress line counts */
	bool on_terminal;
	bool has_begun; /* to write */
};

/* The directory server's own users and groups: a login host has much the
   same ones, and serves nobody with such a name (DESIGN section 12). */
static bool
is_local(const void *context, const char *name)
{
	(void)context;
	return getpwnam(name) || getgrnam(name);
}

static const char *
kind_text(enum issue_kind kind)
{
	switch (kind) {
	case ISSUE_CREATE:
		return "create";
	case ISSUE_EXISTS:
		return "exists";
	case ISSUE_DEPARTED:
		return "departed";
	case ISSUE_QUARANTINE:
		return "quarantine";
	case ISSUE_UNAPPROVED:
		return "unapproved";
	}
	return "";
}

static void
print_plan(const struct issue *issue, bool apply)
{
	const struct issue_plan *plan = issue->plan;
	size_t i;

	for (i = 0; i < plan->count; i++) {
		const struct issue_item *item = &plan->items[i];

		if (item->kind == ISSUE_CREATE && !apply) {
			printf("create      %-10s ", item->row->staff_number);
			display_pad(stdout, item->row->name, 12);
			printf(" %-20s ", item->login);
			display_pad(stdout, item->row->department,
			            item->is_homonym ? 16 : 0);
			puts(item->is_homonym ? " homonym" : "");
		} else if (item->kind == ISSUE_QUARANTINE ||
		           item->kind == ISSUE_UNAPPROVED) {
			printf("%s  %-10s ", kind_text(item->kind),
			       item->row->staff_number);
			display_pad(stdout, item->row->name, 12);
			printf(" %s\n", item->why);
		}
	}
	printf("%s: ", apply ? "plan" : "would do");
	display_count(stdout, plan->create, "account");
	printf(" to create, %zu there already, %zu departed, %zu for a human "
	       "to decide",
	       plan->exists, plan->departed, plan->quarantine);
	if (plan->unapproved)
		printf(", %zu without an approved application (tenure apply)",
		       plan->unapproved);
	putchar('\n');
}

static void
tell(void *arg, const struct issue_item *item, enum issue_outcome outcome,
     const struct tn_err *err)
{
	struct issue *issue = arg;

	issue->told++;
	if (outcome == ISSUE_REFUSED && issue->refused) {
		json_array_append_new(
		    issue->refused, json_pack("{s:s, s:s, s:s}", "staff_number",
		                              item->row->staff_number, "login",
		                              item->login, "why", err->text));
	} else if (outcome == ISSUE_REFUSED) {
		printf("%srefused     %-10s %s (%s): %s\n",
		       issue->on_terminal ? "\r" : "", item->row->staff_number,
		       item->row->name, item->login, err->text);
	}
	if (issue->on_terminal && !issue->refused) {
		printf("\r%zu of %zu", issue->told, issue->plan->create);
		fflush(stdout);
	}
}

static json_t *
plan_json(const struct issue *issue)
{
	json_t *items = json_array();
	size_t i;

	for (i = 0; i < issue->plan->count; i++) {
		const struct issue_item *item = &issue->plan->items[i];

		json_array_append_new(
		    items,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s}",
		              "action", kind_text(item->kind), "staff_number",
		              item->row->staff_number, "name", item->row->name,
		              "department", item->row->department, "login",
		              item->login, "homonym", item->is_homonym, "why",
		              item->why, "application",
		              item->application ? item->application : ""));
	}
	return items;
}

/* Whom this run is about to give an account. */
static int
journal_issue(struct issue *issue, struct tn_err *err)
{
	const struct issue_plan *plan = issue->plan;
	struct journal_list list;
	size_t i;
	int r;

	if (!plan->create)
		return TN_OK;
	journal_list_init(&list);
	for (i = 0; i < plan->count; i++) {
		if (plan->items[i].kind == ISSUE_CREATE)
			journal_list_put(&list, plan->items[i].login,
			                 plan->items[i].row->staff_number);
	}
	r = journal_change_list(issue->run, &issue->session, &list,
	                        issue->application ? issue->application
	                                           : issue->roster->sha256,
	                        err);
	journal_list_done(&list);
	return r;
}

static int
apply(struct issue *issue, size_t *ret_done, size_t *ret_refused,
      struct tn_err *err)
{
	const struct tn_group *group =
	    people_group(issue->people, SHARED_GROUP);
	struct issue_order order = {
		.plan = issue->plan,
		.place = &slip_place,
		.home_root = issue->home_root,
		.progress = tell,
		.arg = issue,
		.has_begun = &issue->has_begun,
	};
	int r;

	if (!group)
		return tn_fail(err, TN_E_INCOMPLETE,
		               "the directory has no group " SHARED_GROUP);
	order.gid = group->gid;
	order.deadline =
	    issue->session.moment.now +
	    (int64_t)issue->session.config->initial_days * TN_DAY_SECONDS;
	issue->on_terminal = isatty(STDOUT_FILENO) == 1;
	(void)((r = journal_issue(issue, err)) ||
	       (r = issue_apply(&issue->session, &order, ret_done, ret_refused,
	                        err)));
	if (issue->on_terminal && issue->told && !issue->refused)
		fputc('\n', stdout);
	return r;
}

static int
print_json(const struct issue *issue, bool applied, size_t done,
           struct tn_err *err)
{
	json_t *root = json_pack(
	    "{s:s, s:s, s:o, s:b, s:I, s:O}", "roster_sha256",
	    issue->roster->sha256, "roster_encoding", issue->roster->encoding,
	    "plan", plan_json(issue), "applied", applied, "created",
	    (json_int_t)done, "refused", issue->refused);

	if (!root || json_dumpf(root, stdout, JSON_INDENT(1))) {
		json_decref(root);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	putchar('\n');
	json_decref(root);
	return TN_OK;
}

static int
read_roster(struct issue *issue, const char *path, struct tn_err *err)
{
	int r;

	(void)((r = session_config(issue->run, &issue->session, err)) ||
	       (r = roster_read(path, issue->session.config, &issue->roster,
	                        err)));
	session_close(&issue->session);
	return r;
}

/* --application: whom the form names. */
static int
read_form(struct issue *issue, struct tn_err *err)
{
	struct application *application = NULL;
	int r;

	if (!issue->application)
		return TN_OK;
	r = application_read(&issue->session, issue->application, &application,
	                     err);
	if (r == TN_E_NOT_FOUND && err)
		r = err->code = TN_E_RULE;
	if (!r)
		r = issue_form_roster(application, issue->session.config,
		                      &issue->roster, err);
	application_free(application);
	return r;
}

/* Nobody holds it-manager and nothing was ever approved: root alone may issue,
   and the server sees to it that it is so. */
static const char *
bootstrap_application(struct issue *issue)
{
	size_t i;

	if (issue->run->as || issue->people->has_manager)
		return NULL;
	for (i = 0; i < issue->applications.count; i++) {
		if (*issue->applications.of[i]->approved_by)
			return NULL;
	}
	snprintf(issue->bootstrap, sizeof(issue->bootstrap), "roster-%s",
	         issue->roster->sha256);
	return issue->bootstrap;
}

/* Read the directory, plan; nothing is written. */
static int
make_plan(struct issue *issue, struct tn_err *err)
{
	struct issue_input input = { .is_local = is_local,
		                     .permit = issue_form_permit };
	int r;

	(void)((r = session_open(issue->run, &issue->session, err)) ||
	       (r = read_form(issue, err)) ||
	       (r = application_set_read(&issue->session, &issue->applications,
	                                 err)) ||
	       (r = people_read(&issue->session, false, &issue->people, err)));
	if (r)
		return r;
	input.context = &issue->applications;
	input.bootstrap = bootstrap_application(issue);
	issue->home_root = issue->session.config->home_roots[0];
	if (!issue->home_root)
		issue->home_root = "/home";
	input.roster = issue->roster;
	input.people = issue->people;
	input.home_root = issue->home_root;
	input.min_uid = issue->session.config->min_uid;
	return issue_plan_make(&input, &issue->plan, err);
}

static void
tell_outcome(struct issue *issue, int status, size_t done, size_t refused,
             const struct tn_err *err)
{
	char words[TN_ERR_TEXT_MAX];

	snprintf(words, sizeof(words), "created %zu, refused %zu%s%.400s", done,
	         refused, err->text[0] ? ": " : "", err->text);
	journal_outcome(issue->run, &issue->session, status, words);
}

/* One of path, of a roster, and application is set. */
static int
issue_people(struct command_run *run, const char *path, const char *application,
             bool do_apply)
{
	struct issue issue = { .run = run, .application = application };
	struct tn_err err = TN_ERR_INIT;
	size_t done = 0;
	size_t refused = 0;
	int lock = -1;
	int status;
	int r;

	if (run->json)
		issue.refused = json_array();
	r = path ? read_roster(&issue, path, &err) : TN_OK;
	/* Before the directory is read: what another run adds is seen. */
	if (!r && do_apply)
		r = slip_lock(&slip_place, &lock, &err);
	if (!r)
		r = make_plan(&issue, &err);
	if (!r && !run->json)
		print_plan(&issue, do_apply);
	if (!r && do_apply)
		r = apply(&issue, &done, &refused, &err);
	if (issue.plan && do_apply && !run->json) {
		printf("created ");
		display_count(stdout, done, "account");
		printf(", each with a sealed slip; %zu refused\n", refused);
		if (!r && done)
			puts("next: tenure issue --open LOGIN shows one slip, "
			     "once, to be told to its holder alone");
	} else if (issue.plan && !do_apply && !run->json &&
	           issue.plan->create) {
		puts("nothing was written; --apply does it");
	}
	if (run->json && issue.plan) {
		struct tn_err json_err = TN_ERR_INIT;

		if (print_json(&issue, do_apply, done, &json_err) && !r) {
			r = json_err.code;
			err = json_err;
		}
	}
	if (r) {
		fflush(stdout);
		if (done)
			tn_context(&err,
			           "stopped after %zu; run it again to issue "
			           "the rest",
			           done);
		status = command_fail(run, &err);
		/* 3 says that nothing was written. */
		if (issue.has_begun)
			status = EXIT_FINDINGS;
	} else {
		status = refused || (issue.plan && (issue.plan->quarantine ||
		                                    issue.plan->unapproved))
		             ? EXIT_FINDINGS
		             : EXIT_CLEAN;
	}
	if (r || refused)
		tell_outcome(&issue, status, done, refused, &err);
	if (lock >= 0)
		close(lock);
	issue_plan_free(issue.plan);
	application_set_done(&issue.applications);
	people_free(issue.people);
	roster_free(issue.roster);
	session_close(&issue.session);
	json_decref(issue.refused);
	return status;
}

int
cmd_issue(struct command_run *run)
{
	const char *roster = NULL;
	const char *application = NULL;
	const char *open_login = NULL;
	bool do_apply = false;
	const struct command_option options[] = {
		{ .name = "--roster", .value = &roster },
		{ .name = "--application", .value = &application },
		{ .name = "--open", .value = &open_login },
		{ .name = "--apply", .flag = &do_apply },
		{ .name = NULL },
	};
	int status;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	if (!!roster + !!application + !!open_login != 1)
		return command_usage(run, "say one of --roster FILE, "
		                          "--application NAME and --open "
		                          "LOGIN");
	if (open_login && do_apply)
		return command_usage(run, "--open goes without --apply");
	if (open_login)
		return slip_show(run, open_login);
	return issue_people(run, roster, application, do_apply);
}

/* tenure apply: file the form 《用户账号申请和变更表》. */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/serve_rule.h"
#include "application_staff.h"
#include "application_store.h"
#include "application_view.h"
#include "base/day.h"
#include "base/text.h"
#include "command_option.h"
#include "department.h"
#include "display.h"
#include "journal_person.h"
#include "journal_write.h"
#include "roster.h"
#include "session.h"

#define NUMBER_BYTES \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

/* What was said on the command line; NULL where it was not. */
struct words {
	const char *number;
	const char *name;
	const char *department;
	const char *post;
	const char *start;
	const char *roster;
	const char *service;
	const char *whom;
	const char *change;
	const char *to;
	const char *closure;
	const char *reason;
	bool all;
};

struct applying {
	struct command_run *run;
	const struct words *words;
	struct session session;
	struct application application;
	struct roster *roster;
	struct application_staff staff;
	char start[TN_DAY_TEXT_MAX];
	char head[TN_DN_MAX + 1];
};

static bool
is_field(const char *text)
{
	return !text || (*text && strlen(text) <= APPLICATION_FIELD_MAX &&
	                 tn_text_is_utf8(text, strlen(text)) &&
	                 !tn_text_has_control(text));
}

static bool
is_number(const char *text)
{
	return *text && strlen(text) <= TN_STAFF_MAX &&
	       !text[strspn(text, NUMBER_BYTES)] && !strchr("._-", text[0]);
}

static const char *
or_nothing(const char *text)
{
	return text ? text : "";
}

static int
no_memory(struct tn_err *err)
{
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

/* Room for so many people, and as many numbers and one more. */
static int
make_room(struct application *of, size_t count, struct tn_err *err)
{
	of->people = calloc(count + 1, sizeof(*of->people));
	of->numbers = calloc(count + 2, sizeof(*of->numbers));
	return of->people && of->numbers ? TN_OK : no_memory(err);
}

static int
add_number(struct application *of, const char *number, struct tn_err *err)
{
	of->numbers[of->number_count] = strdup(number);
	if (!of->numbers[of->number_count])
		return no_memory(err);
	of->number_count++;
	return TN_OK;
}

static int
add_person(struct application *of, const struct applicant *person,
           struct tn_err *err)
{
	of->people[of->count++] = *person;
	return add_number(of, person->number, err);
}

/* The department whose head confirms: it must have one. */
static int
set_department(struct applying *applying, const char *name, struct tn_err *err)
{
	char dn[TN_DN_MAX + 1];
	int r;

	(void)((r = department_dn(&applying->session, name, dn, err)) ||
	       (r = department_head(&applying->session, dn, applying->head,
	                            err)));
	if (r == TN_E_NOT_FOUND)
		return tn_fail(err, TN_E_RULE,
		               "%.64s has no head that you may see: hr names "
		               "one with tenure department set, and a head "
		               "files for the own department alone",
		               name);
	if (r)
		return r;
	applying->application.department_dn = strdup(dn);
	return applying->application.department_dn ? TN_OK : no_memory(err);
}

static int
for_newcomer(struct applying *applying, struct tn_err *err)
{
	const struct words *words = applying->words;
	const struct applicant person = {
		.number = words->number,
		.name = words->name,
		.department = words->department,
		.post = or_nothing(words->post),
		.start = applying->start,
	};
	int r;

	applying->application.kind = APPLICATION_ACCOUNT;
	(void)((r = set_department(applying, words->department, err)) ||
	       (r = make_room(&applying->application, 1, err)) ||
	       (r = add_person(&applying->application, &person, err)));
	return r;
}

/* Is the row somebody to apply for? */
static bool
is_wanted(const struct applying *applying, const struct roster_row *row,
          const struct application_set *set, struct people_word *there)
{
	const struct applicant *known;
	char folded[TN_DN_MAX + 1];

	people_fold_dn(row->staff_number, folded, sizeof(folded));
	return row->status == ROSTER_PRESENT &&
	       !application_set_permit(set, row->staff_number, &known) &&
	       (applying->words->all || !people_word_find(there, folded));
}

/* Whoever is present, has no account, and is on no approved application. */
static int
for_roster(struct applying *applying, struct tn_err *err)
{
	struct application *of = &applying->application;
	const struct roster *roster;
	struct application_set set = { .count = 0 };
	struct people_word *there = NULL;
	size_t i;
	int r;

	of->kind = APPLICATION_ROSTER;
	of->department_dn = strdup("");
	if (!of->department_dn)
		return no_memory(err);
	r = roster_read(applying->words->roster, applying->session.config,
	                &applying->roster, err);
	if (r)
		return r;
	roster = applying->roster;
	(void)((r = make_room(of, roster->count, err)) ||
	       (r = application_staff_numbers(&applying->session, &there,
	                                      err)) ||
	       (r = application_set_read(&applying->session, &set, err)));
	for (i = 0; i < roster->count && !r; i++) {
		const struct roster_row *row = &roster->rows[i];
		const struct applicant person = {
			.number = row->staff_number,
			.name = row->name,
			.department = row->department,
			.post = row->post,
			.start = "",
		};

		if (!is_wanted(applying, row, &set, there))
			continue;
		if (of->count == APPLICATION_PEOPLE_MAX)
			r = tn_fail(err, TN_E_LIMIT,
			            "more than %d people: file it in parts",
			            APPLICATION_PEOPLE_MAX);
		else if (!is_number(row->staff_number))
			r = tn_fail(err, TN_E_RULE,
			            "line %zu: no account can have the staff "
			            "number %.64s",
			            row->line, row->staff_number);
		else
			r = add_person(of, &person, err);
	}
	application_set_done(&set);
	people_words_free(&there);
	if (!r && !of->count)
		return tn_fail(err, TN_E_RULE,
		               "everybody present on the roster has an account "
		               "or is on an approved application already");
	return r;
}

/* A change, a closure or a service account of somebody who is there. */
static int
for_staff(struct applying *applying, const char *word,
          enum application_kind kind, struct tn_err *err)
{
	struct application *of = &applying->application;
	const struct application_staff *staff = &applying->staff;
	const char *department = applying->words->department;
	const struct applicant person = {
		.number = staff->number,
		.name = staff->name,
		.department = staff->department,
		.post = staff->post,
		.start = "",
	};
	char dn[TN_DN_MAX + TN_LOGIN_MAX + 32];
	char folded[sizeof(dn)];
	int r;

	of->kind = kind;
	of->what = or_nothing(applying->words->to);
	of->login = or_nothing(applying->words->service);
	(void)((r = application_staff_find(&applying->session, word,
	                                   &applying->staff, err)) ||
	       (r = set_department(applying,
	                           department ? department : staff->department,
	                           err)) ||
	       (r = make_room(of, 1, err)) ||
	       (r = add_person(of, &person, err)));
	if (r || kind != APPLICATION_SERVICE)
		return r;
	snprintf(dn, sizeof(dn), "uid=%s,ou=services,%.*s", of->login,
	         TN_DN_MAX, applying->session.config->base);
	people_fold_dn(dn, folded, sizeof(folded));
	return add_number(of, folded, err);
}

static int
fill(struct applying *applying, struct tn_err *err)
{
	const struct words *words = applying->words;

	applying->application.reason = words->reason;
	applying->application.what = applying->application.login = "";
	if (words->roster)
		return for_roster(applying, err);
	if (words->service)
		return for_staff(applying, words->whom, APPLICATION_SERVICE,
		                 err);
	if (words->change)
		return for_staff(applying, words->change, APPLICATION_CHANGE,
		                 err);
	if (words->closure)
		return for_staff(applying, words->closure, APPLICATION_CLOSURE,
		                 err);
	return for_newcomer(applying, err);
}

static int
file(struct applying *applying, struct tn_err *err)
{
	const struct application *of = &applying->application;
	struct journal_list list;
	size_t i;
	int r;

	journal_list_init(&list);
	for (i = 0; i < of->count; i++)
		journal_list_put(&list, of->people[i].name,
		                 of->people[i].number);
	r = journal_change_list(applying->run, &applying->session, &list,
	                        applying->words->reason, err);
	journal_list_done(&list);
	return r ? r
	         : application_file(&applying->session, &applying->application,
	                            err);
}

static void
tell(struct applying *applying)
{
	const struct application *of = &applying->application;
	char head[APPLICATION_FIELD_MAX];

	if (applying->run->json) {
		json_t *root =
		    json_pack("{s:s, s:s, s:I}", "application", of->name,
		              "kind", application_kind_text(of->kind), "people",
		              (json_int_t)of->count);

		json_dumpf(root, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(root);
		return;
	}
	printf("filed: %s, %s, ", of->name, application_kind_text(of->kind));
	if (of->count == 1)
		puts("1 person");
	else
		printf("%zu people\n", of->count);
	if (*applying->head) {
		application_dn_value(applying->head, head, sizeof(head));
		printf("next: %s, %s: tenure approve %s --as %s\n",
		       application_confirmer(of->kind), head, of->name, head);
	} else {
		printf("next: %s: tenure approve %s --as LOGIN\n",
		       application_confirmer(of->kind), of->name);
	}
	printf("then: %s, the same way\n", application_approver(of->kind));
}

/* Exactly one kind, and what belongs to it. COMMAND_GO_ON, or 2. */
static int
check_words(struct applying *applying)
{
	const struct command_run *run = applying->run;
	const struct words *words = applying->words;
	const char *const fields[] = { words->name, words->department,
		                       words->post, words->to, words->reason };
	int32_t day;
	size_t i;

	if (!!words->number + !!words->roster + !!words->service +
	        !!words->change + !!words->closure !=
	    1)
		return command_usage(run, "say one of --number, --roster, "
		                          "--service, --change and "
		                          "--closure");
	if (!words->reason)
		return command_usage(run, "say why with --reason TEXT");
	if (words->all && !words->roster)
		return command_usage(run, "--all goes with --roster");
	if (words->number && (!words->name || !words->department))
		return command_usage(run, "--number goes with --name and "
		                          "--department");
	if (words->service && !words->whom)
		return command_usage(run, "--service goes with --for NAME, its "
		                          "owner");
	if (!words->change != !words->to)
		return command_usage(run, "--change NAME goes with --to TEXT");
	for (i = 0; i < TN_ARRAY_LEN(fields); i++) {
		if (!is_field(fields[i]))
			return command_usage(
			    run,
			    "each field is one line of UTF-8 of at most %d "
			    "bytes",
			    APPLICATION_FIELD_MAX);
	}
	if (words->number && !is_number(words->number))
		return command_usage(run,
		                     "--number: letters, digits, '.', "
		                     "'_' and '-', at most %d",
		                     TN_STAFF_MAX);
	if (words->number && !tn_real_name_is_valid(words->name))
		return command_usage(run, "--name is the real name, without "
		                          "digits (UM-5.3)");
	if (words->service && !tn_login_is_valid(words->service))
		return command_usage(run, "--service: no login can be so");
	if (words->start) {
		if (tn_day_parse(words->start, &day, NULL))
			return command_usage(run, "--start is YYYY-MM-DD");
		tn_day_format(day, applying->start);
	}
	return COMMAND_GO_ON;
}

/* The parts that the application owns. */
static void
done(struct applying *applying)
{
	struct application *of = &applying->application;
	size_t i;

	for (i = 0; i < of->number_count; i++)
		free(of->numbers[i]);
	free(of->numbers);
	free(of->people);
	free(of->name);
	free(of->department_dn);
	roster_free(applying->roster);
	session_close(&applying->session);
}

int
cmd_apply(struct command_run *run)
{
	struct words words = { .number = NULL };
	const struct command_option options[] = {
		{ .name = "--number", .value = &words.number },
		{ .name = "--name", .value = &words.name },
		{ .name = "--department", .value = &words.department },
		{ .name = "--post", .value = &words.post },
		{ .name = "--start", .value = &words.start },
		{ .name = "--roster", .value = &words.roster },
		{ .name = "--all", .flag = &words.all },
		{ .name = "--service", .value = &words.service },
		{ .name = "--for", .value = &words.whom },
		{ .name = "--change", .value = &words.change },
		{ .name = "--to", .value = &words.to },
		{ .name = "--closure", .value = &words.closure },
		{ .name = "--reason", .value = &words.reason },
		{ .name = NULL },
	};
	struct applying applying = { .run = run, .words = &words };
	struct tn_err err = TN_ERR_INIT;
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status == COMMAND_GO_ON)
		status = check_words(&applying);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = session_open(run, &applying.session, &err)) ||
	       (r = fill(&applying, &err)) || (r = file(&applying, &err)));
	if (!r)
		tell(&applying);
	fflush(stdout);
	if (r == TN_E_NOT_FOUND && applying.session.connection)
		status = command_refuse(run, "%s", err.text);
	else
		status = r ? command_fail(run, &err) : EXIT_CLEAN;
	if (r)
		journal_outcome(run, &applying.session, status, err.text);
	done(&applying);
	return status;
}

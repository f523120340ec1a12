/*
 * tenure audit: the roster against the directory. Reads everything, plans
 * everything, counts the brakes, and only then, with --apply, writes.
 */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_view.h"
#include "command_option.h"
#include "depart.h"
#include "finding.h"
#include "journal_person.h"
#include "journal_write.h"
#include "last_roster.h"
#include "people_read.h"
#include "plan.h"
#include "roster.h"
#include "session.h"

struct audit {
	struct command_run *run;
	struct session session;
	struct roster *roster;
	struct people *people;
	struct plan *plan;
	struct brake_limits limits;
	size_t present_before;
	/* of --apply */
	size_t result_count;
	size_t failed;
	struct audit_result *results;
	/* the directory after it, and what is found there */
	struct people *people_after;
	struct plan *plan_after;
	struct findings *findings;
};

static int
plan_people(struct audit *audit, const struct people *people, struct plan **ret,
            struct tn_err *err)
{
	const struct plan_input input = {
		.roster = audit->roster,
		.people = people,
		.limits = &audit->limits,
		.roster_is_complete = audit->session.config->roster_complete,
		.today = audit->session.moment.today,
		.present_before = audit->present_before,
	};

	return plan_make(&input, ret, err);
}

/* Everything that is read, before anything is written. */
static int
read_all(struct audit *audit, const char *path, struct tn_err *err)
{
	const struct tn_config *config;
	int r;

	/* The roster first: a bad one costs the directory nothing. */
	(void)((r = session_config(audit->run, &audit->session, err)) ||
	       (r = roster_read(path, audit->session.config, &audit->roster,
	                        err)));
	session_close(&audit->session);
	(void)(r || (r = session_open(audit->run, &audit->session, err)) ||
	       (r = last_roster_read(LAST_ROSTER_PATH, &audit->present_before,
	                             err)) ||
	       (r = people_read(&audit->session, true, &audit->people, err)));
	if (r)
		return r;
	config = audit->session.config;
	audit->limits = (struct brake_limits){
		.count = config->brake_count,
		.percent = config->brake_percent,
		.floor = config->brake_floor,
		.shrink_percent = config->roster_shrink_percent,
	};
	return plan_people(audit, audit->people, &audit->plan, err);
}

static void
tell_result(const struct audit *audit, const struct audit_result *result)
{
	if (audit->run->json)
		return;
	printf("%-12s %s (%s)%s%s\n", result->outcome,
	       result->item->person->account->login,
	       result->item->person->account->real_name,
	       *result->why ? ": " : "", result->why);
}

/* A failure that the next item would meet as well. */
static bool
ends_all(int code)
{
	return code == TN_E_UNREACHABLE || code == TN_E_TIMEOUT ||
	       code == TN_E_PROTOCOL || code == TN_E_NO_MEMORY;
}

static int
apply(struct audit *audit, struct tn_err *err)
{
	const struct plan *plan = audit->plan;
	char reason[256];
	size_t i;
	int r;

	audit->results = calloc(plan->count + 1, sizeof(*audit->results));
	if (!audit->results)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	for (i = 0; i < plan->count; i++) {
		const struct plan_item *item = &plan->items[i];
		enum depart_outcome outcome = DEPART_DONE;
		struct audit_result *result;
		struct tn_err why = TN_ERR_INIT;

		if (item->kind != PLAN_DISABLE)
			continue;
		snprintf(reason, sizeof(reason),
		         "departure audit: %s (roster sha256 %s)",
		         plan_cause_words(item->cause), audit->roster->sha256);
		r = depart(&audit->session, item->person, reason, &outcome,
		           &why);
		result = &audit->results[audit->result_count++];
		result->item = item;
		result->outcome = r ? "failed"
		                  : outcome == DEPART_ALREADY
		                      ? "departed-before"
		                      : "departed";
		memcpy(result->why, why.text, sizeof(result->why));
		tell_result(audit, result);
		audit->failed += r != TN_OK;
		if (ends_all(r)) {
			if (err)
				*err = why;
			return r;
		}
	}
	return TN_OK;
}

/* Findings are what is true now: after --apply the directory is read anew. */
static int
find(struct audit *audit, struct tn_err *err)
{
	struct finding_input input = {
		.roster = audit->roster,
		.people = audit->people,
		.plan = audit->plan,
		.config = audit->session.config,
		.moment = &audit->session.moment,
	};
	int r;

	if (audit->result_count) {
		(void)((r = people_read(&audit->session, true,
		                        &audit->people_after, err)) ||
		       (r = plan_people(audit, audit->people_after,
		                        &audit->plan_after, err)));
		if (r)
			return tn_context(err, "after it was applied");
		input.people = audit->people_after;
		input.plan = audit->plan_after;
	}
	return findings_make(&input, &audit->findings, err);
}

static int
print_json(const struct audit *audit, bool applied, struct tn_err *err)
{
	json_t *root = json_pack(
	    "{s:{s:s, s:s, s:I, s:I}, s:o, s:b, s:o, s:o}", "roster", "sha256",
	    audit->roster->sha256, "encoding", audit->roster->encoding, "rows",
	    (json_int_t)audit->roster->count, "present",
	    (json_int_t)audit->roster->present, "plan",
	    audit_plan_json(audit->plan), "applied", applied, "results",
	    audit_results_json(audit->results, audit->result_count), "findings",
	    audit_findings_json(audit->findings));
	int r = TN_OK;

	if (!root || json_dumpf(root, stdout, JSON_INDENT(1)))
		r = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	else
		putchar('\n');
	json_decref(root);
	return r;
}

static void
audit_done(struct audit *audit)
{
	findings_free(audit->findings);
	plan_free(audit->plan_after);
	people_free(audit->people_after);
	free(audit->results);
	plan_free(audit->plan);
	people_free(audit->people);
	roster_free(audit->roster);
	session_close(&audit->session);
}

/* A plain audit shows everybody's state: it is in the journal as well. */
static int
journal_audit(struct audit *audit, bool applies, struct tn_err *err)
{
	const struct plan *plan = audit->plan;
	struct journal_list list;
	size_t i;
	int r;

	journal_list_init(&list);
	for (i = 0; i < plan->count; i++) {
		const struct plan_item *item = &plan->items[i];

		if (applies && item->kind == PLAN_DISABLE)
			journal_list_put(&list, item->person->account->login,
			                 item->person->account->staff_number);
	}
	r = applies ? journal_change_list(audit->run, &audit->session, &list,
	                                  audit->roster->sha256, err)
	            : journal_read_list(audit->run, &audit->session, &list,
	                                audit->roster->sha256, err);
	journal_list_done(&list);
	return r;
}

static int
audit_roster(struct audit *audit, const char *path, bool do_apply,
             struct tn_err *err)
{
	struct command_run *run = audit->run;
	bool braked;
	int r;

	r = read_all(audit, path, err);
	if (r)
		return r;
	braked = plan_is_braked(audit->plan);
	r = journal_audit(audit, do_apply && !braked, err);
	if (r)
		return r;
	if (!run->json)
		audit_print_plan(stdout, audit->plan, audit->roster);
	if (do_apply && !braked) {
		(void)((r = apply(audit, err)) ||
		       (r = last_roster_save(LAST_ROSTER_PATH, audit->roster,
		                             audit->session.moment.now, err)));
		if (r)
			goto stopped;
	} else if (!run->json && audit->plan->disable_count && !braked) {
		puts("nothing was written; --apply does it");
	}
	r = find(audit, err);
	if (r)
		goto stopped;
	if (run->json)
		r = print_json(audit, do_apply && !braked, err);
	else
		audit_print_findings(stdout, audit->findings, run->colour);
	return r;
stopped:
	/* What was written is told, also to a program. */
	if (run->json && audit->result_count)
		(void)print_json(audit, true, NULL);
	return r;
}

int
cmd_audit(struct command_run *run)
{
	struct audit audit = { .run = run };
	struct tn_err err = TN_ERR_INIT;
	const char *roster = NULL;
	bool do_apply = false;
	const struct command_option options[] = {
		{ .name = "--roster", .value = &roster },
		{ .name = "--apply", .flag = &do_apply },
		{ .name = NULL },
	};
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	if (!roster)
		return command_usage(run, "say which --roster FILE");
	r = audit_roster(&audit, roster, do_apply, &err);
	fflush(stdout);
	if (r) {
		if (audit.result_count)
			tn_context(&err, "stopped after %zu of %zu",
			           audit.result_count,
			           audit.plan->disable_count);
		status = command_fail(run, &err);
		/* 3 says that nothing was written. */
		status = audit.result_count ? EXIT_FINDINGS : EXIT_UNKNOWN;
	} else if (do_apply && plan_is_braked(audit.plan)) {
		status = command_refuse(run, "a brake tripped: nothing was "
		                             "written");
	} else {
		status = audit.findings->count || audit.failed ? EXIT_FINDINGS
		                                               : EXIT_CLEAN;
	}
	if (r || audit.failed) {
		char words[TN_ERR_TEXT_MAX];

		snprintf(words, sizeof(words), "%zu tried, %zu failed%s%.400s",
		         audit.result_count, audit.failed, r ? ": " : "",
		         r ? err.text : "");
		journal_outcome(run, &audit.session, status, words);
	}
	audit_done(&audit);
	return status;
}

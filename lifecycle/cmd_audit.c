/*
 * tenure audit: the roster against the directory. Reads everything, plans
 * everything, counts the brakes, and only then, with --apply, writes.
 */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "command_option.h"
#include "depart.h"
#include "last_roster.h"

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

static int
apply(struct audit *audit, struct tn_err *err)
{
	const struct plan *plan = audit->plan;
	char reason[256];
	size_t i;
	int r;

	audit->was_applied = plan->disable_count > 0;
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
		audit_reason(audit, item, reason, sizeof(reason));
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
		if (audit_ends_all(r)) {
			if (err)
				*err = why;
			return r;
		}
	}
	return TN_OK;
}

static int
print_json(const struct audit *audit, bool applied, struct tn_err *err)
{
	json_t *root = audit_json(audit, applied);
	int r = TN_OK;

	if (!root || json_dumpf(root, stdout, JSON_INDENT(1)))
		r = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	else
		putchar('\n');
	json_decref(root);
	return r;
}

static int
audit_roster(struct audit *audit, const char *path, bool do_apply,
             struct tn_err *err)
{
	struct command_run *run = audit->run;
	bool braked;
	int r;

	r = audit_read(audit, path, err);
	if (r)
		return r;
	braked = plan_is_braked(audit->plan);
	r = audit_journal(audit, do_apply && !braked, err);
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
	r = audit_find(audit, TN_TIME_NONE, err);
	if (r)
		goto stopped;
	if (run->json)
		r = print_json(audit, do_apply && !braked, err);
	else
		audit_print_findings(stdout, audit->findings, audit->resolved,
		                     finding_memory_is_kept(audit->memory),
		                     run->colour);
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
	bool is_unattended = false;
	bool is_asking = false;
	const struct command_option options[] = {
		{ .name = "--roster", .value = &roster },
		{ .name = "--apply", .flag = &do_apply },
		{ .name = "--unattended", .flag = &is_unattended },
		{ .name = "--ask-peer", .flag = &is_asking },
		{ .name = NULL },
	};
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	if (is_asking && (roster || do_apply || is_unattended || run->as))
		return command_usage(run, "--ask-peer stands alone");
	if (is_asking)
		return audit_ask_peer(run);
	if (!roster)
		return command_usage(run, "say which --roster FILE");
	if (is_unattended && (do_apply || run->as))
		return command_usage(run, "--unattended asks for departures as "
		                          "the scheduler: no --apply, no --as");
	if (is_unattended)
		return audit_unattended(run, roster);
	r = audit_roster(&audit, roster, do_apply, &err);
	fflush(stdout);
	if (r) {
		if (audit.result_count)
			tn_context(&err, "stopped after %zu of %zu",
			           audit.result_count,
			           audit.plan->disable_count);
		(void)command_fail(run, &err);
		/* 3 says that nothing was written. */
		status = audit.result_count ? EXIT_FINDINGS : EXIT_UNKNOWN;
	} else if (do_apply && plan_is_braked(audit.plan)) {
		status = command_refuse(run, "a brake tripped: nothing was "
		                             "written");
	} else {
		status = audit.findings->count || audit.failed ? EXIT_FINDINGS
		                                               : EXIT_CLEAN;
	}
	if (r || audit.failed)
		audit_journal_outcome(&audit, status, r ? &err : NULL);
	audit_done(&audit);
	return status;
}

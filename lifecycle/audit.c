#include "audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal_person.h"
#include "journal_write.h"
#include "last_roster.h"
#include "people_read.h"

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

int
audit_read(struct audit *audit, const char *path, struct tn_err *err)
{
	const struct tn_config *config;
	size_t present = 0;
	int r;

	/* The roster first: a bad one costs the directory nothing. */
	(void)((r = session_config(audit->run, &audit->session, err)) ||
	       (r = roster_read(path, audit->session.config, &audit->roster,
	                        err)));
	session_close(&audit->session);
	(void)(r || (r = session_open(audit->run, &audit->session, err)) ||
	       (r = last_roster_read(LAST_ROSTER_PATH, &present, err)) ||
	       (r = people_read(&audit->session, true, &audit->people, err)));
	if (r)
		return r;
	if (present > audit->present_before)
		audit->present_before = present;
	config = audit->session.config;
	audit->limits = (struct brake_limits){
		.count = config->brake_count,
		.percent = config->brake_percent,
		.floor = config->brake_floor,
		.shrink_percent = config->roster_shrink_percent,
	};
	return plan_people(audit, audit->people, &audit->plan, err);
}

/* Only who may read the reports knows what was; a damaged memory costs the
   comparison and nothing else. */
static int
read_memory(struct audit *audit, struct tn_err *err)
{
	struct tn_err why = TN_ERR_INIT;
	int r;

	r = finding_memory_read(AUDIT_MEMORY_PATH, &audit->memory, &why);
	if (!r)
		return TN_OK;
	if (r == TN_E_NO_MEMORY)
		return tn_fail(err, r, "%s", why.text);
	fprintf(stderr, "tenure: audit: %s: every finding counts as new\n",
	        why.text);
	return finding_memory_none(&audit->memory, err);
}

static int
read_leaks(struct audit *audit, struct tn_err *err)
{
	size_t i;
	int r = leak_cases_read(&audit->session, &audit->leaks, err);

	for (i = 0; i < audit->leaks.count && !r; i++)
		if (audit->leaks.of[i]->restored == TN_TIME_NONE)
			r = leak_hosts_read(&audit->session,
			                    audit->leaks.of[i], err);
	return r ? r : leak_halves_read(&audit->session, &audit->halves, err);
}

/* Findings are what is true now: after --apply the directory is read anew. */
int
audit_find(struct audit *audit, int64_t first_seen, struct tn_err *err)
{
	struct finding_input input = {
		.roster = audit->roster,
		.people = audit->people,
		.plan = audit->plan,
		.config = audit->session.config,
		.moment = &audit->session.moment,
		.leaks = &audit->leaks,
		.halves = &audit->halves,
	};
	int r;

	r = read_leaks(audit, err);
	if (r)
		return r;
	if (audit->was_applied) {
		(void)((r = people_read(&audit->session, true,
		                        &audit->people_after, err)) ||
		       (r = plan_people(audit, audit->people_after,
		                        &audit->plan_after, err)));
		if (r)
			return tn_context(err, "after it was applied");
		input.people = audit->people_after;
		input.plan = audit->plan_after;
	}
	(void)((r = findings_make(&input, &audit->findings, err)) ||
	       (r = read_memory(audit, err)));
	if (r)
		return r;
	finding_memory_apply(audit->memory, audit->findings, first_seen);
	audit->resolved =
	    finding_memory_resolved(audit->memory, audit->findings);
	return audit->resolved ? TN_OK
	                       : tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

json_t *
audit_json(const struct audit *audit, bool applied)
{
	return json_pack(
	    "{s:{s:s, s:s, s:I, s:I}, s:o, s:b, s:o, s:o, s:O?}", "roster",
	    "sha256", audit->roster->sha256, "encoding",
	    audit->roster->encoding, "rows", (json_int_t)audit->roster->count,
	    "present", (json_int_t)audit->roster->present, "plan",
	    audit_plan_json(audit->plan), "applied", applied, "results",
	    audit_results_json(audit->results, audit->result_count), "findings",
	    audit_findings_json(audit->findings), "resolved", audit->resolved);
}

int
audit_journal(struct audit *audit, bool is_change, struct tn_err *err)
{
	const struct plan *plan = audit->plan;
	struct journal_list list;
	size_t i;
	int r;

	journal_list_init(&list);
	for (i = 0; i < plan->count; i++) {
		const struct plan_item *item = &plan->items[i];

		if (is_change && item->kind == PLAN_DISABLE)
			journal_list_put(&list, item->person->account->login,
			                 item->person->account->staff_number);
	}
	r = is_change ? journal_change_list(audit->run, &audit->session, &list,
	                                    audit->roster->sha256, err)
	              : journal_read_list(audit->run, &audit->session, &list,
	                                  audit->roster->sha256, err);
	journal_list_done(&list);
	return r;
}

void
audit_journal_outcome(struct audit *audit, int status, const struct tn_err *err)
{
	char words[TN_ERR_TEXT_MAX];

	snprintf(words, sizeof(words), "%zu tried, %zu failed%s%.400s",
	         audit->result_count, audit->failed, err ? ": " : "",
	         err ? err->text : "");
	journal_outcome(audit->run, &audit->session, status, words);
}

void
audit_reason(const struct audit *audit, const struct plan_item *item, char *ret,
             size_t size)
{
	snprintf(ret, size, "departure audit: %s (roster sha256 %s)",
	         plan_cause_words(item->cause), audit->roster->sha256);
}

bool
audit_ends_all(int code)
{
	return code == TN_E_UNREACHABLE || code == TN_E_TIMEOUT ||
	       code == TN_E_PROTOCOL || code == TN_E_NO_MEMORY;
}

void
audit_done(struct audit *audit)
{
	json_decref(audit->resolved);
	finding_memory_free(audit->memory);
	findings_free(audit->findings);
	plan_free(audit->plan_after);
	people_free(audit->people_after);
	free(audit->results);
	plan_free(audit->plan);
	leak_halves_done(&audit->halves);
	leak_cases_done(&audit->leaks);
	people_free(audit->people);
	roster_free(audit->roster);
	session_close(&audit->session);
}

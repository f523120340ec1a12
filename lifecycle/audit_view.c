#include "audit_view.h"

#include <string.h>

#include "base/day.h"
#include "display.h"

/* So many lines of one rule; the rest is counted (--json has them all). */
#define LINES_OF_ONE_RULE 12

static void
print_item(FILE *out, const struct plan_item *item)
{
	const struct tn_account *account = item->person->account;
	char day[TN_DAY_TEXT_MAX];

	fprintf(out, "%-12s %-20s ", plan_kind_text(item->kind),
	        account->login);
	display_pad(out, account->real_name, 10);
	fprintf(out, " %-10s %s", account->staff_number,
	        plan_cause_words(item->cause));
	if (item->row && item->row->end_day != TN_DAY_NONE &&
	    item->cause == PLAN_CAUSE_DEPARTED) {
		tn_day_format(item->row->end_day, day);
		fprintf(out, " (last day %s)", day);
	}
	if (item->cause == PLAN_CAUSE_NAME_DIFFERS && item->row)
		fprintf(out, ": %s", item->row->name);
	if (item->cause == PLAN_CAUSE_NUMBER_DIFFERS && item->row)
		fprintf(out, ": %s", item->row->staff_number);
	fputc('\n', out);
}

void
audit_print_plan(FILE *out, const struct plan *plan,
                 const struct roster *roster)
{
	size_t i;

	fprintf(out, "roster: %zu people, %zu present (%s, sha256 %.16s...)\n",
	        roster->count, roster->present, roster->encoding,
	        roster->sha256);
	for (i = 0; i < plan->count; i++)
		print_item(out, &plan->items[i]);
	fputs("plan: disable ", out);
	display_count(out, plan->disable_count, "account");
	fprintf(out, " of %zu\n", plan->population);
	for (i = 0; i < plan->brake_count; i++) {
		const struct plan_brake *brake = &plan->brakes[i];

		fprintf(out, "BRAKE: %zu of %zu %s%s is more than the %s\n",
		        brake->affected, brake->total,
		        brake->department ? "in " : "accounts in all",
		        brake->department ? brake->department : "",
		        brake->cause == BRAKE_COUNT ? "count that one run may "
		                                      "disable"
		                                    : "share that one run may "
		                                      "disable");
	}
	if (plan->has_shrunk)
		fputs("BRAKE: the roster has far fewer people than the last "
		      "one accepted\n",
		      out);
}

static const char *
colour_of(enum finding_severity severity)
{
	switch (severity) {
	case FINDING_CRITICAL:
		return "\033[31;1m";
	case FINDING_HIGH:
		return "\033[31m";
	case FINDING_MEDIUM:
		return "\033[33m";
	case FINDING_NOTE:
		break;
	}
	return "";
}

static size_t
rule_length(const struct findings *findings, size_t at)
{
	size_t end = at;

	while (end < findings->count &&
	       findings->of[end].rule == findings->of[at].rule &&
	       findings->of[end].severity == findings->of[at].severity)
		end++;
	return end - at;
}

static void
print_changes(FILE *out, const struct findings *findings,
              const json_t *resolved)
{
	size_t gone = json_array_size(resolved);
	size_t fresh = 0;
	size_t i;

	for (i = 0; i < findings->count; i++)
		fresh += findings->of[i].state == FINDING_NEW;
	fprintf(out, ": %zu new, %zu open; %zu resolved since the last audit\n",
	        fresh, findings->count - fresh, gone);
	for (i = 0; i < gone && i < LINES_OF_ONE_RULE; i++) {
		const json_t *one = json_array_get(resolved, i);

		fprintf(out, "  resolved: %s\n",
		        json_string_value(json_object_get(one, "id")));
	}
	if (gone > LINES_OF_ONE_RULE)
		fprintf(out, "  and %zu more (--json has them all)\n",
		        gone - LINES_OF_ONE_RULE);
}

void
audit_print_findings(FILE *out, const struct findings *findings,
                     const json_t *resolved, bool compared, bool colour)
{
	size_t at = 0;
	size_t i;

	while (at < findings->count) {
		const struct finding *first = &findings->of[at];
		size_t n = rule_length(findings, at);
		const char *on = colour ? colour_of(first->severity) : "";

		fprintf(out, "\n%s%s%s: %s (%s), %zu\n", on,
		        finding_severity_text(first->severity),
		        *on ? "\033[0m" : "", finding_rule_title(first->rule),
		        finding_rule_article(first->rule), n);
		for (i = at; i < at + n && i < at + LINES_OF_ONE_RULE; i++)
			fprintf(out, "%c %-20s %s\n",
			        compared && findings->of[i].state == FINDING_NEW
			            ? '+'
			            : ' ',
			        findings->of[i].subject, findings->of[i].what);
		if (n > LINES_OF_ONE_RULE)
			fprintf(out, "  and %zu more (--json has them all)\n",
			        n - LINES_OF_ONE_RULE);
		fprintf(out, "  to do: %s\n", first->todo);
		at += n;
	}
	fputs(findings->count ? "\n" : "", out);
	display_count(out, findings->count, "finding");
	if (compared)
		print_changes(out, findings, resolved);
	else
		fputc('\n', out);
}

/* A value that cannot be built is no value left out: the array is NULL from
   then on, and the whole answer fails. */
static void
push(json_t **array, json_t *value)
{
	if (!json_array_append_new(*array, value))
		return;
	json_decref(*array);
	*array = NULL;
}

json_t *
audit_plan_json(const struct plan *plan)
{
	json_t *items = json_array();
	json_t *brakes = json_array();
	size_t i;

	for (i = 0; i < plan->count; i++) {
		const struct plan_item *item = &plan->items[i];
		const struct tn_account *account = item->person->account;

		push(&items,
		     json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "action",
		               plan_kind_text(item->kind), "cause",
		               plan_cause_text(item->cause), "login",
		               account->login, "name", account->real_name,
		               "staff_number", account->staff_number,
		               "department", account->department, "line",
		               (json_int_t)(item->row ? item->row->line : 0)));
	}
	for (i = 0; i < plan->brake_count; i++) {
		const struct plan_brake *brake = &plan->brakes[i];

		push(&brakes,
		     json_pack(
		         "{s:s, s:s, s:I, s:I}", "department",
		         brake->department ? brake->department : "", "cause",
		         brake->cause == BRAKE_COUNT ? "count" : "percent",
		         "affected", (json_int_t)brake->affected, "total",
		         (json_int_t)brake->total));
	}
	if (plan->has_shrunk)
		push(&brakes, json_pack("{s:s, s:s}", "department", "", "cause",
		                        "roster-shrunk"));
	return json_pack("{s:o, s:I, s:I, s:o}", "items", items, "disable",
	                 (json_int_t)plan->disable_count, "population",
	                 (json_int_t)plan->population, "brakes", brakes);
}

json_t *
audit_findings_json(const struct findings *findings)
{
	json_t *array = json_array();
	size_t i;

	/* Stopped half way: what was done is told, not what is found. */
	if (!findings) {
		json_decref(array);
		return json_null();
	}
	for (i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->of[i];
		char since[TN_RFC3339_TEXT_MAX];
		json_t *since_json = json_null();

		if (finding->since != TN_TIME_NONE) {
			tn_rfc3339_format(finding->since, since);
			since_json = json_string(since);
		}
		push(&array,
		     json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:s}",
		               "id", finding->id, "rule",
		               finding_rule_text(finding->rule), "article",
		               finding_rule_article(finding->rule), "severity",
		               finding_severity_text(finding->severity),
		               "subject", finding->subject, "state",
		               finding_state_text(finding->state), "since",
		               since_json, "what", finding->what, "todo",
		               finding->todo));
	}
	return array;
}

json_t *
audit_results_json(const struct audit_result *results, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		push(&array, json_pack("{s:s, s:s, s:s}", "login",
		                       results[i].item->person->account->login,
		                       "outcome", results[i].outcome, "why",
		                       results[i].why));
	return array;
}

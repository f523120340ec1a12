#include "account_view.h"

#include <string.h>

#include "base/day.h"
#include "judge_person.h"

static void
line(FILE *out, const char *name, const char *text)
{
	if (*text)
		fprintf(out, "%-14s %s\n", name, text);
}

static void
line_day(FILE *out, const char *name, int32_t day)
{
	char text[TN_DAY_TEXT_MAX];

	if (day == TN_DAY_NONE)
		return;
	tn_day_format(day, text);
	line(out, name, text);
}

static void
line_time(FILE *out, const char *name, int64_t time)
{
	char text[TN_RFC3339_TEXT_MAX];

	if (time == TN_TIME_NONE)
		return;
	tn_rfc3339_format(time, text);
	line(out, name, text);
}

static void
print_password(FILE *out, const struct tn_account *account)
{
	char text[TN_RFC3339_TEXT_MAX];

	if (account->key_only) {
		line(out, "password", "none: key-only");
		return;
	}
	if (account->password_reset) {
		tn_rfc3339_format(account->initial_deadline, text);
		fprintf(out, "%-14s initial, not changed yet; valid until %s\n",
		        "password", text);
		return;
	}
	tn_rfc3339_format(account->password_changed, text);
	fprintf(out, "%-14s changed %s\n", "password", text);
}

static void
print_locks(FILE *out, const struct people *people)
{
	char since[TN_RFC3339_TEXT_MAX];
	size_t i;

	for (i = 0; i < people->lock_count; i++) {
		const struct tn_lock *lock = people->locks[i];

		tn_rfc3339_format(lock->since, since);
		fprintf(out, "%-14s %s since %s%s: %s\n", "lock",
		        tn_lock_kind_text(lock->kind), since,
		        lock->released ? " (released)" : "", lock->reason);
	}
}

void
account_view_print(FILE *out, const struct account_view *view)
{
	const struct tn_account *account = view->person->account;
	struct tn_verdict verdict;
	size_t i;

	line(out, "login", account->login);
	line(out, "name", account->real_name);
	line(out, "staff number", account->staff_number);
	line(out, "kind",
	     account->kind == TN_KIND_SERVICE ? "service" : "person");
	line(out, "department", account->department);
	line(out, "status", tn_status_text(account->status));
	print_locks(out, view->people);
	print_password(out, account);
	line_day(out, "first day", account->start_day);
	line_day(out, "last day", account->end_day);
	fprintf(out, "%-14s %u (gid %u)\n", "uid", (unsigned int)account->uid,
	        (unsigned int)account->gid);
	line(out, "home", account->home);
	line(out, "shell", account->shell);
	if (view->people->group_count)
		fprintf(out, "%-14s", "groups");
	for (i = 0; i < view->people->group_count; i++)
		fprintf(out, " %s", view->people->groups[i]->name);
	if (view->people->group_count)
		fputc('\n', out);
	line(out, "role", view->person->holds_role ? "holds one" : "");
	line(out, "owner", account->owner);
	line(out, "reason", account->reason);
	line(out, "application", account->application);
	line_time(out, "created", account->created);
	line_time(out, "changed", account->changed);
	verdict = person_verdict(view->person, view->config, view->moment,
	                         TN_WAY_PASSWORD);
	fprintf(out, "%-14s %s: %s\n", "by password",
	        tn_decision_words(verdict.decision),
	        verdict.row == TN_ROW_NOT_SERVED
	            ? tn_refusal_words(verdict.refusal)
	            : tn_row_words(verdict.row));
}

static json_t *
json_day(int32_t day)
{
	char text[TN_DAY_TEXT_MAX];

	if (day == TN_DAY_NONE)
		return json_null();
	tn_day_format(day, text);
	return json_string(text);
}

static json_t *
json_time(int64_t time)
{
	char text[TN_RFC3339_TEXT_MAX];

	if (time == TN_TIME_NONE)
		return json_null();
	tn_rfc3339_format(time, text);
	return json_string(text);
}

static json_t *
locks_json(const struct people *people)
{
	json_t *locks = json_array();
	size_t i;

	for (i = 0; i < people->lock_count; i++) {
		const struct tn_lock *lock = people->locks[i];

		json_array_append_new(
		    locks,
		    json_pack("{s:s, s:s, s:o, s:s, s:b}", "name", lock->name,
		              "kind", tn_lock_kind_text(lock->kind), "since",
		              json_time(lock->since), "reason", lock->reason,
		              "released", lock->released));
	}
	return locks;
}

static json_t *
groups_json(const struct people *people)
{
	json_t *groups = json_array();
	size_t i;

	for (i = 0; i < people->group_count; i++)
		json_array_append_new(groups,
		                      json_string(people->groups[i]->name));
	return groups;
}

json_t *
account_view_json(const struct account_view *view)
{
	const struct tn_account *account = view->person->account;
	json_t *json;

	json = json_pack(
	    "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:s}", "dn",
	    account->dn, "login", account->login, "name", account->real_name,
	    "staff_number", account->staff_number, "kind",
	    account->kind == TN_KIND_SERVICE ? "service" : "person",
	    "department", account->department, "status",
	    tn_status_text(account->status), "uid", (json_int_t)account->uid,
	    "gid", (json_int_t)account->gid, "home", account->home, "shell",
	    account->shell);
	if (!json)
		return NULL;
	json_object_set_new(json, "locks", locks_json(view->people));
	json_object_set_new(json, "groups", groups_json(view->people));
	json_object_set_new(json, "holds_role",
	                    json_boolean(view->person->holds_role));
	json_object_set_new(json, "key_only", json_boolean(account->key_only));
	json_object_set_new(json, "password_is_initial",
	                    json_boolean(account->password_reset));
	json_object_set_new(json, "password_changed",
	                    json_time(account->password_changed));
	json_object_set_new(json, "initial_deadline",
	                    json_time(account->initial_deadline));
	json_object_set_new(json, "first_day", json_day(account->start_day));
	json_object_set_new(json, "last_day", json_day(account->end_day));
	json_object_set_new(json, "owner", json_string(account->owner));
	json_object_set_new(json, "application",
	                    json_string(account->application));
	json_object_set_new(json, "created", json_time(account->created));
	json_object_set_new(json, "changed", json_time(account->changed));
	json_object_set_new(json, "dead",
	                    json_boolean(person_is_dead(
	                        view->person, view->config, view->moment)));
	return json;
}

/* Why, in words: the row, and for row 1 the refusal. */
static const char *
verdict_words(const struct tn_verdict *verdict)
{
	return verdict->row == TN_ROW_NOT_SERVED
	           ? tn_refusal_words(verdict->refusal)
	           : tn_row_words(verdict->row);
}

void
account_explain_print(FILE *out, const struct account_view *view)
{
	const struct tn_account *account = view->person->account;
	int way;

	fprintf(out, "%s (%s, %s), as the directory alone can tell:\n",
	        account->login, account->real_name, account->staff_number);
	for (way = 0; way < TN_WAY_COUNT; way++) {
		const struct tn_verdict verdict = person_verdict(
		    view->person, view->config, view->moment, (enum tn_way)way);

		fprintf(out, "  %-9s %-25s row %-3s %s%s%s%s\n",
		        way_text((enum tn_way)way),
		        tn_decision_words(verdict.decision),
		        tn_row_number(verdict.row), verdict_words(&verdict),
		        *tn_row_article(verdict.row) ? " (" : "",
		        tn_row_article(verdict.row),
		        *tn_row_article(verdict.row) ? ")" : "");
	}
	fputs("a host may refuse more: who is admitted there, failures, a "
	      "directory not heard;\nrun tenure explain on that host\n",
	      out);
}

/* The shape of tenured's answer (tenured(8)), with what is known here. */
json_t *
account_explain_json(const struct account_view *view)
{
	const struct tn_account *account = view->person->account;
	json_t *verdicts = json_object();
	int way;

	for (way = 0; way < TN_WAY_COUNT; way++) {
		const struct tn_verdict verdict = person_verdict(
		    view->person, view->config, view->moment, (enum tn_way)way);

		json_object_set_new(
		    verdicts, way_text((enum tn_way)way),
		    json_pack("{s:s, s:s, s:s, s:s}", "decision",
		              tn_decision_words(verdict.decision), "row",
		              tn_row_number(verdict.row), "words",
		              verdict_words(&verdict), "article",
		              tn_row_article(verdict.row)));
	}
	return json_pack("{s:s, s:b, s:s, s:s, s:s, s:s, s:o, s:o}", "source",
	                 "directory", "known", 1, "name", account->login,
	                 "real_name", account->real_name, "staff_number",
	                 account->staff_number, "status",
	                 tn_status_text(account->status), "locks",
	                 locks_json(view->people), "verdicts", verdicts);
}

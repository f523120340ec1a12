#include "finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "finding_add.h"
#include "judge_person.h"

#define ROSTER_PREFIX "roster-"
#define SHA256_DIGITS 64

/* What a host or an entry said goes to terminals and into JSON. */
static void
make_clean(char *text, size_t size)
{
	size_t len = strlen(text);

	if (len + 1 == size)
		tn_text_cut(text, len);
	tn_text_clean(text);
}

int
finding_add(struct finder *finder, const struct found *found,
            struct tn_err *err, const char *format, ...)
{
	struct findings *findings = finder->findings;
	struct finding *finding;
	va_list args;

	if (findings->count == finder->room) {
		size_t room = finder->room ? finder->room * 2 : 64;
		struct finding *more =
		    reallocarray(findings->of, room, sizeof(*more));

		if (!more)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		findings->of = more;
		finder->room = room;
	}
	finding = &findings->of[findings->count++];
	*finding = (struct finding){
		.rule = found->rule,
		.severity = found->severity,
		.since = found->since,
		.todo = found->todo,
	};
	snprintf(finding->subject, sizeof(finding->subject), "%s",
	         found->subject);
	snprintf(finding->id, sizeof(finding->id), "%s/%s",
	         finding_rule_text(found->rule), finding->subject);
	va_start(args, format);
	vsnprintf(finding->what, sizeof(finding->what), format, args);
	va_end(args);
	make_clean(finding->subject, sizeof(finding->subject));
	make_clean(finding->id, sizeof(finding->id));
	make_clean(finding->what, sizeof(finding->what));
	return TN_OK;
}

/* What the plan found: who should be shut, and what contradicts itself. */
static int
add_item(struct finder *finder, const struct plan_item *item,
         struct tn_err *err)
{
	const struct tn_account *account = item->person->account;
	struct found found = {
		.subject = account->login,
		.since = TN_TIME_NONE,
	};

	if (item->kind == PLAN_DISABLE || item->kind == PLAN_ROLE) {
		bool is_role = item->kind == PLAN_ROLE;
		bool is_shut =
		    !is_role &&
		    person_is_dead(item->person, finder->input->config,
		                   finder->input->moment);

		found.rule =
		    is_role ? FINDING_ROLE_DEPARTED : FINDING_DEPARTED_OPEN;
		found.severity = is_shut ? FINDING_HIGH : FINDING_CRITICAL;
		found.todo = is_role ? "two people sign for it: tenure role depart"
		                     : "tenure audit --roster FILE --apply, or "
		                       "tenure depart";
		if (item->row && item->row->end_day != TN_DAY_NONE)
			found.since =
			    tn_day_start(item->row->end_day + 1,
			                 finder->input->config->utc_offset);
		/* Hosts refuse already, by a lock or the end date; what reads
		   the status alone does not. */
		return finding_add(
		    finder, &found, err, "%s (%s) %s%s", account->real_name,
		    account->staff_number, plan_cause_words(item->cause),
		    is_shut ? "; hosts let nobody in, the directory "
		              "does not say departed"
		            : "");
	}
	if (item->kind != PLAN_QUARANTINE || item->cause == PLAN_CAUSE_SECOND)
		return TN_OK;
	found.severity = FINDING_MEDIUM;
	found.todo = "HR says which is right; nothing is disabled meanwhile";
	if (item->cause == PLAN_CAUSE_NAME_DIFFERS) {
		found.rule = FINDING_NAME_DIFFERS;
		return finding_add(
		    finder, &found, err,
		    "staff number %s is %s here and %s in the roster "
		    "(line %zu)",
		    account->staff_number, account->real_name, item->row->name,
		    item->row->line);
	}
	found.rule = FINDING_NUMBER_DIFFERS;
	return finding_add(
	    finder, &found, err,
	    "%s has number %s here; the roster has that name under %s "
	    "(line %zu) and not this number",
	    account->real_name, account->staff_number, item->row->staff_number,
	    item->row->line);
}

/* Why no host serves the account (verdict row 1), as a finding of its own. */
static int
add_refusal(struct finder *finder, const struct person *person,
            struct tn_err *err)
{
	const struct tn_account *account = person->account;
	enum tn_refusal refusal = person_refusal(person, finder->input->config);
	struct found found = {
		.subject = account->login,
		.since = account->created,
		.severity = FINDING_HIGH,
	};

	switch (refusal) {
	case TN_REFUSAL_NONE:
		return TN_OK;
	case TN_REFUSAL_SECOND_ACCOUNT:
		found.rule = FINDING_SECOND_ACCOUNT;
		found.severity = FINDING_CRITICAL;
		found.todo = "keep one: tenure depart the other";
		break;
	case TN_REFUSAL_SECOND_UID:
		found.rule = FINDING_SECOND_UID;
		found.severity = FINDING_CRITICAL;
		found.todo = "give the younger one a number of its own";
		break;
	case TN_REFUSAL_REAL_NAME:
		found.rule = FINDING_NO_REAL_NAME;
		found.todo = "write the real name, or tenure depart";
		break;
	default:
		found.rule = FINDING_NOT_SERVED;
		found.severity = FINDING_MEDIUM;
		found.todo = "correct the entry, or tenure depart";
		break;
	}
	return finding_add(finder, &found, err, "%s (%s): %s",
	                   account->real_name, account->staff_number,
	                   tn_refusal_words(refusal));
}

/* "roster-" and a SHA-256, as `issue` writes it where nobody can approve. */
static bool
names_roster(const char *application)
{
	const char *digest;

	if (strncmp(application, ROSTER_PREFIX, strlen(ROSTER_PREFIX)))
		return false;
	digest = application + strlen(ROSTER_PREFIX);
	return strlen(digest) == SHA256_DIGITS &&
	       strspn(digest, "0123456789abcdef") == SHA256_DIGITS;
}

/* UM-10. What root issued from a roster while nobody could approve is a note,
   and more once somebody can: that roster is filed and approved then. */
static int
add_unapproved(struct finder *finder, const struct person *person,
               struct tn_err *err)
{
	const struct tn_account *account = person->account;
	const bool is_person = account->kind == TN_KIND_PERSON;
	const bool is_first = is_person && names_roster(account->application);
	const struct found found = {
		.rule = FINDING_UNAPPROVED,
		.severity = !is_first ? FINDING_HIGH
		            : finder->input->people->has_manager
		                ? FINDING_MEDIUM
		                : FINDING_NOTE,
		.subject = account->login,
		.since = account->created,
		.todo = "tenure apply, and two people who approve it; or "
		        "tenure depart",
	};

	if (account->status == TN_STATUS_DEPARTED ||
	    people_is_approved(finder->input->people,
	                       is_person ? account->staff_number : account->dn))
		return TN_OK;
	if (!is_person)
		return finding_add(finder, &found, err,
		                   "no approved application lists this service "
		                   "account");
	if (is_first)
		return finding_add(finder, &found, err,
		                   "%s (%s) was issued from a roster before "
		                   "anybody could approve",
		                   account->real_name, account->staff_number);
	if (!*account->application)
		return finding_add(finder, &found, err,
		                   "%s (%s) names no application",
		                   account->real_name, account->staff_number);
	return finding_add(finder, &found, err,
	                   "%s (%s): no approved application lists this staff "
	                   "number; the account names %.80s",
	                   account->real_name, account->staff_number,
	                   account->application);
}

/* Half of two writes: the status is what the server's own rules read. */
static int
add_lock_without_status(struct finder *finder, const struct person *person,
                        struct tn_err *err)
{
	const struct found found = {
		.rule = FINDING_LOCK_ACTIVE,
		.severity = FINDING_HIGH,
		.subject = person->account->login,
		.since = person->locked_since,
		.todo = "finish what was begun (tenure depart), or release "
		        "the lock",
	};

	if (!person->locks || person->account->status != TN_STATUS_ACTIVE)
		return TN_OK;
	return finding_add(finder, &found, err,
	                   "%s (%s): a lock is open and the status says active",
	                   person->account->real_name,
	                   person->account->staff_number);
}

static int
judge_gap(struct finder *finder, const struct people_gap *gap,
          struct tn_err *err)
{
	const struct found found = {
		.rule =
		    gap->is_report ? FINDING_BAD_REPORT : FINDING_UNREADABLE,
		.severity = gap->is_report ? FINDING_MEDIUM : FINDING_CRITICAL,
		.subject = gap->what,
		.since = TN_TIME_NONE,
		.todo = gap->is_report
		            ? "look at tenured on that host"
		            : "correct the entry: whom it names, locks or "
		              "hides is not known here",
	};

	return finding_add(finder, &found, err, "%s", gap->why);
}

static int
judge_account(struct finder *finder, const struct person *person,
              struct tn_err *err)
{
	const struct tn_account *account = person->account;
	const struct found orphan = {
		.rule = FINDING_ORPHAN,
		.severity = FINDING_HIGH,
		.subject = account->login,
		.since = account->created,
		.todo = "ask HR who this is; nobody: tenure depart",
	};
	int r;

	/* Who has departed needs no other finding, and neither name nor
	   number of theirs is missed. */
	if (account->status == TN_STATUS_DEPARTED &&
	    person_is_dead(person, finder->input->config,
	                   finder->input->moment))
		return TN_OK;
	r = add_refusal(finder, person, err);
	if (!r)
		r = add_lock_without_status(finder, person, err);
	if (!r && account->kind == TN_KIND_PERSON &&
	    !roster_find(finder->input->roster, account->staff_number))
		r = finding_add(finder, &orphan, err,
		                "%s: the roster has no %s", account->real_name,
		                account->staff_number);
	if (!r)
		r = add_unapproved(finder, person, err);
	if (!r && account->status == TN_STATUS_ACTIVE)
		r = finding_add_password(finder, person, err);
	return r;
}

static int
compare(const void *a, const void *b)
{
	const struct finding *x = a;
	const struct finding *y = b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return strcmp(x->subject, y->subject);
}

int
findings_make(const struct finding_input *input, struct findings **ret,
              struct tn_err *err)
{
	const struct people *people = input->people;
	struct finder finder = { .input = input };
	size_t i;
	int r = TN_OK;

	finder.findings = calloc(1, sizeof(*finder.findings));
	if (!finder.findings)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	for (i = 0; i < people->gap_count && !r; i++)
		r = judge_gap(&finder, &people->gaps[i], err);
	for (i = 0; i < input->plan->count && !r; i++)
		r = add_item(&finder, &input->plan->items[i], err);
	for (i = 0; i < people->count && !r; i++)
		r = judge_account(&finder, &people->persons[i], err);
	if (!r)
		r = finding_add_hosts(&finder, err);
	if (!r)
		r = finding_add_leaks(&finder, err);
	if (r) {
		findings_free(finder.findings);
		return r;
	}
	if (finder.findings->count)
		qsort(finder.findings->of, finder.findings->count,
		      sizeof(struct finding), compare);
	*ret = finder.findings;
	return TN_OK;
}

void
findings_free(struct findings *findings)
{
	if (!findings)
		return;
	free(findings->of);
	free(findings);
}

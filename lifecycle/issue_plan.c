#include "issue_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/serve_rule.h"
#include "base/hash_table.h"
#include "login_name.h"
#include "pinyin/pinyin.h"

/* A word that is used: a name (how often), or a login given in this plan. */
struct used {
	const char *word; /* borrowed */
	size_t times;
	UT_hash_handle hh;
};

/* An account that is open and whose number the roster does not list, by its
   person's name. */
struct unlisted {
	const struct tn_account *account; /* borrowed */
	UT_hash_handle hh;
};

struct issuer {
	const struct issue_input *input;
	struct issue_plan *plan;
	struct used *names;
	struct used *logins;
	struct unlisted *unlisted;
};

static int
use_word(struct used **words, const char *word, struct tn_err *err)
{
	struct used *used = NULL;

	HASH_FIND_STR(*words, word, used);
	if (!used) {
		used = calloc(1, sizeof(*used));
		if (!used)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		used->word = word;
		HASH_ADD_KEYPTR(hh, *words, used->word, strlen(used->word),
		                used);
		if (TN_HASH_LOST(hh, used)) {
			free(used);
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		}
	}
	used->times++;
	return TN_OK;
}

static size_t
times_used(struct used *words, const char *word)
{
	struct used *used = NULL;

	HASH_FIND_STR(words, word, used);
	return used ? used->times : 0;
}

static void
forget_words(struct used **words)
{
	struct used *used;
	struct used *next;

	HASH_ITER(hh, *words, used, next)
	{
		HASH_DEL(*words, used);
		free(used);
	}
}

static int
add_unlisted(struct issuer *issuer, const struct tn_account *account,
             struct tn_err *err)
{
	struct unlisted *unlisted = NULL;

	HASH_FIND_STR(issuer->unlisted, account->real_name, unlisted);
	if (unlisted)
		return TN_OK;
	unlisted = calloc(1, sizeof(*unlisted));
	if (!unlisted)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	unlisted->account = account;
	HASH_ADD_KEYPTR(hh, issuer->unlisted, account->real_name,
	                strlen(account->real_name), unlisted);
	if (TN_HASH_LOST(hh, unlisted)) {
		free(unlisted);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	return TN_OK;
}

static void
forget_unlisted(struct issuer *issuer)
{
	struct unlisted *unlisted;
	struct unlisted *next;

	HASH_ITER(hh, issuer->unlisted, unlisted, next)
	{
		HASH_DEL(issuer->unlisted, unlisted);
		free(unlisted);
	}
}

static bool
is_taken(const void *context, const char *login)
{
	const struct issuer *issuer = context;
	const struct issue_input *input = issuer->input;

	return people_has_name(input->people, login) ||
	       times_used(issuer->logins, login) ||
	       input->is_local(input->context, login);
}

/* How many present people have a name: of the roster, and of the directory
   whom the roster does not list. */
static int
count_names(struct issuer *issuer, struct tn_err *err)
{
	const struct roster *roster = issuer->input->roster;
	const struct people *people = issuer->input->people;
	size_t i;
	int r = TN_OK;

	for (i = 0; i < roster->count && !r; i++) {
		if (roster->rows[i].status == ROSTER_PRESENT)
			r = use_word(&issuer->names, roster->rows[i].name, err);
	}
	for (i = 0; i < people->count && !r; i++) {
		const struct tn_account *account = people->persons[i].account;

		if (account->kind != TN_KIND_PERSON ||
		    roster_find(roster, account->staff_number))
			continue;
		r = use_word(&issuer->names, account->real_name, err);
		if (!r && account->status != TN_STATUS_DEPARTED)
			r = add_unlisted(issuer, account, err);
	}
	return r;
}

static void
quarantine(struct issue_item *item, const char *why)
{
	item->kind = ISSUE_QUARANTINE;
	snprintf(item->why, sizeof(item->why), "%s", why);
}

/* Would a host serve what is about to be made (DESIGN section 12)? */
static enum tn_refusal
would_refuse(const struct issue_input *input, const struct issue_item *item)
{
	const char *const roots[] = { input->home_root, NULL };
	const struct tn_serve_policy policy = {
		.min_uid = input->min_uid,
		.home_roots = roots,
	};
	struct tn_account account;
	char home[TN_HOME_MAX + TN_LOGIN_MAX + 2];

	snprintf(home, sizeof(home), "%.*s/%s", TN_HOME_MAX, input->home_root,
	         item->login);
	tn_account_init(&account);
	account.kind = TN_KIND_PERSON;
	account.login = item->login;
	account.real_name = item->row->name;
	account.staff_number = item->row->staff_number;
	account.department = item->row->department;
	account.home = home;
	account.shell = "/bin/bash";
	account.status = TN_STATUS_ACTIVE;
	/* The numbers come from the counter, and are checked then. */
	account.uid = 2000000;
	account.gid = 2000000;
	return tn_serve_refusal(&account, &policy, NULL);
}

/* UM-5.4: a newcomer with the name of somebody whose number is not in the
   roster is most likely that person: a spreadsheet drops leading zeros. */
static bool
is_perhaps_there(const struct issuer *issuer, struct issue_item *item)
{
	struct unlisted *unlisted = NULL;

	HASH_FIND_STR(issuer->unlisted, item->row->name, unlisted);
	if (!unlisted)
		return false;
	item->kind = ISSUE_QUARANTINE;
	snprintf(item->why, sizeof(item->why),
	         "%.32s has this name and the staff number %.64s, which the "
	         "roster does not list: the same person, or another?",
	         unlisted->account->login, unlisted->account->staff_number);
	return true;
}

/* UM-10: on whose approval? False where there is none. */
static bool
find_permit(const struct issuer *issuer, struct issue_item *item)
{
	const struct issue_input *input = issuer->input;
	const char *why = NULL;

	item->application = input->permit(input->context, item->row, &why);
	if (why) {
		quarantine(item, why);
		return false;
	}
	if (!item->application)
		item->application = input->bootstrap;
	if (item->application)
		return true;
	item->kind = ISSUE_UNAPPROVED;
	snprintf(item->why, sizeof(item->why),
	         "no approved application lists this number");
	return false;
}

static int
name_newcomer(struct issuer *issuer, struct issue_item *item,
              struct tn_err *err)
{
	struct tn_err why = TN_ERR_INIT;
	enum tn_refusal refusal;
	struct tn_pinyin pinyin;
	int r;

	if (is_perhaps_there(issuer, item) || !find_permit(issuer, item))
		return TN_OK;
	(void)((r = tn_pinyin(item->row->name, &pinyin, &why)) ||
	       (r = login_name(pinyin.joined, is_taken, issuer, item->login,
	                       &why)));
	if (r == TN_E_INVALID || r == TN_E_LIMIT || r == TN_E_EXISTS) {
		quarantine(item, why.text);
		return TN_OK;
	}
	if (r) {
		if (err)
			*err = why;
		return r;
	}
	refusal = would_refuse(issuer->input, item);
	if (refusal) {
		quarantine(item, tn_refusal_words(refusal));
		return TN_OK;
	}
	item->kind = ISSUE_CREATE;
	item->is_homonym = times_used(issuer->names, item->row->name) > 1;
	return use_word(&issuer->logins, item->login, err);
}

static int
decide(struct issuer *issuer, struct issue_item *item, struct tn_err *err)
{
	const struct person *person = people_by_staff_number(
	    issuer->input->people, item->row->staff_number);

	if (person)
		snprintf(item->login, sizeof(item->login), "%s",
		         person->account->login);
	if (item->row->status == ROSTER_DEPARTED) {
		item->kind = ISSUE_DEPARTED;
		return TN_OK;
	}
	if (!person)
		return name_newcomer(issuer, item, err);
	item->kind = ISSUE_EXISTS;
	if (strcmp(person->account->real_name, item->row->name)) {
		item->kind = ISSUE_QUARANTINE;
		snprintf(item->why, sizeof(item->why),
		         "%s has this staff number and is called %.96s",
		         person->account->login, person->account->real_name);
	} else if (person->account->status == TN_STATUS_DEPARTED) {
		item->kind = ISSUE_QUARANTINE;
		snprintf(item->why, sizeof(item->why),
		         "%s has departed: a return is not built yet",
		         person->account->login);
	}
	return TN_OK;
}

int
issue_plan_make(const struct issue_input *input, struct issue_plan **ret,
                struct tn_err *err)
{
	const struct roster *roster = input->roster;
	struct issuer issuer = { .input = input };
	struct issue_plan *plan = NULL;
	size_t i;
	int r;

	plan = calloc(1, sizeof(*plan));
	if (plan)
		plan->items = calloc(roster->count + 1, sizeof(*plan->items));
	if (!plan || !plan->items) {
		r = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		goto out;
	}
	issuer.plan = plan;
	r = count_names(&issuer, err);
	for (i = 0; i < roster->count && !r; i++) {
		struct issue_item *item = &plan->items[plan->count++];

		item->row = &roster->rows[i];
		r = decide(&issuer, item, err);
		plan->create += item->kind == ISSUE_CREATE;
		plan->exists += item->kind == ISSUE_EXISTS;
		plan->departed += item->kind == ISSUE_DEPARTED;
		plan->quarantine += item->kind == ISSUE_QUARANTINE;
		plan->unapproved += item->kind == ISSUE_UNAPPROVED;
	}
	if (!r) {
		*ret = plan;
		plan = NULL;
	}
out:
	forget_words(&issuer.names);
	forget_words(&issuer.logins);
	forget_unlisted(&issuer);
	issue_plan_free(plan);
	return r;
}

void
issue_plan_free(struct issue_plan *plan)
{
	if (!plan)
		return;
	free(plan->items);
	free(plan);
}

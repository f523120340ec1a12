#include "depart.h"

#include <string.h>

#include "account/account.h"
#include "base/day.h"
#include "judge_person.h"
#include "lock_write.h"
#include "people_find.h"
#include "person_verb.h"

bool
depart_is_complete(const struct person *person)
{
	const struct tn_account *account = person->account;

	return (person->locks & TN_LOCK_DEPARTURE) &&
	       account->status == TN_STATUS_DEPARTED &&
	       account->policy_locked == 0 &&
	       account->policy_end != TN_TIME_NONE;
}

/* What the plan was computed from must still be so. */
static int
check_stale(const struct person *planned, const struct person *now,
            struct tn_err *err)
{
	const struct tn_account *a = planned->account;
	const struct tn_account *b = now->account;

	if (memcmp(&a->uuid, &b->uuid, sizeof(a->uuid)) ||
	    strcmp(a->staff_number, b->staff_number) ||
	    strcmp(a->real_name, b->real_name) || a->status != b->status)
		return tn_fail(err, TN_E_STALE,
		               "%s changed since the plan was made: nothing "
		               "was written",
		               a->login);
	return TN_OK;
}

int
depart_check(const struct person *person, struct tn_err *err)
{
	if (person->account->kind != TN_KIND_PERSON)
		return tn_fail(err, TN_E_RULE,
		               "%s is a service account: give it an end date "
		               "instead",
		               person->account->login);
	if (person->holds_role)
		return tn_fail(err, TN_E_RULE,
		               "%s holds a role: two people sign for that. "
		               "Ask with tenure role depart %s --reason TEXT "
		               "--as LOGIN",
		               person->account->login, person->account->login);
	return TN_OK;
}

/* The status too, or at least the lock where only security may touch it. */
static bool
is_shut_by_lock(const struct person *person, const struct session *session)
{
	return (person->locks & TN_LOCK_DEPARTURE) &&
	       person_is_dead(person, session->config, &session->moment);
}

static bool
is_shut(const struct person *person, const struct session *session)
{
	return is_shut_by_lock(person, session) && depart_is_complete(person);
}

int
depart(struct session *session, const struct person *person, const char *reason,
       enum depart_outcome *ret, struct tn_err *err)
{
	struct people *people = NULL;
	const struct person *now = NULL;
	const char *login = person->account->login;
	bool status_is_kept = false;
	int r;

	(void)((r = people_find(session, login, &people, &now, err)) ||
	       (r = check_stale(person, now, err)) ||
	       (r = depart_check(now, err)));
	if (r)
		goto out;
	if (depart_is_complete(now)) {
		*ret = DEPART_ALREADY;
		goto out;
	}
	if (!(now->locks & TN_LOCK_DEPARTURE) &&
	    (r = lock_add(session, now->account, TN_LOCK_DEPARTURE, reason,
	                  NULL, err))) {
		tn_context(err, "%s: the lock", login);
		goto out;
	}
	r = lock_set_status(session, now->account, TN_STATUS_DEPARTED, err);
	/* The enforcer saw the lock and was first: it is read back below. */
	if (r == TN_E_STALE)
		r = TN_OK;
	/* Only security takes a person out of "leak" or "suspended": the lock
	   shuts the account all the same, and it was shut before. */
	if (r == TN_E_DENIED && now->account->status != TN_STATUS_ACTIVE) {
		status_is_kept = true;
		r = TN_OK;
	}
	if (r) {
		tn_context(err, "%s is locked by its lock entry; its status",
		           login);
		goto out;
	}
	r = person_read_back(session, login,
	                     status_is_kept ? is_shut_by_lock : is_shut, err);
	if (!r)
		*ret = DEPART_DONE;
out:
	people_free(people);
	return r;
}

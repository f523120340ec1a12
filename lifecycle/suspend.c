#include "suspend.h"

#include "lock_write.h"
#include "person_verb.h"

bool
suspend_is_complete(const struct person *person)
{
	const struct tn_account *account = person->account;

	return (person->locks & TN_LOCK_SUSPENSION) &&
	       account->status != TN_STATUS_ACTIVE &&
	       account->status != TN_STATUS_UNKNOWN &&
	       account->policy_locked == 0 &&
	       account->policy_end != TN_TIME_NONE;
}

int
suspend_check(const struct person *person, struct tn_err *err)
{
	if (person->account->kind != TN_KIND_PERSON)
		return tn_fail(err, TN_E_RULE,
		               "%s is a service account: give it an end date "
		               "instead",
		               person->account->login);
	if (person->holds_role)
		return tn_fail(err, TN_E_RULE,
		               "%s holds a role: two people sign for that. "
		               "Ask with tenure role suspend %s --reason TEXT "
		               "--as LOGIN",
		               person->account->login, person->account->login);
	return TN_OK;
}

static bool
is_shut(const struct person *person, const struct session *session)
{
	(void)session;
	return suspend_is_complete(person);
}

int
suspend(struct session *session, const struct person *person,
        const char *reason, const char *until, struct tn_err *err)
{
	const struct tn_account *account = person->account;
	int r = suspend_check(person, err);

	if (r)
		return r;
	if (!(person->locks & TN_LOCK_SUSPENSION)) {
		const struct lock_words words = { .until = until };

		r = lock_add(session, account, TN_LOCK_SUSPENSION, reason,
		             &words, err);
		if (r)
			return tn_context(err, "%s: the lock", account->login);
	}
	/* A status that is not active is as hard, or harder. */
	if (account->status == TN_STATUS_ACTIVE) {
		r = lock_set_status(session, account, TN_STATUS_SUSPENDED, err);
		/* The enforcer saw the lock and was first. */
		if (r && r != TN_E_STALE)
			return tn_context(
			    err, "%s is locked by its lock entry; its status",
			    account->login);
	}
	return person_read_back(session, account->login, is_shut, err);
}

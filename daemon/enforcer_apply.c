#include <config.h>

#include "enforcer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/log.h"
#include "base/text.h"
#include "enforcer_plan.h"

#define WORDS_MAX 200

bool
tn_enforcer_is_answer(int code)
{
	switch (code) {
	case TN_E_RULE:
	case TN_E_DENIED:
	case TN_E_STALE:
	case TN_E_EXISTS:
	case TN_E_NOT_FOUND:
	case TN_E_LIMIT:
	case TN_E_INVALID:
		return true;
	default:
		return false;
	}
}

/* "tenureStatus=leak pwdEndTime=..." */
static void
plan_words(const struct tn_enforce_plan *plan, char ret[WORDS_MAX])
{
	size_t len = 0;
	size_t i;
	int n;

	ret[0] = '\0';
	for (i = 0; i < plan->count && len < WORDS_MAX; i++) {
		n = snprintf(ret + len, WORDS_MAX - len, "%s%s=%s",
		             i == 0 ? "" : " ", plan->changes[i].attribute,
		             plan->changes[i].value);
		len += n > 0 ? (size_t)n : 0;
	}
}

/* All changes in one write, under the assertion that the status is the one
   that the plan was made from. */
static int
write_plan(struct tn_enforcer *enforcer, const struct tn_account *account,
           const struct tn_enforce_plan *plan, struct tn_err *err)
{
	struct tn_modification changes[TN_ENFORCE_CHANGES_MAX];
	const char *values[TN_ENFORCE_CHANGES_MAX][2];
	char uuid[TN_UUID_TEXT_MAX];
	char assertion[128];
	size_t i;
	int rc;

	for (i = 0; i < plan->count; i++) {
		values[i][0] = plan->changes[i].value;
		values[i][1] = NULL;
		changes[i].kind = plan->changes[i].kind;
		changes[i].attribute = plan->changes[i].attribute;
		changes[i].values = values[i];
	}
	tn_uuid_format(&account->uuid, uuid);
	if (account->status == TN_STATUS_UNKNOWN)
		(void)snprintf(assertion, sizeof(assertion), "(entryUUID=%s)",
		               uuid);
	else
		(void)snprintf(assertion, sizeof(assertion),
		               "(&(entryUUID=%s)(tenureStatus=%s))", uuid,
		               tn_status_text(account->status));
	rc = tn_modify(enforcer->work, account->dn, changes, plan->count,
	               assertion, err);
	/* An entry that broke a rule is not kept open by that. */
	if (rc == TN_E_RULE)
		rc = tn_modify_relaxed(enforcer->work, account->dn, changes,
		                       plan->count, assertion, err);
	return rc;
}

static int
carry_out(struct tn_enforcer *enforcer, const struct tn_account *account,
          const struct tn_enforce_plan *plan, struct tn_err *err)
{
	char words[WORDS_MAX];
	int rc = write_plan(enforcer, account, plan, err);

	plan_words(plan, words);
	if (rc == TN_OK) {
		tn_log_warning("%s: %s: %s %s", account->dn, plan->why,
		               plan->is_put_back ? "put back" : "set", words);
		return TN_OK;
	}
	/* It changed meanwhile, or somebody else was first: the watch brings
	   what it is now. */
	if (rc == TN_E_STALE || rc == TN_E_EXISTS || rc == TN_E_NOT_FOUND)
		return TN_OK;
	if (!tn_enforcer_is_answer(rc))
		return rc;
	tn_log_error("%s: %s: could not set %s: %s", account->dn, plan->why,
	             words, err->text);
	*err = (struct tn_err)TN_ERR_INIT;
	return TN_OK;
}

int
tn_enforcer_apply(struct tn_enforcer *enforcer,
                  const struct tn_account *account, unsigned int open_locks,
                  bool look_around, struct tn_err *err)
{
	const struct tn_enforce_facts facts = {
		.account = account,
		.open_locks = open_locks,
		.now = (int64_t)time(NULL),
		.utc_offset = enforcer->config->utc_offset,
	};
	struct tn_enforce_plan plan = tn_enforce_plan(&facts);
	const struct tn_lock *lock;
	unsigned int kinds;
	bool is_spared = false;
	int rc = TN_OK;

	if (open_locks == TN_LOCK_LEAK && account->status == TN_STATUS_ACTIVE)
		rc = tn_enforcer_spares(enforcer, account, &is_spared, err);
	/* Not known who is left: shut. */
	if (rc != TN_OK && !tn_enforcer_is_answer(rc))
		return rc;
	if (rc == TN_OK && is_spared) {
		tn_log_error("%s: reported by one person alone, and nobody "
		             "else could undo it: hosts shut this person, the "
		             "directory waits for a second report, or the "
		             "person's own (tenure leak report)",
		             account->dn);
		return TN_OK;
	}
	rc = TN_OK;
	if (plan.count > 0)
		rc = carry_out(enforcer, account, &plan, err);
	if (rc != TN_OK || !look_around || !plan.withdraw_keys ||
	    !enforcer->is_writer)
		return rc;
	kinds = plan.leave_groups ? TN_LOCK_DEPARTURE : TN_LOCK_LEAK;
	lock = tn_table_open_lock(&enforcer->table, account, kinds);
	if (lock == NULL)
		return TN_OK;
	rc = tn_enforcer_withdraw(enforcer, account, lock, plan.leave_groups,
	                          err);
	if (rc == TN_OK || !tn_enforcer_is_answer(rc))
		return rc;
	tn_log_error("%s: keys and memberships: %s", account->dn, err->text);
	*err = (struct tn_err)TN_ERR_INIT;
	return TN_OK;
}

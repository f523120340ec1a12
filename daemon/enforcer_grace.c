/*
 * Passwords out of grace. slapd refuses the bind, but answers with a connection
 * that may still change the password, so whoever has the old one gets in after
 * all: such an account is locked until somebody resets it, which takes the lock
 * away by itself. Rule: UM-13.3, CI-3.2.
 */
#include <config.h>

#include <stdio.h>
#include "base/log.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/write.h"
#include "enforcer.h"

#define POLICY   "cn=default,ou=policies"
#define FOR_GOOD "000001010000Z"
#define MANY     64 /* at a time; the others at the next look */
/* slapd's word for who may not bind by it any more. What few have is first, and
   has an index (ldif/config.ldif): else slapd would look at everybody, which of
   100,000 people takes it longer than anybody waits. */
#define FILTER                                            \
	"(&(pwdGraceUseTime=*)(objectClass=posixAccount)" \
	"(tenureStatus=active)(!(pwdAccountLockedTime=*)))"

struct spent {
	unsigned long long limit; /* of the policy */
	size_t count;
	char dn[MANY][TN_DN_MAX + 1];
};

static int
take_limit(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *text = tn_entry_text(entry, "pwdGraceAuthNLimit");

	(void)err;
	if (text != NULL)
		(void)tn_text_to_u64(text, UINT32_MAX, arg);
	return TN_OK;
}

static int
take_account(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct spent *spent = arg;
	size_t used = 0;

	(void)err;
	(void)tn_entry_values(entry, "pwdGraceUseTime", &used);
	if (used >= spent->limit && spent->count < MANY &&
	    tn_text_copy(spent->dn[spent->count],
	                 sizeof(spent->dn[spent->count]), entry->dn))
		spent->count++;
	return TN_OK;
}

static int
lock(struct tn_enforcer *enforcer, const char *dn, struct tn_err *err)
{
	static const char *const value[] = { FOR_GOOD, NULL };
	static const struct tn_modification change = {
		TN_MODIFY_ADD, "pwdAccountLockedTime", value
	};
	int rc = tn_modify(enforcer->work, dn, &change, 1,
	                   "(&(tenureStatus=active)(pwdGraceUseTime=*))", err);

	if (rc == TN_OK)
		tn_log_warning("%s: the password is out of grace: locked until "
		               "it is reset",
		               dn);
	if (rc != TN_OK && tn_enforcer_is_answer(rc)) {
		/* It changed meanwhile, or the next look says it again. */
		*err = (struct tn_err)TN_ERR_INIT;
		rc = TN_OK;
	}
	return rc;
}

int
tn_enforcer_grace(struct tn_enforcer *enforcer, struct tn_err *err)
{
	static const char *const limit[] = { "pwdGraceAuthNLimit", NULL };
	static const char *const used[] = { "pwdGraceUseTime", NULL };
	static struct spent spent; /* large; one thread */
	char policy[TN_DN_MAX + 1];
	size_t i;
	int rc;

	spent = (struct spent){ .limit = 0 };
	(void)snprintf(policy, sizeof(policy), POLICY ",%s",
	               enforcer->config->base);
	rc = tn_search(enforcer->work, policy, TN_SCOPE_BASE,
	               "(objectClass=pwdPolicy)", limit, take_limit,
	               &spent.limit, err);
	if (rc == TN_E_NOT_FOUND) {
		/* doctor tells of it; without a number nobody is locked. */
		*err = (struct tn_err)TN_ERR_INIT;
		return TN_OK;
	}
	if (rc == TN_OK && spent.limit > 0)
		rc = tn_search(enforcer->work, enforcer->config->base,
		               TN_SCOPE_SUB, FILTER, used, take_account, &spent,
		               err);
	for (i = 0; rc == TN_OK && i < spent.count; i++)
		rc = lock(enforcer, spent.dn[i], err);
	return rc;
}

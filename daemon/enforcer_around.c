/*
 * What stands around a locked account: its keys (enforcer_keys.c), and after a
 * departure its memberships. Each is written into the lock entry (tenureLockMemory, which
 * nobody can take out again) before it is taken away; a membership that cannot
 * be remembered stays.
 */
#include <config.h>

#include "enforcer.h"

#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/write.h"

#define MEMORY_MAX 4096
#define GROUPS_MAX 64 /* at a time; the group's change brings us back */
#define FILTER_MAX 2048

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

struct groups {
	const struct tn_account *account;
	size_t count;
	struct {
		char dn[TN_DN_MAX + 1];
		char name[TN_GROUP_NAME_MAX + 1];
		bool by_login; /* memberUid */
		bool by_dn;    /* member */
	} of[GROUPS_MAX];
};

int
tn_enforcer_lock_dn(const struct tn_enforcer *enforcer, const char *lock_name,
                    char ret[TN_DN_MAX + 1], struct tn_err *err)
{
	const char *text;
	struct tn_buf dn;
	int rc = TN_OK;

	tn_buf_init(&dn, TN_DN_MAX);
	tn_buf_put_text(&dn, "cn=");
	tn_dn_escape(&dn, lock_name);
	tn_buf_printf(&dn, ",ou=locks,%s", enforcer->config->base);
	text = tn_buf_text(&dn);
	if (text == NULL || !tn_text_copy(ret, TN_DN_MAX + 1, text))
		rc = tn_fail(err, TN_E_LIMIT, "the lock's dn is too long");
	tn_buf_done(&dn);
	return rc;
}

int
tn_enforcer_remember(struct tn_enforcer *enforcer, const char *lock_name,
                     const char *kind, const char *value, struct tn_err *err)
{
	char memory[MEMORY_MAX + 16];
	const struct tn_modification change = { TN_MODIFY_ADD,
		                                "tenureLockMemory",
		                                ONE(memory) };
	char dn[TN_DN_MAX + 1];
	int rc;

	(void)snprintf(memory, sizeof(memory), "%s %s", kind, value);
	rc = tn_enforcer_lock_dn(enforcer, lock_name, dn, err);
	if (rc == TN_OK)
		rc = tn_modify(enforcer->work, dn, &change, 1, NULL, err);
	if (rc == TN_E_EXISTS) /* remembered before */
		rc = TN_OK;
	return rc == TN_OK ? TN_OK : tn_context(err, "lock %s", lock_name);
}

static int
take_group(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct groups *groups = arg;
	const char *name = tn_entry_text(entry, "cn");
	size_t at = groups->count;

	(void)err;
	if (at == GROUPS_MAX || name == NULL ||
	    !tn_text_copy(groups->of[at].name, sizeof(groups->of[at].name),
	                  name) ||
	    !tn_text_copy(groups->of[at].dn, sizeof(groups->of[at].dn),
	                  entry->dn))
		return TN_OK;
	groups->of[at].by_login =
	    tn_entry_has_value(entry, "memberUid", groups->account->login);
	groups->of[at].by_dn =
	    tn_entry_has_value(entry, "member", groups->account->dn);
	groups->count++;
	return TN_OK;
}

static int
find_groups(struct tn_enforcer *enforcer, struct groups *groups,
            struct tn_err *err)
{
	static const char *const wanted[] = { "cn", "memberUid", "member",
		                              NULL };
	char base[TN_DN_MAX + 1];
	struct tn_buf filter;
	const char *text;
	int rc;

	(void)snprintf(base, sizeof(base), "ou=groups,%s",
	               enforcer->config->base);
	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_put_text(&filter, "(&(objectClass=posixGroup)(|(memberUid=");
	tn_filter_escape(&filter, groups->account->login);
	tn_buf_put_text(&filter, ")(member=");
	tn_filter_escape(&filter, groups->account->dn);
	tn_buf_put_text(&filter, ")))");
	text = tn_buf_text(&filter);
	if (text == NULL)
		rc = tn_fail(err, TN_E_LIMIT, "the dn is too long");
	else
		rc = tn_search(enforcer->work, base, TN_SCOPE_ONE, text, wanted,
		               take_group, groups, err);
	tn_buf_done(&filter);
	return rc;
}

static int
leave(struct tn_enforcer *enforcer, const char *group_dn, const char *attribute,
      const char *value, struct tn_err *err)
{
	const struct tn_modification change = { TN_MODIFY_DELETE, attribute,
		                                ONE(value) };
	int rc = tn_modify(enforcer->work, group_dn, &change, 1, NULL, err);

	return rc == TN_E_NOT_FOUND ? TN_OK : rc;
}

static int
leave_groups(struct tn_enforcer *enforcer, const struct tn_account *account,
             const struct tn_lock *lock, struct tn_err *err)
{
	static struct groups groups; /* too large for the stack; one thread */
	int rc;
	size_t i;

	groups.account = account;
	groups.count = 0;
	rc = find_groups(enforcer, &groups, err);
	for (i = 0; rc == TN_OK && i < groups.count; i++) {
		rc = tn_enforcer_remember(enforcer, lock->name, "group",
		                          groups.of[i].name, err);
		if (rc == TN_OK && groups.of[i].by_login)
			rc = leave(enforcer, groups.of[i].dn, "memberUid",
			           account->login, err);
		if (rc == TN_OK && groups.of[i].by_dn)
			rc = leave(enforcer, groups.of[i].dn, "member",
			           account->dn, err);
		if (rc == TN_OK)
			tn_log_warning("%s: taken out of group %s, which the "
			               "lock remembers",
			               account->dn, groups.of[i].name);
	}
	return rc;
}

int
tn_enforcer_withdraw(struct tn_enforcer *enforcer,
                     const struct tn_account *account,
                     const struct tn_lock *lock, bool leave_them,
                     struct tn_err *err)
{
	int rc = tn_enforcer_withdraw_keys(enforcer, account, lock, err);

	if ((rc == TN_OK || tn_enforcer_is_answer(rc)) && leave_them)
		rc = leave_groups(enforcer, account, lock, err);
	return rc;
}

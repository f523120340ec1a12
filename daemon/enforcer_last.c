/*
 * A leak of who is needed to undo one: of the first level two people must stay,
 * one of them of security, or nobody is left who verifies, signs and closes. One
 * reporter alone takes none of these last: every host shuts the person at once
 * all the same, and the directory's own account follows when somebody else
 * reports it too, or the person.
 * Rule    UM-15.1, UM-15.2.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/buf.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/signed_request.h"
#include "enforcer.h"

#define FILTER_MAX   2048
#define NEEDED       2 /* of both roles together */
#define NEEDED_CLOSE 1 /* of security */

struct reporters {
	const struct tn_enforcer *enforcer;
	const char *whom;
	char first[TN_DN_MAX + 1];
	bool is_enough; /* a second one, or the person */
};

static int
take_lock(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct reporters *reporters = arg;
	const char *name = tn_entry_name(entry, "cn");
	const char *by = tn_entry_text(entry, "tenureLockedBy");

	(void)err;
	if (name == NULL || by == NULL ||
	    !tn_table_is_open(&reporters->enforcer->table, name))
		return TN_OK;
	/* The enforcer: a host's person asked it to. */
	if (strcasecmp(by, reporters->whom) == 0 ||
	    strcasecmp(by, reporters->enforcer->dn) == 0 ||
	    (reporters->first[0] != '\0' &&
	     strcasecmp(by, reporters->first) != 0))
		reporters->is_enough = true;
	(void)tn_text_copy(reporters->first, sizeof(reporters->first), by);
	return TN_OK;
}

/* Have two people reported it, or the person? */
static int
is_reported_enough(struct tn_enforcer *enforcer,
                   const struct tn_account *account, bool *ret,
                   struct tn_err *err)
{
	static const char *const wanted[] = { "cn", "tenureLockedBy", NULL };
	struct reporters reporters = { .enforcer = enforcer,
		                       .whom = account->dn };
	char base[TN_DN_MAX + 1];
	char uuid[TN_UUID_TEXT_MAX];
	struct tn_buf filter;
	int rc;

	(void)snprintf(base, sizeof(base), "ou=locks,%.400s",
	               enforcer->config->base);
	tn_uuid_format(&account->uuid, uuid);
	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_printf(&filter,
	              "(&(objectClass=tenureLock)(tenureLockKind=leak)"
	              "(|(tenurePersonUUID=%s)(tenureStaffNumber=",
	              uuid);
	tn_filter_escape(&filter, account->staff_number);
	tn_buf_put_text(&filter, ")))");
	if (tn_buf_text(&filter) == NULL)
		rc = tn_fail(err, TN_E_LIMIT, "a filter is too long");
	else
		rc = tn_search(enforcer->work, base, TN_SCOPE_ONE,
		               tn_buf_text(&filter), wanted, take_lock,
		               &reporters, err);
	tn_buf_done(&filter);
	*ret = reporters.is_enough;
	return rc;
}

int
tn_enforcer_spares(struct tn_enforcer *enforcer,
                   const struct tn_account *account, bool *ret,
                   struct tn_err *err)
{
	const char *base = enforcer->config->base;
	struct tn_found_holder found;
	size_t security = 0;
	size_t system = 0;
	bool is_enough = false;
	int rc;

	*ret = false;
	rc = tn_holder_read(enforcer->work, base, account->dn, &found, err);
	if (rc != TN_OK || !found.is_there || !found.holder.is_active ||
	    found.holder.level != TN_LEVEL_FIRST ||
	    (found.holder.role != TN_ROLE_SYSTEM &&
	     found.holder.role != TN_ROLE_SECURITY))
		return rc;
	rc = tn_superiors_count(enforcer->work, base, TN_ROLE_SECURITY,
	                        &account->uuid, &security, err);
	if (rc == TN_OK)
		rc = tn_superiors_count(enforcer->work, base, TN_ROLE_SYSTEM,
		                        &account->uuid, &system, err);
	if (rc != TN_OK ||
	    (security >= NEEDED_CLOSE && security + system >= NEEDED))
		return rc;
	rc = is_reported_enough(enforcer, account, &is_enough, err);
	*ret = rc == TN_OK && !is_enough;
	return rc;
}

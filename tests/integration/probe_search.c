/* A search is complete, or it is no result. */
#include "probe.h"

#include <string.h>
#include "directory/search.h"

static int
count(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	size_t *seen = arg;

	(void)entry;
	(void)err;
	(*seen)++;
	return TN_OK;
}

static int
stop_at_third(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	size_t *seen = arg;

	(void)entry;
	if (++*seen == 3)
		return tn_fail(err, TN_E_RULE, "enough");
	return TN_OK;
}

static int
take_account(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct tn_account account;
	struct tn_account **ret = arg;
	int code = tn_account_from_entry(entry, &account, err);

	if (code != TN_OK)
		return code;
	return tn_account_dup(&account, ret, err);
}

static int
take_group(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	return tn_group_from_entry(entry, arg, err);
}

static int
search(struct tn_connection *connection, const char *base, enum tn_scope scope,
       const char *filter, tn_search_found *found, void *arg,
       struct tn_err *err)
{
	return tn_search(connection, base, scope, filter, tn_watch_attributes,
	                 found, arg, err);
}

static void
account_is_read_whole(struct tn_connection *connection)
{
	struct tn_account *account = NULL;
	struct tn_group *group = NULL;
	struct tn_uuid none = { { 0 } };
	struct tn_err err = TN_ERR_INIT;

	search(connection, PERSON("locked"), TN_SCOPE_BASE, "(uid=locked)",
	       take_account, &account, &err);
	must(account != NULL, "no account: %s", err.text);
	ok(strcmp(account->real_name, "王小明") == 0 &&
	       strcmp(account->login, "locked") == 0 &&
	       account->kind == TN_KIND_PERSON &&
	       account->status == TN_STATUS_ACTIVE && account->uid > 2000000 &&
	       account->gid == 2000000 &&
	       strcmp(account->home, "/home/locked") == 0 &&
	       account->policy_locked == 0 && !account->password_reset &&
	       account->created > 0,
	   "a person's entry becomes a record");
	ok(memcmp(&account->uuid, &none, sizeof(none)) != 0,
	   "with its entryUUID");
	tn_account_free(account);
	search(connection, "cn=employees," GROUPS, TN_SCOPE_BASE,
	       "(objectClass=posixGroup)", take_group, &group, &err);
	ok(group != NULL && group->gid == 2000000 && group->count == 1 &&
	       strcmp(group->members[0], "normal") == 0,
	   "a group's entry becomes a record");
	tn_group_free(group);
}

void
probe_search(void)
{
	struct tn_connection *root = as_root();
	struct tn_connection *host = as_host();
	struct tn_err err = TN_ERR_INIT;
	size_t seen = 0;
	int code;

	code = search(root, GROUPS, TN_SCOPE_ONE, "(objectClass=posixGroup)",
	              count, &seen, &err);
	ok(code == TN_OK && seen == 601, "all %zu groups: %s", seen, err.text);
	seen = 0;
	code = search(host, GROUPS, TN_SCOPE_ONE, "(objectClass=posixGroup)",
	              count, &seen, &err);
	ok(code == TN_E_INCOMPLETE && seen == 500,
	   "500 of 601 are no result: %s (%zu)", err.text, seen);
	seen = 0;
	code = search(host, GROUPS, TN_SCOPE_ONE, "(objectClass=posixGroup)",
	              stop_at_third, &seen, &err);
	ok(code == TN_E_RULE && seen == 3, "who looks may stop: %s", err.text);
	seen = 0;
	code = search(host, PEOPLE, TN_SCOPE_SUB, "(uid=soon)", count, &seen,
	              &err);
	ok(code == TN_OK && seen == 1,
	   "and the next search on it sees only its own entries");
	code = search(root, "ou=nowhere," SUFFIX, TN_SCOPE_SUB, "(uid=x)",
	              count, &seen, &err);
	ok(code == TN_E_NOT_FOUND, "no such base: %s", err.text);
	code = search(root, SUFFIX, TN_SCOPE_SUB, "(uid=x", count, &seen, &err);
	ok(code == TN_E_INVALID, "a filter that is none: %s", err.text);
	code = search(root, PEOPLE, TN_SCOPE_SUB, "(uid=soon)", count, &seen,
	              &err);
	ok(code == TN_OK, "does not end the connection");
	account_is_read_whole(root);
	tn_connection_closep(&host);
	tn_connection_closep(&root);
}

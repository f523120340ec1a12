#include <config.h>

#include "watch_start.h"

#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/text.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "watch_filter.h"

static int
put_bare_group(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct tn_net *net = arg;
	struct tn_err own = TN_ERR_INIT;
	struct tn_group *group = NULL;
	int rc = tn_group_from_entry(entry, &group, &own);

	if (rc == TN_OK) {
		(void)pthread_rwlock_wrlock(&net->lock);
		rc = tn_table_put_group(&net->table, group, &own);
		(void)pthread_rwlock_unlock(&net->lock);
	}
	tn_group_free(group);
	if (rc == TN_E_NO_MEMORY)
		return tn_fail(err, rc, "the table");
	if (rc != TN_OK)
		tn_log_warning("%s: cannot be served: %s", entry->dn, own.text);
	return TN_OK;
}

/* Groups whose members are not asked for: their names and numbers are read
   once for each connection, before the watch, which leaves them out. */
static int
read_bare_groups(struct tn_net *net, struct tn_connection *connection,
                 struct tn_err *err)
{
	static const char *const attributes[] = { "objectClass", "entryUUID",
		                                  "cn", "gidNumber", NULL };
	const char *text;
	struct tn_buf filter;
	int rc;

	if (net->config->bare_groups[0] == NULL)
		return TN_OK;
	tn_buf_init(&filter, TN_WATCH_FILTER_MAX);
	text = tn_watch_filter(net->config, TN_FILTER_BARE, &filter);
	if (text == NULL)
		rc = tn_fail(err, TN_E_LIMIT, "bare_groups: too many");
	else
		rc = tn_search(connection, net->config->base, TN_SCOPE_SUB,
		               text, attributes, put_bare_group, net, err);
	tn_buf_done(&filter);
	return rc;
}

static int
note_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	bool *found = arg;

	(void)entry;
	(void)err;
	*found = true;
	return TN_OK;
}

/*
 * May this host go on from a cookie? slapd looks for what is newer in the host's
 * name: where its rules do not let a host see entryCSN, nothing is, and changes
 * would be lost for good. Asked of an account that is known to be there.
 */
static int
may_resume(struct tn_net *net, struct tn_connection *connection, bool *ret,
           struct tn_err *err)
{
	static const char *const nothing[] = { "1.1", NULL };
	const struct tn_table_account *at;
	char dn[TN_DN_MAX + 1] = "";
	bool found = false;
	int rc;

	(void)pthread_rwlock_rdlock(&net->lock);
	for (at = net->table.accounts; at != NULL; at = at->hh.next)
		if (!at->account->vanished &&
		    tn_text_copy(dn, sizeof(dn), at->account->dn))
			break;
	(void)pthread_rwlock_unlock(&net->lock);
	/* Nobody is known: reading all costs little. */
	if (at == NULL) {
		*ret = false;
		return TN_OK;
	}
	rc = tn_search(connection, dn, TN_SCOPE_BASE, "(entryCSN=*)", nothing,
	               note_found, &found, err);
	if (rc != TN_OK && rc != TN_E_NOT_FOUND && rc != TN_E_DENIED)
		return rc;
	if (!found)
		tn_log_warning("%s: its entryCSN is not shown to this host: "
		               "the directory is read whole",
		               dn);
	*ret = found;
	return TN_OK;
}

int
tn_watch_start(struct tn_net *net, struct tn_connection *connection,
               struct tn_watch **ret, struct tn_err *err)
{
	char *cookie = NULL;
	const char *text;
	struct tn_buf filter;
	bool may = false;
	int rc;

	(void)pthread_rwlock_wrlock(&net->lock);
	cookie = net->cookie != NULL ? strdup(net->cookie) : NULL;
	tn_table_refresh_begin(&net->table);
	(void)pthread_rwlock_unlock(&net->lock);
	tn_buf_init(&filter, TN_WATCH_FILTER_MAX);
	text = tn_watch_filter(net->config, TN_FILTER_WATCH, &filter);
	rc = text == NULL ? tn_fail(err, TN_E_LIMIT, "bare_groups: too many")
	                  : read_bare_groups(net, connection, err);
	if (rc == TN_OK && cookie != NULL)
		rc = may_resume(net, connection, &may, err);
	if (rc == TN_OK)
		rc = tn_watch_open(connection, net->config->base, text,
		                   may ? cookie : NULL, ret, err);
	tn_buf_done(&filter);
	free(cookie);
	return rc;
}

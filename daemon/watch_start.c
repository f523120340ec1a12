#include <config.h>

#include "watch_start.h"

#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/text.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "watch_filter.h"

#define TRIES 3

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
	if (rc != TN_OK)
		return rc;
	/* The watch tells of them neither when they go nor when they stay. */
	(void)pthread_rwlock_wrlock(&net->lock);
	tn_table_miss_groups(&net->table, net->config->bare_groups);
	(void)pthread_rwlock_unlock(&net->lock);
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

/* The dns of up to so many accounts that are there. */
static size_t
pick_accounts(struct tn_net *net, char dns[TRIES][TN_DN_MAX + 1])
{
	const struct tn_table_account *at;
	uint32_t position = 0;
	size_t count = 0;

	(void)pthread_rwlock_rdlock(&net->lock);
	while (count < TRIES &&
	       (at = tn_table_next(&net->table, &position)) != NULL)
		if (!at->account->vanished &&
		    tn_text_copy(dns[count], sizeof(dns[count]),
		                 at->account->dn))
			count++;
	(void)pthread_rwlock_unlock(&net->lock);
	return count;
}

/*
 * May this host go on from a cookie? slapd looks for what is newer in the host's
 * name: where its rules do not let a host see entryCSN, nothing is, and changes
 * would be lost for good. Asked of accounts that were there, since one may be
 * gone; where nobody is known reading all costs little.
 */
static int
may_resume(struct tn_net *net, struct tn_connection *connection, bool *ret,
           struct tn_err *err)
{
	static const char *const nothing[] = { "1.1", NULL };
	char dns[TRIES][TN_DN_MAX + 1];
	size_t count = pick_accounts(net, dns);
	bool found = false;
	size_t i;
	int rc;

	for (i = 0; i < count && !found; i++) {
		rc = tn_search(connection, dns[i], TN_SCOPE_BASE,
		               "(entryCSN=*)", nothing, note_found, &found,
		               err);
		if (rc != TN_OK && rc != TN_E_NOT_FOUND && rc != TN_E_DENIED)
			return rc;
	}
	if (!found && count > 0)
		tn_log_warning("the directory shows this host no entryCSN, of "
		               "%s for one: it is read whole; `tenure init "
		               "--check` there says what is missing",
		               dns[0]);
	*ret = found;
	return TN_OK;
}

int
tn_watch_start(struct tn_net *net, struct tn_connection *connection,
               struct tn_watch **ret, struct tn_witnesses *ret_witnesses,
               struct tn_err *err)
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
	ret_witnesses->count = 0;
	if (rc == TN_OK && may)
		rc = tn_restored_look(net, connection, cookie, ret_witnesses,
		                      err);
	if (rc == TN_OK)
		rc = tn_watch_open(connection, net->config->base, text,
		                   may ? cookie : NULL, ret, err);
	tn_buf_done(&filter);
	free(cookie);
	return rc;
}

#include <config.h>

#include "host_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/log.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/write.h"

#define HOUR_MS  3600000
#define RETRY_MS 60000
/* A server that is not the watch's: for one report, and after a failure. */
#define OTHER_RETRY_MS 300000
#define REPORTS_DN     "cn=tenure-reports"
#define ACCOUNTS_MAX   1000 /* a report has a bound; an audit sees the number */

static bool
can_log_in(const struct tn_local_user *user)
{
	const char *last = strrchr(user->shell, '/');

	if (user->uid != 0 && (user->uid < 1000 || user->uid == 65534))
		return false;
	last = last != NULL ? last + 1 : user->shell;
	return strcmp(last, "nologin") != 0 && strcmp(last, "false") != 0;
}

int
tn_host_report_accounts(const struct tn_local_files *files, char ***ret,
                        struct tn_err *err)
{
	const struct tn_local_user *users = NULL;
	size_t total = tn_local_files_users(files, &users);
	size_t size = 0;
	size_t count = 0;
	char **values;
	size_t i;
	char *at;
	int len;

	for (i = 0; i < total && count < ACCOUNTS_MAX; i++)
		if (can_log_in(&users[i])) {
			size +=
			    strlen(users[i].name) + strlen(users[i].shell) + 16;
			count++;
		}
	values = calloc(1, (count + 1) * sizeof(*values) + size);
	if (values == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "a report");
	at = (char *)(values + count + 1);
	count = 0;
	for (i = 0; i < total && count < ACCOUNTS_MAX; i++) {
		if (!can_log_in(&users[i]))
			continue;
		len = snprintf(at, size, "%s:%u:%s", users[i].name,
		               users[i].uid, users[i].shell);
		if (len < 0 || (size_t)len >= size)
			break;
		/* The directory takes UTF-8 alone. */
		tn_text_clean(at);
		values[count++] = at;
		at += len + 1;
		size -= (size_t)len + 1;
	}
	*ret = values;
	return TN_OK;
}

/* All values in one text, to see whether they changed. */
static char *
join(char *const *values)
{
	struct tn_buf buf;
	char *joined = NULL;
	const char *text;
	size_t i;

	tn_buf_init(&buf, 1 << 20);
	for (i = 0; values[i] != NULL; i++)
		(void)tn_buf_printf(&buf, "%s\n", values[i]);
	text = tn_buf_text(&buf);
	if (text != NULL)
		joined = strdup(text);
	tn_buf_done(&buf);
	return joined;
}

const char *
tn_host_report_dn(const struct tn_config *config, struct tn_buf *buf)
{
	(void)tn_buf_put_text(buf, "cn=");
	(void)tn_dn_escape(buf, config->host_name);
	(void)tn_buf_put_text(buf, "," REPORTS_DN);
	return tn_buf_text(buf);
}

/* This host's entry, at a provider that has it not yet. */
static int
add_report(struct tn_net *net, struct tn_connection *connection, const char *dn,
           struct tn_err *err)
{
	const char *const kind[] = { "tenureReport", NULL };
	const char *const name[] = { net->config->host_name, NULL };
	const struct tn_modification attributes[] = {
		{ TN_MODIFY_ADD, "objectClass", kind },
		{ TN_MODIFY_ADD, "cn", name },
	};

	return tn_add(connection, dn, attributes, 2, err);
}

static int
write_report(struct tn_net *net, struct tn_connection *connection,
             const char *const *accounts, struct tn_err *err)
{
	const char *seen[2] = { NULL, NULL };
	const char *glass[2] = { NULL, NULL };
	struct tn_modification changes[3];
	char now[TN_GTIME_TEXT_MAX];
	const char *dn = NULL;
	struct tn_buf buf;
	size_t count = 0;
	int rc;

	tn_buf_init(&buf, TN_DN_MAX);
	dn = tn_host_report_dn(net->config, &buf);
	if (dn == NULL) {
		rc = tn_fail(err, TN_E_LIMIT, "the host's name");
		goto out;
	}
	tn_gtime_format((int64_t)time(NULL), now);
	seen[0] = now;
	glass[0] = net->config->break_glass;
	changes[count++] = (struct tn_modification){ TN_MODIFY_REPLACE,
		                                     "tenureSeenTime", seen };
	changes[count++] =
	    (struct tn_modification){ TN_MODIFY_REPLACE, "tenureLocalAccount",
		                      accounts[0] != NULL ? accounts : NULL };
	changes[count++] = (struct tn_modification){
		TN_MODIFY_REPLACE, "tenureBreakGlass",
		glass[0] != NULL && glass[0][0] != '\0' ? glass : NULL
	};
	rc = tn_modify(connection, dn, changes, count, NULL, err);
	/* `tenure host add` made it at one provider. */
	if (rc == TN_E_NOT_FOUND) {
		rc = add_report(net, connection, dn, err);
		if (rc == TN_OK)
			rc = tn_modify(connection, dn, changes, count, NULL,
			               err);
	}
out:
	tn_buf_done(&buf);
	return rc;
}

/* The accounts, where a report is due; NULL where none is. */
static char **
due(const struct tn_host_report *report, const struct tn_net *net, char **ret)
{
	struct tn_err err = TN_ERR_INIT;
	int64_t now = tn_now_ms();
	char **accounts = NULL;
	char *joined = NULL;

	if (net->config->host_name == NULL ||
	    net->config->host_name[0] == '\0' || now < report->retry_at)
		return NULL;
	/* Only the thread that calls this replaces net->local. */
	if (tn_host_report_accounts(net->local, &accounts, &err) == TN_OK)
		joined = join(accounts);
	if (joined != NULL &&
	    (report->told == NULL || strcmp(report->told, joined) != 0 ||
	     now - report->told_at >= HOUR_MS)) {
		*ret = joined;
		return accounts;
	}
	free(joined);
	free(accounts);
	return NULL;
}

static int
tell(struct tn_host_report *report, struct tn_net *net,
     struct tn_connection **connection, struct tn_err *err)
{
	char *joined = NULL;
	char **accounts = due(report, net, &joined);
	int rc;

	if (accounts == NULL)
		return TN_OK;
	rc = write_report(net, *connection, (const char *const *)accounts, err);
	if (rc == TN_OK) {
		report->failure_told = false;
		report->told_at = tn_now_ms();
		free(report->told);
		report->told = joined;
		joined = NULL;
	}
	free(joined);
	free(accounts);
	return rc;
}

void
tn_host_report_tell(struct tn_host_report *report, struct tn_net *net,
                    struct tn_connection **connection)
{
	struct tn_err err = TN_ERR_INIT;

	if (tell(report, net, connection, &err) == TN_OK)
		return;
	if (!report->failure_told)
		tn_log_warning("this host's report was not taken: %s",
		               err.text);
	report->failure_told = true;
	report->retry_at = tn_now_ms() + RETRY_MS;
	tn_connection_closep(connection);
}

void
tn_host_report_tell_others(struct tn_host_report *reports, struct tn_net *net,
                           size_t place)
{
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	char **accounts = NULL;
	char *joined = NULL;
	size_t count = tn_rotation_count(net->rotation);
	size_t other;
	int rc;

	for (other = 0; other < count && accounts == NULL; other++)
		if (other != place)
			accounts = due(&reports[other], net, &joined);
	if (accounts == NULL)
		return;
	free(joined);
	free(accounts);
	other--;
	rc = tn_rotation_join_at(net->rotation, other,
	                         tn_now_ms() + TN_HOST_REPORT_OTHER_MS,
	                         &connection, &err);
	if (rc == TN_OK)
		rc = tell(&reports[other], net, &connection, &err);
	if (rc != TN_OK) {
		/* It may be down, or a replica that takes no reports. */
		tn_log_debug("no report to the server at place %zu: %s", other,
		             err.text);
		reports[other].retry_at = tn_now_ms() + OTHER_RETRY_MS;
	}
	tn_connection_closep(&connection);
}

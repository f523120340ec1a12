#include <config.h>

#include "server_clock.h"

#include <time.h>
#include "directory/entry.h"
#include "directory/search.h"
#include "directory/write.h"
#include "host_report.h"

static int
note_time(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)err;
	(void)tn_entry_time(entry, "modifyTimestamp", arg);
	return TN_OK;
}

int
tn_server_clock(struct tn_net *net, struct tn_connection *connection,
                int64_t *ret_ahead, struct tn_err *err)
{
	static const char *const attributes[] = { "modifyTimestamp", NULL };
	const int64_t now = (int64_t)time(NULL);
	const char *seen[] = { NULL, NULL };
	struct tn_modification change = { TN_MODIFY_REPLACE, "tenureSeenTime",
		                          seen };
	int64_t there = TN_TIME_NONE;
	char text[TN_GTIME_TEXT_MAX];
	struct tn_buf buf;
	const char *dn;
	int rc;

	tn_buf_init(&buf, TN_DN_MAX);
	dn = tn_host_report_dn(net->config, &buf);
	tn_gtime_format(now, text);
	seen[0] = text;
	rc = dn == NULL ? tn_fail(err, TN_E_LIMIT, "the host's name")
	                : tn_modify(connection, dn, &change, 1, NULL, err);
	if (rc == TN_OK)
		rc = tn_search(connection, dn, TN_SCOPE_BASE, "(objectClass=*)",
		               attributes, note_time, &there, err);
	if (rc == TN_OK && there == TN_TIME_NONE)
		rc = tn_fail(err, TN_E_NOT_FOUND, "%s: no time on it", dn);
	if (rc == TN_OK)
		*ret_ahead = there - now;
	tn_buf_done(&buf);
	return rc;
}

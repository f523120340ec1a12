#include <config.h>

#include "server_clock.h"

#include <string.h>
#include <time.h>
#include "directory/entry.h"
#include "directory/search.h"
#include "directory/write.h"
#include "host_report.h"

/* The time of the change is the first part of entryCSN. */
static int
note_time(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *csn = tn_entry_text(entry, "entryCSN");

	(void)err;
	if (csn != NULL)
		(void)tn_gtime_parse_ms(csn, strcspn(csn, "#"), arg, NULL);
	return TN_OK;
}

int
tn_server_clock_ms(struct tn_net *net, struct tn_connection *connection,
                   int64_t *ret_behind, struct tn_err *err)
{
	static const char *const attributes[] = { "entryCSN", NULL };
	const int64_t before = tn_real_ms();
	const char *seen[] = { NULL, NULL };
	struct tn_modification change = { TN_MODIFY_REPLACE, "tenureSeenTime",
		                          seen };
	int64_t there = TN_TIME_NONE;
	char text[TN_GTIME_TEXT_MAX];
	struct tn_buf buf;
	const char *dn;
	int64_t now = before;
	int rc;

	tn_buf_init(&buf, TN_DN_MAX);
	dn = tn_host_report_dn(net->config, &buf);
	tn_gtime_format(before / 1000, text);
	seen[0] = text;
	rc = dn == NULL ? tn_fail(err, TN_E_LIMIT, "the host's name")
	                : tn_modify(connection, dn, &change, 1, NULL, err);
	/* The change was made about half way between. */
	now += (tn_real_ms() - before) / 2;
	if (rc == TN_OK)
		rc = tn_search(connection, dn, TN_SCOPE_BASE, "(objectClass=*)",
		               attributes, note_time, &there, err);
	if (rc == TN_OK && there == TN_TIME_NONE)
		rc = tn_fail(err, TN_E_NOT_FOUND, "%s: no time on it", dn);
	if (rc == TN_OK)
		*ret_behind = now - there;
	tn_buf_done(&buf);
	return rc;
}

int
tn_server_clock(struct tn_net *net, struct tn_connection *connection,
                int64_t *ret_ahead, struct tn_err *err)
{
	int64_t behind = 0;
	int rc = tn_server_clock_ms(net, connection, &behind, err);

	if (rc == TN_OK)
		*ret_ahead = -behind / 1000;
	return rc;
}

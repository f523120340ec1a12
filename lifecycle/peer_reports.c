#include "peer_reports.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit.h"
#include "base/day.h"
#include "base/text.h"
#include "peer_kept.h"

#define REPORTS        "cn=tenure-reports"
#define REPORTS_FILTER "(objectClass=tenureReport)"
#define FOLDER_MODE    0750

const char *const peer_report_attributes[] = {
	"cn",
	"tenureSeenTime",
	"tenureLocalAccount",
	"tenureBreakGlass",
	"tenureLockEffect",
	"tenureLockLogin",
	NULL,
};

struct handing {
	tn_search_found *found;
	void *arg;
	bool has_failed; /* found did, not the server */
};

static int
hand_on(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct handing *handing = arg;
	int r = handing->found(entry, handing->arg, err);

	handing->has_failed = r != TN_OK;
	return r;
}

/* Its words in why; what found says is the one error. */
static int
ask(struct session *session, const char *const *attributes,
    struct handing *handing, struct peer_said *said, struct tn_err *ret_why,
    struct tn_err *err)
{
	struct tn_connection *peer = NULL;
	const char *uri = session_peer(session, &peer, ret_why);
	int r;

	said->uri[0] = said->why[0] = '\0';
	if (!uri)
		return TN_OK;
	(void)snprintf(said->uri, sizeof(said->uri), "%s", uri);
	if (peer) {
		r = tn_search(peer, REPORTS, TN_SCOPE_ONE, REPORTS_FILTER,
		              attributes, hand_on, handing, ret_why);
		if (r && (handing->has_failed || r == TN_E_NO_MEMORY))
			return tn_fail(err, r, "%s", ret_why->text);
		if (r)
			session_peer_lost(session, ret_why);
	}
	if (ret_why->code)
		(void)snprintf(said->why, sizeof(said->why), "%.300s",
		               ret_why->text);
	return TN_OK;
}

/* The daily run has no key, and goes by what was kept for it minutes before. */
static void
judge_kept(const struct session *session, const struct peer_kept *kept,
           bool may_ask, struct peer_said *said)
{
	const int64_t age = session->moment.now - kept->heard;
	char heard[TN_RFC3339_TEXT_MAX];
	size_t len;

	if (!may_ask && kept->root) {
		said->why[0] = '\0';
		if (kept->heard == TN_TIME_NONE || *kept->why ||
		    age > PEER_FRESH || age < -PEER_FRESH)
			(void)snprintf(said->why, sizeof(said->why), "%.280s",
			               *kept->why ? kept->why
			                          : "not asked for an hour");
	}
	if (!*said->why || kept->heard == TN_TIME_NONE)
		return;
	tn_rfc3339_format(kept->heard, heard);
	len = strlen(said->why);
	(void)snprintf(said->why + len, sizeof(said->why) - len,
	               "; heard at %s for the last time", heard);
}

int
peer_reports_each(struct session *session, const char *const *attributes,
                  tn_search_found *found, void *arg, struct peer_said *ret,
                  struct tn_err *err)
{
	struct handing handing = { .found = found, .arg = arg };
	struct tn_err why = TN_ERR_INIT;
	struct tn_err damage = TN_ERR_INIT;
	struct peer_kept kept;
	int r = ask(session, attributes, &handing, ret, &why, err);

	if (r || !*ret->why || !*session->config->peer)
		return r;
	r = peer_kept_read(PEER_REPORTS_PATH, ret->uri, &kept, &damage);
	if (r == TN_E_NO_MEMORY)
		return tn_fail(err, r, "%s", damage.text);
	judge_kept(session, &kept, !access(session->config->key, R_OK), ret);
	r = peer_kept_each(&kept, found, arg, err);
	peer_kept_done(&kept);
	return r;
}

void
peer_said_text(const struct peer_said *said, char *ret, size_t size)
{
	(void)snprintf(ret, size, "%.120s: %.380s", said->uri, said->why);
	if (strlen(ret) + 1 == size)
		tn_text_cut(ret, size - 1);
	tn_text_clean(ret);
}

/* Whoever reads the audit's report reads this: the same group. */
static gid_t
readers(void)
{
	struct stat st;

	return stat(AUDIT_DIR, &st) ? (gid_t)-1 : st.st_gid;
}

/* systemd makes it for slapd's user; root makes it for a line in crontab. */
static int
make_folder(gid_t gid, struct tn_err *err)
{
	if (!mkdir(PEER_REPORTS_DIR, FOLDER_MODE)) {
		if (!chown(PEER_REPORTS_DIR, (uid_t)-1, gid))
			return TN_OK;
	} else if (errno == EEXIST) {
		return TN_OK;
	}
	return tn_fail_errno(err, TN_E_IO, errno, PEER_REPORTS_DIR);
}

int
peer_reports_keep(struct session *session, size_t *ret_count,
                  struct tn_err *err)
{
	json_t *reports = json_array();
	struct handing handing = { .found = peer_kept_add, .arg = reports };
	struct tn_err why = TN_ERR_INIT;
	struct peer_kept before = { .heard = TN_TIME_NONE };
	struct peer_said said;
	const gid_t gid = readers();
	json_t *keep = reports;
	int64_t heard = session->moment.now;
	int r;

	*ret_count = 0;
	if (!*session->config->peer) {
		json_decref(reports);
		return tn_fail(err, TN_E_NOT_FOUND,
		               "there is no other directory server");
	}
	(void)((r = make_folder(gid, err)) ||
	       (r = ask(session, peer_report_attributes, &handing, &said, &why,
	                err)));
	if (r)
		goto out;
	if (*said.why) {
		/* What a damaged file said is lost; why stands in the next. */
		(void)peer_kept_read(PEER_REPORTS_PATH, said.uri, &before,
		                     NULL);
		heard = before.heard;
		if (before.root)
			keep = json_object_get(before.root, "reports");
	}
	r = peer_kept_save(PEER_REPORTS_PATH, said.uri, heard, said.why,
	                   json_is_array(keep) ? keep : reports, gid, err);
	*ret_count = json_array_size(reports);
	if (!r && *said.why)
		r = tn_fail(err, TN_E_UNREACHABLE, "%s: %s", said.uri,
		            said.why);
out:
	peer_kept_done(&before);
	json_decref(reports);
	return r;
}

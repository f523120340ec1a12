/*
 * What becomes of one record of net's: section 12 and the verdict, applied by
 * publish itself. Reads no clock and writes no file.
 */
#ifndef TN_DAEMON_PUBLISH_JUDGE_H
#define TN_DAEMON_PUBLISH_JUDGE_H

#include "host_rules.h"
#include "publish_state.h"
#include "snapshot/snapshot_writer.h"

#define TN_NOLOGIN "/usr/sbin/nologin"

/* Are removals of names held back? Counted, or known. */
enum tn_brake_word { TN_BRAKE_COUNTS = 0, TN_BRAKE_HOLDS, TN_BRAKE_IS_OPEN };

/* What records are judged by. */
struct tn_publish_view {
	const struct tn_host_rules *rules;
	const struct tn_local_names *local;
	const struct tn_snapshot *previous; /* the last one, or NULL */
	const struct tn_moment *moment;
	int64_t heard;
	enum tn_brake_word brake; /* of an update; a build always counts */
};

enum tn_judged_record {
	TN_RECORD_REFUSED = 0, /* not served */
	TN_RECORD_LIVE,
	TN_RECORD_DEAD,
	TN_RECORD_LEFT_OUT, /* dead, with a number that is a local one now */
};

/*
 * tell      a refusal that is new is logged.
 * ret       what NSS is to show of a live or dead one; borrows from at.
 * ret_next  when that may differ though nothing changes, or INT64_MAX.
 */
enum tn_judged_record
tn_publish_judge(const struct tn_publish_view *view,
                 const struct tn_published_account *at, bool tell,
                 struct tn_snapshot_user *ret, int64_t *ret_next);

/* Does a record of the uid say that its person is locked or gone, served or
   not? The brake is for people who are missing, not for those. */
bool tn_publish_is_closed(const struct tn_publish_state *state,
                          const struct tn_publish_view *view, uint32_t uid);

/* May somebody of whom there is no record keep the name? Not where it, or the
   number, is a local one. */
bool tn_publish_may_stay(const struct tn_publish_view *view, const char *login,
                         uint32_t uid);

#endif

/*
 * From what net told to what is published: section 12 and the verdict, applied
 * by publish itself; who vanished stays as dead, under the brake. Reads no
 * clock and writes no file.
 */
#ifndef TN_DAEMON_PUBLISH_BUILD_H
#define TN_DAEMON_PUBLISH_BUILD_H

#include "publish_judge.h"
#include "snapshot/snapshot_base.h"

struct tn_publish_result {
	size_t live;
	size_t dead;
	size_t refused; /* records that are not served, were they or not */
	size_t gone;    /* served alive by the last snapshot, dead now, though
			   no record of theirs says so */
	size_t damaged; /* of the last snapshot: could not be read */
	bool held;      /* the brake tripped: those stay as they were */
	int64_t next;   /* when to judge again though nothing changes */
};

/*
 * Everybody, and the groups.
 * file      begun by the caller, who ends it.
 * state     .told of its records is kept, so that each refusal is logged once.
 * Errors: TN_E_NO_MEMORY, TN_E_LIMIT, TN_E_IO.
 */
int tn_publish_build(struct tn_publish_state *state,
                     const struct tn_publish_view *view,
                     struct tn_snapshot_base_file *file,
                     struct tn_publish_result *ret, struct tn_err *err);

#endif

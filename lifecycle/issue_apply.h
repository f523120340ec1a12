/* Carry out an issue plan: numbers, a sealed slip, an Add for each person. */
#ifndef TN_LIFECYCLE_ISSUE_APPLY_H
#define TN_LIFECYCLE_ISSUE_APPLY_H

#include <stddef.h>
#include "base/err.h"
#include "issue_plan.h"
#include "session.h"
#include "slip.h"

enum issue_outcome {
	ISSUE_DONE = 1,
	ISSUE_REFUSED, /* by the server, for this person: not unique, a rule */
};

/* Told after each person; err is set when refused. */
typedef void
issue_progress(void *arg, const struct issue_item *item,
               enum issue_outcome outcome, const struct tn_err *err);

struct issue_order {
	const struct issue_plan *plan;
	const struct slip_place *place;
	const char *home_root;
	uint32_t gid;     /* of the group employees */
	int64_t deadline; /* the initial password lapses then */
	issue_progress *progress;
	void *arg;
	bool *has_begun; /* set before the first write */
};

/*
 * The caller holds slip_lock.
 * ret_done, ret_refused  set in every case: how far it came.
 * Returns TN_OK also when single persons were refused. An error means that it
 * stopped; a slip whose Add got no answer stays, since the account may be
 * there: a second run issues only who is missing.
 */
int issue_apply(struct session *session, const struct issue_order *order,
                size_t *ret_done, size_t *ret_refused, struct tn_err *err);

#endif

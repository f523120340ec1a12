/* Groups of the view that are to be put again, and putting them. */
#ifndef TN_DAEMON_PUBLISH_REGROUP_H
#define TN_DAEMON_PUBLISH_REGROUP_H

#include "publish_judge.h"
#include "snapshot/snapshot_overlay.h"

struct tn_regroup { /* the first three are the caller's; else zeros */
	struct tn_publish_state *state;
	const struct tn_publish_view *view;
	struct tn_snapshot_overlay *overlay;
	uint8_t *people; /* a bit for the number of each login */
};

/* Is the group served, and first of those with its name or gid? It is said in
   the log if not. */
bool tn_regroup_serves(const struct tn_publish_state *state,
                       const struct tn_publish_view *view,
                       struct tn_published_group *group);
/* The groups that list the login. TN_E_NO_MEMORY. */
int tn_regroup_person(struct tn_regroup *regroup, const char *login,
                      struct tn_err *err);
/* Those, and the groups that the state calls touched. */
int tn_regroup(struct tn_regroup *regroup, struct tn_err *err);
void tn_regroup_done(struct tn_regroup *regroup);

#endif

/*
 * From what net told since the last publication to what is different from the
 * base: only those are looked at whose records changed, and who has a login or
 * a number in common with them. Ends in the state that tn_publish_build comes
 * to. Reads no clock and writes no file.
 */
#ifndef TN_DAEMON_PUBLISH_UPDATE_H
#define TN_DAEMON_PUBLISH_UPDATE_H

#include "publish_build.h"
#include "snapshot/snapshot_overlay.h"

struct tn_publish_change {
	int64_t live; /* so many more alive, or fewer */
	size_t gone;  /* as in tn_publish_result, of what was touched */
	bool held;
	int64_t next;
};

/*
 * Brings the overlay to the state of what is touched.
 * live      alive in the overlay's view before: what the brake counts against.
 * Errors: TN_E_NO_MEMORY, TN_E_LIMIT: the overlay is then neither the old
 * state nor the new one, and is to be thrown away.
 */
int tn_publish_update(struct tn_publish_state *state,
                      const struct tn_publish_view *view,
                      struct tn_snapshot_overlay *overlay, size_t live,
                      struct tn_publish_change *ret, struct tn_err *err);

#endif

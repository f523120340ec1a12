/*
 * Everybody looked at again, where what changed is not known record by record:
 * after a start, after more changes than are told one by one, when the time or
 * this host's own files have changed. Held against the overlay's view and put
 * right there, in steps of some milliseconds: a lock that comes in between is
 * published in between. Ends in the state that tn_publish_build comes to.
 * Reads no clock and writes no file.
 */
#ifndef TN_DAEMON_PUBLISH_REVIEW_H
#define TN_DAEMON_PUBLISH_REVIEW_H

#include "publish_update.h"

struct tn_publish_review; /* opaque */

/*
 * pair  the snapshot that stands, for this to drop; the overlay goes on from
 *       it. TN_E_NO_MEMORY: the pair is dropped all the same.
 */
int tn_publish_review_begin(const struct tn_snapshot *pair,
                            struct tn_publish_review **ret, struct tn_err *err);
/* NULL is legal. */
void tn_publish_review_free(struct tn_publish_review *review);

/*
 * Go on. Nothing is touched: the state is one that net called whole. Who is
 * gone from the directory is counted first, all of them, so that the brake
 * counts them together.
 * live      alive in the overlay's view: what an update's brake counts against.
 * ret       what this step changed; .held and .gone of the whole review.
 * ret_done  it was the last step.
 * Errors: TN_E_NO_MEMORY, TN_E_LIMIT: throw the overlay away. TN_E_DAMAGED:
 * the pair has records that cannot be read; everybody is to be written anew.
 */
int tn_publish_review_step(struct tn_publish_review *review,
                           struct tn_publish_state *state,
                           const struct tn_publish_view *view,
                           struct tn_snapshot_overlay *overlay, size_t live,
                           struct tn_publish_change *ret, bool *ret_done,
                           struct tn_err *err);

#endif

/*
 * A copy of the file of records without what was replaced since: of each
 * account and group the last word, of PUBLISH the last. In steps of some
 * milliseconds, since a lock that comes meanwhile waits for none of it. Reads
 * twice, so that memory is needed for where the last words are and for nothing
 * else. Used by one thread.
 */
#ifndef TN_DAEMON_KEPT_SQUEEZE_H
#define TN_DAEMON_KEPT_SQUEEZE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

struct tn_kept_squeeze; /* opaque */

/* From the first size bytes of a file, which are whole frames, into an empty
   one; the descriptors stay the caller's, open until _free. TN_E_NO_MEMORY. */
int tn_kept_squeeze_begin(int from, uint64_t size, int to,
                          struct tn_kept_squeeze **ret, struct tn_err *err);
/* Go on. *ret_done: it was the last step, and *ret_size is the copy's size.
   TN_E_PROTOCOL: the file is damaged; TN_E_IO, TN_E_NO_MEMORY. */
int tn_kept_squeeze_step(struct tn_kept_squeeze *squeeze, bool *ret_done,
                         uint64_t *ret_size, struct tn_err *err);
void tn_kept_squeeze_free(struct tn_kept_squeeze *squeeze); /* NULL is legal */

#endif

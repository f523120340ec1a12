/*
 * Locks that net told of and that no publication has yet. A PUBLISH follows at
 * once but when net has much to tell: while a restarted daemon is told what was
 * kept, or a refresh brings tens of thousands. Then, and while everybody is
 * looked at again, the person of a lock is made dead in what stands: a lock
 * waits for no base and for no refresh. Not thread-safe.
 */
#ifndef TN_DAEMON_PUBLISH_LOCKS_H
#define TN_DAEMON_PUBLISH_LOCKS_H

#include "publish_files.h"

/* More at once are those of a directory that is read for the first time; they
   come with the next publication. */
#define TN_PUBLISH_LOCKS_MAX 64

struct tn_publish_locks { /* all zero: none */
	struct tn_waiting_lock {
		char login[TN_LOGIN_MAX + 1];
		uint32_t uid;
		uint8_t kind;
	} waiting[TN_PUBLISH_LOCKS_MAX];
	size_t count;
	int64_t since_ms; /* when the first of them came */
};

/* One datagram of net's. now_ms: of a clock that nobody sets. */
void tn_publish_locks_take(struct tn_publish_locks *locks,
                           const struct tn_publish_files *files,
                           const struct tn_message *message, int64_t now_ms);

/* Milliseconds until they are not to wait any more; -1: there are none. */
int tn_publish_locks_wait(const struct tn_publish_locks *locks, int64_t now_ms);

/*
 * Into the overlay, and into the records, so that nobody who looks at those
 * before net tells of them makes the person alive again. None is waiting
 * afterwards. *ret_changed: the overlay is to be saved. TN_E_NO_MEMORY.
 */
int tn_publish_locks_apply(struct tn_publish_locks *locks,
                           struct tn_publish_files *files,
                           struct tn_publish_state *state,
                           const struct tn_publish_view *view,
                           bool *ret_changed, struct tn_err *err);

#endif

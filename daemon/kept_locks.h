/*
 * The open locks that this host saw, in a file of root's own, until a release
 * of each was seen: a server that is stale, or was restored from a backup of
 * before the lock, opens nobody here, after a restart of tenured either. Who
 * cannot read the file does not know who is locked: nobody is let in then.
 */
#ifndef TN_DAEMON_KEPT_LOCKS_H
#define TN_DAEMON_KEPT_LOCKS_H

#include <stdbool.h>
#include "base/err.h"
#include "wire/message.h"

struct tn_kept_lock;

struct tn_kept_locks {
	char *path;
	struct tn_kept_lock *locks; /* by uuid */
	struct tn_kept_lock *names; /* the same, by name */
	size_t size;                /* bytes that were saved last */
	bool is_dirty;
	bool is_damaged; /* the file stays as it is, for who looks into it */
};

/* Reads the file; none is none. A file that cannot be read is said in the log
   and sets is_damaged. TN_E_NO_MEMORY. Borrows nothing. */
int tn_kept_locks_open(struct tn_kept_locks *kept, const char *path,
                       struct tn_err *err);
void tn_kept_locks_done(struct tn_kept_locks *kept);

/* A LOCK_SET or LOCK_RELEASED of net's. TN_E_PROTOCOL, TN_E_NO_MEMORY,
   TN_E_LIMIT. */
int tn_kept_locks_take(struct tn_kept_locks *kept,
                       const struct tn_message *message, struct tn_err *err);
/* The lock of a LOCK_SET, as it is kept; NULL where it is not. Borrowed. */
const struct tn_lock *tn_kept_locks_find(const struct tn_kept_locks *kept,
                                         const struct tn_message *message);
/* What was done of it is in the directory. */
void tn_kept_locks_told(struct tn_kept_locks *kept, const char *name);
/* Writes what changed, synced; into room that was set aside where the disk is
   full. */
int tn_kept_locks_save(struct tn_kept_locks *kept, struct tn_err *err);
/* Room for the next of them, beside. TN_E_IO: there is not enough. */
int tn_kept_locks_set_aside(const struct tn_kept_locks *kept,
                            const char *folder, struct tn_err *err);
/* Each as a LOCK_SET to a socket. */
int tn_kept_locks_tell(const struct tn_kept_locks *kept, int descriptor,
                       struct tn_err *err);

#endif

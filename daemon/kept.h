/*
 * What publish keeps for net over a restart, in a folder of root's own: the
 * open locks (kept_locks.h) and the records with their cookie (kept_records.h);
 * and for the incident of a leak the last logins (login_log.h).
 * Net has no right to either file.
 */
#ifndef TN_DAEMON_KEPT_H
#define TN_DAEMON_KEPT_H

#include "effects.h"
#include "kept_locks.h"
#include "kept_records.h"

struct tn_kept {
	struct tn_kept_locks locks;
	struct tn_kept_records records;
	struct tn_effects effects;
	char *folder;
	char *login_log;
	struct tn_buf publish; /* a PUBLISH that waits for the locks */
	bool failure_told;
	bool room_told; /* that none can be set aside for locks */
	int64_t retry_at;
};

/* The folder of the kept files, beside the snapshot's: free() it. */
char *tn_kept_folder(const char *snapshot_directory);

/* snapshot_directory  where the snapshot is; the kept files are beside it.
   TN_E_NO_MEMORY. */
int tn_kept_open(struct tn_kept *kept, const char *snapshot_directory,
                 struct tn_err *err);
void tn_kept_done(struct tn_kept *kept);

/* All to net, KEPT_END last. TN_E_UNREACHABLE when net is gone. */
int tn_kept_tell(const struct tn_kept *kept, int net, struct tn_err *err);

/* Tells net what was done of locks, and notes what net has written of it. */
void tn_kept_tell_effects(struct tn_kept *kept, int net);
/* Is it a datagram that only what is kept has to do with? */
bool tn_kept_is_own(const struct tn_message *message);
/* A datagram of net's that was accepted. */
int tn_kept_take(struct tn_kept *kept, const struct tn_message *message,
                 const void *data, size_t len, struct tn_err *err);
/* Writes what is due; for after a publication, which does not wait for it. */
void tn_kept_work(struct tn_kept *kept);
/* Is something left that could not be written? */
bool tn_kept_is_due(const struct tn_kept *kept);

#endif

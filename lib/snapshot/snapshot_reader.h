/*
 * Reads the snapshot from its mapping: no lock, no allocation, no system call
 * in the steady state, libc only. Linked into the NSS module, hence into every
 * process. Thread-safe, fork-safe; errno survives every call.
 *
 * Everything in the file is checked before it is used: a damaged, foreign or
 * truncated file is TN_E_DAMAGED, never a crash.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_READER_H
#define TN_SNAPSHOT_SNAPSHOT_READER_H

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TN_SNAPSHOT_DIRECTORY TENURE_STATEDIR "/snapshot"

/* The base and the overlay of one moment, held while a lookup runs. */
struct tn_snapshot; /* opaque */

/*
 * Take the current pair of a directory; map it first when there is none or a
 * newer one was published. The process-wide one of TN_SNAPSHOT_DIRECTORY is
 * what NSS uses: directory NULL.
 * Returns TN_OK and *ret, TN_E_NOT_FOUND (no snapshot yet), TN_E_DAMAGED
 * (foreign owner, mode, size or content), TN_E_IO.
 */
int tn_snapshot_take(const char *directory, const struct tn_snapshot **ret);
void tn_snapshot_drop(const struct tn_snapshot *snapshot);

/* What the headers say. */
struct tn_snapshot_info {
	uint32_t version;
	uint64_t generation;
	int64_t published;        /* seconds since 1970 */
	uint64_t base_generation; /* the same as generation: no change since */
	int64_t base_published;
	uint32_t users; /* how many there are; for telling, no bound */
	uint32_t groups;
	uint64_t base_size; /* bytes */
	uint64_t overlay_size;
	uint32_t base_slot;
	uint64_t keys_generation; /* the least of the keys file; 0: none */
	bool enumerate;     /* lists of everybody may be given */
	const char *cookie; /* borrowed until drop */
};
int tn_snapshot_info(const struct tn_snapshot *snapshot,
                     struct tn_snapshot_info *ret);

/*
 * Lookups fill the caller's record and buffer. ret_dead may be NULL.
 * Return TN_OK, TN_E_NOT_FOUND, TN_E_LIMIT (the buffer is too small: ERANGE),
 * TN_E_DAMAGED. pw_passwd and gr_passwd are "*".
 */
int tn_snapshot_user_by_name(const struct tn_snapshot *snapshot,
                             const char *name, struct passwd *ret, char *buffer,
                             size_t size, bool *ret_dead);
int tn_snapshot_user_by_uid(const struct tn_snapshot *snapshot, uid_t uid,
                            struct passwd *ret, char *buffer, size_t size,
                            bool *ret_dead);
int
tn_snapshot_group_by_name(const struct tn_snapshot *snapshot, const char *name,
                          struct group *ret, char *buffer, size_t size);
int tn_snapshot_group_by_gid(const struct tn_snapshot *snapshot, gid_t gid,
                             struct group *ret, char *buffer, size_t size);
/* The user's supplementary gids, borrowed until drop. */
int tn_snapshot_gids(const struct tn_snapshot *snapshot, const char *name,
                     const uint32_t **ret, size_t *ret_count);

/* Does the answer for a login come from the overlay, or from the base?
   TN_E_NOT_FOUND, TN_E_DAMAGED. */
int tn_snapshot_where(const struct tn_snapshot *snapshot, const char *name,
                      bool *ret_overlay);

/*
 * Walk: start with *index 0 and go on with what it became, up to
 * TN_E_NOT_FOUND. After TN_E_LIMIT the same one comes again; TN_E_DAMAGED
 * passes over one that cannot be read. For publish, which carries over who
 * vanished, and for NSS where enumeration is on.
 */
int tn_snapshot_user_next(const struct tn_snapshot *snapshot, uint32_t *index,
                          struct passwd *ret, char *buffer, size_t size,
                          bool *ret_dead);
int tn_snapshot_group_next(const struct tn_snapshot *snapshot, uint32_t *index,
                           struct group *ret, char *buffer, size_t size);
/* Walks the dead alone, for the reaper. */
int tn_snapshot_dead_next(const struct tn_snapshot *snapshot, uint32_t *index,
                          uid_t *ret);

#endif

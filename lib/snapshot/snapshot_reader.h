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

/* One mapping, held while a lookup runs. */
struct tn_snapshot; /* opaque */

/*
 * Take the current mapping of a directory; map it first when there is none or
 * a newer one was published. The process-wide one of TN_SNAPSHOT_DIRECTORY is
 * what NSS uses: directory NULL.
 * Returns TN_OK and *ret, TN_E_NOT_FOUND (no snapshot yet), TN_E_DAMAGED
 * (foreign owner, mode, size or content), TN_E_IO.
 */
int tn_snapshot_take(const char *directory, const struct tn_snapshot **ret);
void tn_snapshot_drop(const struct tn_snapshot *snapshot);

/* What the header says. */
struct tn_snapshot_info {
	uint32_t version;
	uint64_t generation;
	int64_t published; /* seconds since 1970 */
	uint32_t users;
	uint32_t groups;
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

/*
 * Walk: index 0 .. info.users-1 (and .groups-1), in the file's order. For the
 * reaper and for publish, which carries over who vanished; NSS does not
 * enumerate as shipped. TN_E_NOT_FOUND past the end.
 */
int tn_snapshot_user_at(const struct tn_snapshot *snapshot, uint32_t index,
                        struct passwd *ret, char *buffer, size_t size,
                        bool *ret_dead);
int tn_snapshot_group_at(const struct tn_snapshot *snapshot, uint32_t index,
                         struct group *ret, char *buffer, size_t size);

#endif

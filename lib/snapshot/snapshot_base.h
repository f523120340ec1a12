/*
 * Writes a base record by record into its file, mapped: nothing of it is held
 * in memory but where the records are. The order is: people, then groups.
 * Nobody reads it before an overlay on it is saved. Used by tenured's publish
 * process, which sees to it that no name and no number is there twice. Not
 * thread-safe.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_BASE_H
#define TN_SNAPSHOT_SNAPSHOT_BASE_H

#include "snapshot/snapshot_writer.h"

struct tn_snapshot_base_file; /* opaque */

/*
 * Begin, in the file of the folder that is not in use.
 * generation, published, cookie  as of tn_snapshot_base_save.
 * size_hint  bytes that it will have, about.
 * Errors: TN_E_IO, TN_E_LIMIT, TN_E_NO_MEMORY.
 */
int
tn_snapshot_base_begin(const char *directory, uint64_t generation,
                       int64_t published, const char *cookie, size_t size_hint,
                       struct tn_snapshot_base_file **ret, struct tn_err *err);
/* Take back all that was put. */
void tn_snapshot_base_restart(struct tn_snapshot_base_file *file);
/* What was begun and not ended goes; NULL is legal. */
void tn_snapshot_base_free(struct tn_snapshot_base_file *file);

/*
 * A person, with room for so many groups. ret_at: names the record to
 * tn_snapshot_base_group. Errors: TN_E_INVALID, TN_E_LIMIT, TN_E_IO,
 * TN_E_NO_MEMORY.
 */
int
tn_snapshot_base_user(struct tn_snapshot_base_file *file,
                      const struct tn_snapshot_user *user, uint32_t gid_room,
                      uint32_t *ret_at, struct tn_err *err);
/* A group; members: people who are there, each once, with room for it: it is
   added to theirs. Errors: as above. */
int tn_snapshot_base_group(struct tn_snapshot_base_file *file, const char *name,
                           uint32_t gid, const uint32_t *members, size_t count,
                           struct tn_err *err);

/* The same as they stand in another file: a person with gids, a group with the
   members' logins. */
int tn_snapshot_base_copy_user(struct tn_snapshot_base_file *file,
                               const struct tn_snapshot_user *user,
                               const uint32_t *gids, size_t count,
                               struct tn_err *err);
int tn_snapshot_base_copy_group(struct tn_snapshot_base_file *file,
                                const char *name, uint32_t gid,
                                char *const *members, struct tn_err *err);

/*
 * Finish it in steps, so that who waits for something else need not wait for
 * it: *ret_done becomes true with the last. Each costs some milliseconds: part
 * of the indexes, or some megabytes to the disk; the last one puts the file in
 * its place. Errors: TN_E_IO, TN_E_LIMIT, TN_E_NO_MEMORY.
 */
int tn_snapshot_base_step(struct tn_snapshot_base_file *file, bool *ret_done,
                          struct tn_snapshot_base *ret, struct tn_err *err);
/* All of them. */
int tn_snapshot_base_end(struct tn_snapshot_base_file *file,
                         struct tn_snapshot_base *ret, struct tn_err *err);

#endif

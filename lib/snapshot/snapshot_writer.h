/*
 * Writes the base snapshot: passwd, group and the gid vector of everybody, in
 * one immutable file that every process maps (tenure-snapshot(5)). Used by
 * tenured's publish process only. Not thread-safe.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_WRITER_H
#define TN_SNAPSHOT_SNAPSHOT_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

struct tn_snapshot_writer; /* opaque */

/* One person as NSS shows him. Texts are borrowed for the call. */
struct tn_snapshot_user {
	const char *name;
	uint32_t uid;
	uint32_t gid;
	const char *gecos; /* the real name, UTF-8 */
	const char *home;
	const char *shell;
	bool dead; /* rows 1 to 4 of the verdict: the reaper ends them */
};

int tn_snapshot_writer_new(struct tn_snapshot_writer **ret, struct tn_err *err);
void tn_snapshot_writer_free(struct tn_snapshot_writer *writer);

/* Errors: TN_E_EXISTS (name or uid is there already), TN_E_INVALID (no name,
   a uid or gid below 1000), TN_E_LIMIT (snapshot_format.h has the bounds),
   TN_E_NO_MEMORY. After an error the writer is as before the call. */
int
tn_snapshot_add_user(struct tn_snapshot_writer *writer,
                     const struct tn_snapshot_user *user, struct tn_err *err);
/* members: logins, borrowed. Those that are no user of this snapshot are left
   out when it is finished; duplicates once. Errors: as above, for gids. */
int tn_snapshot_add_group(struct tn_snapshot_writer *writer, const char *name,
                          uint32_t gid, const char *const *members,
                          size_t count, struct tn_err *err);

/*
 * Write, sync and rename the file into directory, then raise the generation
 * word. The gid vectors are computed here. The writer stays as it is.
 * directory   must exist; its owner and mode are the caller's business.
 * generation  must be above the last one (it is written into the file; the
 *             word rises in any case, so a wrong one hides nothing).
 * published   seconds since 1970: when.
 * cookie      the directory's state that this is (RFC 4533), may be "".
 * Errors: TN_E_IO, TN_E_LIMIT, TN_E_NO_MEMORY: the old snapshot stands.
 * TN_E_INCOMPLETE: the new one stands, but the word could not be raised
 * (readers see it within a second) or the folder not synced.
 */
int tn_snapshot_finish(struct tn_snapshot_writer *writer, const char *directory,
                       uint64_t generation, int64_t published,
                       const char *cookie, struct tn_err *err);

#endif

/*
 * Writes the base: passwd, group and the gid vector of everybody, in one
 * immutable file that every process maps (tenure-snapshot(5)). Changes to it
 * are the overlay's (snapshot_overlay.h). Used by tenured's publish process
 * only. Not thread-safe.
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

/* A base, as an overlay names it. */
struct tn_snapshot_base {
	uint32_t slot; /* which of the two files */
	uint64_t generation;
	int64_t published;
	uint64_t size;
};

/*
 * Write and sync the base into directory, into the file that is not in use.
 * Nobody reads it before an overlay on it is saved. The gid vectors are
 * computed here. The writer stays as it is.
 * directory   must exist; its owner and mode are the caller's business.
 * generation  must be above the last one (it is written into the file).
 * published   seconds since 1970: when.
 * cookie      the directory's state that this is (RFC 4533), may be "".
 * Errors: TN_E_IO, TN_E_LIMIT, TN_E_NO_MEMORY.
 */
int tn_snapshot_base_save(const struct tn_snapshot_writer *writer,
                          const char *directory, uint64_t generation,
                          int64_t published, const char *cookie,
                          struct tn_snapshot_base *ret, struct tn_err *err);

/*
 * The same, then an empty overlay on it, and raise the generation word (which
 * rises in any case, so a wrong generation hides nothing): readers see it.
 * Errors: as above: the old snapshot stands.
 * TN_E_INCOMPLETE: the new one stands, but the word could not be raised
 * (readers see it within a second) or the folder not synced.
 */
int
tn_snapshot_finish(const struct tn_snapshot_writer *writer,
                   const char *directory, uint64_t generation,
                   int64_t published, const char *cookie, struct tn_err *err);

#endif

/*
 * What is different from a base, while it is gathered: the daemon's side of
 * the overlay (tenure-snapshot(5)). The state that it stands for, the view, is
 * what readers will see: its own people and groups, and those of the base that
 * are not hidden by them. The gid vectors follow from the groups by
 * themselves. Used by tenured's publish process only. Not thread-safe.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_OVERLAY_H
#define TN_SNAPSHOT_SNAPSHOT_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "snapshot/snapshot_writer.h"

struct tn_snapshot_overlay; /* opaque */

/*
 * An overlay without a change, on the base of a folder. The base need not be
 * the one in use yet. Errors: TN_E_NOT_FOUND, TN_E_DAMAGED, TN_E_IO,
 * TN_E_NO_MEMORY; TN_E_STALE when the file is another base.
 */
int
tn_snapshot_overlay_new(const char *directory,
                        const struct tn_snapshot_base *base,
                        struct tn_snapshot_overlay **ret, struct tn_err *err);
/*
 * The overlay that stands in a folder, to go on from, with what its files say
 * of themselves; both are read whole and checked. It counts as changed, since
 * nobody knows what the one who goes on has to add.
 * ret_live  how many people of the view are not dead.
 * Errors: TN_E_NOT_FOUND (there is none), TN_E_DAMAGED, TN_E_IO, TN_E_NO_MEMORY.
 */
int tn_snapshot_overlay_open(const char *directory,
                             struct tn_snapshot_overlay **ret, size_t *ret_live,
                             struct tn_err *err);
void tn_snapshot_overlay_free(struct tn_snapshot_overlay *overlay);

/*
 * The view's person of a name or a uid; texts are borrowed until the next
 * change. False when there is none, or the base's record cannot be read.
 */
bool tn_snapshot_overlay_user(const struct tn_snapshot_overlay *overlay,
                              const char *name, struct tn_snapshot_user *ret);
bool tn_snapshot_overlay_uid(const struct tn_snapshot_overlay *overlay,
                             uint32_t uid, struct tn_snapshot_user *ret);
/* The gids of the view's person; borrowed likewise. */
bool tn_snapshot_overlay_gids(const struct tn_snapshot_overlay *overlay,
                              const char *name, const uint32_t **ret,
                              size_t *ret_count);
/* Is there a group of the name, or of the gid? */
bool tn_snapshot_overlay_has_group(const struct tn_snapshot_overlay *overlay,
                                   const char *name);
/* The name of the group with a gid, borrowed; NULL when there is none. */
const char *tn_snapshot_overlay_gid(const struct tn_snapshot_overlay *overlay,
                                    uint32_t gid);

/*
 * Put people in the place of whoever has their names or uids in the view. No
 * two of them have a name or a uid in common; among them both may change
 * hands. The gid vector of each name goes on. Somebody new has none: put the
 * groups that list the name again. Errors as of tn_snapshot_add_user, but
 * TN_E_EXISTS; after TN_E_NO_MEMORY some of those may be gone.
 */
int tn_snapshot_overlay_put_users(struct tn_snapshot_overlay *overlay,
                                  const struct tn_snapshot_user *users,
                                  size_t count, struct tn_err *err);
static inline int
tn_snapshot_overlay_put_user(struct tn_snapshot_overlay *overlay,
                             const struct tn_snapshot_user *user,
                             struct tn_err *err)
{
	return tn_snapshot_overlay_put_users(overlay, user, 1, err);
}
/* Take the name away, where it is; the groups that list it, put again. */
int tn_snapshot_overlay_remove_user(struct tn_snapshot_overlay *overlay,
                                    const char *name, struct tn_err *err);
/* Put a group in the place of whichever has the name or the gid. Members who
   are no user of the view are left out. Errors as of tn_snapshot_add_group,
   but TN_E_EXISTS. */
int tn_snapshot_overlay_put_group(struct tn_snapshot_overlay *overlay,
                                  const char *name, uint32_t gid,
                                  const char *const *members, size_t count,
                                  struct tn_err *err);
/* Has the view a group of this name and gid? */
bool tn_snapshot_overlay_shows_group(const struct tn_snapshot_overlay *overlay,
                                     const char *name, uint32_t gid);
/*
 * These logins are members of a group of the view from now on, or are not any
 * more (are_members[i]); the others stay, so it costs what changes. Who is no
 * user of the view is none. TN_E_NOT_FOUND: there is no such group;
 * TN_E_NO_MEMORY: the overlay is to be thrown away.
 */
int tn_snapshot_overlay_set_members(struct tn_snapshot_overlay *overlay,
                                    const char *name, const char *const *logins,
                                    const bool *are_members, size_t count,
                                    struct tn_err *err);
int tn_snapshot_overlay_remove_group(struct tn_snapshot_overlay *overlay,
                                     const char *name, struct tn_err *err);

/* The keys file of this generation, or a newer one, goes with it from the next
   save on (snapshot_keys.h). */
void tn_snapshot_overlay_set_keys(struct tn_snapshot_overlay *overlay,
                                  uint64_t generation);

/* Was anything put or removed since the last save? */
bool tn_snapshot_overlay_is_changed(const struct tn_snapshot_overlay *overlay);
/* Bytes of the file, about. */
size_t tn_snapshot_overlay_size(const struct tn_snapshot_overlay *overlay);
/* Bytes of its base. */
size_t tn_snapshot_overlay_base_size(const struct tn_snapshot_overlay *overlay);
/* Calls fn for each person of the overlay, not the base, who is dead. */
void
tn_snapshot_overlay_each_dead(const struct tn_snapshot_overlay *overlay,
                              void (*fn)(uint32_t uid, void *arg), void *arg);

/*
 * Write, sync and rename the file into the folder, then raise the generation
 * word: from then on readers see this view.
 * enumerate  lists of everybody may be given.
 * Errors as of tn_snapshot_finish.
 */
int tn_snapshot_overlay_save(struct tn_snapshot_overlay *overlay,
                             const char *directory, uint64_t generation,
                             int64_t published, const char *cookie,
                             bool enumerate, struct tn_err *err);

#endif

/*
 * Room for overlays that is set aside, so that a full disk keeps no lock from
 * being published: files of the right size beside the snapshot, one of which
 * becomes the overlay when no other can be made. Writer only.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_SPARE_H
#define TN_SNAPSHOT_SNAPSHOT_SPARE_H

#include <stddef.h>
#include "base/err.h"

#define TN_SNAPSHOT_SPARES 4 /* publications that a full disk takes */

/*
 * See to it that each has room for an overlay of twice so many bytes.
 * TN_E_IO: there is no room for all of them.
 */
int
tn_snapshot_spare_keep(const char *directory, size_t size, struct tn_err *err);

/* Gives one up, under the name: a descriptor to write so many bytes to, or -1.
   Internal to lib/snapshot. */
int tn_snapshot_spare_take(int folder, size_t size, const char *name);

#endif

/*
 * A walk over everybody, where the snapshot allows it. glibc has one for each
 * map in a process, and a lock of its own around it.
 */
#ifndef TN_NSS_MODULE_NSS_WALK_H
#define TN_NSS_MODULE_NSS_WALK_H

#include <stdint.h>
#include "snapshot/snapshot_reader.h"

struct tn_nss_walk {                    /* start with zeros */
	const struct tn_snapshot *held; /* one state from begin to end */
	uint32_t index;
};

/* Begin anew. TN_E_NOT_FOUND where lists are not given, and what
   tn_snapshot_take says: nothing is held then. */
int tn_nss_walk_start(struct tn_nss_walk *walk);
void tn_nss_walk_end(struct tn_nss_walk *walk);

#endif

/*
 * A walk over everybody, where the snapshot allows it. glibc has one for each
 * map in a process, and a lock of its own around it.
 */
#ifndef TN_NSS_MODULE_NSS_WALK_H
#define TN_NSS_MODULE_NSS_WALK_H

#include <nss.h>
#include <stdint.h>
#include "snapshot/snapshot_reader.h"

struct tn_nss_walk {                    /* start with zeros */
	const struct tn_snapshot *held; /* one state from begin to end */
	uint32_t index;
};

/* Begin anew. NOTFOUND where lists are not given, UNAVAIL where there is no
   snapshot to be had: nothing is held then, and *errnop says why. */
enum nss_status tn_nss_walk_start(struct tn_nss_walk *walk, int *errnop);
/* The same unless it has begun already. */
enum nss_status tn_nss_walk_go_on(struct tn_nss_walk *walk, int *errnop);
void tn_nss_walk_end(struct tn_nss_walk *walk);

#endif

#include <config.h>

#include "nss_walk.h"

#include <stddef.h>

#include "base/err.h"
#include "nss_status.h"

enum nss_status
tn_nss_walk_start(struct tn_nss_walk *walk, int *errnop)
{
	struct tn_snapshot_info info;
	int rc;

	tn_nss_walk_end(walk);
	rc = tn_snapshot_take(NULL, &walk->held);
	if (rc != TN_OK) {
		walk->held = NULL;
		return tn_nss_status_of_take(rc, errnop);
	}
	if (tn_snapshot_info(walk->held, &info) == TN_OK && info.enumerate)
		return NSS_STATUS_SUCCESS;
	tn_nss_walk_end(walk);
	return tn_nss_status_of_lookup(TN_E_NOT_FOUND, errnop);
}

enum nss_status
tn_nss_walk_go_on(struct tn_nss_walk *walk, int *errnop)
{
	return walk->held != NULL ? NSS_STATUS_SUCCESS
	                          : tn_nss_walk_start(walk, errnop);
}

void
tn_nss_walk_end(struct tn_nss_walk *walk)
{
	if (walk->held != NULL)
		tn_snapshot_drop(walk->held);
	*walk = (struct tn_nss_walk){ .held = NULL };
}

#include <config.h>

#include "nss_walk.h"

#include <stddef.h>

#include "base/err.h"

int
tn_nss_walk_start(struct tn_nss_walk *walk)
{
	struct tn_snapshot_info info;
	int rc;

	tn_nss_walk_end(walk);
	rc = tn_snapshot_take(NULL, &walk->held);
	if (rc != TN_OK) {
		walk->held = NULL;
		return rc;
	}
	if (tn_snapshot_info(walk->held, &info) == TN_OK && info.enumerate)
		return TN_OK;
	tn_nss_walk_end(walk);
	return TN_E_NOT_FOUND;
}

void
tn_nss_walk_end(struct tn_nss_walk *walk)
{
	if (walk->held != NULL)
		tn_snapshot_drop(walk->held);
	*walk = (struct tn_nss_walk){ .held = NULL };
}

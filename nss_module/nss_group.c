/* Groups, with their members. */
#include <config.h>

#include "nss_tenure.h"

#include <string.h>

#include "account/account.h"
#include "base/err.h"
#include "nss_people.h"
#include "nss_status.h"
#include "nss_walk.h"
#include "snapshot/snapshot_reader.h"

enum nss_status
_nss_tenure_getgrnam_r(const char *name, struct group *result, char *buffer,
                       size_t size, int *errnop)
{
	const struct tn_snapshot *snapshot;
	int rc = tn_snapshot_take(NULL, &snapshot);

	if (rc != TN_OK)
		return tn_nss_status_of_take(rc, errnop);
	if (strcmp(name, TN_PEOPLE_GROUP) == 0)
		rc = tn_nss_people(result, buffer, size);
	else
		rc = tn_snapshot_group_by_name(snapshot, name, result, buffer,
		                               size);
	tn_snapshot_drop(snapshot);
	return tn_nss_status_of_lookup(rc, errnop);
}

enum nss_status
_nss_tenure_getgrgid_r(gid_t gid, struct group *result, char *buffer,
                       size_t size, int *errnop)
{
	const struct tn_snapshot *snapshot;
	int rc = tn_snapshot_take(NULL, &snapshot);

	if (rc != TN_OK)
		return tn_nss_status_of_take(rc, errnop);
	if (gid == TN_PEOPLE_GID)
		rc = tn_nss_people(result, buffer, size);
	else
		rc = tn_snapshot_group_by_gid(snapshot, gid, result, buffer,
		                              size);
	tn_snapshot_drop(snapshot);
	return tn_nss_status_of_lookup(rc, errnop);
}

static struct tn_nss_walk walk;

/* As in nss_passwd.c. */
enum nss_status
_nss_tenure_setgrent(int stay_open)
{
	int unsaid; /* it is said when the first is asked for */

	(void)stay_open;
	(void)tn_nss_walk_start(&walk, &unsaid);
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_tenure_getgrent_r(struct group *result, char *buffer, size_t size,
                       int *errnop)
{
	enum nss_status status = tn_nss_walk_go_on(&walk, errnop);
	int rc;

	if (status != NSS_STATUS_SUCCESS)
		return status;
	rc = tn_snapshot_group_next(walk.held, &walk.index, result, buffer,
	                            size);
	return tn_nss_status_of_lookup(rc, errnop);
}

enum nss_status
_nss_tenure_endgrent(void)
{
	tn_nss_walk_end(&walk);
	return NSS_STATUS_SUCCESS;
}

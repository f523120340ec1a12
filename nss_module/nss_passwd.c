/*
 * People. Those who left resolve as well, so that their files keep an owner's
 * name; the shell in their record is nologin, and the verdict is PAM's.
 */
#include <config.h>

#include "nss_tenure.h"

#include "base/err.h"
#include "nss_status.h"
#include "nss_walk.h"
#include "snapshot/snapshot_reader.h"

enum nss_status
_nss_tenure_getpwnam_r(const char *name, struct passwd *result, char *buffer,
                       size_t size, int *errnop)
{
	const struct tn_snapshot *snapshot;
	int rc = tn_snapshot_take(NULL, &snapshot);

	if (rc != TN_OK)
		return tn_nss_status_of_take(rc, errnop);
	rc = tn_snapshot_user_by_name(snapshot, name, result, buffer, size,
	                              NULL);
	tn_snapshot_drop(snapshot);
	return tn_nss_status_of_lookup(rc, errnop);
}

enum nss_status
_nss_tenure_getpwuid_r(uid_t uid, struct passwd *result, char *buffer,
                       size_t size, int *errnop)
{
	const struct tn_snapshot *snapshot;
	int rc = tn_snapshot_take(NULL, &snapshot);

	if (rc != TN_OK)
		return tn_nss_status_of_take(rc, errnop);
	rc = tn_snapshot_user_by_uid(snapshot, uid, result, buffer, size, NULL);
	tn_snapshot_drop(snapshot);
	return tn_nss_status_of_lookup(rc, errnop);
}

static struct tn_nss_walk walk;

/* A list of everybody serves attackers more than users: as shipped it is empty.
   Where it is turned on it is one state of the directory, whole. */
enum nss_status
_nss_tenure_setpwent(int stay_open)
{
	int unsaid; /* it is said when the first is asked for */

	(void)stay_open;
	(void)tn_nss_walk_start(&walk, &unsaid);
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_tenure_getpwent_r(struct passwd *result, char *buffer, size_t size,
                       int *errnop)
{
	enum nss_status status = tn_nss_walk_go_on(&walk, errnop);
	int rc;

	if (status != NSS_STATUS_SUCCESS)
		return status;
	rc = tn_snapshot_user_next(walk.held, &walk.index, result, buffer, size,
	                           NULL);
	return tn_nss_status_of_lookup(rc, errnop);
}

enum nss_status
_nss_tenure_endpwent(void)
{
	tn_nss_walk_end(&walk);
	return NSS_STATUS_SUCCESS;
}

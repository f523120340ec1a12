/*
 * People. Those who left resolve as well, so that their files keep an owner's
 * name; the shell in their record is nologin, and the verdict is PAM's.
 */
#include <config.h>

#include "nss_tenure.h"

#include "base/err.h"
#include "nss_status.h"
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

/* Enumeration is off: a list of everybody serves attackers more than users. */
enum nss_status
_nss_tenure_setpwent(int stay_open)
{
	(void)stay_open;
	return NSS_STATUS_SUCCESS;
}

enum nss_status
_nss_tenure_getpwent_r(struct passwd *result, char *buffer, size_t size,
                       int *errnop)
{
	(void)result;
	(void)buffer;
	(void)size;
	return tn_nss_status_of_lookup(TN_E_NOT_FOUND, errnop);
}

enum nss_status
_nss_tenure_endpwent(void)
{
	return NSS_STATUS_SUCCESS;
}

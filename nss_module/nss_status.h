/*
 * The one table from our codes to what glibc's name service switch is told.
 * glibc takes errnop for an error of the whole lookup, so it is written for
 * every status but success.
 */
#ifndef TN_NSS_MODULE_NSS_STATUS_H
#define TN_NSS_MODULE_NSS_STATUS_H

#include <nss.h>

/*
 * What a lookup in a snapshot came to. NOTFOUND is said with authority: the
 * snapshot was read, and it has no such name.
 */
enum nss_status tn_nss_status_of_lookup(int code, int *errnop);

/* What taking the snapshot came to: without one nothing is known. */
enum nss_status tn_nss_status_of_take(int code, int *errnop);

#endif

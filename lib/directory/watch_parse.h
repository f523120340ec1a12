/* What RFC 4533 puts into controls and intermediate messages. Private. Pure
   parsing of hostile bytes: every count is bounded by the message. */
#ifndef TN_DIRECTORY_WATCH_PARSE_H
#define TN_DIRECTORY_WATCH_PARSE_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"
#include "account/account.h"
#include "directory/cookie.h"

/* A Sync State control (section 2.2). cookie is "" when there is none, or one
   over TN_COOKIE_MAX: is_long. */
struct tn_sync_state {
	ber_int_t state; /* LDAP_SYNC_PRESENT, ADD, MODIFY, DELETE */
	struct tn_uuid uuid;
	bool is_long;
	char cookie[TN_COOKIE_MAX + 1];
};
int tn_sync_state_parse(const struct berval *value, struct tn_sync_state *ret,
                        struct tn_err *err);

/* A Sync Info message (section 2.5). */
enum tn_sync_info_kind {
	TN_SYNC_NEW_COOKIE,
	TN_SYNC_REFRESH_DELETE,
	TN_SYNC_REFRESH_PRESENT,
	TN_SYNC_ID_SET,
};
struct tn_sync_info {
	enum tn_sync_info_kind kind;
	bool is_done;    /* REFRESH_*: the refresh is over */
	bool is_deletes; /* ID_SET: these are gone, not present */
	size_t count;
	struct tn_uuid *uuids; /* ID_SET: tn_sync_info_done */
	bool is_long;          /* as in tn_sync_state */
	char cookie[TN_COOKIE_MAX + 1];
};
int tn_sync_info_parse(const struct berval *value, struct tn_sync_info *ret,
                       struct tn_err *err);
void tn_sync_info_done(struct tn_sync_info *info);

/* The Sync Request control's value (section 2.2); cookie may be NULL, has
   TN_COOKIE_MAX bytes at most, and goes without the server's number in it. Free
   with ber_memfree(ret->bv_val). */
int tn_sync_request(const char *cookie, struct berval *ret, struct tn_err *err);

#endif

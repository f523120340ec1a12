/* How a packed account begins. For account_pack.c and account_peek.c alone. */
#ifndef TN_DAEMON_PACKED_ACCOUNT_H
#define TN_DAEMON_PACKED_ACCOUNT_H

#include <stddef.h>
#include <string.h>
#include "account_pack.h"

/* What a record begins with, unaligned. login, real name
   and staff number follow with their NULs, then what the flags tell of. */
struct tn_packed_head {
	uint8_t uuid[TN_UUID_LEN];
	uint32_t uid;
	uint32_t gid;
	uint32_t flags;
};

#define TN_PACKED_HEAD sizeof(struct tn_packed_head)
_Static_assert(TN_PACKED_HEAD == TN_UUID_LEN + 12, "no padding");

#define TN_PACKED_STATUS_SHIFT 2
#define TN_PACKED_KIND_MASK    3u
#define TN_PACKED_STATUS_MASK  7u

enum tn_packed_flag { /* above kind and status */
	              TN_PACKED_KEY_ONLY = 1u << 5,
	              TN_PACKED_INTERACTIVE = 1u << 6,
	              TN_PACKED_VANISHED = 1u << 7,
	              TN_PACKED_RESET = 1u << 8,
	              TN_PACKED_DN_FOLLOWS =
	                  1u << 9, /* uid=LOGIN, and the pool's */
	              TN_PACKED_HOME_FOLLOWS =
	                  1u << 10, /* the pool's, and LOGIN */
};

/* Copies it; returns what follows. */
static inline const uint8_t *
tn_packed_head(const struct tn_account_store *store, uint32_t place,
               struct tn_packed_head *ret)
{
	const uint8_t *at = tn_store_at(&store->records, place);

	memcpy(ret, at, TN_PACKED_HEAD);
	return at + TN_PACKED_HEAD;
}

#endif

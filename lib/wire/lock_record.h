/* Locks as fields of a datagram between net and publish. */
#ifndef TN_WIRE_LOCK_RECORD_H
#define TN_WIRE_LOCK_RECORD_H

#include "account/account.h"
#include "base/buf.h"
#include "wire/message.h"

/* Bytes of a lock's name: a cn, or the dn where it has none. */
#define TN_LOCK_NAME_MAX TN_DN_MAX

/* Starts, fills and finishes a LOCK_SET datagram. A reason or a staff number
   over its bound is left out: the lock matters more. TN_E_LIMIT for a name
   that no release could be told by. login, uid: whom it names, where that is
   known; NULL. */
int tn_lock_record_put(struct tn_buf *buf, const struct tn_lock *lock,
                       const char *login, uint32_t uid);
/* A copy; free it with tn_lock_free. TN_E_PROTOCOL, TN_E_NO_MEMORY. */
int tn_lock_record_get(const struct tn_message *message, struct tn_lock **ret,
                       struct tn_err *err);

/* Does a release that was added then end the lock? One that is older was made
   for a lock that was not there, and never counts; one of this host's own is
   ended by the host alone. Any thread. */
#define TN_RELEASE_OWN INT64_MAX
bool tn_lock_is_ended(const struct tn_lock *lock, int64_t released);

/* A LOCK_RELEASED: the lock's name and when the release was added, for
   tn_lock_is_ended(). name holds TN_LOCK_NAME_MAX + 1. False: names no lock. */
bool tn_release_record_get(const struct tn_message *message, char *name,
                           int64_t *ret_created);

#endif

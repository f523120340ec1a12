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

#endif

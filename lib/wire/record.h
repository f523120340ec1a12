/* Accounts and groups as fields of a datagram from net to publish. */
#ifndef TN_WIRE_RECORD_H
#define TN_WIRE_RECORD_H

#include <stdbool.h>
#include "account/account.h"
#include "account/verdict.h"
#include "base/buf.h"
#include "wire/message.h"

/* An account and what net found out about it. */
struct tn_account_record {
	struct tn_account account;
	enum tn_refusal refusal; /* duplicates; publish adds section 12 */
	unsigned int locks;      /* open lock entries */
	bool hidden;             /* not to be shown here, unless it was */
	bool stranger;           /* not admitted on this host */
};

/* Starts, fills and finishes an ACCOUNT_SET datagram. TN_E_LIMIT for a text
   over its bound (account.h) or that is no text: such a record is never served. */
int tn_record_put_account(struct tn_buf *buf,
                          const struct tn_account_record *record);
/* Reads one; ret->account borrows texts that live in *ret_texts, which the
   caller frees. TN_E_PROTOCOL for anything out of bounds. */
int tn_record_get_account(const struct tn_message *message,
                          struct tn_account_record *ret, char **ret_texts,
                          struct tn_err *err);

/* Whose record it is, also where the rest of it cannot be read.
   TN_E_PROTOCOL. */
int tn_record_uuid(const struct tn_message *message, struct tn_uuid *ret,
                   struct tn_err *err);

/* A group from its member first on, as many members as fit; *ret_next is where
   to go on, or group->count when it is complete. TN_E_LIMIT for a name that
   is over its bound or is no text: such a group is never served. */
int tn_record_put_group(struct tn_buf *buf, const struct tn_group *group,
                        size_t first, size_t *ret_next);
/* Reads one part; more tells that further members follow. */
int tn_record_get_group(const struct tn_message *message, struct tn_group **ret,
                        bool *ret_more, struct tn_err *err);

#endif

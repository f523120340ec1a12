/* A large group comes in several datagrams: puts them together again. */
#ifndef TN_DAEMON_GROUP_PARTS_H
#define TN_DAEMON_GROUP_PARTS_H

#include "account/account.h"
#include "wire/message.h"

struct tn_group_parts {          /* zeros to begin with */
	struct tn_group **parts; /* of one whose end has not come yet */
	size_t count;
	size_t room;
	size_t members; /* of all of them */
};

/*
 * One GROUP_SET. ret is set with the last part, and the caller's then; left
 * alone before. TN_E_PROTOCOL, TN_E_LIMIT, TN_E_NO_MEMORY: what came of the
 * group before is dropped.
 */
int tn_group_parts_take(struct tn_group_parts *parts,
                        const struct tn_message *message, struct tn_group **ret,
                        struct tn_err *err);
void tn_group_parts_done(struct tn_group_parts *parts);

#endif

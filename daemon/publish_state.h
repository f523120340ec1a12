/* What net told publish: records by uuid. Pure data; not thread-safe. */
#ifndef TN_DAEMON_PUBLISH_STATE_H
#define TN_DAEMON_PUBLISH_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include "account/account.h"
#include "account/verdict.h"
#include "base/hash_table.h"
#include "group_parts.h"
#include "wire/message.h"

struct tn_published_account {
	struct tn_account *account;
	enum tn_refusal found; /* duplicates, from net */
	unsigned int locks;
	enum tn_refusal told; /* refusal that was logged already */
	UT_hash_handle hh;
};

struct tn_published_group {
	struct tn_group *group;
	enum tn_refusal told;
	UT_hash_handle hh;
};

#define TN_COOKIE_MAX 1024

struct tn_publish_state {
	struct tn_published_account *accounts;
	struct tn_published_group *groups;
	struct tn_group_parts parts;
	char cookie[TN_COOKIE_MAX];
	int64_t heard;
	int64_t newest_change;
	bool is_whole; /* a PUBLISH came since the RESET */
};

void tn_publish_state_init(struct tn_publish_state *state);
void tn_publish_state_done(struct tn_publish_state *state);

/*
 * Apply one datagram of net's. ret_publish: it was a PUBLISH.
 * TN_E_PROTOCOL for what is no datagram of net's; the state stays whole, and
 * is without the record that was refused.
 */
int tn_publish_state_apply(struct tn_publish_state *state,
                           const struct tn_message *message, bool *ret_publish,
                           struct tn_err *err);

#endif

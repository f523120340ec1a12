/* What net told publish: records by uuid. Pure data; not thread-safe. */
#ifndef TN_DAEMON_PUBLISH_STATE_H
#define TN_DAEMON_PUBLISH_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include "account/account.h"
#include "account/verdict.h"
#include "base/hash_table.h"
#include "group_parts.h"
#include "record_index.h"
#include "wire/message.h"

struct tn_published_account {
	struct tn_account *account;
	enum tn_refusal found; /* duplicates, from net */
	unsigned int locks;
	bool hidden; /* not admitted on a host that shows no others */
	enum tn_refusal told; /* refusal that was logged already */
	uint32_t round;       /* of publish_update.c: looked at in it */
	UT_hash_handle hh;
};

struct tn_published_group {
	struct tn_group *group;
	uint32_t *hashes; /* of the members' logins, one after another */
	enum tn_refusal told;
	UT_hash_handle hh;
};

#define TN_COOKIE_MAX 1024

/* A login and number, or a group's name and number, that a record has or had:
   what must be looked at again. */
struct tn_touched {
	char name[TN_LOGIN_MAX + 1];
	uint32_t id;
};

/* More are not told one by one. */
#define TN_TOUCHED_MAX 20000u

struct tn_touched_list {
	struct tn_touched *data;
	size_t count;
	size_t room;
};

_Static_assert(TN_GROUP_NAME_MAX <= TN_LOGIN_MAX, "a touched group's name");

struct tn_publish_state {
	struct tn_published_account *accounts;
	struct tn_published_group *groups;
	struct tn_record_index logins; /* of .accounts */
	struct tn_record_index uids;
	struct tn_record_index group_names; /* of .groups */
	struct tn_record_index gids;
	struct tn_group_parts parts;
	/* Since the last publication. */
	struct tn_touched_list touched_users;
	struct tn_touched_list touched_groups;
	bool is_all_touched; /* too many to tell, or no memory for it */
	char cookie[TN_COOKIE_MAX];
	int64_t heard;
	int64_t newest_change;
	bool is_whole; /* a PUBLISH came since the RESET */
};

void tn_publish_state_init(struct tn_publish_state *state);
void tn_publish_state_done(struct tn_publish_state *state);

/* Nothing is touched any more: it was published. */
void tn_publish_state_settled(struct tn_publish_state *state);
/* Look at these again, though no record of them changed. */
void tn_publish_state_touch_user(struct tn_publish_state *state,
                                 const char *login, uint32_t uid);
void tn_publish_state_touch_group(struct tn_publish_state *state,
                                  const char *name, uint32_t gid);

/* The next account of a login, or of a uid; *position is 0 to begin with. */
struct tn_published_account *
tn_publish_state_login(const struct tn_publish_state *state, const char *login,
                       size_t *position);
struct tn_published_account *
tn_publish_state_uid(const struct tn_publish_state *state, uint32_t uid,
                     size_t *position);

/*
 * Apply one datagram of net's. ret_publish: it was a PUBLISH.
 * TN_E_PROTOCOL for what is no datagram of net's; the state stays whole, and
 * is without the record that was refused.
 */
int tn_publish_state_apply(struct tn_publish_state *state,
                           const struct tn_message *message, bool *ret_publish,
                           struct tn_err *err);

#endif

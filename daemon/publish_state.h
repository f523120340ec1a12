/*
 * What net told publish: accounts and groups by uuid. Packed, since there are
 * many: of an account what section 12 and the session's verdict ask for, of a
 * group its members' numbers. Pure data; not thread-safe.
 */
#ifndef TN_DAEMON_PUBLISH_STATE_H
#define TN_DAEMON_PUBLISH_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include "account/account.h"
#include "account/verdict.h"
#include "account_pack.h"
#include "group_parts.h"
#include "login_names.h"
#include "number_index.h"
#include "wire/message.h"
#include "wire/record.h"

struct tn_published_entry {
	uint32_t place; /* of its record; 0: the number is vacant */
	uint32_t name;  /* number of its login */
	uint32_t next;  /* with the same login, or TN_NO_NUMBER; of a vacant
			   one the next vacant */
	uint8_t found;  /* enum tn_refusal: duplicates, from net */
	uint8_t told;   /* enum tn_refusal that was logged already */
	uint8_t locks;
	bool hidden; /* not admitted on a host that shows no others */
};

/* One of them, unpacked; borrows until the state changes. Not to be copied. */
struct tn_published_account {
	uint32_t number;
	struct tn_published_entry *entry;
	struct tn_account_view view;
};

struct tn_published_group {
	struct tn_uuid uuid;
	uint32_t gid;
	size_t told_count; /* members, as net told of them */
	uint32_t count;    /* of .members */
	enum tn_refusal told;
	/* Since the last publication: all of it is to be put, or these logins
	   are members now, or are not any more. */
	bool is_whole_due;
	char **changed;
	uint32_t changed_count;
	const char *name;   /* behind the members */
	uint32_t members[]; /* numbers of logins, rising, each once */
};

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
	struct tn_account_store store;
	struct tn_published_entry *accounts;
	uint32_t account_count; /* with those that are vacant */
	uint32_t account_room;
	uint32_t vacant; /* the first of them, or TN_NO_NUMBER */
	struct tn_login_names names;
	struct tn_number_index uuids; /* of .accounts */
	struct tn_number_index uids;
	struct tn_published_group **groups;
	uint32_t group_count;
	uint32_t group_room;
	struct tn_number_index group_uuids; /* of .groups */
	struct tn_number_index group_names;
	struct tn_number_index gids;
	struct tn_group_parts parts;
	/* Since the last publication. */
	struct tn_touched_list touched_users;
	struct tn_touched_list touched_groups;
	bool is_all_touched; /* too many to tell, or no memory for it */
	char cookie[TN_COOKIE_MAX + 1];
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

/* Numbers of accounts, in no order: all of them (*position is 0 to begin
   with), of a login (then _next_login), and of a uid (*position likewise).
   TN_NO_NUMBER when there are no more. */
uint32_t
tn_published_each(const struct tn_publish_state *state, uint32_t *position);
uint32_t
tn_published_login(const struct tn_publish_state *state, const char *login);
uint32_t
tn_published_next_login(const struct tn_publish_state *state, uint32_t number);
uint32_t tn_published_uid(const struct tn_publish_state *state, uint32_t uid,
                          size_t *position);
void tn_published_get(const struct tn_publish_state *state, uint32_t number,
                      struct tn_published_account *ret);

/* The next group of a name, or of a gid; *position is 0 to begin with. */
struct tn_published_group *
tn_published_group_name(const struct tn_publish_state *state, const char *name,
                        size_t *position);
struct tn_published_group *
tn_published_gid(const struct tn_publish_state *state, uint32_t gid,
                 size_t *position);
/* The group as a rule asks about it: without its members. Borrows. */
struct tn_group tn_published_head(const struct tn_published_group *group);
/* Nothing is due of them any more. */
void tn_published_groups_settled(struct tn_publish_state *state);
/* Lists the group this login? */
bool
tn_published_lists(const struct tn_publish_state *state,
                   const struct tn_published_group *group, const char *login);
/* The members' logins, borrowed from the state, in an array for the caller to
   free; NULL when there is no memory. */
const char **tn_published_members(const struct tn_publish_state *state,
                                  const struct tn_published_group *group);

/*
 * Apply one datagram of net's. ret_publish: it was a PUBLISH.
 * TN_E_PROTOCOL for what is no datagram of net's; the state stays whole, and
 * is without the record that was refused.
 */
int tn_publish_state_apply(struct tn_publish_state *state,
                           const struct tn_message *message, bool *ret_publish,
                           struct tn_err *err);

/* published_account.c, published_group.c: put, take away, all. */
void tn_published_accounts_init(struct tn_publish_state *state);
void tn_published_accounts_done(struct tn_publish_state *state);
int
tn_published_set(struct tn_publish_state *state,
                 const struct tn_account_record *record, struct tn_err *err);
void
tn_published_drop(struct tn_publish_state *state, const struct tn_uuid *uuid);
void tn_published_groups_init(struct tn_publish_state *state);
void tn_published_groups_done(struct tn_publish_state *state);
int tn_published_set_group(struct tn_publish_state *state,
                           const struct tn_group *group, struct tn_err *err);
void tn_published_drop_group(struct tn_publish_state *state,
                             const struct tn_uuid *uuid);

#endif

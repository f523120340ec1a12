/*
 * What net knows of the directory: accounts, groups and locks, found by login,
 * number and staff number. Two claimants of one staff number, number or login
 * are found here, and found again when one of them goes: the elder is served.
 * Also who changed since publish was last told. Pure data, no I/O; the caller
 * holds a lock (net.h).
 */
#ifndef TN_DAEMON_ACCOUNT_TABLE_H
#define TN_DAEMON_ACCOUNT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/account.h"
#include "account/verdict.h"
#include "account_pack.h"
#include "admission.h"
#include "base/hash_table.h"
#include "number_index.h"
#include "removal_brake.h"
#include "table_index.h"

/* One account of the table, unpacked: until the same thread asks for another,
   and the table changes. */
struct tn_table_account {
	const struct tn_account *account; /* its .vanished: the entry is gone */
	enum tn_refusal refusal;          /* duplicates only */
	unsigned int locks;               /* kinds of its open locks */
	/* The password was changed through this host, and the watch has not
	   brought the new state yet. */
	bool changed_here;
	bool is_unreadable; /* vanished, but there: it could not be read */
};

/* The table's own; packed, since there are many. Numbered from 0 on, and never
   given up. */
struct tn_table_entry {
	uint32_t place; /* of its record */
	uint8_t round;  /* of the refresh that last had it; 0: none */
	uint8_t refusal;
	uint8_t locks;
	uint8_t flags;
};

struct tn_table_list { /* of entries' numbers */
	uint32_t *data;
	size_t first;
	size_t count; /* with those before first */
	size_t room;
};

/* The members of a group that admits nobody are forgotten when they were told:
   a sum of them is enough to see that they are others. */
struct tn_table_group {
	struct tn_uuid uuid;
	struct tn_group *group;
	bool is_gone;       /* kept until publish was told */
	bool is_unreadable; /* gone, but there: it could not be read */
	bool is_whole;      /* with its members */
	uint64_t sum;
	uint8_t round;
	uint8_t pending_round;
	bool is_dirty;
	struct tn_table_group *next_dirty;
	UT_hash_handle hh;
};

/* The last groups that were deleted: a restored server may have them again. */
#define TN_GONE_GROUPS 16
struct tn_gone_group {
	struct tn_uuid uuid;
	int64_t changed;
};

struct tn_table_lock;
struct tn_table_release;

struct tn_account_table {
	struct tn_account_store store;
	struct tn_table_entry *entries;
	uint32_t count;
	uint32_t room;
	struct tn_number_index uuids; /* of the entries */
	struct tn_number_index logins;
	struct tn_number_index uids;
	struct tn_number_index staff_numbers;
	struct tn_table_group *groups; /* by uuid */
	struct tn_gone_group gone_groups[TN_GONE_GROUPS];
	size_t gone_group_count;     /* with those that were overwritten */
	struct tn_table_lock *locks; /* by uuid; never forgotten */
	struct tn_table_release *releases; /* by the lock's name */
	size_t own_locks;                  /* of .locks; released ones too */
	struct tn_index index;             /* of the locks */
	struct tn_table_list dirty;        /* accounts, as they changed */
	/* There was no memory for somebody's place in .dirty, or in .pending:
	   all entries are looked through for the flag instead. */
	bool is_dirty_lost;
	uint32_t lost_at; /* looked through so far */
	bool is_pending_lost;
	struct tn_table_group *dirty_groups;
	struct tn_table_group **dirty_groups_end;
	struct tn_table_lock *dirty_locks;
	struct tn_table_release *dirty_releases;
	uint8_t round; /* never 0 */
	bool in_refresh;
	struct tn_admission admission;
	bool tells_all; /* set it to be told of what changes no record, too */
	/* So that a refresh in which nobody is missing needs no look at all:
	   who is there, and how many of them this refresh had. */
	size_t alive;
	size_t alive_seen;
	struct tn_table_list pending; /* named gone in this refresh */
	int64_t newest_change; /* of any account; TN_TIME_NONE at first */
};

void tn_table_init(struct tn_account_table *table);
void tn_table_done(struct tn_account_table *table);

/* Before anything is put: the names of the groups that admit people (to a
   NULL, borrowed for good). is_narrow: whoever is admitted or not any more is
   taken as changed. Without this call everybody is admitted. */
void tn_table_admit(struct tn_account_table *table, char *const *names,
                    bool is_narrow);

/* New or changed. Copies. TN_E_NO_MEMORY. An account that differs in its
   time of change alone, as after a wrong password, is nothing to tell of. */
int tn_table_put_account(struct tn_account_table *table,
                         const struct tn_account *account, struct tn_err *err);
int tn_table_put_group(struct tn_account_table *table,
                       const struct tn_group *group, struct tn_err *err);
/* A lock is remembered for as long as this process lives, whatever the
   directory says later: only a release opens it (DESIGN section 4). publish
   keeps it over a restart (kept_locks.h). */
int tn_table_put_lock(struct tn_account_table *table,
                      const struct tn_lock *lock, struct tn_err *err);
/* lock_name: the cn of the lock that is released; may come before it. created:
   when the release was, by the server's clock: one that is older than its lock
   was made for a lock that was not there, and never counts. This host's own
   locks are ended by itself alone, with TN_RELEASE_OWN (lock_record.h). */
int tn_table_put_release(struct tn_account_table *table, const char *lock_name,
                         int64_t created, struct tn_err *err);

/* Is there a lock of this cn that no release has ended? */
bool
tn_table_is_open(const struct tn_account_table *table, const char *lock_name);

/* Gone from the directory: at once, or within a refresh when it ends. */
void
tn_table_delete(struct tn_account_table *table, const struct tn_uuid *uuid);
/* There, but not to be read: gone at once, whatever runs. That is no removal,
   and the brake does not count it. It is no lost one either when it is
   present, until it is put or deleted. */
void tn_table_drop_unreadable(struct tn_account_table *table,
                              const struct tn_uuid *uuid);
/* A refresh begins; in it each entry is put or present. False from _present:
   the table has no such entry, so only a whole refresh helps. */
void tn_table_refresh_begin(struct tn_account_table *table);
bool
tn_table_present(struct tn_account_table *table, const struct tn_uuid *uuid);

/* In a refresh: a group of one of these names (to a NULL) that was not put in
   it leaves when it ends, as one that is deleted by name. */
void tn_table_miss_groups(struct tn_account_table *table, char *const *names);

struct tn_refresh_result {
	size_t accounts; /* there before, alive */
	size_t gone;     /* of them gone */
	bool held;       /* the brake tripped: nobody is marked vanished */
};
/*
 * The refresh is over. complete: what was neither put nor present is gone;
 * else only what was deleted by name. Names are removed unless the brake
 * trips; locks, ends and additions were applied when they came.
 */
struct tn_refresh_result
tn_table_refresh_end(struct tn_account_table *table, bool complete,
                     const struct tn_removal_brake *brake);

/* The account that has it: the served one, else the eldest that is there,
   else one that vanished; NULL when nobody has. */
const struct tn_table_account *
tn_table_by_login(const struct tn_account_table *table, const char *login);
const struct tn_table_account *
tn_table_by_uid(const struct tn_account_table *table, uint32_t uid);
/* What a change of the password makes another. */
struct tn_password_mark {
	int64_t changed; /* pwdChangedTime */
	bool reset;      /* pwdReset */
};

/*
 * The password was changed through this host, by who was judged with this
 * mark. Where the table has another by now the watch has been faster: then
 * nothing is to be remembered, and nothing would ever clear it.
 */
void tn_table_changed_here(struct tn_account_table *table,
                           const struct tn_uuid *uuid,
                           const struct tn_password_mark *judged);

/* By its uuid, and one after another: *position is 0 to begin with. NULL: it
   has none, or no more. */
const struct tn_table_account *
tn_table_by_uuid(const struct tn_account_table *table,
                 const struct tn_uuid *uuid);
const struct tn_table_account *
tn_table_next(const struct tn_account_table *table, uint32_t *position);

/* Take one that changed since it was last taken; NULL when none is left. A
   group that is_gone is to be given to tn_table_forget_group afterwards, any
   other to tn_table_told_group or, where it could not be told, to
   tn_table_keep_dirty_group: it comes again. */
const struct tn_table_account *
tn_table_take_dirty_account(struct tn_account_table *table);
struct tn_table_group *
tn_table_take_dirty_group(struct tn_account_table *table);
void tn_table_forget_group(struct tn_account_table *table,
                           struct tn_table_group *group);
void tn_table_told_group(struct tn_account_table *table,
                         struct tn_table_group *group);
void tn_table_keep_dirty_group(struct tn_account_table *table,
                               struct tn_table_group *group);
bool tn_table_is_dirty(const struct tn_account_table *table);

/* lock_table.c: the kinds of the open locks that name this account. */
unsigned int tn_table_locks_of(const struct tn_account_table *table,
                               const struct tn_account *account);
/* lock_table.c: an open lock of one of these kinds that names the account, or
   NULL. Borrowed. */
const struct tn_lock *
tn_table_open_lock(const struct tn_account_table *table,
                   const struct tn_account *account, unsigned int kinds);
/* lock_table.c: the locks that are somebody's own report on this host, one
   after another: after NULL the first; NULL when none is left. Borrowed until
   the next change. */
const struct tn_lock *tn_table_next_own(const struct tn_account_table *table,
                                        const struct tn_lock *after);
/* lock_table.c: is there a lock, or a release, of this name? */
bool
tn_table_knows_lock(const struct tn_account_table *table, const char *name);
/* lock_table.c: a report that somebody made of themselves on this host is
   settled: the directory has, or had, a lock after it, or somebody set that
   person's password anew since. */
bool tn_table_own_is_settled(const struct tn_account_table *table,
                             const struct tn_lock *own);
/* lock_table.c: a lock, or the name in a release, that was not taken since it
   came or changed; NULL when none is left. Borrowed until the next change. */
const struct tn_lock *tn_table_take_dirty_lock(struct tn_account_table *table);
const char *tn_table_take_dirty_release(struct tn_account_table *table,
                                        int64_t *ret_created);
void tn_table_free_locks(struct tn_account_table *table);
/* account_table.c: what the parts of the table share. */
enum tn_table_flag { /* of an entry */
	             TN_ENTRY_CHANGED_HERE = 1u << 0,
	             TN_ENTRY_DIRTY = 1u << 1,
	             TN_ENTRY_PENDING = 1u << 2, /* named gone in this round */
	             TN_ENTRY_LISTED = 1u << 3,  /* in .pending */
	             TN_ENTRY_UNREADABLE = 1u << 4, /* but there */
};
/* It is to be taken as changed. */
void tn_table_mark(struct tn_account_table *table, uint32_t number);
/* An entry as it is told of. */
const struct tn_table_account *
tn_table_show(const struct tn_account_table *table, uint32_t number);
/* table_claim.c: the entry of a uuid, and the next one with a login, or with
   what the account has (*position is 0 to begin with); TN_NO_NUMBER. */
enum tn_claim { TN_CLAIM_LOGIN, TN_CLAIM_UID, TN_CLAIM_STAFF };
uint32_t
tn_table_find(const struct tn_account_table *table, const struct tn_uuid *uuid);
uint32_t tn_table_next_login(const struct tn_account_table *table,
                             const char *login, size_t *position);
uint32_t
tn_table_next_claimant(const struct tn_account_table *table,
                       enum tn_claim claim, const struct tn_account *account,
                       size_t *position);
bool
tn_table_is_vanished(const struct tn_account_table *table, uint32_t number);
/* account_table.c, table_group.c: mark what left the directory. */
void tn_table_vanish(struct tn_account_table *table, uint32_t number);
void tn_table_remove_group(struct tn_account_table *table,
                           struct tn_table_group *at);
/* account_table.c: judge again who is affected by a lock. */
void
tn_table_review_person(struct tn_account_table *table,
                       const struct tn_uuid *person, const char *staff_number);
/* table_dirty.c: false when there is no memory. */
bool tn_table_list_add(struct tn_table_list *list, uint32_t number);
void tn_table_list_done(struct tn_table_list *list);

#endif

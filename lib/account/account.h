/*
 * The records: what the rest of Tenure knows of a person, a group and a lock.
 * Pure data. lib/directory makes them from entries, lib/wire carries them from
 * net to publish, lib/snapshot writes what NSS needs of them.
 */
#ifndef TN_ACCOUNT_ACCOUNT_H
#define TN_ACCOUNT_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/day.h"
#include "base/err.h"

/* Bounds in bytes without NUL; anything longer is refused (DESIGN 12). */
#define TN_LOGIN_MAX      32
#define TN_REAL_NAME_MAX  256
#define TN_STAFF_MAX      64
#define TN_HOME_MAX       256
#define TN_SHELL_MAX      128
#define TN_DEPARTMENT_MAX 256
#define TN_GROUP_NAME_MAX 32
#define TN_REASON_MAX     512
#define TN_DN_MAX         512
#define TN_UUID_LEN       16
#define TN_COOKIE_MAX     4095 /* of a watch (RFC 4533) */

/* The group that the name service gives to everybody of the directory, and to
   nobody else: sshd's settings name it. No group of the directory's. */
#define TN_PEOPLE_GROUP "tenure-people"
#define TN_PEOPLE_GID   65533
#define TN_GROUPS_MAX   65536  /* groups of one person */
#define TN_MEMBERS_MAX  200000 /* members of one group */

struct tn_uuid { /* entryUUID, the 16 bytes */
	uint8_t byte[TN_UUID_LEN];
};

enum tn_kind {
	TN_KIND_PERSON = 1,  /* ou=people */
	TN_KIND_SERVICE = 2, /* ou=services */
};

/* tenureStatus. An unknown or missing value reads as TN_STATUS_UNKNOWN,
   which is never served. */
enum tn_status {
	TN_STATUS_UNKNOWN = 0,
	TN_STATUS_ACTIVE = 1,    /* "active" */
	TN_STATUS_LEAK = 2,      /* "leak" */
	TN_STATUS_DEPARTED = 3,  /* "departed" */
	TN_STATUS_SUSPENDED = 4, /* "suspended" */
};

/* tenureLockKind of an open lock entry; a set of flags. */
enum tn_lock_kind {
	TN_LOCK_LEAK = 1u << 0,       /* "leak" */
	TN_LOCK_DEPARTURE = 1u << 1,  /* "departure" */
	TN_LOCK_SUSPENSION = 1u << 2, /* "suspension" */
};

/*
 * One account. Texts are UTF-8, never NULL ("" when absent). In a record made
 * by tn_account_dup they live in the record's own allocation; a record filled
 * by hand borrows them.
 */
struct tn_account {
	struct tn_uuid uuid; /* entryUUID: the key of everything */
	const char *dn;      /* where it stands; changes on a rename */
	enum tn_kind kind;
	const char *login;        /* uid */
	const char *real_name;    /* cn: the real name (UM-5.3) */
	const char *staff_number; /* employeeNumber; "" for a service */
	uint32_t uid;             /* uidNumber */
	uint32_t gid;             /* gidNumber */
	const char *home;         /* homeDirectory */
	const char *shell;        /* loginShell; "" when absent */
	const char *department;   /* departmentNumber */
	const char *language;     /* preferredLanguage */
	const char *owner;        /* services: owner's dn */
	const char *reason;       /* services: description */
	const char *application;  /* tenureApplication it was issued on */
	const char *keys;         /* tenureSshPublicKey: ssh_key.h's lines */
	const char *reset_by;     /* tenureResetBy: dn of who reset the
				     password last; "" when nobody did */
	enum tn_status status;    /* tenureStatus */
	int32_t start_day;        /* tenureStartDate: first day, or NONE */
	int32_t end_day;          /* tenureEndDate: LAST day, inclusive */
	int64_t created;          /* createTimestamp */
	int64_t changed;          /* modifyTimestamp */
	bool key_only;            /* tenureKeyOnly: has no password */
	bool interactive;         /* services: tenureInteractive */
	bool vanished;            /* its entry is gone from the directory */
	/* ppolicy's state */
	bool password_reset;      /* pwdReset TRUE */
	int64_t password_changed; /* pwdChangedTime, or NONE */
	int64_t initial_deadline; /* tenureInitialDeadline, or NONE: not
				     usable from then on while password_reset */
	int64_t reset_time;       /* tenureResetTime: as that one said */
	int64_t policy_locked;    /* pwdAccountLockedTime, or NONE; 0 for
				     000001010000Z, which is for good */
	int64_t policy_end;       /* pwdEndTime, or NONE */
	int64_t policy_start;     /* pwdStartTime, or NONE */
};

struct tn_group {
	struct tn_uuid uuid;
	const char *name; /* cn */
	uint32_t gid;     /* gidNumber */
	int64_t changed;  /* modifyTimestamp */
	size_t count;
	const char *const *members; /* logins (memberUid; member's dn is
				       resolved to a login when it is read) */
};

/* ou=locks: an open lock names its person twice; either match locks. */
struct tn_lock {
	struct tn_uuid uuid;        /* of the lock entry */
	struct tn_uuid person_uuid; /* tenurePersonUUID; zeros when absent */
	const char *staff_number;   /* tenureStaffNumber; "" when absent */
	enum tn_lock_kind kind;     /* tenureLockKind */
	const char *name;           /* cn of the lock: what a release names */
	int64_t since;              /* tenureLockedTime */
	int64_t created;            /* by the server's clock; TN_TIME_NONE: not
				       known. An older release ends nothing. */
	const char *reason;         /* description */
	bool released;              /* set by who sees a release of it */
	/* For what a host says of it (docs/directory.md): milliseconds since
	   1970; 0 where it is not known. */
	int64_t server_ms; /* when it was added, by the server's clock */
	int64_t seen_ms;   /* when this host saw it, by its own */
	bool told; /* publish's: what was done of it is in the directory */
	bool own;  /* its person's report on this host; the directory has it
		     not, or not yet */
};

/* Deep copies in one allocation each; free with the matching _free.
   TN_E_NO_MEMORY only. Any thread. */
int tn_account_dup(const struct tn_account *src, struct tn_account **ret,
                   struct tn_err *err);
int tn_group_dup(const struct tn_group *src, struct tn_group **ret,
                 struct tn_err *err);
int tn_lock_dup(const struct tn_lock *src, struct tn_lock **ret,
                struct tn_err *err);
void tn_account_free(struct tn_account *account); /* NULL is legal */
void tn_group_free(struct tn_group *group);
void tn_lock_free(struct tn_lock *lock);

/* Do two records of one account say the same, but for the time of the last
   change? */
bool tn_account_is_same(const struct tn_account *a, const struct tn_account *b);

/* A record with every time NONE, every text "", everything else zero. */
void tn_account_init(struct tn_account *account);

/* "active" <-> TN_STATUS_ACTIVE and so on; TN_STATUS_UNKNOWN for others. */
enum tn_status tn_status_from_text(const char *text);
const char *tn_status_text(enum tn_status status); /* static */
/* "leak" <-> TN_LOCK_LEAK and so on; 0 for others. */
unsigned int tn_lock_kind_from_text(const char *text);
const char *tn_lock_kind_text(enum tn_lock_kind kind); /* static */

/* The 36 characters of RFC 4122 and a NUL; the reverse takes 36 bytes. */
#define TN_UUID_TEXT_MAX 40
void tn_uuid_format(const struct tn_uuid *uuid, char text[TN_UUID_TEXT_MAX]);
int tn_uuid_parse(const char *text, struct tn_uuid *ret, struct tn_err *err);

#endif

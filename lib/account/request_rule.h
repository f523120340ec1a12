/*
 * Signed requests: what changes in a role, or around who holds one. Who may
 * sign which place, and what becomes of a request. Pure: no I/O, no clock.
 * slapd's rules (ldif/access.ldif) say the same of signatures and of writes in
 * ou=roles; the enforcer asks here, `tenure request` too.
 * Rule    UM-7, UM-15.2, CI-2.2, CI-P34; DESIGN section 4.
 */
#ifndef TN_ACCOUNT_REQUEST_RULE_H
#define TN_ACCOUNT_REQUEST_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tn_role {
	TN_ROLE_NONE = 0,
	TN_ROLE_SYSTEM,
	TN_ROLE_SECURITY,
	TN_ROLE_AUDIT,
	TN_ROLE_HR,
	TN_ROLE_IT_MANAGER,
	TN_ROLE_COUNT,
};

/* "system" and so on: the cn beneath ou=roles. NULL for none. */
const char *tn_role_text(enum tn_role role);
/* TN_ROLE_NONE for what is no role; case does not matter, as in a dn. */
enum tn_role tn_role_parse(const char *text);

/* Levels of a role: 1 is superior to 2. */
#define TN_LEVEL_FIRST  1
#define TN_LEVEL_SECOND 2

enum tn_request_kind {
	TN_REQUEST_UNKNOWN = 0,
	TN_REQUEST_GRANT,   /* "grant" */
	TN_REQUEST_REVOKE,  /* "revoke" */
	TN_REQUEST_SUSPEND, /* "suspend": a lock on who holds the role */
	TN_REQUEST_DEPART,  /* "depart": a lock, and out of the role */
	TN_REQUEST_KINDS,
};
const char *tn_request_kind_text(enum tn_request_kind kind);
enum tn_request_kind tn_request_kind_parse(const char *text);

/* A request that is not answered within them lapses. */
#define TN_REQUEST_DAYS 14
/* People who hold the first level of system, and of security, at least. */
#define TN_SUPERIORS_MIN 2

/* Who somebody is at this moment. */
struct tn_holder {
	bool is_active; /* status active, and no open lock */
	enum tn_role role;
	int level; /* of the role; 0 without one */
};

enum tn_place { TN_PLACE_SUPERIOR, TN_PLACE_SECOND };

/* May who is this sign here, where role and level are concerned? That it is
   not the subject, nor who signed the other place, is the caller's to see. */
bool tn_may_sign(const struct tn_holder *who, enum tn_place place,
                 enum tn_role role, int level);

struct tn_request_facts {
	enum tn_request_kind kind;
	enum tn_role role;
	int level;
	int64_t age; /* seconds since it was asked, by the server's clock */
	bool is_begun; /* the lock that it demands stands already */
	/* The dn, the entryUUID and the staff number are one person's. */
	bool subject_is_one;
	bool subject_signed;
	struct tn_holder subject;
	bool has_superior; /* a place is signed */
	bool has_second;
	bool is_same_signer;
	struct tn_holder superior;
	struct tn_holder second;
	size_t superiors_left; /* active, first level of the role; without the
				  subject */
};

enum tn_request_verdict {
	TN_REQUEST_WAIT = 0, /* a signature is missing */
	TN_REQUEST_DO,
	TN_REQUEST_DO_LOCK,  /* departure: the lock alone. It is one of the last
				two, who stays listed, shut out */
	TN_REQUEST_DONE,     /* it is so already */
	TN_REQUEST_LAPSED,
	TN_REQUEST_NONSENSE, /* no kind, role or level that there is */
	TN_REQUEST_NOT_ONE,
	TN_REQUEST_SUBJECT_SIGNED,
	TN_REQUEST_SAME_SIGNER,
	TN_REQUEST_NO_SUPERIOR, /* who signed there is none, or not any more */
	TN_REQUEST_NO_SECOND,
	TN_REQUEST_NOT_ACTIVE,   /* a role is given to who is active */
	TN_REQUEST_COMBINES,     /* holds another role */
	TN_REQUEST_NOT_HELD,     /* does not hold this role */
	TN_REQUEST_OTHER_LEVEL,  /* holds it at another level */
	TN_REQUEST_LAST_TWO,
	TN_REQUEST_VERDICTS,
};

enum tn_request_verdict
tn_request_judge(const struct tn_request_facts *facts);

/* What is written into the request, "granted" or "refused: ...". Static; NULL
   for TN_REQUEST_WAIT, which writes nothing. */
const char *tn_request_words(enum tn_request_verdict verdict);

#endif

/*
 * The directory's people, groups, locks, roles and hosts' reports, read whole
 * into memory and joined by hash tables. A partial read is no read: nothing
 * may be planned on it.
 */
#ifndef TN_LIFECYCLE_PEOPLE_H
#define TN_LIFECYCLE_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/account.h"
#include "base/err.h"

#define PEOPLE_ACCOUNTS_MAX 1000000
#define PEOPLE_LINE_MAX     512  /* bytes that a host may say of one account */
#define PEOPLE_LOCAL_MAX    60   /* bytes of its name, or of nonsense kept */
#define PEOPLE_LINES_MAX    4096 /* accounts that one host may name */

struct person {
	struct tn_account *account; /* owned */
	unsigned int locks;         /* enum tn_lock_kind, the open ones */
	int64_t locked_since;       /* of the oldest open lock, or NONE */
	bool holds_role;            /* a member beneath ou=roles */
	bool is_second;             /* an elder has the same staff number */
	bool is_second_uid;         /* an elder has the same uidNumber */
};

/* What a host said of one local account (tenureLocalAccount). */
struct local_account {
	char *host;
	char *name;
	char *shell;
	uint32_t uid;
	int64_t seen; /* tenureSeenTime of the report, or NONE */
	bool is_break_glass;
	bool is_nonsense; /* the report's line is no name:uid:shell; .name is
			     that line */
};

/* An entry that cannot be read, or not whole: left out, never forgotten. */
struct people_gap {
	char what[128]; /* its dn, or the host's name */
	char why[200];
	bool is_report; /* a host's report, else an entry of the directory */
};

#define PEOPLE_GAPS_MAX 1000

/* A login host, and what it said of itself last. */
struct host_report {
	char *host;
	char *break_glass;  /* "" where it names none */
	int64_t seen;       /* of its report, or NONE: it has said nothing */
	bool is_registered; /* beneath ou=hosts */
	bool is_reported;   /* a report is there, though it may say nothing */
};

struct people {
	size_t count;
	struct person *persons; /* people and services; sorted by login */
	size_t lock_count;
	struct tn_lock **locks;
	size_t group_count;
	struct tn_group **groups;
	size_t local_count;
	struct local_account *locals;
	size_t gap_count;
	struct people_gap *gaps;
	size_t host_count;
	struct host_report *hosts;  /* sorted by name */
	bool has_manager;           /* somebody holds it-manager */
	char peer[256];             /* URI of the other server, or "" */
	char peer_why[360];         /* why it was not heard */
	bool peer_is_silent;        /* it was not */
	struct people_index *index; /* private */
};

/* Build by hand or from a search: add, then finish once. Each takes a deep
   copy. people_new sets *ret; people_free(NULL) is legal. */
int people_new(struct people **ret, struct tn_err *err);
void people_free(struct people *people);
int people_add_account(struct people *people, const struct tn_account *account,
                       struct tn_err *err);
int people_add_lock(struct people *people, const struct tn_lock *lock,
                    struct tn_err *err);
/* A tenureRelease that names a lock by its cn, and when it was added; order
   does not matter, and one that is older than its lock does not count. */
int people_add_release(struct people *people, const char *lock_name,
                       int64_t created, struct tn_err *err);
int people_add_group(struct people *people, const struct tn_group *group,
                     struct tn_err *err);
/* A member's dn beneath ou=roles. */
int people_add_role_member(struct people *people, const char *dn,
                           struct tn_err *err);
/* line: "name:uid:shell". What is not that is kept as nonsense: one rooted
   host must not be able to stop the audit of all. */
int people_add_local(struct people *people, const char *host, const char *line,
                     int64_t seen, const char *break_glass, struct tn_err *err);
/* Both texts are cut and made one clean line. TN_E_INCOMPLETE above
   PEOPLE_GAPS_MAX: that is no directory any more. */
int people_add_gap(struct people *people, const char *what, const char *why,
                   bool is_report, struct tn_err *err);
/* A host beneath ou=hosts; and what a report says. Either order. */
int
people_add_host(struct people *people, const char *host, struct tn_err *err);
/* break_glass NULL or "": it names none. */
int people_add_report(struct people *people, const char *host, int64_t seen,
                      const char *break_glass, struct tn_err *err);
/* Has the host a report from then or later? Of two, which are those of two
   directory servers, the younger counts: local accounts of the elder go with
   people_finish(). */
bool people_has_report(const struct people *people, const char *host,
                       int64_t seen);
/* A staff number, or the dn of a service account, that an approved application
   lists. */
int people_add_approved(struct people *people, const char *staff_number,
                        struct tn_err *err);
/* Sort, apply the locks, find second accounts, fill the tables. */
int people_finish(struct people *people, struct tn_err *err);

/* Borrowed, or NULL. By staff number: the elder of two. */
const struct person *
people_by_login(const struct people *people, const char *login);
const struct person *
people_by_staff_number(const struct people *people, const char *staff_number);
const struct tn_group *
people_group(const struct people *people, const char *name);
/* Is the login used in the directory by a person, a service or a group? */
bool people_has_name(const struct people *people, const char *name);
/* Did an approved application ask for an account for this number, or for the
   service account of this dn (UM-10)? */
bool people_is_approved(const struct people *people, const char *staff_number);

#endif

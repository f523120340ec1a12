/*
 * One leak as the directory has it: the case beneath ou=incidents, the locks
 * that it lists with what was said when they were added, their releases, and
 * what the hosts say that they did. Read, and joined; nothing is written.
 * Rule    UM-15.1, UM-15.2, IS-9.
 */
#ifndef TN_LIFECYCLE_LEAK_CASE_H
#define TN_LIFECYCLE_LEAK_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/account.h"
#include "account/leak_rule.h"
#include "base/err.h"
#include "session.h"

#define LEAK_NAME_MAX (TN_STAFF_MAX + 24)
#define LEAK_TEXT_MAX TN_REASON_MAX

struct leak_texts {
	size_t count;
	char **of; /* owned; one clean line each */
};

/* A lock of the case, and what was said with it. */
struct leak_lock {
	char name[TN_STAFF_MAX + 64];
	char by[TN_DN_MAX + 1];
	char from[LEAK_TEXT_MAX + 1]; /* who told of it, or "" */
	char how[LEAK_TEXT_MAX + 1];
	char what[LEAK_TEXT_MAX + 1];
	int64_t discovered;       /* as they said, or NONE */
	int64_t reported;         /* by the server's clock */
	int64_t released;         /* the same, or NONE */
	struct leak_texts memory; /* what the lock took away */
};

/* What one host did of the locks: of several the slowest, and all together.
   Milliseconds; NONE: unknown. */
struct leak_effect {
	char host[256];
	size_t locks;       /* that it answered */
	int64_t seen;       /* until every new login was refused */
	int64_t finished;   /* until no process was left; NONE also where some
			       are */
	int64_t ended;      /* processes */
	int64_t reported;   /* processes that nobody can tell whose they are */
	int64_t left;       /* processes that would not end */
	bool is_answer;     /* false: the host has not answered */
	bool is_unfinished; /* it said that some were left */
	bool is_local;      /* the number is a local account's too: nothing was
			       ended */
};

struct leak_case {
	char dn[TN_DN_MAX + 1];
	char name[LEAK_NAME_MAX + 1];
	char whom[TN_DN_MAX + 1];
	char login[TN_LOGIN_MAX + 1]; /* out of .whom */
	char staff_number[TN_STAFF_MAX + 1];
	char role[TN_LOGIN_MAX + 1]; /* held then, or "" */
	int level;                   /* of it, or 0 */
	size_t lock_count;
	struct leak_lock *locks;     /* owned */
	struct leak_texts reporters; /* dns */
	struct leak_texts reports;   /* further ones */
	struct leak_texts items;
	struct leak_texts looked; /* "DN: ITEM" */
	struct leak_texts done;
	struct leak_texts dossiers;
	char verified_by[TN_DN_MAX + 1];
	char verified_how[LEAK_TEXT_MAX + 1];
	int64_t verified;
	char closed_by[TN_DN_MAX + 1];
	char closed_second[TN_DN_MAX + 1];
	int64_t restored;
	/* joined */
	int64_t discovered;
	int64_t reported;
	int64_t released; /* of the last lock, or NONE while one is open */
	size_t effect_count;
	struct leak_effect *effects; /* sorted: the slowest first */
	size_t hosts_missing;
	struct leak_texts silent; /* directory servers not heard, and why */
	struct leak_texts logins; /* "HOST ..." as hosts tell of them */
	struct tn_leak_targets targets; /* as this machine is configured */
};

/* By name. TN_E_NOT_FOUND: there is none, or who asks may not see it. */
int leak_case_read(struct session *session, const char *name,
                   struct leak_case **ret, struct tn_err *err);
void leak_case_free(struct leak_case *leak); /* NULL is legal */

/* All, with the locks, without what hosts say; in the order of their names. */
struct leak_cases {
	size_t count;
	struct leak_case **of;
	struct tn_leak_targets targets; /* of each */
};
int leak_cases_read(struct session *session, struct leak_cases *ret,
                    struct tn_err *err);
/* Those of one person, without the locks. */
int leak_cases_of(struct session *session, const char *whom,
                  struct leak_cases *ret, struct tn_err *err);
void leak_cases_done(struct leak_cases *cases);

/* The locks of a case whose names are known, joined (leak_locks.c). */
int leak_locks_read(struct session *session, struct leak_case *leak,
                    struct tn_err *err);

/* What hosts said, into the case (leak_hosts.c). */
int leak_hosts_read(struct session *session, struct leak_case *leak,
                    struct tn_err *err);

/* "reported", "verified", "closed" or "restored". */
const char *leak_case_state(const struct leak_case *leak);
/* What tenure.conf allows each clock. */
struct tn_leak_targets leak_case_targets(const struct tn_config *config);
void leak_case_clocks(const struct leak_case *leak, int64_t now,
                      struct tn_leak_clock ret[TN_LEAK_CLOCKS]);
/* Is any clock past its target and still runs, or was? */
bool leak_case_is_over(const struct leak_case *leak, int64_t now);

/* A value, cleaned and cut; "" without one. */
struct tn_entry;
void leak_text_take(const struct tn_entry *entry, const char *attribute,
                    char *ret, size_t size);
/* All values, sorted. */
int leak_texts_take(const struct tn_entry *entry, const char *attribute,
                    struct leak_texts *ret, struct tn_err *err);
/* Adds a copy, cleaned. */
int
leak_texts_add(struct leak_texts *texts, const char *text, struct tn_err *err);
void leak_texts_done(struct leak_texts *texts);
/* What a dn calls somebody. */
void leak_name_of(const char *dn, char *ret, size_t size);

#endif

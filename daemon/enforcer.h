/*
 * The enforcer, `tenured --directory`: one process beside slapd, user
 * tenure-enforcer, that carries out what open locks demand, grants requests
 * for departures, and closes what its hour has come for. It keeps no file: a
 * start is a whole reading of the directory.
 *
 *   enforcer.c          who it is, the loop
 *   enforcer_watch.c    what the directory says, into the account table
 *   enforcer_plan.c     what has to be written (pure)
 *   enforcer_apply.c    writes it
 *   enforcer_around.c   memberships; enforcer_keys.c: keys
 *   enforcer_grace.c    closes passwords that are out of grace
 *   enforcer_request.c  requests; enforcer_grant.c decides (pure), and
 *                       enforcer_askers.c how many of whom at a time (pure)
 *   enforcer_journal.c  the record of what it did for somebody
 *   enforcer_signed.c   requests that two people signed; lib/account/
 *                       request_rule.c decides (pure)
 *   enforcer_role.c     carries those out
 *   enforcer_case.c     a case for each leak
 *   enforcer_last.c     whom one reporter alone does not take
 *
 * Beside a provider that is not the writer it sets what shuts an account, and
 * nothing else: keys, memberships and signed requests are the writer's.
 *
 * It can never release: the access rules give it no way to.
 */
#ifndef TN_DAEMON_ENFORCER_H
#define TN_DAEMON_ENFORCER_H

#include <stdbool.h>
#include <stdint.h>
#include "account_table.h"
#include "config/config.h"
#include "directory/connection.h"
#include "removal_brake.h"

struct tn_enforcer_setup {
	const char *config;
	const char *notify_socket; /* or NULL */
	bool foreground;
	bool debug;
};

/* Runs until it is ended; returns the exit status. */
int tn_enforcer_run(const struct tn_enforcer_setup *setup);

/* ---- its own ---- */

struct tn_enforcer {
	struct tn_config *config;
	const char *notify_socket;
	struct tn_removal_brake brake;
	struct tn_connection *work; /* searches and writes */
	char *dn;                   /* who it is to the server */
	struct tn_account_table table;
	bool is_writer;     /* this server takes account changes */
	bool is_refreshed;  /* the table has been whole on this connection */
	int64_t next_sweep; /* monotonic milliseconds */
	int64_t next_requests;
	int64_t next_signed;
	int64_t next_grace;
	int64_t next_cases;
};

/* enforcer_watch.c: watch over one connection until it fails, and work. */
int tn_enforcer_watch(struct tn_enforcer *enforcer, struct tn_connection *watch,
                      struct tn_err *err);

/*
 * enforcer_apply.c: look at one account and write what it lacks. What a rule
 * refuses is logged and left; an error means that the connection is of no use
 * any more.
 */
int tn_enforcer_apply(struct tn_enforcer *enforcer,
                      const struct tn_account *account, unsigned int open_locks,
                      bool look_around, struct tn_err *err);
/* Is this the server's answer, and not a broken connection? */
bool tn_enforcer_is_answer(int code);

/* enforcer_around.c: keys and memberships of a locked account: remembered in
   the lock, then withdrawn. */
int tn_enforcer_withdraw(struct tn_enforcer *enforcer,
                         const struct tn_account *account,
                         const struct tn_lock *lock, bool leave_groups,
                         struct tn_err *err);

/* enforcer_keys.c: those of them that are keys. */
int tn_enforcer_withdraw_keys(struct tn_enforcer *enforcer,
                              const struct tn_account *account,
                              const struct tn_lock *lock, struct tn_err *err);

/* enforcer_around.c: the dn of the lock of this name; TN_E_LIMIT. */
int tn_enforcer_lock_dn(const struct tn_enforcer *enforcer,
                        const char *lock_name, char ret[TN_DN_MAX + 1],
                        struct tn_err *err);
/* The same file: note in the lock of this name what it takes away. */
int tn_enforcer_remember(struct tn_enforcer *enforcer, const char *lock_name,
                         const char *kind, const char *value,
                         struct tn_err *err);

/* enforcer_grace.c: lock whose password is out of grace. */
int tn_enforcer_grace(struct tn_enforcer *enforcer, struct tn_err *err);

/* enforcer_signed.c: carry out and answer what is signed in ou=requests of the
   directory itself. */
int tn_enforcer_signed(struct tn_enforcer *enforcer, struct tn_err *err);

/* enforcer_last.c: is this one of the last who could undo a leak, and reported
   by one other person alone? Errors of a search. */
int tn_enforcer_spares(struct tn_enforcer *enforcer,
                       const struct tn_account *account, bool *ret,
                       struct tn_err *err);

/* enforcer_case.c: each open lock of a leak into its case in ou=incidents. */
int tn_enforcer_cases(struct tn_enforcer *enforcer, struct tn_err *err);

/* enforcer_journal.c: one record in the journal, before what it tells of. The
   texts are borrowed. people: "wang 100007". */
int tn_enforcer_journal(struct tn_enforcer *enforcer, const char *arguments,
                        const char *people, const char *reason,
                        struct tn_err *err);

/* enforcer_request.c: answer what is open in ou=requests. */
int tn_enforcer_requests(struct tn_enforcer *enforcer, struct tn_err *err);

#endif

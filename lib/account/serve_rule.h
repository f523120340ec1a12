/*
 * DESIGN section 12: what of the directory's data may be served on a host.
 * Pure: what the host's own files hold is handed in. Called by net, and again
 * by publish, which does not believe net.
 */
#ifndef TN_ACCOUNT_SERVE_RULE_H
#define TN_ACCOUNT_SERVE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/account.h"
#include "account/verdict.h"

/* What the host's own files hold; made by the daemon (local_files.h). */
struct tn_local_names {
	/* Each returns true when /etc/passwd, /etc/group, /etc/subuid or
	   /etc/subgid says so. context is handed back. */
	bool (*has_user_name)(const void *context, const char *name);
	bool (*has_group_name)(const void *context, const char *name);
	bool (*has_uid)(const void *context, uint32_t uid);
	bool (*has_gid)(const void *context, uint32_t gid);
	bool (*has_subuid)(const void *context, uint32_t uid);
	bool (*has_subgid)(const void *context, uint32_t gid);
	bool (*has_shell)(const void *context, const char *path);
	const void *context;
};

struct tn_serve_policy {
	uint32_t min_uid;              /* raised to 1000 when lower */
	const char *const *home_roots; /* NULL-terminated: "/home" */
};

/*
 * May this account be served? The first line of the table that speaks.
 * local  may be NULL: only what needs no host is judged (audit, issue).
 * Returns TN_REFUSAL_NONE, or why not. A shell that is not in /etc/shells is
 * no refusal: tn_serve_shell says what is served for it.
 */
enum tn_refusal tn_serve_refusal(const struct tn_account *account,
                                 const struct tn_serve_policy *policy,
                                 const struct tn_local_names *local);

/* The lines of row 1 that need the record alone: kind, real name, staff
   number, status; a service's owner, reason and end. tn_serve_refusal asks it
   first, and tn_verdict asks it again. */
enum tn_refusal tn_account_refusal(const struct tn_account *account);

/* Refused only because of this host's own files: kept as last served. */
bool tn_refusal_is_local(enum tn_refusal refusal);

/* The same for a group: its name and its gid. */
enum tn_refusal tn_serve_group_refusal(const struct tn_group *group,
                                       const struct tn_serve_policy *policy,
                                       const struct tn_local_names *local);

/* account's shell, or "/usr/sbin/nologin" when it is empty, not in
   /etc/shells, or the account is dead. Borrowed from account, or static. */
const char *tn_serve_shell(const struct tn_account *account, bool dead,
                           const struct tn_local_names *local);

/* [a-z_][a-z0-9_.-]{0,31}, and not only digits. */
bool tn_login_is_valid(const char *login);
/* root sudo wheel adm shadow disk docker lxd kvm and their like. */
bool tn_name_is_reserved(const char *name);
/* 1000..61183, 65520..65532, 65536..4294967294 and at least min. */
bool tn_id_is_allowed(uint32_t id, uint32_t min);
/* A real name (UM-5.3): UTF-8, two characters or more, no digit, no control
   character (nor one that turns the direction of writing), no ':', not over
   its bound. */
bool tn_real_name_is_valid(const char *name);
/* A staff number: 1 to TN_STAFF_MAX of [A-Za-z0-9._-]. */
bool tn_staff_number_is_valid(const char *number);

/* The elder of two claimants is served: by created, then by uuid.
   True when a is the elder. */
bool
tn_account_is_elder(const struct tn_account *a, const struct tn_account *b);

#endif

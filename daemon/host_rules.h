/* The rules of this host, made from its configuration once at the start. */
#ifndef TN_DAEMON_HOST_RULES_H
#define TN_DAEMON_HOST_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include "account/serve_rule.h"
#include "account/verdict.h"
#include "removal_brake.h"
#include "config/config.h"
#include "snapshot/snapshot_reader.h"

struct tn_host_rules {
	struct tn_policy policy;
	struct tn_serve_policy serve;
	struct tn_removal_brake brake;
	int32_t utc_offset;
};

/* Borrows config's texts for good. */
struct tn_host_rules tn_host_rules(const struct tn_config *config);

/* The moment to judge at, by the system's clock and what the directory has
   seen. ret_skew may be NULL. */
struct tn_moment tn_host_moment(const struct tn_host_rules *rules,
                                int64_t newest_change, int64_t *ret_skew);
/* The same where a second server's clock was asked: so many seconds ahead of
   the system's; TN_TIME_NONE: it was not. */
struct tn_moment tn_host_moment_of_two(const struct tn_host_rules *rules,
                                       int64_t newest_change,
                                       int64_t second_ahead,
                                       int64_t *ret_skew);

/*
 * Is the account served here? found: what is known of duplicates. What is
 * refused only because of this host's own files is kept as last served: the
 * same login and numbers in the snapshot lift the refusal, and *ret_kept (may
 * be NULL) tells which it was.
 * snapshot  the last one, or NULL when there is none.
 */
enum tn_refusal
tn_host_refusal(const struct tn_host_rules *rules,
                const struct tn_account *account, enum tn_refusal found,
                const struct tn_local_names *local,
                const struct tn_snapshot *snapshot, enum tn_refusal *ret_kept);
/* The same for a group. */
enum tn_refusal tn_host_group_refusal(const struct tn_host_rules *rules,
                                      const struct tn_group *group,
                                      const struct tn_local_names *local,
                                      const struct tn_snapshot *snapshot);

/* Does the snapshot (NULL: none) have the login with this number, dead or
   alive? */
bool tn_host_was_shown(const struct tn_snapshot *snapshot,
                       const struct tn_account *account);
/* Was the login served alive by the snapshot (NULL: none)? */
bool tn_host_was_served(const struct tn_snapshot *snapshot, const char *login);

#endif

#include <config.h>

#include "host_rules.h"

#include <stdlib.h>
#include <time.h>

/* Enough for a passwd record of bounded fields (account.h). */
#define USER_BUFFER 2048
/* And for a group with TN_MEMBERS_MAX members. */
#define GROUP_BUFFER ((TN_LOGIN_MAX + 1 + sizeof(char *)) * TN_MEMBERS_MAX)

struct tn_host_rules
tn_host_rules(const struct tn_config *config)
{
	return (struct tn_host_rules){
		.policy = { .key_change =
		                tn_key_change_from_text(config->key_change),
		            .max_age_days = config->max_age_days,
		            .lead_days = config->lead_days,
		            .warn_days = config->warn_days,
		            .max_silence = config->max_silence,
		            .lockout_seconds = TN_LOCKOUT_SECONDS },
		.serve = { .min_uid = config->min_uid,
		           .home_roots =
		               (const char *const *)config->home_roots },
		.brake = { .count = (size_t)config->brake_count,
		           .percent = (size_t)config->brake_percent,
		           .floor = (size_t)config->brake_floor },
		.utc_offset = config->utc_offset,
	};
}

struct tn_moment
tn_host_moment_of_two(const struct tn_host_rules *rules, int64_t newest_change,
                      int64_t second_ahead, int64_t *ret_skew)
{
	int64_t now = (int64_t)time(NULL);
	int64_t skew = 0;
	struct tn_moment moment = tn_moment_judge(
	    now, newest_change,
	    second_ahead == TN_TIME_NONE ? TN_TIME_NONE : now + second_ahead,
	    rules->utc_offset, &skew);

	if (ret_skew != NULL)
		*ret_skew = skew;
	return moment;
}

struct tn_moment
tn_host_moment(const struct tn_host_rules *rules, int64_t newest_change,
               int64_t *ret_skew)
{
	return tn_host_moment_of_two(rules, newest_change, TN_TIME_NONE,
	                             ret_skew);
}

/* Served alive under the same login and numbers by the last snapshot. */
static bool
was_served_so(const struct tn_snapshot *snapshot,
              const struct tn_account *account)
{
	char buffer[USER_BUFFER];
	struct passwd pw;
	bool dead = true;

	if (snapshot == NULL ||
	    tn_snapshot_user_by_name(snapshot, account->login, &pw, buffer,
	                             sizeof(buffer), &dead) != TN_OK)
		return false;
	return !dead && pw.pw_uid == account->uid && pw.pw_gid == account->gid;
}

enum tn_refusal
tn_host_refusal(const struct tn_host_rules *rules,
                const struct tn_account *account, enum tn_refusal found,
                const struct tn_local_names *local,
                const struct tn_snapshot *snapshot, enum tn_refusal *ret_kept)
{
	enum tn_refusal refusal =
	    tn_serve_refusal(account, &rules->serve, local);
	enum tn_refusal kept = TN_REFUSAL_NONE;

	/* What is this host's alone is seen here, whoever says so: else net
	   could say it of anything that was served before. */
	if (found != TN_REFUSAL_NONE && !tn_refusal_is_local(found))
		refusal = found;
	if (tn_refusal_is_local(refusal) && was_served_so(snapshot, account)) {
		kept = refusal;
		refusal = TN_REFUSAL_NONE;
	}
	if (ret_kept != NULL)
		*ret_kept = kept;
	return refusal;
}

enum tn_refusal
tn_host_group_refusal(const struct tn_host_rules *rules,
                      const struct tn_group *group,
                      const struct tn_local_names *local,
                      const struct tn_snapshot *snapshot)
{
	enum tn_refusal refusal =
	    tn_serve_group_refusal(group, &rules->serve, local);
	char *buffer = NULL;
	struct group gr;

	if (!tn_refusal_is_local(refusal) || snapshot == NULL)
		return refusal;
	/* cppcheck-suppress pointerSize; a bound in bytes */
	buffer = malloc(GROUP_BUFFER);
	if (buffer == NULL)
		return refusal;
	if (tn_snapshot_group_by_name(snapshot, group->name, &gr, buffer,
	                              GROUP_BUFFER) == TN_OK &&
	    gr.gr_gid == group->gid)
		refusal = TN_REFUSAL_NONE;
	free(buffer);
	return refusal;
}

bool
tn_host_was_shown(const struct tn_snapshot *snapshot,
                  const struct tn_account *account)
{
	char buffer[USER_BUFFER];
	struct passwd pw;
	bool dead = true;

	return snapshot != NULL &&
	       tn_snapshot_user_by_name(snapshot, account->login, &pw, buffer,
	                                sizeof(buffer), &dead) == TN_OK &&
	       pw.pw_uid == account->uid;
}

bool
tn_host_was_served(const struct tn_snapshot *snapshot, const char *login)
{
	char buffer[USER_BUFFER];
	struct passwd pw;
	bool dead = true;

	return snapshot != NULL &&
	       tn_snapshot_user_by_name(snapshot, login, &pw, buffer,
	                                sizeof(buffer), &dead) == TN_OK &&
	       !dead;
}

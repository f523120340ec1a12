#include <config.h>

#include "publish_build.h"

#include <stdlib.h>
#include <string.h>
#include "base/log.h"

#define USER_BUFFER 4096

/* What one build works with. */
struct build {
	struct tn_publish_state *state;
	const struct tn_host_rules *rules;
	const struct tn_local_names *local;
	const struct tn_snapshot *previous;
	const struct tn_moment *moment;
	struct tn_snapshot_writer *writer;
	struct tn_publish_result result;
	/* While the brake holds: the numbers, sorted, of all records that
	   say that their person is locked or gone, served or not. */
	uint32_t *closed;
	size_t closed_count;
};

/* FNV-1a; the NUL of a text is part of it, so texts do not run together. */
static uint64_t
mix(uint64_t hash, const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len-- > 0)
		hash = (hash ^ *at++) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t
mix_text(uint64_t hash, const char *text)
{
	return mix(hash, text, strlen(text) + 1);
}

#define MIX_START UINT64_C(0xcbf29ce484222325)

static int
add_user(struct build *build, const struct tn_snapshot_user *user,
         struct tn_err *err)
{
	uint64_t hash = MIX_START;
	int rc = tn_snapshot_add_user(build->writer, user, err);

	if (rc != TN_OK)
		return rc;
	hash = mix_text(hash, user->name);
	hash = mix(hash, &user->uid, sizeof(user->uid));
	hash = mix(hash, &user->gid, sizeof(user->gid));
	hash = mix_text(hash, user->gecos);
	hash = mix_text(hash, user->home);
	hash = mix_text(hash, user->shell);
	hash = mix(hash, &user->dead, sizeof(user->dead));
	build->result.digest += hash;
	if (user->dead)
		build->result.dead++;
	else
		build->result.live++;
	return TN_OK;
}

static int
add_group(struct build *build, const struct tn_group *group, struct tn_err *err)
{
	uint64_t members = 0;
	uint64_t hash = MIX_START;
	size_t i;
	int rc;

	rc = tn_snapshot_add_group(build->writer, group->name, group->gid,
	                           group->members, group->count, err);
	if (rc != TN_OK)
		return rc;
	for (i = 0; i < group->count; i++)
		members += mix_text(MIX_START, group->members[i]);
	hash = mix_text(hash, group->name);
	hash = mix(hash, &group->gid, sizeof(group->gid));
	build->result.digest += mix(hash, &members, sizeof(members));
	return TN_OK;
}

static void
tell_refusal(struct tn_published_account *at, enum tn_refusal refusal,
             enum tn_refusal kept)
{
	enum tn_refusal reason = kept != TN_REFUSAL_NONE ? kept : refusal;

	if (reason == at->told)
		return;
	at->told = reason;
	if (reason == TN_REFUSAL_NONE)
		tn_log_info("%s: served again", at->account->dn);
	else
		tn_log_warning("%s: %s: %s", at->account->dn,
		               kept != TN_REFUSAL_NONE ? "kept as last served"
		                                       : "not served",
		               tn_refusal_words(reason));
}

/*
 * Adds one record if it is to be served and is as dead as asked for. Live ones
 * come first, so that a dead one never takes a name or number from them.
 */
static int
add_account(struct build *build, struct tn_published_account *at, bool dead,
            struct tn_err *err)
{
	const struct tn_account *account = at->account;
	enum tn_refusal kept = TN_REFUSAL_NONE;
	struct tn_snapshot_user user;
	struct tn_verdict verdict;
	struct tn_facts facts = {
		.account = account,
		.locks = at->locks,
		.admitted = true,
		.heard = build->state->heard,
	};
	int64_t next;
	int rc;

	facts.refusal = tn_host_refusal(build->rules, account, at->found,
	                                build->local, build->previous, &kept);
	verdict = tn_verdict(&facts, &build->rules->policy, build->moment,
	                     TN_WAY_SESSION);
	if (!dead) {
		tell_refusal(at, facts.refusal, kept);
		next = tn_verdict_next(account, &build->rules->policy,
		                       build->moment, build->rules->utc_offset);
		if (next != TN_TIME_NONE && next < build->result.next)
			build->result.next = next;
	}
	if (verdict.row == TN_ROW_NOT_SERVED) {
		if (!dead)
			build->result.refused++;
		return TN_OK;
	}
	if (tn_verdict_is_dead(&verdict) != dead)
		return TN_OK;
	/* The number is a local account's too: nobody can tell whose processes
	   those are, so nobody is called dead. */
	if (dead && kept == TN_REFUSAL_UID_LOCAL)
		return TN_OK;
	user = (struct tn_snapshot_user){
		.name = account->login,
		.uid = account->uid,
		.gid = account->gid,
		.gecos = account->real_name,
		.home = account->home,
		.shell = tn_serve_shell(account, dead, build->local),
		.dead = dead,
	};
	rc = add_user(build, &user, err);
	if (rc == TN_E_EXISTS) {
		/* Of two vanished ones, or a vanished one and its successor,
		   one is enough. Net sorts out those that are there. */
		if (!dead)
			tn_log_warning("%s: its login or number is taken",
			               account->dn);
		return TN_OK;
	}
	return rc;
}

static int
compare_uids(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left;
	uint32_t b = *(const uint32_t *)right;

	return a < b ? -1 : a > b;
}

/* The brake is for people who are missing, not for those of whom there is a
   record that says no. */
static int
find_closed(struct build *build, struct tn_err *err)
{
	struct tn_published_account *at;
	struct tn_facts facts;

	build->closed = calloc((size_t)HASH_COUNT(build->state->accounts) + 1,
	                       sizeof(build->closed[0]));
	if (build->closed == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "a snapshot");
	for (at = build->state->accounts; at != NULL; at = at->hh.next) {
		facts = (struct tn_facts){ .account = at->account,
			                   .locks = at->locks };
		if (tn_facts_are_closed(&facts, build->moment))
			build->closed[build->closed_count++] = at->account->uid;
	}
	qsort(build->closed, build->closed_count, sizeof(build->closed[0]),
	      compare_uids);
	return TN_OK;
}

static bool
is_closed(const struct build *build, uint32_t uid)
{
	return build->closed_count > 0 &&
	       bsearch(&uid, build->closed, build->closed_count,
	               sizeof(build->closed[0]), compare_uids) != NULL;
}

/* Would a dead entry of the last snapshot hit somebody local? */
static bool
is_local_now(const struct tn_local_names *local, const struct passwd *pw)
{
	return local->has_user_name(local->context, pw->pw_name) ||
	       local->has_uid(local->context, pw->pw_uid);
}

/* Carries over those of the last snapshot whom no record of net's serves:
   files keep an owner's name. Alive once, they are dead now, unless held. */
static int
carry_over(struct build *build, bool held, size_t *ret_was_live,
           struct tn_err *err)
{
	char buffer[USER_BUFFER];
	struct tn_snapshot_user user;
	struct passwd pw;
	size_t was_live = 0;
	bool dead = true;
	uint32_t i = 0;
	int rc;

	for (;;) {
		rc = tn_snapshot_user_next(build->previous, &i, &pw, buffer,
		                           sizeof(buffer), &dead);
		if (rc == TN_E_NOT_FOUND)
			break;
		/* One that cannot be read must not block all others for
		   good: the new snapshot is without it. */
		if (rc != TN_OK) {
			build->result.damaged++;
			if (rc == TN_E_LIMIT)
				i++;
			continue;
		}
		if (!dead)
			was_live++;
		if (!tn_login_is_valid(pw.pw_name) ||
		    !tn_id_is_allowed(pw.pw_uid, build->rules->serve.min_uid) ||
		    is_local_now(build->local, &pw))
			continue;
		user = (struct tn_snapshot_user){
			.name = pw.pw_name,
			.uid = pw.pw_uid,
			.gid = pw.pw_gid,
			.gecos = pw.pw_gecos,
			.home = pw.pw_dir,
			.shell = pw.pw_shell,
			.dead = dead || !held || is_closed(build, pw.pw_uid),
		};
		if (user.dead)
			user.shell = "/usr/sbin/nologin";
		rc = add_user(build, &user, err);
		if (rc == TN_E_EXISTS)
			continue;
		if (rc != TN_OK)
			return rc;
		if (!dead)
			build->result.gone++;
	}
	*ret_was_live = was_live;
	return TN_OK;
}

static int
add_groups(struct build *build, struct tn_err *err)
{
	struct tn_published_group *at;
	const struct tn_group *group;
	enum tn_refusal refusal;
	int rc;

	for (at = build->state->groups; at != NULL; at = at->hh.next) {
		group = at->group;
		refusal = tn_host_group_refusal(build->rules, group,
		                                build->local, build->previous);
		if (refusal != at->told && refusal != TN_REFUSAL_NONE)
			tn_log_warning("group %s: not served: %s", group->name,
			               tn_refusal_words(refusal));
		at->told = refusal;
		if (refusal != TN_REFUSAL_NONE)
			continue;
		rc = add_group(build, group, err);
		if (rc == TN_E_EXISTS)
			tn_log_warning("group %s: its name or number is taken",
			               group->name);
		else if (rc != TN_OK)
			return rc;
	}
	return TN_OK;
}

static int
build_once(struct build *build, bool held, size_t *ret_was_live,
           struct tn_err *err)
{
	struct tn_published_account *at;
	int rc;

	build->result = (struct tn_publish_result){
		.held = held,
		.next = tn_day_start(build->moment->today + 1,
		                     build->rules->utc_offset),
	};
	rc = tn_snapshot_writer_new(&build->writer, err);
	for (at = build->state->accounts; rc == TN_OK && at != NULL;
	     at = at->hh.next)
		rc = add_account(build, at, false, err);
	for (at = build->state->accounts; rc == TN_OK && at != NULL;
	     at = at->hh.next)
		rc = add_account(build, at, true, err);
	if (rc == TN_OK && build->previous != NULL)
		rc = carry_over(build, held, ret_was_live, err);
	if (rc == TN_OK)
		rc = add_groups(build, err);
	return rc;
}

int
tn_publish_build(struct tn_publish_state *state,
                 const struct tn_host_rules *rules,
                 const struct tn_local_names *local,
                 const struct tn_snapshot *previous,
                 const struct tn_moment *moment,
                 struct tn_snapshot_writer **ret,
                 struct tn_publish_result *ret_result, struct tn_err *err)
{
	struct build build = {
		.state = state,
		.rules = rules,
		.local = local,
		.previous = previous,
		.moment = moment,
	};
	size_t was_live = 0;
	int rc;

	rc = build_once(&build, false, &was_live, err);
	if (rc == TN_OK && tn_removal_brake_trips(
	                       &rules->brake, build.result.gone, was_live)) {
		tn_snapshot_writer_free(build.writer);
		build.writer = NULL;
		rc = find_closed(&build, err);
		if (rc == TN_OK)
			rc = build_once(&build, true, &was_live, err);
	}
	free(build.closed);
	if (rc != TN_OK) {
		tn_snapshot_writer_free(build.writer);
		return rc;
	}
	*ret = build.writer;
	*ret_result = build.result;
	return TN_OK;
}

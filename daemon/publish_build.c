#include <config.h>

#include "publish_build.h"

#include <stdlib.h>
#include "base/log.h"

#define USER_BUFFER 4096
#define STOP_STEPS  256

/* What one build works with. */
struct build {
	struct tn_publish_state *state;
	struct tn_publish_view view;
	struct tn_snapshot_writer *writer;
	struct tn_publish_result result;
	size_t steps;
};

static int
add_user(struct build *build, const struct tn_snapshot_user *user,
         struct tn_err *err)
{
	int rc = tn_snapshot_add_user(build->writer, user, err);

	if (rc != TN_OK)
		return rc;
	if (user->dead)
		build->result.dead++;
	else
		build->result.live++;
	return TN_OK;
}

/*
 * Adds one record if it is to be served and is as dead as asked for. Live ones
 * come first, so that a dead one never takes a name or number from them.
 */
static int
add_account(struct build *build, uint32_t number, bool dead, struct tn_err *err)
{
	struct tn_published_account at;
	struct tn_snapshot_user user;
	enum tn_judged_record judged;
	int64_t next;
	int rc;

	tn_published_get(build->state, number, &at);
	judged = tn_publish_judge(&build->view, &at, !dead, &user, &next);
	if (!dead && next < build->result.next)
		build->result.next = next;
	if (judged == TN_RECORD_REFUSED && !dead)
		build->result.refused++;
	if (judged != (dead ? TN_RECORD_DEAD : TN_RECORD_LIVE))
		return TN_OK;
	rc = add_user(build, &user, err);
	if (rc == TN_E_EXISTS) {
		/* Of two vanished ones, or a vanished one and its successor,
		   one is enough. Net sorts out those that are there. */
		if (!dead)
			tn_log_warning("%s: its login or number is taken",
			               at.view.account.dn);
		return TN_OK;
	}
	return rc;
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
		rc = tn_snapshot_user_next(build->view.previous, &i, &pw,
		                           buffer, sizeof(buffer), &dead);
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
		if (!tn_publish_may_stay(&build->view, pw.pw_name, pw.pw_uid))
			continue;
		user = (struct tn_snapshot_user){
			.name = pw.pw_name,
			.uid = pw.pw_uid,
			.gid = pw.pw_gid,
			.gecos = pw.pw_gecos,
			.home = pw.pw_dir,
			.shell = pw.pw_shell,
			.dead = dead || !held ||
			        tn_publish_is_closed(build->state, &build->view,
			                             pw.pw_uid),
		};
		if (user.dead)
			user.shell = TN_NOLOGIN;
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
	const char **members;
	enum tn_refusal refusal;
	struct tn_group group;
	uint32_t i;
	int rc;

	for (i = 0; i < build->state->group_count; i++) {
		at = build->state->groups[i];
		group = tn_published_head(at);
		refusal = tn_host_group_refusal(build->view.rules, &group,
		                                build->view.local,
		                                build->view.previous);
		if (refusal != at->told && refusal != TN_REFUSAL_NONE)
			tn_log_warning("group %s: not served: %s", at->name,
			               tn_refusal_words(refusal));
		at->told = refusal;
		if (refusal != TN_REFUSAL_NONE)
			continue;
		members = tn_published_members(build->state, at);
		if (members == NULL)
			return tn_fail(err, TN_E_NO_MEMORY, "a group");
		rc = tn_snapshot_add_group(build->writer, at->name, at->gid,
		                           members, at->count, err);
		free(members);
		if (rc == TN_E_EXISTS)
			tn_log_warning("group %s: its name or number is taken",
			               at->name);
		else if (rc != TN_OK)
			return rc;
	}
	return TN_OK;
}

/* Asked now and then, which costs a system call. */
static int
go_on(struct build *build, struct tn_err *err)
{
	if (++build->steps % STOP_STEPS == 0 &&
	    build->view.shall_stop != NULL &&
	    build->view.shall_stop(build->view.stop_context))
		return tn_fail(err, TN_E_STALE, "something came meanwhile");
	return TN_OK;
}

/* The accounts that are as dead as asked for. */
static int
add_accounts(struct build *build, bool dead, struct tn_err *err)
{
	uint32_t position = 0;
	uint32_t number;
	int rc = TN_OK;

	while (rc == TN_OK && (number = tn_published_each(
	                           build->state, &position)) != TN_NO_NUMBER) {
		rc = go_on(build, err);
		if (rc == TN_OK)
			rc = add_account(build, number, dead, err);
	}
	return rc;
}

static int
build_once(struct build *build, bool held, size_t *ret_was_live,
           struct tn_err *err)
{
	int rc;

	build->result = (struct tn_publish_result){
		.held = held,
		.next = tn_day_start(build->view.moment->today + 1,
		                     build->view.rules->utc_offset),
	};
	rc = tn_snapshot_writer_new(&build->writer, err);
	if (rc == TN_OK)
		rc = add_accounts(build, false, err);
	if (rc == TN_OK)
		rc = add_accounts(build, true, err);
	if (rc == TN_OK && build->view.previous != NULL)
		rc = carry_over(build, held, ret_was_live, err);
	if (rc == TN_OK)
		rc = add_groups(build, err);
	return rc;
}

int
tn_publish_build(struct tn_publish_state *state,
                 const struct tn_publish_view *view,
                 struct tn_snapshot_writer **ret,
                 struct tn_publish_result *ret_result, struct tn_err *err)
{
	struct build build = { .state = state, .view = *view };
	size_t was_live = 0;
	int rc;

	rc = build_once(&build, false, &was_live, err);
	if (rc == TN_OK &&
	    tn_removal_brake_trips(&view->rules->brake, build.result.gone,
	                           was_live)) {
		tn_snapshot_writer_free(build.writer);
		build.writer = NULL;
		rc = build_once(&build, true, &was_live, err);
	}
	if (rc != TN_OK) {
		tn_snapshot_writer_free(build.writer);
		return rc;
	}
	*ret = build.writer;
	*ret_result = build.result;
	return TN_OK;
}

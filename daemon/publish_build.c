#include <config.h>

#include "publish_build.h"

#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "publish_regroup.h"

#define USER_BUFFER 4096

/* What one build works with. */
struct build {
	struct tn_publish_state *state;
	const struct tn_publish_view *view;
	struct tn_snapshot_base_file *file;
	struct tn_publish_result result;
	/* Of each login: in how many groups it is listed, then, where somebody
	   who has it is in the base, where his record is. */
	uint32_t *names;
	uint8_t *has_user;  /* a bit of each login: which of the two it is */
	uint8_t *is_added;  /* a bit of each account */
	uint8_t *is_served; /* a bit of each group */
	bool has_dead;
};

static bool
has_bit(const uint8_t *bits, uint32_t number)
{
	return (bits[number / 8] & (1u << (number % 8))) != 0;
}

static void
set_bit(uint8_t *bits, uint32_t number)
{
	bits[number / 8] |= (uint8_t)(1u << (number % 8));
}

static bool
build_init(struct build *build)
{
	const struct tn_publish_state *state = build->state;

	build->names = calloc(state->names.count + 1u, sizeof(*build->names));
	build->has_user = calloc(state->names.count / 8 + 1, 1);
	build->is_added = calloc(state->account_count / 8 + 1, 1);
	build->is_served = calloc(state->group_count / 8 + 1, 1);
	return build->names != NULL && build->has_user != NULL &&
	       build->is_added != NULL && build->is_served != NULL;
}

static void
build_done(struct build *build)
{
	free(build->names);
	free(build->has_user);
	free(build->is_added);
	free(build->is_served);
}

/* Which groups are served, and in how many of those each login is. */
static void
count_groups(struct build *build)
{
	const struct tn_publish_state *state = build->state;
	uint32_t i;
	uint32_t m;

	for (i = 0; i < state->group_count; i++) {
		struct tn_published_group *group = state->groups[i];

		if (!tn_regroup_serves(state, build->view, group))
			continue;
		set_bit(build->is_served, i);
		for (m = 0; m < group->count; m++)
			build->names[group->members[m]]++;
	}
}

/* name: of his login, or TN_NO_NUMBER when no group and no record has it. */
static int
add_user(struct build *build, const struct tn_snapshot_user *user,
         uint32_t name, struct tn_err *err)
{
	uint32_t room = name != TN_NO_NUMBER ? build->names[name] : 0;
	uint32_t at = 0;
	int rc = tn_snapshot_base_user(build->file, user, room, &at, err);

	if (rc != TN_OK)
		return rc;
	if (name != TN_NO_NUMBER) {
		build->names[name] = at;
		set_bit(build->has_user, name);
	}
	if (user->dead)
		build->result.dead++;
	else
		build->result.live++;
	return TN_OK;
}

/* Has somebody who is in the base the login, or the number? */
static bool
is_taken(const struct build *build, uint32_t name, uint32_t uid)
{
	size_t position = 0;
	uint32_t number;

	if (name != TN_NO_NUMBER && has_bit(build->has_user, name))
		return true;
	while ((number = tn_published_uid(build->state, uid, &position)) !=
	       TN_NO_NUMBER)
		if (has_bit(build->is_added, number))
			return true;
	return false;
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
	judged = tn_publish_judge(build->view, &at, !dead, &user, &next);
	if (!dead && next < build->result.next)
		build->result.next = next;
	if (judged == TN_RECORD_REFUSED && !dead)
		build->result.refused++;
	if (judged == TN_RECORD_DEAD && !dead)
		build->has_dead = true;
	if (judged != (dead ? TN_RECORD_DEAD : TN_RECORD_LIVE))
		return TN_OK;
	if (is_taken(build, at.entry->name, user.uid)) {
		/* Of two vanished ones, or a vanished one and its successor,
		   one is enough. Net sorts out those that are there. */
		if (!dead)
			tn_log_warning("%s: its login or number is taken",
			               at.view.account.dn);
		return TN_OK;
	}
	rc = add_user(build, &user, at.entry->name, err);
	if (rc == TN_OK)
		set_bit(build->is_added, number);
	return rc;
}

/* Carries over those of the last snapshot whom no record of net's serves:
   files keep an owner's name. Alive once, they are dead now, unless held. */
static int
carry_over(struct build *build, bool held, size_t *ret_was_live,
           struct tn_err *err)
{
	const struct tn_publish_view *view = build->view;
	char buffer[USER_BUFFER];
	struct tn_snapshot_user user;
	struct passwd pw;
	size_t was_live = 0;
	bool dead = true;
	uint32_t name;
	uint32_t i = 0;
	int rc;

	for (;;) {
		rc = tn_snapshot_user_next(view->previous, &i, &pw, buffer,
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
		name = tn_names_find(&build->state->names, pw.pw_name);
		if (is_taken(build, name, pw.pw_uid) ||
		    !tn_publish_may_stay(view, pw.pw_name, pw.pw_uid))
			continue;
		user = (struct tn_snapshot_user){
			.name = pw.pw_name,
			.uid = pw.pw_uid,
			.gid = pw.pw_gid,
			.gecos = pw.pw_gecos,
			.home = pw.pw_dir,
			.shell = pw.pw_shell,
			.dead =
			    dead || !held ||
			    tn_publish_is_closed(build->state, view, pw.pw_uid),
		};
		if (user.dead)
			user.shell = TN_NOLOGIN;
		rc = add_user(build, &user, name, err);
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
	const struct tn_publish_state *state = build->state;
	uint32_t *members = NULL;
	uint32_t i;
	uint32_t m;
	int rc = TN_OK;

	for (i = 0; rc == TN_OK && i < state->group_count; i++) {
		const struct tn_published_group *group = state->groups[i];
		size_t count = 0;

		if (!has_bit(build->is_served, i))
			continue;
		members = calloc((size_t)group->count + 1, sizeof(*members));
		if (members == NULL)
			return tn_fail(err, TN_E_NO_MEMORY, "a group");
		for (m = 0; m < group->count; m++)
			if (has_bit(build->has_user, group->members[m]))
				members[count++] =
				    build->names[group->members[m]];
		rc = tn_snapshot_base_group(build->file, group->name,
		                            group->gid, members, count, err);
		free(members);
	}
	return rc;
}

/* The accounts that are as dead as asked for. */
static int
add_accounts(struct build *build, bool dead, struct tn_err *err)
{
	uint32_t position = 0;
	uint32_t number;
	int rc = TN_OK;

	while (rc == TN_OK && (number = tn_published_each(
	                           build->state, &position)) != TN_NO_NUMBER)
		rc = add_account(build, number, dead, err);
	return rc;
}

static int
build_once(struct build *build, bool held, size_t *ret_was_live,
           struct tn_err *err)
{
	int rc = TN_OK;

	build->result = (struct tn_publish_result){
		.held = held,
		.next = tn_day_start(build->view->moment->today + 1,
		                     build->view->rules->utc_offset),
	};
	if (!build_init(build))
		return tn_fail(err, TN_E_NO_MEMORY, "a base");
	count_groups(build);
	rc = add_accounts(build, false, err);
	if (rc == TN_OK && build->has_dead)
		rc = add_accounts(build, true, err);
	if (rc == TN_OK && build->view->previous != NULL)
		rc = carry_over(build, held, ret_was_live, err);
	if (rc == TN_OK)
		rc = add_groups(build, err);
	return rc;
}

int
tn_publish_build(struct tn_publish_state *state,
                 const struct tn_publish_view *view,
                 struct tn_snapshot_base_file *file,
                 struct tn_publish_result *ret, struct tn_err *err)
{
	struct build build = { .state = state, .view = view, .file = file };
	size_t was_live = 0;
	int rc = build_once(&build, false, &was_live, err);

	build_done(&build);
	if (rc == TN_OK &&
	    tn_removal_brake_trips(&view->rules->brake, build.result.gone,
	                           was_live)) {
		tn_snapshot_base_restart(file);
		build = (struct build){ .state = state,
			                .view = view,
			                .file = file };
		rc = build_once(&build, true, &was_live, err);
		build_done(&build);
	}
	if (rc == TN_OK)
		*ret = build.result;
	return rc;
}

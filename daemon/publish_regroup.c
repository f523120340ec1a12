#include <config.h>

#include "publish_regroup.h"

#include <stdlib.h>
#include <string.h>
#include "base/log.h"

int
tn_regroup_person(struct tn_regroup *regroup, const char *login,
                  struct tn_err *err)
{
	const struct tn_login_names *names = &regroup->state->names;
	uint32_t name = tn_names_find(names, login);

	/* Nobody lists a login that has no number. */
	if (name == TN_NO_NUMBER)
		return TN_OK;
	if (regroup->people == NULL)
		regroup->people = calloc(names->count / 8 + 1, 1);
	if (regroup->people == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "groups");
	regroup->people[name / 8] |= (uint8_t)(1u << (name % 8));
	return TN_OK;
}

void
tn_regroup_done(struct tn_regroup *regroup)
{
	free(regroup->people);
	regroup->people = NULL;
}

/* Lists the group anybody of those? */
static bool
has_people(const struct tn_regroup *regroup,
           const struct tn_published_group *at)
{
	uint32_t i;

	for (i = 0; i < at->count; i++) {
		uint32_t name = at->members[i];

		if ((regroup->people[name / 8] & (1u << (name % 8))) != 0)
			return true;
	}
	return false;
}

static enum tn_refusal
refusal_of(const struct tn_publish_view *view,
           const struct tn_published_group *at)
{
	const struct tn_group group = tn_published_head(at);

	return tn_host_group_refusal(view->rules, &group, view->local,
	                             view->previous);
}

/* Of those that share a name or a gid the one with the smallest uuid is
   served: whoever asks comes to the same. */
static bool
is_first(const struct tn_publish_state *state,
         const struct tn_publish_view *view,
         const struct tn_published_group *at)
{
	const struct tn_published_group *other;
	size_t position = 0;
	int round;

	for (round = 0; round < 2; round++, position = 0)
		while ((other = round == 0
		                    ? tn_published_group_name(state, at->name,
		                                              &position)
		                    : tn_published_gid(state, at->gid,
		                                       &position)) != NULL)
			if (other != at &&
			    memcmp(other->uuid.byte, at->uuid.byte,
			           TN_UUID_LEN) < 0 &&
			    refusal_of(view, other) == TN_REFUSAL_NONE)
				return false;
	return true;
}

bool
tn_regroup_serves(const struct tn_publish_state *state,
                  const struct tn_publish_view *view,
                  struct tn_published_group *group)
{
	enum tn_refusal refusal = refusal_of(view, group);

	if (refusal != group->told && refusal != TN_REFUSAL_NONE)
		tn_log_warning("group %s: not served: %s", group->name,
		               tn_refusal_words(refusal));
	group->told = refusal;
	if (refusal != TN_REFUSAL_NONE)
		return false;
	if (is_first(state, view, group))
		return true;
	tn_log_warning("group %s: its name or number is taken", group->name);
	return false;
}

/* Puts the group as it is to be, if it is. */
static int
put(struct tn_regroup *regroup, struct tn_published_group *at,
    struct tn_err *err)
{
	const char **members;
	int rc;

	if (!tn_regroup_serves(regroup->state, regroup->view, at))
		return TN_OK;
	members = tn_published_members(regroup->state, at);
	if (members == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "a group");
	rc = tn_snapshot_overlay_put_group(regroup->overlay, at->name, at->gid,
	                                   members, at->count, err);
	free(members);
	return rc;
}

/* Only who was added or taken away, where the view has the group and nobody
   stands in its way; all of it else. */
static int
put_changes(struct tn_regroup *regroup, struct tn_published_group *at,
            struct tn_err *err)
{
	bool *are_members;
	uint32_t i;
	int rc;

	if (at->is_whole_due ||
	    !tn_snapshot_overlay_shows_group(regroup->overlay, at->name,
	                                     at->gid) ||
	    !tn_regroup_serves(regroup->state, regroup->view, at))
		return put(regroup, at, err);
	are_members = calloc((size_t)at->changed_count + 1, sizeof(bool));
	if (are_members == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "a group");
	for (i = 0; i < at->changed_count; i++)
		are_members[i] =
		    tn_published_lists(regroup->state, at, at->changed[i]);
	rc = tn_snapshot_overlay_set_members(
	    regroup->overlay, at->name, (const char *const *)at->changed,
	    are_members, at->changed_count, err);
	free(are_members);
	return rc;
}

/* Is the name that of a group which is served? */
static bool
is_served(const struct tn_regroup *regroup, const char *name)
{
	const struct tn_publish_state *state = regroup->state;
	const struct tn_published_group *at;
	size_t position = 0;

	while ((at = tn_published_group_name(state, name, &position)) != NULL)
		if (refusal_of(regroup->view, at) == TN_REFUSAL_NONE &&
		    is_first(state, regroup->view, at))
			return true;
	return false;
}

/* All with the name or the gid of one that changed. */
static int
put_touched(struct tn_regroup *regroup, const struct tn_touched *touched,
            struct tn_err *err)
{
	const struct tn_publish_state *state = regroup->state;
	struct tn_published_group *at;
	size_t position = 0;
	int rc = TN_OK;

	while (rc == TN_OK && (at = tn_published_group_name(
	                           state, touched->name, &position)) != NULL)
		rc = put_changes(regroup, at, err);
	position = 0;
	while (rc == TN_OK &&
	       (at = tn_published_gid(state, touched->id, &position)) != NULL)
		if (strcmp(at->name, touched->name) != 0)
			rc = put_changes(regroup, at, err);
	return rc;
}

int
tn_regroup(struct tn_regroup *regroup, struct tn_err *err)
{
	struct tn_publish_state *state = regroup->state;
	const struct tn_touched_list *touched = &state->touched_groups;
	uint32_t n;
	size_t i;
	int rc = TN_OK;

	/* Names that are no more go first: they may be in the way. */
	for (i = 0; rc == TN_OK && i < touched->count; i++)
		if (!is_served(regroup, touched->data[i].name))
			rc = tn_snapshot_overlay_remove_group(
			    regroup->overlay, touched->data[i].name, err);
	for (i = 0; rc == TN_OK && i < touched->count; i++)
		rc = put_touched(regroup, &touched->data[i], err);
	if (regroup->people == NULL)
		return rc;
	for (n = 0; rc == TN_OK && n < state->group_count; n++)
		if (has_people(regroup, state->groups[n]))
			rc = put(regroup, state->groups[n], err);
	return rc;
}

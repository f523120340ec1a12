#include <config.h>

#include "publish_regroup.h"

#include <stdlib.h>
#include <string.h>
#include "base/log.h"

static uint32_t
bit_of(uint32_t hash)
{
	return (hash ^ (hash >> 16)) % TN_REGROUP_BITS;
}

int
tn_regroup_person(struct tn_regroup *regroup, const char *login,
                  struct tn_err *err)
{
	uint32_t bit = bit_of(tn_record_hash_text(login));

	if (regroup->people == NULL)
		regroup->people = calloc(TN_REGROUP_BITS / 8, 1);
	if (regroup->people == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "groups");
	regroup->people[bit / 8] |= (uint8_t)(1u << (bit % 8));
	return TN_OK;
}

void
tn_regroup_done(struct tn_regroup *regroup)
{
	free(regroup->people);
	regroup->people = NULL;
}

/* Lists the group anybody of those, perhaps? Once too often does no harm. */
static bool
has_people(const struct tn_regroup *regroup,
           const struct tn_published_group *at)
{
	size_t i;

	if (regroup->people == NULL)
		return false;
	for (i = 0; i < at->group->count; i++) {
		uint32_t bit = bit_of(at->hashes[i]);

		if ((regroup->people[bit / 8] & (1u << (bit % 8))) != 0)
			return true;
	}
	return false;
}

static enum tn_refusal
refusal_of(const struct tn_regroup *regroup,
           const struct tn_published_group *at)
{
	const struct tn_publish_view *view = regroup->view;

	return tn_host_group_refusal(view->rules, at->group, view->local,
	                             view->previous);
}

/* Of those that share a name or a gid the one with the smallest uuid is
   served: whoever asks comes to the same. */
static bool
is_first(const struct tn_regroup *regroup, const struct tn_published_group *at)
{
	const struct tn_publish_state *state = regroup->state;
	const struct tn_group *group = at->group;
	const struct tn_published_group *other;
	size_t position = 0;
	int round;

	for (round = 0; round < 2; round++, position = 0)
		while (
		    (other =
		         round == 0
		             ? tn_record_index_next(
		                   &state->group_names,
		                   tn_record_hash_text(group->name), &position)
		             : tn_record_index_next(
		                   &state->gids, tn_record_hash_id(group->gid),
		                   &position)) != NULL)
			if (other != at &&
			    (other->group->gid == group->gid ||
			     strcmp(other->group->name, group->name) == 0) &&
			    memcmp(other->group->uuid.byte, group->uuid.byte,
			           TN_UUID_LEN) < 0 &&
			    refusal_of(regroup, other) == TN_REFUSAL_NONE)
				return false;
	return true;
}

/* Puts the group as it is to be, if it is. */
static int
put(struct tn_regroup *regroup, struct tn_published_group *at,
    struct tn_err *err)
{
	const struct tn_group *group = at->group;
	enum tn_refusal refusal = refusal_of(regroup, at);

	if (refusal != at->told && refusal != TN_REFUSAL_NONE)
		tn_log_warning("group %s: not served: %s", group->name,
		               tn_refusal_words(refusal));
	at->told = refusal;
	if (refusal != TN_REFUSAL_NONE)
		return TN_OK;
	if (!is_first(regroup, at)) {
		tn_log_warning("group %s: its name or number is taken",
		               group->name);
		return TN_OK;
	}
	return tn_snapshot_overlay_put_group(regroup->overlay, group->name,
	                                     group->gid, group->members,
	                                     group->count, err);
}

/* Is the name that of a group which is served? */
static bool
is_served(const struct tn_regroup *regroup, const char *name)
{
	const struct tn_publish_state *state = regroup->state;
	const struct tn_published_group *at;
	size_t position = 0;

	while ((at = tn_record_index_next(&state->group_names,
	                                  tn_record_hash_text(name),
	                                  &position)) != NULL)
		if (strcmp(at->group->name, name) == 0 &&
		    refusal_of(regroup, at) == TN_REFUSAL_NONE &&
		    is_first(regroup, at))
			return true;
	return false;
}

/* All with the name or the gid of one that changed. */
static int
put_touched(struct tn_regroup *regroup, const struct tn_touched *touched,
            struct tn_err *err)
{
	const struct tn_publish_state *state = regroup->state;
	const struct tn_published_group *at;
	size_t position = 0;
	int rc = TN_OK;

	while (rc == TN_OK &&
	       (at = tn_record_index_next(&state->group_names,
	                                  tn_record_hash_text(touched->name),
	                                  &position)) != NULL)
		if (strcmp(at->group->name, touched->name) == 0)
			rc = put(regroup, (void *)(uintptr_t)at, err);
	position = 0;
	while (rc == TN_OK && (at = tn_record_index_next(
	                           &state->gids, tn_record_hash_id(touched->id),
	                           &position)) != NULL)
		if (at->group->gid == touched->id &&
		    strcmp(at->group->name, touched->name) != 0)
			rc = put(regroup, (void *)(uintptr_t)at, err);
	return rc;
}

int
tn_regroup(struct tn_regroup *regroup, struct tn_err *err)
{
	struct tn_publish_state *state = regroup->state;
	const struct tn_touched_list *touched = &state->touched_groups;
	struct tn_published_group *at;
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
	for (at = state->groups; rc == TN_OK && at != NULL; at = at->hh.next)
		if (has_people(regroup, at))
			rc = put(regroup, at, err);
	return rc;
}

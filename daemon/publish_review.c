#include <config.h>

#include "publish_review.h"

#include <stdlib.h>
#include <string.h>

#define STEP_ACCOUNTS 4096u
#define STEP_MEMBERS  8192u
#define STEP_GROUPS   64u
#define BUFFER_MIN    16384u
#define BUFFER_MAX    ((size_t)64 * 1024 * 1024)

enum phase {
	COUNT_GONE, /* of the pair's people, to see whether the brake holds */
	ACCOUNTS,
	GONE, /* of the pair's people */
	GROUPS,
	GROUPS_GONE, /* of the pair's groups */
};

struct tn_publish_review {
	const struct tn_snapshot *pair;
	enum phase phase;
	bool is_in_phase; /* .position is set */
	uint32_t position;
	size_t was_live;
	size_t gone;
	bool held;
	int64_t next;
	char *buffer;
	size_t size;
};

int
tn_publish_review_begin(const struct tn_snapshot *pair,
                        struct tn_publish_review **ret, struct tn_err *err)
{
	struct tn_publish_review *review = calloc(1, sizeof(*review));

	if (review != NULL)
		review->buffer = malloc(BUFFER_MIN);
	if (review == NULL || review->buffer == NULL) {
		free(review);
		tn_snapshot_drop(pair);
		return tn_fail(err, TN_E_NO_MEMORY, "a review");
	}
	review->size = BUFFER_MIN;
	review->pair = pair;
	review->next = INT64_MAX;
	*ret = review;
	return TN_OK;
}

void
tn_publish_review_free(struct tn_publish_review *review)
{
	if (review == NULL)
		return;
	tn_snapshot_drop(review->pair);
	free(review->buffer);
	free(review);
}

static bool
serves(const struct tn_publish_state *state, const struct tn_publish_view *view,
       uint32_t number)
{
	struct tn_published_account at;
	struct tn_snapshot_user user;
	enum tn_judged_record judged;
	int64_t next;

	tn_published_get(state, number, &at);
	judged = tn_publish_judge(view, &at, false, &user, &next);
	return judged == TN_RECORD_LIVE || judged == TN_RECORD_DEAD;
}

/* Does a record serve the login, or the number? */
static bool
is_served(const struct tn_publish_state *state,
          const struct tn_publish_view *view, const struct passwd *person)
{
	size_t position = 0;
	uint32_t number;

	for (number = tn_published_login(state, person->pw_name);
	     number != TN_NO_NUMBER;
	     number = tn_published_next_login(state, number))
		if (serves(state, view, number))
			return true;
	while ((number = tn_published_uid(state, person->pw_uid, &position)) !=
	       TN_NO_NUMBER)
		if (serves(state, view, number))
			return true;
	return false;
}

/* The pair's people: counted, or those touched whom no record serves. */
static int
look_at_people(struct tn_publish_review *review, struct tn_publish_state *state,
               const struct tn_publish_view *view, bool counts, bool *ret_end,
               struct tn_err *err)
{
	struct passwd person;
	bool dead = false;
	bool may_stay;
	uint32_t n;
	int rc;

	for (n = 0; n < STEP_ACCOUNTS; n++) {
		rc = tn_snapshot_user_next(review->pair, &review->position,
		                           &person, review->buffer,
		                           review->size, &dead);
		*ret_end = rc == TN_E_NOT_FOUND;
		if (*ret_end)
			return TN_OK;
		if (rc != TN_OK)
			return tn_fail(err, TN_E_DAMAGED,
			               "a person of the last snapshot");
		if (counts && !dead)
			review->was_live++;
		if ((counts && dead) || is_served(state, view, &person))
			continue;
		may_stay =
		    tn_publish_may_stay(view, person.pw_name, person.pw_uid);
		if (counts)
			review->gone += may_stay;
		else if (!dead || !may_stay)
			tn_publish_state_touch_user(state, person.pw_name,
			                            person.pw_uid);
	}
	return TN_OK;
}

/* Is the view's person the one that is to be? */
static bool
is_same(const struct tn_snapshot_user *a, const struct tn_snapshot_user *b)
{
	return a->uid == b->uid && a->gid == b->gid && a->dead == b->dead &&
	       strcmp(a->name, b->name) == 0 &&
	       strcmp(a->gecos, b->gecos) == 0 &&
	       strcmp(a->home, b->home) == 0 && strcmp(a->shell, b->shell) == 0;
}

/* Would the record be published as the view has it? */
static bool
is_as_published(const struct tn_publish_view *view,
                const struct tn_snapshot_overlay *overlay,
                const struct tn_published_account *at, int64_t *ret_next)
{
	struct tn_snapshot_user user;
	struct tn_snapshot_user seen;
	enum tn_judged_record judged =
	    tn_publish_judge(view, at, true, &user, ret_next);
	bool is_seen =
	    tn_snapshot_overlay_user(overlay, at->view.account.login, &seen);

	if (judged == TN_RECORD_REFUSED || judged == TN_RECORD_LEFT_OUT)
		return !is_seen || (judged == TN_RECORD_REFUSED && seen.dead);
	return is_seen && is_same(&user, &seen);
}

static void
look_at_accounts(struct tn_publish_review *review,
                 struct tn_publish_state *state,
                 const struct tn_publish_view *view,
                 const struct tn_snapshot_overlay *overlay, bool *ret_end)
{
	struct tn_published_account at;
	uint32_t number;
	int64_t next;
	uint32_t n;

	for (n = 0; n < STEP_ACCOUNTS; n++) {
		number = tn_published_each(state, &review->position);
		*ret_end = number == TN_NO_NUMBER;
		if (*ret_end)
			return;
		tn_published_get(state, number, &at);
		if (!is_as_published(view, overlay, &at, &next))
			tn_publish_state_touch_user(
			    state, at.view.account.login, at.view.account.uid);
		if (next < review->next)
			review->next = next;
	}
}

/* From the last one down: one that leaves has its place taken by the last,
   which was looked at already, or is looked at twice. */
static void
look_at_groups(struct tn_publish_review *review, struct tn_publish_state *state,
               bool *ret_end)
{
	const struct tn_published_group *group;
	size_t members = 0;
	uint32_t n;

	if (review->position > state->group_count)
		review->position = state->group_count;
	for (n = 0; n < STEP_GROUPS && members < STEP_MEMBERS; n++) {
		*ret_end = review->position == 0;
		if (*ret_end)
			return;
		group = state->groups[--review->position];
		members += group->count;
		tn_publish_state_touch_group(state, group->name, group->gid);
	}
}

static bool
grow_buffer(struct tn_publish_review *review)
{
	char *grown = review->size < BUFFER_MAX
	                  ? realloc(review->buffer, review->size * 2)
	                  : NULL;

	if (grown == NULL)
		return false;
	review->buffer = grown;
	review->size *= 2;
	return true;
}

static int
look_for_groups(struct tn_publish_review *review,
                struct tn_publish_state *state, bool *ret_end,
                struct tn_err *err)
{
	struct group group;
	uint32_t n = 0;
	size_t position;
	int rc;

	while (n < STEP_GROUPS) {
		rc = tn_snapshot_group_next(review->pair, &review->position,
		                            &group, review->buffer,
		                            review->size);
		*ret_end = rc == TN_E_NOT_FOUND;
		if (*ret_end)
			return TN_OK;
		if (rc == TN_E_LIMIT && grow_buffer(review))
			continue;
		if (rc != TN_OK)
			return tn_fail(err,
			               rc == TN_E_LIMIT ? TN_E_NO_MEMORY
			                                : TN_E_DAMAGED,
			               "a group of the last snapshot");
		position = 0;
		if (tn_published_group_name(state, group.gr_name, &position) ==
		    NULL)
			tn_publish_state_touch_group(state, group.gr_name,
			                             group.gr_gid);
		n++;
	}
	return TN_OK;
}

static int
look(struct tn_publish_review *review, struct tn_publish_state *state,
     const struct tn_publish_view *view,
     const struct tn_snapshot_overlay *overlay, bool *ret_end,
     struct tn_err *err)
{
	*ret_end = false;
	if (!review->is_in_phase) {
		review->is_in_phase = true;
		review->position =
		    review->phase == GROUPS ? state->group_count : 0;
	}
	switch (review->phase) {
	case COUNT_GONE:
	case GONE:
		return look_at_people(review, state, view,
		                      review->phase == COUNT_GONE, ret_end,
		                      err);
	case ACCOUNTS:
		look_at_accounts(review, state, view, overlay, ret_end);
		return TN_OK;
	case GROUPS:
		look_at_groups(review, state, ret_end);
		return TN_OK;
	case GROUPS_GONE:
	default:
		return look_for_groups(review, state, ret_end, err);
	}
}

int
tn_publish_review_step(struct tn_publish_review *review,
                       struct tn_publish_state *state,
                       const struct tn_publish_view *view,
                       struct tn_snapshot_overlay *overlay, size_t live,
                       struct tn_publish_change *ret, bool *ret_done,
                       struct tn_err *err)
{
	struct tn_publish_view own = *view;
	bool is_end = false;
	int rc = look(review, state, view, overlay, &is_end, err);

	*ret_done = false;
	*ret = (struct tn_publish_change){ .next = INT64_MAX };
	own.brake = review->held ? TN_BRAKE_HOLDS : TN_BRAKE_IS_OPEN;
	if (rc == TN_OK && state->is_all_touched)
		rc = tn_fail(err, TN_E_NO_MEMORY, "what is to be looked at");
	if (rc == TN_OK &&
	    (state->touched_users.count > 0 || state->touched_groups.count > 0))
		rc = tn_publish_update(state, &own, overlay, live, ret, err);
	if (rc != TN_OK)
		return rc;
	tn_publish_state_settled(state);
	if (is_end && review->phase == COUNT_GONE)
		review->held = tn_removal_brake_trips(
		    &view->rules->brake, review->gone, review->was_live);
	if (is_end) {
		*ret_done = review->phase == GROUPS_GONE;
		review->is_in_phase = false;
		if (!*ret_done)
			review->phase++;
	}
	ret->held = review->held;
	ret->gone = review->gone;
	if (review->next < ret->next)
		ret->next = review->next;
	return TN_OK;
}

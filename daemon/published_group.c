/* The part of publish's state that holds groups. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include "publish_state.h"

/* More changes of a group between two publications put it as a whole. */
#define CHANGED_MAX 64u

static uint32_t
hash_uuid(const void *state, uint32_t number)
{
	const struct tn_publish_state *own = state;

	return tn_number_hash_bytes(own->groups[number]->uuid.byte,
	                            TN_UUID_LEN);
}

static uint32_t
hash_name(const void *state, uint32_t number)
{
	const struct tn_publish_state *own = state;

	return tn_number_hash_text(own->groups[number]->name);
}

static uint32_t
hash_gid(const void *state, uint32_t number)
{
	const struct tn_publish_state *own = state;

	return tn_number_hash_id(own->groups[number]->gid);
}

void
tn_published_groups_init(struct tn_publish_state *state)
{
	state->group_uuids = (struct tn_number_index){ .hash = hash_uuid };
	state->group_names = (struct tn_number_index){ .hash = hash_name };
	state->gids = (struct tn_number_index){ .hash = hash_gid };
}

static void
forget_changes(struct tn_published_group *group)
{
	while (group->changed_count > 0)
		free(group->changed[--group->changed_count]);
	free(group->changed);
	group->changed = NULL;
}

void
tn_published_groups_done(struct tn_publish_state *state)
{
	uint32_t i;

	for (i = 0; i < state->group_count; i++) {
		forget_changes(state->groups[i]);
		free(state->groups[i]);
	}
	free(state->groups);
	tn_number_index_done(&state->group_uuids);
	tn_number_index_done(&state->group_names);
	tn_number_index_done(&state->gids);
}

struct tn_published_group *
tn_published_group_name(const struct tn_publish_state *state, const char *name,
                        size_t *position)
{
	uint32_t hash = tn_number_hash_text(name);
	uint32_t number;

	while ((number = tn_number_index_next(&state->group_names, hash,
	                                      position)) != TN_NO_NUMBER)
		if (strcmp(state->groups[number]->name, name) == 0)
			return state->groups[number];
	return NULL;
}

struct tn_published_group *
tn_published_gid(const struct tn_publish_state *state, uint32_t gid,
                 size_t *position)
{
	uint32_t hash = tn_number_hash_id(gid);
	uint32_t number;

	while ((number = tn_number_index_next(&state->gids, hash, position)) !=
	       TN_NO_NUMBER)
		if (state->groups[number]->gid == gid)
			return state->groups[number];
	return NULL;
}

struct tn_group
tn_published_head(const struct tn_published_group *group)
{
	return (struct tn_group){ .uuid = group->uuid,
		                  .name = group->name,
		                  .gid = group->gid,
		                  .count = group->told_count };
}

static int
compare(const void *a, const void *b)
{
	const uint32_t *first = a;
	const uint32_t *second = b;

	return (*first > *second) - (*first < *second);
}

bool
tn_published_lists(const struct tn_publish_state *state,
                   const struct tn_published_group *group, const char *login)
{
	uint32_t number = tn_names_find(&state->names, login);

	return number != TN_NO_NUMBER && group->count > 0 &&
	       bsearch(&number, group->members, group->count, sizeof(number),
	               compare) != NULL;
}

const char **
tn_published_members(const struct tn_publish_state *state,
                     const struct tn_published_group *group)
{
	const char **members =
	    calloc((size_t)group->count + 1, sizeof(*members));
	uint32_t i;

	if (members == NULL)
		return NULL;
	for (i = 0; i < group->count; i++)
		members[i] = tn_names_text(&state->names, group->members[i]);
	return members;
}

static uint32_t
find(const struct tn_publish_state *state, const struct tn_uuid *uuid)
{
	uint32_t hash = tn_number_hash_bytes(uuid->byte, TN_UUID_LEN);
	size_t position = 0;
	uint32_t number;

	while ((number = tn_number_index_next(&state->group_uuids, hash,
	                                      &position)) != TN_NO_NUMBER)
		if (memcmp(state->groups[number]->uuid.byte, uuid->byte,
		           TN_UUID_LEN) == 0)
			break;
	return number;
}

static void
free_group(struct tn_publish_state *state, struct tn_published_group *group)
{
	uint32_t i;

	if (group == NULL)
		return;
	for (i = 0; i < group->count; i++)
		tn_names_drop(&state->names, group->members[i]);
	forget_changes(group);
	free(group);
}

/* All with the name or the gid of one that comes, goes or becomes another: who
   of them is served may be another one now. */
static void
mark_whole(const struct tn_publish_state *state, const char *name, uint32_t gid)
{
	struct tn_published_group *at;
	size_t position = 0;

	while ((at = tn_published_group_name(state, name, &position)) != NULL)
		at->is_whole_due = true;
	position = 0;
	while ((at = tn_published_gid(state, gid, &position)) != NULL)
		at->is_whole_due = true;
}

static void
settle(struct tn_published_group *group, bool is_whole_due)
{
	forget_changes(group);
	group->is_whole_due = is_whole_due;
}

void
tn_published_groups_settled(struct tn_publish_state *state)
{
	const struct tn_touched_list *touched = &state->touched_groups;
	struct tn_published_group *at;
	size_t position;
	size_t i;

	/* Where everybody was touched they may be looked at later only. */
	for (i = 0; state->is_all_touched && i < state->group_count; i++)
		settle(state->groups[i], true);
	for (i = 0; !state->is_all_touched && i < touched->count; i++) {
		position = 0;
		while ((at = tn_published_group_name(
		            state, touched->data[i].name, &position)) != NULL)
			settle(at, false);
		position = 0;
		while ((at = tn_published_gid(state, touched->data[i].id,
		                              &position)) != NULL)
			settle(at, false);
	}
}

/* One login more that is different. */
static bool
note_changed(const struct tn_publish_state *state,
             struct tn_published_group *group, uint32_t number)
{
	char *login;

	if (group->changed_count == CHANGED_MAX)
		return false;
	if (group->changed == NULL)
		group->changed = calloc(CHANGED_MAX, sizeof(char *));
	login = strdup(tn_names_text(&state->names, number));
	if (group->changed == NULL || login == NULL) {
		free(login);
		return false;
	}
	group->changed[group->changed_count++] = login;
	return true;
}

/* What is different from old, and what was before; both rise. False: too much,
   or all of it was due already. */
static bool
note_changes(const struct tn_publish_state *state,
             struct tn_published_group *group, struct tn_published_group *old)
{
	bool is_noted = !old->is_whole_due && old->gid == group->gid &&
	                strcmp(old->name, group->name) == 0;
	uint32_t i = 0;
	uint32_t j = 0;

	if (!is_noted)
		return false;
	group->changed = old->changed;
	group->changed_count = old->changed_count;
	old->changed = NULL;
	old->changed_count = 0;
	while (is_noted && (i < old->count || j < group->count)) {
		if (j == group->count ||
		    (i < old->count && old->members[i] < group->members[j]))
			is_noted =
			    note_changed(state, group, old->members[i++]);
		else if (i == old->count || old->members[i] > group->members[j])
			is_noted =
			    note_changed(state, group, group->members[j++]);
		else
			i++, j++;
	}
	return is_noted;
}

#define RADIX_BITS 11
#define RADIX_MIN  1024u /* fewer are sorted faster by qsort */

/* By eleven bits at a time; false when there is no memory for it. */
static bool
sort_many(uint32_t *numbers, uint32_t count)
{
	uint32_t *room = calloc(count, sizeof(*room));
	uint32_t *from = numbers;
	uint32_t *to = room;
	uint32_t shift;
	uint32_t i;

	if (room == NULL)
		return false;
	for (shift = 0; shift < 32; shift += RADIX_BITS) {
		uint32_t starts[(1u << RADIX_BITS) + 1] = { 0 };
		const uint32_t mask = (1u << RADIX_BITS) - 1;
		uint32_t *swapped = from;

		for (i = 0; i < count; i++)
			starts[(from[i] >> shift & mask) + 1]++;
		for (i = 0; i < mask; i++)
			starts[i + 1] += starts[i];
		for (i = 0; i < count; i++)
			to[starts[from[i] >> shift & mask]++] = from[i];
		from = to;
		to = swapped;
	}
	if (from != numbers)
		memcpy(numbers, from, count * sizeof(*numbers));
	free(room);
	return true;
}

/* Each member once: the other uses of its name are given back. */
static void
sort(struct tn_publish_state *state, struct tn_published_group *group)
{
	uint32_t kept = 0;
	uint32_t i;

	if (group->count > 1 && (group->count < RADIX_MIN ||
	                         !sort_many(group->members, group->count)))
		qsort(group->members, group->count, sizeof(group->members[0]),
		      compare);
	for (i = 0; i < group->count; i++) {
		if (kept > 0 && group->members[kept - 1] == group->members[i])
			tn_names_drop(&state->names, group->members[i]);
		else
			group->members[kept++] = group->members[i];
	}
	group->count = kept;
}

/* A member that is no login is in no group: nobody can have it. */
static struct tn_published_group *
make_group(struct tn_publish_state *state, const struct tn_group *from)
{
	size_t size = strlen(from->name) + 1;
	struct tn_published_group *group = malloc(
	    sizeof(*group) + from->count * sizeof(group->members[0]) + size);
	char *name;
	size_t i;

	if (group == NULL)
		return NULL;
	*group = (struct tn_published_group){ .uuid = from->uuid,
		                              .gid = from->gid,
		                              .told_count = from->count };
	name = (char *)(group->members + from->count);
	memcpy(name, from->name, size);
	group->name = name;
	for (i = 0; i < from->count; i++) {
		uint32_t number;

		if (strlen(from->members[i]) > TN_LOGIN_MAX)
			continue;
		number = tn_names_take(&state->names, from->members[i]);
		if (number == TN_NO_NUMBER) {
			free_group(state, group);
			return NULL;
		}
		group->members[group->count++] = number;
	}
	sort(state, group);
	return group;
}

static bool
reserve(struct tn_publish_state *state)
{
	uint32_t room = state->group_room != 0 ? state->group_room * 2 : 64;
	struct tn_published_group **grown;

	if (state->group_count == state->group_room) {
		if (room > UINT32_MAX / 2)
			return false;
		grown = reallocarray(state->groups, room, sizeof(*grown));
		if (grown == NULL)
			return false;
		state->groups = grown;
		state->group_room = room;
	}
	return tn_number_index_reserve(&state->group_uuids, state) &&
	       tn_number_index_reserve(&state->group_names, state) &&
	       tn_number_index_reserve(&state->gids, state);
}

static void
link_group(struct tn_publish_state *state, uint32_t number)
{
	tn_number_index_put(&state->group_uuids, state, number);
	tn_number_index_put(&state->group_names, state, number);
	tn_number_index_put(&state->gids, state, number);
}

static void
unlink_group(struct tn_publish_state *state, uint32_t number)
{
	tn_number_index_drop(&state->group_uuids, state, number);
	tn_number_index_drop(&state->group_names, state, number);
	tn_number_index_drop(&state->gids, state, number);
}

void
tn_published_drop_group(struct tn_publish_state *state,
                        const struct tn_uuid *uuid)
{
	uint32_t number = find(state, uuid);
	uint32_t last = state->group_count - 1;
	struct tn_published_group *group;

	if (number == TN_NO_NUMBER)
		return;
	group = state->groups[number];
	tn_publish_state_touch_group(state, group->name, group->gid);
	mark_whole(state, group->name, group->gid);
	unlink_group(state, number);
	/* The last one fills the gap. */
	if (number != last) {
		unlink_group(state, last);
		state->groups[number] = state->groups[last];
		link_group(state, number);
	}
	state->group_count--;
	free_group(state, group);
}

int
tn_published_set_group(struct tn_publish_state *state,
                       const struct tn_group *from, struct tn_err *err)
{
	struct tn_published_group *group =
	    reserve(state) ? make_group(state, from) : NULL;
	uint32_t old = find(state, &from->uuid);

	if (group == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "a group");
	group->is_whole_due = true;
	if (old != TN_NO_NUMBER) {
		group->told = state->groups[old]->told;
		group->is_whole_due =
		    !note_changes(state, group, state->groups[old]);
	}
	if (group->is_whole_due) {
		forget_changes(group);
		mark_whole(state, group->name, group->gid);
	}
	tn_published_drop_group(state, &from->uuid);
	state->groups[state->group_count++] = group;
	link_group(state, state->group_count - 1);
	tn_publish_state_touch_group(state, group->name, group->gid);
	return TN_OK;
}

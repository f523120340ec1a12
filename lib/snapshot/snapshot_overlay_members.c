/* Some members of a group of the view, of which the others stay as they are. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_layout.h"
#include "snapshot/snapshot_overlay_draft.h"

#define NOWHERE UINT32_MAX

struct change {
	const char *login;
	size_t size; /* its NUL counted */
	bool is_member;
	uint32_t place; /* among the base's members */
};

static struct overlay_group *
own_by_name(const struct tn_snapshot_overlay *overlay, const char *name)
{
	struct overlay_group *group = NULL;

	HASH_FIND(by_name, overlay->group_names, name, strlen(name), group);
	return group;
}

/* The base's record that the group stands on; NULL: none. ret_gid, ret_at: of
   the group. False where the view has no such group, or it is damaged. */
static bool
find_group(const struct tn_snapshot_overlay *overlay, const char *name,
           const struct overlay_group *own,
           struct tn_snapshot_found_group *room,
           const struct tn_snapshot_found_group **ret, uint32_t *ret_gid,
           uint32_t *ret_at)
{
	struct tn_snapshot_key key;

	*ret = NULL;
	if (own == NULL) {
		if (!tn_snapshot_key_of_name(name, &key) ||
		    tn_overlay_base_group(overlay, &key, room, ret_at) != TN_OK)
			return false;
		*ret = room;
		*ret_gid = room->record.gid;
		return true;
	}
	*ret_gid = own->gid;
	*ret_at = own->base_at;
	if (own->base_at == 0)
		return true;
	*ret = room;
	return tn_snapshot_read_group(
	           &overlay->base, (uint64_t)own->base_at * TN_SNAPSHOT_AT_UNIT,
	           room) == TN_OK;
}

bool
tn_snapshot_overlay_shows_group(const struct tn_snapshot_overlay *overlay,
                                const char *name, uint32_t gid)
{
	const struct tn_snapshot_found_group *base;
	struct tn_snapshot_found_group room;
	uint32_t shown = 0;
	uint32_t at = 0;

	return find_group(overlay, name, own_by_name(overlay, name), &room,
	                  &base, &shown, &at) &&
	       shown == gid;
}

static void
find_places(const struct tn_snapshot_found_group *base, struct change *changes,
            size_t count)
{
	const char *member = base->texts + base->record.name_size;
	uint32_t i;
	size_t c;

	for (i = 0; i < base->record.member_count;
	     member += base->sizes[i], i++)
		for (c = 0; c < count; c++)
			if (changes[c].size == base->sizes[i] &&
			    memcmp(changes[c].login, member, base->sizes[i]) ==
			        0)
				changes[c].place = i;
}

static bool
is_less(const struct overlay_group *own, uint32_t place)
{
	uint32_t i;

	for (i = 0; own != NULL && i < own->less_count; i++)
		if (own->less[i] == place)
			return true;
	return false;
}

static const struct change *
find_change(const struct change *changes, size_t count, const char *login)
{
	size_t c;

	for (c = 0; c < count; c++)
		if (strcmp(changes[c].login, login) == 0)
			return &changes[c];
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	const uint32_t *left = a;
	const uint32_t *right = b;

	return (*left > *right) - (*left < *right);
}

static void
fill_less(struct overlay_group *group, const struct overlay_group *own,
          const struct change *changes, size_t count)
{
	uint32_t i;
	size_t c;

	for (i = 0; own != NULL && i < own->less_count; i++) {
		for (c = 0; c < count && changes[c].place != own->less[i]; c++)
			;
		if (c == count || !changes[c].is_member)
			group->less[group->less_count++] = own->less[i];
	}
	for (c = 0; c < count; c++)
		if (changes[c].place != NOWHERE && !changes[c].is_member &&
		    !is_less(own, changes[c].place))
			group->less[group->less_count++] = changes[c].place;
	if (group->less_count > 1)
		qsort(group->less, group->less_count, sizeof(group->less[0]),
		      compare);
}

static int
add_more(struct overlay_group *group, const char *login, struct tn_err *err)
{
	char *copy = strdup(login);

	if (copy == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	group->more[group->more_count++] = copy;
	group->more_size += strlen(copy) + 1;
	return TN_OK;
}

static int
fill_more(struct overlay_group *group, const struct overlay_group *own,
          const struct change *changes, size_t count, struct tn_err *err)
{
	int rc = TN_OK;
	uint32_t i;
	size_t c;

	for (i = 0; own != NULL && rc == TN_OK && i < own->more_count; i++)
		if (find_change(changes, count, own->more[i]) == NULL)
			rc = add_more(group, own->more[i], err);
	for (c = 0; rc == TN_OK && c < count; c++)
		if (changes[c].is_member && changes[c].place == NOWHERE)
			rc = add_more(group, changes[c].login, err);
	return rc;
}

static struct overlay_group *
new_group(const char *name, uint32_t gid, uint32_t base_at, size_t less,
          size_t more)
{
	size_t size = strlen(name) + 1;
	struct overlay_group *group = calloc(1, sizeof(*group) + size);

	if (group == NULL)
		return NULL;
	memcpy(group->name, name, size);
	group->name_size = (uint8_t)size;
	group->gid = gid;
	group->base_at = base_at;
	group->less = calloc(less + 1, sizeof(*group->less));
	group->more = calloc(more + 1, sizeof(*group->more));
	if (group->less != NULL && group->more != NULL)
		return group;
	tn_overlay_free_group(group);
	return NULL;
}

/* Nobody came and nobody went. */
static bool
is_same(const struct overlay_group *group, const struct overlay_group *own)
{
	uint32_t i;

	if (own == NULL)
		return group->less_count == 0 && group->more_count == 0;
	if (group->less_count != own->less_count ||
	    group->more_count != own->more_count ||
	    (group->less_count > 0 &&
	     memcmp(group->less, own->less,
	            group->less_count * sizeof(*group->less)) != 0))
		return false;
	for (i = 0; i < group->more_count; i++)
		if (strcmp(group->more[i], own->more[i]) != 0)
			return false;
	return true;
}

/* In the place of own, or of the base's record. */
static int
put_in_place(struct tn_snapshot_overlay *overlay, struct overlay_group *group,
             struct overlay_group *own, struct tn_err *err)
{
	int rc = TN_OK;

	if (group->base_at != 0)
		rc = tn_overlay_hide(overlay, group->base_at, true, err);
	if (rc != TN_OK) {
		tn_overlay_free_group(group);
		return rc;
	}
	if (own != NULL)
		tn_overlay_drop_group(overlay, own);
	return tn_overlay_add_group(overlay, group, err);
}

static struct change *
make_changes(const struct tn_snapshot_overlay *overlay,
             const char *const *logins, const bool *are_members, size_t count,
             size_t *ret_count)
{
	struct change *changes = calloc(count + 1, sizeof(*changes));
	struct tn_snapshot_user user;
	size_t made = 0;
	size_t i;

	for (i = 0; changes != NULL && i < count; i++)
		if (find_change(changes, made, logins[i]) == NULL)
			changes[made++] = (struct change){
				.login = logins[i],
				.size = strlen(logins[i]) + 1,
				.is_member = are_members[i] &&
				             tn_snapshot_overlay_user(
				                 overlay, logins[i], &user),
				.place = NOWHERE,
			};
	*ret_count = made;
	return changes;
}

int
tn_snapshot_overlay_set_members(struct tn_snapshot_overlay *overlay,
                                const char *name, const char *const *logins,
                                const bool *are_members, size_t count,
                                struct tn_err *err)
{
	struct overlay_group *own = own_by_name(overlay, name);
	const struct tn_snapshot_found_group *base = NULL;
	struct tn_snapshot_found_group room;
	struct overlay_group *group = NULL;
	struct change *changes;
	uint32_t gid = 0;
	uint32_t at = 0;
	size_t c;
	int rc = TN_OK;

	if (count == 0)
		return TN_OK;
	if (!find_group(overlay, name, own, &room, &base, &gid, &at))
		return tn_fail(err, TN_E_NOT_FOUND, "group %.64s", name);
	changes = make_changes(overlay, logins, are_members, count, &count);
	if (changes != NULL)
		group = new_group(name, gid, at,
		                  count + (own != NULL ? own->less_count : 0u),
		                  count + (own != NULL ? own->more_count : 0u));
	if (group == NULL) {
		free(changes);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	if (base != NULL)
		find_places(base, changes, count);
	fill_less(group, own, changes, count);
	rc = fill_more(group, own, changes, count, err);
	if (rc == TN_OK && !is_same(group, own))
		rc = put_in_place(overlay, group, own, err);
	else
		tn_overlay_free_group(group);
	for (c = 0; rc == TN_OK && c < count; c++)
		rc = tn_overlay_set_gid(overlay, changes[c].login, gid,
		                        changes[c].is_member, err);
	free(changes);
	return rc;
}

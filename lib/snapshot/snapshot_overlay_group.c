/* Groups of the view: what is different from the base's record. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_index.h"
#include "snapshot/snapshot_overlay_draft.h"

#define NAMES offsetof(struct tn_snapshot_header, group_names)
#define IDS   offsetof(struct tn_snapshot_header, group_ids)

int
tn_overlay_base_group(const struct tn_snapshot_overlay *overlay,
                      const struct tn_snapshot_key *key,
                      struct tn_snapshot_found_group *ret, uint32_t *ret_at)
{
	const struct tn_snapshot_table *index = tn_snapshot_table_of(
	    &overlay->base, key->name != NULL ? NAMES : IDS);
	size_t size = 0;
	uint32_t i;
	int rc;

	*ret_at = 0;
	rc = tn_snapshot_find_in(&overlay->base, index, key,
	                         tn_snapshot_read_group_key, ret, ret_at);
	if (rc != TN_OK)
		return rc;
	/* As the reader does it, once for all members. */
	for (i = 0; i < ret->record.member_count; i++)
		size += ret->sizes[i];
	if (ret->less != NULL ||
	    size + ret->record.name_size != ret->record.text_size ||
	    ret->texts[ret->record.name_size - 1] != '\0' ||
	    ret->texts[ret->record.text_size - 1] != '\0')
		return TN_E_DAMAGED;
	return tn_overlay_is_hidden(overlay, *ret_at) ? TN_E_NOT_FOUND : TN_OK;
}

static struct overlay_group *
own_by_name(const struct tn_snapshot_overlay *overlay, const char *name)
{
	struct overlay_group *group = NULL;

	HASH_FIND(by_name, overlay->group_names, name, strlen(name), group);
	return group;
}

static struct overlay_group *
own_by_gid(const struct tn_snapshot_overlay *overlay, uint32_t gid)
{
	struct overlay_group *group = NULL;

	HASH_FIND(by_gid, overlay->group_ids, &gid, sizeof(gid), group);
	return group;
}

bool
tn_snapshot_overlay_has_group(const struct tn_snapshot_overlay *overlay,
                              const char *name)
{
	struct tn_snapshot_found_group found;
	struct tn_snapshot_key key;
	uint32_t at;

	return own_by_name(overlay, name) != NULL ||
	       (tn_snapshot_key_of_name(name, &key) &&
	        tn_overlay_base_group(overlay, &key, &found, &at) == TN_OK);
}

const char *
tn_snapshot_overlay_gid(const struct tn_snapshot_overlay *overlay, uint32_t gid)
{
	const struct overlay_group *own = own_by_gid(overlay, gid);
	struct tn_snapshot_found_group found;
	struct tn_snapshot_key key;
	uint32_t at;

	if (own != NULL)
		return own->name;
	tn_snapshot_key_of_id(gid, &key);
	return tn_overlay_base_group(overlay, &key, &found, &at) == TN_OK
	           ? found.texts
	           : NULL;
}

uint64_t
tn_overlay_group_size(const struct overlay_group *group)
{
	uint64_t size = sizeof(struct tn_snapshot_group_record) +
	                group->name_size + group->more_count + group->more_size;

	if (group->base_at != 0)
		size += sizeof(struct tn_snapshot_group_delta) +
		        (uint64_t)group->less_count * sizeof(uint32_t);
	return tn_snapshot_round(size);
}

static void
unlink_group(struct tn_snapshot_overlay *overlay, struct overlay_group *group)
{
	HASH_DELETE(by_name, overlay->group_names, group);
	HASH_DELETE(by_gid, overlay->group_ids, group);
	overlay->bytes -= tn_overlay_group_size(group);
	overlay->is_changed = true;
}

void
tn_overlay_drop_group(struct tn_snapshot_overlay *overlay,
                      struct overlay_group *group)
{
	unlink_group(overlay, group);
	tn_overlay_free_group(group);
}

/* The members that a group is to have: those in the view, each once. */
struct wanted {
	const char *const *names;
	struct tn_snapshot_index index; /* entries: numbers of names */
};

static bool
is_wanted(const struct wanted *wanted, const char *name, uint32_t *ret_entry)
{
	uint32_t hash = tn_snapshot_hash_name(name, strlen(name));
	uint32_t position = 0;

	while (
	    tn_snapshot_index_next(&wanted->index, hash, &position, ret_entry))
		if (strcmp(wanted->names[*ret_entry], name) == 0)
			return true;
	return false;
}

static int
want(struct wanted *wanted, const struct tn_snapshot_overlay *overlay,
     size_t count, struct tn_err *err)
{
	struct tn_snapshot_user user;
	uint32_t entry;
	size_t i;

	for (i = 0; i < count; i++) {
		const char *name = wanted->names[i];

		if (is_wanted(wanted, name, &entry) ||
		    !tn_snapshot_overlay_user(overlay, name, &user))
			continue;
		if (!tn_snapshot_index_reserve(&wanted->index))
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		tn_snapshot_index_put(&wanted->index,
		                      tn_snapshot_hash_name(name, strlen(name)),
		                      (uint32_t)i);
	}
	return TN_OK;
}

static int
add_more(struct overlay_group *group, const char *name, struct tn_err *err)
{
	char *copy = strdup(name);

	if (copy == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	group->more[group->more_count++] = copy;
	group->more_size += strlen(copy) + 1;
	return TN_OK;
}

/* Fills less and more: wanted against the members of base (NULL: none). */
static int
compare(struct overlay_group *group, const struct wanted *wanted,
        const struct tn_snapshot_found_group *base, size_t count,
        struct tn_err *err)
{
	bool *in_base = calloc(count + 1, sizeof(*in_base));
	uint32_t base_count = base != NULL ? base->record.member_count : 0;
	const char *member =
	    base != NULL ? base->texts + base->record.name_size : NULL;
	uint32_t entry;
	uint32_t i;
	int rc = TN_OK;

	group->less = calloc((size_t)base_count + 1, sizeof(*group->less));
	group->more =
	    calloc((size_t)wanted->index.used + 1, sizeof(*group->more));
	if (in_base == NULL || group->less == NULL || group->more == NULL) {
		free(in_base);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	for (i = 0; i < base_count; member += base->sizes[i], i++) {
		if (is_wanted(wanted, member, &entry) && !in_base[entry])
			in_base[entry] = true;
		else
			group->less[group->less_count++] = i;
	}
	for (i = 0; rc == TN_OK && i < wanted->index.count; i++) {
		uint32_t at = wanted->index.slots[i].at;

		if (at != 0 && !in_base[at - 1])
			rc = add_more(group, wanted->names[at - 1], err);
	}
	free(in_base);
	return rc;
}

/* Members whose standing may have changed: set each as wanted says. */
static int
set_some(struct tn_snapshot_overlay *overlay, const struct overlay_group *group,
         const struct tn_snapshot_found_group *base, uint32_t gid,
         const struct wanted *wanted, struct tn_err *err)
{
	uint32_t entry;
	uint32_t next = 0;
	uint32_t i;
	int rc = TN_OK;

	for (i = 0; rc == TN_OK && i < group->more_count; i++)
		rc = tn_overlay_set_gid(
		    overlay, group->more[i], gid,
		    is_wanted(wanted, group->more[i], &entry), err);
	if (base != NULL && group->less_count > 0) {
		const char *member = base->texts + base->record.name_size;

		for (i = 0; rc == TN_OK && next < group->less_count &&
		            i < base->record.member_count;
		     member += base->sizes[i], i++) {
			if (i != group->less[next])
				continue;
			next++;
			rc = tn_overlay_set_gid(
			    overlay, member, gid,
			    is_wanted(wanted, member, &entry), err);
		}
	}
	return rc;
}

static int
set_all(struct tn_snapshot_overlay *overlay, const struct wanted *wanted,
        uint32_t gid, struct tn_err *err)
{
	uint32_t i;
	int rc = TN_OK;

	for (i = 0; rc == TN_OK && i < wanted->index.count; i++)
		if (wanted->index.slots[i].at != 0)
			rc = tn_overlay_set_gid(
			    overlay,
			    wanted->names[wanted->index.slots[i].at - 1], gid,
			    true, err);
	return rc;
}

/* Nobody is a member any more: the base's, and those more. */
static int
set_none(struct tn_snapshot_overlay *overlay, const struct overlay_group *own,
         const struct tn_snapshot_found_group *base, uint32_t gid,
         struct tn_err *err)
{
	const char *member;
	uint32_t i;
	int rc = TN_OK;

	for (i = 0; own != NULL && rc == TN_OK && i < own->more_count; i++)
		rc = tn_overlay_set_gid(overlay, own->more[i], gid, false, err);
	if (base == NULL)
		return rc;
	member = base->texts + base->record.name_size;
	for (i = 0; rc == TN_OK && i < base->record.member_count;
	     member += base->sizes[i], i++)
		rc = tn_overlay_set_gid(overlay, member, gid, false, err);
	return rc;
}

/* The base's record at a place that was found before. */
static const struct tn_snapshot_found_group *
base_at(const struct tn_snapshot_overlay *overlay, uint32_t at,
        struct tn_snapshot_found_group *room)
{
	if (at == 0 || tn_snapshot_read_group(
	                   &overlay->base, (uint64_t)at * TN_SNAPSHOT_AT_UNIT,
	                   room) != TN_OK)
		return NULL;
	return room;
}

int
tn_snapshot_overlay_remove_group(struct tn_snapshot_overlay *overlay,
                                 const char *name, struct tn_err *err)
{
	struct overlay_group *own = own_by_name(overlay, name);
	struct tn_snapshot_found_group base;
	struct tn_snapshot_key key;
	uint32_t gid;
	uint32_t at;
	int rc;

	if (own != NULL) {
		gid = own->gid;
		unlink_group(overlay, own);
		rc = set_none(overlay, own,
		              base_at(overlay, own->base_at, &base), gid, err);
		tn_overlay_free_group(own);
		return rc;
	}
	if (!tn_snapshot_key_of_name(name, &key) ||
	    tn_overlay_base_group(overlay, &key, &base, &at) != TN_OK)
		return TN_OK;
	rc = tn_overlay_hide(overlay, at, true, err);
	return rc == TN_OK
	           ? set_none(overlay, NULL, &base, base.record.gid, err)
	           : rc;
}

/* The base's group of the name, else of the gid; hidden or not. */
static uint32_t
find_base(const struct tn_snapshot_overlay *overlay, const char *name,
          uint32_t gid, struct tn_snapshot_found_group *ret)
{
	struct tn_snapshot_key key;
	uint32_t at = 0;
	int rc = TN_E_NOT_FOUND;

	if (tn_snapshot_key_of_name(name, &key))
		rc = tn_overlay_base_group(overlay, &key, ret, &at);
	if (at == 0 || rc == TN_E_DAMAGED) {
		tn_snapshot_key_of_id(gid, &key);
		rc = tn_overlay_base_group(overlay, &key, ret, &at);
	}
	return rc == TN_E_DAMAGED ? 0 : at;
}

/* Takes out what stands in the way: another group of the gid, and one of the
   name with another gid. */
static int
make_way(struct tn_snapshot_overlay *overlay, const char *name, uint32_t gid,
         struct tn_err *err)
{
	const char *other = tn_snapshot_overlay_gid(overlay, gid);
	char copy[TN_SNAPSHOT_NAME_MAX + 1];
	int rc;

	if (other != NULL && strcmp(other, name) == 0)
		return TN_OK;
	if (other != NULL) {
		memcpy(copy, other, strlen(other) + 1);
		rc = tn_snapshot_overlay_remove_group(overlay, copy, err);
		if (rc != TN_OK)
			return rc;
	}
	return tn_snapshot_overlay_remove_group(overlay, name, err);
}

static struct overlay_group *
new_group(const char *name, uint32_t gid)
{
	size_t size = strlen(name) + 1;
	struct overlay_group *group = calloc(1, sizeof(*group) + size);

	if (group == NULL)
		return NULL;
	memcpy(group->name, name, size);
	group->name_size = (uint8_t)size;
	group->gid = gid;
	return group;
}

static bool
is_same(const struct overlay_group *a, const struct overlay_group *b)
{
	uint32_t i;

	if (a->base_at != b->base_at || a->less_count != b->less_count ||
	    a->more_count != b->more_count ||
	    (a->less_count > 0 &&
	     memcmp(a->less, b->less, a->less_count * sizeof(*a->less)) != 0))
		return false;
	for (i = 0; i < a->more_count; i++)
		if (strcmp(a->more[i], b->more[i]) != 0)
			return false;
	return true;
}

/* group takes the place of old (NULL: of the base's, or of none). */
static int
put_in_place(struct tn_snapshot_overlay *overlay, struct overlay_group *group,
             struct overlay_group *old, bool was_in_view,
             const struct tn_snapshot_found_group *base,
             const struct wanted *wanted, struct tn_err *err)
{
	int rc = TN_OK;

	if (group->base_at != 0)
		rc = tn_overlay_hide(overlay, group->base_at, true, err);
	if (rc != TN_OK) {
		tn_overlay_free_group(group);
		return rc;
	}
	if (old != NULL)
		unlink_group(overlay, old);
	rc = tn_overlay_add_group(overlay, group, err);
	if (rc != TN_OK) {
		tn_overlay_free_group(old);
		return rc;
	}
	if (!was_in_view)
		rc = set_all(overlay, wanted, group->gid, err);
	else if (old != NULL)
		rc = set_some(overlay, old, base, group->gid, wanted, err);
	if (was_in_view && rc == TN_OK)
		rc = set_some(overlay, group, base, group->gid, wanted, err);
	tn_overlay_free_group(old);
	return rc;
}

int
tn_snapshot_overlay_put_group(struct tn_snapshot_overlay *overlay,
                              const char *name, uint32_t gid,
                              const char *const *members, size_t count,
                              struct tn_err *err)
{
	struct wanted wanted = { .names = members };
	struct tn_snapshot_found_group room;
	const struct tn_snapshot_found_group *base = NULL;
	struct overlay_group *group = NULL;
	struct overlay_group *old;
	bool was_in_view;
	uint32_t at;
	int rc;

	if (name[0] == '\0' || gid < TN_SNAPSHOT_ID_MIN)
		return tn_fail(err, TN_E_INVALID,
		               "group %.64s: no name, or a gid below %u", name,
		               TN_SNAPSHOT_ID_MIN);
	if (strlen(name) > TN_SNAPSHOT_NAME_MAX ||
	    count > TN_SNAPSHOT_MEMBERS_MAX)
		return tn_fail(err, TN_E_LIMIT, "group %.64s: too long", name);
	rc = make_way(overlay, name, gid, err);
	if (rc != TN_OK)
		return rc;
	old = own_by_name(overlay, name);
	was_in_view = tn_snapshot_overlay_has_group(overlay, name);
	at = find_base(overlay, name, gid, &room);
	if (at != 0)
		base = &room;
	group = new_group(name, gid);
	if (group == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	group->base_at = at;
	rc = want(&wanted, overlay, count, err);
	if (rc == TN_OK)
		rc = compare(group, &wanted, base, count, err);
	if (rc == TN_OK &&
	    (old != NULL ? is_same(group, old)
	                 : was_in_view && group->less_count == 0 &&
	                       group->more_count == 0)) {
		tn_overlay_free_group(group); /* as it is */
	} else if (rc == TN_OK) {
		rc = put_in_place(overlay, group, old, was_in_view, base,
		                  &wanted, err);
	} else {
		tn_overlay_free_group(group);
	}
	tn_snapshot_index_done(&wanted.index);
	return rc;
}

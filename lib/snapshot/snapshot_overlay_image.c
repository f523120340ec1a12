/* From what an overlay gathered to the bytes of the file. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_layout.h"
#include "snapshot/snapshot_overlay_draft.h"
#include "snapshot/snapshot_sum.h"

/* More are compared by count and bytes only. */
#define GIDS_COMPARED 256

static bool
has_gids(const uint32_t *gids, size_t count, const uint32_t *others)
{
	size_t i;
	size_t j;

	if (count == 0 || memcmp(gids, others, count * sizeof(*gids)) == 0)
		return true;
	if (count > GIDS_COMPARED)
		return false;
	for (i = 0; i < count; i++) {
		for (j = 0; j < count && gids[i] != others[j]; j++)
			;
		if (j == count)
			return false;
	}
	return true;
}

static bool
user_is_as_in_base(const struct tn_snapshot_overlay *overlay,
                   const struct overlay_user *user, uint32_t *ret_at)
{
	struct tn_snapshot_found_user base = { .texts = NULL };
	struct tn_snapshot_key key;

	if (!tn_snapshot_key_of_name(user->texts, &key))
		return false;
	(void)tn_overlay_base_user(overlay, &key, &base, ret_at);
	return *ret_at != 0 && base.texts != NULL &&
	       memcmp(&base.record, &user->record, sizeof(base.record)) == 0 &&
	       memcmp(base.texts, user->texts, base.size) == 0 &&
	       has_gids(user->gids, base.record.gid_count, base.gids);
}

static bool
group_is_as_in_base(const struct tn_snapshot_overlay *overlay,
                    const struct overlay_group *group)
{
	struct tn_snapshot_found_group base;

	return group->base_at != 0 && group->less_count == 0 &&
	       group->more_count == 0 &&
	       tn_snapshot_read_group(&overlay->base,
	                              (uint64_t)group->base_at *
	                                  TN_SNAPSHOT_AT_UNIT,
	                              &base) == TN_OK &&
	       base.record.gid == group->gid &&
	       base.record.name_size == group->name_size &&
	       memcmp(base.texts, group->name, group->name_size) == 0;
}

void
tn_overlay_settle(struct tn_snapshot_overlay *overlay)
{
	struct overlay_user *user;
	struct overlay_user *next_user;
	struct overlay_group *group;
	struct overlay_group *next_group;
	uint32_t at;

	HASH_ITER(by_name, overlay->user_names, user, next_user)
	{
		if (!user_is_as_in_base(overlay, user, &at))
			continue;
		tn_overlay_drop_user(overlay, user);
		tn_overlay_show(overlay, at);
	}
	HASH_ITER(by_name, overlay->group_names, group, next_group)
	{
		if (!group_is_as_in_base(overlay, group))
			continue;
		at = group->base_at;
		tn_overlay_drop_group(overlay, group);
		tn_overlay_show(overlay, at);
	}
}

/* What is worked out before the file can be filled. */
struct plan {
	struct tn_snapshot_header header;
	struct tn_snapshot_index user_names;
	struct tn_snapshot_index user_ids;
	struct tn_snapshot_index group_names;
	struct tn_snapshot_index group_ids;
	struct tn_snapshot_index hidden;
	uint32_t *user_at; /* of each, in the order of the hash */
	uint32_t *group_at;
	uint32_t *hidden_at;
};

static void
plan_done(struct plan *plan)
{
	tn_snapshot_index_done(&plan->user_names);
	tn_snapshot_index_done(&plan->user_ids);
	tn_snapshot_index_done(&plan->group_names);
	tn_snapshot_index_done(&plan->group_ids);
	tn_snapshot_index_done(&plan->hidden);
	free(plan->user_at);
	free(plan->group_at);
	free(plan->hidden_at);
}

static bool
put(struct tn_snapshot_index *index, uint32_t hash, size_t entry)
{
	if (!tn_snapshot_index_reserve(index))
		return false;
	tn_snapshot_index_put(index, hash, (uint32_t)entry);
	return true;
}

/* Places the records. False when memory is short. */
static bool
lay_records(struct plan *plan, const struct tn_snapshot_overlay *overlay,
            uint64_t *end)
{
	struct tn_snapshot_header *header = &plan->header;
	const struct overlay_user *user;
	const struct overlay_group *group;
	const struct overlay_hidden *hidden;
	size_t i = 0;

	for (user = overlay->user_names; user != NULL;
	     user = user->by_name.next, i++) {
		plan->user_at[i] = tn_snapshot_at(
		    tn_snapshot_lay(end, tn_snapshot_user_size(&user->record)));
		if ((user->record.flags & TN_SNAPSHOT_DEAD) != 0)
			header->dead.count++;
		if (!put(&plan->user_names,
		         tn_snapshot_hash_name(user->texts,
		                               user->record.name_size - 1u),
		         i) ||
		    !put(&plan->user_ids, tn_snapshot_hash_id(user->record.uid),
		         i))
			return false;
	}
	header->users.count = (uint32_t)i;
	for (group = overlay->group_names, i = 0; group != NULL;
	     group = group->by_name.next, i++) {
		plan->group_at[i] = tn_snapshot_at(
		    tn_snapshot_lay(end, tn_overlay_group_size(group)));
		if (!put(&plan->group_names,
		         tn_snapshot_hash_name(group->name,
		                               group->name_size - 1u),
		         i) ||
		    !put(&plan->group_ids, tn_snapshot_hash_id(group->gid), i))
			return false;
	}
	header->groups.count = (uint32_t)i;
	for (hidden = overlay->hidden, i = 0; hidden != NULL;
	     hidden = hidden->hh.next, i++) {
		plan->hidden_at[i] = hidden->at;
		if (hidden->is_group)
			header->hidden_groups++;
		else
			header->hidden_users++;
		if (!put(&plan->hidden, tn_snapshot_hash_id(hidden->at), i))
			return false;
	}
	return true;
}

static void
lay_tables(struct plan *plan, uint64_t *end)
{
	struct tn_snapshot_header *header = &plan->header;

	tn_snapshot_lay_table(end, header->users.count, sizeof(uint32_t),
	                      &header->users);
	tn_snapshot_lay_table(end, header->groups.count, sizeof(uint32_t),
	                      &header->groups);
	tn_snapshot_lay_table(end, header->dead.count, sizeof(uint32_t),
	                      &header->dead);
	tn_snapshot_lay_index(end, &plan->user_names, &header->user_names);
	tn_snapshot_lay_index(end, &plan->user_ids, &header->user_ids);
	tn_snapshot_lay_index(end, &plan->group_names, &header->group_names);
	tn_snapshot_lay_index(end, &plan->group_ids, &header->group_ids);
	tn_snapshot_lay_index(end, &plan->hidden, &header->hidden);
}

static void
fill_users(const struct plan *plan, const struct tn_snapshot_overlay *overlay,
           uint8_t *image)
{
	uint32_t *dead = (void *)(image + plan->header.dead.offset);
	const struct overlay_user *user;
	uint32_t *gids;
	size_t i = 0;

	for (user = overlay->user_names; user != NULL;
	     user = user->by_name.next, i++) {
		gids = tn_snapshot_fill_user(&user->record, user->texts,
		                             image + (size_t)plan->user_at[i] *
		                                         TN_SNAPSHOT_AT_UNIT);
		if (user->record.gid_count > 0)
			memcpy(gids, user->gids,
			       user->record.gid_count * sizeof(*gids));
		if ((user->record.flags & TN_SNAPSHOT_DEAD) != 0)
			*dead++ = plan->user_at[i];
	}
}

static void
fill_group(const struct overlay_group *group, uint8_t *at)
{
	struct tn_snapshot_group_record record = {
		.gid = group->gid,
		.member_count = group->more_count,
		.text_size = (uint32_t)(group->name_size + group->more_size),
		.name_size = group->name_size,
		.flags = group->base_at != 0 ? TN_SNAPSHOT_DELTA : 0,
	};
	struct tn_snapshot_group_delta delta = {
		.base_at = group->base_at,
		.less_count = group->less_count,
	};
	uint8_t *texts;
	uint32_t i;

	memcpy(at, &record, sizeof(record));
	at += sizeof(record);
	if (group->base_at != 0) {
		memcpy(at, &delta, sizeof(delta));
		at += sizeof(delta);
		if (group->less_count > 0)
			memcpy(at, group->less,
			       group->less_count * sizeof(uint32_t));
		at += group->less_count * sizeof(uint32_t);
	}
	texts = at + group->more_count;
	memcpy(texts, group->name, group->name_size);
	texts += group->name_size;
	for (i = 0; i < group->more_count; i++) {
		at[i] = (uint8_t)(strlen(group->more[i]) + 1);
		memcpy(texts, group->more[i], at[i]);
		texts += at[i];
	}
}

static void
fill(const struct plan *plan, const struct tn_snapshot_overlay *overlay,
     const char *cookie, uint8_t *image)
{
	const struct tn_snapshot_header *header = &plan->header;
	const struct overlay_group *group;
	uint32_t *hidden = (void *)(image + header->hidden.offset);
	uint32_t i = 0;

	memcpy(image, header, sizeof(*header));
	memcpy(image + header->cookie.offset, cookie, header->cookie.count);
	fill_users(plan, overlay, image);
	for (group = overlay->group_names; group != NULL;
	     group = group->by_name.next, i++)
		fill_group(group, image + (size_t)plan->group_at[i] *
		                              TN_SNAPSHOT_AT_UNIT);
	if (header->users.count > 0)
		memcpy(image + header->users.offset, plan->user_at,
		       header->users.count * sizeof(uint32_t));
	if (header->groups.count > 0)
		memcpy(image + header->groups.offset, plan->group_at,
		       header->groups.count * sizeof(uint32_t));
	tn_snapshot_fill_index(&plan->user_names, plan->user_at, header,
	                       &header->user_names, image);
	tn_snapshot_fill_index(&plan->user_ids, plan->user_at, header,
	                       &header->user_ids, image);
	tn_snapshot_fill_index(&plan->group_names, plan->group_at, header,
	                       &header->group_names, image);
	tn_snapshot_fill_index(&plan->group_ids, plan->group_at, header,
	                       &header->group_ids, image);
	for (i = 0; i < plan->hidden.count; i++)
		if (plan->hidden.slots[i].at != 0)
			hidden[i] =
			    plan->hidden_at[plan->hidden.slots[i].at - 1];
}

int
tn_overlay_image(const struct tn_snapshot_overlay *overlay, uint64_t generation,
                 int64_t published, const char *cookie, bool enumerate,
                 uint8_t **ret, size_t *ret_size, struct tn_err *err)
{
	size_t cookie_len = strnlen(cookie, TN_SNAPSHOT_COOKIE_MAX + 1);
	const struct tn_snapshot_header *base = &overlay->base.header;
	struct plan plan = {
		.header = tn_snapshot_header_start(generation, published),
	};
	uint64_t end = sizeof(plan.header);
	int rc = TN_OK;

	if (cookie_len > TN_SNAPSHOT_COOKIE_MAX)
		return tn_fail(err, TN_E_LIMIT, "the cookie is too long");
	plan.user_at = calloc(HASH_CNT(by_name, overlay->user_names) + 1u,
	                      sizeof(uint32_t));
	plan.group_at = calloc(HASH_CNT(by_name, overlay->group_names) + 1u,
	                       sizeof(uint32_t));
	plan.hidden_at =
	    calloc(HASH_COUNT(overlay->hidden) + 1u, sizeof(uint32_t));
	plan.header.flags =
	    TN_SNAPSHOT_IS_OVERLAY | (enumerate ? TN_SNAPSHOT_ENUMERATE : 0u);
	plan.header.base_generation = base->generation;
	plan.header.base_published = base->published;
	plan.header.base_size = base->size;
	plan.header.base_slot = base->base_slot;
	plan.header.keys_generation = overlay->keys_generation;
	tn_snapshot_lay_table(&end, cookie_len + 1, 1, &plan.header.cookie);
	if (plan.user_at == NULL || plan.group_at == NULL ||
	    plan.hidden_at == NULL || !lay_records(&plan, overlay, &end)) {
		rc = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		goto out;
	}
	lay_tables(&plan, &end);
	rc = tn_snapshot_image_new(&plan.header, end, ret, err);
	if (rc != TN_OK)
		goto out;
	fill(&plan, overlay, cookie, *ret);
	plan.header.checksum = tn_snapshot_sum_end(
	    tn_snapshot_sum(TN_SNAPSHOT_SUM_START, *ret, (size_t)end));
	memcpy(*ret, &plan.header, sizeof(plan.header));
	*ret_size = (size_t)end;
out:
	plan_done(&plan);
	return rc;
}

bool
tn_snapshot_overlay_is_changed(const struct tn_snapshot_overlay *overlay)
{
	return overlay->is_changed;
}

size_t
tn_snapshot_overlay_size(const struct tn_snapshot_overlay *overlay)
{
	/* Two indexes of at most four slots for each record, and its place. */
	return sizeof(struct tn_snapshot_header) + overlay->bytes +
	       ((size_t)HASH_CNT(by_name, overlay->user_names) +
	        HASH_CNT(by_name, overlay->group_names)) *
	           (2 * 4 * 4 + 4) +
	       (size_t)HASH_COUNT(overlay->hidden) * 4 * 4;
}

size_t
tn_snapshot_overlay_base_size(const struct tn_snapshot_overlay *overlay)
{
	return overlay->base.size;
}

void
tn_snapshot_overlay_each_dead(const struct tn_snapshot_overlay *overlay,
                              void (*fn)(uint32_t uid, void *arg), void *arg)
{
	const struct overlay_user *user;

	for (user = overlay->user_names; user != NULL;
	     user = user->by_name.next)
		if ((user->record.flags & TN_SNAPSHOT_DEAD) != 0)
			fn(user->record.uid, arg);
}

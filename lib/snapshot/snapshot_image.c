/* From the draft to the bytes of the file: resolve, lay out, fill. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_draft.h"

/* What is worked out before the file can be filled. */
struct plan {
	uint32_t *members;      /* users of all groups, one group after another,
				   each user once in a group */
	uint32_t *member_count; /* of each group */
	uint32_t *last_group;   /* of each user: the group it was last put in,
				   + 1 */
	uint32_t *gid_count;    /* of each user */
	uint32_t *gids_at;      /* of each user, filled while laying out */
	uint32_t *user_at;
	uint32_t *group_at;
	struct tn_snapshot_header header;
};

static bool
plan_init(struct plan *plan, const struct tn_snapshot_writer *writer)
{
	size_t users = writer->users.count + 1; /* calloc(0) may give NULL */
	size_t groups = writer->groups.count + 1;

	plan->members =
	    calloc(writer->members.count + 1, sizeof(*plan->members));
	plan->member_count = calloc(groups, sizeof(*plan->member_count));
	plan->last_group = calloc(users, sizeof(*plan->last_group));
	plan->gid_count = calloc(users, sizeof(*plan->gid_count));
	plan->gids_at = calloc(users, sizeof(*plan->gids_at));
	plan->user_at = calloc(users, sizeof(*plan->user_at));
	plan->group_at = calloc(groups, sizeof(*plan->group_at));
	return plan->members != NULL && plan->member_count != NULL &&
	       plan->last_group != NULL && plan->gid_count != NULL &&
	       plan->gids_at != NULL && plan->user_at != NULL &&
	       plan->group_at != NULL;
}

static void
plan_done(struct plan *plan)
{
	free(plan->members);
	free(plan->member_count);
	free(plan->last_group);
	free(plan->gid_count);
	free(plan->gids_at);
	free(plan->user_at);
	free(plan->group_at);
}

/* Members who are users, each once; how many gids each user has. */
static void
resolve_members(struct plan *plan, const struct tn_snapshot_writer *writer)
{
	size_t put = 0;
	uint32_t g;

	for (g = 0; g < writer->groups.count; g++) {
		const struct draft_group *group = &writer->groups.data[g];
		uint32_t i;

		for (i = 0; i < group->member_count; i++) {
			const struct draft_member *member =
			    &writer->members.data[group->first_member + i];
			uint32_t user;

			if (!tn_snapshot_draft_user(
			        writer, writer->texts.data + member->name,
			        member->name_size, &user) ||
			    plan->last_group[user] == g + 1)
				continue;
			plan->last_group[user] = g + 1;
			plan->gid_count[user]++;
			plan->member_count[g]++;
			plan->members[put++] = user;
		}
	}
}

static size_t
user_text_size(const struct draft_user *user)
{
	return (size_t)user->name_size + user->gecos_size + user->home_size +
	       user->shell_size;
}

static size_t
group_text_size(const struct tn_snapshot_writer *writer,
                const struct draft_group *group, const uint32_t *members,
                uint32_t count)
{
	size_t size = group->name_size;
	uint32_t i;

	for (i = 0; i < count; i++)
		size += writer->users.data[members[i]].name_size;
	return size;
}

/* Give away size bytes at *end, on a multiple of 8. Returns where. */
static uint64_t
lay(uint64_t *end, uint64_t size)
{
	uint64_t offset = *end;

	*end += (size + 7) & ~UINT64_C(7);
	return offset;
}

static void
lay_table(uint64_t *end, size_t count, size_t entry,
          struct tn_snapshot_table *ret)
{
	ret->count = (uint32_t)count;
	ret->offset = lay(end, (uint64_t)count * entry);
}

static void
lay_index(uint64_t *end, const struct tn_snapshot_index *index,
          struct tn_snapshot_table *ret)
{
	/* Without entries: one empty slot, so that there is one to find. */
	lay_table(end, index->count != 0 ? index->count : 1,
	          sizeof(struct tn_snapshot_slot), ret);
}

static void
lay_out(struct plan *plan, const struct tn_snapshot_writer *writer,
        size_t cookie_size)
{
	struct tn_snapshot_header *header = &plan->header;
	const uint32_t *members = plan->members;
	uint64_t end = sizeof(*header);
	uint32_t i;

	lay_table(&end, cookie_size, 1, &header->cookie);
	for (i = 0; i < writer->users.count; i++)
		plan->user_at[i] =
		    (uint32_t)(lay(&end,
		                   sizeof(struct tn_snapshot_user_record) +
		                       user_text_size(&writer->users.data[i])) /
		               8);
	for (i = 0; i < writer->groups.count; i++) {
		uint32_t count = plan->member_count[i];

		plan->group_at[i] =
		    (uint32_t)(lay(&end,
		                   sizeof(struct tn_snapshot_group_record) +
		                       count * sizeof(uint32_t) +
		                       group_text_size(writer,
		                                       &writer->groups.data[i],
		                                       members, count)) /
		               8);
		members += count;
	}
	for (i = 0; i < writer->users.count; i++)
		if (plan->gid_count[i] != 0)
			plan->gids_at[i] =
			    (uint32_t)(lay(&end, plan->gid_count[i] *
			                             sizeof(uint32_t)) /
			               8);
	lay_table(&end, writer->users.count, sizeof(uint32_t), &header->users);
	lay_table(&end, writer->groups.count, sizeof(uint32_t),
	          &header->groups);
	lay_index(&end, &writer->user_names, &header->user_names);
	lay_index(&end, &writer->user_ids, &header->user_ids);
	lay_index(&end, &writer->group_names, &header->group_names);
	lay_index(&end, &writer->group_ids, &header->group_ids);
	header->size = end;
}

static void
fill_users(const struct plan *plan, const struct tn_snapshot_writer *writer,
           uint8_t *image)
{
	uint32_t i;

	for (i = 0; i < writer->users.count; i++) {
		const struct draft_user *user = &writer->users.data[i];
		struct tn_snapshot_user_record record = {
			.uid = user->uid,
			.gid = user->gid,
			.flags = user->dead ? TN_SNAPSHOT_DEAD : 0,
			.gids_at = plan->gids_at[i],
			.gid_count = plan->gid_count[i],
			.name_size = user->name_size,
			.gecos_size = user->gecos_size,
			.home_size = user->home_size,
			.shell_size = user->shell_size,
		};
		uint8_t *at = image + (size_t)plan->user_at[i] * 8;

		memcpy(at, &record, sizeof(record));
		memcpy(at + sizeof(record), writer->texts.data + user->texts,
		       user_text_size(user));
	}
}

/* Also the gid vectors, for which given counts what each user has so far. */
static void
fill_groups(const struct plan *plan, const struct tn_snapshot_writer *writer,
            uint32_t *given, uint8_t *image)
{
	const uint32_t *members = plan->members;
	uint32_t g;

	for (g = 0; g < writer->groups.count; g++) {
		const struct draft_group *group = &writer->groups.data[g];
		uint32_t count = plan->member_count[g];
		struct tn_snapshot_group_record record = {
			.gid = group->gid,
			.member_count = count,
			.text_size = (uint32_t)group_text_size(writer, group,
			                                       members, count),
			.name_size = group->name_size,
		};
		uint8_t *at = image + (size_t)plan->group_at[g] * 8;
		uint32_t *starts = (void *)(at + sizeof(record));
		uint8_t *texts = (uint8_t *)(starts + count);
		uint32_t put = group->name_size;
		uint32_t i;

		memcpy(at, &record, sizeof(record));
		memcpy(texts, writer->texts.data + group->name,
		       group->name_size);
		for (i = 0; i < count; i++) {
			uint32_t u = members[i];
			const struct draft_user *user = &writer->users.data[u];
			uint32_t *gids =
			    (void *)(image + (size_t)plan->gids_at[u] * 8);

			starts[i] = put;
			memcpy(texts + put, writer->texts.data + user->texts,
			       user->name_size);
			put += user->name_size;
			gids[given[u]++] = group->gid;
		}
		members += count;
	}
}

/* at: where each entry's record is. */
static void
fill_index(const struct tn_snapshot_index *index, const uint32_t *at,
           const struct tn_snapshot_table *table, uint8_t *image)
{
	struct tn_snapshot_slot *slots = (void *)(image + table->offset);
	uint32_t i;

	for (i = 0; i < index->count; i++)
		if (index->slots[i].at != 0)
			slots[i] = (struct tn_snapshot_slot){
				.hash = index->slots[i].hash,
				.at = at[index->slots[i].at - 1],
			};
}

static void
fill_tables(const struct plan *plan, const struct tn_snapshot_writer *writer,
            const char *cookie, uint8_t *image)
{
	const struct tn_snapshot_header *header = &plan->header;

	memcpy(image, header, sizeof(*header));
	memcpy(image + header->cookie.offset, cookie, header->cookie.count);
	memcpy(image + header->users.offset, plan->user_at,
	       writer->users.count * sizeof(uint32_t));
	memcpy(image + header->groups.offset, plan->group_at,
	       writer->groups.count * sizeof(uint32_t));
	fill_index(&writer->user_names, plan->user_at, &header->user_names,
	           image);
	fill_index(&writer->user_ids, plan->user_at, &header->user_ids, image);
	fill_index(&writer->group_names, plan->group_at, &header->group_names,
	           image);
	fill_index(&writer->group_ids, plan->group_at, &header->group_ids,
	           image);
}

int
tn_snapshot_image(const struct tn_snapshot_writer *writer, uint64_t generation,
                  int64_t published, const char *cookie, void **ret,
                  size_t *ret_size, struct tn_err *err)
{
	struct plan plan = {
		.header = {
			.magic = TN_SNAPSHOT_MAGIC,
			.endian = TN_SNAPSHOT_ENDIAN,
			.version = TN_SNAPSHOT_VERSION,
			.header_size = sizeof(plan.header),
			.generation = generation,
			.published = published,
		},
	};
	size_t cookie_len = strnlen(cookie, TN_SNAPSHOT_COOKIE_MAX + 1);
	uint8_t *image = NULL;
	int rc = TN_OK;

	if (cookie_len > TN_SNAPSHOT_COOKIE_MAX)
		return tn_fail(err, TN_E_LIMIT, "the cookie is too long");
	if (!plan_init(&plan, writer)) {
		rc = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		goto out;
	}
	resolve_members(&plan, writer);
	lay_out(&plan, writer, cookie_len + 1);
	if (plan.header.size / 8 > UINT32_MAX ||
	    plan.header.size > PTRDIFF_MAX) {
		rc = tn_fail(err, TN_E_LIMIT, "the snapshot is over 32 GiB");
		goto out;
	}
	image = calloc(1, (size_t)plan.header.size);
	if (image == NULL) {
		rc = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		goto out;
	}
	fill_users(&plan, writer, image);
	memset(plan.last_group, 0,
	       writer->users.count * sizeof(*plan.last_group));
	fill_groups(&plan, writer, plan.last_group, image);
	fill_tables(&plan, writer, cookie, image);
	*ret = image;
	*ret_size = (size_t)plan.header.size;
out:
	plan_done(&plan);
	return rc;
}

/* From the draft to the bytes of the file: resolve, lay out, fill. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_draft.h"
#include "snapshot/snapshot_layout.h"

/* What is worked out before the file can be filled. */
struct plan {
	uint32_t *members;      /* users of all groups, one group after another,
				   each user once in a group */
	uint32_t *member_count; /* of each group */
	uint32_t *last_group;   /* of each user: the group it was last put in,
				   + 1 */
	uint32_t *gid_count;    /* of each user */
	uint32_t *user_at;
	uint32_t *group_at;
	uint32_t **gids; /* of each user: where its vector is filled on */
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
	plan->gids = calloc(users, sizeof(*plan->gids));
	plan->user_at = calloc(users, sizeof(*plan->user_at));
	plan->group_at = calloc(groups, sizeof(*plan->group_at));
	return plan->members != NULL && plan->member_count != NULL &&
	       plan->last_group != NULL && plan->gid_count != NULL &&
	       plan->gids != NULL && plan->user_at != NULL &&
	       plan->group_at != NULL;
}

static void
plan_done(struct plan *plan)
{
	free(plan->members);
	free(plan->member_count);
	free(plan->last_group);
	free(plan->gid_count);
	free(plan->gids);
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

static struct tn_snapshot_user_record
user_record(const struct plan *plan, const struct tn_snapshot_writer *writer,
            uint32_t i)
{
	const struct draft_user *user = &writer->users.data[i];

	return (struct tn_snapshot_user_record){
		.uid = user->uid,
		.gid = user->gid,
		.gid_count = plan->gid_count[i],
		.name_size = user->name_size,
		.flags = user->dead ? TN_SNAPSHOT_DEAD : 0,
		.gecos_size = user->gecos_size,
		.home_size = user->home_size,
		.shell_size = user->shell_size,
	};
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

static void
lay_out(struct plan *plan, const struct tn_snapshot_writer *writer,
        size_t cookie_size, uint64_t *ret_end)
{
	struct tn_snapshot_header *header = &plan->header;
	const uint32_t *members = plan->members;
	uint64_t end = sizeof(*header);
	size_t dead = 0;
	uint32_t i;

	tn_snapshot_lay_table(&end, cookie_size, 1, &header->cookie);
	for (i = 0; i < writer->users.count; i++) {
		struct tn_snapshot_user_record record =
		    user_record(plan, writer, i);

		plan->user_at[i] = tn_snapshot_at(
		    tn_snapshot_lay(&end, tn_snapshot_user_size(&record)));
		if (writer->users.data[i].dead)
			dead++;
	}
	for (i = 0; i < writer->groups.count; i++) {
		uint32_t count = plan->member_count[i];
		size_t size = sizeof(struct tn_snapshot_group_record) + count +
		              group_text_size(writer, &writer->groups.data[i],
		                              members, count);

		plan->group_at[i] = tn_snapshot_at(tn_snapshot_lay(&end, size));
		members += count;
	}
	tn_snapshot_lay_table(&end, writer->users.count, sizeof(uint32_t),
	                      &header->users);
	tn_snapshot_lay_table(&end, writer->groups.count, sizeof(uint32_t),
	                      &header->groups);
	tn_snapshot_lay_table(&end, dead, sizeof(uint32_t), &header->dead);
	tn_snapshot_lay_index(&end, &writer->user_names, &header->user_names);
	tn_snapshot_lay_index(&end, &writer->user_ids, &header->user_ids);
	tn_snapshot_lay_index(&end, &writer->group_names, &header->group_names);
	tn_snapshot_lay_index(&end, &writer->group_ids, &header->group_ids);
	tn_snapshot_lay_index(&end, &(struct tn_snapshot_index){ 0 },
	                      &header->hidden);
	*ret_end = end;
}

static void
fill_users(const struct plan *plan, const struct tn_snapshot_writer *writer,
           uint8_t *image)
{
	uint32_t *dead = (void *)(image + plan->header.dead.offset);
	uint32_t i;

	for (i = 0; i < writer->users.count; i++) {
		const struct draft_user *user = &writer->users.data[i];
		struct tn_snapshot_user_record record =
		    user_record(plan, writer, i);

		plan->gids[i] = tn_snapshot_fill_user(
		    &record, writer->texts.data + user->texts,
		    image + (size_t)plan->user_at[i] * TN_SNAPSHOT_AT_UNIT);
		if (user->dead)
			*dead++ = plan->user_at[i];
	}
}

/* Also the gid vectors. */
static void
fill_groups(const struct plan *plan, const struct tn_snapshot_writer *writer,
            uint8_t *image)
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
		uint8_t *at =
		    image + (size_t)plan->group_at[g] * TN_SNAPSHOT_AT_UNIT;
		uint8_t *sizes = at + sizeof(record);
		uint8_t *texts = sizes + count;
		uint32_t i;

		memcpy(at, &record, sizeof(record));
		memcpy(texts, writer->texts.data + group->name,
		       group->name_size);
		texts += group->name_size;
		for (i = 0; i < count; i++) {
			uint32_t u = members[i];
			const struct draft_user *user = &writer->users.data[u];

			sizes[i] = user->name_size;
			memcpy(texts, writer->texts.data + user->texts,
			       user->name_size);
			texts += user->name_size;
			*plan->gids[u]++ = group->gid;
		}
		members += count;
	}
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
	tn_snapshot_fill_index(&writer->user_names, plan->user_at, header,
	                       &header->user_names, image);
	tn_snapshot_fill_index(&writer->user_ids, plan->user_at, header,
	                       &header->user_ids, image);
	tn_snapshot_fill_index(&writer->group_names, plan->group_at, header,
	                       &header->group_names, image);
	tn_snapshot_fill_index(&writer->group_ids, plan->group_at, header,
	                       &header->group_ids, image);
}

int
tn_snapshot_image(const struct tn_snapshot_writer *writer, uint64_t generation,
                  int64_t published, uint32_t slot, const char *cookie,
                  uint8_t **ret, struct tn_snapshot_header *ret_header,
                  struct tn_err *err)
{
	struct plan plan = {
		.header = tn_snapshot_header_start(generation, published),
	};
	size_t cookie_len = strnlen(cookie, TN_SNAPSHOT_COOKIE_MAX + 1);
	uint8_t *image = NULL;
	uint64_t end;
	int rc;

	if (cookie_len > TN_SNAPSHOT_COOKIE_MAX)
		return tn_fail(err, TN_E_LIMIT, "the cookie is too long");
	if (!plan_init(&plan, writer)) {
		rc = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		goto out;
	}
	plan.header.base_slot = slot;
	resolve_members(&plan, writer);
	lay_out(&plan, writer, cookie_len + 1, &end);
	rc = tn_snapshot_image_new(&plan.header, end, &image, err);
	if (rc != TN_OK)
		goto out;
	fill_users(&plan, writer, image);
	fill_groups(&plan, writer, image);
	fill_tables(&plan, writer, cookie, image);
	*ret = image;
	*ret_header = plan.header;
out:
	plan_done(&plan);
	return rc;
}

/* From the draft to the file of a base. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_base.h"
#include "snapshot/snapshot_draft.h"

/* What is worked out before the file can be written. */
struct plan {
	uint32_t *members;      /* users of all groups, one group after another,
				   each user once in a group */
	uint32_t *member_count; /* of each group */
	uint32_t *last_group;   /* of each user: the group it was last put in,
				   + 1 */
	uint32_t *gid_count;    /* of each user */
	uint32_t *user_at;
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
	plan->user_at = calloc(users, sizeof(*plan->user_at));
	return plan->members != NULL && plan->member_count != NULL &&
	       plan->last_group != NULL && plan->gid_count != NULL &&
	       plan->user_at != NULL;
}

static void
plan_done(struct plan *plan)
{
	free(plan->members);
	free(plan->member_count);
	free(plan->last_group);
	free(plan->gid_count);
	free(plan->user_at);
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

static int
put_users(const struct plan *plan, const struct tn_snapshot_writer *writer,
          struct tn_snapshot_base_file *file, struct tn_err *err)
{
	uint32_t i;
	int rc = TN_OK;

	for (i = 0; rc == TN_OK && i < writer->users.count; i++) {
		const struct draft_user *draft = &writer->users.data[i];
		const char *name = writer->texts.data + draft->texts;
		const char *gecos = name + draft->name_size;
		const char *home = gecos + draft->gecos_size;
		const struct tn_snapshot_user user = {
			.name = name,
			.uid = draft->uid,
			.gid = draft->gid,
			.gecos = gecos,
			.home = home,
			.shell = home + draft->home_size,
			.dead = draft->dead,
		};

		rc = tn_snapshot_base_user(file, &user, plan->gid_count[i],
		                           &plan->user_at[i], err);
	}
	return rc;
}

static int
put_groups(const struct plan *plan, const struct tn_snapshot_writer *writer,
           struct tn_snapshot_base_file *file, struct tn_err *err)
{
	uint32_t *members = plan->members;
	uint32_t g;
	uint32_t i;
	int rc = TN_OK;

	for (g = 0; rc == TN_OK && g < writer->groups.count; g++) {
		const struct draft_group *group = &writer->groups.data[g];
		uint32_t count = plan->member_count[g];

		for (i = 0; i < count; i++)
			members[i] = plan->user_at[members[i]];
		rc = tn_snapshot_base_group(file,
		                            writer->texts.data + group->name,
		                            group->gid, members, count, err);
		members += count;
	}
	return rc;
}

int
tn_snapshot_base_save(const struct tn_snapshot_writer *writer,
                      const char *directory, uint64_t generation,
                      int64_t published, const char *cookie,
                      struct tn_snapshot_base *ret, struct tn_err *err)
{
	struct tn_snapshot_base_file *file = NULL;
	struct plan plan = { .members = NULL };
	int rc = TN_OK;

	if (!plan_init(&plan, writer))
		rc = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	if (rc == TN_OK)
		rc = tn_snapshot_base_begin(
		    directory, generation, published, cookie,
		    writer->texts.count + writer->users.count * 64, &file, err);
	if (rc == TN_OK) {
		resolve_members(&plan, writer);
		rc = put_users(&plan, writer, file, err);
	}
	if (rc == TN_OK)
		rc = put_groups(&plan, writer, file, err);
	if (rc == TN_OK)
		rc = tn_snapshot_base_end(file, ret, err);
	tn_snapshot_base_free(file);
	plan_done(&plan);
	return rc;
}

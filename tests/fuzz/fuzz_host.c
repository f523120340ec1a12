#include <config.h>

#include "fuzz_host.h"

#include <string.h>
#include "fuzz.h"
#include "hostile_account.h"
#include "memory_disk.h"
#include "snapshot/snapshot_reader.h"
#include "wire/record.h"

static const struct tn_host_rules rules = {
	.policy = { .max_age_days = 30, .max_silence = 1000 },
	.serve = { .min_uid = 1000, .home_roots = roots },
	.brake = { .count = 20, .percent = 5, .floor = 1 },
};

/* hostile_account.h's host, and where context is there: p1 too. */
static bool
has_user_name_or_p1(const void *context, const char *name)
{
	return has_user_name(NULL, name) ||
	       (*(const bool *)context && strcmp(name, "p1") == 0);
}

static bool
has_uid_or_p1(const void *context, uint32_t uid)
{
	return has_uid(NULL, uid) || (*(const bool *)context && uid == 2000001);
}

static struct tn_local_names
names_of(const bool *is_local_p1)
{
	struct tn_local_names names = local;

	names.has_user_name = has_user_name_or_p1;
	names.has_uid = has_uid_or_p1;
	names.context = is_local_p1;
	return names;
}

void
fuzz_host_init(struct fuzz_host *host)
{
	memset(host, 0, sizeof(*host));
	tn_publish_state_init(&host->state);
	host->state.heard = 86400 * 100;
}

void
fuzz_host_done(struct fuzz_host *host)
{
	memory_overlay_free(host->overlay);
	memory_file_done(&host->pair.overlay);
	memory_file_done(&host->base);
	tn_publish_state_done(&host->state);
}

/* As it would come over the socket pair. */
static bool
send(struct fuzz_host *host, struct tn_buf *buf)
{
	struct tn_message message;
	struct tn_err err = TN_ERR_INIT;
	void *copy = fuzz_copy(buf->data, buf->len, false);
	bool is_publish = false;
	int rc;

	FUZZ_EXPECT(tn_message_parse(copy, buf->len, &message, &err) == TN_OK);
	rc = tn_publish_state_apply(&host->state, &message, &is_publish, &err);
	free(copy);
	FUZZ_EXPECT(rc == TN_OK || rc == TN_E_PROTOCOL);
	FUZZ_EXPECT(!is_publish);
	return rc == TN_OK;
}

static void
tell_gone(struct fuzz_host *host, const struct tn_uuid *uuid,
          enum tn_wire_what what)
{
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	tn_message_start(&buf, what);
	tn_message_put(&buf, TN_TAG_UUID, uuid->byte, TN_UUID_LEN);
	FUZZ_EXPECT(tn_message_finish(&buf) == TN_OK);
	FUZZ_EXPECT(send(host, &buf));
	tn_buf_done(&buf);
}

static bool
put_account(struct fuzz_host *host, const struct tn_entry *entry,
            unsigned int locks, bool hidden)
{
	struct tn_account_record record = { .locks = locks, .hidden = hidden };
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf buf;
	bool is_good;

	if (tn_account_from_entry(entry, &record.account, &err) != TN_OK)
		return false;
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	/* What net can encode publish can read; it refuses it later. */
	is_good = tn_record_put_account(&buf, &record) == TN_OK;
	FUZZ_EXPECT(!is_good || send(host, &buf));
	tn_buf_done(&buf);
	return is_good;
}

static bool
put_group(struct fuzz_host *host, const struct tn_entry *entry)
{
	struct tn_group *group = NULL;
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf buf;
	size_t next = 0;
	bool is_good;

	if (tn_group_from_entry(entry, &group, &err) != TN_OK)
		return false;
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	is_good = tn_record_put_group(&buf, group, 0, &next) == TN_OK;
	FUZZ_EXPECT(!is_good || (next == group->count && send(host, &buf)));
	tn_buf_done(&buf);
	tn_group_free(group);
	return is_good;
}

bool
fuzz_host_put(struct fuzz_host *host, const struct tn_entry *entry,
              unsigned int locks, bool hidden)
{
	enum tn_entry_kind kind = tn_entry_kind(entry);
	bool is_good = false;

	if (kind == TN_ENTRY_ACCOUNT)
		is_good = put_account(host, entry, locks, hidden);
	if (kind == TN_ENTRY_GROUP)
		is_good = put_group(host, entry);
	if (!is_good || kind != TN_ENTRY_ACCOUNT)
		tell_gone(host, &entry->uuid, TN_WIRE_ACCOUNT_GONE);
	if (!is_good || kind != TN_ENTRY_GROUP)
		tell_gone(host, &entry->uuid, TN_WIRE_GROUP_GONE);
	return is_good;
}

void
fuzz_host_remove(struct fuzz_host *host, unsigned int slot)
{
	const struct tn_uuid uuid = { .byte = { (uint8_t)(slot + 1) } };

	tell_gone(host, &uuid, TN_WIRE_ACCOUNT_GONE);
	tell_gone(host, &uuid, TN_WIRE_GROUP_GONE);
}

static void
publish_whole(struct fuzz_host *host, const struct tn_publish_view *view)
{
	struct tn_snapshot_base_file *file = NULL;
	struct tn_publish_result result = { 0 };
	struct tn_err err = TN_ERR_INIT;
	struct tn_snapshot_base base;

	FUZZ_EXPECT(tn_snapshot_base_begin(MEMORY_DISK_FOLDER,
	                                   ++host->generation, 1, "", 0, &file,
	                                   &err) == TN_OK);
	FUZZ_EXPECT(tn_publish_build(&host->state, view, file, &result, &err) ==
	            TN_OK);
	FUZZ_EXPECT(tn_snapshot_base_end(file, &base, &err) == TN_OK);
	tn_snapshot_base_free(file);
	memory_overlay_free(host->overlay);
	memory_file_done(&host->base);
	memory_take_base(&base, &host->base);
	host->overlay = memory_overlay_new(&host->base);
	host->live = result.live;
	host->is_held = host->is_held || result.held;
}

static void
publish_change(struct fuzz_host *host, const struct tn_publish_view *view)
{
	struct tn_publish_change change = { 0 };
	struct tn_err err = TN_ERR_INIT;

	FUZZ_EXPECT(tn_publish_update(&host->state, view, host->overlay,
	                              host->live, &change, &err) == TN_OK);
	host->live = (size_t)((int64_t)host->live + change.live);
	host->is_held = host->is_held || change.held;
	host->generation++;
}

void
fuzz_host_publish(struct fuzz_host *host, bool is_whole)
{
	const struct tn_moment moment = { .now = 86400 * 100, .today = 100 };
	const struct tn_local_names names = names_of(&host->is_local_p1);
	const struct tn_publish_view view = {
		.rules = &rules,
		.local = &names,
		.previous = host->pair.base != NULL ? &host->pair : NULL,
		.moment = &moment,
		.heard = host->state.heard,
	};

	if (is_whole || host->overlay == NULL || host->state.is_all_touched)
		publish_whole(host, &view);
	else
		publish_change(host, &view);
	tn_publish_state_settled(&host->state);
	memory_file_done(&host->pair.overlay);
	memory_overlay(host->overlay, host->generation, &host->pair.overlay);
	host->pair.base = &host->base;
}

static void
copy_user(const struct passwd *from, bool dead, struct served_user *ret)
{
	FUZZ_EXPECT(strlen(from->pw_name) < sizeof(ret->name) &&
	            strlen(from->pw_gecos) < sizeof(ret->gecos) &&
	            strlen(from->pw_dir) < sizeof(ret->home) &&
	            strlen(from->pw_shell) < sizeof(ret->shell));
	*ret = (struct served_user){ .uid = from->pw_uid,
		                     .gid = from->pw_gid,
		                     .dead = dead };
	snprintf(ret->name, sizeof(ret->name), "%s", from->pw_name);
	snprintf(ret->gecos, sizeof(ret->gecos), "%s", from->pw_gecos);
	snprintf(ret->home, sizeof(ret->home), "%s", from->pw_dir);
	snprintf(ret->shell, sizeof(ret->shell), "%s", from->pw_shell);
}

static void
expect_same(const struct served_user *user, const struct passwd *found,
            bool dead)
{
	FUZZ_EXPECT(strcmp(found->pw_name, user->name) == 0);
	FUZZ_EXPECT(found->pw_uid == user->uid && found->pw_gid == user->gid);
	FUZZ_EXPECT(strcmp(found->pw_gecos, user->gecos) == 0);
	FUZZ_EXPECT(strcmp(found->pw_dir, user->home) == 0);
	FUZZ_EXPECT(strcmp(found->pw_shell, user->shell) == 0);
	FUZZ_EXPECT(dead == user->dead);
}

/* By name and by number, as everybody asks. */
static void
look_up(const struct tn_snapshot *snapshot, const struct served_user *user)
{
	struct passwd found;
	char buffer[2048];
	bool dead = false;

	FUZZ_EXPECT(tn_snapshot_user_by_name(snapshot, user->name, &found,
	                                     buffer, sizeof(buffer),
	                                     &dead) == TN_OK);
	expect_same(user, &found, dead);
	FUZZ_EXPECT(tn_snapshot_user_by_uid(snapshot, user->uid, &found, buffer,
	                                    sizeof(buffer), &dead) == TN_OK);
	expect_same(user, &found, dead);
}

static void
walk_users(const struct tn_snapshot *snapshot, struct served *ret)
{
	struct passwd found;
	char buffer[2048];
	uint32_t index = 0;
	bool dead = false;
	size_t dead_count = 0;
	size_t i;
	uid_t uid;
	int rc;

	while ((rc = tn_snapshot_user_next(snapshot, &index, &found, buffer,
	                                   sizeof(buffer), &dead)) == TN_OK) {
		FUZZ_EXPECT(ret->users < SERVED_MAX);
		for (i = 0; i < ret->users; i++)
			FUZZ_EXPECT(ret->user[i].uid != found.pw_uid &&
			            strcmp(ret->user[i].name, found.pw_name) !=
			                0);
		copy_user(&found, dead, &ret->user[ret->users++]);
		dead_count += dead;
	}
	FUZZ_EXPECT(rc == TN_E_NOT_FOUND);
	for (i = 0; i < ret->users; i++)
		look_up(snapshot, &ret->user[i]);
	for (index = 0; tn_snapshot_dead_next(snapshot, &index, &uid) == TN_OK;
	     dead_count--)
		for (i = 0; i < ret->users; i++)
			FUZZ_EXPECT(ret->user[i].uid != uid ||
			            ret->user[i].dead);
	FUZZ_EXPECT(dead_count == 0);
}

static void
walk_groups(const struct tn_snapshot *snapshot, struct served *ret)
{
	struct served_group *group;
	struct group found;
	char buffer[2048];
	uint32_t index = 0;
	size_t i;
	size_t m;
	int rc;

	while ((rc = tn_snapshot_group_next(snapshot, &index, &found, buffer,
	                                    sizeof(buffer))) == TN_OK) {
		FUZZ_EXPECT(ret->groups < SERVED_MAX);
		group = &ret->group[ret->groups++];
		*group = (struct served_group){ .gid = found.gr_gid };
		FUZZ_EXPECT(strlen(found.gr_name) < sizeof(group->name));
		snprintf(group->name, sizeof(group->name), "%s", found.gr_name);
		for (i = 0; found.gr_mem[i] != NULL; i++) {
			for (m = 0;
			     m < ret->users &&
			     strcmp(ret->user[m].name, found.gr_mem[i]) != 0;
			     m++)
				;
			/* A member is somebody, and once. */
			FUZZ_EXPECT(m < ret->users && i < SERVED_MAX);
			group->members[group->count++] = m;
		}
	}
	FUZZ_EXPECT(rc == TN_E_NOT_FOUND);
}

/* The gids of each are those of the groups that list them. */
static void
expect_gids(const struct tn_snapshot *snapshot, const struct served *served)
{
	const uint32_t *gids = NULL;
	size_t count = 0;
	size_t listed;
	size_t u;
	size_t g;
	size_t m;

	for (u = 0; u < served->users; u++) {
		FUZZ_EXPECT(tn_snapshot_gids(snapshot, served->user[u].name,
		                             &gids, &count) == TN_OK);
		for (g = listed = 0; g < served->groups; g++) {
			const struct served_group *group = &served->group[g];

			for (m = 0; m < group->count; m++) {
				size_t i;

				if (group->members[m] != u)
					continue;
				for (i = 0; i < count && gids[i] != group->gid;
				     i++)
					;
				FUZZ_EXPECT(i < count);
				listed++;
			}
		}
		FUZZ_EXPECT(listed == count);
	}
}

void
fuzz_host_served(const struct fuzz_host *host, struct served *ret)
{
	ret->users = 0;
	ret->groups = 0;
	walk_users(&host->pair, ret);
	walk_groups(&host->pair, ret);
	expect_gids(&host->pair, ret);
}

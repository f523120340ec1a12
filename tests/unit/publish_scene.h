/* What net says to publish, at random, and what comes of it as a whole. */
#ifndef TN_TESTS_UNIT_PUBLISH_SCENE_H
#define TN_TESTS_UNIT_PUBLISH_SCENE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "build_whole.h"
#include "publish_files.h"
#include "say_snapshot.h"
#include "snapshot/snapshot_reader.h"
#include "wire/record.h"

#define ACCOUNTS 30u
#define GROUPS   8u

static struct tn_publish_state state;
static struct tn_publish_files files;
static char folder[] = "/tmp/tn-update-XXXXXX";
static char other[] = "/tmp/tn-whole-XXXXXX";
static char local_name[8];

static inline void
start(void)
{
	tn_publish_state_init(&state);
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_not_null(mkdtemp(other));
	files = (struct tn_publish_files){ .directory = folder,
		                           .judge_at = INT64_MAX };
}

static inline void
empty(const char *directory)
{
	static const char *const names[] = { "base.0", "base.1", "overlay",
		                             "generation" };
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", directory,
		               names[i]);
		(void)unlink(path);
	}
	(void)rmdir(directory);
}

static inline void
end(void)
{
	tn_publish_files_done(&files);
	tn_publish_state_done(&state);
	empty(folder);
	empty(other);
}

static const char *const roots[] = { "/home", NULL };
static const struct tn_host_rules rules = {
	.policy = { .max_age_days = 30, .max_silence = 1000 },
	.serve = { .min_uid = 1000, .home_roots = roots },
	.brake = { .count = 20, .percent = 100, .floor = 3 },
};

static inline bool
has_name(const void *context, const char *name)
{
	(void)context;
	return strcmp(name, local_name) == 0;
}

static inline bool
has_id(const void *context, uint32_t id)
{
	return context != NULL && id != 0;
}

static const struct tn_local_names local = {
	.has_user_name = has_name,
	.has_group_name = has_name,
	.has_uid = has_id,
	.has_gid = has_id,
	.has_subuid = has_id,
	.has_subgid = has_id,
	.has_shell = has_name,
};

static struct tn_moment moment = { .now = 86400 * 100, .today = 100 };

static inline void
apply(struct tn_buf *buf)
{
	struct tn_message message;
	bool is_publish;

	cr_assert_eq(tn_message_parse(buf->data, buf->len, &message, NULL),
	             TN_OK);
	cr_assert_eq(
	    tn_publish_state_apply(&state, &message, &is_publish, NULL), TN_OK);
	tn_buf_done(buf);
}

static inline void
put_account(uint8_t n, const char *login, uint32_t uid, unsigned int locks,
            enum tn_refusal refusal, int32_t end_day)
{
	struct tn_account_record record = { .refusal = refusal,
		                            .locks = locks };
	struct tn_buf buf;
	char home[64];

	tn_account_init(&record.account);
	(void)snprintf(home, sizeof(home), "/home/%.50s", login);
	record.account.uuid.byte[15] = n;
	record.account.dn = login;
	record.account.kind = TN_KIND_PERSON;
	record.account.login = login;
	record.account.real_name = "王小明";
	record.account.staff_number = "E1";
	record.account.uid = uid;
	record.account.gid = 2000000;
	record.account.home = home;
	record.account.shell = "/bin/bash";
	record.account.status = TN_STATUS_ACTIVE;
	record.account.end_day = end_day;
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&buf, &record), TN_OK);
	apply(&buf);
}

static inline void
put_group(uint8_t n, const char *name, uint32_t gid, const char *const *members,
          size_t count)
{
	struct tn_group group = {
		.name = name, .gid = gid, .members = members, .count = count
	};
	struct tn_buf buf;
	size_t next;

	group.uuid.byte[0] = 1;
	group.uuid.byte[15] = n;
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_group(&buf, &group, 0, &next), TN_OK);
	cr_assert_eq(next, count);
	apply(&buf);
}

static inline void
put_gone(enum tn_wire_what what, uint8_t n)
{
	struct tn_uuid uuid = { { 0 } };
	struct tn_buf buf;

	uuid.byte[0] = what == TN_WIRE_GROUP_GONE;
	uuid.byte[15] = n;
	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, what);
	tn_message_put(&buf, TN_TAG_UUID, uuid.byte, TN_UUID_LEN);
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	apply(&buf);
}

static inline struct tn_publish_view
view_now(void)
{
	return (struct tn_publish_view){
		.rules = &rules,
		.local = &local,
		.moment = &moment,
		.heard = moment.now,
	};
}

/* Was anything published? */
static inline bool
publish(bool is_swept)
{
	struct tn_publish_view view = view_now();
	struct tn_err err = TN_ERR_INIT;
	bool told;
	bool more;

	cr_assert_eq(tn_publish_files_write(&files, &state, &view, moment.now,
	                                    is_swept, &told, &err),
	             TN_OK, "%s", err.text);
	while (tn_publish_files_is_review_due(&files)) {
		cr_assert_eq(tn_publish_files_review(&files, &state, &view,
		                                     moment.now, 0, &more,
		                                     &err),
		             TN_OK, "%s", err.text);
		told = told || more;
	}
	return told;
}

static inline int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* previous: what the state before was, for the whole build to go on from. */
static inline void
expect_as_whole(const struct tn_snapshot *previous, int round)
{
	struct tn_publish_view view = view_now();
	struct tn_publish_result result;
	char **part;
	char **whole;
	size_t part_count;
	size_t whole_count;
	size_t i;

	view.previous = previous;
	cr_assert_eq(
	    build_whole(&state, &view, other, (uint64_t)round, &result, NULL),
	    TN_OK);
	part = say_snapshot(folder, &part_count);
	whole = say_snapshot(other, &whole_count);
	qsort(part, part_count, sizeof(*part), by_text);
	qsort(whole, whole_count, sizeof(*whole), by_text);
	for (i = 0; i < part_count && i < whole_count; i++)
		cr_assert_str_eq(part[i], whole[i], "round %d", round);
	cr_assert_eq(part_count, whole_count, "round %d: %s", round,
	             part_count > whole_count ? part[i] : whole[i]);
	cr_assert_eq(result.live, files.live, "round %d", round);
	for (i = 0; i < part_count; i++)
		free(part[i]);
	for (i = 0; i < whole_count; i++)
		free(whole[i]);
	free(part);
	free(whole);
}

/* A fixed seed: what fails once fails again. */
static inline uint32_t
next_random(void)
{
	static uint64_t seed = 7;

	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33);
}

static inline const char *
login_of(uint32_t i)
{
	static char names[64][8];

	(void)snprintf(names[i % 64], sizeof(names[0]), "p%u", i % 64);
	return names[i % 64];
}

/* Another record has it: net says so of the second. */
static inline bool
is_taken(uint8_t n, const char *login, uint32_t uid)
{
	struct tn_published_account at;
	uint32_t position = 0;
	uint32_t number;

	while ((number = tn_published_each(&state, &position)) !=
	       TN_NO_NUMBER) {
		tn_published_get(&state, number, &at);
		if (at.view.account.uuid.byte[15] != n &&
		    (at.view.account.uid == uid ||
		     strcmp(at.view.account.login, login) == 0))
			return true;
	}
	return false;
}

static inline void
change_account(void)
{
	uint8_t n = (uint8_t)(next_random() % ACCOUNTS);
	const char *login = login_of(n + (next_random() % 4 == 0 ? 40u : 0u));
	uint32_t uid = 2000000 + n + (next_random() % 4 == 0 ? 20u : 0u);

	if (next_random() % 6 == 0) {
		put_gone(TN_WIRE_ACCOUNT_GONE, n);
		return;
	}
	put_account(n, login, uid, next_random() % 4 == 0 ? TN_LOCK_LEAK : 0,
	            is_taken(n, login, uid) ? TN_REFUSAL_SECOND_UID
	                                    : TN_REFUSAL_NONE,
	            next_random() % 8 == 0 ? 105 : TN_DAY_NONE);
}

static inline void
change_group(void)
{
	uint8_t n = (uint8_t)(next_random() % GROUPS);
	const char *members[64];
	char name[8];
	size_t count = 0;
	uint32_t i;

	if (next_random() % 6 == 0) {
		put_gone(TN_WIRE_GROUP_GONE, n);
		return;
	}
	for (i = 0; i < 64; i++)
		if (next_random() % 3 == 0)
			members[count++] = login_of(i);
	(void)snprintf(name, sizeof(name), "g%u",
	               n + (next_random() % 4 == 0 ? GROUPS : 0u));
	put_group(n, name, 3000000 + n + (next_random() % 4 == 0 ? GROUPS : 0u),
	          members, count);
}

#endif

/*
 * Changes at random, told to publish bit by bit: what comes of looking at what
 * was touched is what comes of building everybody anew.
 */
#include <config.h>

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

static void
start(void)
{
	tn_publish_state_init(&state);
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_not_null(mkdtemp(other));
	files = (struct tn_publish_files){ .directory = folder,
		                           .judge_at = INT64_MAX };
}

static void
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

static void
end(void)
{
	tn_publish_files_done(&files);
	tn_publish_state_done(&state);
	empty(folder);
	empty(other);
}

TestSuite(publish_update, .init = start, .fini = end, .timeout = 120);

static const char *const roots[] = { "/home", NULL };
static const struct tn_host_rules rules = {
	.policy = { .max_age_days = 30, .max_silence = 1000 },
	.serve = { .min_uid = 1000, .home_roots = roots },
	.brake = { .count = 20, .percent = 100, .floor = 3 },
};

static bool
has_name(const void *context, const char *name)
{
	(void)context;
	return strcmp(name, local_name) == 0;
}

static bool
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

static void
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

static void
put_account(uint8_t n, const char *login, uint32_t uid, unsigned int locks,
            enum tn_refusal refusal, int32_t end_day)
{
	struct tn_account_record record = { .refusal = refusal,
		                            .locks = locks };
	struct tn_buf buf;
	char home[64];

	tn_account_init(&record.account);
	(void)snprintf(home, sizeof(home), "/home/%s", login);
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

static void
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

static void
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

static struct tn_publish_view
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
static bool
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

static bool
publishes_with_cookie(size_t len)
{
	struct tn_message message;
	static char cookie[TN_COOKIE_MAX + 2];
	bool is_publish = false;
	struct tn_buf buf;

	memset(cookie, 'c', len);
	cookie[len] = '\0';
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	tn_message_start(&buf, TN_WIRE_PUBLISH);
	tn_message_put_text(&buf, TN_TAG_COOKIE, cookie);
	tn_message_put_u64(&buf, TN_TAG_HEARD, 1);
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	cr_expect_eq(
	    tn_publish_state_apply(&state, &message, &is_publish, NULL), TN_OK);
	tn_buf_done(&buf);
	return is_publish;
}

/* A long one is no reason to publish nothing. */
Test(publish_update, a_long_cookie_is_published_and_one_too_long_left_out)
{
	cr_expect(publishes_with_cookie(TN_COOKIE_MAX));
	cr_expect_eq(strlen(state.cookie), TN_COOKIE_MAX);
	cr_expect(publishes_with_cookie(TN_COOKIE_MAX + 1));
	cr_expect_str_eq(state.cookie, "");
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* previous: what the state before was, for the whole build to go on from. */
static void
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
static uint32_t
next_random(void)
{
	static uint64_t seed = 7;

	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33);
}

static const char *
login_of(uint32_t i)
{
	static char names[64][8];

	(void)snprintf(names[i % 64], sizeof(names[0]), "p%u", i % 64);
	return names[i % 64];
}

/* Another record has it: net says so of the second. */
static bool
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

static void
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

static void
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

Test(publish_update, comes_to_what_a_whole_build_comes_to)
{
	const struct tn_snapshot *previous;
	uint32_t changes;
	bool is_swept;
	bool told;
	int round;

	for (round = 0; round < 40; round++)
		round % 4 != 0 ? change_account() : change_group();
	(void)publish(false);
	for (round = 1; round <= 1000; round++) {
		cr_assert_eq(tn_snapshot_take(folder, &previous), TN_OK);
		for (changes = next_random() % 4; changes > 0; changes--)
			next_random() % 4 != 0 ? change_account()
			                       : change_group();
		is_swept = round % 50 == 0;
		if (is_swept) { /* a day passes, a local account comes */
			moment.today++;
			moment.now += 86400;
			(void)snprintf(local_name, sizeof(local_name), "p%u",
			               next_random() % 64);
		}
		(void)publish(is_swept);
		if (local_name[0] == '\0')
			expect_as_whole(previous, round);
		local_name[0] = '\0';
		if (is_swept)
			(void)publish(true);
		/* Started again, and told everything again. */
		if (round % 31 == 0) {
			tn_publish_files_done(&files);
			cr_assert_eq(tn_publish_files_open(&files, NULL),
			             TN_OK);
			state.is_all_touched = true;
		}
		tn_snapshot_drop(previous);
		/* A base that is made while changes go on, a step each. */
		if (round % 23 < 11)
			cr_assert_eq(tn_publish_files_rebase(&files, moment.now,
			                                     &told, NULL),
			             TN_OK);
	}
}

static void
put_people(uint8_t count)
{
	uint8_t i;

	for (i = 0; i < count; i++)
		put_account(i, login_of(i), 2000000u + i, 0, TN_REFUSAL_NONE,
		            TN_DAY_NONE);
}

static uint64_t
base_generation(void)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;

	cr_assert_eq(tn_snapshot_take(folder, &snapshot), TN_OK);
	tn_snapshot_info(snapshot, &info);
	tn_snapshot_drop(snapshot);
	return info.base_generation;
}

static bool
is_dead(const char *login)
{
	const struct tn_snapshot *snapshot;
	char buffer[1024];
	struct passwd person;
	bool dead = false;

	cr_assert_eq(tn_snapshot_take(folder, &snapshot), TN_OK);
	cr_assert_eq(tn_snapshot_user_by_name(snapshot, login, &person, buffer,
	                                      sizeof(buffer), &dead),
	             TN_OK);
	tn_snapshot_drop(snapshot);
	return dead;
}

Test(publish_update, a_lock_writes_no_base_UM_15_1)
{
	uint64_t base;

	put_people(30);
	cr_expect(publish(false));
	base = base_generation();
	put_account(3, login_of(3), 2000003, TN_LOCK_LEAK, TN_REFUSAL_NONE,
	            TN_DAY_NONE);
	cr_expect(publish(false));
	cr_expect(is_dead("p3"));
	cr_expect_eq(base_generation(), base);
}

Test(publish_update, what_does_not_change_the_record_is_not_published)
{
	put_people(30);
	cr_expect(publish(false));
	put_people(30);
	cr_expect(!publish(false));
	cr_expect(!publish(true));
}

Test(publish_update, a_mass_disappearance_ends_nobody)
{
	uint8_t i;

	put_people(60);
	(void)publish(false);
	for (i = 0; i < 30; i++)
		put_gone(TN_WIRE_ACCOUNT_GONE, i);
	put_account(31, login_of(31), 2000031, TN_LOCK_LEAK, TN_REFUSAL_NONE,
	            TN_DAY_NONE);
	cr_expect(publish(false));
	cr_expect(!is_dead("p5"));
	cr_expect(is_dead("p31"), "a lock applies at once");
	put_gone(TN_WIRE_ACCOUNT_GONE, 40);
	cr_expect(publish(false));
	cr_expect(is_dead("p40"), "one alone is no mass");
	cr_expect_eq(files.live, 58);
}

Test(publish_update, the_last_day_passes_by_itself_CI_P38)
{
	put_people(3);
	put_account(4, login_of(4), 2000004, 0, TN_REFUSAL_NONE, 100);
	(void)publish(false);
	cr_expect_eq(files.judge_at, 86400 * 101);
	moment.now = 86400 * 101;
	moment.today = 101;
	cr_expect(publish(true));
	cr_expect(is_dead("p4"));
	cr_expect(!is_dead("p2"));
	cr_expect_gt(files.judge_at, moment.now);
}

Test(publish_update, when_its_files_are_gone_all_is_written_again)
{
	put_people(30);
	(void)publish(false);
	empty(folder);
	cr_assert_eq(mkdir(folder, 0755), 0);
	cr_expect(publish(false));
	cr_expect(!is_dead("p7"));
}

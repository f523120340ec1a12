/*
 * A lock waits for no base, no refresh and no review: what stands is changed
 * as soon as it is heard, also before net has told anything, and stays so while
 * records from before the lock are looked at.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "publish_locks.h"
#include "publisher.h"
#include "snapshot/snapshot_reader.h"
#include "wire/lock_record.h"
#include "wire/record.h"

#define FIRST_UID 2000000u
#define MANY      (TN_TOUCHED_MAX + 5000u)

static struct tn_publish_state state;
static struct tn_publish_files files;
static struct tn_publish_locks locks;
static char folder[] = "/tmp/tn-locks-XXXXXX";

static void
start(void)
{
	cr_assert_not_null(mkdtemp(folder));
	tn_publish_state_init(&state);
	files = (struct tn_publish_files){ .directory = folder,
		                           .judge_at = INT64_MAX };
	memset(&locks, 0, sizeof(locks));
}

static void
end(void)
{
	static const char *const names[] = { "base.0", "base.1", "overlay",
		                             "generation" };
	char path[64];
	size_t i;

	tn_publish_files_done(&files);
	tn_publish_state_done(&state);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

TestSuite(publish_locks, .init = start, .fini = end, .timeout = 120);

static const char *const roots[] = { "/home", NULL };
static const struct tn_host_rules rules = {
	.policy = { .max_age_days = 30, .max_silence = 1000 },
	.serve = { .min_uid = 1000, .home_roots = roots },
	.brake = { .count = 20, .percent = 5, .floor = 3 },
};
static const char *local_name = "";

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
static const struct tn_moment moment = { .now = 86400 * 100, .today = 100 };
static const struct tn_publish_view view = {
	.rules = &rules,
	.local = &local,
	.moment = &moment,
	.heard = 86400 * 100,
};

static const char *
login_of(uint32_t n)
{
	static char name[16];

	(void)snprintf(name, sizeof(name), "p%u", n);
	return name;
}

/* home: what is different about everybody. */
static void
put_people(uint32_t count, const char *home)
{
	struct tn_account_record record = { .refusal = TN_REFUSAL_NONE };
	struct tn_account *account = &record.account;
	uint32_t i;

	for (i = 0; i < count; i++) {
		tn_account_init(account);
		memcpy(account->uuid.byte, &i, sizeof(i));
		account->dn = "p";
		account->kind = TN_KIND_PERSON;
		account->login = login_of(i);
		account->real_name = "王小明";
		account->staff_number = "E1";
		account->uid = FIRST_UID + i;
		account->gid = 2000000;
		account->home = home;
		account->shell = "/bin/bash";
		account->status = TN_STATUS_ACTIVE;
		cr_assert_eq(tn_published_set(&state, &record, NULL), TN_OK);
	}
	state.is_whole = true;
}

static bool
write_now(void)
{
	bool told = false;

	cr_assert_eq(tn_publish_files_write(&files, &state, &view, moment.now,
	                                    false, &told, NULL),
	             TN_OK);
	return told;
}

static size_t
review_all(void)
{
	size_t steps = 0;
	bool told;

	for (; tn_publish_files_is_review_due(&files); steps++)
		cr_assert_eq(tn_publish_files_review(&files, &state, &view,
		                                     moment.now, 0, &told,
		                                     NULL),
		             TN_OK);
	return steps;
}

static struct passwd
look_up(uint32_t n, bool *ret_dead)
{
	static char buffer[1024];
	const struct tn_snapshot *snapshot;
	struct passwd person;

	cr_assert_eq(tn_snapshot_take(folder, &snapshot), TN_OK);
	cr_assert_eq(tn_snapshot_user_by_name(snapshot, login_of(n), &person,
	                                      buffer, sizeof(buffer), ret_dead),
	             TN_OK);
	tn_snapshot_drop(snapshot);
	return person;
}

static bool
is_dead(uint32_t n)
{
	bool dead = false;

	(void)look_up(n, &dead);
	return dead;
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

static void
hear_lock(uint32_t n, uint32_t uid)
{
	const struct tn_lock lock = { .staff_number = "",
		                      .kind = TN_LOCK_LEAK,
		                      .name = "l",
		                      .reason = "" };
	struct tn_message message;
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_MAX);
	cr_assert_eq(tn_lock_record_put(&buf, &lock, login_of(n), uid), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	tn_publish_locks_take(&locks, &files, &message, 1000);
	tn_buf_done(&buf);
}

static bool
apply_locks(void)
{
	bool is_changed = false;

	cr_assert_eq(tn_publish_locks_apply(&locks, &files, &state, &view,
	                                    &is_changed, NULL),
	             TN_OK);
	if (is_changed)
		cr_assert_eq(tn_publish_files_save(&files, moment.now, NULL),
		             TN_OK);
	return is_changed;
}

/* The daemon ends and starts: net has told nothing yet. */
static void
restart(void)
{
	tn_publish_files_done(&files);
	tn_publish_state_done(&state);
	cr_assert_eq(tn_publish_files_open(&files, NULL), TN_OK);
}

Test(publish_locks, one_is_published_before_net_has_told_anything_UM_15_1)
{
	put_people(30, "/home/p");
	(void)write_now();
	restart();
	hear_lock(3, FIRST_UID + 3);
	cr_expect(apply_locks());
	cr_expect(is_dead(3));
	cr_expect(!is_dead(4));
	cr_expect_str_eq(look_up(3, NULL).pw_shell, TN_NOLOGIN);
}

Test(publish_locks, one_is_published_in_the_midst_of_a_review_and_stays_UM_15_1)
{
	uint64_t base;

	put_people(MANY, "/home/p");
	(void)write_now();
	base = base_generation();
	restart();
	/* Everybody is different, and told from before the lock. */
	put_people(MANY, "/home/q");
	cr_expect(write_now());
	cr_assert(tn_publish_files_is_review_due(&files));
	hear_lock(MANY - 1, FIRST_UID + MANY - 1);
	cr_expect(apply_locks());
	cr_expect(is_dead(MANY - 1));
	cr_expect_eq(base_generation(), base, "no base was waited for");
	cr_expect_gt(review_all(), 10);
	cr_expect(is_dead(MANY - 1));
	cr_expect_str_eq(look_up(7, NULL).pw_dir, "/home/q");
	cr_expect(!is_dead(7));
}

Test(publish_locks, more_changes_than_are_told_one_by_one_write_no_base)
{
	uint64_t base;

	put_people(MANY, "/home/p");
	(void)write_now();
	base = base_generation();
	put_people(MANY, "/home/q");
	cr_assert(state.is_all_touched);
	(void)write_now();
	cr_expect_gt(review_all(), 10);
	cr_expect_eq(base_generation(), base);
	cr_expect_str_eq(look_up(MANY - 1, NULL).pw_dir, "/home/q");
}

Test(publish_locks, one_of_nobody_here_or_of_another_number_changes_nothing)
{
	put_people(30, "/home/p");
	(void)write_now();
	hear_lock(3, FIRST_UID + 4);
	hear_lock(99, FIRST_UID + 99);
	cr_expect_eq(locks.count, 0);
	cr_expect(!apply_locks());
	hear_lock(3, FIRST_UID + 3);
	local_name = "p3";
	cr_expect(!apply_locks(), "a local account's by now");
	local_name = "";
	cr_expect(!is_dead(3));
}

Test(publish_locks, a_publish_that_follows_at_once_is_waited_for)
{
	put_people(30, "/home/p");
	(void)write_now();
	cr_expect_eq(tn_publish_locks_wait(&locks, 1000), -1);
	hear_lock(3, FIRST_UID + 3);
	cr_expect_eq(tn_publish_locks_wait(&locks, 1010), 40);
	cr_expect_eq(tn_publish_locks_wait(&locks, 2000), 0);
}

/* At 20 changes a second a machine that was busy let each wait for two seconds
   where a publication had taken half of one by the clock. */
Test(publish_locks, a_busy_machine_makes_changes_wait_for_no_second)
{
	cr_expect_eq(tn_publisher_pause_ms(2, 500), 200);
	cr_expect_eq(tn_publisher_pause_ms(2, 30), 30);
	cr_expect_eq(tn_publisher_pause_ms(100, 110), 400, "a fifth of a core");
	cr_expect_eq(tn_publisher_pause_ms(1500, 1600), 2000);
}

Test(publish_locks, more_than_there_is_room_for_come_with_the_publication)
{
	uint32_t i;

	put_people(TN_PUBLISH_LOCKS_MAX + 5, "/home/p");
	(void)write_now();
	for (i = 0; i < TN_PUBLISH_LOCKS_MAX + 5; i++)
		hear_lock(i, FIRST_UID + i);
	cr_expect_eq(locks.count, TN_PUBLISH_LOCKS_MAX);
}

/* A damaged base is found at the start, and written anew. */
Test(publish_locks, a_byte_turned_while_the_daemon_was_away_is_mended)
{
	char path[64];
	uint64_t base;
	FILE *file;

	put_people(30, "/home/p");
	(void)write_now();
	base = base_generation();
	(void)snprintf(path, sizeof(path), "%s/base.0", folder);
	file = fopen(path, "r+");
	cr_assert_not_null(file);
	/* In the first person's record: part of the uid. */
	cr_assert_eq(fseek(file, 260, SEEK_SET), 0);
	cr_assert_neq(fputc(0x55, file), EOF);
	(void)fclose(file);
	restart();
	cr_assert_null(files.overlay);
	put_people(30, "/home/p");
	cr_expect(write_now());
	cr_expect_neq(base_generation(), base);
	cr_expect_eq(look_up(0, NULL).pw_uid, FIRST_UID);
}

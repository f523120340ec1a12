/*
 * How much disk many readers hold that never end: 10,000 changes, the time of
 * a day handed in, and a process for each hundredth that looks once and then
 * keeps what it has mapped. With TENURE_READERS=1000 a process for each tenth,
 * which holds half a gigabyte ("make check-disk").
 */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "publish_files.h"
#include "snapshot/snapshot_reader.h"
#include "wire/record.h"

#define PEOPLE  12000u
#define CHANGES 10000u
#define SHARED  4u /* changes that come within 50 ms */
#define READERS 100u
#define MOST    1000u

static struct tn_publish_state state;
static struct tn_publish_files files;
static char on_disk[] = "/tmp/tn-disk-XXXXXX";
static char in_memory[] = "/dev/shm/tn-disk-XXXXXX"; /* syncs at once */
static const char *folder;

static bool
has_none(const void *context, const char *name)
{
	return context != NULL && name != NULL;
}

static bool
has_no_id(const void *context, uint32_t id)
{
	return context != NULL && id != 0;
}

static const struct tn_local_names local = {
	.has_user_name = has_none,
	.has_group_name = has_none,
	.has_uid = has_no_id,
	.has_gid = has_no_id,
	.has_subuid = has_no_id,
	.has_subgid = has_no_id,
	.has_shell = has_none,
};

static const char *const roots[] = { "/home", NULL };
static const struct tn_host_rules rules = {
	.policy = { .max_age_days = 30, .max_silence = 1000 },
	.serve = { .min_uid = 1000, .home_roots = roots },
	.brake = { .count = 20, .percent = 5, .floor = 3 },
};

static void
put_account(uint32_t n, uint32_t version)
{
	struct tn_account_record record = { .refusal = TN_REFUSAL_NONE };
	struct tn_message message;
	struct tn_buf buf;
	char login[16];
	char home[64];
	char name[64];
	bool is_publish;

	tn_account_init(&record.account);
	(void)snprintf(login, sizeof(login), "p%u", n);
	(void)snprintf(home, sizeof(home), "/home/%u/p%u", version, n);
	(void)snprintf(name, sizeof(name), "王小明");
	memcpy(record.account.uuid.byte, &n, sizeof(n));
	record.account.dn = login;
	record.account.kind = TN_KIND_PERSON;
	record.account.login = login;
	record.account.real_name = name;
	record.account.staff_number = login;
	record.account.uid = 2000000 + n;
	record.account.gid = 2000000;
	record.account.home = home;
	record.account.shell = "/bin/bash";
	record.account.status = TN_STATUS_ACTIVE;
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&buf, &record), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	cr_assert_eq(
	    tn_publish_state_apply(&state, &message, &is_publish, NULL), TN_OK);
	tn_buf_done(&buf);
}

static void
publish_overlay(int64_t now)
{
	const struct tn_moment moment = { .now = now,
		                          .today = (int32_t)(now / 86400) };
	const struct tn_publish_view view = { .rules = &rules,
		                              .local = &local,
		                              .moment = &moment,
		                              .heard = now };
	struct tn_err err = TN_ERR_INIT;
	bool told;

	cr_assert_eq(tn_publish_files_write(&files, &state, &view, now, false,
	                                    &told, &err),
	             TN_OK, "%s", err.text);
	cr_assert(told);
}

static void
publish(int64_t now)
{
	struct tn_err err = TN_ERR_INIT;
	bool is_new;

	publish_overlay(now);
	while (tn_publish_files_is_base_due(&files, now))
		cr_assert_eq(
		    tn_publish_files_rebase(&files, now, &is_new, &err), TN_OK,
		    "%s", err.text);
}

static void
start(void)
{
	folder = mkdtemp(in_memory);
	if (folder == NULL)
		folder = mkdtemp(on_disk);
	cr_assert_not_null(folder);
	tn_publish_state_init(&state);
	files = (struct tn_publish_files){ .directory = folder };
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
	cr_expect_eq(rmdir(folder), 0, "nothing else was left there");
}

/* What a reader that takes a pair now and never lets go holds: each file is
   counted once, by its inode, however many hold it. */
struct held {
	const struct tn_snapshot *pair[MOST];
	size_t count;
	uint64_t bases;
	uint64_t base_bytes;
	uint64_t overlay_bytes;
	uint64_t last_base;
};

static void
hold(struct held *held)
{
	struct tn_snapshot_info info;

	cr_assert_eq(tn_snapshot_take(folder, &held->pair[held->count]), TN_OK);
	tn_snapshot_info(held->pair[held->count], &info);
	held->count++;
	held->overlay_bytes += info.overlay_size;
	cr_assert_leq(info.overlay_size, TN_OVERLAY_MAX + (256u << 10));
	if (info.base_generation != held->last_base) {
		held->last_base = info.base_generation;
		held->bases++;
		held->base_bytes += info.base_size;
	}
}

Test(snapshot_disk, ten_thousand_changes_a_day_leave_it_bounded)
{
	static struct held held;
	const char *readers = getenv("TENURE_READERS");
	uint32_t each =
	    CHANGES /
	    (readers != NULL ? (uint32_t)strtoul(readers, NULL, 10) : READERS);
	int64_t now = 86400 * 100 + 1;
	struct passwd person;
	char buffer[512];
	uint32_t i;

	start();
	for (i = 0; i < PEOPLE; i++)
		put_account(i, 0);
	publish(now);
	for (i = 0; i < CHANGES; i++) {
		put_account((i * 7919u) % PEOPLE, i + 1);
		now += 86400 / CHANGES;
		if (i % SHARED == SHARED - 1)
			publish(now);
		if (i % each == each - 1)
			hold(&held);
	}
	for (i = 0; i < held.count; i++) {
		cr_expect_eq(tn_snapshot_user_by_name(held.pair[i], "p7",
		                                      &person, buffer,
		                                      sizeof(buffer), NULL),
		             TN_OK);
		tn_snapshot_drop(held.pair[i]);
	}
	printf("# %zu readers hold %llu bases of %llu kB, and overlays of %llu "
	       "kB\n",
	       held.count, (unsigned long long)held.bases,
	       (unsigned long long)held.base_bytes / 1024,
	       (unsigned long long)held.overlay_bytes / 1024);
	/* 1 MB of overlay has some 7,000 records of people. */
	cr_expect_eq(held.bases, 2);
	cr_expect_leq(held.overlay_bytes, held.count * TN_OVERLAY_MAX);
	cr_expect_eq(held.count, CHANGES / each);
	end();
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
is_there(const char *login)
{
	const struct tn_snapshot *snapshot;
	struct passwd person;
	char buffer[512];
	int rc;

	cr_assert_eq(tn_snapshot_take(folder, &snapshot), TN_OK);
	rc = tn_snapshot_user_by_name(snapshot, login, &person, buffer,
	                              sizeof(buffer), NULL);
	tn_snapshot_drop(snapshot);
	return rc == TN_OK;
}

/* Each step is followed by a change: it is published then, on the old base. */
Test(snapshot_disk,
     what_comes_while_a_base_is_made_waits_for_none_of_it_UM_15_1)
{
	const int64_t now = 86400 * 100;
	uint64_t first;
	bool told = false;
	char login[16];
	uint32_t n;

	start();
	for (n = 0; n < 20000; n++)
		put_account(n, 0);
	publish(now);
	first = base_generation();
	for (; !told; n++) {
		cr_assert_eq(tn_publish_files_rebase(&files, now, &told, NULL),
		             TN_OK);
		if (told)
			break;
		cr_assert_eq(base_generation(), first);
		put_account(n, 0);
		publish_overlay(now);
		(void)snprintf(login, sizeof(login), "p%u", n);
		cr_assert(is_there(login), "%s", login);
	}
	cr_expect_gt(n, 20005, "in %u steps", n - 20000);
	cr_expect_gt(base_generation(), first);
	for (n--; n >= 20000; n--) {
		(void)snprintf(login, sizeof(login), "p%u", n);
		cr_expect(is_there(login), "%s is in the new one", login);
	}
	end();
}

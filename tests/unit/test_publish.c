#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "build_whole.h"
#include "snapshot/snapshot_reader.h"
#include "wire/record.h"

static struct tn_publish_state state;
static char folder[] = "/tmp/tn-publish-XXXXXX";
static uint64_t generation;
static bool local_has_wang;

static void
start(void)
{
	tn_publish_state_init(&state);
	cr_assert_not_null(mkdtemp(folder));
}

static void
end(void)
{
	char path[64];

	tn_publish_state_done(&state);
	(void)snprintf(path, sizeof(path), "%s/base.0", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/base.1", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/overlay", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/generation", folder);
	(void)unlink(path);
	(void)rmdir(folder);
}

TestSuite(publish, .init = start, .fini = end);

static const char *const roots[] = { "/home", NULL };
static const struct tn_host_rules rules = {
	.policy = { .max_age_days = 30, .max_silence = 1000 },
	.serve = { .min_uid = 1000, .home_roots = roots },
	.brake = { .count = 20, .percent = 5, .floor = 3 },
};

static bool
has_name(const void *context, const char *name)
{
	(void)context;
	return local_has_wang && strcmp(name, "wang") == 0;
}

static bool
has_id(const void *context, uint32_t id)
{
	(void)context;
	(void)id;
	return false;
}

static bool
has_shell(const void *context, const char *shell)
{
	(void)context;
	return strcmp(shell, "/bin/bash") == 0;
}

static const struct tn_local_names local = {
	.has_user_name = has_name,
	.has_group_name = has_name,
	.has_uid = has_id,
	.has_gid = has_id,
	.has_subuid = has_id,
	.has_subgid = has_id,
	.has_shell = has_shell,
};

static struct tn_account_record
record_of(uint8_t n, const char *login)
{
	static char homes[256][64];
	static char staff[256][16];
	struct tn_account_record record = { .refusal = TN_REFUSAL_NONE };

	tn_account_init(&record.account);
	(void)snprintf(homes[n], sizeof(homes[n]), "/home/%s", login);
	(void)snprintf(staff[n], sizeof(staff[n]), "E%u", n);
	record.account.uuid.byte[15] = n;
	record.account.dn = login;
	record.account.kind = TN_KIND_PERSON;
	record.account.login = login;
	record.account.real_name = "王小明";
	record.account.staff_number = staff[n];
	record.account.uid = 2000000u + n;
	record.account.gid = 2000000;
	record.account.home = homes[n];
	record.account.shell = "/bin/bash";
	record.account.status = TN_STATUS_ACTIVE;
	return record;
}

/* The datagram reaches the state as net would send it. */
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
put(const struct tn_account_record *record)
{
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&buf, record), TN_OK);
	apply(&buf);
}

static struct tn_publish_result
publish(void)
{
	const struct tn_moment moment = { .now = 86400 * 100, .today = 100 };
	const struct tn_snapshot *previous = NULL;
	struct tn_publish_result result = { 0 };
	struct tn_err err = TN_ERR_INIT;
	struct tn_publish_view view = {
		.rules = &rules,
		.local = &local,
		.moment = &moment,
		.heard = state.heard,
	};

	if (tn_snapshot_take(folder, &previous) != TN_OK)
		previous = NULL;
	view.previous = previous;
	cr_assert_eq(
	    build_whole(&state, &view, folder, ++generation, &result, &err),
	    TN_OK, "%s", err.text);
	if (previous != NULL)
		tn_snapshot_drop(previous);
	return result;
}

enum seen { UNKNOWN, LIVE, DEAD };

static enum seen
look(const char *login, char *ret_shell)
{
	const struct tn_snapshot *snapshot = NULL;
	char buffer[1024];
	struct passwd pw;
	bool dead = false;
	int rc;

	cr_assert_eq(tn_snapshot_take(folder, &snapshot), TN_OK);
	rc = tn_snapshot_user_by_name(snapshot, login, &pw, buffer,
	                              sizeof(buffer), &dead);
	if (rc == TN_OK && ret_shell != NULL)
		(void)snprintf(ret_shell, 64, "%s", pw.pw_shell);
	tn_snapshot_drop(snapshot);
	if (rc != TN_OK)
		return UNKNOWN;
	return dead ? DEAD : LIVE;
}

Test(publish, the_living_are_served_and_the_departed_are_dead_CI_P38)
{
	struct tn_account_record wang = record_of(1, "wang");
	struct tn_account_record li = record_of(2, "li");
	char shell[64] = "";

	li.locks = TN_LOCK_DEPARTURE;
	put(&wang);
	put(&li);
	(void)publish();
	cr_expect_eq(look("wang", shell), LIVE);
	cr_expect_str_eq(shell, "/bin/bash");
	cr_expect_eq(look("li", shell), DEAD);
	cr_expect_str_eq(shell, "/usr/sbin/nologin");
}

Test(publish, what_net_lets_through_is_refused_again)
{
	struct tn_account_record root = record_of(1, "sudo");
	struct tn_account_record low = record_of(2, "low");
	struct tn_account_record path = record_of(3, "path");
	struct tn_account_record nameless = record_of(4, "nameless");

	low.account.uid = 0;
	path.account.home = "/home/../root";
	nameless.account.real_name = "";
	put(&root);
	put(&low);
	put(&path);
	put(&nameless);
	cr_expect_eq(publish().refused, 4);
	cr_expect_eq(look("sudo", NULL), UNKNOWN);
	cr_expect_eq(look("low", NULL), UNKNOWN);
	cr_expect_eq(look("path", NULL), UNKNOWN);
	cr_expect_eq(look("nameless", NULL), UNKNOWN);
}

Test(publish, who_was_served_and_is_refused_now_is_dead_with_the_old_number)
{
	struct tn_account_record wang = record_of(1, "wang");
	const struct tn_snapshot *snapshot = NULL;
	char buffer[1024];
	struct passwd pw;

	put(&wang);
	(void)publish();
	wang.account.uid = 0;
	put(&wang);
	(void)publish();
	cr_expect_eq(look("wang", NULL), DEAD);
	cr_assert_eq(tn_snapshot_take(folder, &snapshot), TN_OK);
	cr_assert_eq(tn_snapshot_user_by_name(snapshot, "wang", &pw, buffer,
	                                      sizeof(buffer), NULL),
	             TN_OK);
	cr_expect_eq(pw.pw_uid, 2000001);
	tn_snapshot_drop(snapshot);
}

Test(publish, what_this_hosts_own_files_refuse_is_kept_as_last_served)
{
	struct tn_account_record wang = record_of(1, "wang");

	put(&wang);
	(void)publish();
	local_has_wang = true;
	cr_expect_eq(publish().refused, 0);
	cr_expect_eq(look("wang", NULL), LIVE);
}

/* "Only this host's own files refuse it" is for publish itself to see. */
Test(publish, a_local_refusal_that_net_makes_up_lets_nothing_through)
{
	struct tn_account_record wang = record_of(1, "wang");

	put(&wang);
	(void)publish();
	wang.account.home = "/home/../etc";
	wang.refusal = TN_REFUSAL_LOGIN_LOCAL;
	put(&wang);
	cr_expect_eq(publish().refused, 1);
	cr_expect_eq(look("wang", NULL), DEAD);
}

Test(publish, a_name_that_is_local_from_the_start_is_not_served)
{
	struct tn_account_record wang = record_of(1, "wang");

	local_has_wang = true;
	put(&wang);
	cr_expect_eq(publish().refused, 1);
	cr_expect_eq(look("wang", NULL), UNKNOWN);
}

Test(publish, who_vanished_while_nobody_looked_stays_as_dead)
{
	struct tn_account_record wang = record_of(1, "wang");
	struct tn_account_record li = record_of(2, "li");

	put(&wang);
	put(&li);
	(void)publish();
	tn_publish_state_done(&state); /* a restart */
	put(&li);
	cr_expect_eq(publish().gone, 1);
	cr_expect_eq(look("wang", NULL), DEAD);
	(void)publish();
	cr_expect_eq(look("wang", NULL), DEAD, "for good");
	put(&wang);
	(void)publish();
	cr_expect_eq(look("wang", NULL), LIVE, "unless it comes back");
}

static char logins[100][8];

static void
put_many(uint8_t from)
{
	struct tn_account_record record;
	uint8_t i;

	for (i = from; i < 100; i++) {
		(void)snprintf(logins[i], sizeof(logins[i]), "p%u", i);
		record = record_of(i, logins[i]);
		put(&record);
	}
}

Test(publish, a_mass_disappearance_over_a_restart_kills_nobody)
{
	struct tn_account_record dead = record_of(99, "p99");
	struct tn_publish_result result;

	put_many(0);
	(void)publish();
	tn_publish_state_done(&state);
	dead.locks = TN_LOCK_LEAK;
	put(&dead);
	result = publish();
	cr_expect(result.held);
	cr_expect_eq(result.gone, 99);
	cr_expect_eq(look("p5", NULL), LIVE);
	cr_expect_eq(look("p99", NULL), DEAD, "a lock applies at once");
}

/* A record that is not served says so all the same. */
Test(publish, the_brake_holds_nobody_whose_record_says_no_UM_15_1)
{
	struct tn_account_record leaked = record_of(5, "p5");
	struct tn_account_record left = record_of(6, "p6");
	struct tn_account_record refused = record_of(7, "p7");

	put_many(0);
	(void)publish();
	tn_publish_state_done(&state);
	leaked.locks = TN_LOCK_LEAK;
	leaked.account.home = "/etc";
	put(&leaked);
	left.account.end_day = 99;
	left.refusal = TN_REFUSAL_SECOND_UID;
	put(&left);
	refused.account.home = "/etc";
	put(&refused);
	cr_expect(publish().held);
	cr_expect_eq(look("p5", NULL), DEAD);
	cr_expect_eq(look("p6", NULL), DEAD);
	cr_expect_eq(look("p7", NULL), LIVE, "held as it was");
}

Test(publish, a_record_that_is_refused_leaves_no_older_one_standing)
{
	struct tn_account_record wang = record_of(1, "wang");
	struct tn_message message;
	bool is_publish;
	struct tn_buf buf;

	put(&wang);
	(void)publish();
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	wang.locks = 1u << 9; /* no lock that this side knows */
	cr_assert_eq(tn_record_put_account(&buf, &wang), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	cr_expect_eq(
	    tn_publish_state_apply(&state, &message, &is_publish, NULL),
	    TN_E_PROTOCOL);
	tn_buf_done(&buf);
	(void)publish();
	cr_expect_eq(look("wang", NULL), DEAD);
}

Test(publish, a_few_that_vanished_over_a_restart_are_dead)
{
	struct tn_publish_result result;

	put_many(0);
	(void)publish();
	tn_publish_state_done(&state);
	put_many(4);
	result = publish();
	cr_expect(!result.held);
	cr_expect_eq(result.gone, 4);
	cr_expect_eq(look("p3", NULL), DEAD);
	cr_expect_eq(look("p4", NULL), LIVE);
}

Test(publish, a_datagram_of_somebody_elses_changes_nothing)
{
	struct tn_message message;
	struct tn_buf buf;
	bool is_publish = true;

	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, TN_WIRE_AUTHENTICATE);
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	cr_expect_eq(
	    tn_publish_state_apply(&state, &message, &is_publish, NULL),
	    TN_E_PROTOCOL);
	cr_expect(!is_publish);
	tn_buf_done(&buf);
}

/* In parts, and with doubles that are in two of them. */
Test(publish, of_a_large_group_each_member_is_there_once)
{
	enum { MANY = 9000 };
	static char names[MANY][16];
	static const char *members[MANY];
	struct tn_group group = {
		.name = "large",
		.gid = 3000000,
		.members = members,
		.count = MANY,
	};
	const struct tn_published_group *found;
	size_t position = 0;
	size_t next = 0;
	struct tn_buf buf;
	int parts = 0;
	uint32_t i;

	for (i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[0]), "member%u",
		         i * 7919 % (MANY - 1000));
		members[i] = names[i];
	}
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	for (; next < MANY; parts++) {
		struct tn_message message;
		bool is_publish;

		cr_assert_eq(tn_record_put_group(&buf, &group, next, &next),
		             TN_OK);
		cr_assert_eq(
		    tn_message_parse(buf.data, buf.len, &message, NULL), TN_OK);
		cr_assert_eq(
		    tn_publish_state_apply(&state, &message, &is_publish, NULL),
		    TN_OK);
	}
	tn_buf_done(&buf);
	cr_expect_gt(parts, 1);
	found = tn_published_group_name(&state, "large", &position);
	cr_assert_not_null(found);
	cr_assert_eq(found->count, MANY - 1000, "%u", found->count);
	for (i = 1; i < found->count; i++)
		cr_assert_lt(found->members[i - 1], found->members[i]);
}

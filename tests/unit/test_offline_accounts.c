/* What pam_tenure judges by while the daemon is dead, as it is kept up. */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "offline_accounts.h"
#include "publish_files.h"
#include "wire/record.h"

#define PEOPLE 50u

static char folder[] = "/tmp/tn-offline-XXXXXX";
static struct tn_offline_accounts offline;
static size_t takes; /* maps two files, each */
static bool is_local;

int
__real_tn_snapshot_take(const char *directory, const struct tn_snapshot **ret);
int
__wrap_tn_snapshot_take(const char *directory, const struct tn_snapshot **ret);

int
__wrap_tn_snapshot_take(const char *directory, const struct tn_snapshot **ret)
{
	takes++;
	return __real_tn_snapshot_take(directory, ret);
}

static bool
has_name(const void *context, const char *name)
{
	(void)context;
	return name[0] == '\0';
}

static bool
has_id(const void *context, uint32_t id)
{
	(void)context;
	return id == 0;
}

/* A number that useradd gave away to somebody's containers. */
static bool
has_subuid(const void *context, uint32_t uid)
{
	(void)context;
	return is_local && uid != 0;
}

static const struct tn_local_names local = {
	.has_user_name = has_name,
	.has_group_name = has_name,
	.has_uid = has_id,
	.has_gid = has_id,
	.has_subuid = has_subuid,
	.has_subgid = has_id,
	.has_shell = has_name,
};
static const char *const roots[] = { "/home", NULL };
static const struct tn_host_rules rules = {
	.policy = { .max_age_days = 30, .max_silence = 1000 },
	.serve = { .min_uid = 1000, .home_roots = roots },
};
static const struct tn_config config;

static void
put_person(struct tn_account *account, uint32_t n, char login[16])
{
	(void)snprintf(login, 16, "p%u", n);
	tn_account_init(account);
	memcpy(account->uuid.byte, &n, sizeof(n));
	account->dn = login;
	account->kind = TN_KIND_PERSON;
	account->login = login;
	account->real_name = "王小明";
	account->staff_number = "E1";
	account->uid = 2000000 + n;
	account->gid = 2000000;
	account->home = "/home/p";
	account->shell = "/bin/bash";
	account->status = TN_STATUS_ACTIVE;
}

static void
take(struct tn_buf *buf)
{
	struct tn_message message;

	cr_assert_eq(tn_message_finish(buf), TN_OK);
	cr_assert_eq(tn_message_parse(buf->data, buf->len, &message, NULL),
	             TN_OK);
	tn_offline_take(&offline, &message, &local);
	tn_buf_done(buf);
}

static void
tell(enum tn_wire_what what)
{
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, what);
	tn_message_put_u64(&buf, TN_TAG_HEARD, 86400);
	take(&buf);
}

static void
tell_people(void)
{
	struct tn_account_record record = { .refusal = TN_REFUSAL_NONE };
	struct tn_message message;
	struct tn_buf buf;
	char login[16];
	uint32_t i;

	for (i = 0; i < PEOPLE; i++) {
		put_person(&record.account, i, login);
		tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
		cr_assert_eq(tn_record_put_account(&buf, &record), TN_OK);
		cr_assert_eq(
		    tn_message_parse(buf.data, buf.len, &message, NULL), TN_OK);
		tn_offline_take(&offline, &message, &local);
		tn_buf_done(&buf);
	}
	tell(TN_WIRE_PUBLISH);
	tn_offline_work(&offline, TN_TIME_NONE);
}

static enum tn_refusal
refusal_of(const char *login)
{
	struct tn_account_known known;
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/accounts", folder);
	cr_assert_eq(tn_account_file_find(path, login, &known, NULL), TN_OK);
	return known.facts.refusal;
}

/* Everybody but the last is in what stands. */
static void
publish_people(void)
{
	struct tn_snapshot_writer *writer = NULL;
	struct tn_account account;
	char login[16];
	uint32_t i;

	cr_assert_eq(tn_snapshot_writer_new(&writer, NULL), TN_OK);
	for (i = 0; i + 1 < PEOPLE; i++) {
		put_person(&account, i, login);
		const struct tn_snapshot_user user = { .name = login,
			                               .uid = account.uid,
			                               .gid = account.gid,
			                               .gecos = "",
			                               .home = "/home/p",
			                               .shell = "/bin/bash" };
		cr_assert_eq(tn_snapshot_add_user(writer, &user, NULL), TN_OK);
	}
	cr_assert_eq(tn_snapshot_finish(writer, folder, 1, 1, "", NULL), TN_OK);
	tn_snapshot_writer_free(writer);
}

static void
start(void)
{
	cr_assert_not_null(mkdtemp(folder));
	publish_people();
	cr_assert_eq(tn_offline_open(&offline, &config, &rules, folder, NULL),
	             TN_OK);
	tell(TN_WIRE_RESET);
	takes = 0;
}

static void
end(void)
{
	static const char *const names[] = { "base.0", "overlay", "generation",
		                             "accounts" };
	char path[64];
	size_t i;

	tn_offline_done(&offline);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

TestSuite(offline_accounts, .init = start, .fini = end, .timeout = 60);

Test(offline_accounts, whom_nothing_speaks_against_needs_no_snapshot)
{
	tell_people();
	cr_expect_eq(takes, 0, "taken %zu times", takes);
	cr_expect_eq(refusal_of("p7"), TN_REFUSAL_NONE);
}

Test(offline_accounts, for_all_whom_this_host_refuses_it_is_taken_once)
{
	is_local = true;
	tell_people();
	cr_expect_eq(takes, 1, "taken %zu times", takes);
	cr_expect_eq(refusal_of("p7"), TN_REFUSAL_NONE, "as last served");
	cr_expect_neq(refusal_of("p49"), TN_REFUSAL_NONE, "never served");
	takes = 0;
	tell_people();
	cr_expect_eq(takes, 1, "a later publication is looked at anew");
}

/* The root-only part of the snapshot: what is written is what is read, and what
   is damaged is read as nothing. */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/attrs.h"
#include "snapshot/account_file.h"
#include "snapshot/account_file_format.h"

static char folder[64];
static char path[96];

static void
start(void)
{
	snprintf(folder, sizeof(folder), "/tmp/tenure-accounts.XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/accounts", folder);
}

static void
stop(void)
{
	unlink(path);
	cr_expect_eq(rmdir(folder), 0, "nothing else is left");
}

TestSuite(account_file, .init = start, .fini = stop, .timeout = 60);

static const struct tn_account_head head = {
	.policy = { .key_change = TN_KEY_WARN,
	            .max_age_days = 30,
	            .lead_days = 3,
	            .warn_days = 7,
	            .max_silence = 259200,
	            .lockout_seconds = 300 },
	.utc_offset = 28800,
	.heard = 1700000000,
	.newest_change = 1700000001,
	.contact = "the service desk",
};

static void
fill(struct tn_account *ret, const char *login, unsigned int number)
{
	tn_account_init(ret);
	memcpy(ret->uuid.byte, &number, sizeof(number));
	ret->login = login;
	ret->language = "en";
	ret->kind = TN_KIND_PERSON;
	ret->status = TN_STATUS_ACTIVE;
}

static void
put(struct tn_account_file *file, const struct tn_account *account,
    enum tn_refusal refusal)
{
	const struct tn_account_entry entry = { .account = account,
		                                .refusal = refusal,
		                                .locks = TN_LOCK_SUSPENSION,
		                                .admitted = true };
	struct tn_err err = TN_ERR_INIT;

	cr_assert_eq(tn_account_file_put(file, &entry, &err), TN_OK, "%s",
	             err.text);
}

static int
find(const char *login, struct tn_account_known *ret)
{
	return tn_account_file_find(path, login, ret, NULL);
}

Test(account_file, what_is_written_is_what_is_read)
{
	struct tn_account_file *file = NULL;
	struct tn_account_known known;
	struct tn_account account;

	cr_assert_eq(tn_account_file_new(path, &file, NULL), TN_OK);
	fill(&account, "wangxm", 1);
	account.key_only = true;
	account.password_reset = true;
	account.start_day = 20000;
	account.end_day = 21000;
	account.password_changed = 1;
	account.initial_deadline = 2;
	account.policy_locked = 3;
	account.policy_end = 4;
	account.policy_start = TN_TIME_NONE;
	put(file, &account, TN_REFUSAL_NONE);
	cr_expect_eq(find("wangxm", &known), TN_E_NOT_FOUND, "not settled yet");
	cr_assert_eq(tn_account_file_settle(file, &head, NULL), TN_OK);

	cr_assert_eq(find("wangxm", &known), TN_OK);
	cr_expect_str_eq(known.account.login, "wangxm");
	cr_expect_str_eq(known.account.language, "en");
	cr_expect_eq(known.account.kind, TN_KIND_PERSON);
	cr_expect_eq(known.account.status, TN_STATUS_ACTIVE);
	cr_expect(known.account.key_only && known.account.password_reset);
	cr_expect_not(known.account.vanished || known.account.interactive);
	cr_expect_eq(known.account.start_day, 20000);
	cr_expect_eq(known.account.end_day, 21000);
	cr_expect_eq(known.account.password_changed, 1);
	cr_expect_eq(known.account.initial_deadline, 2);
	cr_expect_eq(known.account.policy_locked, 3);
	cr_expect_eq(known.account.policy_end, 4);
	cr_expect_eq(known.account.policy_start, TN_TIME_NONE);
	cr_expect_eq(known.facts.account, &known.account);
	cr_expect_eq(known.facts.locks, TN_LOCK_SUSPENSION);
	cr_expect_eq(known.facts.refusal, TN_REFUSAL_NONE);
	cr_expect(known.facts.admitted);
	cr_expect_eq(known.facts.heard, 1700000000);
	cr_expect_eq(known.head.policy.key_change, TN_KEY_WARN);
	cr_expect_eq(known.head.policy.max_silence, 259200);
	cr_expect_eq(known.head.utc_offset, 28800);
	cr_expect_eq(known.head.newest_change, 1700000001);
	cr_expect_str_eq(known.head.contact, "the service desk");
	/* Nothing but what row 1 asks of a record stands against it. */
	known.facts.locks = 0;
	known.account.start_day = known.account.end_day = TN_DAY_NONE;
	known.account.policy_end = TN_TIME_NONE;
	known.account.initial_deadline = TN_TIME_NONE;
	cr_expect_eq(tn_verdict(&known.facts, &known.head.policy,
	                        &(struct tn_moment){ .now = 1700000000 },
	                        TN_WAY_KEY)
	                 .row,
	             TN_ROW_OTHERWISE);
	cr_expect_eq(find("wangx", &known), TN_E_NOT_FOUND);
	cr_expect_eq(find("", &known), TN_E_NOT_FOUND);
	tn_account_file_free(file);
}

Test(account_file, it_grows_and_finds_each_of_many)
{
	struct tn_account_file *file = NULL;
	struct tn_account_known known;
	struct tn_account account;
	char login[32];

	cr_assert_eq(tn_account_file_new(path, &file, NULL), TN_OK);
	for (unsigned int i = 0; i < 20000; i++) {
		snprintf(login, sizeof(login), "u%u", i);
		fill(&account, login, i + 1);
		account.password_changed = i;
		put(file, &account, TN_REFUSAL_NONE);
		if (i == 700) /* one that grows in place of another */
			cr_assert_eq(tn_account_file_settle(file, &head, NULL),
			             TN_OK);
	}
	cr_expect_eq(find("u19999", &known), TN_E_NOT_FOUND, "the old stands");
	cr_assert_eq(tn_account_file_settle(file, &head, NULL), TN_OK);
	for (unsigned int i = 0; i < 20000; i++) {
		snprintf(login, sizeof(login), "u%u", i);
		cr_assert_eq(find(login, &known), TN_OK, "%s", login);
		cr_assert_eq(known.account.password_changed, i);
	}
	tn_account_file_free(file);
}

Test(account_file, a_renamed_account_has_one_login)
{
	struct tn_account_file *file = NULL;
	struct tn_account_known known;
	struct tn_account account;
	char login[32];

	cr_assert_eq(tn_account_file_new(path, &file, NULL), TN_OK);
	/* Often enough to use up the slots of a small file. */
	for (unsigned int i = 0; i < 3000; i++) {
		snprintf(login, sizeof(login), "name%u", i);
		fill(&account, login, 7);
		put(file, &account, TN_REFUSAL_NONE);
	}
	cr_assert_eq(tn_account_file_settle(file, &head, NULL), TN_OK);
	cr_expect_eq(find("name2999", &known), TN_OK);
	for (unsigned int i = 0; i < 2999; i++) {
		snprintf(login, sizeof(login), "name%u", i);
		cr_assert_eq(find(login, &known), TN_E_NOT_FOUND, "%s", login);
	}
	tn_account_file_free(file);
}

Test(account_file, of_two_with_one_login_the_served_one_counts)
{
	struct tn_account_file *file = NULL;
	struct tn_account_known known;
	struct tn_account account;

	cr_assert_eq(tn_account_file_new(path, &file, NULL), TN_OK);
	fill(&account, "li", 1);
	put(file, &account, TN_REFUSAL_SECOND_ACCOUNT);
	fill(&account, "li", 2);
	account.vanished = true;
	put(file, &account, TN_REFUSAL_NONE);
	fill(&account, "li", 3);
	account.password_changed = 3;
	put(file, &account, TN_REFUSAL_NONE);
	cr_assert_eq(tn_account_file_settle(file, &head, NULL), TN_OK);
	cr_assert_eq(find("li", &known), TN_OK);
	cr_expect_eq(known.account.password_changed, 3);
	/* And where none is, it is refused. */
	cr_assert_eq(tn_account_file_refuse(file, &account.uuid, NULL), TN_OK);
	cr_assert_eq(tn_account_file_settle(file, &head, NULL), TN_OK);
	cr_assert_eq(find("li", &known), TN_OK);
	cr_expect(known.facts.refusal != TN_REFUSAL_NONE ||
	          known.account.vanished);
	tn_account_file_free(file);
}

/* Whatever byte is turned, what comes back is what was written or nothing. */
Test(account_file, a_damaged_file_says_nothing)
{
	struct tn_account_file *file = NULL;
	struct tn_account_known known;
	struct tn_account account;
	unsigned char bytes[70000];
	ssize_t size;
	int fd;

	cr_assert_eq(tn_account_file_new(path, &file, NULL), TN_OK);
	fill(&account, "zhao", 1);
	put(file, &account, TN_REFUSAL_NONE);
	cr_assert_eq(tn_account_file_settle(file, &head, NULL), TN_OK);
	tn_account_file_free(file);
	fd = open(path, O_RDWR | O_CLOEXEC);
	size = read(fd, bytes, sizeof(bytes));
	cr_assert_gt(size, 8192);
	for (ssize_t i = 0; i < size; i++) {
		unsigned char turned = bytes[i] ^ 0x21;
		int rc;

		cr_assert_eq(pwrite(fd, &turned, 1, i), 1);
		rc = find("zhao", &known);
		if (rc == TN_OK) {
			cr_assert_str_eq(known.account.login, "zhao");
			cr_assert_eq(known.facts.locks, TN_LOCK_SUSPENSION);
			cr_assert_eq(known.head.heard, 1700000000);
		} else {
			cr_assert(rc == TN_E_DAMAGED || rc == TN_E_NOT_FOUND,
			          "byte %zd: %d", i, rc);
		}
		cr_assert_eq(pwrite(fd, bytes + i, 1, i), 1);
	}
	for (ssize_t cut = 0; cut < size; cut += 97) {
		cr_assert_eq(ftruncate(fd, cut), 0);
		cr_assert_eq(find("zhao", &known), TN_E_DAMAGED, "%zd", cut);
	}
	close(fd);
}

Test(account_file, only_a_file_that_nobody_else_may_read_is_believed)
{
	struct tn_account_file *file = NULL;
	struct tn_account_known known;
	struct tn_account account;
	char other[128];

	cr_expect_eq(find("qian", &known), TN_E_NOT_FOUND, "none is there");
	cr_assert_eq(tn_account_file_new(path, &file, NULL), TN_OK);
	fill(&account, "qian", 1);
	put(file, &account, TN_REFUSAL_NONE);
	cr_assert_eq(tn_account_file_settle(file, &head, NULL), TN_OK);
	tn_account_file_free(file);
	cr_expect_eq(find("qian", &known), TN_OK);
	cr_assert_eq(chmod(path, 0644), 0);
	cr_expect_eq(find("qian", &known), TN_E_DAMAGED);
	cr_assert_eq(chmod(path, 0600), 0);
	snprintf(other, sizeof(other), "%s.link", path);
	cr_assert_eq(symlink(path, other), 0);
	cr_expect_neq(tn_account_file_find(other, "qian", &known, NULL), TN_OK);
	unlink(other);
	cr_expect_neq(tn_account_file_find(folder, "qian", &known, NULL), TN_OK,
	              "a folder");
}

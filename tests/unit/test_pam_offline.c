/*
 * The account phase with tenured dead or hung: the verdict by what it wrote
 * down, for each row and way, and a refusal where that says nothing. Never a
 * guess.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/attrs.h"
#include "pam_play.h"
#include "snapshot/account_file.h"

static int64_t now;

static void
make_leaked(struct tn_account *a, struct tn_account_entry *e)
{
	(void)a;
	e->locks = TN_LOCK_LEAK;
}
static void
make_departed(struct tn_account *a, struct tn_account_entry *e)
{
	(void)e;
	a->vanished = true;
}
static void
make_suspended(struct tn_account *a, struct tn_account_entry *e)
{
	(void)e;
	a->status = TN_STATUS_SUSPENDED;
}
static void
make_refused(struct tn_account *a, struct tn_account_entry *e)
{
	(void)a;
	e->refusal = TN_REFUSAL_HOME;
}
static void
make_stranger(struct tn_account *a, struct tn_account_entry *e)
{
	(void)a;
	e->admitted = false;
}
static void
make_service(struct tn_account *a, struct tn_account_entry *e)
{
	(void)e;
	a->kind = TN_KIND_SERVICE;
	a->end_day = 100000;
}
static void
make_locked(struct tn_account *a, struct tn_account_entry *e)
{
	(void)e;
	a->policy_locked = now;
}
static void
make_lapsed(struct tn_account *a, struct tn_account_entry *e)
{
	(void)e;
	a->password_reset = true;
	a->initial_deadline = now - 1;
}
static void
make_reset(struct tn_account *a, struct tn_account_entry *e)
{
	(void)e;
	a->password_reset = true;
}
static void
make_key_only(struct tn_account *a, struct tn_account_entry *e)
{
	(void)e;
	a->password_reset = true;
	a->key_only = true;
}
static void
make_overdue(struct tn_account *a, struct tn_account_entry *e)
{
	(void)e;
	a->password_changed = now - 40 * (int64_t)TN_DAY_SECONDS;
}
static void
make_warned(struct tn_account *a, struct tn_account_entry *e)
{
	(void)e;
	a->password_changed = now - 22 * (int64_t)TN_DAY_SECONDS;
}

static const struct row {
	const char *login;
	void (*make)(struct tn_account *account,
	             struct tn_account_entry *entry);
	int key;
	int sudo;
	int cron;
	const char *tag; /* what the key login is told begins with it */
} rows[] = {
	{ "refused", make_refused, PAM_ACCT_EXPIRED, PAM_ACCT_EXPIRED,
	  PAM_ACCT_EXPIRED, "[tenure:1:not-served] " },
	{ "leaked", make_leaked, PAM_ACCT_EXPIRED, PAM_ACCT_EXPIRED,
	  PAM_ACCT_EXPIRED, "[tenure:2:leak] " },
	{ "gone", make_departed, PAM_ACCT_EXPIRED, PAM_ACCT_EXPIRED,
	  PAM_ACCT_EXPIRED, "[tenure:3:departed] " },
	{ "away", make_suspended, PAM_ACCT_EXPIRED, PAM_ACCT_EXPIRED,
	  PAM_ACCT_EXPIRED, "[tenure:4:suspended] " },
	{ "other", make_stranger, PAM_PERM_DENIED, PAM_PERM_DENIED,
	  PAM_PERM_DENIED, "[tenure:5:not-admitted] " },
	{ "backup", make_service, PAM_PERM_DENIED, PAM_PERM_DENIED, PAM_SUCCESS,
	  "[tenure:5a:service] " },
	{ "locked", make_locked, PAM_SUCCESS, PAM_PERM_DENIED, PAM_SUCCESS,
	  NULL },
	{ "lapsed", make_lapsed, PAM_AUTHTOK_EXPIRED, PAM_AUTHTOK_EXPIRED,
	  PAM_SUCCESS, "[tenure:7:initial-lapsed] " },
	{ "reset", make_reset, PAM_NEW_AUTHTOK_REQD, PAM_NEW_AUTHTOK_REQD,
	  PAM_SUCCESS, "[tenure:8:must-change] " },
	{ "keyonly", make_key_only, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS,
	  NULL },
	{ "old", make_overdue, PAM_NEW_AUTHTOK_REQD, PAM_NEW_AUTHTOK_REQD,
	  PAM_SUCCESS, "[tenure:9:overdue] " },
	{ "soon", make_warned, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS, NULL },
	{ "fine", NULL, PAM_SUCCESS, PAM_SUCCESS, PAM_SUCCESS, NULL },
};

static char accounts[128];

static void
write_accounts(int64_t heard)
{
	struct tn_account_head head = { .policy = { .max_age_days = 30,
		                                    .lead_days = 3,
		                                    .warn_days = 7,
		                                    .max_silence = 259200,
		                                    .lockout_seconds = 300 },
		                        .heard = heard,
		                        .newest_change = now - 100,
		                        .contact = "the desk" };
	struct tn_account_file *file = NULL;

	snprintf(accounts, sizeof(accounts), "%s/accounts", play_folder);
	cr_assert_eq(tn_account_file_new(accounts, &file, NULL), TN_OK);
	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct tn_account account;
		struct tn_account_entry entry = { .account = &account,
			                          .admitted = true };

		tn_account_init(&account);
		account.uuid.byte[0] = (uint8_t)(i + 1);
		account.login = rows[i].login;
		account.kind = TN_KIND_PERSON;
		account.status = TN_STATUS_ACTIVE;
		account.password_changed = now - TN_DAY_SECONDS;
		if (rows[i].make != NULL)
			rows[i].make(&account, &entry);
		cr_assert_eq(tn_account_file_put(file, &entry, NULL), TN_OK);
	}
	cr_assert_eq(tn_account_file_settle(file, &head, NULL), TN_OK);
	tn_account_file_free(file);
}

/* The socket's file is gone: nobody answers. */
static void
start_dead(void)
{
	char path[128];

	now = (int64_t)time(NULL);
	play_start();
	snprintf(path, sizeof(path), "%s/socket", play_folder);
	cr_assert_eq(unlink(path), 0);
	write_accounts(now - 60);
}

TestSuite(pam_offline, .init = start_dead, .fini = play_stop, .timeout = 60);

static int
account_phase(struct play *play, const char *service, const char *login)
{
	static const char *const nothing[] = { NULL };

	play_begin(play, service, login, nothing);
	return pam_acct_mgmt(play->pamh, 0);
}

Test(pam_offline, each_row_and_way_is_judged_as_tenured_would)
{
	struct play play;

	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];

		cr_expect_eq(account_phase(&play, "sshd", row->login), row->key,
		             "%s by key", row->login);
		if (row->tag != NULL)
			cr_expect_eq(
			    strncmp(play.heard + 2, row->tag, strlen(row->tag)),
			    0, "%s: %s", row->login, play.heard);
		else
			cr_expect_str_eq(play.heard, "", "%s", row->login);
		play_end(&play);
		cr_expect_eq(account_phase(&play, "sudo", row->login),
		             row->sudo, "%s by sudo", row->login);
		play_end(&play);
		cr_expect_eq(account_phase(&play, "cron", row->login),
		             row->cron, "%s by cron", row->login);
		play_end(&play);
	}
}

/* UM-15.1, row 5b: a lock that came meanwhile would not be known. */
Test(pam_offline, after_the_greatest_silence_cron_alone_runs)
{
	struct play play;

	unlink(accounts);
	write_accounts(now - 259300);
	cr_expect_eq(account_phase(&play, "sshd", "fine"), PAM_PERM_DENIED);
	cr_expect_eq(strncmp(play.heard, "E:[tenure:5b:silence] ", 22), 0);
	play_end(&play);
	cr_expect_eq(account_phase(&play, "cron", "fine"), PAM_SUCCESS);
	play_end(&play);
}

Test(pam_offline, no_password_is_checked_by_it)
{
	static const char *const right[] = { FAKE_PASSWORD, NULL };
	struct play play;

	play_begin(&play, "sshd", "fine", right);
	cr_expect_eq(pam_authenticate(play.pamh, 0), PAM_AUTHINFO_UNAVAIL);
	play_end(&play);
}

Test(pam_offline, what_says_nothing_lets_nobody_in)
{
	struct play play;
	FILE *file;

	cr_expect_eq(account_phase(&play, "sshd", "nobodyhere"),
	             PAM_AUTHINFO_UNAVAIL, "nobody of that name");
	cr_expect_not_null(strstr(play.heard, "cannot be checked just now"));
	play_end(&play);
	cr_assert_eq(chmod(accounts, 0644), 0);
	cr_expect_eq(account_phase(&play, "sshd", "fine"), PAM_AUTHINFO_UNAVAIL,
	             "others may read it");
	play_end(&play);
	cr_assert_eq(chmod(accounts, 0600), 0);
	file = fopen(accounts, "r+e");
	cr_assert_not_null(file);
	cr_assert_eq(fputc('x', file), 'x');
	cr_assert_eq(fclose(file), 0);
	cr_expect_eq(account_phase(&play, "sshd", "fine"), PAM_AUTHINFO_UNAVAIL,
	             "damaged");
	play_end(&play);
	unlink(accounts);
	cr_expect_eq(account_phase(&play, "sshd", "fine"), PAM_AUTHINFO_UNAVAIL,
	             "none");
	cr_expect_not_null(strstr(play.heard, "E:Your account cannot be"));
	play_end(&play);
}

Test(pam_offline, an_answer_stands_whatever_is_written_down, .init = play_start)
{
	struct play play;

	now = (int64_t)time(NULL);
	write_accounts(now);
	/* tenured says so; the file knows neither of them. */
	cr_expect_eq(account_phase(&play, "sshd", "departed"),
	             PAM_ACCT_EXPIRED);
	play_end(&play);
	cr_expect_eq(account_phase(&play, "sshd", "unread"),
	             PAM_AUTHINFO_UNAVAIL);
	play_end(&play);
}

/* pam_faults.c: each call that the module makes fails once. */
Test(pam_offline, no_failing_call_lets_anybody_in, .init = play_start)
{
	const char *top = getenv("top_builddir");
	char program[512];
	int status = -1;
	pid_t pid;

#ifdef __SANITIZE_ADDRESS__
	cr_skip_test("the sanitizer stands where the failures come from");
#endif
	now = (int64_t)time(NULL);
	write_accounts(now - 60);
	snprintf(program, sizeof(program), "%s/tests/unit/pam_faults",
	         top != NULL ? top : ".");
	pid = fork();
	cr_assert_geq(pid, 0);
	if (pid == 0) {
		execl(program, "pam_faults", play_folder, (char *)NULL);
		_exit(127);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "signal %d", WTERMSIG(status));
	cr_expect_neq(WEXITSTATUS(status), 1, "it did");
	cr_expect_eq(WEXITSTATUS(status), 0);
}

/*
 * The module as libpam drives it: the built object, a real PAM transaction, a
 * tenured of the test's own that answers right, wrong, late or with nonsense.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "account/verdict.h"
#include "base/attrs.h"
#include "base/text.h"
#include "pam_play.h"

TestSuite(pam_stack, .init = play_start, .fini = play_stop, .timeout = 60);

static const char *const right[] = { FAKE_PASSWORD, NULL };
static const char *const wrong[] = { "wrong", NULL };
static const char *const nothing[] = { NULL };

/* Authenticates with answers, and gives the account phase's status, or the
   authentication's where that failed. */
static int
log_in(struct play *play, const char *service, const char *user,
       const char *const *answers)
{
	int status;

	play_begin(play, service, user, answers);
	status = pam_authenticate(play->pamh, 0);
	return status == PAM_SUCCESS ? pam_acct_mgmt(play->pamh, 0) : status;
}

Test(pam_stack, the_right_password_lets_in)
{
	struct play play;

	cr_expect_eq(log_in(&play, "tenure", "ok", right), PAM_SUCCESS);
	cr_expect_str_eq(play.heard, "P:Password: \n", "nothing else is said");
	cr_expect_eq(play_fake.seen->way, TN_WAY_PASSWORD);
	cr_expect_str_eq(play_fake.seen->service, "tenure");
	play_end(&play);
}

Test(pam_stack, a_wrong_password_gets_the_one_sentence)
{
	struct play play;

	cr_expect_eq(log_in(&play, "tenure", "ok", wrong), PAM_AUTH_ERR);
	cr_expect_str_eq(play.heard, "P:Password: \nE:Login refused. Ask the "
	                             "help desk, room 101.\n");
	play_end(&play);
}

/* DESIGN 5, what is told to whom: by password they cannot be told apart. */
Test(pam_stack, departed_and_unknown_read_like_a_wrong_password)
{
	static const char *const users[] = { "ok", "departed", "stranger" };
	char first[4096] = "";
	struct play play;

	for (size_t i = 0; i < TN_ARRAY_LEN(users); i++) {
		cr_expect_neq(
		    log_in(&play, "tenure", users[i], i == 0 ? wrong : right),
		    PAM_SUCCESS);
		if (i == 0)
			cr_assert(
			    tn_text_copy(first, sizeof(first), play.heard));
		cr_expect_str_eq(play.heard, first, "%s", users[i]);
		play_end(&play);
	}
}

struct status_row {
	const char *user;
	int auth;
	int account;
};

/* The starting value denies: whatever is not a clear yes is a no. */
Test(pam_stack, only_a_clear_yes_lets_in)
{
	static const struct status_row rows[] = {
		{ "ok", PAM_SUCCESS, PAM_SUCCESS },
		{ "warned", PAM_SUCCESS, PAM_SUCCESS },
		{ "change", PAM_SUCCESS, PAM_NEW_AUTHTOK_REQD },
		{ "departed", PAM_AUTH_ERR, PAM_ACCT_EXPIRED },
		{ "steers", PAM_AUTH_ERR, PAM_ACCT_EXPIRED },
		{ "elsewhere", PAM_AUTH_ERR, PAM_PERM_DENIED },
		{ "lapsed", PAM_AUTH_ERR, PAM_AUTHTOK_EXPIRED },
		{ "stranger", PAM_USER_UNKNOWN, PAM_PERM_DENIED },
		{ "unread", PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
		{ "throttled", PAM_AUTH_ERR, PAM_PERM_DENIED },
		{ "contradiction", PAM_AUTH_ERR, PAM_PERM_DENIED },
		{ "undecided", PAM_AUTH_ERR, PAM_PERM_DENIED },
		{ "toonew", PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
		{ "oddchoice", PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
		{ "dies", PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
		{ "garbage", PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
		{ "toolong", PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
		{ "notanswer", PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
		{ "noresult", PAM_AUTHINFO_UNAVAIL, PAM_AUTHINFO_UNAVAIL },
	};
	struct play play;

	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		play_begin(&play, "tenure", rows[i].user, right);
		cr_expect_eq(pam_authenticate(play.pamh, 0), rows[i].auth,
		             "auth of %s", rows[i].user);
		play.heard[0] = '\0';
		cr_expect_eq(pam_acct_mgmt(play.pamh, 0), rows[i].account,
		             "account of %s", rows[i].user);
		if (rows[i].account != PAM_SUCCESS &&
		    rows[i].account != PAM_USER_UNKNOWN)
			cr_expect(play.heard[0] != '\0',
			          "sshd shows only what we say: %s",
			          rows[i].user);
		play_end(&play);
	}
}

Test(pam_stack, a_hung_daemon_costs_its_deadline_and_no_more)
{
	struct timespec before;
	struct timespec after;
	struct play play;

	clock_gettime(CLOCK_MONOTONIC, &before);
	cr_expect_eq(log_in(&play, "tenure", "hung", right),
	             PAM_AUTHINFO_UNAVAIL);
	clock_gettime(CLOCK_MONOTONIC, &after);
	cr_expect_leq(after.tv_sec - before.tv_sec, 3, "timeout=3");
	cr_expect_not_null(strstr(play.heard, "does not reach"));
	play_end(&play);
}

/* Milliseconds that a refused login took; timeout=3. */
static int64_t
refusal_of(const char *user, const char *const *answers)
{
	struct timespec before;
	struct timespec after;
	struct play play;

	clock_gettime(CLOCK_MONOTONIC, &before);
	cr_expect_eq(log_in(&play, "patient", user, answers), PAM_AUTH_ERR);
	clock_gettime(CLOCK_MONOTONIC, &after);
	play_end(&play);
	return (after.tv_sec - before.tv_sec) * INT64_C(1000) +
	       (after.tv_nsec - before.tv_nsec) / 1000000;
}

Test(pam_stack, the_delay_of_a_wrong_password_keeps_the_deadline)
{
	cr_expect_geq(refusal_of("ok", wrong), 1000, "it slows a guesser down");
	/* Answered after 2 s of 3; the delay would be 1 s and more. */
	cr_expect_lt(refusal_of("late", right), 2950);
}

Test(pam_stack, without_a_daemon_people_are_refused_with_a_sentence)
{
	struct play play;

	cr_expect_eq(log_in(&play, "down", "ok", right), PAM_AUTHINFO_UNAVAIL);
	cr_expect_not_null(strstr(play.heard, "E:Your account cannot be"));
	play_end(&play);
}

/* Peers' theme F: local people and root log in with everything else dead. */
Test(pam_stack, local_people_are_left_alone_before_anything_else)
{
	static const char *const services[] = { "tenure", "down", "mistyped" };
	static const char *const users[] = { "localuser", "root", "daemon" };
	struct play play;

	for (size_t i = 0; i < 9; i++) {
		play_begin(&play, services[i / 3], users[i % 3], nothing);
		cr_expect_eq(pam_authenticate(play.pamh, 0), PAM_USER_UNKNOWN);
		cr_expect_eq(pam_acct_mgmt(play.pamh, 0), PAM_USER_UNKNOWN);
		cr_expect_eq(pam_chauthtok(play.pamh, 0), PAM_USER_UNKNOWN);
		cr_expect_eq(pam_open_session(play.pamh, 0), PAM_SUCCESS);
		cr_expect_str_eq(play.heard, "", "nothing asked or said");
		play_end(&play);
	}
	cr_expect_eq(play_fake.seen->asked, 0, "tenured was not asked");
}

Test(pam_stack, a_name_that_no_directory_has_is_not_asked_about)
{
	static const char *const users[] = { "a\nb", "x:y", "\xff\xfe", "" };
	struct play play;

	for (size_t i = 0; i < TN_ARRAY_LEN(users); i++) {
		play_begin(&play, "tenure", users[i], nothing);
		cr_expect_neq(pam_acct_mgmt(play.pamh, 0), PAM_SUCCESS);
		play_end(&play);
	}
	cr_expect_eq(play_fake.seen->asked, 0);
}

Test(pam_stack, a_misspelt_option_refuses_directory_people)
{
	struct play play;

	cr_expect_eq(log_in(&play, "mistyped", "ok", right), PAM_SERVICE_ERR);
	cr_expect_not_null(strstr(play.heard, "E:This did not work."));
	play_end(&play);
}

/* A directory takes a bind without a password for an anonymous one. */
Test(pam_stack, an_empty_password_is_refused_unasked)
{
	static const char *const empty[] = { "", NULL };
	struct play play;

	play_begin(&play, "tenure", "ok", empty);
	cr_expect_eq(pam_authenticate(play.pamh, 0), PAM_AUTH_ERR);
	cr_expect_eq(play_fake.seen->asked, 0);
	cr_expect_not_null(strstr(play.heard, "E:This did not work."));
	play_end(&play);
	play_begin(&play, "tenure", "ok", empty);
	cr_expect_eq(pam_chauthtok(play.pamh, 0), PAM_AUTH_ERR);
	cr_expect_eq(play_fake.seen->asked, 0);
	cr_expect_not_null(strstr(play.heard, "E:The current password is not"));
	play_end(&play);
}

struct way_row {
	const char *service;
	uint32_t way;
};

Test(pam_stack, without_a_password_the_way_follows_from_the_program)
{
	static const struct way_row rows[] = { { "sshd", TN_WAY_KEY },
		                               { "sudo", TN_WAY_SUDO },
		                               { "cron", TN_WAY_CRON },
		                               { "tenure", TN_WAY_PASSWORD } };
	struct play play;

	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		play_begin(&play, rows[i].service, "ok", nothing);
		cr_expect_eq(pam_acct_mgmt(play.pamh, 0), PAM_SUCCESS);
		cr_expect_eq(play_fake.seen->way, rows[i].way, "%s",
		             rows[i].service);
		play_end(&play);
	}
}

Test(pam_stack, sshd_with_a_password_is_a_password_login)
{
	struct play play;

	cr_expect_eq(log_in(&play, "sshd", "ok", right), PAM_SUCCESS);
	cr_expect_eq(play_fake.seen->way, TN_WAY_PASSWORD);
	play_end(&play);
}

Test(pam_stack, a_hostile_remote_name_is_sent_harmless)
{
	struct play play;

	play_begin(&play, "sshd", "ok", nothing);
	pam_set_item(play.pamh, PAM_RHOST, "evil\n\xff host");
	cr_expect_eq(pam_acct_mgmt(play.pamh, 0), PAM_SUCCESS);
	cr_expect_str_eq(play_fake.seen->rhost, "evil???host");
	play_end(&play);
}

Test(pam_stack, silent_means_silent)
{
	static const char *const answers[] = { FAKE_PASSWORD,   "wangxiaoming1",
		                               "wangxiaoming1", "Blue-Kettle-9",
		                               "Blue-Kettle-9", NULL };
	struct play play;

	play_begin(&play, "tenure", "change", answers);
	cr_expect_eq(pam_authenticate(play.pamh, PAM_SILENT), PAM_SUCCESS);
	cr_expect_eq(pam_acct_mgmt(play.pamh, PAM_SILENT),
	             PAM_NEW_AUTHTOK_REQD);
	cr_expect_eq(
	    pam_chauthtok(play.pamh, PAM_SILENT | PAM_CHANGE_EXPIRED_AUTHTOK),
	    PAM_SUCCESS);
	cr_expect_null(strstr(play.heard, "I:"));
	cr_expect_null(strstr(play.heard, "E:"));
	play_end(&play);
}

Test(pam_stack, a_key_login_is_told_the_reason_in_english_first)
{
	struct play play;

	play_begin(&play, "sshd", "departed", nothing);
	cr_expect_eq(pam_acct_mgmt(play.pamh, 0), PAM_ACCT_EXPIRED);
	cr_expect_str_eq(play.heard, "E:You left on 2026-11-30.\n"
	                             "您已于 2026-11-30 离职。\n");
	play_end(&play);
}

Test(pam_stack, no_message_steers_a_terminal)
{
	struct play play;

	play_begin(&play, "sshd", "steers", nothing);
	cr_expect_eq(pam_acct_mgmt(play.pamh, 0), PAM_ACCT_EXPIRED);
	cr_expect_str_eq(play.heard, "E:?[2J?red 漢\n?]0;x??坏\n");
	play_end(&play);
}

/* UM-13.3: warned once, in the session, not at each phase. */
Test(pam_stack, a_coming_expiry_is_told_once)
{
	struct play play;

	cr_expect_eq(log_in(&play, "sshd", "warned", right), PAM_SUCCESS);
	cr_expect_eq(pam_setcred(play.pamh, PAM_ESTABLISH_CRED), PAM_SUCCESS);
	cr_expect_eq(pam_open_session(play.pamh, 0), PAM_SUCCESS);
	cr_expect_eq(pam_close_session(play.pamh, 0), PAM_SUCCESS);
	cr_expect_str_eq(play.heard,
	                 "P:Password: \nI:Your password expires in 5 days.\n");
	play_end(&play);
}

Test(pam_stack, a_due_change_is_told_once)
{
	struct play play;

	play_begin(&play, "sshd", "change", nothing);
	cr_expect_eq(pam_acct_mgmt(play.pamh, 0), PAM_NEW_AUTHTOK_REQD);
	cr_expect_eq(pam_open_session(play.pamh, 0), PAM_SUCCESS);
	cr_expect_str_eq(play.heard,
	                 "I:You must choose a new password.\n请更改口令。\n");
	play_end(&play);
}

Test(pam_stack, a_session_opens_without_the_daemon_but_not_against_it)
{
	struct play play;

	play_begin(&play, "down", "ok", nothing);
	cr_expect_eq(pam_open_session(play.pamh, 0), PAM_SUCCESS);
	play_end(&play);
	play_begin(&play, "tenure", "departed", nothing);
	cr_expect_eq(pam_open_session(play.pamh, 0), PAM_SESSION_ERR);
	play_end(&play);
}

static unsigned int
count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned int count = 0;

	cr_assert_not_null(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

Test(pam_stack, a_guest_leaves_descriptors_and_signals_as_they_were)
{
	struct sigaction before;
	struct sigaction after;
	unsigned int open_before;
	struct play play;

	play_begin(&play, "tenure", "ok", nothing); /* libpam's own loading */
	cr_expect_eq(pam_acct_mgmt(play.pamh, 0), PAM_SUCCESS);
	open_before = count_descriptors();
	sigaction(SIGPIPE, NULL, &before);
	cr_expect_eq(pam_acct_mgmt(play.pamh, 0), PAM_SUCCESS);
	cr_expect_eq(pam_open_session(play.pamh, 0), PAM_SUCCESS);
	sigaction(SIGPIPE, NULL, &after);
	cr_expect_eq(count_descriptors(), open_before);
	cr_expect_eq(after.sa_handler, before.sa_handler);
	play_end(&play);
}

typedef int entry_point(pam_handle_t *, int, int, const char **);

Test(pam_stack, a_guest_leaves_errno_as_it_was)
{
	char path[512];
	char socket[128];
	const char *argv[] = { "nodelay", "timeout=1", socket };
	entry_point *session;
	struct play play;
	void *module;

	snprintf(path, sizeof(path), "%s/.libs/pam_tenure_testable.so",
	         getenv("top_builddir"));
	snprintf(socket, sizeof(socket), "socket=%s/nobody", play_folder);
	module = dlopen(path, RTLD_NOW);
	cr_assert_not_null(module);
	*(void **)&session = dlsym(module, "pam_sm_open_session");
	cr_assert_not_null(session);
	play_begin(&play, "tenure", "ok", nothing);
	errno = 4711;
	cr_expect_eq(session(play.pamh, 0, 3, argv), PAM_SUCCESS);
	cr_expect_eq(errno, 4711);
	play_end(&play);
	dlclose(module);
}

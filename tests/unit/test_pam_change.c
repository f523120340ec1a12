/* A change of the password, as libpam drives it: see test_pam_stack.c. */
#include <config.h>

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>
#include "pam_play.h"

TestSuite(pam_change, .init = play_start, .fini = play_stop, .timeout = 60);

static const char *const wrong[] = { "wrong", NULL };

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

/* UM-13.2: the change takes place inside the login. The current password is
   not asked for again, and a refused one may be corrected. */
Test(pam_change, a_due_change_asks_for_the_new_password_alone)
{
	static const char *const answers[] = { FAKE_PASSWORD,   "wangxiaoming1",
		                               "wangxiaoming1", "Blue-Kettle-9",
		                               "Blue-Kettle-9", NULL };
	struct play play;

	cr_expect_eq(log_in(&play, "sshd", "change", answers),
	             PAM_NEW_AUTHTOK_REQD);
	cr_expect_eq(pam_chauthtok(play.pamh, PAM_CHANGE_EXPIRED_AUTHTOK),
	             PAM_SUCCESS);
	cr_expect_str_eq(play.heard,
	                 "P:Password: \n"
	                 "I:You must choose a new password.\n请更改口令。\n"
	                 "P:New password: \n"
	                 "P:Retype new password: \n"
	                 "E:The password contains your name (xiaoming).\n"
	                 "口令包含您的姓名。\n"
	                 "P:New password: \n"
	                 "P:Retype new password: \n");
	cr_expect_eq(play_fake.seen->changes, 2);
	cr_expect_eq(play_fake.seen->over_held, 2,
	             "over the connection that the password opened");
	play_end(&play);
}

/* A grace login, or a reset that the account phase has not heard of. */
Test(pam_change, what_the_password_check_found_due_is_due_UM_13_2)
{
	static const char *const answers[] = { FAKE_PASSWORD, "Blue-Kettle-9",
		                               "Blue-Kettle-9", NULL };
	struct play play;

	cr_expect_eq(log_in(&play, "sshd", "grace", answers),
	             PAM_NEW_AUTHTOK_REQD);
	cr_expect_eq(pam_chauthtok(play.pamh, PAM_CHANGE_EXPIRED_AUTHTOK),
	             PAM_SUCCESS);
	cr_expect_eq(pam_acct_mgmt(play.pamh, 0), PAM_SUCCESS,
	             "and no longer once it was made");
	cr_expect_eq(play_fake.seen->changes, 1);
	play_end(&play);
}

Test(pam_change, three_refused_passwords_end_the_change)
{
	static const char *const answers[] = { FAKE_PASSWORD,   "wangxiaoming1",
		                               "wangxiaoming1", "wangxiaoming1",
		                               "wangxiaoming1", "wangxiaoming1",
		                               "wangxiaoming1", "Blue-Kettle-9",
		                               "Blue-Kettle-9", NULL };
	struct play play;

	cr_expect_eq(log_in(&play, "sshd", "change", answers),
	             PAM_NEW_AUTHTOK_REQD);
	cr_expect_eq(pam_chauthtok(play.pamh, PAM_CHANGE_EXPIRED_AUTHTOK),
	             PAM_AUTHTOK_ERR);
	cr_expect_eq(play_fake.seen->changes, 3);
	play_end(&play);
}

Test(pam_change, a_mistyped_repetition_is_asked_again)
{
	static const char *const answers[] = { FAKE_PASSWORD,   "Blue-Kettle-9",
		                               "Blue-Kettle-8", "Blue-Kettle-9",
		                               "Blue-Kettle-9", NULL };
	struct play play;

	cr_expect_eq(log_in(&play, "sshd", "change", answers),
	             PAM_NEW_AUTHTOK_REQD);
	cr_expect_eq(pam_chauthtok(play.pamh, PAM_CHANGE_EXPIRED_AUTHTOK),
	             PAM_SUCCESS);
	cr_expect_eq(play_fake.seen->changes, 1);
	play_end(&play);
}

Test(pam_change, a_wrong_current_password_ends_passwd)
{
	struct play play;

	play_begin(&play, "tenure", "ok", wrong);
	cr_expect_eq(pam_chauthtok(play.pamh, 0), PAM_AUTH_ERR);
	cr_expect_eq(play_fake.seen->changes, 0);
	cr_expect_not_null(strstr(play.heard, "E:The current password is not "
	                                      "right.\n"));
	play_end(&play);
}

/* Nobody but the holder sets a password unseen: root is asked for the current
   one like anyone, and told where resets are made. */
Test(pam_change, root_does_not_get_past_the_current_password)
{
	static const char *const answers[] = { FAKE_PASSWORD, "Blue-Kettle-9",
		                               "Blue-Kettle-9", NULL };
	struct play play;

	play_begin(&play, "tenure", "ok", answers);
	cr_expect_eq(pam_chauthtok(play.pamh, 0), PAM_SUCCESS);
	cr_expect_not_null(strstr(play.heard, "P:Current password: \n"
	                                      "P:New password: \n"));
	cr_expect_eq(play_fake.seen->over_held, 1);
	if (getuid() == 0)
		cr_expect_eq(strncmp(play.heard, "I:The password of", 17), 0);
	play_end(&play);
}

Test(pam_change, a_change_cut_short_is_called_uncertain)
{
	static const char *const answers[] = { FAKE_PASSWORD, "daemon-dies-now",
		                               "daemon-dies-now", NULL };
	struct play play;

	cr_expect_eq(log_in(&play, "sshd", "change", answers),
	             PAM_NEW_AUTHTOK_REQD);
	cr_expect_eq(pam_chauthtok(play.pamh, PAM_CHANGE_EXPIRED_AUTHTOK),
	             PAM_AUTHINFO_UNAVAIL);
	cr_expect_not_null(strstr(play.heard, "E:It is not certain"));
	play_end(&play);
}

/*
 * The module under libpamtest, by a table of logins: what each phase must say.
 * tests/unit/pamtest_suite.sh runs it, with pam_wrapper before libpam and the
 * service files laid out. usage: pamtest_suite SOCKET
 */
#include <config.h>

#include <libpamtest.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "base/attrs.h"
#include "fake_tenured.h"

#define TEXTS     8
#define TEXT_SIZE 512

static const char *const right[] = { FAKE_PASSWORD, NULL };
static const char *const wrong[] = { "wrong", NULL };
static const char *const change[] = { FAKE_PASSWORD, "Blue-Kettle-9",
	                              "Blue-Kettle-9", NULL };
static const char *const by_hand[] = { FAKE_PASSWORD, "Blue-Kettle-9",
	                               "Blue-Kettle-9", NULL };

#define PHASE(operation, expected)                   \
	{                                            \
		PAMTEST_##operation, expected, 0, 0, \
		{                                    \
			0                            \
		}                                    \
	}
#define FORCED(expected)                                                    \
	{                                                                   \
		PAMTEST_CHAUTHTOK, expected, PAM_CHANGE_EXPIRED_AUTHTOK, 0, \
		{                                                           \
			0                                                   \
		}                                                           \
	}
#define PHASES_MAX 6

static struct login {
	const char *what;
	const char *service;
	const char *user;
	const char *const *answers; /* NULL: no password, as by key */
	struct pam_testcase phases[PHASES_MAX];
	size_t count;
	const char *error; /* the beginning of the first error that is shown */
} logins[] = {
	{ "a whole login",
	  "sshd",
	  "ok",
	  right,
	  { PHASE(AUTHENTICATE, PAM_SUCCESS), PHASE(SETCRED, PAM_SUCCESS),
	    PHASE(ACCOUNT, PAM_SUCCESS), PHASE(OPEN_SESSION, PAM_SUCCESS),
	    PHASE(CLOSE_SESSION, PAM_SUCCESS) },
	  5,
	  NULL },
	{ "a wrong password",
	  "sshd",
	  "ok",
	  wrong,
	  { PHASE(AUTHENTICATE, PAM_AUTH_ERR) },
	  1,
	  "Login refused." },
	{ "a change that is due",
	  "sshd",
	  "change",
	  change,
	  { PHASE(AUTHENTICATE, PAM_SUCCESS),
	    PHASE(ACCOUNT, PAM_NEW_AUTHTOK_REQD), FORCED(PAM_SUCCESS) },
	  3,
	  NULL },
	{ "a change of one's own",
	  "tenure",
	  "ok",
	  by_hand,
	  { PHASE(CHAUTHTOK, PAM_SUCCESS) },
	  1,
	  NULL },
	{ "who left, by password",
	  "sshd",
	  "departed",
	  right,
	  { PHASE(AUTHENTICATE, PAM_AUTH_ERR) },
	  1,
	  "Login refused." },
	{ "who left, by key",
	  "sshd",
	  "departed",
	  NULL,
	  { PHASE(ACCOUNT, PAM_ACCT_EXPIRED) },
	  1,
	  "You left on 2026-11-30." },
	{ "who left, by sudo",
	  "sudo",
	  "departed",
	  NULL,
	  { PHASE(ACCOUNT, PAM_ACCT_EXPIRED) },
	  1,
	  "You left on 2026-11-30." },
	{ "who left, by cron",
	  "cron",
	  "departed",
	  NULL,
	  { PHASE(ACCOUNT, PAM_ACCT_EXPIRED) },
	  1,
	  "You left on 2026-11-30." },
	{ "who is not admitted",
	  "sshd",
	  "elsewhere",
	  NULL,
	  { PHASE(ACCOUNT, PAM_PERM_DENIED) },
	  1,
	  "This account may not" },
	{ "an initial password that lapsed",
	  "sshd",
	  "lapsed",
	  NULL,
	  { PHASE(ACCOUNT, PAM_AUTHTOK_EXPIRED) },
	  1,
	  "The initial password" },
	{ "nobody",
	  "sshd",
	  "stranger",
	  right,
	  { PHASE(AUTHENTICATE, PAM_USER_UNKNOWN) },
	  1,
	  "Login refused." },
	{ "nobody, by key",
	  "sshd",
	  "stranger",
	  NULL,
	  { PHASE(ACCOUNT, PAM_PERM_DENIED) },
	  1,
	  "Login refused." },
	{ "tenured dead",
	  "down",
	  "ok",
	  right,
	  { PHASE(AUTHENTICATE, PAM_AUTHINFO_UNAVAIL) },
	  1,
	  "Your account cannot be checked just now" },
	{ "a local person, tenured dead",
	  "down",
	  "localuser",
	  NULL,
	  { PHASE(AUTHENTICATE, PAM_USER_UNKNOWN),
	    PHASE(ACCOUNT, PAM_USER_UNKNOWN),
	    PHASE(CHAUTHTOK, PAM_USER_UNKNOWN),
	    PHASE(OPEN_SESSION, PAM_SUCCESS) },
	  4,
	  NULL },
};

static bool
play(struct login *login)
{
	char errors[TEXTS][TEXT_SIZE];
	char texts[TEXTS][TEXT_SIZE];
	char *error_at[TEXTS + 1] = { NULL };
	char *text_at[TEXTS + 1] = { NULL };
	struct pamtest_conv_data conv = { .out_err = error_at,
		                          .out_info = text_at };
	const char *answers[4] = { NULL };
	const struct pam_testcase *bad;
	enum pamtest_err rc;

	for (size_t i = 0; i < TEXTS; i++) {
		errors[i][0] = texts[i][0] = '\0';
		error_at[i] = errors[i];
		text_at[i] = texts[i];
	}
	for (size_t i = 0; login->answers != NULL && login->answers[i] != NULL;
	     i++)
		answers[i] = login->answers[i];
	conv.in_echo_off = answers;
	rc = _pamtest(login->service, login->user, &conv, login->phases,
	              login->count, NULL);
	if (rc != PAMTEST_ERR_OK) {
		bad = _pamtest_failed_case(login->phases, login->count);
		printf("# %s: %s%d, not %d\n", login->what,
		       pamtest_strerror(rc), bad != NULL ? bad->op_rv : 0,
		       bad != NULL ? bad->expected_rv : 0);
		return false;
	}
	if (login->error == NULL)
		return errors[0][0] == '\0';
	return strncmp(errors[0], login->error, strlen(login->error)) == 0;
}

int
main(int argc, char **argv)
{
	struct fake_tenured fake;
	int status = 0;

	if (argc != 2)
		return 2;
	fake_tenured_start(&fake, argv[1]);
	for (size_t i = 0; i < TN_ARRAY_LEN(logins); i++) {
		bool good = play(&logins[i]);

		printf("%s - %s\n", good ? "ok" : "not ok", logins[i].what);
		if (!good)
			status = 1;
	}
	fake_tenured_stop(&fake);
	return status;
}

/* The table of statuses row by row, and the small pure parts of the module. */
#include <config.h>

#include <criterion/criterion.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/attrs.h"
#include "local_name.h"
#include "pam_options.h"
#include "pam_status.h"
#include "pam_way.h"
#include "wire/service_way.h"

struct expected {
	enum tn_pam_phase phase;
	int code;
	enum tn_wire_result result;
	enum tn_decision decision;
	enum tn_row row;
	int status;
};

#define A(phase, result, decision, row, status)                             \
	{                                                                   \
		TN_PHASE_##phase, TN_OK, TN_RESULT_##result, TN_##decision, \
		    TN_ROW_##row, status                                    \
	}
#define E(phase, code, status)                                            \
	{                                                                 \
		TN_PHASE_##phase, TN_E_##code, TN_RESULT_DENIED, TN_DENY, \
		    TN_ROW_NONE, status                                   \
	}

static const struct expected table[] = {
	A(AUTH, OK, ALLOW, OTHERWISE, PAM_SUCCESS),
	A(AUTH, OK, WARN, EXPIRES_SOON, PAM_SUCCESS),
	A(AUTH, OK, CHANGE, MUST_CHANGE, PAM_SUCCESS),
	A(AUTH, OK, DENY, LEAK, PAM_AUTH_ERR),
	A(AUTH, OK, RUN, OTHERWISE, PAM_AUTH_ERR),
	A(AUTH, OK, STAY, OTHERWISE, PAM_AUTH_ERR),
	A(AUTH, OK, END, OTHERWISE, PAM_AUTH_ERR),
	A(AUTH, DENIED, DENY, DEPARTED, PAM_AUTH_ERR),
	A(AUTH, UNKNOWN_USER, DENY, NONE, PAM_USER_UNKNOWN),
	A(AUTH, WRONG_PASSWORD, DENY, NONE, PAM_AUTH_ERR),
	A(AUTH, UNAVAILABLE, DENY, NONE, PAM_AUTHINFO_UNAVAIL),
	A(AUTH, REFUSED_NEW, DENY, NONE, PAM_AUTH_ERR),
	A(AUTH, THROTTLED, DENY, THROTTLED, PAM_AUTH_ERR),
	A(AUTH, NOT_ALLOWED, DENY, NONE, PAM_CRED_INSUFFICIENT),
	A(AUTH, BAD_REQUEST, DENY, NONE, PAM_SERVICE_ERR),
	E(AUTH, UNREACHABLE, PAM_AUTHINFO_UNAVAIL),
	E(AUTH, TIMEOUT, PAM_AUTHINFO_UNAVAIL),
	E(AUTH, PROTOCOL, PAM_AUTHINFO_UNAVAIL),
	E(AUTH, NO_MEMORY, PAM_BUF_ERR),
	E(AUTH, LIMIT, PAM_AUTH_ERR),
	E(AUTH, BUG, PAM_AUTH_ERR),

	A(ACCOUNT, OK, ALLOW, OTHERWISE, PAM_SUCCESS),
	A(ACCOUNT, OK, WARN, EXPIRES_SOON, PAM_SUCCESS),
	A(ACCOUNT, OK, RUN, OTHERWISE, PAM_SUCCESS),
	A(ACCOUNT, OK, CHANGE, MUST_CHANGE, PAM_NEW_AUTHTOK_REQD),
	A(ACCOUNT, OK, CHANGE, OVERDUE, PAM_NEW_AUTHTOK_REQD),
	A(ACCOUNT, OK, DENY, OTHERWISE, PAM_PERM_DENIED),
	A(ACCOUNT, OK, STAY, OTHERWISE, PAM_PERM_DENIED),
	A(ACCOUNT, OK, END, OTHERWISE, PAM_PERM_DENIED),
	A(ACCOUNT, DENIED, DENY, NOT_SERVED, PAM_ACCT_EXPIRED),
	A(ACCOUNT, DENIED, DENY, LEAK, PAM_ACCT_EXPIRED),
	A(ACCOUNT, DENIED, DENY, DEPARTED, PAM_ACCT_EXPIRED),
	A(ACCOUNT, DENIED, DENY, SUSPENDED, PAM_ACCT_EXPIRED),
	A(ACCOUNT, DENIED, DENY, NOT_ADMITTED, PAM_PERM_DENIED),
	A(ACCOUNT, DENIED, DENY, SERVICE, PAM_PERM_DENIED),
	A(ACCOUNT, DENIED, DENY, SILENCE, PAM_PERM_DENIED),
	A(ACCOUNT, DENIED, DENY, INITIAL_LAPSED, PAM_AUTHTOK_EXPIRED),
	A(ACCOUNT, DENIED, DENY, MUST_CHANGE, PAM_AUTHTOK_EXPIRED),
	A(ACCOUNT, DENIED, DENY, OVERDUE, PAM_AUTHTOK_EXPIRED),
	A(ACCOUNT, DENIED, DENY, NONE, PAM_PERM_DENIED),
	A(ACCOUNT, UNKNOWN_USER, DENY, NONE, PAM_PERM_DENIED),
	A(ACCOUNT, WRONG_PASSWORD, DENY, NONE, PAM_PERM_DENIED),
	A(ACCOUNT, UNAVAILABLE, DENY, NONE, PAM_AUTHINFO_UNAVAIL),
	A(ACCOUNT, THROTTLED, DENY, THROTTLED, PAM_PERM_DENIED),
	A(ACCOUNT, NOT_ALLOWED, DENY, NONE, PAM_PERM_DENIED),
	A(ACCOUNT, BAD_REQUEST, DENY, NONE, PAM_SERVICE_ERR),
	E(ACCOUNT, UNREACHABLE, PAM_AUTHINFO_UNAVAIL),
	E(ACCOUNT, TIMEOUT, PAM_AUTHINFO_UNAVAIL),
	E(ACCOUNT, PROTOCOL, PAM_AUTHINFO_UNAVAIL),
	E(ACCOUNT, NO_MEMORY, PAM_BUF_ERR),
	E(ACCOUNT, LIMIT, PAM_PERM_DENIED),

	A(VERIFY, OK, ALLOW, OTHERWISE, PAM_SUCCESS),
	A(VERIFY, OK, DENY, NONE, PAM_SUCCESS),
	A(VERIFY, WRONG_PASSWORD, DENY, NONE, PAM_AUTH_ERR),
	A(VERIFY, DENIED, DENY, LEAK, PAM_PERM_DENIED),
	A(VERIFY, THROTTLED, DENY, THROTTLED, PAM_PERM_DENIED),
	A(VERIFY, NOT_ALLOWED, DENY, NONE, PAM_PERM_DENIED),
	A(VERIFY, UNKNOWN_USER, DENY, NONE, PAM_USER_UNKNOWN),
	A(VERIFY, UNAVAILABLE, DENY, NONE, PAM_AUTHINFO_UNAVAIL),
	A(VERIFY, BAD_REQUEST, DENY, NONE, PAM_SERVICE_ERR),
	E(VERIFY, UNREACHABLE, PAM_AUTHINFO_UNAVAIL),
	E(VERIFY, TIMEOUT, PAM_AUTHINFO_UNAVAIL),
	E(VERIFY, PROTOCOL, PAM_AUTHINFO_UNAVAIL),
	E(VERIFY, NO_MEMORY, PAM_BUF_ERR),

	A(CHANGE, OK, ALLOW, OTHERWISE, PAM_SUCCESS),
	A(CHANGE, OK, DENY, NONE, PAM_SUCCESS),
	A(CHANGE, REFUSED_NEW, DENY, NONE, PAM_AUTHTOK_ERR),
	A(CHANGE, WRONG_PASSWORD, DENY, NONE, PAM_AUTH_ERR),
	A(CHANGE, DENIED, DENY, LEAK, PAM_PERM_DENIED),
	A(CHANGE, THROTTLED, DENY, THROTTLED, PAM_PERM_DENIED),
	A(CHANGE, UNKNOWN_USER, DENY, NONE, PAM_USER_UNKNOWN),
	A(CHANGE, UNAVAILABLE, DENY, NONE, PAM_AUTHINFO_UNAVAIL),
	A(CHANGE, BAD_REQUEST, DENY, NONE, PAM_SERVICE_ERR),
	E(CHANGE, UNREACHABLE, PAM_AUTHINFO_UNAVAIL),
	E(CHANGE, TIMEOUT, PAM_AUTHINFO_UNAVAIL),
	E(CHANGE, PROTOCOL, PAM_AUTHINFO_UNAVAIL),
	E(CHANGE, LIMIT, PAM_AUTHTOK_ERR),
	E(CHANGE, NO_MEMORY, PAM_BUF_ERR),

	A(SESSION, OK, ALLOW, OTHERWISE, PAM_SUCCESS),
	A(SESSION, OK, WARN, EXPIRES_SOON, PAM_SUCCESS),
	A(SESSION, UNKNOWN_USER, DENY, NONE, PAM_SUCCESS),
	A(SESSION, UNAVAILABLE, DENY, NONE, PAM_SUCCESS),
	A(SESSION, DENIED, DENY, LEAK, PAM_SESSION_ERR),
	A(SESSION, NOT_ALLOWED, DENY, NONE, PAM_SESSION_ERR),
	E(SESSION, UNREACHABLE, PAM_SUCCESS),
	E(SESSION, TIMEOUT, PAM_SUCCESS),
	E(SESSION, PROTOCOL, PAM_SUCCESS),
	E(SESSION, NO_MEMORY, PAM_SUCCESS),
	E(SESSION, BUG, PAM_SESSION_ERR),
};

Test(pam_table, each_answer_becomes_the_status_that_is_written_down)
{
	for (size_t i = 0; i < TN_ARRAY_LEN(table); i++) {
		struct tn_pam_answer answer = { .code = table[i].code,
			                        .result = table[i].result,
			                        .decision = table[i].decision,
			                        .row = table[i].row };

		cr_expect_eq(tn_pam_status(table[i].phase, &answer),
		             table[i].status, "row %zu: phase %d result %d", i,
		             (int)table[i].phase, (int)table[i].result);
	}
}

/* CVE-2025-23013's lesson, over every combination of numbers. */
Test(pam_table, nothing_is_ignored_and_little_succeeds)
{
	struct tn_pam_answer answer = { .code = TN_OK };

	for (int i = 0; i < TN_PHASE_COUNT * 12 * 10 * 112; i++) {
		enum tn_pam_phase phase =
		    (enum tn_pam_phase)(i / (12 * 10 * 112));
		int status;

		answer.result = (enum tn_wire_result)(i / (10 * 112) % 12);
		answer.decision = (enum tn_decision)(i / 112 % 10);
		answer.row = (enum tn_row)(i % 112);
		status = tn_pam_status(phase, &answer);
		cr_assert_neq(status, PAM_IGNORE);
		if (status == PAM_SUCCESS && phase != TN_PHASE_SESSION)
			cr_assert_eq(answer.result, TN_RESULT_OK);
		if (status == PAM_SUCCESS && phase <= TN_PHASE_ACCOUNT)
			cr_assert_neq(answer.decision, TN_DENY);
	}
}

Test(pam_table, an_untouched_answer_denies)
{
	struct tn_pam_answer answer = { .code = TN_OK };

	for (int phase = 0; phase <= TN_PHASE_COUNT; phase++)
		cr_expect_neq(tn_pam_status((enum tn_pam_phase)phase, &answer),
		              PAM_SUCCESS, "phase %d", phase);
}

Test(pam_options, the_defaults_are_those_of_the_manual)
{
	struct tn_pam_options options;

	cr_assert_eq(tn_pam_options_read(0, NULL, &options, NULL), TN_OK);
	cr_expect_not(options.debug || options.use_first_pass ||
	              options.try_first_pass || options.use_authtok ||
	              options.nodelay);
	cr_expect_eq(options.timeout, 5);
	cr_expect_str_eq(options.socket, "/run/tenured/socket");
	cr_expect_str_eq(options.passwd, "/etc/passwd");
}

Test(pam_options, each_option_is_read)
{
	const char *argv[] = { "debug", "use_first_pass", "try_first_pass",
		               "use_authtok", "timeout=60" };
	struct tn_pam_options options;

	cr_assert_eq(tn_pam_options_read(5, argv, &options, NULL), TN_OK);
	cr_expect(options.debug && options.use_first_pass &&
	          options.try_first_pass && options.use_authtok);
	cr_expect_eq(options.timeout, 60);
}

Test(pam_options, what_is_unknown_or_out_of_range_is_named)
{
	static const char *const bad[] = {
		"debugging", "debug=1", "timeout", "timeout=0",
		"timeout=", "timeout=x", "timeout=-1", "timeout=61", "", "=",
		"Debug",
		/* options of the build for tests alone */
		"socket=/tmp/mine", "passwd=/tmp/mine", "nodelay"
	};
	struct tn_pam_options options;

	for (size_t i = 0; i < TN_ARRAY_LEN(bad); i++) {
		struct tn_err err = TN_ERR_INIT;
		const char *argv[] = { bad[i], "debug" };

		cr_expect_eq(tn_pam_options_read(2, argv, &options, &err),
		             TN_E_INVALID, "'%s'", bad[i]);
		cr_expect_not_null(strstr(err.text, bad[i]));
		cr_expect(options.debug, "the others still count");
	}
}

Test(pam_way, a_program_that_nobody_knows_is_judged_strictly)
{
	cr_expect_eq(tn_pam_way("sshd", false), TN_WAY_KEY);
	cr_expect_eq(tn_pam_way("sshd", true), TN_WAY_PASSWORD);
	cr_expect_eq(tn_pam_way("sudo", true), TN_WAY_SUDO);
	cr_expect_eq(tn_pam_way("su-l", false), TN_WAY_SUDO);
	cr_expect_eq(tn_pam_way("cron", false), TN_WAY_CRON);
	cr_expect_eq(tn_pam_way("atd", false), TN_WAY_CRON);
	cr_expect_eq(tn_pam_way("login", false), TN_WAY_PASSWORD);
	cr_expect_eq(tn_pam_way("sshd2", false), TN_WAY_PASSWORD);
	cr_expect_eq(tn_pam_way("", false), TN_WAY_PASSWORD);
}

/* DESIGN 5: whoever types su SOMEBODY has shown nothing. */
Test(pam_way, only_who_runs_sudo_is_the_person_that_is_asked)
{
	cr_expect(tn_service_asks_self("sudo"));
	cr_expect(tn_service_asks_self("sudo-i"));
	cr_expect_not(tn_service_asks_self("su"));
	cr_expect_not(tn_service_asks_self("su-l"));
	cr_expect_not(tn_service_asks_self("polkit-1"));
	cr_expect_not(tn_service_asks_self("sshd"));
	cr_expect_not(tn_service_asks_self(""));
}

static void
write_passwd(char *path, const char *text)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

Test(local_name, only_a_whole_first_field_is_a_login)
{
	static const char *const logins[] = { "alice", "zoe", "root" };
	static const char *const others[] = {
		"ali", "alicea", "Alice", "x", "bob", "lice", "nologin", "1000"
	};
	char path[] = "/tmp/tenure-passwd.XXXXXX";
	bool local = false;

	write_passwd(path, "alice:x:1000:1000:bob:/home/alice:/bin/sh\n"
	                   "\n#bob:x:1:1\n+::::::\nnocolon\n"
	                   "zoe:x:1001:1001::/:/usr/sbin/nologin");
	for (size_t i = 0; i < TN_ARRAY_LEN(logins); i++) {
		cr_expect_eq(tn_local_name(path, logins[i], &local, NULL),
		             TN_OK);
		cr_expect(local, "%s", logins[i]);
	}
	for (size_t i = 0; i < TN_ARRAY_LEN(others); i++) {
		cr_expect_eq(tn_local_name(path, others[i], &local, NULL),
		             TN_OK);
		cr_expect_not(local, "%s", others[i]);
	}
	unlink(path);
}

Test(local_name, a_login_across_two_reads_is_found)
{
	char path[] = "/tmp/tenure-passwd.XXXXXX";
	char text[8200];
	bool local = false;

	memset(text, 'y', sizeof(text));
	memcpy(text + 4093, "\nalice:x\n", 9);
	text[sizeof(text) - 1] = '\0';
	write_passwd(path, text);
	cr_expect_eq(tn_local_name(path, "alice", &local, NULL), TN_OK);
	cr_expect(local);
	unlink(path);
}

Test(local_name, root_needs_no_file_and_others_need_one)
{
	bool local = false;

	cr_expect_eq(tn_local_name("/nonexistent", "root", &local, NULL),
	             TN_OK);
	cr_expect(local);
	cr_expect_eq(tn_local_name("/nonexistent", "alice", &local, NULL),
	             TN_E_IO);
}

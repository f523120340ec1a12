/*
 * What the answer to a Password Modify means: every row of slapd's table, and
 * every call to libldap made to fail once (fake_libldap.c).
 */
#include <criterion/criterion.h>

#include <string.h>
#include "base/attrs.h"
#include "directory/connection_private.h"
#include "fake_libldap.h"

static void
start(void)
{
	cr_assert_eq(tn_secret_start(NULL), TN_OK);
}

TestSuite(passwd_judge, .init = start, .timeout = 60);

static int
change(enum tn_passwd_result *ret, bool *ret_usable)
{
	struct tn_connection connection;
	struct tn_secret *old = NULL;
	struct tn_secret *fresh = NULL;
	int rc;

	fake_connection(&connection);
	cr_assert_eq(tn_secret_new("Kirsche", 7, &old, NULL), TN_OK);
	cr_assert_eq(tn_secret_new("Vogel", 5, &fresh, NULL), TN_OK);
	rc = tn_password_modify(&connection, NULL, old, fresh, ret, NULL);
	*ret_usable = connection.ld != NULL;
	tn_connection_destroy(&connection);
	tn_secret_freep(&old);
	tn_secret_freep(&fresh);
	return rc;
}

#define NO_ANSWER (-1) /* an error, which says nothing of the password */

/* slapd 2.5.13, as it was measured; 16 is "no control at all". */
static const struct row {
	const char *what;
	int result;
	int error;
	const char *words;
	int want;
} rows[] = {
	{ "done", 0, 16, NULL, TN_PASSWD_DONE },
	{ "too short", 19, 6, "Password fails quality checking policy",
	  TN_PASSWD_TOO_SHORT },
	{ "quality", 19, 5, "Password fails quality checking policy",
	  TN_PASSWD_QUALITY },
	{ "same as current", 19, 8,
	  "Password is not being changed from existing value",
	  TN_PASSWD_HISTORY },
	{ "in history", 19, 8, "Password is in history of old passwords",
	  TN_PASSWD_HISTORY },
	{ "too young", 19, 7, "Password is too young to change",
	  TN_PASSWD_TOO_YOUNG },
	{ "pwdSafeModify without the old one", 50, 4,
	  "Must supply old password", TN_PASSWD_FORBIDDEN },
	{ "a wrong old password", 53, 16, "unwilling to verify old password",
	  TN_PASSWD_OLD_WRONG },
	{ "pwdAllowUserChange FALSE", 50, 3,
	  "User alteration of password is not allowed", TN_PASSWD_FORBIDDEN },
	{ "not bound", 8, 16, "only authenticated users may change passwords",
	  TN_PASSWD_FORBIDDEN },
	{ "unwilling for another reason", 53, 16, "no", TN_PASSWD_FORBIDDEN },
	{ "busy", 51, 16, NULL, NO_ANSWER },
	{ "unavailable", 52, 16, NULL, NO_ANSWER },
};

static void
set(const struct row *row)
{
	fake_answer(row->result, ANY, ANY, row->error);
	server.has_control = row->error != 16;
	server.words = row->words;
}

Test(passwd_judge, each_row_of_the_table_is_as_it_was_measured)
{
	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		enum tn_passwd_result got = TN_PASSWD_FORBIDDEN;
		bool usable = false;
		int rc;

		set(&rows[i]);
		rc = change(&got, &usable);
		if (rows[i].want == NO_ANSWER) {
			cr_expect_neq(rc, TN_OK, "%s", rows[i].what);
			cr_expect_eq(got, TN_PASSWD_FORBIDDEN, "untouched");
			continue;
		}
		cr_expect_eq(rc, TN_OK, "%s", rows[i].what);
		cr_expect_eq((int)got, rows[i].want, "%s: %d", rows[i].what,
		             (int)got);
		cr_expect(usable, "%s: another one may be tried", rows[i].what);
	}
}

Test(passwd_judge, nothing_but_a_success_is_one)
{
	for (int result = 1; result < 124; result++) {
		for (int error = ANY; error <= 9; error++) {
			enum tn_passwd_result got = TN_PASSWD_FORBIDDEN;
			bool usable = false;

			fake_answer(result, ANY, ANY, error);
			(void)change(&got, &usable);
			cr_assert_neq(got, TN_PASSWD_DONE, "result %d error %d",
			              result, error);
		}
	}
}

/* Whether it was made is not known then: the caller settles it by a bind. */
Test(passwd_judge, no_failing_call_is_called_done)
{
	for (size_t i = 0; i < TN_ARRAY_LEN(rows) * 2; i++) {
		int n;

		for (n = 0; n < 50; n++) {
			enum tn_passwd_result got = TN_PASSWD_FORBIDDEN;
			bool usable = true;
			int rc;

			set(&rows[i / 2]);
			is_late = i % 2 == 1;
			allowed = n;
			rc = change(&got, &usable);
			if (!has_failed)
				break;
			cr_assert_neq(rc, TN_OK, "%s, call %d",
			              rows[i / 2].what, n);
			cr_assert_eq(got, TN_PASSWD_FORBIDDEN, "untouched");
		}
		cr_expect_gt(n, 2, "%s", rows[i / 2].what);
	}
}

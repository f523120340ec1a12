/*
 * What a bind's answer means: every row of slapd's password-policy control, the
 * result code before it (CVE-2006-5170), the bound identity after it; and every
 * call to libldap made to fail once. libldap is stood in for: its calls give
 * what a row says that the server answers.
 */
#include <criterion/criterion.h>

#include <string.h>
#include "base/attrs.h"
#include "directory/connection_private.h"
#include "fake_libldap.h"

#define PERSON FAKE_DN

static void
start(void)
{
	cr_assert_eq(tn_secret_start(NULL), TN_OK);
}

TestSuite(bind_judge, .init = start, .timeout = 60);

/* Binds as PERSON. ret_usable: more may be asked on the connection. */
static int
bind_person(struct tn_bind_result *ret, bool *ret_usable)
{
	struct tn_connection connection;
	struct tn_secret *password = NULL;
	int rc;

	fake_connection(&connection);
	cr_assert_eq(tn_secret_new("Kirsche", 7, &password, NULL), TN_OK);
	rc = tn_bind_password(&connection, PERSON, password, ret, NULL);
	*ret_usable = connection.ld != NULL;
	tn_connection_destroy(&connection);
	tn_secret_freep(&password);
	return rc;
}

enum {
	ACCEPTED = 1 << 0,
	MUST_CHANGE = 1 << 1,
	GRACE = 1 << 2,
	EXPIRED = 1 << 3,
};

static int
flags_of(const struct tn_bind_result *told)
{
	return (told->accepted ? ACCEPTED : 0) |
	       (told->must_change ? MUST_CHANGE : 0) |
	       (told->grace_used ? GRACE : 0) | (told->expired ? EXPIRED : 0);
}

/* The table of slapd 2.5.13, as it was measured; 16 is "no control at all". */
static const struct row {
	const char *what;
	int result;
	int expire;
	int grace;
	int error;
	int want;
} rows[] = {
	{ "normal", 0, ANY, ANY, ANY, ACCEPTED },
	{ "initial password without pwdReset", 0, ANY, ANY, ANY, ACCEPTED },
	{ "pwdReset", 0, ANY, ANY, 2, ACCEPTED | MUST_CHANGE },
	{ "pwdReset and expired", 0, 0, ANY, 2, ACCEPTED | MUST_CHANGE },
	{ "pwdReset, pwdMustChange FALSE", 0, ANY, ANY, ANY, ACCEPTED },
	{ "expires in 5 days", 0, 432000, ANY, ANY, ACCEPTED },
	{ "expired, one grace login left", 0, ANY, 1, ANY, ACCEPTED | GRACE },
	{ "expired, the last grace login", 0, ANY, 0, ANY, ACCEPTED | GRACE },
	{ "expired, no grace", 49, ANY, ANY, 0, EXPIRED },
	{ "wrong password", 49, ANY, ANY, ANY, 0 },
	{ "the failure that locks", 49, ANY, ANY, ANY, 0 },
	{ "locked by failures", 49, ANY, ANY, ANY, 0 },
	{ "locked by failures, UseLockout", 49, ANY, ANY, 1, 0 },
	{ "locked by an administrator", 49, ANY, ANY, ANY, 0 },
	{ "locked by an administrator, UseLockout", 49, ANY, ANY, 1, 0 },
	{ "pwdEndTime passed", 49, ANY, ANY, ANY, 0 },
	{ "pwdEndTime passed, UseLockout", 49, ANY, ANY, 1, 0 },
	{ "pwdStartTime ahead", 49, ANY, ANY, ANY, 0 },
	{ "pwdStartTime ahead, UseLockout", 49, ANY, ANY, 1, 0 },
	{ "pwdMaxIdle exceeded", 49, ANY, ANY, ANY, 0 },
	{ "pwdMaxIdle exceeded, UseLockout", 49, ANY, ANY, 1, 0 },
	{ "locked and pwdReset", 49, ANY, ANY, ANY, 0 },
	{ "locked and pwdReset, UseLockout", 49, ANY, ANY, 1, 0 },
	{ "locked by access rules", 49, ANY, ANY, ANY, 0 },
	{ "nobody of that name", 49, ANY, ANY, 16, 0 },
	{ "the root dn", 0, ANY, ANY, 16, ACCEPTED },
	{ "an empty password", 53, ANY, ANY, 16, 0 },
};

Test(bind_judge, each_row_of_the_control_is_as_it_was_measured)
{
	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		struct tn_bind_result told = { .accepted = true };
		bool usable = false;

		fake_answer(row->result, row->expire, row->grace, row->error);
		server.has_control = row->error != 16;
		allowed = ANY;
		cr_expect_eq(bind_person(&told, &usable), TN_OK, "%s",
		             row->what);
		cr_expect_eq(flags_of(&told), row->want, "%s: %d", row->what,
		             flags_of(&told));
		cr_expect_eq(usable, told.accepted,
		             "%s: nothing follows on a refused one", row->what);
		if (row->grace != ANY)
			cr_expect_eq(told.grace_left, row->grace);
		if (row->expire != ANY)
			cr_expect_eq(told.expires_in, row->expire);
	}
}

/* CVE-2006-5170: a control beside a refusal opened the door. */
Test(bind_judge, no_control_makes_a_success_of_a_refusal)
{
	for (int result = 1; result < 124; result++) {
		for (int error = ANY; error <= 9; error++) {
			for (int warning = 0; warning < 3; warning++) {
				struct tn_bind_result told = { 0 };
				bool usable = true;

				fake_answer(result, warning == 1 ? 100 : ANY,
				            warning == 2 ? 3 : ANY, error);
				allowed = ANY;
				(void)bind_person(&told, &usable);
				cr_assert_not(told.accepted);
				cr_assert_not(usable, "result %d error %d",
				              result, error);
			}
		}
	}
}

Test(bind_judge, who_is_bound_is_who_was_asked_for)
{
	static const char *const others[] = {
		NULL,
		"",
		"dn:",
		"dn:uid=li,ou=people,dc=example,dc=org",
		"u:wang",
		PERSON,
		"dn:" PERSON ",dc=cn",
		"dn:nonsense"
	};
	struct tn_bind_result told = { 0 };
	bool usable = true;

	for (size_t i = 0; i < TN_ARRAY_LEN(others); i++) {
		fake_answer(LDAP_SUCCESS, ANY, ANY, ANY);
		server.identity = others[i];
		allowed = ANY;
		cr_expect_eq(bind_person(&told, &usable), TN_E_PROTOCOL, "%s",
		             others[i]);
		cr_expect_not(told.accepted);
		cr_expect_not(usable);
	}
	fake_answer(LDAP_SUCCESS, ANY, ANY, ANY);
	server.identity_result = LDAP_UNWILLING_TO_PERFORM;
	cr_expect_neq(bind_person(&told, &usable), TN_OK);
	cr_expect_not(told.accepted);
	/* Another spelling of the same. */
	fake_answer(LDAP_SUCCESS, ANY, ANY, ANY);
	server.identity = "dn:UID=Wang, OU=people,dc=example,dc=org";
	cr_expect_eq(bind_person(&told, &usable), TN_OK);
	cr_expect(told.accepted);
}

/* In every row every call fails once. */
Test(bind_judge, no_failing_call_makes_a_success)
{
	unsigned int tried = 0;

	for (size_t i = 0; i < TN_ARRAY_LEN(rows) * 2; i++) {
		const struct row *row = &rows[i / 2];
		int n;

		is_late = i % 2 == 1;
		for (n = 0; n < 100; n++) {
			struct tn_bind_result told = { 0 };
			bool usable = true;
			int rc;

			fake_answer(row->result, row->expire, row->grace,
			            row->error);
			server.has_control = row->error != 16;
			has_failed = false;
			allowed = n;
			rc = bind_person(&told, &usable);
			if (!has_failed)
				break;
			tried++;
			cr_assert_neq(rc, TN_OK, "%s, call %d", row->what, n);
			cr_assert_eq(flags_of(&told), 0, "%s, call %d",
			             row->what, n);
			cr_assert_not(usable, "%s, call %d", row->what, n);
		}
		cr_expect_gt(n, row->result == 0 ? 8 : 2, "%s", row->what);
		cr_expect_lt(n, 100);
	}
	cr_expect_gt(tried, 200);
}

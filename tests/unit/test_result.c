/* LDAP's result codes become ours by one table, tried row by row. */
#include <string.h>
#include <criterion/criterion.h>
#include "base/attrs.h"
#include "directory/result.h"

static const struct row {
	const char *what;
	int result;
	int code;
} rows[] = {
	{ "success", 0, TN_OK },
	{ "operations error", 1, TN_E_PROTOCOL },
	{ "protocol error", 2, TN_E_PROTOCOL },
	{ "time limit: a part is no result", 3, TN_E_INCOMPLETE },
	{ "size limit: a part is no result", 4, TN_E_INCOMPLETE },
	{ "compare false: nobody compares", 5, TN_E_PROTOCOL },
	{ "compare true: nobody compares", 6, TN_E_PROTOCOL },
	{ "method not supported", 7, TN_E_DENIED },
	{ "strong auth required", 8, TN_E_DENIED },
	{ "referral: it is elsewhere", 10, TN_E_INCOMPLETE },
	{ "admin limit", 11, TN_E_INCOMPLETE },
	{ "critical extension", 12, TN_E_PROTOCOL },
	{ "confidentiality required", 13, TN_E_DENIED },
	{ "no such attribute", 16, TN_E_NOT_FOUND },
	{ "undefined type", 17, TN_E_RULE },
	{ "inappropriate matching", 18, TN_E_RULE },
	{ "constraint violation", 19, TN_E_RULE },
	{ "value exists", 20, TN_E_EXISTS },
	{ "invalid syntax", 21, TN_E_RULE },
	{ "no such object", 32, TN_E_NOT_FOUND },
	{ "invalid dn", 34, TN_E_INVALID },
	{ "inappropriate auth", 48, TN_E_DENIED },
	{ "invalid credentials", 49, TN_E_DENIED },
	{ "insufficient access", 50, TN_E_DENIED },
	{ "busy", 51, TN_E_UNREACHABLE },
	{ "unavailable", 52, TN_E_UNREACHABLE },
	{ "unwilling", 53, TN_E_RULE },
	{ "naming violation", 64, TN_E_RULE },
	{ "object class violation", 65, TN_E_RULE },
	{ "not on a non-leaf", 66, TN_E_RULE },
	{ "not on an rdn", 67, TN_E_RULE },
	{ "exists", 68, TN_E_EXISTS },
	{ "no object class mods", 69, TN_E_RULE },
	{ "other: the server's disk", 80, TN_E_IO },
	{ "assertion failed", 122, TN_E_STALE },
	{ "refresh required", 4096, TN_E_STALE },
	{ "unknown", 12345, TN_E_PROTOCOL },
	{ "server down", -1, TN_E_UNREACHABLE },
	{ "local error", -2, TN_E_BUG },
	{ "encoding error", -3, TN_E_INVALID },
	{ "decoding error", -4, TN_E_PROTOCOL },
	{ "timeout", -5, TN_E_TIMEOUT },
	{ "auth unknown", -6, TN_E_BUG },
	{ "filter error", -7, TN_E_INVALID },
	{ "param error", -9, TN_E_INVALID },
	{ "no memory", -10, TN_E_NO_MEMORY },
	{ "connect error", -11, TN_E_UNREACHABLE },
	{ "not supported", -12, TN_E_PROTOCOL },
	{ "control not found", -13, TN_E_PROTOCOL },
	{ "unknown of libldap", -99, TN_E_PROTOCOL },
};

Test(result, every_row_has_its_code)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++)
		cr_expect_eq(tn_result_code(rows[i].result), rows[i].code, "%s",
		             rows[i].what);
}

Test(result, only_success_is_no_error)
{
	int result;

	for (result = -100; result < 5000; result++)
		cr_expect_eq(tn_result_code(result) == TN_OK, result == 0, "%d",
		             result);
}

Test(result, uniqueness_is_told_from_other_constraints)
{
	struct tn_err err = TN_ERR_INIT;

	cr_expect_eq(tn_result_fail(&err, LDAP_CONSTRAINT_VIOLATION,
	                            "non-unique attributes found with x",
	                            "add"),
	             TN_E_EXISTS);
	cr_expect_eq(err.code, TN_E_EXISTS);
	cr_expect_eq(tn_result_fail(&err, LDAP_CONSTRAINT_VIOLATION,
	                            "add breaks constraint on cn", "add"),
	             TN_E_RULE);
	cr_expect(strstr(err.text, "breaks constraint on cn") != NULL);
}

Test(result, success_is_never_reported_as_an_error_with_code_ok)
{
	struct tn_err err = TN_ERR_INIT;

	cr_expect_eq(tn_result_fail(&err, LDAP_SUCCESS, NULL, "x"), TN_E_BUG);
	cr_expect_eq(tn_result_fail(NULL, LDAP_BUSY, "", "x"),
	             TN_E_UNREACHABLE);
}

/* What init takes for a suffix, an organisation and a path, and how templates
   are filled in: all that ends in a dn, a regular expression or LDIF. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "account/account.h"
#include "base/buf.h"
#include "init_plan.h"

static struct init_plan
sample(void)
{
	struct init_plan plan = {
		.suffix = "dc=example,dc=org",
		.organisation = "Example",
		.server_names = "ldap.example.org",
		.ldif_dir = "/usr/share/tenure/ldif",
		.config_dir = "/etc/ldap/slapd.d",
		.data_dir = "/var/lib/ldap",
		.scheduler_uid = 991,
	};

	return plan;
}

Test(init_plan, only_a_plain_suffix_is_taken)
{
	static const struct {
		const char *suffix;
		int code;
	} rows[] = {
		{ "dc=example,dc=org", TN_OK },
		{ "dc=a-1", TN_OK },
		{ "", TN_E_INVALID },
		{ "dc=", TN_E_INVALID },
		{ "dc=example,", TN_E_INVALID },
		{ "dc=Example", TN_E_INVALID },
		{ "dc=-a", TN_E_INVALID },
		{ "dc=a-", TN_E_INVALID },
		{ "dc=a.b", TN_E_INVALID },
		{ "o=example", TN_E_INVALID },
		{ "dc=a\",dc=b", TN_E_INVALID },
		{ "dc=a)(dc=b", TN_E_INVALID },
		{ "dc=a\nolcRootPW: x", TN_E_INVALID },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct init_plan plan = sample();
		struct tn_err err = TN_ERR_INIT;

		plan.suffix = rows[i].suffix;
		cr_expect_eq(init_plan_check(&plan, &err), rows[i].code, "%s",
		             rows[i].suffix);
	}
}

Test(init_plan, an_organisation_cannot_carry_ldif)
{
	static const char *const bad[] = { "",           "a\nb: c", ": x",
		                           "< file:///", " a",      "a ",
		                           "@DC@",       "\xff" };
	struct init_plan plan = sample();
	struct tn_err err = TN_ERR_INIT;
	size_t i;

	plan.organisation = "示例 Example, Inc.";
	cr_expect_eq(init_plan_check(&plan, &err), TN_OK);
	for (i = 0; i < TN_ARRAY_LEN(bad); i++) {
		plan.organisation = bad[i];
		cr_expect_eq(init_plan_check(&plan, &err), TN_E_INVALID, "%zu",
		             i);
	}
}

Test(init_plan, a_path_is_absolute_and_plain)
{
	static const char *const bad[] = { "relative", "/a b", "/a/../b",
		                           "/a/",      "/",    "/a\"" };
	struct init_plan plan = sample();
	struct tn_err err = TN_ERR_INIT;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(bad); i++) {
		plan.data_dir = bad[i];
		cr_expect_eq(init_plan_check(&plan, &err), TN_E_INVALID, "%s",
		             bad[i]);
	}
}

/* Render text as a template; the result is checked against wanted, or the
   code where wanted is NULL. */
static void
renders(const char *text, const char *wanted)
{
	char folder[] = "/tmp/init_plan.XXXXXX";
	char path[64];
	struct init_plan plan = sample();
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf buf;
	FILE *file;
	int status;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/t.ldif", folder);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
	plan.ldif_dir = folder;
	tn_buf_init(&buf, INIT_TEMPLATE_MAX);
	status = init_render(&plan, "t.ldif", "/data", &buf, &err);
	if (wanted) {
		cr_expect_eq(status, TN_OK, "%s", err.text);
		cr_expect_str_eq(tn_buf_text(&buf), wanted);
	} else {
		cr_expect_eq(status, TN_E_INVALID);
	}
	tn_buf_done(&buf);
	unlink(path);
	rmdir(folder);
}

Test(init_plan, words_are_filled_in_and_comments_left_out)
{
	renders("# @NOTHING@\ndn: @SUFFIX@\ndc: @DC@\nx: @SCHEDULER_UID@ "
	        "@DATA_DIR@ a@b\n",
	        "dn: dc=example,dc=org\ndc: example\nx: 991 /data a@b\n");
	renders("dn: x\nby @SCHEDULER@\n",
	        "dn: x\nby dn.exact=\"cn=scheduler,ou=agents,"
	        "dc=example,dc=org\"\n");
}

Test(init_plan, an_unknown_word_is_refused)
{
	renders("dn: @NOBODY@\n", NULL);
}

/* slapmodify drops such a record and reports success. */
Test(init_plan, a_record_without_its_dn_is_refused)
{
	renders("dn: x\na: b\n\na: c\n", NULL);
	renders("dn: x\na: b\n\n# c\ndn: y\na: c\n", "dn: x\na: b\n\ndn: y\n"
	                                             "a: c\n");
}

/* How long a set becomes at most: "$1" is a role's dn, "${v1}" a person's. */
static size_t
expanded(const char *set, size_t len, size_t suffix)
{
	static const char role[] = "cn=it-manager,ou=roles,";
	static const char person[] = "uid=,ou=people,";
	size_t total = len;
	size_t i;

	for (i = 0; i < len; i++) {
		if (!strncmp(set + i, "$1", 2))
			total += sizeof(role) + suffix;
		else if (!strncmp(set + i, "${v1}", 5))
			total += sizeof(person) + TN_LOGIN_MAX + suffix;
	}
	return total;
}

Test(init_plan, no_set_is_longer_than_slapd_expands)
{
	static const char begin[] = "set.expand=\"";
	char suffix[INIT_SUFFIX_MAX + 1];
	const char *top = getenv("top_srcdir");
	char folder[512];
	struct init_plan plan = sample();
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf ldif;
	const char *at;
	size_t sets = 0;

	memset(suffix, 'a', INIT_SUFFIX_MAX);
	suffix[INIT_SUFFIX_MAX] = '\0';
	memcpy(suffix, "dc=", 3);
	memcpy(suffix + INIT_SUFFIX_MAX / 2, ",dc=", 4);
	plan.suffix = suffix;
	cr_expect_eq(init_plan_check(&plan, &err), TN_OK, "%s", err.text);
	snprintf(folder, sizeof(folder), "%s/ldif", top ? top : ".");
	plan.ldif_dir = folder;
	tn_buf_init(&ldif, (size_t)2 * INIT_TEMPLATE_MAX);
	cr_assert_eq(init_render(&plan, "access.ldif", "/", &ldif, &err), TN_OK,
	             "%s", err.text);
	cr_assert_eq(init_render(&plan, "access-signed.ldif", "/", &ldif, &err),
	             TN_OK, "%s", err.text);
	for (at = tn_buf_text(&ldif); (at = strstr(at, begin)); sets++) {
		size_t len;

		at += sizeof(begin) - 1;
		len = strcspn(at, "\"");
		cr_expect_lt(expanded(at, len, INIT_SUFFIX_MAX), 1023, "%zu: %.*s",
		             expanded(at, len, INIT_SUFFIX_MAX), (int)len, at);
	}
	cr_expect_gt(sets, 0);
	tn_buf_done(&ldif);
}

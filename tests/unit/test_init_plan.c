/* What init takes for a suffix, an organisation and a path, and how templates
   are filled in: all that ends in a dn, a regular expression or LDIF. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

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

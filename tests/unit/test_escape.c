/* What people are called must break out of no filter and no dn. */
#include <criterion/criterion.h>
#include <ldap.h>
#include "directory/search.h"

static void
expect(int (*escape)(struct tn_buf *, const char *), const char *value,
       const char *expected)
{
	struct tn_buf buf;

	tn_buf_init(&buf, 1024);
	cr_expect_eq(escape(&buf, value), TN_OK);
	cr_expect_str_eq(tn_buf_text(&buf), expected);
	tn_buf_done(&buf);
}

Test(escape, filter_values_follow_rfc_4515)
{
	expect(tn_filter_escape, "wang", "wang");
	expect(tn_filter_escape, "", "");
	expect(tn_filter_escape, "王小明", "王小明");
	expect(tn_filter_escape, "*", "\\2a");
	expect(tn_filter_escape, "a)(uid=*", "a\\29\\28uid=\\2a");
	expect(tn_filter_escape, "a\\b", "a\\5cb");
	expect(tn_filter_escape, "a\nb\177", "a\\0ab\\7f");
	expect(tn_filter_escape, "M\374ller*", "M\\fcller\\2a");
}

Test(escape, dn_values_follow_rfc_4514)
{
	expect(tn_dn_escape, "wang", "wang");
	expect(tn_dn_escape, "王小明", "王小明");
	expect(tn_dn_escape, "Wang, Li", "Wang\\2c Li");
	expect(tn_dn_escape, "a+b=c", "a\\2bb\\3dc");
	expect(tn_dn_escape, "\"<>;\\", "\\22\\3c\\3e\\3b\\5c");
	expect(tn_dn_escape, "#1", "\\231");
	expect(tn_dn_escape, " a b ", "\\20a\\20b\\20");
	expect(tn_dn_escape, "M\374ller", "M\\fcller");
}

/* libldap's own parser reads back what went in, whatever it was. */
Test(escape, every_byte_survives_a_dn)
{
	char value[] = "a?b";
	struct tn_buf buf;
	LDAPDN dn;
	int byte;

	for (byte = 1; byte < 256; byte++) {
		value[1] = (char)byte;
		tn_buf_init(&buf, 1024);
		tn_buf_put_text(&buf, "cn=");
		tn_dn_escape(&buf, value);
		tn_buf_put_text(&buf, ",dc=org");
		cr_assert_eq(
		    ldap_str2dn(tn_buf_text(&buf), &dn, LDAP_DN_FORMAT_LDAPV3),
		    LDAP_SUCCESS, "byte %d", byte);
		cr_expect_str_eq(dn[0][0]->la_value.bv_val, value, "byte %d",
		                 byte);
		cr_expect_not_null(dn[1]);
		cr_expect_null(dn[2], "byte %d", byte);
		ldap_dnfree(dn);
		tn_buf_done(&buf);
	}
}

Test(escape, full_buffer_is_an_error)
{
	struct tn_buf buf;

	tn_buf_init(&buf, 4);
	cr_expect_eq(tn_filter_escape(&buf, "****"), TN_E_LIMIT);
	cr_expect_null(tn_buf_text(&buf));
	tn_buf_done(&buf);
}

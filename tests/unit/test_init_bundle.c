#include <criterion/criterion.h>

#include <string.h>

#include "init_bundle.h"

#define PEM(text)                                      \
	"-----BEGIN CERTIFICATE-----\n" text "\n-----" \
	"END CERTIFICATE-----\n"
#define HEAD                                                      \
	"provider = provider2\nsuffix = dc=example,dc=org\n"      \
	"organisation = Example\nwriter = ldaps://ldap.example\n"

static struct init_bundle bundle;
static struct tn_err err = TN_ERR_INIT;

Test(init_bundle, comes_back_as_it_was_written)
{
	struct tn_buf text;

	cr_assert_eq(init_bundle_parse(HEAD PEM("one") PEM("two"), &bundle,
	                               &err),
	             TN_OK, "%s", err.text);
	cr_expect_str_eq(bundle.suffix, "dc=example,dc=org");
	cr_expect_str_eq(bundle.certificate, PEM("one"));
	cr_expect_str_eq(bundle.authority, PEM("two"));
	tn_buf_init(&text, INIT_BUNDLE_MAX);
	init_bundle_write(&bundle, &text);
	memset(&bundle, 0, sizeof(bundle));
	cr_assert_eq(init_bundle_parse(tn_buf_text(&text), &bundle, &err),
	             TN_OK, "%s", err.text);
	cr_expect_str_eq(bundle.writer, "ldaps://ldap.example");
	tn_buf_done(&text);
}

Test(init_bundle, what_is_none_is_refused)
{
	static const char *const bad[] = {
		"",
		"garbage",
		HEAD,
		HEAD PEM("one"),
		HEAD PEM("one") "-----BEGIN CERTIFICATE-----\n",
		HEAD PEM("one") PEM("two") "more",
		HEAD "suffix = dc=other\n" PEM("one") PEM("two"),
		PEM("one") HEAD PEM("two"),
		"provider = \n" PEM("one") PEM("two"),
		"provider = p\x01\n" PEM("one") PEM("two"),
		"provider = a provider far too long for this\n" PEM("one")
		    PEM("two"),
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_eq(init_bundle_parse(bad[i], &bundle, &err),
		             TN_E_INVALID, "%zu", i);
}

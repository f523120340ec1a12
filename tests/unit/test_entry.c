/* What is not plainly there is not there: values are bytes from outside. */
#include <criterion/criterion.h>
#include "sample_entry.h"

static struct sample_entry made;

static const struct sample samples[] = {
	{ "objectClass", { "posixAccount", "TenurePerson" } },
	{ "cn", { "王小明" } },
	{ "mail", { "a@example.org", "b@example.org" } },
	{ "empty", { NULL } },
	{ "latin1", { "M\374ller" } },
	{ "uidNumber", { "4294967295" } },
	{ "tooBig", { "4294967296" } },
	{ "negative", { "-1" } },
	{ "words", { "many" } },
	{ "when", { "20261130235959Z" } },
	{ "never", { "20261332000000Z" } },
	{ "yes", { "TRUE" } },
	{ "no", { "FALSE" } },
	{ "maybe", { "true" } },
	{ NULL, { NULL } },
};

Test(entry, text_is_one_plain_value)
{
	const struct tn_entry *entry = sample_fill(&made, samples);

	cr_expect_str_eq(tn_entry_text(entry, "cn"), "王小明");
	cr_expect_str_eq(tn_entry_text(entry, "CN"), "王小明");
	cr_expect_null(tn_entry_text(entry, "mail"), "two values");
	cr_expect_null(tn_entry_text(entry, "empty"));
	cr_expect_null(tn_entry_text(entry, "absent"));
	cr_expect_null(tn_entry_text(entry, "latin1"), "not UTF-8");
}

Test(entry, text_with_a_nul_inside_is_none)
{
	const struct tn_entry *entry = sample_fill(&made, samples);

	made.values[1][0].data = "wang\0root";
	made.values[1][0].len = 9;
	cr_expect_null(tn_entry_text(entry, "cn"));
}

Test(entry, has_value_compares_whole_values_without_case)
{
	const struct tn_entry *entry = sample_fill(&made, samples);

	cr_expect(tn_entry_is(entry, "tenurePerson"));
	cr_expect_not(tn_entry_is(entry, "tenurePers"));
	cr_expect_not(tn_entry_is(entry, "tenurePersonX"));
	cr_expect_not(tn_entry_has_value(entry, "absent", "x"));
}

Test(entry, numbers_are_whole_and_fit)
{
	const struct tn_entry *entry = sample_fill(&made, samples);
	uint32_t number = 7;

	cr_expect_eq(tn_entry_u32(entry, "absent", &number), TN_E_NOT_FOUND);
	cr_expect_eq(tn_entry_u32(entry, "tooBig", &number), TN_E_INVALID);
	cr_expect_eq(tn_entry_u32(entry, "negative", &number), TN_E_INVALID);
	cr_expect_eq(tn_entry_u32(entry, "words", &number), TN_E_INVALID);
	cr_expect_eq(tn_entry_u32(entry, "mail", &number), TN_E_INVALID);
	cr_expect_eq(number, 7, "a failed read wrote");
	cr_expect_eq(tn_entry_u32(entry, "uidNumber", &number), TN_OK);
	cr_expect_eq(number, UINT32_MAX);
}

Test(entry, times_and_flags_are_read_strictly)
{
	const struct tn_entry *entry = sample_fill(&made, samples);
	int64_t time = 7;
	bool flag = true;

	cr_expect_eq(tn_entry_time(entry, "when", &time), TN_OK);
	cr_expect_eq(time, 1796083199);
	cr_expect_eq(tn_entry_time(entry, "never", &time), TN_E_INVALID);
	cr_expect_eq(tn_entry_time(entry, "absent", &time), TN_E_NOT_FOUND);
	cr_expect_eq(tn_entry_bool(entry, "no", &flag), TN_OK);
	cr_expect_not(flag);
	cr_expect_eq(tn_entry_bool(entry, "yes", &flag), TN_OK);
	cr_expect(flag);
	cr_expect_eq(tn_entry_bool(entry, "maybe", &flag), TN_E_INVALID);
}

Test(entry, kinds_are_told_apart)
{
	static const struct {
		struct sample samples[2];
		enum tn_entry_kind kind;
	} rows[] = {
		{ { { "objectClass", { "top", "tenurePerson" } } },
		  TN_ENTRY_ACCOUNT },
		{ { { "objectClass", { "account", "tenureService" } } },
		  TN_ENTRY_ACCOUNT },
		{ { { "objectClass", { "posixGroup" } } }, TN_ENTRY_GROUP },
		{ { { "objectClass", { "tenureLock" } } }, TN_ENTRY_LOCK },
		{ { { "objectClass", { "tenureRelease" } } },
		  TN_ENTRY_RELEASE },
		{ { { "objectClass", { "posixAccount" } } }, TN_ENTRY_OTHER },
		{ { { "cn", { "tenurePerson" } } }, TN_ENTRY_OTHER },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(tn_entry_kind(sample_fill(&made, rows[i].samples)),
		             rows[i].kind, "row %zu", i);
}

/* Whoever watches must not be handed a hash. */
Test(entry, no_list_asks_for_a_secret)
{
	static const char *const secrets[] = { "userPassword", "pwdHistory",
		                               "*", "+" };
	size_t i;
	size_t n;

	for (i = 0; tn_watch_attributes[i] != NULL; i++)
		for (n = 0; n < 4; n++)
			cr_expect_str_neq(tn_watch_attributes[i], secrets[n]);
	cr_expect_gt(i, 30);
}

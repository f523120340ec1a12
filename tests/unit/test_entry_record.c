/*
 * Records out of entries. A value that is there and makes no sense closes
 * (CI-P38, UM-13.2, UM-15.1): it must not read as "nothing is set".
 */
#include <criterion/criterion.h>
#include "sample_entry.h"

static struct sample_entry made;
static struct tn_err err = TN_ERR_INIT;

static const struct sample person[] = {
	{ "objectClass", { "inetOrgPerson", "tenurePerson" } },
	{ "uid", { "wang" } },
	{ "cn", { "王小明" } },
	{ "employeeNumber", { "E7" } },
	{ "uidNumber", { "2000001" } },
	{ "gidNumber", { "2000000" } },
	{ "homeDirectory", { "/home/wang" } },
	{ "loginShell", { "/bin/bash" } },
	{ "departmentNumber", { "研发" } },
	{ "tenureStatus", { "active" } },
	{ "tenureStartDate", { "2026-01-01" } },
	{ "tenureEndDate", { "2026-11-30" } },
	{ "pwdReset", { "TRUE" } },
	{ "pwdChangedTime", { "20261101000000Z" } },
	{ "tenureInitialDeadline", { "20261108000000Z" } },
	{ NULL, { NULL } },
};

Test(entry_record, person_is_read_whole)
{
	const struct tn_entry *entry = sample_fill(&made, person);
	struct tn_account account;
	int32_t end;

	cr_assert_eq(tn_day_parse("2026-11-30", &end, NULL), TN_OK);
	cr_assert_eq(tn_account_from_entry(entry, &account, &err), TN_OK);
	cr_expect_eq(account.kind, TN_KIND_PERSON);
	cr_expect_str_eq(account.login, "wang");
	cr_expect_str_eq(account.real_name, "王小明");
	cr_expect_str_eq(account.staff_number, "E7");
	cr_expect_eq(account.uid, 2000001);
	cr_expect_eq(account.gid, 2000000);
	cr_expect_str_eq(account.department, "研发");
	cr_expect_eq(account.status, TN_STATUS_ACTIVE);
	cr_expect_eq(account.end_day, end);
	cr_expect(account.password_reset);
	cr_expect_neq(account.password_changed, TN_TIME_NONE);
	cr_expect_neq(account.initial_deadline, TN_TIME_NONE);
	cr_expect_eq(account.policy_locked, TN_TIME_NONE);
	cr_expect_eq(account.policy_end, TN_TIME_NONE);
	cr_expect_str_eq(account.owner, "", "absent is empty, not NULL");
	cr_expect_eq(account.dn, entry->dn);
}

/* Replaces, or adds, one attribute of the person. */
static struct tn_account
with(const char *name, const char *first, const char *second)
{
	struct sample changed[SAMPLE_MAX] = { { NULL, { NULL } } };
	struct tn_account account;
	size_t i;

	for (i = 0; person[i].name != NULL; i++)
		changed[i] = person[i];
	for (i = 0; changed[i].name != NULL; i++)
		if (strcmp(changed[i].name, name) == 0)
			break;
	changed[i].name = name;
	changed[i].texts[0] = first;
	changed[i].texts[1] = second;
	tn_account_init(&account);
	cr_expect_eq(
	    tn_account_from_entry(sample_fill(&made, changed), &account, &err),
	    TN_OK, "%s", name);
	return account;
}

Test(entry_record, unreadable_dates_have_passed)
{
	const int32_t today = 20000;

	cr_expect_lt(with("tenureEndDate", "someday", NULL).end_day, today);
	cr_expect_neq(with("tenureEndDate", "someday", NULL).end_day,
	              TN_DAY_NONE);
	cr_expect_lt(with("tenureEndDate", "2030-01-01", "2031-01-01").end_day,
	             today, "two end dates");
	cr_expect_gt(with("tenureStartDate", "soon", NULL).start_day, today);
	cr_expect_eq(with("tenureEndDate", NULL, NULL).end_day, TN_DAY_NONE);
}

Test(entry_record, unreadable_policy_state_locks)
{
	cr_expect_eq(
	    with("pwdAccountLockedTime", "000001010000Z", NULL).policy_locked,
	    0, "for good");
	cr_expect_eq(with("pwdAccountLockedTime", "x", NULL).policy_locked, 0);
	cr_expect_eq(with("pwdEndTime", "x", NULL).policy_end, 0);
	cr_expect_eq(with("pwdStartTime", "x", NULL).policy_start, INT64_MAX);
	cr_expect(with("pwdReset", "yes", NULL).password_reset);
	cr_expect_not(with("pwdReset", "FALSE", NULL).password_reset);
	cr_expect_eq(with("pwdChangedTime", "x", NULL).password_changed, 0);
	cr_expect_eq(with("tenureInitialDeadline", "x", NULL).initial_deadline,
	             0);
}

Test(entry_record, privileges_need_a_plain_true)
{
	cr_expect(with("tenureKeyOnly", "TRUE", NULL).key_only);
	cr_expect_not(with("tenureKeyOnly", "true", NULL).key_only);
	cr_expect_not(with("tenureInteractive", "1", NULL).interactive);
	cr_expect_eq(with("tenureStatus", "Active!", NULL).status,
	             TN_STATUS_UNKNOWN);
	cr_expect_eq(with("tenureStatus", "active", "leak").status,
	             TN_STATUS_UNKNOWN, "two");
	cr_expect_eq(with("objectClass", "tenureService", "tenurePerson").kind,
	             TN_KIND_PERSON, "both: the duties of a person");
	cr_expect_eq(with("objectClass", "tenureService", NULL).kind,
	             TN_KIND_SERVICE);
	cr_expect_str_eq(with("cn", "王", "明").real_name, "",
	                 "two real names are none");
}

Test(entry_record, account_without_login_or_numbers_is_refused)
{
	static const char *const needed[] = { "uid", "uidNumber", "gidNumber" };
	struct tn_account account;
	size_t i;
	size_t n;

	for (i = 0; i < 3; i++) {
		sample_fill(&made, person);
		for (n = 0; n < made.entry.count; n++)
			if (strcmp(made.attributes[n].name, needed[i]) == 0)
				made.attributes[n].count = 0;
		account.uid = 7;
		cr_expect_eq(tn_account_from_entry(&made.entry, &account, &err),
		             TN_E_INVALID, "%s", needed[i]);
		cr_expect_eq(account.uid, 7, "a failed read wrote");
	}
}

Test(entry_record, group_gathers_logins_of_both_kinds_once)
{
	static const struct sample group[] = {
		{ "cn", { "devs" } },
		{ "gidNumber", { "3000001" } },
		{ "memberUid", { "wang", "li", "wang", "" } },
		{ "member",
		  { "uid=zhao,ou=people,dc=example,dc=org",
		    "UID=li, ou=people,dc=example,dc=org",
		    "cn=Wang+uid=root,dc=example,dc=org",
		    "uid=a+cn=b,dc=example,dc=org" } },
		{ NULL, { NULL } },
	};
	struct tn_group *read = NULL;

	cr_assert_eq(
	    tn_group_from_entry(sample_fill(&made, group), &read, &err), TN_OK,
	    "%s", err.text);
	cr_assert_eq(read->count, 3);
	cr_expect_str_eq(read->members[0], "li");
	cr_expect_str_eq(read->members[1], "wang");
	cr_expect_str_eq(read->members[2], "zhao");
	tn_group_free(read);
}

Test(entry_record, hostile_members_are_left_out)
{
	static const struct sample group[] = {
		{ "cn", { "devs" } },
		{ "gidNumber", { "3000001" } },
		{ "memberUid",
		  { "a-login-that-is-far-longer-than-32-bytes", "\377" } },
		{ "member", { "no dn", "", "cn=wang,dc=org", "uid=" } },
		{ NULL, { NULL } },
	};
	struct tn_group *read = NULL;

	cr_assert_eq(
	    tn_group_from_entry(sample_fill(&made, group), &read, &err), TN_OK);
	cr_expect_eq(read->count, 0);
	tn_group_free(read);
}

Test(entry_record, group_with_too_many_members_is_refused_unread)
{
	static const struct sample group[] = {
		{ "cn", { "devs" } },        { "gidNumber", { "3000001" } },
		{ "memberUid", { "wang" } }, { "member", { "uid=li,dc=org" } },
		{ NULL, { NULL } },
	};
	struct tn_group *read = NULL;

	sample_fill(&made, group);
	made.attributes[2].count = TN_MEMBERS_MAX;
	cr_expect_eq(tn_group_from_entry(&made.entry, &read, &err), TN_E_LIMIT);
	made.attributes[2].count = SIZE_MAX;
	cr_expect_eq(tn_group_from_entry(&made.entry, &read, &err), TN_E_LIMIT);
	cr_expect_null(read);
}

Test(entry_record, lock_names_its_person_twice)
{
	static const struct sample lock[] = {
		{ "cn", { "a1b2" } },
		{ "tenureLockKind", { "departure" } },
		{ "tenurePersonUUID",
		  { "00112233-4455-6677-8899-aabbccddeeff" } },
		{ "tenureStaffNumber", { "E7" } },
		{ "tenureLockedTime", { "20261130235959Z" } },
		{ "description", { "left" } },
		{ NULL, { NULL } },
	};
	struct tn_lock read;

	cr_assert_eq(tn_lock_from_entry(sample_fill(&made, lock), &read, &err),
	             TN_OK);
	cr_expect_eq(read.kind, TN_LOCK_DEPARTURE);
	cr_expect_eq(read.person_uuid.byte[15], 0xff);
	cr_expect_str_eq(read.staff_number, "E7");
	cr_expect_str_eq(read.name, "a1b2");
	cr_expect_eq(read.since, 1796083199);
	cr_expect_not(read.released);
}

Test(entry_record, lock_of_an_unknown_kind_locks_too)
{
	static const struct sample lock[] = {
		{ "cn", { "a1b2" } },
		{ "tenureLockKind", { "quarantine" } },
		{ "tenurePersonUUID", { "nonsense" } },
		{ "tenureStaffNumber", { "E7" } },
		{ NULL, { NULL } },
	};
	static const struct tn_uuid none;
	struct tn_lock read;

	cr_assert_eq(tn_lock_from_entry(sample_fill(&made, lock), &read, &err),
	             TN_OK);
	cr_expect_eq(read.kind, TN_LOCK_SUSPENSION);
	cr_expect_eq(memcmp(&read.person_uuid, &none, sizeof(none)), 0);
	made.attributes[0].count = 0;
	cr_assert_eq(tn_lock_from_entry(&made.entry, &read, &err), TN_OK,
	             "without a name it locks too");
	cr_expect_str_eq(read.name, made.entry.dn, "no release names a dn");
}

/* CI-P38: a second value, added with the relax control, would make a host
   lose the lock and let its person in. */
Test(entry_record, lock_with_two_names_is_called_as_its_dn_says)
{
	static const struct sample lock[] = {
		{ "cn", { "first", "A1b2" } },
		{ "tenureLockKind", { "departure" } },
		{ "tenureStaffNumber", { "E7" } },
		{ NULL, { NULL } },
	};
	struct tn_lock read;

	sample_fill(&made, lock);
	made.entry.dn = "cn=a1b2,ou=locks,dc=example,dc=org";
	cr_assert_eq(tn_lock_from_entry(&made.entry, &read, &err), TN_OK);
	cr_expect_str_eq(read.name, "A1b2");
	cr_expect_str_eq(read.staff_number, "E7");
	made.entry.dn = "cn=third,ou=locks,dc=example,dc=org";
	cr_assert_eq(tn_lock_from_entry(&made.entry, &read, &err), TN_OK);
	cr_expect_str_eq(read.name, made.entry.dn);
}

/* UM-5.3: nor is an account lost, or taken for another. */
Test(entry_record, account_with_two_logins_has_the_one_of_its_dn)
{
	struct tn_account account = with("uid", "li", "wang");

	cr_expect_str_eq(account.login, "wang");
	made.entry.dn = "cn=x+uid=li,ou=people,dc=example,dc=org";
	cr_assert_eq(tn_account_from_entry(&made.entry, &account, &err), TN_OK);
	cr_expect_str_eq(account.login, "li");
	made.entry.dn = "cn=x,ou=people,dc=example,dc=org";
	cr_expect_eq(tn_account_from_entry(&made.entry, &account, &err),
	             TN_E_INVALID, "the dn names none of the two");
}

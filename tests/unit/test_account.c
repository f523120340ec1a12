#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include "account/account.h"
#include "base/attrs.h"

static struct tn_account
filled(void)
{
	struct tn_account a;

	tn_account_init(&a);
	a.uuid.byte[3] = 7;
	a.dn = "uid=wangxm,ou=people,dc=example,dc=org";
	a.kind = TN_KIND_PERSON;
	a.login = "wangxm";
	a.real_name = "王小明";
	a.staff_number = "E0071234";
	a.uid = 2000001;
	a.gid = 2000000;
	a.home = "/home/wangxm";
	a.shell = "/bin/bash";
	a.department = "信息技术部";
	a.language = "zh-CN";
	a.owner = "o";
	a.reason = "r";
	a.application = "cn=a1,ou=applications,dc=example,dc=org";
	a.status = TN_STATUS_ACTIVE;
	a.end_day = 20787;
	a.key_only = true;
	a.policy_locked = 0;
	return a;
}

Test(account, an_empty_record_has_no_time_and_no_null_text)
{
	struct tn_account a;

	memset(&a, 0xee, sizeof(a));
	tn_account_init(&a);
	cr_expect_str_eq(a.dn, "");
	cr_expect_str_eq(a.login, "");
	cr_expect_str_eq(a.real_name, "");
	cr_expect_str_eq(a.staff_number, "");
	cr_expect_str_eq(a.home, "");
	cr_expect_str_eq(a.shell, "");
	cr_expect_str_eq(a.department, "");
	cr_expect_str_eq(a.language, "");
	cr_expect_str_eq(a.owner, "");
	cr_expect_str_eq(a.reason, "");
	cr_expect_str_eq(a.application, "");
	cr_expect_eq(a.kind, 0);
	cr_expect_eq(a.status, TN_STATUS_UNKNOWN);
	cr_expect_eq(a.start_day, TN_DAY_NONE);
	cr_expect_eq(a.end_day, TN_DAY_NONE);
	cr_expect_eq(a.created, TN_TIME_NONE);
	cr_expect_eq(a.changed, TN_TIME_NONE);
	cr_expect_eq(a.password_changed, TN_TIME_NONE);
	cr_expect_eq(a.initial_deadline, TN_TIME_NONE);
	cr_expect_eq(a.policy_locked, TN_TIME_NONE);
	cr_expect_eq(a.policy_end, TN_TIME_NONE);
	cr_expect_eq(a.policy_start, TN_TIME_NONE);
	cr_expect_not(a.key_only || a.interactive || a.vanished ||
	              a.password_reset);
}

Test(account, a_copy_owns_all_its_texts)
{
	char login[] = "wangxm";
	struct tn_account a = filled();
	struct tn_account *copy = NULL;
	struct tn_err err = TN_ERR_INIT;

	a.login = login;
	a.language = NULL; /* as a record filled by hand might have it */
	cr_assert_eq(tn_account_dup(&a, &copy, &err), TN_OK);
	login[0] = 'X';
	cr_expect_str_eq(copy->login, "wangxm");
	cr_expect_str_eq(copy->dn, a.dn);
	cr_expect_neq(copy->dn, a.dn);
	cr_expect_str_eq(copy->real_name, "王小明");
	cr_expect_str_eq(copy->staff_number, "E0071234");
	cr_expect_str_eq(copy->home, "/home/wangxm");
	cr_expect_str_eq(copy->shell, "/bin/bash");
	cr_expect_str_eq(copy->department, "信息技术部");
	cr_expect_str_eq(copy->language, "");
	cr_expect_str_eq(copy->owner, "o");
	cr_expect_str_eq(copy->reason, "r");
	cr_expect_str_eq(copy->application, a.application);
	cr_expect_eq(copy->uid, 2000001);
	cr_expect_eq(copy->end_day, 20787);
	cr_expect_eq(copy->policy_locked, 0);
	cr_expect_eq(copy->uuid.byte[3], 7);
	cr_expect(copy->key_only);
	tn_account_free(copy);
	tn_account_free(NULL);
}

Test(account, a_copied_group_owns_its_members)
{
	char second[] = "lisi";
	const char *const members[] = { "wangxm", second, "" };
	struct tn_group group = { .name = "employees",
		                  .gid = 2000000,
		                  .count = 3,
		                  .members = members };
	struct tn_group *copy = NULL;
	struct tn_err err = TN_ERR_INIT;

	cr_assert_eq(tn_group_dup(&group, &copy, &err), TN_OK);
	second[0] = 'X';
	cr_expect_str_eq(copy->name, "employees");
	cr_expect_eq(copy->gid, 2000000);
	cr_expect_eq(copy->count, 3);
	cr_expect_str_eq(copy->members[0], "wangxm");
	cr_expect_str_eq(copy->members[1], "lisi");
	cr_expect_str_eq(copy->members[2], "");
	tn_group_free(copy);
	group.count = 0;
	group.members = NULL;
	cr_assert_eq(tn_group_dup(&group, &copy, &err), TN_OK);
	cr_expect_eq(copy->count, 0);
	tn_group_free(copy);
	tn_group_free(NULL);
}

Test(account, a_copied_lock_owns_its_texts)
{
	char reason[] = "left";
	struct tn_lock lock = { .staff_number = "E0071234",
		                .kind = TN_LOCK_DEPARTURE,
		                .name = "abc",
		                .since = 5,
		                .reason = reason };
	struct tn_lock *copy = NULL;
	struct tn_err err = TN_ERR_INIT;

	cr_assert_eq(tn_lock_dup(&lock, &copy, &err), TN_OK);
	reason[0] = 'X';
	cr_expect_str_eq(copy->reason, "left");
	cr_expect_str_eq(copy->staff_number, "E0071234");
	cr_expect_str_eq(copy->name, "abc");
	cr_expect_eq(copy->kind, TN_LOCK_DEPARTURE);
	cr_expect_eq(copy->since, 5);
	tn_lock_free(copy);
	tn_lock_free(NULL);
}

Test(account, status_and_lock_kind_go_to_text_and_back)
{
	static const enum tn_status states[] = { TN_STATUS_ACTIVE,
		                                 TN_STATUS_LEAK,
		                                 TN_STATUS_DEPARTED,
		                                 TN_STATUS_SUSPENDED };
	static const enum tn_lock_kind kinds[] = { TN_LOCK_LEAK,
		                                   TN_LOCK_DEPARTURE,
		                                   TN_LOCK_SUSPENSION };
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(states); i++)
		cr_expect_eq(tn_status_from_text(tn_status_text(states[i])),
		             states[i]);
	for (i = 0; i < TN_ARRAY_LEN(kinds); i++)
		cr_expect_eq(
		    tn_lock_kind_from_text(tn_lock_kind_text(kinds[i])),
		    kinds[i]);
	cr_expect_eq(tn_status_from_text("Active"), TN_STATUS_UNKNOWN);
	cr_expect_eq(tn_status_from_text(""), TN_STATUS_UNKNOWN);
	cr_expect_eq(tn_status_from_text("unknown"), TN_STATUS_UNKNOWN);
	cr_expect_eq(tn_status_from_text(NULL), TN_STATUS_UNKNOWN);
	cr_expect_eq(tn_lock_kind_from_text("leaks"), 0);
	cr_expect_str_eq(tn_status_text((enum tn_status)77), "unknown");
}

Test(account, a_uuid_goes_to_text_and_back)
{
	static const char text[] = "00112233-4455-6677-8899-aabbccddeeff";
	struct tn_uuid uuid = { { 0 } };
	struct tn_err err = TN_ERR_INIT;
	char out[TN_UUID_TEXT_MAX];

	cr_assert_eq(tn_uuid_parse(text, &uuid, &err), TN_OK);
	cr_expect_eq(uuid.byte[1], 0x11);
	cr_expect_eq(uuid.byte[15], 0xff);
	tn_uuid_format(&uuid, out);
	cr_expect_str_eq(out, text);
	cr_assert_eq(
	    tn_uuid_parse("00112233-4455-6677-8899-AABBCCDDEEFF", &uuid, &err),
	    TN_OK);
	tn_uuid_format(&uuid, out);
	cr_expect_str_eq(out, text);
}

Test(account, what_is_no_uuid_is_refused)
{
	static const char *const wrong[] = {
		"",
		"-",
		"0",
		"00112233-4455-6677-8899-aabbccddeef",
		"00112233-4455-6677-8899-aabbccddeeff0",
		"00112233x4455-6677-8899-aabbccddeeff",
		"001122334455-6677-8899-aabbccddeeff00",
		"0011223g-4455-6677-8899-aabbccddeeff",
		"{0112233-4455-6677-8899-aabbccddeeff}",
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(wrong); i++) {
		struct tn_uuid uuid = { { 9 } };

		cr_expect_eq(tn_uuid_parse(wrong[i], &uuid, NULL), TN_E_INVALID,
		             "%s", wrong[i]);
		cr_expect_eq(uuid.byte[0], 9, "%s", wrong[i]);
	}
}

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "wire/record.h"

static struct tn_account_record
make_record(void)
{
	struct tn_account_record record = {
		.refusal = TN_REFUSAL_SECOND_UID,
		.locks = TN_LOCK_LEAK | TN_LOCK_SUSPENSION,
	};
	struct tn_account *account = &record.account;

	tn_account_init(account);
	memset(account->uuid.byte, 0xa5, TN_UUID_LEN);
	account->dn = "uid=wang,ou=people,dc=example,dc=org";
	account->kind = TN_KIND_PERSON;
	account->login = "wang";
	account->real_name = "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e";
	account->staff_number = "E0017";
	account->uid = 2000001;
	account->gid = 2000000;
	account->home = "/home/wang";
	account->shell = "/bin/bash";
	account->status = TN_STATUS_SUSPENDED;
	account->start_day = -5;
	account->created = 1700000000;
	account->reset_by = "uid=li,ou=people,dc=example,dc=org";
	account->reset_time = 1700000001;
	account->password_changed = -7;
	account->password_reset = true;
	account->vanished = true;
	record.account.keys = "ssh-ed25519 AAAA\nssh-rsa AAAB";
	return record;
}

static void
parse(const struct tn_buf *buf, struct tn_message *ret)
{
	cr_assert_eq(tn_message_parse(buf->data, buf->len, ret, NULL), TN_OK);
}

Test(wire_record, an_account_comes_out_as_it_went_in)
{
	struct tn_account_record record = make_record(), back;
	struct tn_message message;
	char *texts = NULL;
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&buf, &record), TN_OK);
	parse(&buf, &message);
	cr_expect_eq(message.what, TN_WIRE_ACCOUNT_SET);
	cr_assert_eq(tn_record_get_account(&message, &back, &texts, NULL),
	             TN_OK);
	cr_expect_arr_eq(back.account.uuid.byte, record.account.uuid.byte,
	                 TN_UUID_LEN);
	cr_expect_str_eq(back.account.dn, record.account.dn);
	cr_expect_str_eq(back.account.login, "wang");
	cr_expect_str_eq(back.account.real_name, record.account.real_name);
	cr_expect_str_eq(back.account.staff_number, "E0017");
	cr_expect_str_eq(back.account.owner, "");
	cr_expect_str_eq(back.account.keys, record.account.keys);
	cr_expect_str_eq(back.account.reset_by, record.account.reset_by);
	cr_expect_eq(back.account.reset_time, 1700000001);
	cr_expect_eq(back.account.uid, 2000001);
	cr_expect_eq(back.account.status, TN_STATUS_SUSPENDED);
	cr_expect_eq(back.account.start_day, -5);
	cr_expect_eq(back.account.end_day, TN_DAY_NONE);
	cr_expect_eq(back.account.password_changed, -7);
	cr_expect_eq(back.account.policy_locked, TN_TIME_NONE);
	cr_expect(back.account.password_reset && back.account.vanished);
	cr_expect(!back.account.key_only && !back.account.interactive);
	cr_expect_eq(back.refusal, TN_REFUSAL_SECOND_UID);
	cr_expect_eq(back.locks, TN_LOCK_LEAK | TN_LOCK_SUSPENSION);
	free(texts);
	tn_buf_done(&buf);
}

Test(wire_record, an_account_with_any_byte_changed_never_breaks_its_bounds)
{
	struct tn_account_record record = make_record(), back;
	struct tn_message message;
	struct tn_buf buf;
	char *texts;
	size_t at;

	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&buf, &record), TN_OK);
	for (at = 0; at < buf.len; at++) {
		buf.data[at] ^= 0xff;
		texts = NULL;
		if (tn_message_parse(buf.data, buf.len, &message, NULL) ==
		        TN_OK &&
		    tn_record_get_account(&message, &back, &texts, NULL) ==
		        TN_OK) {
			cr_expect_leq(strlen(back.account.login), TN_LOGIN_MAX);
			cr_expect_leq(back.refusal, TN_REFUSAL_COUNT - 1);
		}
		free(texts);
		buf.data[at] ^= 0xff;
	}
	tn_buf_done(&buf);
}

Test(wire_record, an_account_with_a_login_over_its_bound_is_not_sent)
{
	struct tn_account_record record = make_record();
	struct tn_buf buf;

	record.account.login = "abcdefghijklmnopqrstuvwxyz0123456";
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_expect_eq(tn_record_put_account(&buf, &record), TN_E_LIMIT);
	tn_buf_done(&buf);
}

#define MANY 20000

Test(wire_record, a_large_group_arrives_whole_in_several_datagrams)
{
	static char names[MANY][16];
	static const char *members[MANY];
	struct tn_group group = { .name = "staff",
		                  .gid = 2000007,
		                  .count = MANY,
		                  .members = members };
	size_t first = 0, got = 0, parts = 0, i;
	struct tn_group *part;
	struct tn_message message;
	struct tn_buf buf;
	bool more = true;

	for (i = 0; i < MANY; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "person%zu", i);
		members[i] = names[i];
	}
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	while (more) {
		cr_assert_eq(tn_record_put_group(&buf, &group, first, &first),
		             TN_OK);
		parse(&buf, &message);
		cr_assert_eq(tn_record_get_group(&message, &part, &more, NULL),
		             TN_OK);
		cr_expect_str_eq(part->name, "staff");
		cr_expect_eq(part->gid, 2000007);
		for (i = 0; i < part->count; i++, got++)
			cr_assert_str_eq(part->members[i], names[got]);
		tn_group_free(part);
		parts++;
	}
	cr_expect_eq(got, MANY);
	cr_expect_eq(first, MANY);
	cr_expect_gt(parts, 1);
	tn_buf_done(&buf);
}

Test(wire_record, an_empty_group_is_a_group)
{
	struct tn_group group = { .name = "empty", .gid = 2000008 };
	struct tn_group *back = NULL;
	struct tn_message message;
	struct tn_buf buf;
	bool more = true;
	size_t next = 1;

	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_group(&buf, &group, 0, &next), TN_OK);
	cr_expect_eq(next, 0);
	parse(&buf, &message);
	cr_assert_eq(tn_record_get_group(&message, &back, &more, NULL), TN_OK);
	cr_expect_eq(back->count, 0);
	cr_expect(!more);
	tn_group_free(back);
	tn_buf_done(&buf);
}

/* What the other side would refuse would leave the old record standing. */
Test(wire_record, what_the_other_side_would_refuse_is_not_sent)
{
	struct tn_account_record record = make_record();
	struct tn_group group = { .gid = 2000777 };
	struct tn_buf buf;
	size_t next = 0;

	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	record.account.dn = "uid=\xff,ou=people,dc=example,dc=org";
	cr_expect_eq(tn_record_put_account(&buf, &record), TN_E_LIMIT);
	group.name = "a-name-that-is-longer-than-groups-may-have";
	cr_expect_eq(tn_record_put_group(&buf, &group, 0, &next), TN_E_LIMIT);
	group.name = "\xff";
	cr_expect_eq(tn_record_put_group(&buf, &group, 0, &next), TN_E_LIMIT);
	group.name = "fits";
	cr_expect_eq(tn_record_put_group(&buf, &group, 0, &next), TN_OK);
	tn_buf_done(&buf);
}

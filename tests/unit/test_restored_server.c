/* Who is asked whether a server was restored, and what convicts it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "restored_server.h"

static struct tn_net *net;
static struct tn_witnesses witnesses;

static void
start(void)
{
	net = calloc(1, sizeof(*net));
	cr_assert_not_null(net);
	cr_assert_eq(pthread_rwlock_init(&net->lock, NULL), 0);
	tn_table_init(&net->table);
	witnesses.count = 0;
}

static void
end(void)
{
	tn_table_done(&net->table);
	(void)pthread_rwlock_destroy(&net->lock);
	free(net);
}

TestSuite(restored_server, .init = start, .fini = end);

static struct tn_uuid
uuid_of(unsigned int n)
{
	struct tn_uuid uuid = { { 1 } };

	uuid.byte[14] = (uint8_t)(n >> 8);
	uuid.byte[15] = (uint8_t)n;
	return uuid;
}

static void
put(unsigned int n, int64_t changed)
{
	struct tn_account account;
	char login[16];

	tn_account_init(&account);
	(void)snprintf(login, sizeof(login), "p%u", n);
	account.uuid = uuid_of(n);
	account.kind = TN_KIND_PERSON;
	account.login = login;
	account.staff_number = login;
	account.uid = 2000000u + n;
	account.changed = changed;
	cr_assert_eq(tn_table_put_account(&net->table, &account, NULL), TN_OK);
}

static void delete (unsigned int n)
{
	struct tn_uuid uuid = uuid_of(n);

	tn_table_delete(&net->table, &uuid);
}

/* Groups have numbers of their own, from 1000 on. */
static void
put_group(unsigned int n, int64_t changed)
{
	const struct tn_group group = {
		.uuid = uuid_of(n),
		.name = "staff",
		.gid = 2000000u + n,
		.changed = changed,
	};

	cr_assert_eq(tn_table_put_group(&net->table, &group, NULL), TN_OK);
}

static void
hear(unsigned int n, int64_t changed)
{
	struct tn_uuid uuid = uuid_of(n);

	tn_witnesses_hear(&witnesses, &uuid, changed);
}

static void
name(unsigned int n)
{
	struct tn_uuid uuid = uuid_of(n);

	tn_witnesses_named(&witnesses, &uuid);
}

static bool
is_witness(unsigned int n)
{
	struct tn_uuid uuid = uuid_of(n);
	size_t i;

	for (i = 0; i < witnesses.count; i++)
		if (memcmp(&witnesses.data[i].uuid, &uuid, sizeof(uuid)) == 0)
			return true;
	return false;
}

Test(restored_server, the_newest_of_the_cookie_are_the_witnesses)
{
	unsigned int n;

	for (n = 0; n < 10000; n++)
		put(n, n * 7919 % 10000);
	put(10000, TN_TIME_NONE);
	tn_witnesses_pick(net, 9000, &witnesses);
	cr_assert_eq(witnesses.count, TN_WITNESSES);
	for (n = 0; n <= 10000; n++)
		cr_expect_eq(is_witness(n),
		             n < 10000 && n * 7919 % 10000 <= 9000 &&
		                 n * 7919 % 10000 > 9000 - TN_WITNESSES,
		             "%u", n);
}

Test(restored_server, of_those_who_went_the_newest_are_asked_for_too)
{
	unsigned int n;

	for (n = 0; n < 3 * TN_WITNESSES; n++) {
		put(n, 1000 + n);
		if (n % 2 == 1)
			delete (n);
	}
	tn_witnesses_pick(net, 5000, &witnesses);
	cr_assert_eq(witnesses.count, 2 * TN_WITNESSES);
	cr_expect(is_witness(3 * TN_WITNESSES - 1));
	cr_expect(is_witness(3 * TN_WITNESSES - 2));
}

Test(restored_server, one_that_cannot_be_read_is_no_witness)
{
	struct tn_uuid uuid = uuid_of(1);

	put(1, 1000);
	tn_table_drop_unreadable(&net->table, &uuid);
	tn_witnesses_pick(net, 5000, &witnesses);
	cr_expect_eq(witnesses.count, 0);
}

/* 1 and 2 are there, 3 went. */
static void
pick_three(void)
{
	put(1, 1000);
	put(2, 2000);
	put(3, 1500);
	delete (3);
	tn_witnesses_pick(net, 5000, &witnesses);
	cr_assert_eq(witnesses.count, 3);
}

Test(restored_server, a_server_that_has_them_as_we_do_or_newer_is_believed)
{
	pick_three();
	hear(1, 1000);
	hear(2, 2001);
	tn_witnesses_heard_all(&witnesses);
	cr_expect(!tn_witnesses_accuse(&witnesses, false));
	cr_expect(!tn_witnesses_accuse(&witnesses, true));
}

Test(restored_server, an_older_one_convicts_unless_the_refresh_names_it)
{
	pick_three();
	hear(1, 1000);
	hear(2, 1999);
	tn_witnesses_heard_all(&witnesses);
	cr_expect(tn_witnesses_accuse(&witnesses, false));
	cr_expect(tn_witnesses_accuse(&witnesses, true),
	          "in a present phase it stays as it is here");
	name(2);
	cr_expect(!tn_witnesses_accuse(&witnesses, false));
}

Test(restored_server, a_missing_one_convicts_unless_the_refresh_names_it)
{
	pick_three();
	hear(2, 2000);
	tn_witnesses_heard_all(&witnesses);
	cr_expect(tn_witnesses_accuse(&witnesses, false));
	cr_expect(!tn_witnesses_accuse(&witnesses, true),
	          "it goes with what is not present");
	name(1);
	cr_expect(!tn_witnesses_accuse(&witnesses, false));
}

Test(restored_server, one_that_is_back_convicts_unless_it_cannot_be_read)
{
	pick_three();
	hear(1, 1000);
	hear(2, TN_TIME_NONE);
	hear(3, TN_TIME_NONE);
	tn_witnesses_heard_all(&witnesses);
	cr_expect(!tn_witnesses_accuse(&witnesses, false));
	hear(3, 1400);
	cr_expect(tn_witnesses_accuse(&witnesses, false));
	name(3);
	cr_expect(!tn_witnesses_accuse(&witnesses, false));
}

Test(restored_server, groups_are_witnesses_for_themselves)
{
	unsigned int n;

	for (n = 0; n < 100; n++) {
		put(n, 3000 + n);
		put_group(1000 + n, 1000 + n);
	}
	put_group(1200, TN_TIME_NONE);
	put_group(1201, 6000);
	tn_witnesses_pick(net, 5000, &witnesses);
	cr_assert_eq(witnesses.count, 2 * TN_WITNESSES);
	cr_expect(is_witness(99));
	cr_expect(is_witness(1099));
	cr_expect(!is_witness(1099 - TN_WITNESSES));
	cr_expect(!is_witness(1200), "nobody knows when it changed");
	cr_expect(!is_witness(1201), "later than the cookie");
}

Test(restored_server, a_group_that_is_older_missing_or_back_convicts)
{
	put_group(1001, 1000);
	put_group(1002, 1001);
	put_group(1003, 1002);
	delete (1003);
	tn_witnesses_pick(net, 5000, &witnesses);
	cr_assert_eq(witnesses.count, 3);
	hear(1001, 1000);
	hear(1002, 1001);
	tn_witnesses_heard_all(&witnesses);
	cr_expect(!tn_witnesses_accuse(&witnesses, false));
	hear(1001, 999);
	cr_expect(tn_witnesses_accuse(&witnesses, false), "a member less");
	name(1001);
	cr_expect(!tn_witnesses_accuse(&witnesses, false));
	hear(1003, 1002);
	cr_expect(tn_witnesses_accuse(&witnesses, false), "back");
	tn_witnesses_pick(net, 5000, &witnesses);
	hear(1001, 1000);
	tn_witnesses_heard_all(&witnesses);
	cr_expect(tn_witnesses_accuse(&witnesses, false), "missing");
}

Test(restored_server, of_deleted_groups_the_newest_few_are_asked_for)
{
	unsigned int n;

	for (n = 0; n < 3 * TN_GONE_GROUPS; n++) {
		put_group(1000 + n, 1000 + n);
		delete (1000 + n);
	}
	tn_witnesses_pick(net, 5000, &witnesses);
	cr_assert_eq(witnesses.count, TN_WITNESSES);
	cr_expect(is_witness(1000 + 3 * TN_GONE_GROUPS - 1));
	cr_expect(!is_witness(1000));
}

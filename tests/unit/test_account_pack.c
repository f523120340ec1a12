#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include "account_pack.h"
#include "base/attrs.h"
#include "number_index.h"

static struct tn_account_store store;

static void
end(void)
{
	tn_account_store_done(&store);
}

TestSuite(account_pack, .fini = end);

static struct tn_account
wang(void)
{
	struct tn_account account;

	tn_account_init(&account);
	memset(account.uuid.byte, 7, TN_UUID_LEN);
	account.dn = "uid=wang,ou=people,dc=example,dc=org";
	account.kind = TN_KIND_PERSON;
	account.login = "wang";
	account.real_name = "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e";
	account.staff_number = "E100";
	account.uid = 2000001;
	account.gid = 4294967294u;
	account.home = "/home/wang";
	account.shell = "/bin/bash";
	account.department = "IT";
	account.status = TN_STATUS_SUSPENDED;
	account.start_day = -400;
	account.end_day = 30000;
	account.created = 1700000000;
	account.changed = 1700000001;
	account.password_changed = 1600000000;
	account.initial_deadline = INT64_MAX;
	account.policy_locked = 0;
	account.password_reset = true;
	return account;
}

/* What comes out is what went in. */
static void
check(const struct tn_account *account, const char *what)
{
	uint32_t place = tn_account_store_put(&store, account);
	struct tn_account_view view;

	cr_assert_neq(place, 0, "%s", what);
	tn_account_store_get(&store, place, &view);
	cr_expect(tn_account_is_same(account, &view.account), "%s", what);
	cr_expect_eq(view.account.changed, account->changed, "%s", what);
	cr_expect_str_eq(tn_account_store_login(&store, place), account->login);
	cr_expect_str_eq(tn_account_store_staff(&store, place),
	                 account->staff_number);
	cr_expect_eq(tn_account_store_uid(&store, place), account->uid);
	cr_expect_eq(tn_account_store_gid(&store, place), account->gid);
	tn_account_store_drop(&store, place);
}

Test(account_pack, every_field_comes_back)
{
	struct tn_account account = wang();

	check(&account, "all");
	tn_account_init(&account);
	check(&account, "nothing");
	account = wang();
	account.kind = TN_KIND_SERVICE;
	account.owner = "uid=li,ou=people,dc=example,dc=org";
	account.reason = "backups";
	account.application = "cn=1,ou=applications,dc=example,dc=org";
	account.language = "zh-CN";
	account.staff_number = "";
	account.interactive = true;
	account.key_only = true;
	account.vanished = true;
	check(&account, "a service");
	account.created = TN_TIME_NONE;
	account.changed = INT64_MAX;
	account.password_changed = -1;
	account.policy_start = 1;
	account.reset_by = "uid=li,ou=people,dc=example,dc=org";
	account.reset_time = 1700000300;
	account.policy_end = INT64_MIN + 1;
	check(&account, "odd times");
}

Test(account_pack, a_dn_and_a_home_that_do_not_follow_come_back)
{
	static const char *const homes[] = {
		"",        "/",      "wang",         "/wang", "/home/wangx",
		"/home/x", "//wang", "/home/li/wang"
	};
	static const char *const dns[] = { "",
		                           "uid=wang",
		                           "uid=wang,",
		                           "uid=li,ou=people",
		                           "cn=x,o=y",
		                           "uid=wang+cn=x,o=y",
		                           "UID=wang,o=y" };
	struct tn_account account = wang();
	size_t i;

	for (i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		account.home = homes[i];
		check(&account, homes[i]);
	}
	for (i = 0; i < sizeof(dns) / sizeof(dns[0]); i++) {
		account.dn = dns[i];
		check(&account, dns[i]);
	}
	account.login = "";
	check(&account, "no login");
}

Test(account_pack, what_is_over_its_bound_is_over_it_still_and_nothing_more)
{
	static char longest[20000];
	struct tn_account account = wang();
	struct tn_account_view view;
	uint32_t place;

	memset(longest, 'x', sizeof(longest) - 1);
	account.login = longest;
	account.home = longest;
	account.dn = longest;
	account.reason = longest;
	account.shell = longest;
	account.real_name = longest;
	place = tn_account_store_put(&store, &account);
	cr_assert_neq(place, 0);
	tn_account_store_get(&store, place, &view);
	cr_expect_eq(strlen(view.account.login), TN_LOGIN_MAX + 1);
	cr_expect_eq(strlen(view.account.home), TN_HOME_MAX + 1);
	cr_expect_gt(strlen(view.account.dn), TN_DN_MAX);
	cr_expect_eq(strlen(view.account.reason), TN_REASON_MAX + 1);
	cr_expect_eq(strlen(view.account.shell), TN_SHELL_MAX + 1);
	cr_expect_eq(strlen(view.account.real_name), TN_REAL_NAME_MAX + 1);
}

Test(account_pack, what_is_dropped_is_used_again_and_texts_go_with_their_last)
{
	struct tn_account account = wang();
	char department[32];
	uint32_t first = tn_account_store_put(&store, &account);
	size_t i;

	for (i = 0; i < 100000; i++) {
		uint32_t place;

		(void)snprintf(department, sizeof(department), "%06zu", i);
		account.department = department;
		place = tn_account_store_put(&store, &account);
		cr_assert_neq(place, 0);
		tn_account_store_drop(&store, place);
	}
	cr_expect_eq(store.records.count, 1, "one chunk is enough");
	cr_expect_leq(store.texts.count, 8, "%u texts", store.texts.count);
	cr_expect_eq(tn_account_store_uid(&store, first), 2000001);
}

Test(account_pack, many_records_keep_what_they_are)
{
	static uint32_t places[200000];
	struct tn_account account = wang();
	char login[16];
	size_t i;

	for (i = 0; i < 200000; i++) {
		(void)snprintf(login, sizeof(login), "p%zu", i);
		account.login = login;
		places[i] = tn_account_store_put(&store, &account);
	}
	for (i = 0; i < 200000; i++) {
		(void)snprintf(login, sizeof(login), "p%zu", i);
		cr_assert_str_eq(tn_account_store_login(&store, places[i]),
		                 login);
	}
}

static uint32_t numbers[50000];

static uint32_t
hash_of(const void *context, uint32_t number)
{
	return tn_number_hash_id(((const uint32_t *)context)[number] % 1000);
}

Test(account_pack, an_index_finds_all_with_a_hash_and_none_that_was_dropped)
{
	struct tn_number_index index = { .hash = hash_of };
	size_t position = 0;
	size_t found = 0;
	uint32_t number;
	uint32_t i;

	for (i = 0; i < 50000; i++) {
		numbers[i] = i;
		cr_assert(tn_number_index_reserve(&index, numbers));
		tn_number_index_put(&index, numbers, i);
	}
	for (i = 0; i < 50000; i += 2)
		tn_number_index_drop(&index, numbers, i);
	while ((number = tn_number_index_next(&index, tn_number_hash_id(77),
	                                      &position)) != TN_NO_NUMBER) {
		cr_expect_eq(number % 2, 1);
		found += number % 1000 == 77 ? 1 : 0;
	}
	cr_expect_eq(found, 50);
	tn_number_index_done(&index);
}

static uint32_t
hash_itself(const void *context, uint32_t number)
{
	(void)context;
	return tn_number_hash_id(number);
}

static bool
finds(const struct tn_number_index *index, uint32_t wanted)
{
	size_t position = 0;
	uint32_t number;

	do
		number = tn_number_index_next(index, tn_number_hash_id(wanted),
		                              &position);
	while (number != wanted && number != TN_NO_NUMBER);
	return number == wanted;
}

/* The tags give way: what was put under wider ones is found and dropped. */
Test(account_pack, an_index_takes_numbers_of_any_size_in_any_order)
{
	static const uint32_t order[] = { 0,   5,       1,         6,  2,
		                          254, 3,       65534,     4,  30,
		                          7,   1000000, 126,       14, 16777214,
		                          31,  8,       2147483646 };
	struct tn_number_index index = { .hash = hash_itself };
	size_t i;
	size_t j;

	for (i = 0; i < TN_ARRAY_LEN(order); i++) {
		cr_assert(tn_number_index_reserve(&index, NULL));
		tn_number_index_put(&index, NULL, order[i]);
		for (j = 0; j <= i; j++)
			cr_assert(finds(&index, order[j]), "%u after %u",
			          order[j], order[i]);
		cr_expect_not(finds(&index, 77));
	}
	for (i = 0; i < TN_ARRAY_LEN(order); i++) {
		tn_number_index_drop(&index, NULL, order[i]);
		tn_number_index_drop(&index, NULL, order[i]);
		cr_expect_not(finds(&index, order[i]));
		cr_expect_eq(index.live, TN_ARRAY_LEN(order) - 1 - i);
		for (j = i + 1; j < TN_ARRAY_LEN(order); j++)
			cr_assert(finds(&index, order[j]));
	}
	tn_number_index_done(&index);
}

/* A record's end is come to by going through it. */
Test(account_pack, what_is_dropped_has_the_room_that_it_had)
{
	struct tn_account account = wang();
	uint32_t first;

	account.keys = "ssh-ed25519 AAAA wang";
	account.end_day = -1;
	account.reset_time = INT64_MAX;
	account.policy_start = INT64_MIN + 1;
	first = tn_account_store_put(&store, &account);
	cr_assert_neq(first, 0);
	tn_account_store_drop(&store, first);
	cr_expect_eq(tn_account_store_put(&store, &account), first);
	account.dn = "cn=x";
	account.home = "/";
	account.created = TN_TIME_NONE;
	first = tn_account_store_put(&store, &account);
	tn_account_store_drop(&store, first);
	cr_expect_eq(tn_account_store_put(&store, &account), first);
}

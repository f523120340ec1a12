/* An account table for a test of its own, and what goes into it. */
#ifndef TN_TEST_TABLE_SAMPLE_H
#define TN_TEST_TABLE_SAMPLE_H

#include <criterion/criterion.h>
#include <string.h>
#include "account_table.h"

static struct tn_account_table table;

static inline void
start(void)
{
	tn_table_init(&table);
}

static inline void
end(void)
{
	tn_table_done(&table);
}

static inline struct tn_uuid
uuid_of(uint8_t n)
{
	struct tn_uuid uuid = { { 0 } };

	uuid.byte[0] = 1;
	uuid.byte[15] = n;
	return uuid;
}

/* A person whose uuid, and age unless told, follow n. */
static inline struct tn_account
person(uint8_t n, const char *login, const char *staff, uint32_t uid)
{
	struct tn_account account;

	tn_account_init(&account);
	account.uuid = uuid_of(n);
	account.kind = TN_KIND_PERSON;
	account.login = login;
	account.staff_number = staff;
	account.uid = uid;
	account.gid = 2000000;
	account.created = 1000 + n;
	account.status = TN_STATUS_ACTIVE;
	return account;
}

static inline void
put(const struct tn_account *account)
{
	cr_assert_eq(tn_table_put_account(&table, account, NULL), TN_OK);
}

static inline void
put_lock(uint8_t n, const char *name, const struct tn_uuid *whom,
         const char *staff, enum tn_lock_kind kind)
{
	struct tn_lock lock = { .uuid = uuid_of(n),
		                .name = name,
		                .staff_number = staff,
		                .kind = kind,
		                .reason = "" };

	if (whom != NULL)
		lock.person_uuid = *whom;
	cr_assert_eq(tn_table_put_lock(&table, &lock, NULL), TN_OK);
}

static inline enum tn_refusal
refusal_of(const char *login)
{
	const struct tn_table_account *at = tn_table_by_login(&table, login);

	cr_assert_not_null(at, "%s", login);
	return at->refusal;
}

/* Everything told to publish from here on is news. */
static inline size_t
take_all(void)
{
	size_t count = 0;

	while (tn_table_take_dirty_account(&table) != NULL)
		count++;
	return count;
}

#endif

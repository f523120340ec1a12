/*
 * Each function that allocates is run with its first, second, ... allocation
 * failing until it succeeds: each time it says so, and the caller's result is
 * as it was. (What leaks on the way is seen by the sanitizers' build.)
 */
#include <criterion/criterion.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "account/account.h"
#include "base/attrs.h"
#include "base/file.h"
#include "config/config.h"
#include "failing_memory.h"

/* Runs once; *ret_made says whether there is a result. */
struct victim {
	const char *name;
	size_t least; /* allocations that it makes, or more */
	int (*run)(bool *ret_made, struct tn_err *err);
};

static int
dup_account(bool *ret_made, struct tn_err *err)
{
	struct tn_account account;
	struct tn_account *copy = NULL;
	int rc;

	tn_account_init(&account);
	account.login = "wangxm";
	rc = tn_account_dup(&account, &copy, err);
	*ret_made = copy != NULL;
	tn_account_free(copy);
	return rc;
}

static int
dup_group(bool *ret_made, struct tn_err *err)
{
	static const char *const members[] = { "a", "b" };
	static const struct tn_group group = { .name = "g",
		                               .count = 2,
		                               .members = members };
	struct tn_group *copy = NULL;
	int rc = tn_group_dup(&group, &copy, err);

	*ret_made = copy != NULL;
	tn_group_free(copy);
	return rc;
}

static int
dup_lock(bool *ret_made, struct tn_err *err)
{
	static const struct tn_lock lock = { .name = "l" };
	struct tn_lock *copy = NULL;
	int rc = tn_lock_dup(&lock, &copy, err);

	*ret_made = copy != NULL;
	tn_lock_free(copy);
	return rc;
}

static int
parse_config(bool *ret_made, struct tn_err *err)
{
	struct tn_config *config = NULL;
	int rc = tn_config_parse("t.conf",
	                         "servers = ldapi:/// ldaps://a\n"
	                         "base = dc=a\nhome_roots = /a /b /c\n",
	                         &config, err);

	*ret_made = config != NULL;
	tn_config_free(config);
	return rc;
}

static int
read_file(bool *ret_made, struct tn_err *err)
{
	char *text = NULL;
	size_t len = 0;
	int rc = tn_file_read("/proc/self/stat", 4096, &text, &len, err);

	*ret_made = text != NULL;
	free(text);
	return rc;
}

static int
save_file(bool *ret_made, struct tn_err *err)
{
	char path[] = "/tmp/tenure-memory-XXXXXX";
	char file[sizeof(path) + 2];
	size_t len;
	int rc;

	cr_assert_not_null(mkdtemp(path));
	len = strlen(path);
	memcpy(file, path, len);
	memcpy(file + len, "/a", 3);
	rc = tn_file_save(file, "x", 1, 0600, (uid_t)-1, (gid_t)-1, err);
	*ret_made = unlink(file) == 0;
	cr_expect_eq(rmdir(path), 0, "nothing temporary stays");
	return rc;
}

static const struct victim victims[] = {
	{ "tn_account_dup", 1, dup_account },
	{ "tn_group_dup", 1, dup_group },
	{ "tn_lock_dup", 1, dup_lock },
	{ "tn_config_parse", 20, parse_config },
	{ "tn_file_read", 1, read_file },
	{ "tn_file_save", 1, save_file },
};

Test(no_memory, each_failing_allocation_is_told_and_leaves_no_result)
{
	size_t i;
	size_t n;

	for (i = 0; i < TN_ARRAY_LEN(victims); i++) {
		const struct victim *victim = &victims[i];

		for (n = 0; n < 1000; n++) {
			struct tn_err err = TN_ERR_INIT;
			bool made = false;
			int rc;

			memory_fail_after(n);
			rc = victim->run(&made, &err);
			if (!memory_is_back()) {
				cr_expect_eq(rc, TN_OK, "%s", victim->name);
				cr_expect(made, "%s", victim->name);
				break;
			}
			cr_expect_eq(rc, TN_E_NO_MEMORY, "%s, allocation %zu",
			             victim->name, n);
			cr_expect_eq(err.code, TN_E_NO_MEMORY);
			cr_expect_not(made, "%s, allocation %zu", victim->name,
			              n);
		}
		cr_expect_geq(n, victim->least, "%s", victim->name);
		cr_expect_lt(n, 1000, "%s", victim->name);
	}
}

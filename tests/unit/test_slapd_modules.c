/* tenure_argon2id as slapd sees it: a loaded file, one entry point. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <criterion/criterion.h>
#include "base/attrs.h"
#include "slapd_interface.h"

static struct berval scheme;
static tn_slapd_check *check;
static tn_slapd_hash *hash;

/* What slapd has. */
TN_EXPORT int
lutil_passwd_add(struct berval *name, tn_slapd_check *checker,
                 tn_slapd_hash *hasher)
{
	scheme = *name;
	check = checker;
	hash = hasher;
	return 0;
}

static int transactions; /* how many of their operations are left */

TN_EXPORT int
unload_extop(const struct berval *oid, int (*main)(void *op, void *reply),
             unsigned int flags)
{
	(void)main;
	(void)flags;
	if (transactions == 0 || strncmp(oid->bv_val, "1.3.6.1.1.21.", 13) != 0)
		return -1;
	transactions--;
	return 0;
}

static void *
load(const char *path, const char *name)
{
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	cr_assert_not_null(module, "%s", dlerror());
	return dlsym(module, name);
}

static int
start(const char *first, const char *second)
{
	union {
		void *symbol;
		int (*call)(int, char **);
	} init = { .symbol =
		       load(MODULES "/tenure_argon2id.so", "init_module") };
	char texts[2][32] = { "", "" };
	char *list[] = { texts[0], texts[1], NULL };

	cr_assert_not_null(init.symbol);
	strncpy(texts[0], first, sizeof(texts[0]) - 1);
	strncpy(texts[1], second, sizeof(texts[1]) - 1);
	transactions = 2;
	return init.call(second[0] != '\0'  ? 2
	                 : first[0] != '\0' ? 1
	                                    : 0,
	                 list);
}

static struct berval
value(char *text, size_t len)
{
	struct berval made = { len, text };

	return made;
}

static int
verify(const char *stored, size_t len, const char *password)
{
	char copy[512];
	char words[64];
	struct berval kept;
	struct berval given;
	const char *why = NULL;

	cr_assert_lt(len, sizeof(copy));
	memcpy(copy, stored, len);
	strncpy(words, password, sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	kept = value(copy, len);
	given = value(words, strlen(words));
	return check(&scheme, &kept, &given, &why);
}

Test(slapd_modules, transactions_are_taken_away)
{
	cr_assert_eq(start("", ""), 0);
	cr_expect_eq(transactions, 0);
}

Test(slapd_modules, argon2id_is_made_with_the_shipped_cost)
{
	static const char prefix[] = "{ARGON2}$argon2id$v=19$m=19456,t=2,p=1$";
	char words[] = "correct horse";
	struct berval password = value(words, sizeof(words) - 1);
	struct berval made = { 0, NULL };
	const char *why = NULL;

	cr_assert_eq(start("", ""), 0);
	cr_expect_eq(scheme.bv_len, 8);
	cr_expect_str_eq(scheme.bv_val, "{ARGON2}");
	cr_assert_eq(hash(&scheme, &password, &made, &why), 0);
	cr_expect_eq(strncmp(made.bv_val, prefix, sizeof(prefix) - 1), 0, "%s",
	             made.bv_val);
	cr_expect_eq(strlen(made.bv_val), made.bv_len, "no NUL behind");
	cr_expect_eq(verify(made.bv_val + 8, made.bv_len - 8, "correct horse"),
	             0);
	cr_expect_neq(verify(made.bv_val + 8, made.bv_len - 8, "correct horsf"),
	              0);
	cr_expect_neq(verify(made.bv_val + 8, made.bv_len - 8, ""), 0);
	ber_memfree(made.bv_val);
}

Test(slapd_modules, arguments_set_the_cost)
{
	char words[] = "correct horse";
	struct berval password = value(words, sizeof(words) - 1);
	struct berval made = { 0, NULL };
	const char *why = NULL;

	cr_assert_eq(start("m=8192", "t=1"), 0);
	cr_assert_eq(hash(&scheme, &password, &made, &why), 0);
	cr_expect_not_null(strstr(made.bv_val, "$argon2id$v=19$m=8192,t=1,"));
	ber_memfree(made.bv_val);
}

Test(slapd_modules, wrong_arguments_do_not_start)
{
	static const char *const bad[] = { "m=0",  "m=",     "m=1x",
		                           "m=-1", "t=0",    "t=17",
		                           "p=1",  "m=4096", "memory=8192",
		                           "h=0",  "h=65",   "h=x" };
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(bad); i++)
		cr_expect_neq(start(bad[i], ""), 0, "%s", bad[i]);
}

Test(slapd_modules, hashes_of_debians_module_verify)
{
	/* Argon2i, and one or two NULs behind */
	static const char stock[] =
	    "$argon2i$v=19$m=4096,t=3,p=1$623imZbhVIteAyYQrKw7IA$UhYwclbOnuHxo"
	    "F2HVqyEtgIWp3uzq/Vkx6EzDTakpDs\0";

	cr_assert_eq(start("", ""), 0);
	cr_expect_eq(verify(stock, sizeof(stock), "stock horse 42"), 0);
	cr_expect_eq(verify(stock, sizeof(stock) - 1, "stock horse 42"), 0);
	cr_expect_eq(verify(stock, sizeof(stock) - 2, "stock horse 42"), 0);
	cr_expect_neq(verify(stock, sizeof(stock), "stock horse 43"), 0);
}

Test(slapd_modules, stored_nonsense_opens_nothing)
{
	char long_value[300];
	size_t i;
	static const char *const bad[] = { "", "x", "$argon2id$",
		                           "$argon2id$v=19$m=8192,t=1,p=1$$" };

	memset(long_value, 'a', sizeof(long_value));
	cr_assert_eq(start("", ""), 0);
	for (i = 0; i < TN_ARRAY_LEN(bad); i++)
		cr_expect_neq(verify(bad[i], strlen(bad[i]), ""), 0, "%s",
		              bad[i]);
	cr_expect_neq(verify(long_value, sizeof(long_value), "a"), 0);
}

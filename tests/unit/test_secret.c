/* Secrets are guarded and wiped; initial passwords are random and speakable. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <criterion/criterion.h>
#include "account/password_rule.h"
#include "secret/guarded_block.h"
#include "secret/secret.h"

static void
start(void)
{
	struct tn_err err = TN_ERR_INIT;

	cr_assert_eq(tn_secret_start(&err), TN_OK);
}

TestSuite(secret, .init = start);

struct seen {
	char text[64];
	size_t len;
};

static int
look(const char *data, size_t len, void *arg)
{
	struct seen *seen = arg;

	cr_assert_lt(len, sizeof(seen->text));
	memcpy(seen->text, data, len + 1);
	seen->len = len;
	return 42;
}

Test(secret, is_lent_whole_with_a_nul_behind)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;
	struct seen seen = { .len = 0 };

	cr_assert_eq(tn_secret_new("a\0b", 3, &secret, &err), TN_OK);
	cr_expect_eq(tn_secret_use(secret, look, &seen), 42);
	cr_expect_eq(seen.len, 3);
	cr_expect_eq(memcmp(seen.text, "a\0b\0", 4), 0);
	cr_expect_eq(tn_secret_len(secret), 3);
	tn_secret_freep(&secret);
	cr_expect_null(secret);
	tn_secret_freep(&secret);
}

Test(secret, may_be_empty)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;
	struct seen seen = { .len = 9 };

	cr_assert_eq(tn_secret_new(NULL, 0, &secret, &err), TN_OK);
	tn_secret_use(secret, look, &seen);
	cr_expect_eq(seen.len, 0);
	tn_secret_freep(&secret);
}

Test(secret, is_bounded)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;
	char *much = calloc(1, TN_SECRET_MAX + 1);

	cr_assert_not_null(much);
	cr_expect_eq(tn_secret_new(much, TN_SECRET_MAX + 1, &secret, &err),
	             TN_E_LIMIT);
	cr_expect_null(secret);
	free(much);
}

Test(secret, equals_only_the_same_bytes)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *a = NULL;
	struct tn_secret *same = NULL;
	struct tn_secret *other = NULL;
	struct tn_secret *longer = NULL;

	cr_assert_eq(tn_secret_new("horse", 5, &a, &err), TN_OK);
	cr_assert_eq(tn_secret_new("horse", 5, &same, &err), TN_OK);
	cr_assert_eq(tn_secret_new("house", 5, &other, &err), TN_OK);
	cr_assert_eq(tn_secret_new("horses", 6, &longer, &err), TN_OK);
	cr_expect(tn_secret_equal(a, same));
	cr_expect_not(tn_secret_equal(a, other));
	cr_expect_not(tn_secret_equal(a, longer));
	tn_secret_freep(&a);
	tn_secret_freep(&same);
	tn_secret_freep(&other);
	tn_secret_freep(&longer);
}

static int
write_into(const char *data, size_t len, void *arg)
{
	union {
		const char *lent;
		volatile char *data;
	} cast = { .lent = data };

	(void)len;
	(void)arg;
	cast.data[0] = 'x';
	return 0;
}

Test(secret, cannot_be_changed_by_a_borrower, .signal = SIGSEGV)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;

	cr_assert_eq(tn_secret_new("horse", 5, &secret, &err), TN_OK);
	tn_secret_use(secret, write_into, NULL);
}

Test(secret, says_when_it_is_not_kept_out_of_swap)
{
	struct rlimit none = { 0, 0 };
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;

#ifdef __SANITIZE_ADDRESS__
	cr_skip_test("AddressSanitizer makes mlock() do nothing");
#endif
	/* root may lock whatever the limit is */
	cr_assert_eq(setrlimit(RLIMIT_MEMLOCK, &none), 0);
	if (getuid() == 0)
		cr_assert_eq(setuid(65534), 0);
	cr_assert_eq(tn_secret_new("horse", 5, &secret, &err), TN_OK);
	cr_expect_not(tn_secret_is_locked(secret));
	tn_secret_freep(&secret);
}

static int
keep_address(const char *data, size_t len, void *arg)
{
	const char **address = arg;

	(void)len;
	*address = data;
	return 0;
}

static const char *
where(const struct tn_secret *secret)
{
	const char *address = NULL;

	(void)tn_secret_use(secret, keep_address, &address);
	return address;
}

Test(secret, pages_are_used_again_and_are_empty)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;
	struct tn_secret *other = NULL;
	const char *first;
	size_t i;

	tn_secret_keep_pages(1);
	cr_assert_eq(tn_secret_new("horse", 5, &secret, &err), TN_OK);
	cr_assert_eq(tn_secret_new("house", 5, &other, &err), TN_OK);
	if (!tn_secret_is_locked(secret))
		cr_skip_test("what is not kept out of swap is not kept");
	first = where(secret);
	tn_secret_freep(&secret);
	tn_secret_freep(&other);
	cr_expect_eq(tn_guarded_kept(), 1, "no more than asked for");
	for (i = 0; i < 6; i++)
		cr_expect_eq(first[i], 0, "byte %zu is not wiped", i);
	cr_assert_eq(tn_secret_new("mouse", 5, &secret, &err), TN_OK);
	cr_expect_eq(where(secret), first);
	cr_expect_eq(tn_guarded_kept(), 0);
	tn_secret_freep(&secret);
	tn_secret_keep_pages(0);
	cr_expect_eq(tn_guarded_kept(), 0);
}

Test(secret, nothing_is_kept_where_nobody_asked_for_it)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;

	cr_assert_eq(tn_secret_new("horse", 5, &secret, &err), TN_OK);
	tn_secret_freep(&secret);
	cr_expect_eq(tn_guarded_kept(), 0);
}

Test(secret, kept_pages_cannot_be_changed_by_a_borrower, .signal = SIGSEGV)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;

	tn_secret_keep_pages(1);
	cr_assert_eq(tn_secret_new("horse", 5, &secret, &err), TN_OK);
	tn_secret_freep(&secret);
	cr_assert_eq(tn_secret_new("house", 5, &secret, &err), TN_OK);
	tn_secret_use(secret, write_into, NULL);
}

static int
read_behind(const char *data, size_t len, void *arg)
{
	volatile const char *behind = data + len + 1;

	(void)arg;
	return *behind;
}

Test(secret, what_follows_kept_pages_cannot_be_read, .signal = SIGSEGV)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;

	tn_secret_keep_pages(1);
	cr_assert_eq(tn_secret_new("a longer horse", 14, &secret, &err), TN_OK);
	tn_secret_freep(&secret);
	cr_assert_eq(tn_secret_new("horse", 5, &secret, &err), TN_OK);
	(void)tn_secret_use(secret, read_behind, NULL);
}

Test(secret, wipe_leaves_zeros)
{
	char text[] = "correct horse";
	const char zeros[sizeof(text)] = { 0 };

	tn_wipe(text, sizeof(text));
	cr_expect_eq(memcmp(text, zeros, sizeof(text)), 0);
	tn_wipe(NULL, 0);
}

Test(secret, random_hex_is_hexadecimal_and_differs)
{
	char a[33];
	char b[33];

	tn_random_hex(16, a);
	tn_random_hex(16, b);
	cr_expect_eq(strlen(a), 32);
	cr_expect_eq(strspn(a, "0123456789abcdef"), 32);
	cr_expect_str_neq(a, b);
}

static void
draw(size_t length, struct seen *seen)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *password = NULL;

	cr_assert_eq(tn_secret_random_password(length, &password, &err), TN_OK,
	             "%s", err.text);
	tn_secret_use(password, look, seen);
	tn_secret_freep(&password);
}

/* UM-13.1 */
Test(secret, initial_passwords_have_no_look_alikes_and_are_distinct)
{
	enum { COUNT = 400 };
	static struct seen drawn[COUNT];
	size_t i;
	size_t k;

	for (i = 0; i < COUNT; i++) {
		draw(12 + i % 20, &drawn[i]);
		cr_expect_eq(drawn[i].len, 12 + i % 20);
		cr_expect_eq(
		    strspn(drawn[i].text, "abcdefghijkmnopqrstuvwxyz23456789"),
		    drawn[i].len, "a look-alike");
		cr_expect_neq(strcspn(drawn[i].text, "23456789"), drawn[i].len,
		              "no digit");
		for (k = 0; k < i; k++)
			cr_expect_str_neq(drawn[k].text, drawn[i].text);
	}
}

/* UM-13.1: what the rules for everybody's password would refuse is not given
   out. Counts each place's characters: the entropy that is really there. */
Test(secret, initial_passwords_have_sixty_bits_at_their_shortest)
{
	enum { COUNT = 6000, LENGTH = 12 };
	static unsigned int counts[LENGTH][256];
	struct seen seen;
	double bits = 0;
	double share;
	size_t i;
	size_t at;

	for (i = 0; i < COUNT; i++) {
		draw(LENGTH, &seen);
		for (at = 0; at < LENGTH; at++)
			counts[at][(unsigned char)seen.text[at]]++;
	}
	for (at = 0; at < LENGTH; at++)
		for (i = 0; i < 256; i++) {
			if (counts[at][i] == 0)
				continue;
			share = (double)counts[at][i] / COUNT;
			bits -= share * log2(share);
		}
	/* a sample of this size reads about 0.05 low */
	cr_expect_gt(bits, 60.0, "%f bits", bits);
}

struct judged {
	struct tn_password_context context;
	enum tn_password_fault fault;
};

static int
judge(const char *data, size_t len, void *arg)
{
	struct judged *judged = arg;

	(void)len;
	judged->fault = tn_password_check(data, &judged->context);
	return 0;
}

/* CI-3.1: the server's check module sees them too when they are set. */
Test(secret, initial_passwords_pass_everybodys_rules)
{
	struct judged judged = { .context = { .min_length = 12 } };
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *password = NULL;
	size_t i;

	for (i = 0; i < 3000; i++) {
		cr_assert_eq(
		    tn_secret_random_password(12 + i % 13, &password, &err),
		    TN_OK);
		tn_secret_use(password, judge, &judged);
		cr_expect_eq(judged.fault, TN_PASSWORD_GOOD, "length %zu: %s",
		             12 + i % 13,
		             tn_password_fault_words(judged.fault));
		tn_secret_freep(&password);
	}
}

Test(secret, initial_passwords_shorter_than_twelve_are_refused)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *password = NULL;

	cr_expect_eq(tn_secret_random_password(11, &password, &err),
	             TN_E_INVALID);
	cr_expect_eq(tn_secret_random_password(65, &password, &err),
	             TN_E_INVALID);
	cr_expect_null(password);
}

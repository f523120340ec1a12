#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "secret/sealed_box.h"
#include "slip.h"

#define NOW 1795000000

static char root[] = "/tmp/test_slip.XXXXXX";
static char folder[64];
static char key[64];
static struct slip_place place;

static void
make_place(void)
{
	struct tn_err err = TN_ERR_INIT;

	/* Slips and keys are trusted only where they are root's own. */
	if (getuid() != 0)
		cr_skip_test("needs root");
	cr_assert_not_null(mkdtemp(root));
	snprintf(folder, sizeof(folder), "%s/slips", root);
	snprintf(key, sizeof(key), "%s/slip.key", root);
	cr_assert(!mkdir(folder, 0700));
	cr_assert(!tn_secret_start(&err), "%s", err.text);
	cr_assert(!tn_seal_key_create(key, &err), "%s", err.text);
	place = (struct slip_place){ .folder = folder, .key = key };
}

static void
remove_place(void)
{
	static const char *const names[] = { "slips/wang.slip",
		                             "slips/.wang.opening",
		                             "slips/opened.log",
		                             "slips/.lock",
		                             "slips",
		                             "slip.key",
		                             "slip.key.pub" };
	char path[128];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, names[i]);
		(void)remove(path);
	}
	(void)rmdir(root);
}

TestSuite(slip, .init = make_place, .fini = remove_place);

static void
save(const char *password)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *secret = NULL;
	struct slip slip = {
		.login = "wang",
		.name = "王\"小\\明",
		.staff_number = "A1",
		.valid_until = "2026-12-06T00:00:00Z",
	};

	cr_assert(!tn_secret_new(password, strlen(password), &secret, &err));
	slip.password = secret;
	cr_assert(!slip_save(&place, &slip, &err), "%s", err.text);
	tn_secret_freep(&secret);
}

static int
holds_password(const char *data, size_t len, void *arg)
{
	(void)len;
	return strstr(data, arg) ? TN_OK : TN_E_NOT_FOUND;
}

static bool
file_holds(const char *name, const char *text)
{
	static char content[8192];
	char path[128];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file)
		return false;
	n = fread(content, 1, sizeof(content) - 1, file);
	content[n] = '\0';
	fclose(file);
	return strstr(content, text) != NULL;
}

/* UM-10.4, UM-13.1: one holder, told once, on record. */
Test(slip, opens_once_and_says_who_opened_it)
{
	struct slip_claim claim = { .content = NULL };
	struct tn_err err = TN_ERR_INIT;
	char password[] = "nityammopfopw5ju";

	save(password);
	cr_expect(!file_holds("wang.slip", password), "it is sealed");

	cr_assert(
	    !slip_open(&place, "wang", "alice", "pts/3", NOW, &claim, &err),
	    "%s", err.text);
	cr_expect(!tn_secret_use(claim.content, holds_password, password));
	cr_expect(file_holds("opened.log", "wang\talice\tpts/3\n"),
	          "recorded before it is shown");
	cr_assert(!slip_close(&claim, &err), "%s", err.text);

	cr_expect_eq(
	    slip_open(&place, "wang", "bob", "pts/4", NOW, &claim, &err),
	    TN_E_RULE);
	cr_expect(strstr(err.text, "by alice from pts/3"), "%s", err.text);
}

Test(slip, cannot_be_seen_by_two_at_once)
{
	struct slip_claim first = { .content = NULL };
	struct slip_claim second = { .content = NULL };
	struct tn_err err = TN_ERR_INIT;

	save("nityammopfopw5ju");
	cr_assert(
	    !slip_open(&place, "wang", "alice", "pts/3", NOW, &first, &err));
	cr_expect_eq(
	    slip_open(&place, "wang", "bob", "pts/4", NOW, &second, &err),
	    TN_E_RULE);
	cr_expect_null(second.content);
	cr_expect(!file_holds("opened.log", "bob"));
	cr_assert(!slip_close(&first, &err));
}

Test(slip, goes_back_when_it_cannot_be_recorded)
{
	struct slip_claim claim = { .content = NULL };
	struct tn_err err = TN_ERR_INIT;
	char path[128];

	save("nityammopfopw5ju");
	snprintf(path, sizeof(path), "%s/opened.log", folder);
	cr_assert(!mkdir(path, 0700)); /* no file can be opened there */

	cr_expect_eq(
	    slip_open(&place, "wang", "alice", "pts/3", NOW, &claim, &err),
	    TN_E_IO);
	cr_expect_null(claim.content);
	snprintf(path, sizeof(path), "%s/wang.slip", folder);
	cr_expect(!access(path, F_OK));
}

Test(slip, keeps_a_record_on_one_line)
{
	struct slip_claim claim = { .content = NULL };
	struct tn_err err = TN_ERR_INIT;

	save("nityammopfopw5ju");
	cr_assert(!slip_open(&place, "wang", "eve\tx\nwang", "\033[2J", NOW,
	                     &claim, &err));
	cr_expect(file_holds("opened.log", "wang\teve?x?wang\t?[2J\n"));
	cr_assert(!slip_close(&claim, &err));
}

Test(slip, is_never_a_path)
{
	struct slip_claim claim = { .content = NULL };
	struct tn_err err = TN_ERR_INIT;

	cr_expect_eq(slip_open(&place, "../slip", "a", "b", NOW, &claim, &err),
	             TN_E_INVALID);
	cr_expect_eq(slip_remove(&place, "../slip.key", &err), TN_E_INVALID);
	cr_expect_eq(slip_open(&place, "nobody", "a", "b", NOW, &claim, &err),
	             TN_E_NOT_FOUND);
}

Test(slip, is_issued_by_one_run_at_a_time)
{
	struct tn_err err = TN_ERR_INIT;
	int one = -1;
	int two = -1;

	cr_assert(!slip_lock(&place, &one, &err), "%s", err.text);
	cr_expect_eq(slip_lock(&place, &two, &err), TN_E_RULE);
	close(one);
	cr_assert(!slip_lock(&place, &two, &err));
	close(two);
}

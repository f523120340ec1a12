/* Slips: whoever has the public key seals, only root's key opens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <criterion/criterion.h>
#include "base/file.h"
#include "secret/sealed_box.h"

static char folder[] = "/tmp/tenure-seal-XXXXXX";
static char key[64];
static char public_key[64];

static void
start(void)
{
	struct tn_err err = TN_ERR_INIT;

	if (getuid() != 0)
		cr_skip_test("key files are root's");
	cr_assert_eq(tn_secret_start(&err), TN_OK);
	cr_assert_not_null(mkdtemp(folder));
	snprintf(key, sizeof(key), "%s/slip.key", folder);
	snprintf(public_key, sizeof(public_key), "%s/slip.key.pub", folder);
	cr_assert_eq(tn_seal_key_create(key, &err), TN_OK, "%s", err.text);
}

static void
stop(void)
{
	unlink(key);
	unlink(public_key);
	rmdir(folder);
}

TestSuite(sealed_box, .init = start, .fini = stop);

static int
expect_horse(const char *data, size_t len, void *arg)
{
	(void)arg;
	cr_expect_eq(len, 5);
	cr_expect_str_eq(data, "horse");
	return 0;
}

Test(sealed_box, opens_with_its_key)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *opened = NULL;
	struct tn_buf box;

	tn_buf_init(&box, 4096);
	cr_assert_eq(tn_seal(public_key, "horse", 5, &box, &err), TN_OK, "%s",
	             err.text);
	cr_expect_null(strstr(tn_buf_text(&box), "horse"));
	cr_assert_eq(
	    tn_seal_open(key, (const char *)box.data, box.len, &opened, &err),
	    TN_OK, "%s", err.text);
	tn_secret_use(opened, expect_horse, NULL);
	tn_secret_freep(&opened);
	tn_buf_done(&box);
}

Test(sealed_box, opens_when_a_file_wrapped_it_in_lines)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *opened = NULL;
	struct tn_buf box;

	tn_buf_init(&box, 4096);
	cr_assert_eq(tn_seal(public_key, "horse", 5, &box, &err), TN_OK);
	tn_buf_put_text(&box, "\n");
	cr_expect_eq(
	    tn_seal_open(key, (const char *)box.data, box.len, &opened, &err),
	    TN_OK);
	tn_secret_freep(&opened);
	tn_buf_done(&box);
}

Test(sealed_box, every_changed_byte_is_seen)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *opened = NULL;
	struct tn_buf box;
	size_t i;
	uint8_t was;

	tn_buf_init(&box, 4096);
	cr_assert_eq(tn_seal(public_key, "horsebox!", 9, &box, &err), TN_OK);
	for (i = 0; i < box.len; i++) {
		was = box.data[i];
		box.data[i] = was == 'A' ? 'B' : 'A';
		cr_expect_eq(tn_seal_open(key, (const char *)box.data, box.len,
		                          &opened, &err),
		             TN_E_DAMAGED, "byte %zu", i);
		box.data[i] = was;
		cr_expect_eq(
		    tn_seal_open(key, (const char *)box.data, i, &opened, &err),
		    TN_E_DAMAGED, "cut at %zu", i);
	}
	cr_expect_null(opened);
	tn_buf_done(&box);
}

Test(sealed_box, a_key_is_never_overwritten)
{
	struct tn_err err = TN_ERR_INIT;
	char *before = NULL;
	char *after = NULL;
	size_t len;

	cr_assert_eq(tn_file_read(key, 256, &before, &len, &err), TN_OK);
	cr_expect_eq(tn_seal_key_create(key, &err), TN_E_EXISTS);
	cr_assert_eq(unlink(public_key), 0);
	cr_expect_eq(tn_seal_key_create(key, &err), TN_E_EXISTS);
	cr_assert_eq(tn_file_read(key, 256, &after, &len, &err), TN_OK);
	cr_expect_str_eq(before, after);
	free(before);
	free(after);
}

Test(sealed_box, the_secret_key_is_for_root_alone)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *opened = NULL;
	struct stat info;

	cr_assert_eq(stat(key, &info), 0);
	cr_expect_eq(info.st_mode & 0777, 0600);
	cr_assert_eq(stat(public_key, &info), 0);
	cr_expect_eq(info.st_mode & 0777, 0644);
	cr_assert_eq(chmod(key, 0644), 0);
	cr_expect_eq(tn_seal_open(key, "AAAA", 4, &opened, &err), TN_E_DENIED);
}

Test(sealed_box, the_two_keys_are_not_mistaken_for_each_other)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *opened = NULL;
	struct tn_buf box;

	tn_buf_init(&box, 4096);
	cr_expect_eq(tn_seal(key, "horse", 5, &box, &err), TN_E_DAMAGED);
	cr_assert_eq(chmod(public_key, 0600), 0);
	cr_expect_eq(tn_seal_open(public_key, "AAAA", 4, &opened, &err),
	             TN_E_DAMAGED);
	tn_buf_done(&box);
}

Test(sealed_box, sha256_is_that_of_fips_180)
{
	char text[65];

	tn_sha256_hex("abc", 3, text);
	cr_expect_str_eq(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9"
	                       "cb410ff61f20015ad");
}

/*
 * A byte that turned within a name or a number: no lookup can see it, whoever
 * reads the whole file does.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/file.h"
#include "snapshot/snapshot_compact.h"
#include "snapshot/snapshot_sum.h"
#include "snapshot_example.h"

static struct example example;
static char *good;
static size_t good_size;

static void
start(void)
{
	struct tn_snapshot_overlay *overlay;

	example_init(&example);
	example_publish(&example, example_gather(6));
	overlay = example_overlay(&example);
	example_change(overlay);
	example_save(&example, overlay);
	tn_snapshot_overlay_free(overlay);
}

static void
clean(void)
{
	free(good);
	example_done(&example);
}

TestSuite(snapshot_sum, .init = start, .fini = clean, .timeout = 120);

static void
read_good(const char *name)
{
	cr_assert_eq(tn_file_read(example_path(&example, name), 1 << 20, &good,
	                          &good_size, NULL),
	             TN_OK);
}

static void
turn(const char *name, size_t at, char bits)
{
	int fd = open(example_path(&example, name), O_WRONLY);
	char byte = (char)(good[at] ^ bits);

	cr_assert_geq(fd, 0);
	cr_assert_eq(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

static int
open_it(void)
{
	struct tn_snapshot_overlay *overlay = NULL;
	size_t live;
	int rc =
	    tn_snapshot_overlay_open(example.directory, &overlay, &live, NULL);

	tn_snapshot_overlay_free(overlay);
	return rc;
}

static void
expect_each_byte_seen(const char *name)
{
	size_t at;

	read_good(name);
	cr_expect_eq(tn_snapshot_check(example.directory, NULL), TN_OK);
	cr_expect_eq(open_it(), TN_OK);
	for (at = 0; at < good_size; at++) {
		turn(name, at, 1);
		cr_expect_neq(tn_snapshot_check(example.directory, NULL), TN_OK,
		              "byte %zu of %s", at, name);
		cr_expect_neq(open_it(), TN_OK, "byte %zu of %s", at, name);
		turn(name, at, 0);
	}
	cr_expect_eq(tn_snapshot_check(example.directory, NULL), TN_OK);
}

Test(snapshot_sum, every_byte_of_a_base_counts)
{
	expect_each_byte_seen("base.0");
}

Test(snapshot_sum, every_byte_of_an_overlay_counts)
{
	expect_each_byte_seen("overlay");
}

Test(snapshot_sum, the_words_name_the_file)
{
	struct tn_err err = TN_ERR_INIT;

	read_good("base.0");
	turn("base.0", good_size - 1, 1);
	cr_expect_eq(tn_snapshot_check(example.directory, &err), TN_E_DAMAGED);
	cr_expect_not_null(strstr(err.text, "/base.0 "), "%s", err.text);
}

Test(snapshot_sum, a_file_without_a_checksum_is_not_whole)
{
	size_t i;

	read_good("overlay");
	for (i = 240; i < 248; i++)
		turn("overlay", i, good[i]);
	cr_expect_eq(tn_snapshot_check(example.directory, NULL), TN_E_DAMAGED);
}

/* It would have a good checksum afterwards. */
Test(snapshot_sum, no_new_base_is_made_of_a_damaged_one)
{
	struct tn_snapshot_compaction *compaction = NULL;
	struct tn_snapshot_base base;
	bool is_done = false;
	int rc = TN_OK;

	read_good("base.0");
	turn("base.0", good_size / 2, 1);
	cr_assert_eq(tn_snapshot_compact_begin(example.directory, 9, 9,
	                                       &compaction, NULL),
	             TN_OK);
	while (rc == TN_OK && !is_done)
		rc =
		    tn_snapshot_compact_step(compaction, &is_done, &base, NULL);
	cr_expect_eq(rc, TN_E_DAMAGED);
	tn_snapshot_compact_free(compaction);
}

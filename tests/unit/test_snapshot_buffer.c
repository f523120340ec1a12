/* The caller's buffer: every size, every alignment, never a byte past it. */
#include <config.h>

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

#define GUARD   0x5a
#define LARGEST 400

static struct example example;
static const struct tn_snapshot *snapshot;

static void
publish(void)
{
	example_init(&example);
	example_publish(&example, example_gather(6));
	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK);
}

static void
clean(void)
{
	tn_snapshot_drop(snapshot);
	example_done(&example);
}

TestSuite(snapshot_buffer, .init = publish, .fini = clean);

static int
ask_user(char *at, size_t size)
{
	struct passwd person;
	int rc =
	    tn_snapshot_user_by_name(snapshot, "wang", &person, at, size, NULL);

	if (rc == TN_OK) {
		cr_assert_str_eq(person.pw_dir, "/home/wang");
		cr_assert_str_eq(person.pw_passwd, "*");
	}
	return rc;
}

static int
ask_group(char *at, size_t size)
{
	struct group group;
	int rc =
	    tn_snapshot_group_by_name(snapshot, "everyone", &group, at, size);

	if (rc == TN_OK) {
		cr_assert_eq((uintptr_t)group.gr_mem % sizeof(char *), 0);
		cr_assert_str_eq(group.gr_name, "everyone");
		cr_assert_str_eq(group.gr_mem[7], "u000005");
		cr_assert_null(group.gr_mem[8]);
	}
	return rc;
}

/* Too small up to some size, right from there on, whatever the alignment. */
static void
try_all_sizes(int (*ask)(char *at, size_t size))
{
	size_t align;
	size_t size;
	size_t i;

	for (align = 0; align < 16; align++) {
		size_t fits = 0;

		for (size = 0; size <= LARGEST; size++) {
			/* Of exactly this size: a sanitizer sees the rest. */
			char *room = malloc(align + size + 16);
			char *at = room + align;
			int rc;

			cr_assert_not_null(room);
			memset(room, GUARD, align + size + 16);
			rc = ask(at, size);
			if (rc == TN_OK && fits == 0)
				fits = size;
			cr_assert_eq(rc, fits == 0 ? TN_E_LIMIT : TN_OK,
			             "align %zu size %zu: %d", align, size, rc);
			for (i = 0; i < 16; i++)
				cr_assert_eq(at[size + i], GUARD,
				             "align %zu size %zu", align, size);
			free(room);
		}
		cr_expect_gt(fits, 0);
	}
}

Test(snapshot_buffer, a_person_fits_or_is_too_large_at_every_size)
{
	try_all_sizes(ask_user);
}

Test(snapshot_buffer, a_group_fits_or_is_too_large_at_every_size)
{
	try_all_sizes(ask_group);
}

Test(snapshot_buffer, what_the_caller_gave_is_untouched_by_a_failure)
{
	struct passwd person = { .pw_uid = 7 };
	struct group group = { .gr_gid = 7 };
	char small[4];
	bool dead = true;

	cr_expect_eq(tn_snapshot_user_by_name(snapshot, "wang", &person, small,
	                                      sizeof(small), &dead),
	             TN_E_LIMIT);
	cr_expect_eq(tn_snapshot_group_by_name(snapshot, "everyone", &group,
	                                       small, sizeof(small)),
	             TN_E_LIMIT);
	cr_expect_eq(person.pw_uid, 7);
	cr_expect_eq(group.gr_gid, 7);
	cr_expect(dead);
}

/*
 * One field of a good file changed so that it lies: each check of the reader
 * has the lie that it is there for.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/file.h"
#include "snapshot/snapshot_format.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

static struct example example;
static const char *file; /* which lies */
static char *good;       /* the whole of it */
static size_t good_size;

static void
start(const char *name)
{
	struct tn_snapshot_overlay *overlay;

	example_init(&example);
	example_publish(&example, example_gather(6));
	overlay = example_overlay(&example);
	example_change(overlay);
	example_save(&example, overlay);
	tn_snapshot_overlay_free(overlay);
	file = name;
	cr_assert_eq(tn_file_read(example_path(&example, file), 1 << 20, &good,
	                          &good_size, NULL),
	             TN_OK);
}

static void
start_base(void)
{
	start("base.0");
}

static void
start_overlay(void)
{
	start("overlay");
}

static void
clean(void)
{
	free(good);
	example_done(&example);
}

TestSuite(snapshot_lie, .init = start_base, .fini = clean);
TestSuite(overlay_lie, .init = start_overlay, .fini = clean);

/* One lie in the file, and what comes of it. */
struct lie {
	const char *what;
	size_t offset; /* from the start of the record or header */
	size_t size;   /* bytes: 1, 2, 4 */
	uint32_t value;
};

/* Take the file with one lie in it. */
static int
take_lie(const struct lie *lie, size_t record, const struct tn_snapshot **ret)
{
	char *bytes = malloc(good_size);
	int fd;

	cr_assert_not_null(bytes);
	memcpy(bytes, good, good_size);
	memcpy(bytes + record + lie->offset, &lie->value, lie->size);
	unlink(example_path(&example, file));
	fd = open(example_path(&example, file), O_CREAT | O_WRONLY, 0644);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, good_size), (ssize_t)good_size);
	close(fd);
	free(bytes);
	return tn_snapshot_take(example.directory, ret);
}

static size_t
record_of(const struct tn_snapshot_table *table, uint32_t number)
{
	uint32_t at;

	memcpy(&at, good + table->offset + number * sizeof(at), sizeof(at));
	return (size_t)at * TN_SNAPSHOT_AT_UNIT;
}

#define HEADER(field) offsetof(struct tn_snapshot_header, field)
#define USER(field)   offsetof(struct tn_snapshot_user_record, field)
#define GROUP(field)  offsetof(struct tn_snapshot_group_record, field)
/* Where the texts of u000003 end, one after another: he is as the base says. */
#define U3_NAME  (sizeof(struct tn_snapshot_user_record) + 7)
#define U3_GECOS (U3_NAME + 6)
#define U3_HOME  (U3_GECOS + 14)
#define U3_SHELL (U3_HOME + 10)

static const struct lie user_lies[] = {
	{ "uid of root", USER(uid), 4, 0 },
	{ "uid of the system", USER(uid), 4, 999 },
	{ "gid of root", USER(gid), 4, 0 },
	{ "gid of the system", USER(gid), 4, 999 },
	{ "no name", USER(name_size), 1, 0 },
	{ "empty name", USER(name_size), 1, 1 },
	{ "no gecos", USER(gecos_size), 2, 0 },
	{ "no home", USER(home_size), 2, 0 },
	{ "no shell", USER(shell_size), 2, 0 },
	{ "long gecos", USER(gecos_size), 2, 65535 },
	{ "long shell", USER(shell_size), 2, 65535 },
	{ "too many groups", USER(gid_count), 4, UINT32_MAX },
	{ "name does not end", U3_NAME, 1, 'x' },
	{ "gecos does not end", U3_GECOS, 1, 'x' },
	{ "home does not end", U3_HOME, 1, 'x' },
	{ "shell does not end", U3_SHELL, 1, 'x' },
};

/* number: which record of the file; the walk from first on comes to it, and is
   at next then. */
static void
expect_user_lies(uint32_t number, uint32_t first, uint32_t next)
{
	const struct tn_snapshot_header *header = (const void *)good;
	struct passwd person;
	char buffer[1024];
	size_t i;

	for (i = 0; i < sizeof(user_lies) / sizeof(user_lies[0]); i++) {
		const struct tn_snapshot *snapshot;
		uint32_t at = first;

		cr_assert_eq(take_lie(&user_lies[i],
		                      record_of(&header->users, number),
		                      &snapshot),
		             TN_OK);
		cr_expect_eq(tn_snapshot_user_next(snapshot, &at, &person,
		                                   buffer, sizeof(buffer),
		                                   NULL),
		             TN_E_DAMAGED, "%s", user_lies[i].what);
		cr_expect_eq(at, next, "it is passed over");
		tn_snapshot_drop(snapshot);
	}
}

/* In the walk the overlay's five come first; five of the base are hidden. */
Test(snapshot_lie, each_lie_in_a_persons_record_is_found_out)
{
	expect_user_lies(5, 5, 5 + 5 + 1);
}

/* The same texts, published in an overlay. */
Test(overlay_lie, each_lie_in_a_persons_record_is_found_out)
{
	const struct tn_snapshot_user other = {
		.name = "u000003",
		.uid = EXAMPLE_FIRST_UID + 103,
		.gid = EXAMPLE_STAFF_GID,
		.gecos = "Other",
		.home = "/home/u000003",
		.shell = "/bin/bash",
	};
	struct tn_snapshot_overlay *overlay = example_overlay(&example);

	cr_assert_eq(tn_snapshot_overlay_put_user(overlay, &other, NULL),
	             TN_OK);
	example_save(&example, overlay);
	tn_snapshot_overlay_free(overlay);
	free(good);
	cr_assert_eq(tn_file_read(example_path(&example, file), 1 << 20, &good,
	                          &good_size, NULL),
	             TN_OK);
	expect_user_lies(0, 0, 1);
}

Test(snapshot_lie, gids_that_are_none_are_found_out)
{
	const struct tn_snapshot_header *header = (const void *)good;
	/* u000003: behind 8 + 6 + 14 + 10 bytes of texts. */
	const struct lie lie = { "gid of root",
		                 sizeof(struct tn_snapshot_user_record) + 40, 4,
		                 0 };
	const struct tn_snapshot *snapshot;
	const uint32_t *gids;
	size_t count;

	cr_assert_eq(take_lie(&lie, record_of(&header->users, 5), &snapshot),
	             TN_OK);
	cr_expect_eq(tn_snapshot_gids(snapshot, "u000003", &gids, &count),
	             TN_E_DAMAGED);
	tn_snapshot_drop(snapshot);
}

static void
expect_group_lies(const struct lie *lies, size_t count, uint32_t number)
{
	const struct tn_snapshot_header *header = (const void *)good;
	struct group group;
	char buffer[1024];
	size_t i;

	for (i = 0; i < count; i++) {
		const struct tn_snapshot *snapshot;

		cr_assert_eq(take_lie(&lies[i],
		                      record_of(&header->groups, number),
		                      &snapshot),
		             TN_OK);
		cr_expect_eq(
		    tn_snapshot_group_by_gid(snapshot, EXAMPLE_STAFF_GID + 3,
		                             &group, buffer, sizeof(buffer)),
		    TN_E_DAMAGED, "%s", lies[i].what);
		tn_snapshot_drop(snapshot);
	}
}

/* Group 3 of the base is everyone: of it a delta is made. */
Test(snapshot_lie, each_lie_in_a_groups_record_is_found_out)
{
	static const struct lie lies[] = {
		{ "gid of root", GROUP(gid), 4, 0 },
		{ "gid of the system", GROUP(gid), 4, 999 },
		{ "too many", GROUP(member_count), 4, UINT32_MAX },
		{ "more than the file has", GROUP(member_count), 4, 8192 },
		{ "fewer than are taken away", GROUP(member_count), 4, 1 },
		{ "long texts", GROUP(text_size), 4, UINT32_MAX },
		{ "no texts", GROUP(text_size), 4, 0 },
		{ "empty name", GROUP(name_size), 1, 1 },
		{ "name longer than texts", GROUP(name_size), 1, 255 },
		{ "a delta of a delta", GROUP(flags), 1, TN_SNAPSHOT_DELTA },
		{ "a size more", sizeof(struct tn_snapshot_group_record), 1,
		  6 },
		{ "a size of nothing", sizeof(struct tn_snapshot_group_record),
		  1, 0 },
		{ "name does not end",
		  sizeof(struct tn_snapshot_group_record) + 8 + 8, 1, 'x' },
		{ "last member does not end",
		  sizeof(struct tn_snapshot_group_record) + 8 + 9 + 5 + 3 + 47,
		  1, 'x' },
	};

	expect_group_lies(lies, sizeof(lies) / sizeof(lies[0]), 3);
}

static uint32_t
number_of_group(const char *name)
{
	const struct tn_snapshot_header *header = (const void *)good;
	struct tn_snapshot_group_record record;
	struct tn_snapshot_group_delta delta;
	uint32_t i;

	for (i = 0; i < header->groups.count; i++) {
		size_t at = record_of(&header->groups, i);

		memcpy(&record, good + at, sizeof(record));
		memcpy(&delta, good + at + sizeof(record), sizeof(delta));
		if (record.flags == TN_SNAPSHOT_DELTA &&
		    strcmp(good + at + sizeof(record) + sizeof(delta) +
		               delta.less_count * sizeof(uint32_t) +
		               record.member_count,
		           name) == 0)
			return i;
	}
	cr_assert_fail("no group %s", name);
	return 0;
}

/* everyone: u000000 and u000001 less, zhao and v000000 more. */
Test(overlay_lie, each_lie_in_a_groups_delta_is_found_out)
{
	static const size_t delta = sizeof(struct tn_snapshot_group_record);
	const struct lie lies[] = {
		{ "gid of root", GROUP(gid), 4, 0 },
		{ "too many", GROUP(member_count), 4, UINT32_MAX },
		{ "long texts", GROUP(text_size), 4, UINT32_MAX },
		{ "texts cut", GROUP(text_size), 4, 12 },
		{ "empty name", GROUP(name_size), 1, 1 },
		{ "of no record", delta, 4, 0 },
		{ "past the end", delta, 4, UINT32_MAX },
		{ "of a record that is none", delta, 4, 65 },
		{ "less than there are", delta + 4, 4, 9 },
		{ "more less than the file has", delta + 4, 4, UINT32_MAX },
		{ "numbers that do not rise", delta + 8, 4, 3 },
		{ "a number that is none", delta + 12, 4, 8 },
		{ "a size more", delta + 16, 1, 100 },
		{ "name does not end", delta + 16 + 2 + 8, 1, 'x' },
		{ "last member does not end", delta + 16 + 2 + 9 + 12, 1, 'x' },
	};

	expect_group_lies(lies, sizeof(lies) / sizeof(lies[0]),
	                  number_of_group("everyone"));
}

static const struct lie header_lies[] = {
	{ "magic", HEADER(magic), 1, 't' },
	{ "order of bytes", HEADER(endian), 4, 0x04030201 },
	{ "older version", HEADER(version), 4, 2 },
	{ "newer version", HEADER(version), 4, 4 },
	{ "small header", HEADER(header_size), 4, 255 },
	{ "large header", HEADER(header_size), 4, 1 << 30 },
	{ "a flag of later", HEADER(flags), 4, 1u << 31 },
	{ "size", HEADER(size), 4, 4096 },
	{ "no cookie", HEADER(cookie.count), 4, 0 },
	{ "cookie without its end", HEADER(cookie.count), 4, 5 },
	{ "crooked table", HEADER(users.offset), 1, 1 },
	{ "table in the header", HEADER(users.offset), 4, 0 },
	{ "table past the end", HEADER(groups.offset), 4, 1 << 30 },
	{ "the dead past the end", HEADER(dead.offset), 4, 1 << 30 },
	{ "long table", HEADER(users.count), 4, UINT32_MAX },
	{ "long table", HEADER(dead.count), 4, UINT32_MAX },
	{ "no slots", HEADER(user_names.count), 4, 0 },
	{ "no power of two", HEADER(user_names.count), 4, 15 },
	{ "no power of two", HEADER(user_ids.count), 4, 3 },
	{ "too many slots", HEADER(group_names.count), 4, 1u << 31 },
	{ "too many slots", HEADER(group_ids.count), 4, 1u << 20 },
	{ "nothing hidden in", HEADER(hidden.count), 4, 0 },
	{ "hidden past the end", HEADER(hidden.offset), 4, 1 << 30 },
	{ "no bits", HEADER(at_bits), 4, 0 },
	{ "too many bits", HEADER(at_bits), 4, 33 },
	{ "no such slot", HEADER(base_slot), 4, 2 },
	{ "another generation", HEADER(generation), 4, 77 },
	{ "another time", HEADER(published), 4, 77 },
};

static void
expect_header_lies(size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct tn_snapshot *snapshot;

		cr_expect_eq(take_lie(&header_lies[i], 0, &snapshot),
		             TN_E_DAMAGED, "%s", header_lies[i].what);
	}
}

#define HEADER_LIES (sizeof(header_lies) / sizeof(header_lies[0]))

Test(snapshot_lie, each_lie_in_the_header_is_found_out)
{
	const struct lie overlay = { "an overlay", HEADER(flags), 4,
		                     TN_SNAPSHOT_IS_OVERLAY };
	const struct tn_snapshot *snapshot;

	expect_header_lies(HEADER_LIES);
	cr_expect_eq(take_lie(&overlay, 0, &snapshot), TN_E_DAMAGED);
}

/* The last two are the overlay's own business. */
Test(overlay_lie, each_lie_in_the_header_is_found_out)
{
	static const struct lie lies[] = {
		{ "a base", HEADER(flags), 4, 0 },
		{ "of another base", HEADER(base_generation), 4, 99 },
		{ "of another time", HEADER(base_published), 4, 99 },
		{ "of another size", HEADER(base_size), 4, 99 },
		{ "of the other file", HEADER(base_slot), 4, 1 },
	};
	const struct tn_snapshot *snapshot;
	size_t i;

	expect_header_lies(HEADER_LIES - 2);
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		cr_expect_eq(take_lie(&lies[i], 0, &snapshot), TN_E_DAMAGED,
		             "%s", lies[i].what);
}

/* Whatever is asked of it. */
static void
ask_all(const struct tn_snapshot *snapshot)
{
	struct passwd person;
	struct group group;
	char buffer[1024];
	uint32_t index = 0;
	int rc;

	do {
		rc = tn_snapshot_user_next(snapshot, &index, &person, buffer,
		                           sizeof(buffer), NULL);
		index += rc == TN_E_LIMIT;
	} while (index < 64 && rc != TN_E_NOT_FOUND);
	index = 0;
	do {
		rc = tn_snapshot_group_next(snapshot, &index, &group, buffer,
		                            sizeof(buffer));
		index += rc == TN_E_LIMIT;
	} while (index < 64 && rc != TN_E_NOT_FOUND);
	(void)tn_snapshot_user_by_name(snapshot, "zhao", &person, buffer,
	                               sizeof(buffer), NULL);
	(void)tn_snapshot_user_by_uid(snapshot, EXAMPLE_FIRST_UID + 1, &person,
	                              buffer, sizeof(buffer), NULL);
}

/* One after another, each of its words. */
static void
use_extremes(void)
{
	static const uint32_t values[] = { 0,    1,          255,
		                           4096, 0x7fffffff, UINT32_MAX };
	size_t offset;
	size_t i;

	for (offset = 0; offset + 4 <= good_size; offset += 4)
		for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			const struct lie lie = { "", offset, 4, values[i] };
			const struct tn_snapshot *snapshot;

			if (take_lie(&lie, 0, &snapshot) != TN_OK)
				continue;
			ask_all(snapshot);
			tn_snapshot_drop(snapshot);
		}
}

Test(snapshot_lie, every_field_at_its_extremes_is_answered)
{
	use_extremes();
}

Test(overlay_lie, every_field_at_its_extremes_is_answered)
{
	use_extremes();
}

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
static char *good; /* the whole base */
static size_t good_size;

static void
start(void)
{
	example_init(&example);
	example_publish(&example, example_gather(6));
	cr_assert_eq(tn_file_read(example_path(&example, "base"), 1 << 20,
	                          &good, &good_size, NULL),
	             TN_OK);
}

static void
clean(void)
{
	free(good);
	example_done(&example);
}

TestSuite(snapshot_lie, .init = start, .fini = clean);

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
	unlink(example_path(&example, "base"));
	fd = open(example_path(&example, "base"), O_CREAT | O_WRONLY, 0644);
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
	return (size_t)at * 8;
}

#define HEADER(field) offsetof(struct tn_snapshot_header, field)
#define USER(field)   offsetof(struct tn_snapshot_user_record, field)
#define GROUP(field)  offsetof(struct tn_snapshot_group_record, field)
/* Where the texts of wang end, one after another. */
#define WANG_NAME  (sizeof(struct tn_snapshot_user_record) + 4)
#define WANG_GECOS (WANG_NAME + 10)
#define WANG_HOME  (WANG_GECOS + 11)
#define WANG_SHELL (WANG_HOME + 10)

Test(snapshot_lie, each_lie_in_a_persons_record_is_found_out)
{
	static const struct lie lies[] = {
		{ "uid of root", USER(uid), 4, 0 },
		{ "uid of the system", USER(uid), 4, 999 },
		{ "gid of root", USER(gid), 4, 0 },
		{ "gid of the system", USER(gid), 4, 999 },
		{ "no name", USER(name_size), 2, 0 },
		{ "empty name", USER(name_size), 2, 1 },
		{ "no gecos", USER(gecos_size), 2, 0 },
		{ "no home", USER(home_size), 2, 0 },
		{ "no shell", USER(shell_size), 2, 0 },
		{ "long gecos", USER(gecos_size), 2, 65535 },
		{ "long shell", USER(shell_size), 2, 65535 },
		{ "name does not end", WANG_NAME, 1, 'x' },
		{ "gecos does not end", WANG_GECOS, 1, 'x' },
		{ "home does not end", WANG_HOME, 1, 'x' },
		{ "shell does not end", WANG_SHELL, 1, 'x' },
	};
	const struct tn_snapshot_header *header = (const void *)good;
	struct passwd person;
	char buffer[1024];
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		const struct tn_snapshot *snapshot;

		cr_assert_eq(
		    take_lie(&lies[i], record_of(&header->users, 0), &snapshot),
		    TN_OK);
		cr_expect_eq(tn_snapshot_user_at(snapshot, 0, &person, buffer,
		                                 sizeof(buffer), NULL),
		             TN_E_DAMAGED, "%s", lies[i].what);
		tn_snapshot_drop(snapshot);
	}
}

Test(snapshot_lie, each_lie_about_a_persons_groups_is_found_out)
{
	static const struct lie lies[] = {
		{ "past the end", USER(gids_at), 4, UINT32_MAX },
		{ "too many", USER(gid_count), 4, UINT32_MAX },
		{ "texts are no gids", USER(gids_at), 4, 1 },
	};
	const struct tn_snapshot_header *header = (const void *)good;
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		const struct tn_snapshot *snapshot;
		const uint32_t *gids;
		size_t count;

		cr_assert_eq(
		    take_lie(&lies[i], record_of(&header->users, 0), &snapshot),
		    TN_OK);
		cr_expect_eq(tn_snapshot_gids(snapshot, "wang", &gids, &count),
		             TN_E_DAMAGED, "%s", lies[i].what);
		tn_snapshot_drop(snapshot);
	}
}

/* Group 1 is tunnel, of wang and li: "tunnel", "wang" and "li" with NULs. */
Test(snapshot_lie, each_lie_in_a_groups_record_is_found_out)
{
	static const struct lie lies[] = {
		{ "gid of root", GROUP(gid), 4, 0 },
		{ "gid of the system", GROUP(gid), 4, 999 },
		{ "too many", GROUP(member_count), 4, UINT32_MAX },
		{ "more than the file has", GROUP(member_count), 4, 8192 },
		{ "long texts", GROUP(text_size), 4, UINT32_MAX },
		{ "no texts", GROUP(text_size), 4, 0 },
		{ "empty name", GROUP(name_size), 4, 1 },
		{ "name longer than texts", GROUP(name_size), 4, 16 },
		{ "member starts past texts",
		  sizeof(struct tn_snapshot_group_record), 4, 15 },
		{ "name does not end",
		  sizeof(struct tn_snapshot_group_record) + 8 + 6, 1, 'x' },
		{ "last member does not end",
		  sizeof(struct tn_snapshot_group_record) + 8 + 14, 1, 'x' },
	};
	const struct tn_snapshot_header *header = (const void *)good;
	struct group group;
	char buffer[1024];
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		const struct tn_snapshot *snapshot;

		cr_assert_eq(take_lie(&lies[i], record_of(&header->groups, 1),
		                      &snapshot),
		             TN_OK);
		cr_expect_eq(tn_snapshot_group_at(snapshot, 1, &group, buffer,
		                                  sizeof(buffer)),
		             TN_E_DAMAGED, "%s", lies[i].what);
		tn_snapshot_drop(snapshot);
	}
}

Test(snapshot_lie, each_lie_in_the_header_is_found_out)
{
	static const struct lie lies[] = {
		{ "magic", HEADER(magic), 1, 't' },
		{ "order of bytes", HEADER(endian), 4, 0x04030201 },
		{ "older version", HEADER(version), 4, 0 },
		{ "newer version", HEADER(version), 4, 2 },
		{ "small header", HEADER(header_size), 4, 255 },
		{ "large header", HEADER(header_size), 4, 1 << 30 },
		{ "an overlay", HEADER(flags), 4, TN_SNAPSHOT_OVERLAY },
		{ "a flag of later", HEADER(flags), 4, 1u << 31 },
		{ "size", HEADER(size), 4, 4096 },
		{ "no cookie", HEADER(cookie.count), 4, 0 },
		{ "cookie without its end", HEADER(cookie.count), 4, 6 },
		{ "crooked table", HEADER(users.offset), 1, 1 },
		{ "table in the header", HEADER(users.offset), 4, 0 },
		{ "table past the end", HEADER(groups.offset), 4, 1 << 30 },
		{ "long table", HEADER(users.count), 4, UINT32_MAX },
		{ "no slots", HEADER(user_names.count), 4, 0 },
		{ "no power of two", HEADER(user_names.count), 4, 15 },
		{ "no power of two", HEADER(user_ids.count), 4, 3 },
		{ "too many slots", HEADER(group_names.count), 4, 1u << 31 },
		{ "too many slots", HEADER(group_ids.count), 4, 1u << 20 },
	};
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		const struct tn_snapshot *snapshot;

		cr_expect_eq(take_lie(&lies[i], 0, &snapshot), TN_E_DAMAGED,
		             "%s", lies[i].what);
	}
}

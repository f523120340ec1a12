/*
 * Files that nobody should be able to make, and files of others: refused, or
 * answered within their bounds, never a crash. Lookups run on a copy of the
 * mapping in a block of exactly its size, where a sanitizer sees the first byte
 * that is read past its end.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "snapshot/snapshot_format.h"
#include "snapshot/snapshot_map.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

static struct example example;
static const char *file; /* which is damaged */
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

TestSuite(snapshot_damage, .init = start_base, .fini = clean, .timeout = 120);
TestSuite(overlay_damage, .init = start_overlay, .fini = clean, .timeout = 120);

/* Each of them for the base, and for the overlay. */
#define BOTH(name)                  \
	static void name(void);     \
	Test(snapshot_damage, name) \
	{                           \
		name();             \
	}                           \
	Test(overlay_damage, name)  \
	{                           \
		name();             \
	}                           \
	static void name(void)

static void
put(const void *bytes, size_t size)
{
	int fd;

	unlink(example_path(&example, file));
	fd = open(example_path(&example, file), O_CREAT | O_WRONLY, 0644);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
	close(fd);
}

static int
take(const struct tn_snapshot **ret)
{
	return tn_snapshot_take(example.directory, ret);
}

static void
expect_answer(int rc, const char *what)
{
	cr_expect(rc == TN_OK || rc == TN_E_NOT_FOUND || rc == TN_E_DAMAGED ||
	              rc == TN_E_LIMIT,
	          "%s: %d", what, rc);
}

static void
expect_person(int rc, const struct passwd *person, const char *buffer,
              size_t size, const char *what)
{
	expect_answer(rc, what);
	if (rc != TN_OK)
		return;
	/* Every text ends within the buffer, and nobody is root. */
	cr_expect_lt(strlen(person->pw_name), size);
	cr_expect_lt(strlen(person->pw_gecos), size);
	cr_expect_lt(strlen(person->pw_dir), size);
	cr_expect_lt(strlen(person->pw_shell), size);
	cr_expect(person->pw_shell >= buffer &&
	          person->pw_shell < buffer + size);
	cr_expect_geq(person->pw_uid, TN_SNAPSHOT_ID_MIN);
	cr_expect_geq(person->pw_gid, TN_SNAPSHOT_ID_MIN);
}

static void
expect_group(int rc, const struct group *group, const char *buffer, size_t size,
             const char *what)
{
	size_t i;

	expect_answer(rc, what);
	if (rc != TN_OK)
		return;
	cr_expect_geq(group->gr_gid, TN_SNAPSHOT_ID_MIN);
	for (i = 0; group->gr_mem[i] != NULL; i++)
		cr_expect(group->gr_mem[i] >= buffer &&
		          group->gr_mem[i] + strlen(group->gr_mem[i]) <
		              buffer + size);
}

/* Ask everything. */
static void
ask_all(const struct tn_snapshot *snapshot)
{
	static const char *const names[] = { "wang",     "li",      "u000003",
		                             "none",     "v000000", "zhao",
		                             "everyone", "bridge",  "u000001" };
	static char buffer[4096];
	struct tn_snapshot_info info;
	struct passwd person;
	struct group group;
	uint32_t user = 0;
	uint32_t number = 0;
	uint32_t dead = 0;
	uint32_t i;
	uid_t uid;

	tn_snapshot_info(snapshot, &info);
	cr_expect_lt(strlen(info.cookie), good_size);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const uint32_t *gids;
		size_t count;
		int rc = tn_snapshot_user_by_name(snapshot, names[i], &person,
		                                  buffer, sizeof(buffer), NULL);

		expect_person(rc, &person, buffer, sizeof(buffer), names[i]);
		if (rc == TN_OK)
			cr_expect_str_eq(person.pw_name, names[i]);
		rc = tn_snapshot_group_by_name(snapshot, names[i], &group,
		                               buffer, sizeof(buffer));
		expect_group(rc, &group, buffer, sizeof(buffer), names[i]);
		rc = tn_snapshot_gids(snapshot, names[i], &gids, &count);
		expect_answer(rc, "gids");
		while (rc == TN_OK && count > 0)
			cr_expect_geq(gids[--count], TN_SNAPSHOT_ID_MIN);
	}
	for (i = 0; i < 10; i++) {
		int rc;

		uid = EXAMPLE_FIRST_UID + (i < 2 ? i : 98 + i);
		rc = tn_snapshot_user_by_uid(snapshot, uid, &person, buffer,
		                             sizeof(buffer), NULL);
		expect_person(rc, &person, buffer, sizeof(buffer), "by uid");
		if (rc == TN_OK)
			cr_expect_eq(person.pw_uid, uid);
		rc = tn_snapshot_user_next(snapshot, &user, &person, buffer,
		                           sizeof(buffer), NULL);
		expect_person(rc, &person, buffer, sizeof(buffer), "next");
		rc = tn_snapshot_group_by_gid(snapshot, EXAMPLE_STAFF_GID + i,
		                              &group, buffer, sizeof(buffer));
		expect_group(rc, &group, buffer, sizeof(buffer), "by gid");
		rc = tn_snapshot_group_next(snapshot, &number, &group, buffer,
		                            sizeof(buffer));
		expect_group(rc, &group, buffer, sizeof(buffer), "group next");
		rc = tn_snapshot_dead_next(snapshot, &dead, &uid);
		expect_answer(rc, "dead");
		if (rc == TN_OK)
			cr_expect_geq(uid, TN_SNAPSHOT_ID_MIN);
	}
}

/* In a block of exactly its size. */
static void *
copy_file(const struct tn_snapshot_file *source, struct tn_snapshot_file *ret)
{
	void *bytes = malloc(source->size);

	cr_assert_not_null(bytes);
	memcpy(bytes, source->start, source->size);
	ret->start = bytes;
	ret->size = source->size;
	ret->header = source->header;
	return bytes;
}

static void
use(const struct tn_snapshot *snapshot)
{
	struct tn_snapshot_file base = { .holds = 0 };
	struct tn_snapshot copy = { .base = &base };
	void *first = copy_file(&snapshot->overlay, &copy.overlay);
	void *second = copy_file(snapshot->base, &base);

	ask_all(&copy);
	free(first);
	free(second);
}

BOTH(a_file_cut_anywhere_is_damaged)
{
	const struct tn_snapshot *snapshot;
	size_t size;

	for (size = 0; size < good_size; size += 8) {
		put(good, size);
		cr_assert_eq(take(&snapshot), TN_E_DAMAGED, "%zu", size);
	}
	put(good, good_size - 1);
	cr_expect_eq(take(&snapshot), TN_E_DAMAGED);
}

/* The overlay goes on naming the base though its size is another. */
static void
name_base(uint64_t size)
{
	int fd = open(example_path(&example, "overlay"), O_WRONLY);

	cr_assert_geq(fd, 0);
	cr_assert_eq(pwrite(fd, &size, sizeof(size),
	                    offsetof(struct tn_snapshot_header, base_size)),
	             (ssize_t)sizeof(size));
	close(fd);
}

/* Cut, and the header knows: the checks of offsets are all that is left. */
BOTH(a_file_cut_anywhere_that_says_so_is_answered_in_bounds)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_header header;
	char *bytes = malloc(good_size);
	size_t size;
	size_t taken = 0;

	cr_assert_not_null(bytes);
	for (size = sizeof(header); size < good_size; size += 8) {
		uint32_t t;
		struct tn_snapshot_table *tables = &header.cookie;

		memcpy(bytes, good, good_size);
		memcpy(&header, good, sizeof(header));
		header.size = size;
		for (t = 0; t < 9; t++) /* each ends where the file does */
			if (tables[t].offset > size - 8)
				tables[t] = (struct tn_snapshot_table){
					.offset = size - 8, .count = 1
				};
		if (strcmp(file, "base.0") == 0)
			name_base(size);
		memcpy(bytes, &header, sizeof(header));
		put(bytes, size);
		if (take(&snapshot) != TN_OK)
			continue;
		taken++;
		use(snapshot);
		tn_snapshot_drop(snapshot);
	}
	free(bytes);
	cr_expect_gt(taken, 20, "%zu were looked into", taken);
}

/* A fixed seed: what fails once fails again. */
static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
	        UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

BOTH(bytes_flipped_at_random_never_hurt)
{
	char *bytes = malloc(good_size);
	uint64_t seed = 20261122;
	size_t taken = 0;
	int round;

	cr_assert_not_null(bytes);
	for (round = 0; round < 20000; round++) {
		const struct tn_snapshot *snapshot;
		uint32_t flips = 1 + next_random(&seed) % 8;
		uint32_t first = round % 4 == 0 ? 0 : 256;

		memcpy(bytes, good, good_size);
		while (flips-- > 0)
			bytes[first +
			      next_random(&seed) % (good_size - first)] ^=
			    (char)(1 + next_random(&seed) % 255);
		put(bytes, good_size);
		if (take(&snapshot) != TN_OK)
			continue;
		taken++;
		use(snapshot);
		tn_snapshot_drop(snapshot);
	}
	free(bytes);
	cr_expect_gt(taken, 15000, "%zu were looked into", taken);
}

Test(snapshot_damage, an_index_without_an_empty_slot_ends_the_walk)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_header header;
	uint32_t *slots;
	struct passwd person;
	char buffer[256];
	uint32_t i;

	memcpy(&header, good, sizeof(header));
	slots = (void *)(good + header.user_names.offset);
	for (i = 0; i < header.user_names.count; i++)
		slots[i] = UINT32_MAX;
	put(good, good_size);

	cr_assert_eq(take(&snapshot), TN_OK);
	cr_expect_eq(tn_snapshot_user_by_name(snapshot, "u000003", &person,
	                                      buffer, sizeof(buffer), NULL),
	             TN_E_NOT_FOUND);
	tn_snapshot_drop(snapshot);
}

BOTH(a_file_that_others_may_write_is_not_read)
{
	static const mode_t modes[] = { 0664, 0646, 0666, 0622 };
	const struct tn_snapshot *snapshot;
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		cr_assert_eq(chmod(example_path(&example, file), modes[i]), 0);
		cr_expect_eq(take(&snapshot), TN_E_DAMAGED, "%o", modes[i]);
	}
}

BOTH(a_file_of_somebody_else_is_not_read)
{
	const struct tn_snapshot *snapshot;

	if (geteuid() != 0)
		cr_skip_test("only root can give a file away");
	cr_assert_eq(chown(example_path(&example, file), 65534, 65534), 0);
	cr_expect_eq(take(&snapshot), TN_E_DAMAGED);
}

BOTH(what_is_no_regular_file_is_refused_without_waiting)
{
	const struct tn_snapshot *snapshot;
	char elsewhere[512];

	snprintf(elsewhere, sizeof(elsewhere), "%s",
	         example_path(&example, "elsewhere"));
	cr_assert_eq(rename(example_path(&example, file), elsewhere), 0);
	/* An overlay without its base is half of a pair. */
	cr_expect_eq(take(&snapshot), strcmp(file, "overlay") == 0
	                                  ? TN_E_NOT_FOUND
	                                  : TN_E_DAMAGED);
	cr_assert_eq(symlink(elsewhere, example_path(&example, file)), 0);
	cr_expect_eq(take(&snapshot), TN_E_DAMAGED);
	unlink(example_path(&example, file));
	cr_assert_eq(mkfifo(example_path(&example, file), 0644), 0);
	cr_expect_eq(take(&snapshot), TN_E_DAMAGED);
	unlink(example_path(&example, file));
	cr_assert_eq(mkdir(example_path(&example, file), 0755), 0);
	cr_expect_eq(take(&snapshot), TN_E_DAMAGED);
}

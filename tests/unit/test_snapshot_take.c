/*
 * The mapping that a process keeps: when a newer one takes its place, and that
 * nothing the process goes through in between takes it away.
 */
#include <config.h>

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "snapshot/snapshot_open.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

static struct example example;
static char buffer[1024];

/* The standing folder is compiled in; this build takes it from here. */
static void
start(void)
{
	example_init(&example);
	setenv("TENURE_TEST_SNAPSHOT", example.directory, 1);
}

static void
clean(void)
{
	example_done(&example);
}

TestSuite(snapshot_take, .init = start, .fini = clean, .timeout = 60);

static void
publish(void)
{
	example_publish(&example, example_gather(0));
}

/* What the standing one says now; 0 when there is none. */
static uint64_t
generation_now(void)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;

	if (tn_snapshot_take(NULL, &snapshot) != TN_OK)
		return 0;
	tn_snapshot_info(snapshot, &info);
	tn_snapshot_drop(snapshot);
	return info.generation;
}

static bool
wang_is_found(void)
{
	const struct tn_snapshot *snapshot;
	struct passwd person;
	int rc = tn_snapshot_take(NULL, &snapshot);

	if (rc == TN_OK) {
		rc = tn_snapshot_user_by_name(snapshot, "wang", &person, buffer,
		                              sizeof(buffer), NULL);
		tn_snapshot_drop(snapshot);
	}
	return rc == TN_OK;
}

/* Within the bound of 5 seconds, without a publication meanwhile. */
static bool
generation_becomes(uint64_t wanted)
{
	struct timespec begin;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	do {
		if (generation_now() == wanted)
			return true;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - begin.tv_sec < 5);
	return false;
}

static size_t
open_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	cr_assert_not_null(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

/* How many times the base of our folder is mapped, also deleted ones. */
static size_t
mapped_bases(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	size_t count = 0;

	cr_assert_not_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL)
		if (strstr(line, example.directory) != NULL &&
		    strstr(line, "/base.") != NULL)
			count++;
	fclose(maps);
	return count;
}

Test(snapshot_take, without_a_file_there_is_none_and_then_there_is_one)
{
	const struct tn_snapshot *snapshot;

	cr_expect_eq(tn_snapshot_take(NULL, &snapshot), TN_E_NOT_FOUND);
	publish();
	cr_expect_eq(generation_now(), 1);
}

Test(snapshot_take, a_new_generation_is_seen_at_the_next_lookup)
{
	int i;

	for (i = 1; i <= 50; i++) {
		publish();
		cr_assert_eq(generation_now(), (uint64_t)i);
	}
	cr_expect_eq(mapped_bases(), 1, "old ones are unmapped");
}

Test(snapshot_take, one_that_is_held_stays_as_it_was)
{
	const struct tn_snapshot *old;
	struct tn_snapshot_info info;
	struct passwd person;

	publish();
	cr_assert_eq(tn_snapshot_take(NULL, &old), TN_OK);
	publish();

	cr_expect_eq(generation_now(), 2);
	tn_snapshot_info(old, &info);
	cr_expect_eq(info.generation, 1);
	cr_expect_eq(tn_snapshot_user_by_name(old, "wang", &person, buffer,
	                                      sizeof(buffer), NULL),
	             TN_OK);
	cr_expect_eq(mapped_bases(), 2);
	tn_snapshot_drop(old);
	cr_expect_eq(mapped_bases(), 1);
}

Test(snapshot_take, thirty_held_generations_are_all_right)
{
	const struct tn_snapshot *held[30];
	struct tn_snapshot_info info;
	uint64_t i;

	for (i = 0; i < 30; i++) {
		publish();
		cr_assert_eq(tn_snapshot_take(NULL, &held[i]), TN_OK);
		cr_assert_eq(generation_now(), i + 1);
	}
	for (i = 0; i < 30; i++) {
		tn_snapshot_info(held[i], &info);
		cr_expect_eq(info.generation, i + 1);
		tn_snapshot_drop(held[i]);
	}

	publish();
	cr_expect_eq(generation_now(), 31);
	cr_expect_eq(mapped_bases(), 1, "and none is left");
}

/* A writer that dies between the rename and the word. */
Test(snapshot_take, a_new_file_without_a_new_word_is_seen_within_seconds)
{
	char word[4096];
	int fd;

	publish();
	cr_assert_eq(generation_now(), 1);
	fd = open(example_path(&example, "generation"), O_RDWR);
	cr_assert_geq(fd, 0);
	cr_assert_eq(read(fd, word, sizeof(word)), (ssize_t)sizeof(word));
	publish();
	cr_assert_eq(pwrite(fd, word, sizeof(word), 0), (ssize_t)sizeof(word));
	close(fd);

	cr_expect(generation_becomes(2));
}

Test(snapshot_take, without_a_generation_file_a_new_one_is_seen_within_seconds)
{
	publish();
	unlink(example_path(&example, "generation"));
	cr_assert_eq(generation_now(), 1);
	publish();
	unlink(example_path(&example, "generation"));

	cr_expect(generation_becomes(2));
}

Test(snapshot_take, a_damaged_successor_leaves_the_good_one_standing)
{
	int fd;

	publish();
	cr_assert_eq(generation_now(), 1);
	publish();
	unlink(example_path(&example, "overlay"));
	fd = open(example_path(&example, "overlay"), O_CREAT | O_WRONLY, 0644);
	cr_assert_eq(write(fd, "nonsense", 8), 8);
	close(fd);

	cr_expect_eq(generation_now(), 1);
	cr_expect(wang_is_found());
	publish();
	cr_expect_eq(generation_now(), 3);
}

Test(snapshot_take, no_descriptor_is_kept)
{
	size_t before = open_descriptors();
	int i;

	for (i = 0; i < 20; i++) {
		publish();
		cr_assert(wang_is_found());
	}
	cr_expect_eq(open_descriptors(), before);
}

Test(snapshot_take, a_process_without_descriptors_keeps_its_names)
{
	struct rlimit limit;

	publish();
	cr_assert(wang_is_found());
	publish();
	cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 3;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);

	cr_expect(wang_is_found());
	cr_expect_eq(generation_now(), 1);
	limit.rlim_cur = limit.rlim_max;
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	cr_expect(generation_becomes(2));
}

#ifndef __SANITIZE_ADDRESS__ /* which needs all address space itself */
Test(snapshot_take, a_process_without_address_space_keeps_its_names)
{
	struct rlimit limit = { .rlim_cur = 1, .rlim_max = RLIM_INFINITY };

	publish();
	cr_assert(wang_is_found());
	publish();
	cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);

	cr_expect(wang_is_found());
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
	cr_expect(generation_becomes(2));
}
#endif

static int
child_status(pid_t child)
{
	int status = -1;

	cr_assert_gt(child, 0);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

Test(snapshot_take, a_process_in_another_root_keeps_its_names)
{
	pid_t child;

	if (geteuid() != 0)
		cr_skip_test("only root can change the root");
	publish();
	cr_assert(wang_is_found());
	publish();
	cr_assert_eq(mkdir(example_path(&example, "root"), 0755), 0);
	child = fork();
	if (child == 0) {
		if (chroot(example_path(&example, "root")) != 0 ||
		    chdir("/") != 0)
			_exit(2);
		_exit(wang_is_found() ? 0 : 1);
	}

	cr_expect_eq(child_status(child), 0);
}

Test(snapshot_take, a_child_of_fork_goes_on_with_what_it_has_and_renews)
{
	const struct tn_snapshot *held;
	pid_t child;
	int i;

	publish();
	cr_assert_eq(tn_snapshot_take(NULL, &held), TN_OK);
	/* In the middle of a lookup, again and again, each from the last. */
	for (i = 0; i < 40; i++) {
		publish();
		child = fork();
		if (child != 0) {
			cr_assert_eq(child_status(child), 0);
			tn_snapshot_drop(held);
			if (i > 0)
				_exit(0);
			return;
		}
		if (generation_now() != (uint64_t)i + 2)
			_exit(1);
		tn_snapshot_take(NULL, &held); /* and never dropped: lost */
	}
	_exit(0);
}

Test(snapshot_take, a_child_of_vfork_can_look_up)
{
	pid_t child;

	publish();
	cr_assert(wang_is_found());
	publish();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
	child = vfork();
#pragma GCC diagnostic pop
	if (child == 0)
		_exit(wang_is_found() ? 0 : 1);

	cr_expect_eq(child_status(child), 0);
	cr_expect_eq(generation_now(), 2);
	cr_expect_eq(mapped_bases(), 1);
}

Test(snapshot_take, errno_survives_good_and_bad)
{
	const struct tn_snapshot *snapshot;

	errno = EXDEV;
	cr_expect_eq(tn_snapshot_take(NULL, &snapshot), TN_E_NOT_FOUND);
	cr_expect_eq(errno, EXDEV);
	cr_expect_eq(tn_snapshot_take("/nonexistent", &snapshot),
	             TN_E_NOT_FOUND);
	cr_expect_eq(errno, EXDEV);
	publish();
	errno = EXDEV;
	cr_expect(wang_is_found());
	cr_expect_eq(errno, EXDEV);
}

Test(snapshot_take, a_folder_name_that_is_too_long_is_not_found)
{
	const struct tn_snapshot *snapshot;
	char folder[5000];

	memset(folder, 'x', sizeof(folder) - 1);
	folder[sizeof(folder) - 1] = '\0';
	cr_expect_eq(tn_snapshot_take(folder, &snapshot), TN_E_NOT_FOUND);
}

#ifndef __SANITIZE_ADDRESS__ /* for which a cancelled thread's stack stays bad */
/* Its cancellation is asked for before it asks. */
static void *
ask_cancelled(void *unused)
{
	(void)pthread_cancel(pthread_self());
	(void)generation_now();
	pthread_testcancel();
	return unused;
}

static size_t
count_mapped(const char *what)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[1024];
	size_t count = 0;

	cr_assert_not_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL)
		if (strstr(line, what) != NULL)
			count++;
	(void)fclose(maps);
	return count;
}

/* More threads than there are places for a mapping. The module is in programs
   that cancel threads, and they go on for years. */
Test(snapshot_take, threads_that_are_cancelled_leave_all_as_it_was)
{
	pthread_t thread;
	uint64_t first;
	void *end;
	int i;

	publish();
	first = generation_now();
	for (i = 0; i < 10; i++) {
		publish();
		cr_assert_eq(pthread_create(&thread, NULL, ask_cancelled, NULL),
		             0);
		cr_assert_eq(pthread_join(thread, &end), 0);
		cr_expect_eq(end, PTHREAD_CANCELED);
	}
	cr_expect_eq(generation_now(), first + 10);
	cr_expect(wang_is_found());
	cr_expect_eq(count_mapped("/overlay"), 1, "%zu",
	             count_mapped("/overlay"));
	cr_expect_eq(count_mapped("/base."), 1, "%zu", count_mapped("/base."));
}

#endif

/* In which user namespaces may a file of nobody's be root's? */
Test(snapshot_take, a_uid_map_says_who_has_a_number)
{
	static const struct {
		const char *map;
		bool root;
		bool nobody;
	} rows[] = {
		{ "         0          0 4294967295\n", true, true },
		{ "         0       1000          1\n", true, false },
		{ "      1000       1000          1\n", false, false },
		{ "0 1000 1\n1 100000 65536\n", true, true },
		{ "0 1000 1\n1 100000 65533\n", true, false },
		{ "", false, false },
		/* What cannot be read is taken for everybody. */
		{ "1 100000", true, true },
		{ "x\n", true, true },
		{ "1 2 99999999999999999999\n", true, true },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect_eq(tn_snapshot_uid_is_mapped(rows[i].map, 0),
		             rows[i].root, "root in \"%s\"", rows[i].map);
		cr_expect_eq(tn_snapshot_uid_is_mapped(rows[i].map, 65534),
		             rows[i].nobody, "nobody in \"%s\"", rows[i].map);
	}
}

/* The writer refuses what cannot be served, and goes on as before. */
#include <config.h>

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "snapshot/snapshot_format.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

static struct example example;
static struct tn_snapshot_writer *writer;

static void
start(void)
{
	example_init(&example);
	writer = example_gather(0);
}

static void
clean(void)
{
	tn_snapshot_writer_free(writer);
	example_done(&example);
}

TestSuite(snapshot_writer, .init = start, .fini = clean);

static struct tn_snapshot_user
make_user(void)
{
	return (struct tn_snapshot_user){
		.name = "zhao",
		.uid = 2000050,
		.gid = EXAMPLE_STAFF_GID,
		.gecos = "Zhao",
		.home = "/home/zhao",
		.shell = "/bin/sh",
	};
}

static uint64_t
read_word(void)
{
	uint64_t word = 0;
	int fd = open(example_path(&example, TN_SNAPSHOT_GENERATION), O_RDONLY);

	cr_assert_geq(fd, 0);
	cr_assert_eq(read(fd, &word, sizeof(word)), (ssize_t)sizeof(word));
	close(fd);
	return word;
}

Test(snapshot_writer, a_name_or_number_is_taken_once)
{
	struct tn_snapshot_user user = make_user();

	user.name = "wang";
	cr_expect_eq(tn_snapshot_add_user(writer, &user, NULL), TN_E_EXISTS);
	user = make_user();
	user.uid = EXAMPLE_FIRST_UID;
	cr_expect_eq(tn_snapshot_add_user(writer, &user, NULL), TN_E_EXISTS);
	cr_expect_eq(
	    tn_snapshot_add_group(writer, "staff", 1950000, NULL, 0, NULL),
	    TN_E_EXISTS);
	cr_expect_eq(tn_snapshot_add_group(writer, "new", EXAMPLE_STAFF_GID,
	                                   NULL, 0, NULL),
	             TN_E_EXISTS);
}

/* DESIGN section 12, once more at the last line. */
Test(snapshot_writer, nobody_gets_an_id_of_the_system)
{
	static const uint32_t ids[] = { 0, 1, 27, 999 };
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct tn_snapshot_user user = make_user();

		user.uid = ids[i];
		cr_expect_eq(tn_snapshot_add_user(writer, &user, NULL),
		             TN_E_INVALID);
		user = make_user();
		user.gid = ids[i];
		cr_expect_eq(tn_snapshot_add_user(writer, &user, NULL),
		             TN_E_INVALID);
		cr_expect_eq(
		    tn_snapshot_add_group(writer, "new", ids[i], NULL, 0, NULL),
		    TN_E_INVALID);
	}
}

Test(snapshot_writer, what_is_too_long_or_empty_is_refused)
{
	char text[TN_SNAPSHOT_TEXT_MAX + 2];
	struct tn_snapshot_user user = make_user();
	struct tn_err err = TN_ERR_INIT;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	user.gecos = text;
	cr_expect_eq(tn_snapshot_add_user(writer, &user, &err), TN_E_LIMIT);
	cr_expect_not_null(strstr(err.text, "zhao"));
	user.gecos = text + 1;
	user.name = text + sizeof(text) - 2 - TN_SNAPSHOT_NAME_MAX;
	cr_expect_eq(tn_snapshot_add_user(writer, &user, NULL), TN_E_LIMIT);
	user.name = "";
	cr_expect_eq(tn_snapshot_add_user(writer, &user, NULL), TN_E_INVALID);
	user.name = text + sizeof(text) - 1 - TN_SNAPSHOT_NAME_MAX;
	cr_expect_eq(tn_snapshot_add_user(writer, &user, NULL), TN_OK);
	cr_expect_eq(tn_snapshot_add_group(writer, "", 1950000, NULL, 0, NULL),
	             TN_E_INVALID);
	cr_expect_eq(
	    tn_snapshot_finish(writer, example.directory, 1, 0, text, NULL),
	    TN_E_LIMIT);
}

Test(snapshot_writer, after_a_refusal_the_others_are_published)
{
	struct tn_snapshot_user user = make_user();
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;

	user.uid = 0;
	cr_assert_eq(tn_snapshot_add_user(writer, &user, NULL), TN_E_INVALID);
	cr_assert_eq(
	    tn_snapshot_finish(writer, example.directory, 3, 0, "", NULL),
	    TN_OK);

	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK);
	tn_snapshot_info(snapshot, &info);
	cr_expect_eq(info.users, 2);
	cr_expect_eq(info.generation, 3);
	tn_snapshot_drop(snapshot);
}

Test(snapshot_writer, the_word_rises_at_each_publication_whatever_the_number)
{
	static const uint64_t generations[] = { 5, 6, 6, 2, 100 };
	uint64_t last = 0;
	size_t i;

	for (i = 0; i < sizeof(generations) / sizeof(generations[0]); i++) {
		cr_assert_eq(tn_snapshot_finish(writer, example.directory,
		                                generations[i], 0, "", NULL),
		             TN_OK);
		cr_expect_gt(read_word(), last);
		last = read_word();
	}
	cr_expect_eq(last, 100);
}

Test(snapshot_writer, files_are_readable_for_all_and_nothing_else_is_left)
{
	struct stat status;
	mode_t mask = umask(0077);

	cr_assert_eq(
	    tn_snapshot_finish(writer, example.directory, 1, 0, "", NULL),
	    TN_OK);
	umask(mask);

	cr_assert_eq(stat(example_path(&example, "base.0"), &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0644);
	cr_assert_eq(stat(example_path(&example, "overlay"), &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0644);
	cr_expect_eq(access(example_path(&example, ".overlay.new"), F_OK), -1);
	cr_assert_eq(stat(example_path(&example, "generation"), &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0644);
	cr_expect_eq(status.st_size, 4096);
	cr_expect_eq(access(example_path(&example, ".base.new"), F_OK), -1);
}

Test(snapshot_writer, what_a_killed_writer_left_is_taken_away)
{
	int fd =
	    open(example_path(&example, ".base.new"), O_CREAT | O_WRONLY, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, "half", 4), 4);
	close(fd);

	cr_expect_eq(
	    tn_snapshot_finish(writer, example.directory, 1, 0, "", NULL),
	    TN_OK);
	cr_expect_eq(access(example_path(&example, ".base.new"), F_OK), -1);
}

Test(snapshot_writer, a_folder_that_is_missing_is_an_error_with_its_name)
{
	struct tn_err err = TN_ERR_INIT;

	cr_expect_eq(
	    tn_snapshot_finish(writer, "/nonexistent/tenure", 1, 0, "", &err),
	    TN_E_IO);
	cr_expect_not_null(strstr(err.text, "/nonexistent/tenure"));
}

/* A full disk, made by a limit on the size of files. */
Test(snapshot_writer, the_old_one_stands_when_the_disk_is_full)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;
	struct tn_snapshot_writer *larger = example_gather(500);
	struct rlimit limit = { .rlim_cur = 8192, .rlim_max = RLIM_INFINITY };

	cr_assert_eq(
	    tn_snapshot_finish(writer, example.directory, 1, 0, "", NULL),
	    TN_OK);
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);

	cr_expect_eq(
	    tn_snapshot_finish(larger, example.directory, 2, 0, "", NULL),
	    TN_E_IO);
	limit.rlim_cur = RLIM_INFINITY;
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_assert_eq(tn_snapshot_take(example.directory, &snapshot), TN_OK);
	tn_snapshot_info(snapshot, &info);
	cr_expect_eq(info.generation, 1);
	cr_expect_eq(read_word(), 1);
	cr_expect_eq(access(example_path(&example, ".base.new"), F_OK), -1);
	tn_snapshot_drop(snapshot);
	tn_snapshot_writer_free(larger);
}

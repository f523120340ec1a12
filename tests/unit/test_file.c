#include <config.h>

#include <criterion/criterion.h>

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "base/file_spare.h"

#define LEAVE ((uid_t)-1)

static char folder[64];

static void
make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/tenure-file-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void
remove_folder(void)
{
	DIR *dir = opendir(".");
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		unlink(entry->d_name);
	if (dir != NULL)
		closedir(dir);
	cr_assert_eq(chdir("/"), 0);
	rmdir(folder);
}

TestSuite(file, .init = make_folder, .fini = remove_folder);

/* Files in the folder, temporary ones and all. */
static size_t
count_files(void)
{
	DIR *dir = opendir(".");
	struct dirent *entry;
	size_t count = 0;

	cr_assert_not_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			count++;
	}
	closedir(dir);
	return count;
}

static void
expect_content(const char *path, const char *want)
{
	struct tn_err err = TN_ERR_INIT;
	char *text = NULL;
	size_t len = 0;

	cr_assert_eq(tn_file_read(path, 100, &text, &len, &err), TN_OK, "%s",
	             err.text);
	cr_expect_str_eq(text, want);
	cr_expect_eq(len, strlen(want));
	free(text);
}

static int
save(const char *path, const char *text, struct tn_err *err)
{
	return tn_file_save(path, text, strlen(text), 0640, LEAVE, (gid_t)-1,
	                    err);
}

Test(file, a_saved_file_has_its_content_and_mode)
{
	struct tn_err err = TN_ERR_INIT;
	char path[128];
	struct stat status;

	umask(0077);
	cr_assert_eq(save("a", "one\n", &err), TN_OK, "%s", err.text);
	cr_assert_eq(save("a", "two\n", &err), TN_OK, "%s", err.text);
	expect_content("a", "two\n");
	cr_assert_eq(stat("a", &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0640, "whatever the umask is");
	snprintf(path, sizeof(path), "%s/b", folder);
	cr_assert_eq(save(path, "", &err), TN_OK, "%s", err.text);
	expect_content("b", "");
	cr_expect_eq(count_files(), 2, "nothing temporary stays");
}

Test(file, a_saved_file_has_its_owner)
{
	struct tn_err err = TN_ERR_INIT;
	struct stat status;

	if (geteuid() != 0)
		cr_skip_test("only root can give a file away");
	cr_assert_eq(tn_file_save("a", "x", 1, 04755, 65534, 12, &err), TN_OK,
	             "%s", err.text);
	cr_assert_eq(stat("a", &status), 0);
	cr_expect_eq(status.st_uid, 65534);
	cr_expect_eq(status.st_gid, 12);
	cr_expect_eq(status.st_mode & 07777, 04755,
	             "the mode is set behind the owner");
}

Test(file, what_stands_in_the_way_is_replaced_not_followed)
{
	struct tn_err err = TN_ERR_INIT;

	cr_assert_eq(save("target", "old", &err), TN_OK);
	cr_assert_eq(symlink("target", "link"), 0);
	cr_assert_eq(save("link", "new", &err), TN_OK, "%s", err.text);
	expect_content("target", "old");
	expect_content("link", "new");
}

Test(file, a_failed_save_leaves_the_old_file_and_nothing_else)
{
	struct rlimit limit = { 4, 4 };
	struct tn_err err = TN_ERR_INIT;

	cr_assert_eq(save("a", "old", &err), TN_OK);
	/* A write that breaks off in the middle. */
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	cr_expect_eq(save("a", "too long", &err), TN_E_IO);
	cr_expect_eq(err.sys, EFBIG);
	cr_expect_str_eq(err.text, "a: write: File too large");
	expect_content("a", "old");
	cr_expect_eq(count_files(), 1);
}

/* A tmpfs over the folder that this test's process alone sees. */
static bool
mount_private(const char *options, unsigned long flags)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", folder, "tmpfs", flags, options) == 0 &&
	       chdir(folder) == 0;
}

Test(file, a_full_disk_is_told_and_the_old_file_stands)
{
	static char large[200000];
	struct tn_err err = TN_ERR_INIT;

	if (!mount_private("size=64k", 0))
		cr_skip_test("cannot mount here");
	memset(large, 'x', sizeof(large) - 1);
	cr_assert_eq(save("a", "old", &err), TN_OK, "%s", err.text);
	cr_expect_eq(save("a", large, &err), TN_E_IO);
	cr_expect_eq(err.sys, ENOSPC);
	cr_expect_str_eq(err.text, "a: write: No space left on device");
	expect_content("a", "old");
	cr_expect_eq(count_files(), 1);
}

Test(file, room_that_was_set_aside_takes_some_saves_on_a_full_disk)
{
	static char large[200000];
	struct tn_err err = TN_ERR_INIT;
	char path[80];
	char text[16];
	int i;

	if (!mount_private("size=64k", 0))
		cr_skip_test("cannot mount here");
	snprintf(path, sizeof(path), "%s/a", folder);
	cr_assert_eq(tn_spare_save(path, "old", 3, 0600, &err), TN_OK);
	cr_assert_eq(tn_spare_keep(folder, "a", 100, &err), TN_OK, "%s",
	             err.text);
	cr_expect_eq(count_files(), 1 + TN_SPARES);
	memset(large, 'x', sizeof(large) - 1);
	cr_assert_eq(save("b", large, &err), TN_E_IO);
	/* To the last byte. */
	for (i = 0; i < 64 && err.sys == ENOSPC; i++) {
		snprintf(text, sizeof(text), "fill%d", i);
		err = (struct tn_err)TN_ERR_INIT;
		(void)save(text, "x", &err);
	}
	for (i = 0; i < TN_SPARES; i++) {
		snprintf(text, sizeof(text), "new%d", i);
		(void)save("fill", large, NULL);
		cr_expect_eq(tn_spare_save(path, text, 4, 0600, &err), TN_OK,
		             "%s", err.text);
		expect_content("a", text);
	}
}

Test(file, a_read_only_file_system_is_told)
{
	struct tn_err err = TN_ERR_INIT;

	if (!mount_private("", MS_RDONLY))
		cr_skip_test("cannot mount here");
	cr_expect_eq(save("a", "x", &err), TN_E_IO);
	cr_expect_eq(err.sys, EROFS);
	cr_expect_eq(count_files(), 0);
}

Test(file, a_path_that_names_no_file_is_refused)
{
	struct tn_err err = TN_ERR_INIT;

	cr_expect_eq(save("folder/", "x", &err), TN_E_INVALID);
	cr_expect_eq(save("", "x", &err), TN_E_INVALID);
	cr_expect_eq(save("missing/a", "x", &err), TN_E_IO);
	cr_expect_eq(err.sys, ENOENT);
	cr_assert_eq(mkdir("d", 0700), 0);
	cr_expect_eq(save("d", "x", &err), TN_E_IO, "a folder stands there");
	cr_expect_eq(count_files(), 1);
	rmdir("d");
}

Test(file, reading_keeps_to_its_bound)
{
	struct tn_err err = TN_ERR_INIT;
	char *text = NULL;
	size_t len = 0;

	cr_assert_eq(save("a", "12345", &err), TN_OK);
	cr_expect_eq(tn_file_read("a", 4, &text, &len, &err), TN_E_LIMIT);
	cr_expect_null(text);
	cr_assert_eq(tn_file_read("a", 5, &text, &len, &err), TN_OK);
	cr_expect_eq(len, 5);
	free(text);
	/* Files of /proc say that they are empty. */
	cr_assert_eq(tn_file_read("/proc/self/stat", 4096, &text, &len, &err),
	             TN_OK, "%s", err.text);
	cr_expect_gt(len, 10);
	free(text);
	text = NULL;
	cr_expect_eq(tn_file_read("/proc/self/stat", 10, &text, &len, &err),
	             TN_E_LIMIT);
	cr_expect_null(text);
}

Test(file, only_regular_files_are_read, .timeout = 10)
{
	struct tn_err err = TN_ERR_INIT;
	char *text = NULL;
	size_t len = 0;

	cr_expect_eq(tn_file_read("missing", 9, &text, &len, &err),
	             TN_E_NOT_FOUND);
	cr_expect_str_eq(err.text, "missing: No such file or directory");
	cr_expect_eq(tn_file_read("/", 9, &text, &len, &err), TN_E_INVALID);
	cr_expect_eq(tn_file_read("/dev/zero", 9, &text, &len, &err),
	             TN_E_INVALID);
	cr_assert_eq(mkfifo("fifo", 0600), 0);
	cr_expect_eq(tn_file_read("fifo", 9, &text, &len, &err), TN_E_INVALID,
	             "and without waiting for a writer");
	cr_expect_eq(tn_file_read("/dev/null/x", 9, &text, &len, &err),
	             TN_E_IO);
	cr_expect_null(text);
}

/* A file, and who may trust it. */
static const struct {
	const char *name;
	mode_t mode;
	uid_t owner;
	bool is_private;
	int code;
} trust[] = {
	{ "as it should be", 0644, 0, false, TN_OK },
	{ "group may write", 0664, 0, false, TN_E_DENIED },
	{ "all may write", 0646, 0, false, TN_E_DENIED },
	{ "another's", 0600, 65534, false, TN_E_DENIED },
	{ "a secret that all may read", 0644, 0, true, TN_E_DENIED },
	{ "a secret that a group may read", 0640, 0, true, TN_OK },
	{ "a secret", 0600, 0, true, TN_OK },
};

Test(file, only_what_is_roots_own_is_trusted)
{
	struct tn_err err = TN_ERR_INIT;
	char *text = NULL;
	size_t len = 0;
	size_t i;

	cr_assert_eq(save("a", "12345", &err), TN_OK);
	if (geteuid() != 0) {
		cr_expect_eq(
		    tn_file_read_trusted("a", 9, false, &text, &len, &err),
		    TN_E_DENIED);
		return;
	}
	for (i = 0; i < sizeof(trust) / sizeof(trust[0]); i++) {
		text = NULL;
		cr_assert_eq(chown("a", trust[i].owner, 0), 0);
		cr_assert_eq(chmod("a", trust[i].mode), 0);
		cr_expect_eq(tn_file_read_trusted("a", 9, trust[i].is_private,
		                                  &text, &len, &err),
		             trust[i].code, "%s", trust[i].name);
		cr_expect_eq(text != NULL, trust[i].code == TN_OK, "%s",
		             trust[i].name);
		free(text);
	}
}

Test(file, a_link_and_a_folder_are_not_trusted)
{
	struct tn_err err = TN_ERR_INIT;
	char *text = NULL;
	size_t len = 0;

	cr_assert_eq(save("a", "12345", &err), TN_OK);
	cr_assert_eq(symlink("a", "link"), 0);
	cr_expect_eq(tn_file_read_trusted("link", 9, false, &text, &len, &err),
	             TN_E_DENIED);
	cr_expect_eq(tn_file_read_trusted("/", 9, false, &text, &len, &err),
	             TN_E_DENIED);
	cr_expect_eq(
	    tn_file_read_trusted("missing", 9, false, &text, &len, &err),
	    TN_E_NOT_FOUND);
	cr_expect_null(text);
}

/* CI-3.1, CI-P35: the file of leaked passwords, built, asked and damaged. */
#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/attrs.h"
#include "leaked/leaked.h"
#include "leaked/leaked_build.h"
#include "leaked/leaked_format.h"
#include "leaked/leaked_line.h"

static char folder[] = "/tmp/tenure-leaked.XXXXXX";
static char list[64];
static char output[64];

static void
start(void)
{
	if (geteuid() != 0)
		cr_skip_test("the file must be root's own");
	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(list, sizeof(list), "%s/list", folder);
	(void)snprintf(output, sizeof(output), "%s/leaked", folder);
}

static void
end(void)
{
	char command[128];
	DIR *open_folder = opendir(folder);
	struct dirent *entry;

	while (open_folder != NULL && (entry = readdir(open_folder)) != NULL) {
		(void)snprintf(command, sizeof(command), "%s/%.64s", folder,
		               entry->d_name);
		unlink(command);
	}
	if (open_folder != NULL)
		closedir(open_folder);
	rmdir(folder);
}

TestSuite(leaked, .init = start, .fini = end);

static void
write_list(const char *text, size_t len)
{
	FILE *file = fopen(list, "w");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(text, 1, len, file), len);
	fclose(file);
}

static int
build_it(enum tn_leaked_kind kind, size_t memory,
         struct tn_leaked_progress *ret, struct tn_err *err)
{
	const struct tn_leaked_order order = {
		.inputs = { list },
		.count = 1,
		.kind = kind,
		.output = output,
		.memory = memory,
		.now = 1700000000,
	};

	return tn_leaked_build(&order, ret, err);
}

static int
build(const char *text, struct tn_leaked_progress *ret)
{
	struct tn_err err = TN_ERR_INIT;

	write_list(text, strlen(text));
	return build_it(TN_LEAKED_GUESS, TN_LEAKED_MEMORY, ret, &err);
}

static bool
is_in(const char *password)
{
	struct tn_err err = TN_ERR_INIT;
	bool found = false;

	cr_expect_eq(tn_leaked_find(output, password, &found, &err), TN_OK,
	             "%s: %s", password, err.text);
	return found;
}

Test(leaked, words_are_found_and_others_are_not)
{
	struct tn_leaked_progress progress;
	struct tn_leaked_about about;

	cr_assert_eq(build("hunter2\r\nTr0ub4dor&3\n\npässword\n密码123\n"
	                   "hunter2\nlast",
	                   &progress),
	             TN_OK);
	cr_expect_eq(progress.lines, 6);
	cr_expect_eq(progress.garbage, 0);
	cr_expect_eq(progress.written, 5);
	cr_expect(is_in("hunter2"));
	cr_expect(is_in("HUNTER2"), "the list has it in lower case");
	cr_expect(is_in("Tr0ub4dor&3"));
	cr_expect(!is_in("tr0ub4dor&3"), "the list has it in upper case alone");
	cr_expect(is_in("pässword"));
	cr_expect(is_in("密码123"));
	cr_expect(is_in("last"));
	cr_expect(!is_in("hunter3"));
	cr_expect(!is_in(""));
	cr_assert_eq(tn_leaked_about(output, &about, NULL), TN_OK);
	cr_expect_eq(about.count, 5);
	cr_expect_eq(about.built, 1700000000);
	cr_expect_eq(tn_leaked_verify(output, &about, NULL), TN_OK);
}

/* SHA-1 of "password" and "123456", as haveibeenpwned.com gives them. */
#define PASSWORD_HASH "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"
#define DIGITS_HASH   "7c4a8d09ca3762af61e59520943dc26494f8941b"

Test(leaked, hashes_are_found_with_and_without_a_count)
{
	struct tn_leaked_progress progress;

	cr_assert_eq(build(PASSWORD_HASH ":10434004\r\n" DIGITS_HASH "\n",
	                   &progress),
	             TN_OK);
	cr_expect_eq(progress.written, 2);
	cr_expect(is_in("password"));
	cr_expect(is_in("123456"));
	cr_expect(!is_in("1234567"));
}

Test(leaked, garbage_is_counted_and_its_first_line_named)
{
	struct tn_leaked_progress progress;
	static char text[4000];

	(void)snprintf(text, sizeof(text),
	               PASSWORD_HASH ":3\n%s\n" DIGITS_HASH
	                             ":\nzzz\n" DIGITS_HASH "\n",
	               "not a hash");
	cr_expect_eq(build(text, &progress), TN_E_INVALID,
	             "more garbage than hashes: nothing is replaced");
	cr_expect_eq(access(output, F_OK), -1);
	(void)snprintf(text, sizeof(text),
	               PASSWORD_HASH ":3\n%s\n" DIGITS_HASH "\n", "not a hash");
	cr_expect_eq(build(text, &progress), TN_OK);
	cr_expect_eq(progress.garbage, 1);
	cr_expect_eq(progress.first_garbage, 2);
	cr_expect_str_eq(progress.garbage_in, list);
	/* A line without an end is no memory without an end. */
	memset(text, 'a', sizeof(text) - 1);
	memcpy(text, "word\nwords\n", 11);
	memcpy(text + sizeof(text) - 7, "\ntail\n", 6);
	cr_expect_eq(build(text, &progress), TN_OK);
	cr_expect_eq(progress.garbage, 1);
	cr_expect_eq(progress.written, 3);
	cr_expect(is_in("tail"));
	/* No password can be these. */
	write_list("good\ngood2\n\xff\xfe\nta\tb\nnul\0byte\nmore\n", 33);
	cr_expect_eq(build_it(TN_LEAKED_WORDS, TN_LEAKED_MEMORY, &progress,
	                      NULL),
	             TN_OK);
	cr_expect_eq(progress.garbage, 3);
	cr_expect_eq(progress.written, 3);
}

Test(leaked, of_nothing_no_file_is_made_and_the_old_one_stands)
{
	struct tn_leaked_progress progress;

	cr_assert_eq(build("hunter2\n", &progress), TN_OK);
	cr_expect_eq(build("", &progress), TN_E_INVALID);
	cr_expect_eq(build("\n\r\n\n", &progress), TN_E_INVALID);
	unlink(list);
	cr_expect_eq(build_it(TN_LEAKED_GUESS, TN_LEAKED_MEMORY, &progress,
	                      NULL),
	             TN_E_NOT_FOUND);
	cr_expect(is_in("hunter2"));
}

static const struct {
	const char *line;
	enum tn_leaked_kind kind;
	enum tn_leaked_line what;
} lines[] = {
	{ "", TN_LEAKED_WORDS, TN_LEAKED_EMPTY },
	{ "\r", TN_LEAKED_HASHES, TN_LEAKED_EMPTY },
	{ DIGITS_HASH, TN_LEAKED_HASHES, TN_LEAKED_KEY },
	{ DIGITS_HASH, TN_LEAKED_WORDS, TN_LEAKED_KEY },
	{ DIGITS_HASH ":1", TN_LEAKED_HASHES, TN_LEAKED_KEY },
	{ DIGITS_HASH ":12345678901234567890", TN_LEAKED_HASHES,
	  TN_LEAKED_KEY },
	{ DIGITS_HASH ":123456789012345678901", TN_LEAKED_HASHES,
	  TN_LEAKED_GARBAGE },
	{ DIGITS_HASH ":", TN_LEAKED_HASHES, TN_LEAKED_GARBAGE },
	{ DIGITS_HASH ":x", TN_LEAKED_HASHES, TN_LEAKED_GARBAGE },
	{ DIGITS_HASH "0", TN_LEAKED_HASHES, TN_LEAKED_GARBAGE },
	{ "7c4a8d09ca3762af61e59520943dc26494f8941", TN_LEAKED_HASHES,
	  TN_LEAKED_GARBAGE },
	{ "7c4a8d09ca3762af61e59520943dc26494f8941g", TN_LEAKED_HASHES,
	  TN_LEAKED_GARBAGE },
	{ "word", TN_LEAKED_HASHES, TN_LEAKED_GARBAGE },
	{ "wo\x1brd", TN_LEAKED_WORDS, TN_LEAKED_GARBAGE },
	{ "\xe4", TN_LEAKED_WORDS, TN_LEAKED_GARBAGE },
};

Test(leaked, each_line_is_one_of_three_things)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(lines); i++) {
		uint64_t key = 0;

		cr_expect_eq(tn_leaked_line(lines[i].line,
		                            strlen(lines[i].line),
		                            lines[i].kind, &key),
		             lines[i].what, "%s", lines[i].line);
	}
}

/* 300,000 words in 1 MiB: parted on the disk, some of them twice; and one a
   hundred thousand times, which is parted until nothing is left to part by. */
Test(leaked, many_are_sorted_in_little_memory)
{
	struct tn_leaked_progress progress;
	struct tn_leaked_about about;
	struct tn_err err = TN_ERR_INIT;
	char word[32];
	FILE *file = fopen(list, "w");
	int i;

	cr_assert_not_null(file);
	for (i = 0; i < 300000; i++) {
		fprintf(file, "word-%d\n", i % 250000);
		if (i % 3 == 0)
			fprintf(file, "again\n");
	}
	fclose(file);
	cr_assert_eq(build_it(TN_LEAKED_WORDS, 65536, &progress, &err), TN_OK,
	             "%s", err.text);
	cr_expect_eq(progress.written, 250001);
	cr_assert_eq(tn_leaked_verify(output, &about, &err), TN_OK, "%s",
	             err.text);
	for (i = 0; i < 250000; i += 997) {
		(void)snprintf(word, sizeof(word), "word-%d", i);
		cr_expect(is_in(word), "%s", word);
		(void)snprintf(word, sizeof(word), "wort-%d", i);
		cr_expect(!is_in(word), "%s", word);
	}
	cr_expect(is_in("again"));
}

Test(leaked, hashes_that_all_begin_alike_are_refused)
{
	struct tn_leaked_progress progress;
	FILE *file = fopen(list, "w");
	int i;

	for (i = 0; i < 4000; i++)
		fprintf(file, "00%06x00000000000000000000000000000000\n", i);
	fclose(file);
	cr_expect_eq(build_it(TN_LEAKED_GUESS, TN_LEAKED_MEMORY, &progress,
	                      NULL),
	             TN_E_LIMIT);
}

static void
poke(off_t offset, const void *data, size_t len)
{
	int fd = open(output, O_WRONLY);

	cr_assert_geq(fd, 0);
	cr_assert_eq(pwrite(fd, data, len, offset), (ssize_t)len);
	close(fd);
}

/* Head that says what we like, and is sealed all the same. */
static void
forge(uint32_t bits, uint64_t count, uint64_t size)
{
	struct tn_leaked_header header;
	int fd = open(output, O_RDWR);

	cr_assert_eq(pread(fd, &header, sizeof(header), 0),
	             (ssize_t)sizeof(header));
	header.bits = bits;
	header.count = count;
	header.size = size;
	tn_leaked_seal(&header);
	cr_assert_eq(pwrite(fd, &header, sizeof(header), 0),
	             (ssize_t)sizeof(header));
	close(fd);
}

static int
ask(void)
{
	bool found = false;

	return tn_leaked_find(output, "hunter2", &found, NULL);
}

Test(leaked, every_byte_of_the_head_is_checked)
{
	struct tn_leaked_progress progress;
	uint8_t byte;
	off_t at;
	int fd;

	cr_assert_eq(build("hunter2\nother\n", &progress), TN_OK);
	for (at = 0; at < (off_t)sizeof(struct tn_leaked_header); at++) {
		fd = open(output, O_RDONLY);
		cr_assert_eq(pread(fd, &byte, 1, at), 1);
		close(fd);
		byte ^= 1;
		poke(at, &byte, 1);
		cr_expect_eq(ask(), TN_E_DAMAGED, "byte %ld", (long)at);
		byte ^= 1;
		poke(at, &byte, 1);
	}
	cr_expect_eq(ask(), TN_OK);
}

Test(leaked, a_head_that_lies_leads_nowhere)
{
	static const struct {
		uint32_t bits;
		uint64_t count;
		uint64_t size; /* 0: what it comes to */
	} heads[] = {
		{ 7, 2, 0 },       { 23, 2, 0 },
		{ 0, 2, 0 },       { 64, 2, 0 },
		{ 8, 3, 0 },       { 8, 1, 0 },
		{ 8, UINT64_MAX / 4, 0 }, { 9, 2, 0 },
		{ 8, 2, 5 },
	};
	struct tn_leaked_progress progress;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(heads); i++) {
		uint64_t size = heads[i].size;

		cr_assert_eq(build("hunter2\nother\n", &progress), TN_OK);
		if (size == 0)
			size = tn_leaked_entries_at(heads[i].bits % 32) +
			       heads[i].count * 4;
		forge(heads[i].bits, heads[i].count, size);
		cr_expect_eq(ask(), TN_E_DAMAGED, "row %zu", i);
	}
}

Test(leaked, an_index_that_lies_leads_nowhere)
{
	static const uint32_t bounds[][2] = {
		{ 2, 0 }, { 0, 3 }, { UINT32_MAX, UINT32_MAX }, { 1, UINT32_MAX }
	};
	uint32_t bucket = tn_leaked_bucket(tn_leaked_key("hunter2", 7), 8);
	struct tn_leaked_progress progress;
	struct tn_leaked_about about;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(bounds); i++) {
		cr_assert_eq(build("hunter2\nother\n", &progress), TN_OK);
		poke((off_t)(sizeof(struct tn_leaked_header) + bucket * 4),
		     bounds[i], sizeof(bounds[i]));
		cr_expect_eq(ask(), TN_E_DAMAGED, "row %zu", i);
		cr_expect_eq(tn_leaked_verify(output, &about, NULL),
		             TN_E_DAMAGED, "row %zu", i);
	}
}

Test(leaked, a_changed_entry_is_found_by_reading_all_of_it)
{
	static const uint32_t other = 0x12345678;
	struct tn_leaked_progress progress;
	struct tn_leaked_about about;

	cr_assert_eq(build("hunter2\nother\n", &progress), TN_OK);
	poke((off_t)tn_leaked_entries_at(8), &other, sizeof(other));
	cr_expect_eq(tn_leaked_verify(output, &about, NULL), TN_E_DAMAGED);
}

Test(leaked, what_is_cut_or_foreign_or_anybodys_is_not_believed)
{
	struct tn_leaked_progress progress;
	struct stat status;
	char link[64];
	bool found;
	off_t size;

	cr_expect_eq(ask(), TN_E_NOT_FOUND);
	write_list("no such file\n", 13);
	cr_expect_eq(tn_leaked_find(list, "x", &found, NULL), TN_E_DAMAGED);
	cr_expect_eq(tn_leaked_find(folder, "x", &found, NULL), TN_E_DAMAGED);
	cr_assert_eq(build("hunter2\nother\n", &progress), TN_OK);
	cr_assert_eq(stat(output, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0644);
	for (size = status.st_size - 1; size >= 0; size -= 97) {
		cr_assert_eq(truncate(output, size), 0);
		cr_expect_eq(ask(), TN_E_DAMAGED, "%ld", (long)size);
	}
	cr_assert_eq(build("hunter2\nother\n", &progress), TN_OK);
	cr_assert_eq(truncate(output, status.st_size + 1), 0);
	cr_expect_eq(ask(), TN_E_DAMAGED);
	cr_assert_eq(build("hunter2\nother\n", &progress), TN_OK);
	(void)snprintf(link, sizeof(link), "%s/link", folder);
	cr_assert_eq(symlink(output, link), 0);
	cr_expect_eq(tn_leaked_find(link, "x", &found, NULL), TN_E_DENIED);
	cr_assert_eq(chmod(output, 0664), 0);
	cr_expect_eq(ask(), TN_E_DENIED);
	cr_assert_eq(chmod(output, 0644), 0);
	cr_expect_eq(ask(), TN_OK);
	cr_assert_eq(chown(output, 1, 0), 0);
	cr_expect_eq(ask(), TN_E_DENIED);
}

Test(leaked, two_builds_at_once_are_one_too_many)
{
	struct tn_leaked_progress progress;
	char beside[64];
	int fd;

	cr_assert_eq(build("hunter2\n", &progress), TN_OK);
	(void)snprintf(beside, sizeof(beside), "%s/.leaked.new", folder);
	fd = open(beside, O_RDWR | O_CREAT, 0600);
	cr_assert_geq(fd, 0);
	cr_assert_eq(flock(fd, LOCK_EX), 0);
	cr_expect_eq(build("other\n", &progress), TN_E_EXISTS);
	cr_expect_eq(access(beside, F_OK), 0, "it is the other's");
	close(fd);
	/* What a build that was killed has left stops nobody. */
	cr_expect_eq(build("other\n", &progress), TN_OK);
	cr_expect_eq(access(beside, F_OK), -1);
	cr_expect(is_in("other"));
	cr_expect(!is_in("hunter2"));
}

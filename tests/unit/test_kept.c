#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file_spare.h"
#include "channel.h"
#include "kept.h"
#include "wire/lock_record.h"
#include "wire/record.h"

static char folder[] = "/tmp/tn-kept-XXXXXX";
static char snapshot[64];
static char locks_path[64];
static char records_path[64];
static struct tn_kept kept;
static int pair[2];

static void
reopen(void)
{
	tn_kept_done(&kept);
	cr_assert_eq(tn_kept_open(&kept, snapshot, NULL), TN_OK);
}

static void
start(void)
{
	const int size = 8 * 1024 * 1024;
	char path[64];

	cr_assert_not_null(mkdtemp(folder));
	(void)snprintf(snapshot, sizeof(snapshot), "%s/snapshot", folder);
	(void)snprintf(path, sizeof(path), "%s/kept", folder);
	cr_assert_eq(mkdir(path, 0700), 0);
	(void)snprintf(locks_path, sizeof(locks_path), "%s/kept/locks", folder);
	(void)snprintf(records_path, sizeof(records_path), "%s/kept/records",
	               folder);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUFFORCE, &size,
	                 sizeof(size));
	cr_assert_eq(tn_kept_open(&kept, snapshot, NULL), TN_OK);
}

static void
end(void)
{
	char path[64];
	unsigned int n;

	tn_kept_done(&kept);
	(void)unlink(locks_path);
	(void)unlink(records_path);
	for (n = 0; n < TN_SPARES; n++) {
		(void)snprintf(path, sizeof(path), "%s/kept/.locks.spare.%u",
		               folder, n);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/kept", folder);
	(void)rmdir(path);
	(void)rmdir(folder);
}

TestSuite(kept, .init = start, .fini = end, .timeout = 20);

static void
take(const struct tn_buf *buf)
{
	struct tn_message message;

	cr_assert_eq(tn_message_parse(buf->data, buf->len, &message, NULL),
	             TN_OK);
	cr_assert_eq(tn_kept_take(&kept, &message, buf->data, buf->len, NULL),
	             TN_OK);
}

static void
say(enum tn_wire_what what, const char *text)
{
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	tn_message_start(&buf, what);
	if (what == TN_WIRE_LOCK_RELEASED) {
		tn_message_put_text(&buf, TN_TAG_LOCK_NAME, text);
	} else if (what == TN_WIRE_RESET) {
		tn_message_put_u64(&buf, TN_TAG_SHAPE, 1);
	} else {
		tn_message_put_text(&buf, TN_TAG_COOKIE, text);
		tn_message_put_u64(&buf, TN_TAG_HEARD, 1);
	}
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	take(&buf);
	tn_buf_done(&buf);
}

static void
say_account(uint8_t n, const char *name)
{
	struct tn_account_record record = { .refusal = TN_REFUSAL_NONE };
	struct tn_buf buf;

	tn_account_init(&record.account);
	record.account.uuid.byte[0] = n;
	record.account.kind = TN_KIND_PERSON;
	record.account.login = "wang";
	record.account.real_name = name;
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	cr_assert_eq(tn_record_put_account(&buf, &record), TN_OK);
	take(&buf);
	tn_buf_done(&buf);
}

static void
say_lock(uint8_t n, const char *name)
{
	struct tn_lock lock = { .name = name,
		                .staff_number = "E1",
		                .kind = TN_LOCK_LEAK,
		                .created = 100,
		                .reason = "" };
	struct tn_buf buf;

	lock.uuid.byte[0] = n;
	tn_buf_init(&buf, TN_WIRE_MAX);
	cr_assert_eq(tn_lock_record_put(&buf, &lock, NULL, 0), TN_OK);
	take(&buf);
	tn_buf_done(&buf);
}

/* What net would hear after a restart, as letters: R reset, A account, L lock,
   r release, P publish, H heard, E end, D end with a damaged file. */
static const char *
heard(void)
{
	static const char letters[] = "A.....RAaGgP.LrEH";
	static uint8_t data[TN_WIRE_RECORD_MAX];
	static char told[4096];
	struct tn_message message;
	size_t count = 0;
	size_t len = 0;

	reopen();
	cr_assert_eq(tn_kept_tell(&kept, pair[0], NULL), TN_OK);
	do {
		cr_assert_eq(
		    tn_channel_receive(pair[1], data, sizeof(data), &len, NULL),
		    TN_OK);
		cr_assert_eq(tn_message_parse(data, len, &message, NULL),
		             TN_OK);
		told[count] = letters[message.what - TN_WIRE_RESET + 6];
		if (message.field[TN_TAG_DAMAGED] != NULL)
			told[count] = 'D';
		cr_assert_lt(++count, sizeof(told) - 1);
	} while (message.what != TN_WIRE_KEPT_END);
	told[count] = '\0';
	return told;
}

static void
cut(const char *path, off_t at, char byte)
{
	int file = open(path, O_RDWR | O_CLOEXEC);

	cr_assert_geq(file, 0);
	if (byte == '\0')
		cr_assert_eq(ftruncate(file, at), 0);
	else
		cr_assert_eq(pwrite(file, &byte, 1, at), 1);
	(void)close(file);
}

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : -1;
}

Test(kept, nothing_kept_is_nothing_told)
{
	cr_expect_str_eq(heard(), "E");
}

Test(kept, what_was_closed_comes_back_and_what_was_not_does_not)
{
	say(TN_WIRE_RESET, NULL);
	say_account(1, "Wang");
	tn_kept_work(&kept);
	cr_expect_str_eq(heard(), "E", "no PUBLISH: half a state");
	say(TN_WIRE_RESET, NULL);
	say_account(1, "Wang");
	say(TN_WIRE_PUBLISH, "one");
	tn_kept_work(&kept);
	cr_expect_str_eq(heard(), "RAPE");
	say(TN_WIRE_RESET, NULL);
	cr_expect_str_eq(heard(), "RAPE", "a new one that is not whole yet");
}

Test(kept, a_later_cookie_is_kept_where_nothing_changed)
{
	say(TN_WIRE_RESET, NULL);
	say_account(1, "Wang");
	say(TN_WIRE_PUBLISH, "one");
	tn_kept_work(&kept);
	say(TN_WIRE_HEARD, "two");
	tn_kept_work(&kept);
	cr_expect_str_eq(heard(), "RAPHE");
}

Test(kept, records_that_are_cut_or_damaged_count_up_to_the_last_whole_state)
{
	off_t first;

	say(TN_WIRE_RESET, NULL);
	say_account(1, "Wang");
	say(TN_WIRE_PUBLISH, "one");
	tn_kept_work(&kept);
	first = size_of(records_path);
	say_account(2, "Li");
	say(TN_WIRE_PUBLISH, "two");
	tn_kept_work(&kept);
	cut(records_path, size_of(records_path) - 1, '\0');
	cr_expect_str_eq(heard(), "RAPE");
	cut(records_path, first - 3, 'X');
	cr_expect_str_eq(heard(), "E");
	cut(records_path, 3, '\0');
	cr_expect_str_eq(heard(), "E");
}

Test(kept, a_lock_is_kept_until_its_release_is_seen_UM_15_1)
{
	say_lock(1, "one");
	say_lock(2, "two");
	tn_kept_work(&kept);
	cr_expect_str_eq(heard(), "LLE", "without any whole state");
	say(TN_WIRE_RESET, NULL);
	say(TN_WIRE_PUBLISH, "anew");
	tn_kept_work(&kept);
	cr_expect_str_eq(heard(), "RPLLE", "a directory that lost them");
	say(TN_WIRE_LOCK_RELEASED, "one");
	tn_kept_work(&kept);
	cr_expect_str_eq(heard(), "RPLE");
	say(TN_WIRE_LOCK_RELEASED, "another");
	say(TN_WIRE_LOCK_RELEASED, "two");
	tn_kept_work(&kept);
	cr_expect_str_eq(heard(), "RPE");
}

Test(kept, a_release_that_is_older_than_its_lock_ends_nothing)
{
	static const struct {
		int64_t created;
		const char *heard;
	} rows[] = { { 99, "LE" }, { TN_RELEASE_OWN, "LE" }, { 100, "E" } };
	struct tn_buf buf;
	size_t i;

	say_lock(1, "one");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		tn_buf_init(&buf, TN_WIRE_MAX);
		tn_message_start(&buf, TN_WIRE_LOCK_RELEASED);
		tn_message_put_text(&buf, TN_TAG_LOCK_NAME, "one");
		tn_message_put_u64(&buf, TN_TAG_CREATED,
		                   (uint64_t)rows[i].created);
		cr_assert_eq(tn_message_finish(&buf), TN_OK);
		take(&buf);
		tn_buf_done(&buf);
		tn_kept_work(&kept);
		cr_expect_str_eq(heard(), rows[i].heard, "row %zu", i);
	}
}

/* Whatever could be read of them. */
static bool
is_told_damaged(void)
{
	const char *told = heard();

	return told[strlen(told) - 1] == 'D';
}

Test(kept, damaged_locks_are_told_and_left_alone)
{
	off_t size;
	off_t at;

	say_lock(1, "one");
	tn_kept_work(&kept);
	size = size_of(locks_path);
	for (at = 0; at < size; at++) {
		cut(locks_path, at, '~');
		cr_expect(is_told_damaged(), "byte %ld", (long)at);
		(void)unlink(locks_path);
		reopen();
		say_lock(1, "one");
		tn_kept_work(&kept);
	}
	for (at = size - 1; at >= 0; at--) {
		cut(locks_path, at, '\0');
		cr_expect(is_told_damaged(), "cut at %ld", (long)at);
	}
	say_lock(2, "two");
	tn_kept_work(&kept);
	cr_expect_eq(size_of(locks_path), 0, "never written over");
}

Test(kept, a_file_of_locks_that_others_may_read_or_write_is_not_believed)
{
	say_lock(1, "one");
	tn_kept_work(&kept);
	cr_assert_eq(chmod(locks_path, 0640), 0);
	cr_expect_str_eq(heard(), "D");
	cr_assert_eq(unlink(locks_path), 0);
	cr_assert_eq(symlink("/dev/null", locks_path), 0);
	cr_expect_str_eq(heard(), "D");
}

Test(kept, what_was_replaced_goes_when_the_file_grows)
{
	static char name[200];
	off_t largest = 0;
	size_t i;

	memset(name, 'w', sizeof(name) - 1);
	say(TN_WIRE_RESET, NULL);
	say_account(1, "Wang");
	say_lock(9, "one");
	say(TN_WIRE_LOCK_RELEASED, "one");
	say(TN_WIRE_PUBLISH, "one");
	tn_kept_work(&kept);
	for (i = 0; i < 60000; i++) {
		say_account((uint8_t)(2 + i % 5), name);
		say(TN_WIRE_PUBLISH, "two");
		tn_kept_work(&kept);
		tn_kept_records_squeeze(&kept.records);
		if (size_of(records_path) > largest)
			largest = size_of(records_path);
	}
	cr_expect_lt(largest, 20 * 1024 * 1024);
	cr_expect_gt(largest, 15 * 1024 * 1024, "it was made smaller");
	cr_assert_eq(truncate(records_path, 0), 0);
}

Test(kept, a_copy_has_the_last_word_of_each)
{
	struct tn_kept_squeeze *squeeze = NULL;
	struct tn_buf buf;
	uint64_t size = 0;
	bool is_done = false;
	int from;
	int to;

	say(TN_WIRE_RESET, NULL);
	say_account(1, "Wang");
	say_account(2, "Li");
	say(TN_WIRE_PUBLISH, "one");
	say_account(1, "Wang Wu");
	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, TN_WIRE_ACCOUNT_GONE);
	tn_message_put(&buf, TN_TAG_UUID, "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	take(&buf);
	tn_buf_done(&buf);
	say_account(3, "Zhao");
	say(TN_WIRE_PUBLISH, "two");
	tn_kept_work(&kept);
	from = open(records_path, O_RDONLY | O_CLOEXEC);
	(void)snprintf(snapshot + strlen(snapshot), 5, ".new");
	to = open(snapshot, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	cr_assert_eq(tn_kept_squeeze_begin(from,
	                                   (uint64_t)size_of(records_path), to,
	                                   &squeeze, NULL),
	             TN_OK);
	while (!is_done)
		cr_assert_eq(
		    tn_kept_squeeze_step(squeeze, &is_done, &size, NULL),
		    TN_OK);
	tn_kept_squeeze_free(squeeze);
	cr_expect_lt(size, (uint64_t)size_of(records_path));
	cr_assert_eq(rename(snapshot, records_path), 0);
	snapshot[strlen(snapshot) - 4] = '\0';
	(void)close(from);
	(void)close(to);
	cr_expect_str_eq(heard(), "RAAPE", "%s", heard());
}

/* So much of one account that a copy without the old words is begun. */
static void
say_until_squeezing(void)
{
	char name[TN_REAL_NAME_MAX + 1];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	say(TN_WIRE_RESET, NULL);
	say_account(1, "Wang");
	say(TN_WIRE_PUBLISH, "one");
	tn_kept_work(&kept);
	while (!tn_kept_records_is_squeezing(&kept.records)) {
		say_account(2, name);
		say(TN_WIRE_PUBLISH, "two");
		tn_kept_work(&kept);
	}
}

Test(kept, a_copy_is_made_in_steps_and_has_what_comes_meanwhile_UM_15_1)
{
	off_t before;
	int steps;

	say_until_squeezing();
	before = size_of(records_path);
	for (steps = 0; tn_kept_records_is_squeezing(&kept.records); steps++) {
		/* Between any two a lock is heard, and kept. */
		if (steps == 3) {
			say_account(3, "Zhao");
			say_lock(9, "one");
			say(TN_WIRE_PUBLISH, "three");
			tn_kept_work(&kept);
		}
		tn_kept_records_squeeze(&kept.records);
	}
	cr_expect_geq(steps, 2 * before / (1 << 20),
	              "%d steps for %lld bytes, which are read twice", steps,
	              (long long)before);
	cr_expect_lt(size_of(records_path), before / 100);
	say_account(4, "Sun");
	say(TN_WIRE_PUBLISH, "four");
	tn_kept_work(&kept);
	cr_expect_str_eq(heard(), "RAAPALPAPLE");
}

Test(kept, a_copy_is_given_up_where_net_begins_anew_or_all_ends)
{
	char path[80];
	off_t before;

	(void)snprintf(path, sizeof(path), "%s.new", records_path);
	say_until_squeezing();
	before = size_of(records_path);
	tn_kept_records_squeeze(&kept.records);
	cr_expect_eq(access(path, F_OK), 0);
	reopen();
	cr_expect_neq(access(path, F_OK), 0, "nothing is left behind");
	cr_expect_eq(size_of(records_path), before, "the old file stands");
	say_until_squeezing();
	tn_kept_records_squeeze(&kept.records);
	say(TN_WIRE_RESET, NULL);
	cr_expect(!tn_kept_records_is_squeezing(&kept.records));
	say_account(1, "Li");
	say(TN_WIRE_PUBLISH, "five");
	tn_kept_work(&kept);
	tn_kept_records_squeeze(&kept.records);
	cr_expect_str_eq(heard(), "RAPE");
}

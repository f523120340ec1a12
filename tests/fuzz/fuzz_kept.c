/*
 * What publish, which is root, kept over a restart: open locks, records, logins
 * (daemon/kept.h). Whatever is in the files: locks are known or the file is
 * called damaged, and what is known is known again after it was saved; records
 * end with a state that net called whole; logins are lines of clean words.
 */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "channel.h"
#include "fuzz_folder.h"
#include "kept.h"
#include "kept_frame.h"
#include "login_log.h"
#include "wire/lock_record.h"

enum { LOCKS, RECORDS, LOGINS, FILES };

/* Bytes as they are, or in frames whose checksums are right. */
static void
gather(struct fuzz_script *script, bool is_framed, struct tn_buf *ret)
{
	const uint8_t *bytes;
	size_t wanted;
	size_t len;

	while (script->left > 0) {
		wanted = script->left;
		if (is_framed) {
			wanted = fuzz_byte(script);
			wanted += (size_t)fuzz_byte(script) * 256;
		}
		bytes = fuzz_bytes(script, wanted, &len);
		if (is_framed)
			tn_frame_put(ret, bytes, len);
		else
			(void)tn_buf_put(ret, bytes, len);
	}
}

/* How many locks a folder's file tells; -1: damaged. */
static long
count_told(struct tn_kept_locks *kept)
{
	uint8_t data[TN_WIRE_RECORD_MAX];
	struct tn_message message;
	int pair[2];
	size_t len;
	long count = 0;

	if (kept->is_damaged)
		return -1;
	FUZZ_EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	FUZZ_EXPECT(tn_kept_locks_tell(kept, pair[0], NULL) == TN_OK);
	(void)close(pair[0]);
	while (tn_channel_receive(pair[1], data, sizeof(data), &len, NULL) ==
	       TN_OK) {
		FUZZ_EXPECT(tn_message_parse(data, len, &message, NULL) ==
		            TN_OK);
		FUZZ_EXPECT(message.what == TN_WIRE_LOCK_SET);
		count++;
	}
	(void)close(pair[1]);
	return count;
}

static void
try_locks(const struct tn_buf *file)
{
	const char *path = fuzz_file("locks", file->data, file->len);
	struct tn_kept_locks kept;
	struct tn_err err = TN_ERR_INIT;
	long count;

	FUZZ_EXPECT(tn_kept_locks_open(&kept, path, &err) == TN_OK);
	count = count_told(&kept);
	kept.is_dirty = true;
	FUZZ_EXPECT(tn_kept_locks_save(&kept, &err) == TN_OK);
	tn_kept_locks_done(&kept);
	FUZZ_EXPECT(tn_kept_locks_open(&kept, fuzz_path("locks"), &err) ==
	            TN_OK);
	FUZZ_EXPECT(count_told(&kept) == count);
	tn_kept_locks_done(&kept);
}

static void
try_records(const struct tn_buf *file)
{
	const char *path = fuzz_file("records", file->data, file->len);
	uint8_t data[TN_WIRE_RECORD_MAX];
	struct tn_kept_records kept;
	struct tn_err err = TN_ERR_INIT;
	uint8_t last = TN_WIRE_PUBLISH;
	int pair[2];
	size_t len;

	FUZZ_EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0);
	FUZZ_EXPECT(tn_kept_records_open(&kept, path, &err) == TN_OK);
	FUZZ_EXPECT(tn_kept_records_tell(&kept, pair[0], &err) == TN_OK);
	tn_kept_records_done(&kept);
	(void)close(pair[0]);
	while (tn_channel_receive(pair[1], data, sizeof(data), &len, NULL) ==
	       TN_OK) {
		FUZZ_EXPECT(len >= TN_WIRE_HEADER);
		last = data[3];
	}
	FUZZ_EXPECT(last == TN_WIRE_PUBLISH || last == TN_WIRE_HEARD);
	(void)close(pair[1]);
}

static int
take_known(const char *login, const char *source, int64_t last, void *arg)
{
	(void)last;
	(void)arg;
	FUZZ_EXPECT(strlen(login) < 256 && strlen(source) < 256);
	return TN_OK;
}

static void
try_logins(const struct tn_buf *file)
{
	const char *path = fuzz_file("logins", file->data, file->len);
	struct tn_buf text;
	size_t i;

	tn_buf_init(&text, TN_LOGIN_LOG_TEXT_MAX);
	(void)tn_login_log_known(path, 0, take_known, NULL);
	if (tn_login_log_of(path, "wang", &text) == TN_OK)
		for (i = 0; i < text.len; i++)
			FUZZ_EXPECT(
			    text.data[i] == '\n' ||
			    (text.data[i] >= ' ' && text.data[i] != 0x7f));
	FUZZ_EXPECT(tn_login_log_add(path, "wang", "sshd", "password", "h", 5,
	                             NULL) == TN_OK);
	tn_buf_reset(&text);
	FUZZ_EXPECT(tn_login_log_of(path, "wang", &text) == TN_OK);
	FUZZ_EXPECT(text.len > 0);
	tn_buf_done(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_script script = { .at = data, .left = size };
	uint8_t how = fuzz_byte(&script);
	struct tn_buf file;

	tn_buf_init(&file, (size_t)1 << 20);
	gather(&script, how >= 128 && how % FILES != LOGINS, &file);
	switch (how % FILES) {
	case LOCKS:
		try_locks(&file);
		break;
	case RECORDS:
		try_records(&file);
		break;
	case LOGINS:
	default:
		try_logins(&file);
		break;
	}
	tn_buf_done(&file);
	return 0;
}

FUZZ_PLAIN_MUTATOR

/* A chunk that gather() puts into a frame. */
static size_t
put_chunk(uint8_t *at, const struct tn_buf *datagram)
{
	at[0] = (uint8_t)(datagram->len % 256);
	at[1] = (uint8_t)(datagram->len / 256);
	memcpy(at + 2, datagram->data, datagram->len);
	return 2 + datagram->len;
}

static size_t
seed_frames(size_t number, uint8_t *data)
{
	const struct tn_lock lock = { .uuid = { .byte = { 1 } },
		                      .staff_number = "E1",
		                      .kind = TN_LOCK_LEAK,
		                      .name = "l1",
		                      .reason = "r" };
	struct tn_buf buf;
	size_t size = 0;

	tn_buf_init(&buf, TN_WIRE_MAX);
	/* Which file, in frames. */
	data[size++] = number == LOCKS ? 129 : 130;
	FUZZ_EXPECT(data[0] % FILES == number);
	if (number == LOCKS) {
		FUZZ_EXPECT(tn_lock_record_put(&buf, &lock, NULL, 0) == TN_OK);
		size += put_chunk(data + size, &buf);
		tn_message_start(&buf, TN_WIRE_KEPT_END);
	} else {
		tn_message_start(&buf, TN_WIRE_PUBLISH);
		tn_message_put_u64(&buf, TN_TAG_HEARD, 5);
	}
	FUZZ_EXPECT(tn_message_finish(&buf) == TN_OK);
	size += put_chunk(data + size, &buf);
	tn_buf_done(&buf);
	return size;
}

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	FILE *file;
	size_t size;

	if (number < LOGINS)
		return seed_frames(number, data);
	if (number > LOGINS)
		return FUZZ_NO_SEED;
	/* One login, as it is written. */
	(void)fuzz_file("logins", "", 0);
	FUZZ_EXPECT(tn_login_log_add(fuzz_path("logins"), "wang", "sshd",
	                             "password", "192.0.2.1", 5,
	                             NULL) == TN_OK);
	file = fopen(fuzz_path("logins"), "re");
	FUZZ_EXPECT(file != NULL);
	data[0] = LOGINS;
	/* Places that are free come before it: the last bytes are it. */
	(void)fseek(file, -160, SEEK_END);
	size = 1 + fread(data + 1, 1, room - 1, file);
	(void)fclose(file);
	return size;
}

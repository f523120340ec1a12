/*
 * Datagrams between net and publish, of a net that somebody else rules: the
 * fields of records, groups and locks in any order and number, some of them
 * again through the file that publish keeps. What is served in the end stands
 * up to DESIGN section 12.
 */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "fuzz_host.h"
#include "kept_frame.h"
#include "kept_records.h"
#include "wire/lock_record.h"
#include "wire/record.h"

#define DATAGRAMS 12
#define FIELDS    30

/* A run of fields as net would frame them, each as the input says. */
static void
put_fields(struct fuzz_script *script, struct tn_buf *buf)
{
	unsigned int fields = fuzz_byte(script) % FIELDS;
	const uint8_t *bytes;
	uint8_t header[4] = { 0 };
	size_t len;

	while (fields-- > 0 && script->left > 0) {
		header[0] = fuzz_byte(script);
		bytes = fuzz_bytes(script, fuzz_byte(script), &len);
		header[3] = (uint8_t)len;
		(void)tn_buf_put(buf, header, sizeof(header));
		if (len > 0)
			(void)tn_buf_put(buf, bytes, len);
	}
}

static bool
make_datagram(struct fuzz_script *script, struct tn_buf *buf)
{
	uint8_t what = fuzz_byte(script);
	struct tn_buf inner;
	uint8_t uuid[TN_UUID_LEN] = { 0 };

	tn_message_start(
	    buf, (enum tn_wire_what)(what % 16 < 12 ? 128 + what % 12 : what));
	tn_buf_init(&inner, TN_WIRE_RECORD_MAX);
	put_fields(script, &inner);
	if (what & 0x10)
		(void)tn_buf_put(buf, inner.data, inner.len);
	else
		tn_message_put(buf, TN_TAG_RECORD, inner.data, inner.len);
	tn_buf_done(&inner);
	if (what & 0x20) {
		uuid[15] = fuzz_byte(script);
		tn_message_put(buf, TN_TAG_UUID, uuid, sizeof(uuid));
	}
	if (what & 0x40)
		tn_message_put_u64(buf, TN_TAG_HEARD, 86400 * 100);
	if (what & 0x80)
		tn_message_put_u32(buf, TN_TAG_MORE, 1);
	return tn_message_finish(buf) == TN_OK;
}

static void
hear(struct fuzz_host *host, const struct tn_buf *buf)
{
	void *copy = fuzz_copy(buf->data, buf->len, false);
	struct tn_err err = TN_ERR_INIT;
	struct tn_message message;
	struct tn_lock *lock = NULL;
	bool is_publish;

	if (tn_message_parse(copy, buf->len, &message, &err) == TN_OK) {
		(void)tn_publish_state_apply(&host->state, &message,
		                             &is_publish, &err);
		if (tn_lock_record_get(&message, &lock, &err) == TN_OK) {
			/* What locks has a name that a release can say. */
			FUZZ_EXPECT(lock->name[0] != '\0' &&
			            strlen(lock->name) <= TN_LOCK_NAME_MAX);
			tn_lock_free(lock);
		}
	}
	free(copy);
}

/* Through a file: what was put is read again as it was, or not at all. */
static void
keep(const uint8_t *frames, size_t size, uint8_t damage)
{
	struct tn_frame_reader reader;
	const uint8_t *data;
	struct tn_kept_squeeze *squeeze = NULL;
	uint64_t squeezed = 0;
	bool is_done = false;
	size_t len;
	int from = memfd_create("kept", MFD_CLOEXEC);
	int to = memfd_create("squeezed", MFD_CLOEXEC);

	FUZZ_EXPECT(from >= 0 && to >= 0);
	FUZZ_EXPECT(write(from, frames, size) == (ssize_t)size);
	if (damage != 0 && size > 0)
		FUZZ_EXPECT(pwrite(from, &damage, 1,
		                   (off_t)(damage * size / 256)) == 1);
	FUZZ_EXPECT(tn_frame_start(&reader, from, NULL) == TN_OK);
	while (tn_frame_next(&reader, &data, &len, NULL) == TN_OK)
		FUZZ_EXPECT(len >= TN_WIRE_HEADER && len <= TN_WIRE_RECORD_MAX);
	FUZZ_EXPECT(reader.offset <= size);
	tn_frame_end(&reader);
	FUZZ_EXPECT(tn_kept_squeeze_begin(from, size, to, &squeeze, NULL) ==
	            TN_OK);
	while (!is_done && tn_kept_squeeze_step(squeeze, &is_done, &squeezed,
	                                        NULL) == TN_OK)
		;
	FUZZ_EXPECT(squeezed <= size);
	tn_kept_squeeze_free(squeeze);
	(void)close(from);
	(void)close(to);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct served served;
	struct fuzz_script script = { .at = data, .left = size };
	uint8_t how = fuzz_byte(&script);
	struct fuzz_host host;
	struct tn_buf frames;
	struct tn_buf buf;
	size_t i;

	fuzz_host_init(&host);
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	tn_buf_init(&frames, (size_t)1 << 20);
	for (i = 0; i < DATAGRAMS && script.left > 0; i++) {
		if (!make_datagram(&script, &buf))
			continue;
		hear(&host, &buf);
		if (how % 4 == 0)
			tn_frame_put(&frames, buf.data, buf.len);
	}
	if (how % 4 == 0)
		keep(frames.data, frames.len, how / 4);
	host.state.heard = 86400 * 100;
	fuzz_host_publish(&host, true);
	fuzz_host_served(&host, &served);
	for (i = 0; i < served.users; i++)
		oracle_section_12(&served.user[i]);
	tn_buf_done(&frames);
	tn_buf_done(&buf);
	fuzz_host_done(&host);
	return 0;
}

FUZZ_PLAIN_MUTATOR

/* A run of fields out of a datagram, as put_fields reads it. */
static size_t
unframe(const uint8_t *at, size_t left, uint8_t *ret)
{
	uint8_t count = 0;
	size_t size = 1;

	while (left >= 4 && at[1] == 0 && at[2] == 0 && at[3] + 4u <= left) {
		ret[size] = at[0];
		ret[size + 1] = at[3];
		memcpy(ret + size + 2, at + 4, at[3]);
		size += 2u + at[3];
		left -= 4u + at[3];
		at += 4 + at[3];
		count++;
	}
	ret[0] = count;
	return size;
}

static void
put_sound(size_t number, struct tn_buf *buf)
{
	static const char *const members[] = { "wang", "li" };
	struct tn_account_record record = { .refusal = TN_REFUSAL_NONE };
	const struct tn_group group = { .uuid = { .byte = { 9 } },
		                        .name = "team",
		                        .gid = 2100001,
		                        .count = 2,
		                        .members = members };
	const struct tn_lock lock = { .uuid = { .byte = { 8 } },
		                      .person_uuid = { .byte = { 1 } },
		                      .staff_number = "E1",
		                      .kind = TN_LOCK_LEAK,
		                      .name = "leak-1",
		                      .reason = "x" };
	size_t next;

	tn_account_init(&record.account);
	record.account.uuid.byte[0] = 1;
	record.account.dn = "uid=wang,dc=x";
	record.account.kind = TN_KIND_PERSON;
	record.account.login = "wang";
	record.account.real_name = "王小明";
	record.account.staff_number = "E1";
	record.account.uid = 2000001;
	record.account.gid = 2100000;
	record.account.home = "/home/wang";
	record.account.shell = "/bin/bash";
	record.account.status = TN_STATUS_ACTIVE;
	if (number == 0)
		FUZZ_EXPECT(tn_record_put_account(buf, &record) == TN_OK);
	else if (number == 1)
		FUZZ_EXPECT(tn_record_put_group(buf, &group, 0, &next) ==
		            TN_OK);
	else
		FUZZ_EXPECT(tn_lock_record_put(buf, &lock, "wang", 2000001) ==
		            TN_OK);
}

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	static const uint8_t whats[] = { TN_WIRE_ACCOUNT_SET - 128,
		                         TN_WIRE_GROUP_SET - 128,
		                         TN_WIRE_LOCK_SET - 128 };
	struct tn_message message;
	struct tn_buf buf;
	size_t size = 1;
	size_t i;

	if (number > 2)
		return FUZZ_NO_SEED;
	FUZZ_EXPECT(room >= 4096);
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	data[0] = number == 2 ? 0 : 1;
	for (i = 0; i <= number; i++) {
		put_sound(i, &buf);
		FUZZ_EXPECT(tn_message_parse(buf.data, buf.len, &message,
		                             NULL) == TN_OK);
		data[size++] = whats[i];
		size += unframe(message.field[TN_TAG_RECORD],
		                message.len[TN_TAG_RECORD], data + size);
	}
	tn_buf_done(&buf);
	return size;
}

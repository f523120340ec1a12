#include <criterion/criterion.h>
#include <string.h>
#include "wire/message.h"

/* A finished AUTHENTICATE for wang, in the caller's buffer. */
static void
make_login(struct tn_buf *buf)
{
	tn_buf_init(buf, TN_WIRE_MAX);
	tn_message_start(buf, TN_WIRE_AUTHENTICATE);
	tn_message_put_text(buf, TN_TAG_USER, "wang");
	tn_message_put_text(buf, TN_TAG_RHOST, NULL);
	tn_message_put(buf, TN_TAG_PASSWORD, "s3cret", 6);
	tn_message_put_u32(buf, TN_TAG_WAY, 0x01020304u);
	tn_message_put_u64(buf, TN_TAG_EXPIRES, UINT64_MAX - 1);
	cr_assert_eq(tn_message_finish(buf), TN_OK);
}

Test(wire_message, what_is_put_in_comes_out)
{
	struct tn_message message;
	struct tn_buf buf;
	uint64_t u64 = 0;
	uint32_t u32 = 0;
	char text[8];

	make_login(&buf);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	cr_expect_eq(message.what, TN_WIRE_AUTHENTICATE);
	cr_expect_eq(tn_message_text(&message, TN_TAG_USER, text, 5), TN_OK);
	cr_expect_str_eq(text, "wang");
	cr_expect_eq(tn_message_text(&message, TN_TAG_USER, text, 4),
	             TN_E_PROTOCOL, "one byte too small for the NUL");
	cr_expect_eq(tn_message_text(&message, TN_TAG_RHOST, text, 8),
	             TN_E_NOT_FOUND);
	cr_expect_eq(tn_message_u32(&message, TN_TAG_WAY, &u32), TN_OK);
	cr_expect_eq(u32, 0x01020304u);
	cr_expect_eq(tn_message_u64(&message, TN_TAG_EXPIRES, &u64), TN_OK);
	cr_expect_eq(u64, UINT64_MAX - 1);
	cr_expect_eq(tn_message_u32(&message, TN_TAG_EXPIRES, &u32),
	             TN_E_PROTOCOL, "eight bytes are no u32");
	tn_buf_done(&buf);
}

Test(wire_message, every_cut_datagram_is_refused)
{
	struct tn_message message;
	struct tn_buf buf;
	size_t len;

	make_login(&buf);
	for (len = 0; len < buf.len; len++)
		cr_expect_eq(tn_message_parse(buf.data, len, &message, NULL),
		             TN_E_PROTOCOL, "%zu bytes", len);
	tn_buf_done(&buf);
}

/* Each row lays len bytes at offset at over a good datagram. Offsets: the
   header's 8 bytes, then USER: tag at 8, length 9-11, text 12-15. */
static const struct spoilt {
	const char *name;
	size_t at;
	size_t len;
	uint8_t bytes[4];
} spoilt[] = {
	{ "another magic", 0, 1, { 0x55 } },
	{ "another version", 2, 1, { 2 } },
	{ "a length that says more", 7, 1, { 0xff } },
	{ "a length that says nothing", 4, 4, { 0, 0, 0, 0 } },
	{ "a huge length", 4, 4, { 0xff, 0xff, 0xff, 0xff } },
	{ "a field past the end", 9, 3, { 0xff, 0xff, 0xff } },
	{ "a field one byte short", 11, 1, { 3 } },
	{ "a tag twice", 8, 1, { TN_TAG_PASSWORD } },
	{ "a NUL in a name", 13, 1, { 0 } },
};

Test(wire_message, a_datagram_that_lies_is_refused_with_words)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_message message;
	struct tn_buf buf;
	size_t i;

	for (i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		make_login(&buf);
		memcpy(buf.data + spoilt[i].at, spoilt[i].bytes, spoilt[i].len);
		memset(&err, 0, sizeof(err));
		cr_expect_eq(
		    tn_message_parse(buf.data, buf.len, &message, &err),
		    TN_E_PROTOCOL, "%s", spoilt[i].name);
		cr_expect(err.text[0] != '\0', "%s", spoilt[i].name);
		tn_buf_done(&buf);
	}
}

Test(wire_message, bad_utf8_is_no_text_and_an_unknown_tag_is_ignored)
{
	struct tn_message message;
	struct tn_buf buf;
	char text[16];

	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, TN_WIRE_ACCOUNT);
	tn_message_put(&buf, TN_TAG_USER, "w\xff", 2);
	tn_message_put(&buf, (enum tn_wire_tag)200, "\0\0", 2);
	cr_assert_eq(tn_message_finish(&buf), TN_OK);
	cr_assert_eq(tn_message_parse(buf.data, buf.len, &message, NULL),
	             TN_OK);
	cr_expect_eq(tn_message_text(&message, TN_TAG_USER, text, 16),
	             TN_E_PROTOCOL);
	tn_buf_done(&buf);
}

Test(wire_message, a_datagram_over_its_bound_is_not_finished)
{
	static const uint8_t much[TN_WIRE_MAX];
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, TN_WIRE_ANSWER);
	tn_message_put(&buf, TN_TAG_RECORD, much, sizeof(much));
	cr_expect_eq(tn_message_finish(&buf), TN_E_LIMIT);
	tn_buf_done(&buf);
}

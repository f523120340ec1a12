#include "wire/message.h"
#include <string.h>
#include "base/text.h"

/* Offset of the length in the header: magic, version, what. */
#define LENGTH_AT    4
#define FIELD_HEADER 4
#define FIELD_MAX    0xffffffu

/* Texts of the protocol; a NUL inside one damns the datagram. */
static const uint8_t text_tags[] = {
	TN_TAG_USER,          TN_TAG_PASSWORD,  TN_TAG_NEW_PASSWORD,
	TN_TAG_SERVICE,       TN_TAG_RHOST,     TN_TAG_TTY,
	TN_TAG_MESSAGE,       TN_TAG_JSON,      TN_TAG_COOKIE,
	TN_TAG_MESSAGE_LOCAL, TN_TAG_LOCK_NAME, TN_TAG_TOKEN,
};

static void
store_be(uint8_t *at, uint64_t value, size_t bytes)
{
	while (bytes > 0) {
		at[--bytes] = (uint8_t)(value & 0xff);
		value >>= 8;
	}
}

static uint64_t
load_be(const uint8_t *at, size_t bytes)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < bytes; i++)
		value = value << 8 | at[i];
	return value;
}

void
tn_message_start(struct tn_buf *buf, enum tn_wire_what what)
{
	uint8_t header[TN_WIRE_HEADER];

	store_be(header, TN_WIRE_MAGIC, 2);
	header[2] = TN_WIRE_VERSION;
	header[3] = (uint8_t)what;
	store_be(header + LENGTH_AT, 0, 4);
	tn_buf_reset(buf);
	(void)tn_buf_put(buf, header, sizeof(header));
}

void
tn_message_put(struct tn_buf *buf, enum tn_wire_tag tag, const void *data,
               size_t len)
{
	uint8_t header[FIELD_HEADER];

	if (len > FIELD_MAX) {
		if (buf->failed == TN_OK)
			buf->failed = TN_E_LIMIT;
		return;
	}
	header[0] = (uint8_t)tag;
	store_be(header + 1, len, 3);
	(void)tn_buf_put(buf, header, sizeof(header));
	if (len > 0)
		(void)tn_buf_put(buf, data, len);
}

void
tn_message_put_text(struct tn_buf *buf, enum tn_wire_tag tag, const char *text)
{
	if (text != NULL)
		tn_message_put(buf, tag, text, strlen(text));
}

void
tn_message_put_u32(struct tn_buf *buf, enum tn_wire_tag tag, uint32_t value)
{
	uint8_t bytes[4];

	store_be(bytes, value, sizeof(bytes));
	tn_message_put(buf, tag, bytes, sizeof(bytes));
}

void
tn_message_put_u64(struct tn_buf *buf, enum tn_wire_tag tag, uint64_t value)
{
	uint8_t bytes[8];

	store_be(bytes, value, sizeof(bytes));
	tn_message_put(buf, tag, bytes, sizeof(bytes));
}

int
tn_message_finish(struct tn_buf *buf)
{
	if (buf->failed != TN_OK)
		return buf->failed;
	if (buf->len < TN_WIRE_HEADER)
		return TN_E_BUG;
	if (buf->len > TN_WIRE_RECORD_MAX)
		return buf->failed = TN_E_LIMIT;
	store_be(buf->data + LENGTH_AT, buf->len - TN_WIRE_HEADER, 4);
	return TN_OK;
}

int
tn_fields_parse(const void *data, size_t len, struct tn_message *ret,
                struct tn_err *err)
{
	struct tn_message message = { .what = ret->what };
	const uint8_t *at = data;
	size_t left = len;
	size_t field;
	uint8_t tag;

	while (left > 0) {
		if (left < FIELD_HEADER)
			return tn_fail(err, TN_E_PROTOCOL,
			               "datagram: cut inside a field's head");
		tag = at[0];
		field = (size_t)load_be(at + 1, 3);
		at += FIELD_HEADER;
		left -= FIELD_HEADER;
		if (field > left)
			return tn_fail(err, TN_E_PROTOCOL,
			               "datagram: field %u is longer than it",
			               tag);
		if (message.field[tag] != NULL)
			return tn_fail(err, TN_E_PROTOCOL,
			               "datagram: field %u is there twice",
			               tag);
		message.field[tag] = at;
		message.len[tag] = (uint32_t)field;
		at += field;
		left -= field;
	}
	*ret = message;
	return TN_OK;
}

int
tn_message_parse(const void *data, size_t len, struct tn_message *ret,
                 struct tn_err *err)
{
	struct tn_message message = { 0 };
	const uint8_t *at = data;
	size_t i;
	int rc;

	if (len < TN_WIRE_HEADER || len > TN_WIRE_RECORD_MAX)
		return tn_fail(err, TN_E_PROTOCOL, "datagram: %zu bytes", len);
	if (load_be(at, 2) != TN_WIRE_MAGIC)
		return tn_fail(err, TN_E_PROTOCOL, "datagram: not Tenure's");
	if (at[2] != TN_WIRE_VERSION)
		return tn_fail(err, TN_E_PROTOCOL,
		               "datagram: version %u is not ours", at[2]);
	if (load_be(at + LENGTH_AT, 4) != len - TN_WIRE_HEADER)
		return tn_fail(err, TN_E_PROTOCOL,
		               "datagram: its length is not what it says");
	message.what = (enum tn_wire_what)at[3];
	rc = tn_fields_parse(at + TN_WIRE_HEADER, len - TN_WIRE_HEADER,
	                     &message, err);
	if (rc != TN_OK)
		return rc;
	for (i = 0; i < TN_ARRAY_LEN(text_tags); i++)
		if (message.field[text_tags[i]] != NULL &&
		    memchr(message.field[text_tags[i]], '\0',
		           message.len[text_tags[i]]) != NULL)
			return tn_fail(err, TN_E_PROTOCOL,
			               "datagram: a NUL in text %u",
			               text_tags[i]);
	*ret = message;
	return TN_OK;
}

int
tn_message_text(const struct tn_message *message, enum tn_wire_tag tag,
                char *ret, size_t size)
{
	size_t len = message->len[tag];

	if (message->field[tag] == NULL)
		return TN_E_NOT_FOUND;
	if (size == 0 || len > size - 1)
		return TN_E_PROTOCOL;
	if (len > 0 && !tn_text_is_utf8((const char *)message->field[tag], len))
		return TN_E_PROTOCOL;
	memcpy(ret, message->field[tag], len);
	ret[len] = '\0';
	return TN_OK;
}

static int
get_number(const struct tn_message *message, enum tn_wire_tag tag, size_t bytes,
           uint64_t *ret)
{
	if (message->field[tag] == NULL)
		return TN_E_NOT_FOUND;
	if (message->len[tag] != bytes)
		return TN_E_PROTOCOL;
	*ret = load_be(message->field[tag], bytes);
	return TN_OK;
}

int
tn_message_u32(const struct tn_message *message, enum tn_wire_tag tag,
               uint32_t *ret)
{
	uint64_t value = 0;
	int rc = get_number(message, tag, 4, &value);

	if (rc == TN_OK)
		*ret = (uint32_t)value;
	return rc;
}

int
tn_message_u64(const struct tn_message *message, enum tn_wire_tag tag,
               uint64_t *ret)
{
	return get_number(message, tag, 8, ret);
}

#include <config.h>

#include "kept_squeeze.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kept_frame.h"
#include "wire/record.h"

#define WRITE_SIZE ((size_t)256 * 1024)
/* Of the file, for one step. */
#define STEP_BYTES (UINT64_C(1) << 20)

struct place {
	struct tn_uuid uuid;
	uint64_t offset; /* of the frame with the last word, plus 1; 0: free */
};

struct tn_kept_squeeze {
	struct tn_frame_reader reader;
	int from;
	uint64_t from_size;
	bool copies; /* the second time */
	struct place *places;
	size_t size; /* a power of two */
	size_t count;
	uint64_t publish; /* offset of the last one */
	int to;
	struct tn_buf buf;
	uint64_t written;
	/* A group's parts follow each other: the first decides for all. */
	bool in_group;
	bool keeps_group;
};

static struct place *
find(struct place *places, size_t size, const struct tn_uuid *uuid)
{
	uint64_t hash;
	size_t i;

	memcpy(&hash, uuid->byte, sizeof(hash));
	hash = (hash ^ uuid->byte[8] ^ (uint64_t)uuid->byte[15] << 8) *
	       UINT64_C(0x9e3779b97f4a7c15);
	for (i = (size_t)(hash >> 20) & (size - 1);; i = (i + 1) & (size - 1))
		if (places[i].offset == 0 ||
		    memcmp(&places[i].uuid, uuid, sizeof(*uuid)) == 0)
			return &places[i];
}

static int
grow(struct tn_kept_squeeze *squeeze, struct tn_err *err)
{
	size_t size = squeeze->size == 0 ? 4096 : squeeze->size * 2;
	struct place *places;
	size_t i;

	if ((squeeze->count + 1) * 4 < squeeze->size * 3)
		return TN_OK;
	places = calloc(size, sizeof(*places));
	if (places == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "records");
	for (i = 0; i < squeeze->size; i++)
		if (squeeze->places[i].offset != 0)
			*find(places, size, &squeeze->places[i].uuid) =
			    squeeze->places[i];
	free(squeeze->places);
	squeeze->places = places;
	squeeze->size = size;
	return TN_OK;
}

/* Whose word is it? False for a frame that is nobody's. */
static bool
whose(const struct tn_message *message, struct tn_uuid *ret)
{
	switch (message->what) {
	case TN_WIRE_ACCOUNT_SET:
	case TN_WIRE_GROUP_SET:
		return tn_record_uuid(message, ret, NULL) == TN_OK;
	case TN_WIRE_ACCOUNT_GONE:
	case TN_WIRE_GROUP_GONE:
		if (message->len[TN_TAG_UUID] != TN_UUID_LEN)
			return false;
		memcpy(ret->byte, message->field[TN_TAG_UUID], TN_UUID_LEN);
		return true;
	default:
		return false;
	}
}

static bool
is_close(const struct tn_message *message)
{
	return message->what == TN_WIRE_PUBLISH ||
	       message->what == TN_WIRE_HEARD;
}

/* Is it a later part of the group that the frame before belonged to? */
static bool
is_later_part(struct tn_kept_squeeze *squeeze, const struct tn_message *message)
{
	bool was = squeeze->in_group;

	squeeze->in_group = message->what == TN_WIRE_GROUP_SET &&
	                    message->field[TN_TAG_MORE] != NULL;
	return was && message->what == TN_WIRE_GROUP_SET;
}

static int
note(struct tn_kept_squeeze *squeeze, const struct tn_message *message,
     uint64_t offset, struct tn_err *err)
{
	struct tn_uuid uuid;
	struct place *place;
	int rc;

	if (is_close(message))
		squeeze->publish = offset;
	if (is_later_part(squeeze, message) || !whose(message, &uuid))
		return TN_OK;
	rc = grow(squeeze, err);
	if (rc != TN_OK)
		return rc;
	place = find(squeeze->places, squeeze->size, &uuid);
	if (place->offset == 0)
		squeeze->count++;
	place->uuid = uuid;
	place->offset = offset + 1;
	return TN_OK;
}

static bool
is_last_word(struct tn_kept_squeeze *squeeze, const struct tn_message *message,
             uint64_t offset)
{
	struct tn_uuid uuid;

	if (is_later_part(squeeze, message))
		return squeeze->keeps_group;
	if (is_close(message))
		return offset == squeeze->publish;
	if (!whose(message, &uuid))
		return true;
	squeeze->keeps_group =
	    find(squeeze->places, squeeze->size, &uuid)->offset == offset + 1;
	return squeeze->keeps_group && message->what != TN_WIRE_ACCOUNT_GONE &&
	       message->what != TN_WIRE_GROUP_GONE;
}

static int
flush(struct tn_kept_squeeze *squeeze, struct tn_err *err)
{
	const uint8_t *at = squeeze->buf.data;
	size_t left = squeeze->buf.len;
	ssize_t put;

	while (left > 0) {
		put = pwrite(squeeze->to, at, left, (off_t)squeeze->written);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return tn_fail_errno(err, TN_E_IO, errno, "write");
		at += put;
		left -= (size_t)put;
		squeeze->written += (uint64_t)put;
	}
	tn_buf_reset(&squeeze->buf);
	return TN_OK;
}

static int
copy(struct tn_kept_squeeze *squeeze, const struct tn_message *message,
     uint64_t offset, const uint8_t *data, size_t len, struct tn_err *err)
{
	if (!is_last_word(squeeze, message, offset))
		return TN_OK;
	tn_frame_put(&squeeze->buf, data, len);
	if (squeeze->buf.failed != TN_OK)
		return tn_fail(err, squeeze->buf.failed, "records");
	return squeeze->buf.len >= WRITE_SIZE ? flush(squeeze, err) : TN_OK;
}

/* One frame: noted, or copied. */
static int
take_frame(struct tn_kept_squeeze *squeeze, struct tn_err *err)
{
	uint64_t offset = squeeze->reader.offset;
	struct tn_message message;
	const uint8_t *data = NULL;
	size_t len = 0;
	int rc = tn_frame_next(&squeeze->reader, &data, &len, err);

	if (rc == TN_E_NOT_FOUND)
		return tn_fail(err, TN_E_PROTOCOL, "cut short");
	if (rc == TN_OK)
		rc = tn_message_parse(data, len, &message, err);
	if (rc != TN_OK)
		return rc;
	return squeeze->copies ? copy(squeeze, &message, offset, data, len, err)
	                       : note(squeeze, &message, offset, err);
}

int
tn_kept_squeeze_begin(int from, uint64_t size, int to,
                      struct tn_kept_squeeze **ret, struct tn_err *err)
{
	struct tn_kept_squeeze *squeeze = calloc(1, sizeof(*squeeze));
	int rc;

	if (squeeze == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "records");
	squeeze->from = from;
	squeeze->from_size = size;
	squeeze->to = to;
	tn_buf_init(&squeeze->buf, WRITE_SIZE + 2UL * TN_WIRE_RECORD_MAX);
	rc = grow(squeeze, err);
	if (rc == TN_OK)
		rc = tn_frame_start(&squeeze->reader, from, err);
	if (rc != TN_OK) {
		tn_kept_squeeze_free(squeeze);
		return rc;
	}
	*ret = squeeze;
	return TN_OK;
}

void
tn_kept_squeeze_free(struct tn_kept_squeeze *squeeze)
{
	if (squeeze == NULL)
		return;
	tn_frame_end(&squeeze->reader);
	tn_buf_done(&squeeze->buf);
	free(squeeze->places);
	free(squeeze);
}

int
tn_kept_squeeze_step(struct tn_kept_squeeze *squeeze, bool *ret_done,
                     uint64_t *ret_size, struct tn_err *err)
{
	uint64_t stop = squeeze->reader.offset + STEP_BYTES;
	int rc = TN_OK;

	*ret_done = false;
	if (stop > squeeze->from_size)
		stop = squeeze->from_size;
	while (rc == TN_OK && squeeze->reader.offset < stop)
		rc = take_frame(squeeze, err);
	if (rc != TN_OK || squeeze->reader.offset < squeeze->from_size)
		return rc;
	if (!squeeze->copies) {
		squeeze->copies = true;
		squeeze->in_group = false;
		tn_frame_end(&squeeze->reader);
		return tn_frame_start(&squeeze->reader, squeeze->from, err);
	}
	rc = flush(squeeze, err);
	*ret_done = rc == TN_OK;
	*ret_size = squeeze->written;
	return rc;
}

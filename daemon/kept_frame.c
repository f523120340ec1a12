#include <config.h>

#include "kept_frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER ((size_t)4 * TN_WIRE_RECORD_MAX)

static uint64_t
sum_of(const uint8_t *data, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	while (len-- > 0)
		hash = (hash ^ *data++) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t
load(const uint8_t *at, size_t bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | *at++;
	return value;
}

void
tn_frame_put(struct tn_buf *buf, const void *data, size_t len)
{
	uint64_t sum = sum_of(data, len);
	uint8_t header[TN_FRAME_HEADER];
	size_t i;

	for (i = sizeof(header); i-- > 0; sum >>= 8)
		header[i] = (uint8_t)sum;
	(void)tn_buf_put(buf, header, sizeof(header));
	(void)tn_buf_put(buf, data, len);
}

int
tn_frame_start(struct tn_frame_reader *reader, int descriptor,
               struct tn_err *err)
{
	*reader = (struct tn_frame_reader){ .descriptor = descriptor };
	reader->buffer = malloc(BUFFER);
	if (reader->buffer == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "reading a file");
	return TN_OK;
}

void
tn_frame_end(struct tn_frame_reader *reader)
{
	free(reader->buffer);
	reader->buffer = NULL;
}

/* Sees to it that so many bytes are there, if the file has them. */
static int
fill(struct tn_frame_reader *reader, size_t wanted, struct tn_err *err)
{
	size_t have = reader->end - reader->begin;
	ssize_t got;

	if (have >= wanted)
		return TN_OK;
	memmove(reader->buffer, reader->buffer + reader->begin, have);
	reader->begin = 0;
	reader->end = have;
	while (reader->end < wanted) {
		got = pread(reader->descriptor, reader->buffer + reader->end,
		            BUFFER - reader->end,
		            (off_t)(reader->offset + reader->end));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tn_fail_errno(err, TN_E_IO, errno, "read");
		if (got == 0)
			return TN_OK;
		reader->end += (size_t)got;
	}
	return TN_OK;
}

int
tn_frame_next(struct tn_frame_reader *reader, const uint8_t **ret,
              size_t *ret_len, struct tn_err *err)
{
	const size_t start = TN_FRAME_HEADER + TN_WIRE_HEADER;
	const uint8_t *at;
	uint64_t len;
	int rc = fill(reader, start, err);

	if (rc != TN_OK)
		return rc;
	if (reader->end == reader->begin)
		return TN_E_NOT_FOUND;
	at = reader->buffer + reader->begin;
	if (reader->end - reader->begin < start)
		return tn_fail(err, TN_E_PROTOCOL, "cut short");
	len = TN_WIRE_HEADER + load(at + TN_FRAME_HEADER + 4, 4);
	if (load(at + TN_FRAME_HEADER, 2) != TN_WIRE_MAGIC ||
	    len > TN_WIRE_RECORD_MAX)
		return tn_fail(err, TN_E_PROTOCOL, "damaged");
	rc = fill(reader, TN_FRAME_HEADER + (size_t)len, err);
	if (rc != TN_OK)
		return rc;
	at = reader->buffer + reader->begin;
	if (reader->end - reader->begin < TN_FRAME_HEADER + len)
		return tn_fail(err, TN_E_PROTOCOL, "cut short");
	if (load(at, TN_FRAME_HEADER) !=
	    sum_of(at + TN_FRAME_HEADER, (size_t)len))
		return tn_fail(err, TN_E_PROTOCOL, "damaged");
	*ret = at + TN_FRAME_HEADER;
	*ret_len = (size_t)len;
	reader->begin += TN_FRAME_HEADER + (size_t)len;
	reader->offset += TN_FRAME_HEADER + len;
	return TN_OK;
}

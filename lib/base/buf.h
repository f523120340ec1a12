/*
 * A growable byte buffer with a hard maximum. The bytes are wiped when the
 * buffer is freed or grown, so it may hold a password on its way.
 * Not thread-safe.
 */
#ifndef TN_BASE_BUF_H
#define TN_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>
#include "base/attrs.h"

struct tn_buf {
	uint8_t *data; /* NULL while empty */
	size_t len;    /* bytes in use */
	size_t size;   /* bytes allocated */
	size_t max;    /* .len never passes this; .size may, by one byte that
			  is kept free for a NUL */
	int failed;    /* 0, or the first TN_E_NO_MEMORY / TN_E_LIMIT: sticky,
			  so that a run of puts is checked once at its end */
};

/* max  bytes; the buffer starts empty and allocates nothing. */
void tn_buf_init(struct tn_buf *buf, size_t max);
/* Wipes and frees; the buffer is empty afterwards and may be used again. */
void tn_buf_done(struct tn_buf *buf);
/* Wipes the content, keeps the allocation; clears .failed. */
void tn_buf_reset(struct tn_buf *buf);

/* All return TN_OK or buf->failed; after a failure they do nothing. */
int tn_buf_put(struct tn_buf *buf, const void *data, size_t len);
int tn_buf_put_text(struct tn_buf *buf, const char *text); /* without NUL */
int tn_buf_printf(struct tn_buf *buf, const char *format, ...) TN_PRINTF(2, 3);
/* Appends a NUL that is not counted in .len and returns .data as text, or
   NULL after a failure. Borrowed: valid until the next put. */
const char *tn_buf_text(struct tn_buf *buf);

#endif

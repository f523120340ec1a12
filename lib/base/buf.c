#include <config.h>

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/err.h"

#define FIRST_SIZE 256

void
tn_buf_init(struct tn_buf *buf, size_t max)
{
	*buf =
	    (struct tn_buf){ .max = max < PTRDIFF_MAX ? max : PTRDIFF_MAX - 1 };
}

void
tn_buf_done(struct tn_buf *buf)
{
	if (buf->data != NULL)
		explicit_bzero(buf->data, buf->size);
	free(buf->data);
	tn_buf_init(buf, buf->max);
}

void
tn_buf_reset(struct tn_buf *buf)
{
	if (buf->data != NULL)
		explicit_bzero(buf->data, buf->size);
	buf->len = 0;
	buf->failed = TN_OK;
}

/* Makes room for extra bytes and one more. Not realloc(), which may leave a
   copy of a secret behind. */
static int
reserve(struct tn_buf *buf, size_t extra)
{
	uint8_t *data;
	size_t need;
	size_t size;

	if (buf->failed != TN_OK)
		return buf->failed;
	if (extra > buf->max - buf->len) {
		buf->failed = TN_E_LIMIT;
		return buf->failed;
	}
	need = buf->len + extra + 1;
	if (need <= buf->size)
		return TN_OK;
	size = buf->size < FIRST_SIZE ? FIRST_SIZE : buf->size;
	while (size < need)
		size = size > buf->max / 2 ? buf->max + 1 : size * 2;
	if (size > buf->max)
		size = buf->max + 1;
	data = malloc(size);
	if (data == NULL) {
		buf->failed = TN_E_NO_MEMORY;
		return buf->failed;
	}
	if (buf->data != NULL) {
		memcpy(data, buf->data, buf->len);
		explicit_bzero(buf->data, buf->size);
		free(buf->data);
	}
	buf->data = data;
	buf->size = size;
	return TN_OK;
}

int
tn_buf_put(struct tn_buf *buf, const void *data, size_t len)
{
	int rc = reserve(buf, len);

	if (rc != TN_OK)
		return rc;
	if (len > 0)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	return TN_OK;
}

int
tn_buf_put_text(struct tn_buf *buf, const char *text)
{
	return tn_buf_put(buf, text, strlen(text));
}

int
tn_buf_printf(struct tn_buf *buf, const char *format, ...)
{
	va_list args;
	int len;
	int rc;

	if (buf->failed != TN_OK)
		return buf->failed;
	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0) { /* longer than INT_MAX, or an unusable character */
		buf->failed = TN_E_LIMIT;
		return buf->failed;
	}
	rc = reserve(buf, (size_t)len);
	if (rc != TN_OK)
		return rc;
	va_start(args, format);
	vsnprintf((char *)buf->data + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
	return TN_OK;
}

const char *
tn_buf_text(struct tn_buf *buf)
{
	if (reserve(buf, 0) != TN_OK)
		return NULL;
	buf->data[buf->len] = '\0';
	return (const char *)buf->data;
}

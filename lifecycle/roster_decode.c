#include "roster.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char utf8_bom[] = "\xEF\xBB\xBF";
static const char replacement[] = "\xEF\xBF\xBD";

static size_t
line_of(const char *text, size_t at)
{
	size_t line = 1;
	size_t i;

	for (i = 0; i < at; i++)
		/* NOLINTNEXTLINE(clang-analyzer-core.*): iconv moves forward */
		line += text[i] == '\n';
	return line;
}

static bool
begins_with(const char *bytes, size_t len, const char *head, size_t head_len)
{
	return len >= head_len && !memcmp(bytes, head, head_len);
}

/* The first line that is not UTF-8; 0 when all of them are. */
static size_t
first_bad_line(const char *bytes, size_t len)
{
	size_t line = 0;
	size_t at = 0;

	while (at < len) {
		const char *end = memchr(bytes + at, '\n', len - at);
		size_t n = end ? (size_t)(end - bytes) - at : len - at;

		line++;
		if (!tn_text_is_utf8(bytes + at, n))
			return line;
		at += n + (end != NULL);
	}
	return 0;
}

/* A first line in Chinese that is UTF-8: then so is the rest, or the file is
   damaged. Guessing GB18030 for it would yield rubbish without an error. */
static bool
begins_as_utf8(const char *bytes, size_t len)
{
	const char *end = memchr(bytes, '\n', len);
	size_t n = end ? (size_t)(end - bytes) : len;
	size_t i;

	if (!tn_text_is_utf8(bytes, n))
		return false;
	for (i = 0; i < n; i++) {
		if ((unsigned char)bytes[i] >= 0x80)
			return true;
	}
	return false;
}

static int
copy(const char *bytes, size_t len, char **ret, size_t *ret_len,
     struct tn_err *err)
{
	char *text = malloc(len + 1);

	if (!text)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	memcpy(text, bytes, len);
	text[len] = '\0';
	*ret = text;
	*ret_len = len;
	return TN_OK;
}

static int
from_gb18030(const char *bytes, size_t len, char **ret, size_t *ret_len,
             struct tn_err *err)
{
	iconv_t state = (iconv_t)-1;
	char *text = NULL;
	char *in = NULL;
	char *in_at;
	char *out_at;
	size_t in_left = len;
	size_t out_left = len * 2; /* two bytes make three at most */
	int r;

	/* iconv's interface wants a char **, though it only reads. */
	in = malloc(len + 1);
	text = malloc(len * 2 + 1);
	if (!in || !text) {
		r = tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		goto out;
	}
	memcpy(in, bytes, len);
	state = iconv_open("UTF-8", "GB18030");
	if (state == (iconv_t)-1) {
		r = tn_fail_errno(err, TN_E_IO, errno,
		                  "this system cannot decode GB18030");
		goto out;
	}
	in_at = in;
	out_at = text;
	if (iconv(state, &in_at, &in_left, &out_at, &out_left) == (size_t)-1) {
		size_t line = line_of(bytes, len - in_left);

		if (errno == EINVAL)
			r = tn_fail(err, TN_E_INVALID,
			            "line %zu ends within a character: the "
			            "file is cut off",
			            line);
		else
			r = tn_fail(err, TN_E_INVALID,
			            "line %zu is neither UTF-8 nor GB18030",
			            line);
		goto out;
	}
	*out_at = '\0';
	*ret_len = (size_t)(out_at - text);
	*ret = text;
	text = NULL;
	r = TN_OK;
out:
	if (state != (iconv_t)-1)
		iconv_close(state);
	free(in);
	free(text);
	return r;
}

int
roster_decode(const char *bytes, size_t len, char **ret, size_t *ret_len,
              const char **ret_encoding, struct tn_err *err)
{
	const char *encoding = "UTF-8";
	char *text = NULL;
	size_t text_len = 0;
	const char *bad;
	bool is_utf8;
	int r;

	if (begins_with(bytes, len, "\xFF\xFE", 2) ||
	    begins_with(bytes, len, "\xFE\xFF", 2))
		return tn_fail(err, TN_E_INVALID,
		               "it is UTF-16 text: save it as CSV");
	if (begins_with(bytes, len, "PK\003\004", 4) ||
	    begins_with(bytes, len, "\xD0\xCF\x11\xE0", 4))
		return tn_fail(err, TN_E_INVALID,
		               "it is an Excel workbook: save it as CSV");
	if (memchr(bytes, '\0', len))
		return tn_fail(err, TN_E_INVALID,
		               "line %zu holds a NUL byte: this is no text",
		               line_of(bytes, (size_t)((const char *)memchr(
		                                           bytes, '\0', len) -
		                                       bytes)));
	is_utf8 = begins_with(bytes, len, utf8_bom, 3);
	if (is_utf8) {
		bytes += 3;
		len -= 3;
	}
	if (is_utf8 || begins_as_utf8(bytes, len)) {
		size_t line = first_bad_line(bytes, len);

		if (line)
			return tn_fail(err, TN_E_INVALID,
			               "line %zu is not UTF-8, as the file "
			               "begins%s",
			               line,
			               line == line_of(bytes, len)
			                   ? ": it may be cut off"
			                   : "");
		is_utf8 = true;
	} else {
		is_utf8 = tn_text_is_utf8(bytes, len);
	}

	if (is_utf8) {
		r = copy(bytes, len, &text, &text_len, err);
	} else {
		encoding = "GB18030";
		r = from_gb18030(bytes, len, &text, &text_len, err);
	}
	if (r)
		return r;
	bad = strstr(text, replacement);
	if (bad) {
		r = tn_fail(err, TN_E_INVALID,
		            "line %zu holds U+FFFD: a character was lost "
		            "before the file came here",
		            line_of(text, (size_t)(bad - text)));
		free(text);
		return r;
	}
	*ret = text;
	*ret_len = text_len;
	*ret_encoding = encoding;
	return TN_OK;
}

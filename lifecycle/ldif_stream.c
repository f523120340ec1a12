#include "config.h"
#include "ldif_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int
ldif_stream_open(const char *path, struct ldif_stream *ret, struct tn_err *err)
{
	memset(ret, 0, sizeof(*ret));
	ret->file = fopen(path, "re");
	if (!ret->file)
		return tn_fail_errno(err, TN_E_IO, errno, "%s", path);
	return TN_OK;
}

void
ldif_stream_close(struct ldif_stream *stream)
{
	if (stream->file)
		fclose(stream->file);
	if (stream->line) {
		explicit_bzero(stream->line, stream->line_size);
		free(stream->line);
	}
	if (stream->text) {
		explicit_bzero(stream->text, stream->size);
		free(stream->text);
	}
	memset(stream, 0, sizeof(*stream));
}

static bool
append(struct ldif_stream *stream, const char *line, size_t len)
{
	if (stream->len + len + 1 > stream->size) {
		size_t size = (stream->len + len + 1) * 2;
		char *text;

		if (size > LDIF_STREAM_MAX)
			return false;
		text = realloc(stream->text, size);
		if (!text)
			return false;
		stream->text = text;
		stream->size = size;
	}
	memcpy(stream->text + stream->len, line, len + 1);
	stream->len += len;
	return true;
}

/* Base64 as slapcat writes it; false: it is none, or longer than ret. */
static bool
decode(const char *text, char *ret, size_t size)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                              "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = 0;
	unsigned int held = 0;
	size_t len = 0;

	for (; *text && *text != '=' && *text != '\n'; text++) {
		const char *found = strchr(letters, *text);

		if (!found || len + 1 >= size)
			return false;
		held = held << 6 | (unsigned int)(found - letters);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			ret[len++] = (char)(held >> bits & 0xff);
		}
	}
	ret[len] = '\0';
	return strlen(ret) == len;
}

static bool
take_dn(struct ldif_stream *stream)
{
	if (!strncmp(stream->text, "dn:: ", 5))
		return decode(stream->text + 5, stream->dn, LDIF_DN_MAX);
	if (strncmp(stream->text, "dn: ", 4) != 0)
		return false;
	return (size_t)snprintf(stream->dn, LDIF_DN_MAX, "%.*s",
	                        (int)strcspn(stream->text + 4, "\n"),
	                        stream->text + 4) < LDIF_DN_MAX;
}

int
ldif_stream_next(struct ldif_stream *stream, bool *ret_more, struct tn_err *err)
{
	ssize_t len;

	stream->len = 0;
	*ret_more = false;
	while ((len = getline(&stream->line, &stream->line_size,
	                      stream->file)) > 0) {
		if (!append(stream, stream->line, (size_t)len))
			return tn_fail(err, TN_E_LIMIT, "LDIF: %s: too large",
			               stream->dn);
		if (len > 1 || stream->line[0] != '\n')
			continue;
		if (!take_dn(stream))
			return tn_fail(err, TN_E_DAMAGED,
			               "LDIF: an entry without a dn after %s",
			               stream->dn);
		*ret_more = true;
		return TN_OK;
	}
	if (ferror(stream->file))
		return tn_fail_errno(err, TN_E_IO, errno, "LDIF");
	if (stream->len)
		return tn_fail(err, TN_E_DAMAGED,
		               "LDIF: it ends within an entry");
	return TN_OK;
}

bool
ldif_dn_is_within(const char *dn, const char *suffix)
{
	size_t len = strlen(dn);
	size_t tail = strlen(suffix);

	if (len < tail || strcasecmp(dn + len - tail, suffix) != 0)
		return false;
	return len == tail || dn[len - tail - 1] == ',';
}

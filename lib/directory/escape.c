/* Values on their way into a filter or a dn. Everything that could mean
   something there is written as its code. */
#include <string.h>
#include "base/text.h"
#include "directory/search.h"

static int
put_escaped(struct tn_buf *buf, const char *value, const char *special)
{
	const bool is_utf8 = tn_text_is_utf8(value, strlen(value));
	const unsigned char *at;

	union {
		const char *text;
		const unsigned char *bytes;
	} cast = { .text = value };

	for (at = cast.bytes; *at != '\0'; at++) {
		if (*at < 0x20 || *at == 0x7f || strchr(special, *at) != NULL ||
		    (*at >= 0x80 && !is_utf8))
			tn_buf_printf(buf, "\\%02x", (unsigned int)*at);
		else
			tn_buf_put(buf, at, 1);
	}
	return buf->failed;
}

int
tn_filter_escape(struct tn_buf *buf, const char *value)
{
	return put_escaped(buf, value, "*()\\");
}

int
tn_dn_escape(struct tn_buf *buf, const char *value)
{
	const size_t len = strlen(value);
	char middle[] = "\"+,;<=>\\#";

	/* A blank matters at the ends only, but is the same escaped. */
	if (len > 0 && (value[0] == ' ' || value[len - 1] == ' '))
		return put_escaped(buf, value, "\"+,;<=>\\# ");
	return put_escaped(buf, value, middle);
}

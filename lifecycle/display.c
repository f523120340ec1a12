#include "display.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/attrs.h"

/* One character of valid UTF-8; what is not valid counts byte by byte. */
static uint32_t
next_character(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;
	uint32_t c = *at++;
	int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;

	if (more)
		c &= 0x3Fu >> more;
	while (more-- && (*at & 0xC0) == 0x80)
		c = c << 6 | (*at++ & 0x3Fu);
	*text = (const char *)at;
	return c;
}

/* The wide ranges of East Asian text (Unicode annex 11). */
static bool
is_wide(uint32_t c)
{
	static const struct {
		uint32_t first;
		uint32_t last;
	} ranges[] = {
		{ 0x1100, 0x115F },   { 0x2E80, 0x303E }, { 0x3041, 0xA4CF },
		{ 0xA960, 0xA97F },   { 0xAC00, 0xD7A3 }, { 0xF900, 0xFAFF },
		{ 0xFE30, 0xFE6F },   { 0xFF00, 0xFF60 }, { 0xFFE0, 0xFFE6 },
		{ 0x20000, 0x3FFFD },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(ranges); i++) {
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	}
	return false;
}

size_t
display_width(const char *text)
{
	size_t width = 0;

	while (*text)
		width += is_wide(next_character(&text)) ? 2 : 1;
	return width;
}

void
display_pad(FILE *out, const char *text, size_t width)
{
	size_t used = display_width(text);

	fprintf(out, "%s%*s", text, used < width ? (int)(width - used) : 0, "");
}

void
display_count(FILE *out, size_t count, const char *noun)
{
	fprintf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

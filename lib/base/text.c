#include "base/text.h"

#include <string.h>

/* A continuation byte of UTF-8. */
static bool
is_tail(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* How many bytes a character takes that begins with this byte; 0: none does.
   C0, C1 would be overlong, F5 and above lie past U+10FFFF. */
static size_t
length_of_lead(unsigned char byte)
{
	if (byte < 0x80)
		return 1;
	if (byte >= 0xc2 && byte <= 0xdf)
		return 2;
	if (byte >= 0xe0 && byte <= 0xef)
		return 3;
	if (byte >= 0xf0 && byte <= 0xf4)
		return 4;
	return 0;
}

size_t
tn_text_next(const char *text, size_t len, uint32_t *ret_point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t point;
	size_t want;
	size_t i;

	if (len == 0)
		return 0;
	want = length_of_lead((unsigned char)text[0]);
	if (want == 0 || want > len)
		return 0;
	point = (unsigned char)text[0];
	if (want > 1)
		point &= 0x7fu >> want;
	for (i = 1; i < want; i++) {
		if (!is_tail((unsigned char)text[i]))
			return 0;
		point = point << 6 | ((unsigned char)text[i] & 0x3fu);
	}
	if (point < least[want] || point > 0x10ffff)
		return 0;
	if (point >= 0xd800 && point <= 0xdfff)
		return 0;
	*ret_point = point;
	return want;
}

bool
tn_point_is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point <= 0x9f) ||
	       point == 0x2028 || point == 0x2029;
}

void
tn_text_clean(char *text)
{
	size_t left = strlen(text);
	const char *from = text;
	char *to = text;

	while (left > 0) {
		uint32_t point = 0;
		size_t n = tn_text_next(from, left, &point);

		if (n == 0 || tn_point_is_control(point)) {
			*to++ = '?';
			n = n == 0 ? 1 : n;
		} else {
			memmove(to, from, n);
			to += n;
		}
		from += n;
		left -= n;
	}
	*to = '\0';
}

void
tn_text_cut(char *text, size_t len)
{
	size_t back;

	for (back = 1; back <= 4 && back <= len; back++) {
		unsigned char byte = (unsigned char)text[len - back];

		if (is_tail(byte))
			continue;
		if (length_of_lead(byte) > back)
			len -= back;
		break;
	}
	text[len] = '\0';
}

bool
tn_text_is_utf8(const char *text, size_t len)
{
	while (len > 0) {
		uint32_t point = 0;
		size_t n = tn_text_next(text, len, &point);

		if (n == 0 || point == 0)
			return false;
		text += n;
		len -= n;
	}
	return true;
}

size_t
tn_text_length(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++) {
		if (!is_tail((unsigned char)*text))
			count++;
	}
	return count;
}

bool
tn_text_has_control(const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t point = 0;
		size_t n = tn_text_next(text, left, &point);

		if (n == 0) { /* no UTF-8: not judged here, go on behind it */
			n = 1;
		} else if (tn_point_is_control(point)) {
			return true;
		}
		text += n;
		left -= n;
	}
	return false;
}

bool
tn_text_copy(char *dst, size_t size, const char *src)
{
	size_t len = strlen(src);

	if (size == 0)
		return false;
	if (len >= size) {
		dst[0] = '\0';
		return false;
	}
	memcpy(dst, src, len + 1);
	return true;
}

/* Bytes of the blank that text begins with; 0 when it begins with none. */
static size_t
blank_at(const char *text)
{
	if (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		return 1;
	return strncmp(text, "\xe3\x80\x80", 3) == 0 ? 3 : 0; /* U+3000 */
}

void
tn_text_trim(char *text)
{
	char *from = text;
	char *end;
	size_t n;

	while ((n = blank_at(from)) > 0)
		from += n;
	end = from + strlen(from);
	for (;;) {
		if (end - from >= 1 && blank_at(end - 1) == 1)
			end -= 1;
		else if (end - from >= 3 && blank_at(end - 3) == 3)
			end -= 3;
		else
			break;
	}
	n = (size_t)(end - from);
	memmove(text, from, n);
	text[n] = '\0';
}

bool
tn_text_to_u64(const char *text, unsigned long long max,
               unsigned long long *ret)
{
	unsigned long long value = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		unsigned int digit;

		if (*text < '0' || *text > '9')
			return false;
		digit = (unsigned int)(*text - '0');
		if (value > (max - digit) / 10 || digit > max)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

#include "leaked/leaked_line.h"

#include <stdbool.h>
#include "base/text.h"
#include "leaked/sha1.h"

#define HASH_DIGITS  40
#define KEY_DIGITS   16
#define COUNT_DIGITS 20

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* The ":COUNT" of haveibeenpwned.com; nothing is as good. */
static bool
is_count(const char *text, size_t len)
{
	size_t i;

	if (len == 0)
		return true;
	if (text[0] != ':' || len < 2 || len > 1 + COUNT_DIGITS)
		return false;
	for (i = 1; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return true;
}

static bool
read_hash(const char *line, size_t len, uint64_t *ret_key)
{
	uint64_t key = 0;
	size_t i;

	if (len < HASH_DIGITS ||
	    !is_count(line + HASH_DIGITS, len - HASH_DIGITS))
		return false;
	for (i = 0; i < HASH_DIGITS; i++) {
		int digit = digit_of(line[i]);

		if (digit < 0)
			return false;
		if (i < KEY_DIGITS)
			key = key << 4 | (uint64_t)digit;
	}
	*ret_key = key;
	return true;
}

/* Could it be a password here at all? */
static bool
is_word(const char *line, size_t len)
{
	uint32_t point = 0;
	size_t n;

	if (len > TN_LEAKED_WORD_MAX)
		return false;
	for (; len > 0; line += n, len -= n) {
		n = tn_text_next(line, len, &point);
		if (n == 0 || tn_point_is_control(point))
			return false;
	}
	return true;
}

static size_t
without_return(const char *line, size_t len)
{
	return len > 0 && line[len - 1] == '\r' ? len - 1 : len;
}

enum tn_leaked_line
tn_leaked_line(const char *line, size_t len, enum tn_leaked_kind kind,
               uint64_t *ret_key)
{
	len = without_return(line, len);
	if (len == 0)
		return TN_LEAKED_EMPTY;
	if (kind == TN_LEAKED_HASHES)
		return read_hash(line, len, ret_key) ? TN_LEAKED_KEY
		                                     : TN_LEAKED_GARBAGE;
	if (!is_word(line, len))
		return TN_LEAKED_GARBAGE;
	*ret_key = tn_leaked_key(line, len);
	return TN_LEAKED_KEY;
}

enum tn_leaked_kind
tn_leaked_kind_of(const char *line, size_t len)
{
	uint64_t key = 0;

	len = without_return(line, len);
	return read_hash(line, len, &key) ? TN_LEAKED_HASHES : TN_LEAKED_WORDS;
}

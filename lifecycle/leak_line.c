#include "leak_line.h"

#include <string.h>

#include "base/text.h"

#define FINGERPRINT     "SHA256:"
#define FINGERPRINT_LEN 43 /* base64 of 32 bytes, without padding */

static void
trim(const char **text, size_t *len)
{
	while (*len && (**text == ' ' || **text == '\t')) {
		++*text;
		--*len;
	}
	while (*len && strchr(" \t\r", (*text)[*len - 1]))
		--*len;
	if (*len >= 2 && **text == '"' && (*text)[*len - 1] == '"') {
		++*text;
		*len -= 2;
	}
}

static bool
is_all(const char *text, size_t len, const char *of)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!text[i] || !strchr(of, text[i]))
			return false;
	return len > 0;
}

/* What a password file holds: "$6$...", "{SSHA}...", or plain hexadecimal. */
static bool
is_hash(const char *text, size_t len)
{
	static const size_t sizes[] = { 32, 40, 56, 64, 96, 128 };
	size_t i;

	if (len > 20 && *text == '$' && memchr(text + 1, '$', len - 1))
		return true;
	if (len > 8 && *text == '{' && memchr(text, '}', len))
		return true;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (len == sizes[i] &&
		    is_all(text, len, "0123456789abcdefABCDEF"))
			return true;
	return false;
}

static enum leak_secret
kind_of(const char *text, size_t len)
{
	const size_t prefix = strlen(FINGERPRINT);

	if (!len)
		return LEAK_SECRET_NONE;
	if (len == prefix + FINGERPRINT_LEN &&
	    !memcmp(text, FINGERPRINT, prefix))
		return LEAK_SECRET_FINGERPRINT;
	return is_hash(text, len) ? LEAK_SECRET_HASH : LEAK_SECRET_PASSWORD;
}

/* Where the first field ends: at the first sign of the strongest kind that is
   there, since a password may hold any. */
static size_t
first_field(const char *line, size_t len)
{
	static const char signs[] = "\t;,:";
	const char *found = NULL;
	size_t i;

	for (i = 0; signs[i] && !found; i++)
		found = memchr(line, signs[i], len);
	/* A colon before it: the rest is a password that has the sign. */
	if (found && *found != ':' && memchr(line, ':', (size_t)(found - line)))
		found = memchr(line, ':', len);
	return found ? (size_t)(found - line) : len;
}

bool
leak_line_parse(const char *line, size_t len, struct leak_line *ret)
{
	const char *who = line;
	size_t who_len;

	*ret = (struct leak_line){ .kind = LEAK_SECRET_NONE };
	while (len && strchr("\r", line[len - 1]))
		len--;
	who_len = first_field(line, len);
	ret->secret = line + who_len;
	ret->secret_len = len - who_len;
	if (ret->secret_len) {
		ret->secret++;
		ret->secret_len--;
		trim(&ret->secret, &ret->secret_len);
	}
	trim(&who, &who_len);
	if (!who_len || *who == '#' || who_len > LEAK_WHO_MAX ||
	    !tn_text_is_utf8(who, who_len))
		return false;
	memcpy(ret->who, who, who_len);
	ret->who[who_len] = '\0';
	if (tn_text_has_control(ret->who))
		return false;
	ret->kind = kind_of(ret->secret, ret->secret_len);
	return true;
}

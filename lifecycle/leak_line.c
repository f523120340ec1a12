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

static bool
is_base64(const char *text, size_t len)
{
	return is_all(text, len,
	              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	              "0123456789+/-_");
}

/* "SHA256:..." alone, or in the line that ssh-keygen -l prints: "256 SHA256:...
   who (ED25519)". What is one in the old way is known, too, and nobody's
   password. */
static bool
find_fingerprint(const char **text, size_t *len)
{
	const size_t whole = strlen(FINGERPRINT) + FINGERPRINT_LEN;
	const char *at = *text;
	size_t left = *len;

	while (left && *at >= '0' && *at <= '9') {
		at++;
		left--;
	}
	while (at != *text && left && *at == ' ') {
		at++;
		left--;
	}
	if (left < whole || memcmp(at, FINGERPRINT, strlen(FINGERPRINT)) != 0 ||
	    !is_base64(at + strlen(FINGERPRINT), FINGERPRINT_LEN) ||
	    (left > whole && at[whole] != ' '))
		return false;
	*text = at;
	*len = whole;
	return true;
}

static bool
is_old_fingerprint(const char *text, size_t len)
{
	const size_t pairs = 16 * 3 - 1;
	size_t i;

	while (len && ((*text >= '0' && *text <= '9') || *text == ' ') &&
	       memchr(text, 'M', len)) {
		text++;
		len--;
	}
	if (len >= 4 && !memcmp(text, "MD5:", 4)) {
		text += 4;
		len -= 4;
	}
	if (len < pairs || (len > pairs && text[pairs] != ' '))
		return false;
	for (i = 0; i < pairs; i++)
		if (i % 3 == 2 ? text[i] != ':'
		               : !is_all(text + i, 1, "0123456789abcdefABCDEF"))
			return false;
	return true;
}

static enum leak_secret
kind_of(const char **text, size_t *len)
{
	if (!*len)
		return LEAK_SECRET_NONE;
	if (find_fingerprint(text, len))
		return LEAK_SECRET_FINGERPRINT;
	return is_hash(*text, *len) || is_old_fingerprint(*text, *len)
	           ? LEAK_SECRET_HASH
	           : LEAK_SECRET_PASSWORD;
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
	ret->kind = kind_of(&ret->secret, &ret->secret_len);
	return true;
}

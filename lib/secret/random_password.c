/*
 * Initial passwords and random names. A password is made of syllables
 * (consonant, vowel, consonant) as far as 60 bits allow, and of free letters
 * and digits behind them, all in lower case and without look-alikes.
 *
 * Bits: a free character is one of 33 (5.04 bits), a syllable one of 20*5*20
 * (10.97 bits, 4.16 less than three free characters). Twelve free characters
 * have 60.5; each character more than twelve pays for one syllable.
 */
#include "secret/secret.h"

#include <string.h>
#include <sodium.h>
#include "account/password_rule.h"

#define PASSWORD_MIN 12 /* characters */
#define PASSWORD_MAX 64

static const char consonants[] = "bcdfghjkmnpqrstvwxyz"; /* no l */
static const char vowels[] = "aeiou";
static const char free_characters[] = "abcdefghijkmnopqrstuvwxyz23456789";

static char
pick(const char *set)
{
	return set[randombytes_uniform((uint32_t)strlen(set))];
}

static void
draw(char *text, size_t length)
{
	size_t syllables = length - PASSWORD_MIN;
	size_t at = 0;

	if (syllables > length / 3 - 1)
		syllables = length / 3 - 1; /* three free ones at least */
	for (; syllables > 0; syllables--) {
		text[at++] = pick(consonants);
		text[at++] = pick(vowels);
		text[at++] = pick(consonants);
	}
	while (at < length)
		text[at++] = pick(free_characters);
	text[length] = '\0';
}

/* Has a letter and a digit, and breaks no rule that a password chosen by a
   person must keep. What is thrown away costs a tenth of a bit. */
static bool
is_good(const char *text, size_t length)
{
	const struct tn_password_context context = { .min_length = length };

	if (strcspn(text, "23456789") == length ||
	    strspn(text, "23456789") == length)
		return false;
	return tn_password_check(text, &context) == TN_PASSWORD_GOOD;
}

int
tn_secret_random_password(size_t length, struct tn_secret **ret,
                          struct tn_err *err)
{
	char text[PASSWORD_MAX + 1];
	int code;

	if (length < PASSWORD_MIN || length > PASSWORD_MAX)
		return tn_fail(err, TN_E_INVALID,
		               "an initial password has %d to %d characters",
		               PASSWORD_MIN, PASSWORD_MAX);
	do {
		draw(text, length);
	} while (!is_good(text, length));
	code = tn_secret_new(text, length, ret, err);
	tn_wipe(text, sizeof(text));
	return code;
}

void
tn_random_hex(size_t count, char *ret)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t byte;
	size_t i;

	for (i = 0; i < count; i++) {
		randombytes_buf(&byte, 1);
		ret[2 * i] = digits[byte >> 4];
		ret[2 * i + 1] = digits[byte & 15];
	}
	ret[2 * count] = '\0';
	tn_wipe(&byte, sizeof(byte));
}

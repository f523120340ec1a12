#include "pinyin/pinyin.h"

#include <pthread.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>
#include "base/attrs.h"
#include "base/text.h"

/* /Names reads surnames as surnames: 曾 zeng, not ceng; 单 shan, not dan. */
#define RULES       "Han-Latin/Names; Any-Latin; Latin-ASCII; Lower"
#define PLAIN_RULES "Han-Latin; Any-Latin; Latin-ASCII; Lower"
#define UNITS 1024 /* UTF-16 code units: a name's bound with ample room */

/* Opened once for the life of the process. ICU does not promise that one
   transliterator may be used by two threads at once. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct reader {
	const char *rules;
	UTransliterator *transliterator;
} readers[] = { { PLAIN_RULES, NULL }, { RULES, NULL } };

/* With the lock held. */
static int
open_once(struct reader *reader, struct tn_err *err)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar rules[TN_ARRAY_LEN(RULES)];

	if (reader->transliterator != NULL)
		return TN_OK;
	u_uastrcpy(rules, reader->rules);
	reader->transliterator =
	    utrans_openU(rules, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	if (U_FAILURE(status)) {
		reader->transliterator = NULL;
		return tn_fail(err, TN_E_IO, "ICU: %s", u_errorName(status));
	}
	return TN_OK;
}

/* name as lower-case ASCII, syllables apart, in out. */
static int
transliterate(const char *name, bool as_name, char *out, size_t size,
              struct tn_err *err)
{
	struct reader *reader = &readers[as_name ? 1 : 0];
	UErrorCode status = U_ZERO_ERROR;
	UChar units[UNITS];
	int32_t len = 0;
	int32_t limit;
	int rc;

	u_strFromUTF8(units, UNITS, &len, name, -1, &status);
	if (U_FAILURE(status) || len >= UNITS)
		return tn_fail(err,
		               status == U_BUFFER_OVERFLOW_ERROR ? TN_E_LIMIT
		                                                 : TN_E_INVALID,
		               "name: %s", u_errorName(status));
	limit = len;
	pthread_mutex_lock(&lock);
	rc = open_once(reader, err);
	if (rc == TN_OK)
		utrans_transUChars(reader->transliterator, units, &len, UNITS, 0,
		                   &limit, &status);
	pthread_mutex_unlock(&lock);
	if (rc != TN_OK)
		return rc;
	if (U_SUCCESS(status))
		u_strToUTF8(out, (int32_t)size, NULL, units, limit, &status);
	/* A warning here says that no room was left for the NUL. */
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
		return tn_fail(err, TN_E_LIMIT, "name: too long in pinyin");
	return TN_OK;
}

/* Splits text at what is no letter. A part that is longer than a syllable can
   be (Wolfeschlegelstein) goes on in the next place. */
static int
split(const char *text, struct tn_pinyin *pinyin, struct tn_err *err)
{
	size_t joined = 0;
	size_t len = 0; /* of the syllable under way */

	for (;; text++) {
		if (*text >= 'a' && *text <= 'z') {
			if (len + 1 == sizeof(pinyin->syllable[0])) {
				pinyin->count++;
				len = 0;
			}
			if (pinyin->count == TN_PINYIN_SYLLABLES_MAX ||
			    joined + 1 >= sizeof(pinyin->joined))
				return tn_fail(err, TN_E_LIMIT,
				               "name: too long in pinyin");
			if (len == 0)
				pinyin->initials[pinyin->count] = *text;
			pinyin->syllable[pinyin->count][len++] = *text;
			pinyin->joined[joined++] = *text;
		} else if (*text != '\'') { /* o'brien is one */
			if (len > 0)
				pinyin->count++;
			len = 0;
			if (*text == '\0')
				return TN_OK;
		}
	}
}

static int
read_text(const char *name, bool as_name, struct tn_pinyin *ret,
          struct tn_err *err)
{
	struct tn_pinyin pinyin = { .count = 0 };
	char text[UNITS];
	int rc;

	if (!tn_text_is_utf8(name, strlen(name)))
		return tn_fail(err, TN_E_INVALID, "name: not UTF-8");
	rc = transliterate(name, as_name, text, sizeof(text), err);
	if (rc != TN_OK)
		return rc;
	rc = split(text, &pinyin, err);
	if (rc != TN_OK)
		return rc;
	if (pinyin.count == 0)
		return tn_fail(err, TN_E_INVALID, "name: no letter in it");
	*ret = pinyin;
	return TN_OK;
}

int
tn_pinyin(const char *name, struct tn_pinyin *ret, struct tn_err *err)
{
	return read_text(name, true, ret, err);
}

bool
tn_pinyin_read(const char *text, bool as_name, struct tn_reading *ret)
{
	struct tn_pinyin pinyin;
	struct tn_err err = TN_ERR_INIT;

	_Static_assert(sizeof(ret->syllable) == sizeof(pinyin.syllable),
	               "copied as they are");
	if (read_text(text, as_name, &pinyin, &err) != TN_OK)
		return false;
	ret->count = pinyin.count;
	memcpy(ret->syllable, pinyin.syllable, sizeof(ret->syllable));
	return true;
}

/*
 * A Chinese name in pinyin. The only user of ICU. Of the modules slapd's alone has
 * it (it checks the names of other clients' people).
 * The first call costs 0.1 s (it loads the transliterator), later ones 0.1 ms.
 * Thread-safe.
 */
#ifndef TN_PINYIN_PINYIN_H
#define TN_PINYIN_PINYIN_H

#include <stddef.h>
#include "account/password_person.h"
#include "base/err.h"

#define TN_PINYIN_SYLLABLES_MAX 16
#define TN_PINYIN_TEXT_MAX      256

_Static_assert(TN_PINYIN_SYLLABLES_MAX == TN_READING_SYLLABLES_MAX,
               "a reading holds what a name has");

struct tn_pinyin {
	size_t count;                               /* syllables */
	char syllable[TN_PINYIN_SYLLABLES_MAX][16]; /* "wang" "xiao" "ming" */
	char joined[TN_PINYIN_TEXT_MAX];            /* "wangxiaoming" */
	char initials[TN_PINYIN_SYLLABLES_MAX + 1]; /* "wxm" */
};

/*
 * name  UTF-8, any script: 王小明, José Müller, 欧阳娜娜.
 * ret   lower-case ASCII letters only, surnames read as surnames (曾 zeng).
 * Errors: TN_E_INVALID (no letter in it), TN_E_LIMIT, TN_E_IO (ICU's data).
 */
int tn_pinyin(const char *name, struct tn_pinyin *ret, struct tn_err *err);

/* A tn_reader for password_person.h: of a name, or of any other text, where no
   character is read as a surname. */
bool tn_pinyin_read(const char *text, bool as_name, struct tn_reading *ret);

#endif

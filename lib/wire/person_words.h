/*
 * The one table of what a person is told at a login, in English and Chinese:
 * for tenured, and for the PAM module where tenured is dead. gettext is no help
 * there, since sshd asks PAM in the locale "C". Pure. Any thread.
 *
 * The English line is ASCII: an SSH client that ends a keyboard-interactive
 * exchange in a denial prints all else as octal.
 */
#ifndef TN_WIRE_PERSON_WORDS_H
#define TN_WIRE_PERSON_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/verdict.h"

enum tn_words {
	TN_WORDS_REFUSED = 0, /* dead, unknown and wrong read alike */
	/* Why a verdict denies (DESIGN section 5). */
	TN_WORDS_NOT_SERVED,
	TN_WORDS_LEAK,
	TN_WORDS_DEPARTED,
	TN_WORDS_SUSPENDED,
	TN_WORDS_NOT_ADMITTED,
	TN_WORDS_SERVICE,
	TN_WORDS_SILENCE,
	TN_WORDS_THROTTLED,
	TN_WORDS_INITIAL_LAPSED,
	TN_WORDS_CHANGE_FIRST,
	/* A password that is due, or will be. */
	TN_WORDS_RESET,
	TN_WORDS_OVERDUE,
	TN_WORDS_CHANGE_NOW,
	TN_WORDS_EXPIRES,
	TN_WORDS_OUT_OF_GRACE,
	/* A change of the password. */
	TN_WORDS_NEW_REFUSED,
	TN_WORDS_NEW_SHORT,
	TN_WORDS_NEW_DIRECTORY,
	TN_WORDS_NEW_TOO_SOON,
	TN_WORDS_NEW_NONE,
	TN_WORDS_OLD_WRONG,
	TN_WORDS_ROOT_TOO,
	TN_WORDS_UNCERTAIN,
	/* of SSH keys; "why" of the first says what is wrong */
	TN_WORDS_KEY_REFUSED,
	TN_WORDS_KEY_TAKEN,
	TN_WORDS_KEY_NONE,
	TN_WORDS_KEY_RULE,
	TN_WORDS_KEY_TOO_OFTEN,
	/* The own leak was reported. */
	TN_WORDS_LEAK_EVERYWHERE,
	TN_WORDS_LEAK_HERE,
	TN_WORDS_LEAK_LATER,
	TN_WORDS_LEAK_BEFORE,
	/* Nothing is wrong with the account. */
	TN_WORDS_UNAVAILABLE,
	TN_WORDS_NOT_HERE,
	TN_WORDS_FAILED,
	TN_WORDS_COUNT,
};

/* What stands in the places of a text; zeroed where nothing is known. */
struct tn_words_values {
	const char *contact; /* whom to ask; see tn_words_contact */
	int64_t when;        /* seconds since 1970 ... */
	int32_t utc_offset;  /* ... told in this zone */
	int number;          /* days, characters */
	char by[TN_LOGIN_MAX + 4]; /* " (li)": who did it, or "" */
	const char *why;           /* the English reason; NULL is "" */
	const char *why_local;     /* and the Chinese one */
	/* Not TN_ROW_NONE: the English line begins with "[tenure:8:must-change]
	   ", for programs that log in by key. */
	enum tn_row tag;
};

#define TN_SAID_MAX 1024

struct tn_said {
	char english[TN_SAID_MAX]; /* ASCII */
	char local[TN_SAID_MAX];   /* Chinese, UTF-8 */
};

/*
 * Whom to ask, in both languages: "the desk, 8000 | 服务台 8000", or one text for
 * both. NULL, "", or for the English line what is not ASCII: the administrator.
 */
void tn_words_contact(const char *contact, struct tn_said *ret);

/* Both lines. Cut at a whole character where they are too long. */
void tn_words_say(enum tn_words words, const struct tn_words_values *values,
                  struct tn_said *ret);

/* Whom the words of a verdict are for. */
struct tn_words_person {
	const struct tn_account *account; /* NULL: nobody we know */
	const struct tn_policy *policy;
	const struct tn_moment *moment;
	const char *contact;
	int32_t utc_offset;
};

/*
 * What is told of a verdict; both lines are "" where nothing is. By password
 * the reason of a denial is not told (DESIGN section 5, "what is told to
 * whom"), by key it begins with a tag. Who reads no Chinese is told English
 * alone, except in the sentence that must be the same for everybody.
 */
void
tn_words_of_verdict(const struct tn_verdict *verdict, enum tn_way way,
                    const struct tn_words_person *person, struct tn_said *ret);

/* preferredLanguage (RFC 2798), or "": is a line in Chinese for them? Yes for
   zh and for who names no language. */
bool tn_words_is_chinese(const char *language);

/* "must-change", of a tag. Static; "none" for what is no row. */
const char *tn_words_tag(enum tn_row row);

#endif

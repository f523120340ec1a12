/*
 * The words that this person's password may not hold: the name in Chinese and
 * in pinyin, login, staff number, department, organisation, host, birthday,
 * telephone. One source for tenured and for slapd's module, which know
 * different parts of it. Pure: how Chinese is read is handed in (lib/pinyin).
 * Rule    CI-3.1, IS-5.
 */
#ifndef TN_ACCOUNT_PASSWORD_PERSON_H
#define TN_ACCOUNT_PASSWORD_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include "account/password_rule.h"

#define TN_READING_SYLLABLES_MAX 16
#define TN_READING_SYLLABLE_MAX  16
#define TN_PASSWORD_PHONES_MAX   6

/* A text in lower-case ASCII letters, syllable by syllable. */
struct tn_reading {
	size_t count;
	char syllable[TN_READING_SYLLABLES_MAX][TN_READING_SYLLABLE_MAX];
};

/*
 * as_name  the first character is a surname and read as one (曾 zeng).
 * False, and nothing is looked for in pinyin, where it cannot be read.
 */
typedef bool tn_reader(const char *text, bool as_name, struct tn_reading *ret);

/* Borrowed; NULL or "" where it is not known. */
struct tn_password_person {
	bool is_service; /* its name is no person's: not read as pinyin */
	const char *real_name;
	const char *login;
	const char *staff_number;
	const char *department;
	const char *organisation; /* words with blanks between */
	const char *host_name;
	const char *birthday; /* YYYY-MM-DD; anything else is left out */
	const char *phones[TN_PASSWORD_PHONES_MAX];
	tn_reader *read; /* or NULL: no pinyin */
	tn_plain_reader *plain; /* the context's */
};

/* The words, and where their texts live. */
struct tn_password_words {
	struct tn_password_context context; /* .min_length, .old: the caller's */
	char text[8192];
	size_t used;
};

/* Fills ret, but for .min_length and .old, which are 0. What does not fit any
   more (it does, for all within the bounds of account.h) is left out. */
void tn_password_words(const struct tn_password_person *person,
                       struct tn_password_words *ret);

/* Inside lib/account. Keeps a copy of word if it has min bytes or more. */
void tn_password_add(struct tn_password_words *words, const char *word,
                     size_t min, enum tn_password_fault fault);
/* A birthday in all the forms that people write (password_birthday.c). */
void tn_password_add_birthday(struct tn_password_words *words,
                              const char *birthday);

#endif

/*
 * Is this a password that we accept? Pure; no dictionary, no I/O. cracklib and
 * libpwquality are asked elsewhere, by who may block (daemon/password_check).
 * The rules that need no person are also slapd's (slapd_module).
 */
#ifndef TN_ACCOUNT_PASSWORD_RULE_H
#define TN_ACCOUNT_PASSWORD_RULE_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

enum tn_password_fault {
	TN_PASSWORD_GOOD = 0,
	TN_PASSWORD_TOO_SHORT,  /* IS-5 */
	TN_PASSWORD_TOO_LONG,   /* over TN_PASSWORD_MAX bytes */
	TN_PASSWORD_CHARACTERS, /* control character or bad UTF-8 */
	TN_PASSWORD_NAME,       /* the real name, or its pinyin (CI-3.1) */
	TN_PASSWORD_LOGIN,
	TN_PASSWORD_STAFF_NUMBER,
	TN_PASSWORD_DEPARTMENT,
	TN_PASSWORD_ORGANISATION,
	TN_PASSWORD_HOST,       /* IS-5 */
	TN_PASSWORD_BIRTHDAY,   /* CI-3.1 */
	TN_PASSWORD_PHONE,      /* six of its digits or more (CI-3.1) */
	TN_PASSWORD_REPEATS,    /* aaaa, abcabcabc (CI-3.1) */
	TN_PASSWORD_SEQUENCE,   /* 12345678, abcdefgh, qwertyui (CI-3.1) */
	TN_PASSWORD_COMMON,     /* password1, woaini1314520 (CI-3.1) */
	TN_PASSWORD_LEAKED,     /* in the file of leaked ones: the caller's word */
	TN_PASSWORD_OLD,        /* the old one, or nearly */
	TN_PASSWORD_DICTIONARY, /* cracklib's word, set by the caller */
	TN_PASSWORD_HISTORY,    /* the server's word, set by the caller */
	TN_PASSWORD_FAULT_COUNT,
};

#define TN_PASSWORD_MAX       256
#define TN_PASSWORD_WORDS_MAX 160

/* Words that the password may not hold, each with the fault it stands for.
   Borrowed. Pinyin comes in lower case ASCII, a name also in Chinese. */
struct tn_password_word {
	const char *word;
	enum tn_password_fault fault;
};

/*
 * One character of a password as those that it passes for, in lower case: ASCII
 * letters and figures where it can be; how many. 0: nothing is seen of it (a
 * combining mark, zero width). A sign that is not ASCII has TN_PLAIN_SEPARATOR
 * set. TN_PLAIN_FAILED: it cannot be told. Not called for ASCII.
 */
#define TN_PLAIN_MAX       18
#define TN_PLAIN_SEPARATOR 0x80000000u
#define TN_PLAIN_FAILED    SIZE_MAX
typedef size_t tn_plain_reader(uint32_t point, uint32_t ret[TN_PLAIN_MAX]);

struct tn_password_context {
	size_t min_length; /* characters */
	const char *old;   /* the old password, or NULL */
	/* How what is not ASCII is read (lib/pinyin's plain_character.h). NULL:
	   nobody can say what it passes for, so it is refused. */
	tn_plain_reader *plain;
	size_t count;
	struct tn_password_word words[TN_PASSWORD_WORDS_MAX];
};

/*
 * Check. password is borrowed and not kept; copies on the stack are wiped.
 * Also found: a word in other case, reversed, in leet spelling (W4ng, x1a0),
 * figures with shift held down (!((# is 1993), with signs of any kind in it,
 * with ü written v, yu or u, and with characters that pass for others (.plain):
 * wáng, 𝐰𝐚𝐧𝐠, wаng with a Cyrillic а, 曉 for 晓, ①⑨⑨⓪. A word of two or three letters counts only where it is a
 * whole run of letters. Each repeat, sequence, walk over the keys, common word
 * and date counts as one to three characters; with these the password must
 * still be worth 8 (password_worth.c). One in about 200 random passwords of 10
 * characters is refused, of 12 one in 700: who makes them tries again.
 * Rule    CI-3.1, CI-3.2, IS-5.
 */
enum tn_password_fault
tn_password_check(const char *password,
                  const struct tn_password_context *context);

/* The fault whose English words stand in the text, or TN_PASSWORD_GOOD: what
   slapd's module says reaches a host as words within words. */
enum tn_password_fault tn_password_fault_of_words(const char *words);

/* Static English sentence that says which rule, never the password:
   "it contains your name in pinyin or in Chinese". */
const char *tn_password_fault_words(enum tn_password_fault fault);
/* The same in Simplified Chinese. */
const char *tn_password_fault_words_zh(enum tn_password_fault fault);

#endif

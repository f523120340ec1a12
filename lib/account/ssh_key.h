/*
 * What an SSH key of an account is: a type and base64, one way of writing each
 * key and no other, so that the directory's uniqueness of the text is one of
 * the key. No options (they run commands), no comment, no certificate.
 * Rule    DESIGN section 4; UM-13.1. Pure; any thread.
 */
#ifndef TN_ACCOUNT_SSH_KEY_H
#define TN_ACCOUNT_SSH_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_SSH_KEY_MAX       1536 /* bytes of one, without NUL */
#define TN_SSH_KEYS_MAX      16   /* of one account */
#define TN_SSH_KEYS_TEXT_MAX 8192 /* of all of them, a newline between two */
#define TN_SSH_RSA_BITS_MIN  2048
#define TN_SSH_RSA_BITS_MAX  8192

enum tn_ssh_key_fault {
	TN_SSH_KEY_GOOD = 0,
	TN_SSH_KEY_EMPTY,
	TN_SSH_KEY_TOO_LONG,
	TN_SSH_KEY_LINES,   /* a newline or another control character */
	TN_SSH_KEY_PRIVATE, /* a private key: it must never leave its owner */
	TN_SSH_KEY_DSA,
	TN_SSH_KEY_TYPE,  /* begins with no type that is known: options too */
	TN_SSH_KEY_BLANK, /* not one blank between type and base64 */
	TN_SSH_KEY_COMMENT,
	TN_SSH_KEY_BASE64,
	TN_SSH_KEY_BLOB, /* what it holds is no key of that type */
	TN_SSH_KEY_WEAK, /* RSA below 2048 bits */
	TN_SSH_KEY_RSA, /* RSA above 8192 bits, or another exponent than 65537 */
	TN_SSH_KEY_FAULTS,
};

/* Is it a key as the directory holds it? text: NUL behind len bytes, which may
   hold any others. */
enum tn_ssh_key_fault tn_ssh_key_check(const char *text, size_t len);
/* One line for a person, static; NULL for TN_SSH_KEY_GOOD. */
const char *tn_ssh_key_fault_words(enum tn_ssh_key_fault fault);
const char *tn_ssh_key_fault_words_zh(enum tn_ssh_key_fault fault);

/*
 * The key in a file that ssh-keygen wrote: blanks around it and the comment
 * behind it are left out, and nothing else is.
 * ret_comment  of the file, borrowed; "" when there is none. May be NULL.
 */
enum tn_ssh_key_fault
tn_ssh_key_of_file(char *text, size_t len, char ret[TN_SSH_KEY_MAX + 1],
                   const char **ret_comment);

/* The bytes that the base64 of a good key stands for, for its fingerprint.
   Returns how many; ret has room for TN_SSH_KEY_MAX. */
size_t tn_ssh_key_blob(const char *key, uint8_t *ret);

/*
 * The keys of an account as one text, sorted, a newline between two: what is
 * no key is left out, and so is what does not fit. Begin with keys "".
 * Returns false when it was left out.
 */
bool tn_ssh_keys_add(char keys[TN_SSH_KEYS_TEXT_MAX + 1], const char *key,
                     size_t len);
/* Is each line of it a good key, and are they no more than may be? */
bool tn_ssh_keys_are_good(const char *keys);
/* The next key of such a text and its length; *at begins with the text. NULL
   when there is none. */
const char *tn_ssh_keys_next(const char **at, size_t *ret_len);

#endif

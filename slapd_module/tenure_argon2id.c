/*
 * slapd's password scheme {ARGON2}: hashes with Argon2id on libsodium, and
 * verifies Argon2id and Argon2i. Debian's own module of this name makes
 * Argon2i and puts a NUL or two behind each value; those verify here too.
 *
 *	olcModuleLoad: tenure_argon2id.so m=19456 t=2
 *
 * m  memory in KiB, 8192 to 1048576; t  passes, 1 to 16; h  how many hash at
 * once, 1 to 64 (hash_turns.h). Anything else is refused, and slapd does not
 * start: a typing error must not make weak hashes.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "base/attrs.h"
#include "hash_peer.h"
#include "hash_turns.h"
#include "slapd_interface.h"

#define SCHEME     "{ARGON2}"
#define MEMORY_KIB 19456
#define MEMORY_MIN 8192
#define MEMORY_MAX 1048576
#define PASSES     2
#define PASSES_MAX 16
#define HASHES_MAX 64

/* Set once by init_module, before slapd starts its threads. */
static size_t memory = (size_t)MEMORY_KIB * 1024;
static unsigned long long passes = PASSES;

static struct tn_hash_turns turns = TN_HASH_TURNS_INIT;

static int
check(const struct berval *scheme TN_UNUSED, const struct berval *stored,
      const struct berval *password, const char **text TN_UNUSED)
{
	char kept[crypto_pwhash_STRBYTES] = { 0 };
	size_t len = stored->bv_len;
	int status;

	while (len > 0 && stored->bv_val[len - 1] == '\0')
		len--;
	if (len >= sizeof(kept))
		return -1;
	memcpy(kept, stored->bv_val, len);
	tn_hash_turn_begin(&turns, tn_hash_peer());
	status =
	    crypto_pwhash_str_verify(kept, password->bv_val, password->bv_len);
	tn_hash_turn_end(&turns);
	sodium_memzero(kept, sizeof(kept));
	return status == 0 ? 0 : -1;
}

static int
hash(const struct berval *scheme, const struct berval *password,
     struct berval *ret, const char **text)
{
	char words[crypto_pwhash_STRBYTES];
	size_t len;
	char *value;
	int status;

	tn_hash_turn_begin(&turns, tn_hash_peer());
	status =
	    crypto_pwhash_str_alg(words, password->bv_val, password->bv_len,
	                          passes, memory, crypto_pwhash_ALG_ARGON2ID13);
	tn_hash_turn_end(&turns);
	if (status != 0) {
		*text = "no memory for Argon2id";
		return -1;
	}
	len = strlen(words);
	value = ber_memalloc(scheme->bv_len + len + 1);
	if (value != NULL) {
		memcpy(value, scheme->bv_val, scheme->bv_len);
		memcpy(value + scheme->bv_len, words, len + 1);
		ret->bv_val = value;
		ret->bv_len = scheme->bv_len + len;
	}
	sodium_memzero(words, sizeof(words));
	return value != NULL ? 0 : -1;
}

static bool
read_number(const char *text, unsigned long min, unsigned long max,
            unsigned long *ret)
{
	char *end = NULL;
	unsigned long number;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || number < min || number > max)
		return false;
	*ret = number;
	return true;
}

TN_EXPORT int
init_module(int argc, char *argv[])
{
	static char name[] = SCHEME; /* slapd keeps the pointer */
	struct berval scheme = { sizeof(name) - 1, name };
	unsigned long number;
	int i;

	turns.most = tn_hash_turns_shipped();
	for (i = 0; i < argc; i++) {
		if (strncmp(argv[i], "m=", 2) == 0 &&
		    read_number(argv[i] + 2, MEMORY_MIN, MEMORY_MAX, &number))
			memory = (size_t)number * 1024;
		else if (strncmp(argv[i], "t=", 2) == 0 &&
		         read_number(argv[i] + 2, 1, PASSES_MAX, &number))
			passes = number;
		else if (strncmp(argv[i], "h=", 2) == 0 &&
		         read_number(argv[i] + 2, 1, HASHES_MAX, &number))
			turns.most = number;
		else
			return -1;
	}
	if (sodium_init() < 0)
		return -1;
	slapd_refuse_transactions();
	return lutil_passwd_add(&scheme, check, hash);
}

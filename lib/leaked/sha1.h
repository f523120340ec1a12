/*
 * SHA-1 and SHA-256, by nettle. SHA-1 because lists of leaked passwords come as
 * SHA-1; nothing here depends on its strength. Inside lib/leaked.
 */
#ifndef TN_LEAKED_SHA1_H
#define TN_LEAKED_SHA1_H

#include <stddef.h>
#include <stdint.h>
#include <nettle/sha2.h>

#define TN_SUM_SIZE SHA256_DIGEST_SIZE

/* The first 64 bits of the SHA-1 of len bytes, as a number: what sorts like the
   hash does. Allocates nothing; the state is wiped. */
uint64_t tn_leaked_key(const void *data, size_t len);

#endif

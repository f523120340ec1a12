/*
 * The layout of a file of leaked passwords: tenure-leaked(5) in words. Numbers
 * are of the machine that built it; .endian says which. Inside lib/leaked.
 */
#ifndef TN_LEAKED_FORMAT_H
#define TN_LEAKED_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "leaked/leaked.h"
#include "leaked/sha1.h"

#define TN_LEAKED_MAGIC    "TNLEAKED"
#define TN_LEAKED_ENDIAN   0x01020304u
#define TN_LEAKED_VERSION  1u
#define TN_LEAKED_BITS_MIN 8u
#define TN_LEAKED_BITS_MAX 22u
/* A bucket is read whole, so it has a bound: 20 standard deviations and more
   above what the most hashes of a file come to. */
#define TN_LEAKED_BUCKET_MAX 2048u
#define TN_LEAKED_COUNT_MAX  ((uint64_t)4000000000u)

struct tn_leaked_header {
	char magic[8];
	uint32_t endian;
	uint32_t version;
	uint64_t size;   /* of the whole file, bytes */
	uint64_t count;  /* entries */
	int64_t built;   /* seconds since 1970 */
	uint32_t bits;   /* of a hash that choose its bucket */
	uint32_t unused; /* 0 */
	uint8_t sum[TN_SUM_SIZE];      /* SHA-256 of entries, then of index */
	uint8_t head_sum[TN_SUM_SIZE]; /* SHA-256 of all above */
};

_Static_assert(sizeof(struct tn_leaked_header) == 112, "tenure-leaked(5)");

/* Where the index (2^bits + 1 numbers of 32 bits) ends and the entries (32 bits
   each) begin. */
uint64_t tn_leaked_entries_at(uint32_t bits);
/* The bucket of a key, and what is kept of it. */
uint32_t tn_leaked_bucket(uint64_t key, uint32_t bits);
uint32_t tn_leaked_entry(uint64_t key, uint32_t bits);

/* Fills head_sum. */
void tn_leaked_seal(struct tn_leaked_header *header);

/*
 * Open and check all that is checked without reading the rest.
 * any_owner  for who only looks: owner and mode do not matter.
 * ret_fd     close() it.
 */
int tn_leaked_open(const char *path, bool any_owner, int *ret_fd,
                   struct tn_leaked_header *ret, struct tn_err *err);

/* len bytes at offset, all of them: TN_E_IO, or TN_E_DAMAGED at the end. */
int tn_leaked_read(int fd, const char *path, uint64_t offset, void *ret,
                   size_t len, struct tn_err *err);

#endif

/*
 * The filter of leaked passwords: a file of truncated SHA-1 hashes, sorted
 * (tenure-leaked(5)). It is read by offset and not mapped: a page that a bad
 * disk does not give would end slapd or tenured by a signal, a read says so.
 * Opened anew for each question, so that a new file counts at once and no
 * descriptor is kept; a question takes some microseconds. Thread-safe.
 * Rule    CI-3.1, CI-P35.
 */
#ifndef TN_LEAKED_LEAKED_H
#define TN_LEAKED_LEAKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

/* What a file says of itself. */
struct tn_leaked_about {
	uint64_t count; /* of different hashes */
	uint64_t size;  /* bytes */
	int64_t built;  /* seconds since 1970 */
};

/*
 * Is the password, or the same in lower case (ASCII), in the file?
 * password  borrowed; what is made of it is wiped.
 * ret       set on success. It says yes of a password that is not in the file
 *           once in 2^32 / (hashes of a bucket): less than one in 16 million.
 * Errors: TN_E_NOT_FOUND; TN_E_DENIED (not root's own, or others may write
 * it); TN_E_DAMAGED (no such file, another version, cut, or it contradicts
 * itself where it was looked at); TN_E_IO. What an error means is for the
 * caller to say; the text names the path.
 */
int tn_leaked_find(const char *path, const char *password, bool *ret,
                   struct tn_err *err);

/* Owner, mode, header and size. Errors as above. */
int tn_leaked_about(const char *path, struct tn_leaked_about *ret,
                    struct tn_err *err);

/* Reads all of it: checksum, order, index. Minutes for gigabytes. Whoever owns
   it. Errors as above. */
int tn_leaked_verify(const char *path, struct tn_leaked_about *ret,
                     struct tn_err *err);

#endif

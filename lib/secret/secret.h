/*
 * Secrets in memory: guarded, locked where the system lets us, wiped on free.
 * The only user of libsodium, with its neighbours in this folder. Never linked
 * into the NSS module. Not thread-safe per object.
 */
#ifndef TN_SECRET_SECRET_H
#define TN_SECRET_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

struct tn_secret; /* opaque; has no printable form */

/* Once, before anything else here; may be repeated. TN_E_BUG when libsodium
   cannot start. */
int tn_secret_start(struct tn_err *err);

/* From now on the pages of up to most secrets that are gone, wiped, wait for the
   next ones; 0, as it begins: none. For a program of our own that checks many
   passwords; never in somebody else's, where they would stay behind. */
void tn_secret_keep_pages(size_t most);

#define TN_SECRET_MAX 65536 /* bytes */

/* Copies len bytes in (the caller wipes his own). TN_E_NO_MEMORY, or
   TN_E_LIMIT for more than TN_SECRET_MAX. */
int tn_secret_new(const void *data, size_t len, struct tn_secret **ret,
                  struct tn_err *err);
/* Wipes; NULL is legal; sets the pointer to NULL. */
void tn_secret_freep(struct tn_secret **secret);

/* Borrow the bytes for the length of a call; they end with a NUL that is not
   counted. Returns what use returns. */
typedef int tn_secret_user(const char *data, size_t len, void *arg);
int
tn_secret_use(const struct tn_secret *secret, tn_secret_user *use, void *arg);
size_t tn_secret_len(const struct tn_secret *secret);
/* Is it kept out of swap? False where RLIMIT_MEMLOCK was too small: a program
   that cares says so once. */
bool tn_secret_is_locked(const struct tn_secret *secret);
/* Constant time for equal lengths. */
bool tn_secret_equal(const struct tn_secret *a, const struct tn_secret *b);

/* Wipes memory so that the compiler does not drop it. */
void tn_wipe(void *data, size_t len);
/* Wipes what functions that have returned left on this thread's stack, 64 kB
   deep: other people's libraries (cracklib) keep copies there. */
void tn_wipe_stack(void);

/*
 * A new initial password: syllables and digits that can be read over the
 * telephone, length characters (12 to 64), no look-alikes (0O1lI); random,
 * at least 60 bits (the longer, the more of it is syllables). Passes
 * tn_password_check without words.
 * Rule    UM-13.1.
 */
int tn_secret_random_password(size_t length, struct tn_secret **ret,
                              struct tn_err *err);
/* count random bytes as 2*count lower-case hexadecimal digits and a NUL. */
void tn_random_hex(size_t count, char *ret);

#endif

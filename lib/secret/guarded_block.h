/*
 * The pages that a secret lies in: without access on both sides, kept out of
 * core dumps and, where the system lets us, out of swap. A program that takes
 * many (tenured, one a login) may keep some for the next: to map and unmap them
 * costs system calls that stop the other threads. Thread-safe.
 */
#ifndef TN_SECRET_GUARDED_BLOCK_H
#define TN_SECRET_GUARDED_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

struct tn_guarded_block {
	char *data; /* size bytes, writable; what follows has no access */
	size_t size;
	bool is_locked; /* out of swap */
	void *pages;    /* sodium_malloc's */
};

/* False: no memory. */
bool tn_guarded_take(size_t size, struct tn_guarded_block *ret);
/* Wipes; whatever rights it has by now. */
void tn_guarded_give(struct tn_guarded_block *block);
/* As of now at most so many (TN_GUARDED_KEPT) are kept, wiped. */
void tn_guarded_keep(size_t most);
size_t tn_guarded_kept(void);

#define TN_GUARDED_KEPT 16
#define TN_GUARDED_SIZE 1024 /* bytes; larger ones are not kept */

#endif

/*
 * Makes a file of leaked passwords (tenure-leaked(5)) out of lists: beside,
 * synced, renamed. Whoever asks while it is built is answered by the old one.
 */
#ifndef TN_LEAKED_BUILD_H
#define TN_LEAKED_BUILD_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define TN_LEAKED_WORD_MAX  256 /* bytes: no password is longer */
#define TN_LEAKED_INPUTS    16
#define TN_LEAKED_MEMORY    ((size_t)32 * 1024 * 1024)

enum tn_leaked_kind {
	TN_LEAKED_GUESS,  /* by the first line of the list */
	TN_LEAKED_HASHES, /* SHA-1 as 40 hexadecimal digits, or HASH:COUNT */
	TN_LEAKED_WORDS,  /* the passwords themselves, UTF-8 */
};

/* How far it is, and what it came to. */
struct tn_leaked_progress {
	uint64_t bytes;   /* read */
	uint64_t total;   /* of all lists, where that is known; else 0 */
	uint64_t lines;   /* not counting empty ones */
	uint64_t garbage; /* lines that are neither */
	uint64_t first_garbage; /* the number of its line in .garbage_in */
	const char *garbage_in;
	uint64_t written;       /* different ones, 0 while it reads */
};

struct tn_leaked_order {
	const char *inputs[TN_LEAKED_INPUTS]; /* paths; "-": standard input */
	size_t count;
	enum tn_leaked_kind kind;
	const char *output;
	size_t memory; /* TN_LEAKED_MEMORY; 1 MiB at the least */
	int64_t now;   /* stands in the file */
	/* Called every 2^20 lines and now and then while it writes; or NULL. */
	void (*tell)(const struct tn_leaked_progress *progress, void *arg);
	void *arg;
};

/*
 * Build. Needs about twice the memory at the worst (it is bounded whatever the
 * lists hold), 8 bytes of disk for each line and 4 for each hash beside output.
 * ret  set also where it failed.
 * Errors: TN_E_INVALID (no password in the lists, or more garbage than
 * passwords: the old file stands); TN_E_LIMIT (over 4,000 million lines);
 * TN_E_EXISTS (another build of the same output is under way); TN_E_IO.
 */
int tn_leaked_build(const struct tn_leaked_order *order,
                    struct tn_leaked_progress *ret, struct tn_err *err);

#endif

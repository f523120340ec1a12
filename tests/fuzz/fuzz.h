/*
 * One target for each thing that reads bytes of others (README.md, "Fuzzing").
 * libFuzzer calls it ("make fuzz"), and fuzz_replay.c where there is none
 * ("make check"). A target gives fuzz_seed and the two functions of libFuzzer.
 */
#ifndef TN_TESTS_FUZZ_FUZZ_H
#define TN_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/attrs.h"

/* Whoever finds something wrong ends the program. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* data has room for max bytes; returns the new size. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned int seed);
/* Of libFuzzer, or of fuzz_replay.c. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* Something sound to begin with, number from 0 on, into room bytes. Returns
   its size, or FUZZ_NO_SEED behind the last. */
#define FUZZ_NO_SEED  SIZE_MAX
#define FUZZ_SEED_MAX 65536u
size_t fuzz_seed(size_t number, uint8_t *data, size_t room);

/* A seed that is a text, out of a list. */
size_t fuzz_seed_text(const char *const *texts, size_t count, size_t number,
                      uint8_t *data, size_t room);

/* A target without a mutator of its own says FUZZ_PLAIN_MUTATOR. */
#define FUZZ_PLAIN_MUTATOR                                                     \
	size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, \
	                               unsigned int seed)                      \
	{                                                                      \
		(void)seed;                                                    \
		return LLVMFuzzerMutate(data, size, max);                      \
	}

/* What must be true whatever the input is. */
#define FUZZ_EXPECT(condition)                                             \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, \
			        __LINE__, #condition);                     \
			abort();                                           \
		}                                                          \
	} while (0)

/* A copy in a block of just its size, so that a sanitizer sees the first byte
   read past its end; with a NUL behind it where is_text. To be freed. */
void *fuzz_copy(const void *data, size_t size, bool is_text);

/* An input taken piece by piece; past its end come zeros. */
struct fuzz_script {
	const uint8_t *at;
	size_t left;
};
uint8_t fuzz_byte(struct fuzz_script *script);
uint32_t fuzz_number(struct fuzz_script *script); /* of four bytes */
/* At most size bytes, borrowed; ret_len tells how many. */
const uint8_t *
fuzz_bytes(struct fuzz_script *script, size_t size, size_t *ret_len);

/* The same numbers for the same seed. */
uint32_t fuzz_random(uint64_t *seed);

#endif

/* Numbers measured by a benchmark, and what one says of them. */
#ifndef TN_TESTS_SAMPLES_H
#define TN_TESTS_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/* Nanoseconds of a clock that nobody sets. */
uint64_t samples_now(void);

/* A generator of its own, so that runs and peers get the same keys. */
uint32_t samples_random(uint64_t *seed);

/* Sorts. */
void samples_sort(uint64_t *samples, size_t count);
/* Of sorted ones; part: 0.5 is the median. 0 of none. */
uint64_t samples_at(const uint64_t *samples, size_t count, double part);

#endif

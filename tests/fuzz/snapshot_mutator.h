/* Changes to a snapshot's file that leave its header sound more often than
   chance would, so that what is behind it is read. */
#ifndef TN_TESTS_FUZZ_SNAPSHOT_MUTATOR_H
#define TN_TESTS_FUZZ_SNAPSHOT_MUTATOR_H

#include <stddef.h>
#include <stdint.h>

size_t
snapshot_mutate(uint8_t *data, size_t size, size_t max, unsigned int seed);

#endif

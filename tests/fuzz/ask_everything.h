/*
 * Asks a snapshot everything that can be asked. Whatever its files hold: every
 * answer lies in the buffer that was handed in, ends there, is the one that
 * was asked for, and gives nobody an id below 1000; every walk ends.
 */
#ifndef TN_TESTS_FUZZ_ASK_EVERYTHING_H
#define TN_TESTS_FUZZ_ASK_EVERYTHING_H

#include "snapshot/snapshot_reader.h"

/* room, shift: of the first buffer, and how far it is from an even address. */
void
ask_everything(const struct tn_snapshot *snapshot, size_t room, size_t shift);

#endif

/*
 * Entries as a directory that somebody else rules would send them: a sound
 * person or group with some attributes changed, added or taken away.
 */
#ifndef TN_TESTS_FUZZ_HOSTILE_ENTRY_H
#define TN_TESTS_FUZZ_HOSTILE_ENTRY_H

#include "directory/entry.h"
#include "fuzz.h"

#define HOSTILE_ATTRIBUTES 16
#define HOSTILE_VALUES     4
#define HOSTILE_SLOTS      8

/* Values lie in blocks of just their size. Those of a sound entry are made once
   and stay. */
struct hostile_entry {
	struct tn_entry entry;
	struct tn_attribute attributes[HOSTILE_ATTRIBUTES];
	struct tn_value values[HOSTILE_ATTRIBUTES][HOSTILE_VALUES];
	bool is_own[HOSTILE_ATTRIBUTES][HOSTILE_VALUES];
};

/* slot: whose it is; its uuid follows from that. */
void hostile_entry_make(struct fuzz_script *script, unsigned int slot,
                        bool is_group, struct hostile_entry *ret);
void hostile_entry_done(struct hostile_entry *entry);

#endif

/*
 * The SSH keys that net told of, by the account's uuid, and the keys file made
 * of them (lib/snapshot/snapshot_keys.h). Of accounts that have keys alone,
 * since many have none. Who of them is served, and dead or not, is the
 * snapshot's to say: tenure-keys asks it first. Not thread-safe.
 */
#ifndef TN_DAEMON_PUBLISH_KEYS_H
#define TN_DAEMON_PUBLISH_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "record_store.h"
#include "wire/message.h"

struct tn_publish_keys { /* start with .is_due = true */
	struct tn_record_store records;
	uint32_t *slots; /* places in .records; 0: free, 1: given up */
	size_t slot_count;
	size_t used; /* and those that were given up */
	size_t live;
	bool is_due;     /* the file says something else than this */
	bool is_damaged; /* memory was short: some are missing */
};

/* The keys file's folder, beside the snapshot's: free() it. NULL: no memory. */
char *tn_keys_folder(const char *snapshot_directory);

void tn_publish_keys_done(struct tn_publish_keys *keys);

/* A datagram of net's that was accepted; those about others are passed over. */
void tn_publish_keys_take(struct tn_publish_keys *keys,
                          const struct tn_message *message);

/* Write the file. Errors as of tn_keys_save; it is due still then. */
int tn_publish_keys_write(struct tn_publish_keys *keys, const char *directory,
                          uint64_t generation, int64_t published,
                          struct tn_err *err);

#endif

/*
 * A host in memory: entries go in as its net would read them, through the wire,
 * into publish's state, and come out of base and overlay as NSS reads them.
 */
#ifndef TN_TESTS_FUZZ_FUZZ_HOST_H
#define TN_TESTS_FUZZ_FUZZ_HOST_H

#include "memory_snapshot.h"
#include "publish_update.h"
#include "served_oracle.h"

struct fuzz_host {
	struct tn_publish_state state;
	struct tn_snapshot
	    pair; /* .base is NULL before the first publication */
	struct tn_snapshot_file base;
	struct tn_snapshot_overlay *overlay;
	uint64_t generation;
	size_t live;
	bool is_held;
	bool is_local_p1;
};

void fuzz_host_init(struct fuzz_host *host);
void fuzz_host_done(struct fuzz_host *host);

/* Hand in an entry; false when it was refused on the way, and nothing stays of
   what it was before. */
bool fuzz_host_put(struct fuzz_host *host, const struct tn_entry *entry,
                   unsigned int locks, bool hidden);
void fuzz_host_remove(struct fuzz_host *host, unsigned int slot);

/* is_whole: as a base; else what changed, as an overlay. */
void fuzz_host_publish(struct fuzz_host *host, bool is_whole);

/* All that is served now; ends the program where the parts of it do not fit:
   name and number of everybody lead to the same record, gid vectors are what
   the groups say, nobody is there twice. */
void fuzz_host_served(const struct fuzz_host *host, struct served *ret);

#endif

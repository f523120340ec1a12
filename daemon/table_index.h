/*
 * A hash from a key to the list of everything that has it: which locks name a
 * person. Links are part of what they link, so nothing is allocated for an
 * owner that moves. Not thread-safe.
 */
#ifndef TN_DAEMON_TABLE_INDEX_H
#define TN_DAEMON_TABLE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_INDEX_KEY_MAX 80

/* What a key is; part of it, so that one index holds them all. */
enum tn_index_space {
	TN_INDEX_LOCK_PERSON = 1,
	TN_INDEX_LOCK_STAFF,
	TN_INDEX_LOCK_NAME,
};

struct tn_index_link {
	void *owner;
	struct tn_index_link *next; /* with the same key, in no order */
};

struct tn_index_bucket;
struct tn_index {
	struct tn_index_bucket *buckets; /* NULL to begin with */
};

/* Room for one more link under a key, until one that was there under the key
   is removed: tn_index_add cannot fail then. False: no memory. */
bool tn_index_reserve(struct tn_index *index, enum tn_index_space space,
                      const void *key, size_t len);
/* Puts a link (its owner set) under a key, for which there is room. A key that
   is too long to be one of ours is cut: who looks compares the owner's own. */
void tn_index_add(struct tn_index *index, enum tn_index_space space,
                  const void *key, size_t len, struct tn_index_link *link);
/* The link must be there under that key. */
void tn_index_remove(struct tn_index *index, enum tn_index_space space,
                     const void *key, size_t len, struct tn_index_link *link);
/* The first link, or NULL. */
struct tn_index_link *
tn_index_find(const struct tn_index *index, enum tn_index_space space,
              const void *key, size_t len);
/* Frees the buckets, not the owners. */
void tn_index_done(struct tn_index *index);

#endif

#include <config.h>

#include "table_index.h"

#include <stdlib.h>
#include <string.h>
#include "base/hash_table.h"

/* As long as its key. */
struct tn_index_bucket {
	struct tn_index_link *first;
	UT_hash_handle hh;
	uint8_t key[];
};

/* Space, then the key; the length that counts is returned. */
static unsigned int
make_key(uint8_t ret[TN_INDEX_KEY_MAX], enum tn_index_space space,
         const void *key, size_t len)
{
	if (len > TN_INDEX_KEY_MAX - 1)
		len = TN_INDEX_KEY_MAX - 1;
	ret[0] = (uint8_t)space;
	if (len > 0)
		memcpy(ret + 1, key, len);
	return (unsigned int)len + 1;
}

static struct tn_index_bucket *
find_bucket(const struct tn_index *index, enum tn_index_space space,
            const void *key, size_t len)
{
	struct tn_index_bucket *bucket = NULL;
	uint8_t whole[TN_INDEX_KEY_MAX];
	unsigned int size = make_key(whole, space, key, len);

	HASH_FIND(hh, index->buckets, whole, size, bucket);
	return bucket;
}

bool
tn_index_reserve(struct tn_index *index, enum tn_index_space space,
                 const void *key, size_t len)
{
	struct tn_index_bucket *bucket = find_bucket(index, space, key, len);
	uint8_t whole[TN_INDEX_KEY_MAX];
	unsigned int size;

	if (bucket != NULL)
		return true;
	size = make_key(whole, space, key, len);
	bucket = calloc(1, sizeof(*bucket) + size);
	if (bucket == NULL)
		return false;
	memcpy(bucket->key, whole, size);
	HASH_ADD_KEYPTR(hh, index->buckets, bucket->key, size, bucket);
	if (!TN_HASH_LOST(hh, bucket))
		return true;
	free(bucket);
	return false;
}

void
tn_index_add(struct tn_index *index, enum tn_index_space space, const void *key,
             size_t len, struct tn_index_link *link)
{
	struct tn_index_bucket *bucket = find_bucket(index, space, key, len);

	if (bucket == NULL)
		return; /* nobody reserved it */
	link->next = bucket->first;
	bucket->first = link;
}

void
tn_index_remove(struct tn_index *index, enum tn_index_space space,
                const void *key, size_t len, struct tn_index_link *link)
{
	struct tn_index_bucket *bucket = find_bucket(index, space, key, len);
	struct tn_index_link **at;

	if (bucket == NULL)
		return;
	for (at = &bucket->first; *at != NULL; at = &(*at)->next)
		if (*at == link) {
			*at = link->next;
			break;
		}
	link->next = NULL;
	if (bucket->first == NULL) {
		HASH_DEL(index->buckets, bucket);
		free(bucket);
	}
}

struct tn_index_link *
tn_index_find(const struct tn_index *index, enum tn_index_space space,
              const void *key, size_t len)
{
	struct tn_index_bucket *bucket = find_bucket(index, space, key, len);

	return bucket != NULL ? bucket->first : NULL;
}

void
tn_index_done(struct tn_index *index)
{
	struct tn_index_bucket *bucket;
	struct tn_index_bucket *next;

	HASH_ITER(hh, index->buckets, bucket, next)
	{
		HASH_DEL(index->buckets, bucket);
		free(bucket);
	}
}

/*
 * The keys file: who has which SSH keys, for tenure-keys(8) and nobody else.
 * Beside the snapshot and of the same point in time: the overlay says which
 * generation of it goes with it (tenure-snapshot(5)). Written whole, by
 * rename; readers map it and trust nothing in it.
 *
 *     header    64 bytes
 *     records   each on a multiple of 4: a struct tn_keys_record, the login
 *               and the keys (ssh_key.h: lines), each with a NUL
 *     index     uint32_t slots, a power of two, at most half of them in use: a
 *               record's offset / 4, found from the login's hash on, slot by
 *               slot, up to an empty one (0)
 *
 * Numbers are the machine's own, little-endian; .endian says so.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_KEYS_H
#define TN_SNAPSHOT_SNAPSHOT_KEYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "account/ssh_key.h"
#include "base/err.h"

#define TN_KEYS_DIRECTORY TENURE_STATEDIR "/keys"
#define TN_KEYS_FILE      "keys"
#define TN_KEYS_MAGIC     "TENUREKY" /* 8 bytes, no NUL */
#define TN_KEYS_VERSION   UINT32_C(1)

struct tn_keys_header {
	char magic[8];
	uint32_t endian; /* TN_SNAPSHOT_ENDIAN */
	uint32_t version;
	uint64_t size; /* of the whole file */
	uint64_t generation;
	int64_t published;    /* seconds since 1970 */
	uint64_t index;       /* where; a multiple of 4 */
	uint32_t index_count; /* slots */
	uint32_t users;       /* records, to be told */
	uint64_t reserved;
};

struct tn_keys_record {
	uint32_t uid;
	uint16_t keys_size; /* NULs counted */
	uint8_t name_size;
	uint8_t reserved;
};

_Static_assert(sizeof(struct tn_keys_header) == 64, "header");
_Static_assert(sizeof(struct tn_keys_record) == 8, "record");
_Static_assert(TN_SSH_KEYS_TEXT_MAX < UINT16_MAX, "keys_size");

/* The hash of a login: 64-bit FNV-1a, its halves folded together. */
static inline uint32_t
tn_keys_hash(const char *login, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < len; i++) {
		hash ^= (uint8_t)login[i];
		hash *= UINT64_C(0x100000001b3);
	}
	return (uint32_t)(hash ^ (hash >> 32));
}

/* ---- reading: no allocation, libc only ---- */

struct tn_keys_map {
	const uint8_t *start;
	size_t size;
	struct tn_keys_header header; /* a checked copy */
};

/*
 * Map the file of a folder.
 * owner  who may own it besides root.
 * TN_OK, TN_E_NOT_FOUND, TN_E_DAMAGED (foreign owner, writable or readable by
 * others, size, content), TN_E_IO.
 */
int tn_keys_open(const char *directory, uid_t owner, struct tn_keys_map *ret);
void tn_keys_close(struct tn_keys_map *map);

/*
 * The keys of who has this login and this number.
 * ret  lines as in ssh_key.h, every one of them a good key.
 * TN_OK, TN_E_NOT_FOUND (none, or the number is another), TN_E_DAMAGED.
 */
int tn_keys_find(const struct tn_keys_map *map, const char *login, uint32_t uid,
                 char ret[TN_SSH_KEYS_TEXT_MAX + 1]);

/* ---- writing: publish only ---- */

struct tn_keys_writer; /* opaque */

int tn_keys_writer_new(struct tn_keys_writer **ret, struct tn_err *err);
void tn_keys_writer_free(struct tn_keys_writer *writer);

/* TN_E_EXISTS (the login is there), TN_E_INVALID (no login, keys that are none,
   a uid below 1000), TN_E_LIMIT, TN_E_NO_MEMORY. */
int tn_keys_add(struct tn_keys_writer *writer, const char *login, uint32_t uid,
                const char *keys, struct tn_err *err);
/* Write, sync, rename; mode 0640, the group is the folder's own (which has the
   setgid bit). TN_E_IO, TN_E_NO_MEMORY, TN_E_LIMIT. */
int tn_keys_save(const struct tn_keys_writer *writer, const char *directory,
                 uint64_t generation, int64_t published, struct tn_err *err);

#endif

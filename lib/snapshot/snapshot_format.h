/*
 * The snapshot file, version 1, as tenure-snapshot(5) describes it.
 *
 * One file holds what a host shows of people and groups at one point in time
 * of the directory. It is written once and never changed: a newer one takes
 * its place by rename(2). Readers map it whole and trust nothing in it.
 *
 *     header            256 bytes
 *     cookie            text with a NUL
 *     user records      each on a multiple of 8
 *     group records     each on a multiple of 8
 *     gid vectors       each on a multiple of 8
 *     user table        uint32_t per user: where its record is, / 8
 *     group table       uint32_t per group: where its record is, / 8
 *     four indexes      user names, uids, group names, gids
 *
 * Numbers are the machine's own, little-endian; .endian says so. Offsets count
 * bytes from the start of the file; an "at" is an offset divided by 8 in 32
 * bits, so that a file may have 32 GiB. 0 is no place: the header is there.
 *
 * A user record is a struct tn_snapshot_user_record and four texts with their
 * NULs: name, gecos, home, shell. Its sizes count the NULs. Its gid vector, the
 * supplementary groups, stands elsewhere in the file.
 *
 * A group record is a struct tn_snapshot_group_record, one uint32_t per member
 * (where the login starts, counted from the start of the texts) and the texts
 * with their NULs: name, then the members. The last byte of the texts is a NUL,
 * so every start within them is a text that ends within them, and a group of
 * 150 is one copy and 150 additions.
 *
 * An index is a table of slots, a power of two, at most half of them in use. A
 * key is looked for from slot (hash & (count - 1)) on, slot by slot and around
 * the end, up to the first empty one (at 0). A slot says a hash and a record;
 * the record says whether it is the one.
 *
 * No id below TN_SNAPSHOT_ID_MIN is in a snapshot. A reader that meets one has
 * a damaged file before it: whatever goes wrong in writing, the module never
 * gives anybody uid 0.
 *
 * The overlay. A file of the same form with TN_SNAPSHOT_OVERLAY set will hold
 * the changes since a base, and be looked at first. It names its base by
 * .base_generation, .base_published and .base_size (all 0 in a base), and says
 * TN_SNAPSHOT_REMOVED in records of users whom the base has and it has no
 * more. Nothing writes or reads one yet: a reader of this version refuses a
 * file with a flag that it does not know.
 *
 * What is reserved is written as 0 and not read. A change that an older reader
 * can ignore takes reserved room; any other raises .version.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_FORMAT_H
#define TN_SNAPSHOT_SNAPSHOT_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define TN_SNAPSHOT_BASE       "base"
#define TN_SNAPSHOT_GENERATION "generation"

/*
 * The generation file: TN_SNAPSHOT_WORD_SIZE bytes, never replaced, mapped by
 * readers. Its first 8 bytes are one number that differs after each
 * publication from what it was before; the rest is 0.
 */
#define TN_SNAPSHOT_WORD_SIZE 4096

#define TN_SNAPSHOT_MAGIC   "TENURESN" /* 8 bytes, no NUL */
#define TN_SNAPSHOT_ENDIAN  UINT32_C(0x01020304)
#define TN_SNAPSHOT_VERSION UINT32_C(1)
#define TN_SNAPSHOT_ID_MIN  UINT32_C(1000)

/* Bounds that the writer keeps; NULs not counted. */
#define TN_SNAPSHOT_NAME_MAX    255u
#define TN_SNAPSHOT_TEXT_MAX    4095u
#define TN_SNAPSHOT_COOKIE_MAX  4095u
#define TN_SNAPSHOT_MEMBERS_MAX 200000u
#define TN_SNAPSHOT_USERS_MAX   (UINT32_C(1) << 26)
#define TN_SNAPSHOT_GROUPS_MAX  (UINT32_C(1) << 24)

enum tn_snapshot_flag { /* header.flags */
	                TN_SNAPSHOT_OVERLAY = 1u << 0,
};

enum tn_snapshot_user_flag { /* user_record.flags */
	                     TN_SNAPSHOT_DEAD = 1u << 0,
	                     TN_SNAPSHOT_REMOVED = 1u << 1, /* overlays only */
};

struct tn_snapshot_table {
	uint64_t offset; /* a multiple of 8 */
	uint32_t count;  /* entries, slots, or bytes of the cookie */
	uint32_t reserved;
};

struct tn_snapshot_header {
	char magic[8];
	uint32_t endian;
	uint32_t version;
	uint32_t header_size;
	uint32_t flags;
	uint64_t size; /* of the whole file */
	uint64_t generation;
	int64_t published; /* seconds since 1970 */
	struct tn_snapshot_table cookie;
	struct tn_snapshot_table users;
	struct tn_snapshot_table groups;
	struct tn_snapshot_table user_names;
	struct tn_snapshot_table user_ids;
	struct tn_snapshot_table group_names;
	struct tn_snapshot_table group_ids;
	uint64_t base_generation;
	int64_t base_published;
	uint64_t base_size;
	uint64_t reserved[9];
};

struct tn_snapshot_slot {
	uint32_t hash;
	uint32_t at; /* 0: empty */
};

struct tn_snapshot_user_record {
	uint32_t uid;
	uint32_t gid;
	uint32_t flags;
	uint32_t gids_at; /* 0 when there are none */
	uint32_t gid_count;
	uint16_t name_size;
	uint16_t gecos_size;
	uint16_t home_size;
	uint16_t shell_size;
	uint32_t reserved;
};

struct tn_snapshot_group_record {
	uint32_t gid;
	uint32_t member_count;
	uint32_t text_size;
	uint32_t name_size;
	uint64_t reserved;
};

_Static_assert(sizeof(struct tn_snapshot_header) == 256, "header");
_Static_assert(offsetof(struct tn_snapshot_header, cookie) == 48, "cookie");
_Static_assert(offsetof(struct tn_snapshot_header, group_ids) == 144, "gids");
_Static_assert(offsetof(struct tn_snapshot_header, reserved) == 184, "spare");
_Static_assert(sizeof(struct tn_snapshot_slot) == 8, "slot");
_Static_assert(sizeof(struct tn_snapshot_user_record) == 32, "user record");
_Static_assert(sizeof(struct tn_snapshot_group_record) == 24, "group record");

/* The hash of a name: 64-bit FNV-1a, its halves folded together. */
static inline uint32_t
tn_snapshot_hash_name(const char *name, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < len; i++) {
		hash ^= (uint8_t)name[i];
		hash *= UINT64_C(0x100000001b3);
	}
	return (uint32_t)(hash ^ (hash >> 32));
}

/* The hash of a uid or gid: the upper half of a product with 2^64 / phi. */
static inline uint32_t
tn_snapshot_hash_id(uint32_t id)
{
	return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

#endif

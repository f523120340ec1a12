/*
 * The snapshot files, version 3, as tenure-snapshot(5) describes them.
 *
 * Two files hold what a host shows of people and groups at one point in time
 * of the directory: a base, large and written seldom, and an overlay, small
 * and replaced at each change, that says what is different from its base.
 * Both have one form, are written once, and are never changed. Readers map
 * them whole and trust nothing in them.
 *
 *     header            256 bytes
 *     cookie            text with a NUL
 *     user records      each on a multiple of 4
 *     group records     each on a multiple of 4
 *     user table        uint32_t per user: where its record is
 *     group table       uint32_t per group: where its record is
 *     dead table        uint32_t per dead user: where its record is
 *     four indexes      user names, uids, group names, gids
 *     hidden sets       overlay only: base records that are no more
 *
 * Numbers are the machine's own, little-endian; .endian says so. Offsets count
 * bytes from the start of the file; an "at" is an offset divided by 4 in 32
 * bits. 0 is no place: the header is there.
 *
 * A user record is a struct tn_snapshot_user_record and four texts with their
 * NULs: name, gecos, home, shell. Its sizes count the NULs. After the texts,
 * on a multiple of 4, is the gid vector: the supplementary groups.
 *
 * A group record is a struct tn_snapshot_group_record, one byte per member
 * (the size of the name, NUL counted) and the texts with their NULs: the
 * group's name, then the members'. The sizes make up the texts exactly.
 *
 * An index is a table of slots of 32 bits, a power of two, at most half of
 * them in use. A key is looked for from slot (hash & (count - 1)) on, slot by
 * slot and around the end, up to the first empty one (at 0). The lower
 * .at_bits of a slot are the record's at; above are as many of the upper bits
 * of the hash, so that a slot of another key is passed over unread. The record
 * says whether it is the one.
 *
 * No id below TN_SNAPSHOT_ID_MIN is in a snapshot. A reader that meets one has
 * a damaged file before it: whatever goes wrong in writing, the module never
 * gives anybody uid 0.
 *
 * The overlay names its base by .base_slot, .base_generation, .base_published
 * and .base_size; with another it must not be used. The state of both is: the
 * records of the overlay, and those of the base whose at is in no hidden set.
 * A person who changed is so a record in the overlay and a hidden one in the
 * base; one who was renamed, too; one who is no more is hidden alone. A group
 * record with TN_SNAPSHOT_DELTA stands for the record of a hidden base group
 * with some members less and some more: behind it is a struct
 * tn_snapshot_group_delta and a uint32_t for each member less (its number in
 * the base's record, rising), then the sizes and texts of the name and the
 * members more. A group of 100,000 thus changes in a few bytes.
 *
 * What is reserved is written as 0 and not read. A change that an older reader
 * can ignore takes reserved room; any other raises .version.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_FORMAT_H
#define TN_SNAPSHOT_SNAPSHOT_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The base is one of two files: while a new one is written the other stands. */
#define TN_SNAPSHOT_BASE       "base.0"
#define TN_SNAPSHOT_BASE_OTHER "base.1"
#define TN_SNAPSHOT_SLOTS      2u
#define TN_SNAPSHOT_OVERLAY    "overlay"
#define TN_SNAPSHOT_GENERATION "generation"

/*
 * The generation file: TN_SNAPSHOT_WORD_SIZE bytes, never replaced, mapped by
 * readers. Its first 8 bytes are one number that differs after each
 * publication from what it was before; the rest is 0.
 */
#define TN_SNAPSHOT_WORD_SIZE 4096

#define TN_SNAPSHOT_MAGIC   "TENURESN" /* 8 bytes, no NUL */
#define TN_SNAPSHOT_ENDIAN  UINT32_C(0x01020304)
#define TN_SNAPSHOT_VERSION UINT32_C(3)
#define TN_SNAPSHOT_ID_MIN  UINT32_C(1000)
#define TN_SNAPSHOT_AT_UNIT 4u /* bytes that an at counts */

/* Bounds that the writer keeps; NULs not counted. */
#define TN_SNAPSHOT_NAME_MAX    254u
#define TN_SNAPSHOT_TEXT_MAX    4095u
#define TN_SNAPSHOT_COOKIE_MAX  4095u
#define TN_SNAPSHOT_MEMBERS_MAX 200000u
#define TN_SNAPSHOT_USERS_MAX   (UINT32_C(1) << 26)
#define TN_SNAPSHOT_GROUPS_MAX  (UINT32_C(1) << 24)

enum tn_snapshot_flag { /* header.flags */
	                TN_SNAPSHOT_IS_OVERLAY = 1u << 0,
	                TN_SNAPSHOT_ENUMERATE = 1u << 1, /* overlay */
};

enum tn_snapshot_record_flag {                              /* record.flags */
	                       TN_SNAPSHOT_DEAD = 1u << 0,  /* of a user */
	                       TN_SNAPSHOT_DELTA = 1u << 0, /* of a group */
};

struct tn_snapshot_table {
	uint64_t offset; /* a multiple of 4 */
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
	struct tn_snapshot_table dead;
	struct tn_snapshot_table user_names;
	struct tn_snapshot_table user_ids;
	struct tn_snapshot_table group_names;
	struct tn_snapshot_table group_ids;
	struct tn_snapshot_table hidden; /* slots: ats of the base */
	uint64_t base_generation;
	int64_t base_published;
	uint64_t base_size;
	uint32_t base_slot;
	uint32_t at_bits;      /* of a slot; 1 to 32 */
	uint32_t hidden_users; /* how many of .hidden are, to be told */
	uint32_t hidden_groups;
	uint64_t keys_generation; /* of the keys file that goes with an overlay;
				     a newer one does too; 0: there is none */
	uint64_t checksum; /* of the whole file, this being 0; readers of single
			      records do not look at it: snapshot_sum.h */
	uint64_t reserved;
};

/* Sizes count the NULs. */
struct tn_snapshot_user_record {
	uint32_t uid;
	uint32_t gid;
	uint32_t gid_count;
	uint8_t name_size;
	uint8_t flags;
	uint16_t gecos_size;
	uint16_t home_size;
	uint16_t shell_size;
};

struct tn_snapshot_group_record {
	uint32_t gid;
	uint32_t member_count; /* of a delta: members more */
	uint32_t text_size;
	uint8_t name_size;
	uint8_t flags;
	uint16_t reserved;
};

struct tn_snapshot_group_delta {
	uint32_t base_at;
	uint32_t less_count;
};

_Static_assert(sizeof(struct tn_snapshot_header) == 256, "header");
_Static_assert(offsetof(struct tn_snapshot_header, cookie) == 48, "cookie");
_Static_assert(offsetof(struct tn_snapshot_header, hidden) == 176, "hidden");
_Static_assert(offsetof(struct tn_snapshot_header, checksum) == 240, "checksum");
_Static_assert(offsetof(struct tn_snapshot_header, reserved) == 248, "spare");
_Static_assert(sizeof(struct tn_snapshot_user_record) == 20, "user record");
_Static_assert(sizeof(struct tn_snapshot_group_record) == 16, "group record");
_Static_assert(sizeof(struct tn_snapshot_group_delta) == 8, "group delta");

/* The next multiple of 4. */
static inline uint64_t
tn_snapshot_round(uint64_t size)
{
	return (size + (TN_SNAPSHOT_AT_UNIT - 1)) &
	       ~(uint64_t)(TN_SNAPSHOT_AT_UNIT - 1);
}

/* Some bytes as a number, the first the lowest. */
static inline uint64_t
tn_snapshot_word(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* The same of 0 to 7 bytes, with zeros behind; nothing else is read. */
static inline uint64_t
tn_snapshot_part(const char *bytes, size_t len)
{
	uint32_t low;
	uint32_t high;

	if (len == 0)
		return 0;
	if (len < sizeof(low))
		return (uint8_t)bytes[0] |
		       (uint64_t)(uint8_t)bytes[len / 2] << len / 2 * 8 |
		       (uint64_t)(uint8_t)bytes[len - 1] << (len - 1) * 8;
	memcpy(&low, bytes, sizeof(low));
	memcpy(&high, bytes + len - sizeof(high), sizeof(high));
	return low | (uint64_t)high << (len - sizeof(high)) * 8;
}

static inline uint64_t
tn_snapshot_mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 32);
}

/*
 * The hash of a name, eight bytes at a step, since every lookup computes one.
 * The last eight are a step of their own, though some of them were in the one
 * before: names of 9 to 16 bytes go one way, which the processor foresees.
 */
static inline uint32_t
tn_snapshot_hash_name(const char *name, size_t len)
{
	uint64_t hash = len;
	size_t i;

	if (len < 8) {
		hash = tn_snapshot_mix(hash, tn_snapshot_part(name, len));
	} else {
		for (i = 0; i + 8 < len; i += 8)
			hash =
			    tn_snapshot_mix(hash, tn_snapshot_word(name + i));
		hash = tn_snapshot_mix(hash, tn_snapshot_word(name + len - 8));
	}
	return (uint32_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* The hash of a uid or gid: the upper half of a product with 2^64 / phi. */
static inline uint32_t
tn_snapshot_hash_id(uint32_t id)
{
	return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

#endif

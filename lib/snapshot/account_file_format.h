/*
 * The bytes of the file of account_file.h, version 1. Inside lib/snapshot.
 *
 *     head       512 bytes
 *     logins     .slots numbers of 32 bits: an index by the hash of the login
 *     uuids      .slots numbers of 32 bits: an index by the entryUUID
 *     records    .room records of 120 bytes
 *
 * A slot is 0, or the number of a record from 1 on; a key is looked for from
 * slot (hash & (slots - 1)) on up to the first 0. A renamed account leaves a
 * slot that points at a record of another login: it is passed over. Numbers are
 * the machine's own. A checksum is over all the bytes before it.
 */
#ifndef TN_SNAPSHOT_ACCOUNT_FILE_FORMAT_H
#define TN_SNAPSHOT_ACCOUNT_FILE_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include "snapshot/account_file.h"

#define TN_ACCOUNT_MAGIC     "TENUREAC" /* 8 bytes, no NUL */
#define TN_ACCOUNT_ENDIAN    UINT32_C(0x01020304)
#define TN_ACCOUNT_VERSION   UINT32_C(1)
#define TN_ACCOUNT_SLOTS_MIN UINT32_C(1024)
#define TN_ACCOUNT_SLOTS_MAX (UINT32_C(1) << 26)

struct tn_account_file_head {
	char magic[8];
	uint32_t endian;
	uint32_t version;
	uint32_t slots; /* a power of two */
	uint32_t room;  /* records; half of the slots */
	int64_t heard;
	int64_t newest_change;
	int64_t max_silence;
	int64_t lockout_seconds;
	int32_t max_age_days;
	int32_t lead_days;
	int32_t warn_days;
	int32_t utc_offset;
	uint32_t key_change;
	uint32_t reserved;
	char contact[TN_ACCOUNT_CONTACT];
	uint8_t spare[168];
	uint64_t checksum;
};

enum {
	TN_ACCOUNT_KEY_ONLY = 1u << 0,
	TN_ACCOUNT_INTERACTIVE = 1u << 1,
	TN_ACCOUNT_VANISHED = 1u << 2,
	TN_ACCOUNT_RESET = 1u << 3,
	TN_ACCOUNT_ADMITTED = 1u << 4,
	TN_ACCOUNT_FLAGS = (1u << 5) - 1,
};

struct tn_account_file_record {
	uint8_t uuid[TN_UUID_LEN];
	char login[TN_LOGIN_MAX + 1]; /* NUL to its end */
	char language[TN_ACCOUNT_LANGUAGE];
	uint8_t kind;
	uint8_t status;
	uint8_t flags;
	uint8_t locks;
	uint8_t refusal;
	uint8_t spare[2];
	int32_t start_day;
	int32_t end_day;
	int64_t password_changed;
	int64_t initial_deadline;
	int64_t policy_locked;
	int64_t policy_end;
	int64_t policy_start;
	uint64_t checksum;
};

_Static_assert(sizeof(struct tn_account_file_head) == 512, "head");
_Static_assert(sizeof(struct tn_account_file_record) == 120, "record");

static inline uint64_t
tn_account_sum(const void *data, size_t len)
{
	const uint8_t *at = data;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	while (len-- > 0) {
		hash ^= *at++;
		hash *= UINT64_C(0x100000001b3);
	}
	return hash;
}

static inline uint32_t
tn_account_slot(const void *key, size_t len, uint32_t slots)
{
	uint64_t hash = tn_account_sum(key, len);

	return (uint32_t)(hash ^ hash >> 32) & (slots - 1);
}

/* Where things stand in the file. */
static inline uint64_t
tn_account_login_at(uint32_t slot)
{
	return sizeof(struct tn_account_file_head) + (uint64_t)slot * 4;
}

static inline uint64_t
tn_account_uuid_at(uint32_t slots, uint32_t slot)
{
	return tn_account_login_at(slots) + (uint64_t)slot * 4;
}

static inline uint64_t
tn_account_record_at(uint32_t slots, uint32_t number)
{
	return tn_account_uuid_at(slots, slots) +
	       (uint64_t)(number - 1) * sizeof(struct tn_account_file_record);
}

#endif

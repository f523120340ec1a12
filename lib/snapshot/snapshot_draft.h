/*
 * What a writer has gathered so far.
 * Internal to lib/snapshot; writer only.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_DRAFT_H
#define TN_SNAPSHOT_SNAPSHOT_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "snapshot/snapshot_index.h"

struct draft_user {
	size_t texts; /* in .texts: name, gecos, home, shell with NULs */
	uint32_t uid;
	uint32_t gid;
	uint8_t name_size; /* NULs counted */
	bool dead;
	uint16_t gecos_size;
	uint16_t home_size;
	uint16_t shell_size;
};

struct draft_group {
	size_t name; /* in .texts */
	size_t first_member;
	uint32_t member_count;
	uint32_t gid;
	uint8_t name_size;
};

struct draft_member {
	size_t name; /* in .texts */
	uint8_t name_size;
};

/* Arrays grow; .size counts what fits, .count what is there. */
struct tn_snapshot_writer {
	struct {
		char *data;
		size_t count;
		size_t size;
	} texts;
	struct {
		struct draft_user *data;
		size_t count;
		size_t size;
	} users;
	struct {
		struct draft_group *data;
		size_t count;
		size_t size;
	} groups;
	struct {
		struct draft_member *data;
		size_t count;
		size_t size;
	} members;
	struct tn_snapshot_index user_names;
	struct tn_snapshot_index user_ids;
	struct tn_snapshot_index group_names;
	struct tn_snapshot_index group_ids;
};

/* Is name (size counts its NUL) a user of the draft? Which one? */
bool tn_snapshot_draft_user(const struct tn_snapshot_writer *writer,
                            const char *name, size_t size, uint32_t *ret_entry);

#endif

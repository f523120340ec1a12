/*
 * What an overlay has gathered so far. Internal to lib/snapshot; writer only.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_OVERLAY_DRAFT_H
#define TN_SNAPSHOT_SNAPSHOT_OVERLAY_DRAFT_H

#include "base/hash_table.h"
#include "snapshot/snapshot_group.h"
#include "snapshot/snapshot_overlay.h"
#include "snapshot/snapshot_user.h"

/* A person who is not, or not so, in the base. */
struct overlay_user {
	struct tn_snapshot_user_record record;
	uint32_t *gids;
	UT_hash_handle by_name;
	UT_hash_handle by_uid;
	char texts[]; /* name, gecos, home, shell with NULs */
};

/* A group that is not, or not so, in the base. */
struct overlay_group {
	uint32_t gid;
	uint32_t base_at; /* 0: it stands for itself */
	uint32_t *less;   /* numbers of the base's members, rising */
	uint32_t less_count;
	char **more; /* logins; each to be freed */
	uint32_t more_count;
	size_t more_size; /* bytes of them, NULs counted */
	uint8_t name_size;
	UT_hash_handle by_name;
	UT_hash_handle by_gid;
	char name[];
};

/* A record of the base that is no more. */
struct overlay_hidden {
	uint32_t at;
	bool is_group;
	UT_hash_handle hh;
};

struct tn_snapshot_overlay {
	struct tn_snapshot_file base;
	struct overlay_user *user_names;
	struct overlay_user *user_ids;
	struct overlay_group *group_names;
	struct overlay_group *group_ids;
	struct overlay_hidden *hidden;
	size_t bytes; /* of the records */
	uint64_t keys_generation;
	bool is_changed;
	bool is_saved; /* once at least: readers use this base */
};

/* A record of the base that is not hidden. at is where it is also when it is
   hidden. Anything but TN_OK: not there, or not to be read. */
int tn_overlay_base_user(const struct tn_snapshot_overlay *overlay,
                         const struct tn_snapshot_key *key,
                         struct tn_snapshot_found_user *ret, uint32_t *ret_at);
int
tn_overlay_base_group(const struct tn_snapshot_overlay *overlay,
                      const struct tn_snapshot_key *key,
                      struct tn_snapshot_found_group *ret, uint32_t *ret_at);
bool
tn_overlay_is_hidden(const struct tn_snapshot_overlay *overlay, uint32_t at);
int tn_overlay_hide(struct tn_snapshot_overlay *overlay, uint32_t at,
                    bool is_group, struct tn_err *err);
void tn_overlay_show(struct tn_snapshot_overlay *overlay, uint32_t at);

/* Make the gid part of the person's vector, or no part of it. Who is no person
   of the view is passed over. Errors: TN_E_NO_MEMORY. */
int tn_overlay_set_gid(struct tn_snapshot_overlay *overlay, const char *name,
                       uint32_t gid, bool is_member, struct tn_err *err);

/* Put into the view what is neither in it nor in the way of something there;
   taken over, and freed when there is no memory (TN_E_NO_MEMORY). */
int tn_overlay_add_user(struct tn_snapshot_overlay *overlay,
                        struct overlay_user *user, struct tn_err *err);
int tn_overlay_add_group(struct tn_snapshot_overlay *overlay,
                         struct overlay_group *group, struct tn_err *err);
/* What is in no view, or NULL. */
void tn_overlay_free_user(struct overlay_user *user);
void tn_overlay_free_group(struct overlay_group *group);
void tn_overlay_drop_user(struct tn_snapshot_overlay *overlay,
                          struct overlay_user *user);
void tn_overlay_drop_group(struct tn_snapshot_overlay *overlay,
                           struct overlay_group *group);

/* Bytes of a group's record. */
uint64_t tn_overlay_group_size(const struct overlay_group *group);

/* Drops what the base says, too. */
void tn_overlay_settle(struct tn_snapshot_overlay *overlay);

/* The whole file in memory; free *ret with free(). */
int
tn_overlay_image(const struct tn_snapshot_overlay *overlay, uint64_t generation,
                 int64_t published, const char *cookie, bool enumerate,
                 uint8_t **ret, size_t *ret_size, struct tn_err *err);

#endif

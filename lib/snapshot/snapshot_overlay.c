/* People of the view: put, taken away, looked up. */
#include <config.h>

#include "snapshot/snapshot_overlay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_layout.h"
#include "snapshot/snapshot_overlay_draft.h"

#define NAMES offsetof(struct tn_snapshot_header, user_names)
#define IDS   offsetof(struct tn_snapshot_header, user_ids)

int
tn_snapshot_overlay_new(const char *directory,
                        const struct tn_snapshot_base *base,
                        struct tn_snapshot_overlay **ret, struct tn_err *err)
{
	struct tn_snapshot_overlay *overlay = calloc(1, sizeof(*overlay));
	const struct tn_snapshot_file name = {
		.header = { .base_slot = base->slot,
		            .base_generation = base->generation,
		            .base_published = base->published,
		            .base_size = base->size },
	};
	int rc;

	if (overlay == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	rc = tn_snapshot_map_base(directory, &name, &overlay->base);
	if (rc != TN_OK) {
		free(overlay);
		return tn_fail(err, rc, "the base in %s cannot be read",
		               directory);
	}
	overlay->is_changed = true; /* readers do not know this base yet */
	*ret = overlay;
	return TN_OK;
}

void
tn_snapshot_overlay_free(struct tn_snapshot_overlay *overlay)
{
	struct overlay_hidden *hidden;
	struct overlay_hidden *next;

	if (overlay == NULL)
		return;
	while (overlay->user_names != NULL)
		tn_overlay_drop_user(overlay, overlay->user_names);
	while (overlay->group_names != NULL)
		tn_overlay_drop_group(overlay, overlay->group_names);
	HASH_ITER(hh, overlay->hidden, hidden, next)
	{
		HASH_DEL(overlay->hidden, hidden);
		free(hidden);
	}
	tn_snapshot_unmap(&overlay->base);
	free(overlay);
}

int
tn_overlay_base_user(const struct tn_snapshot_overlay *overlay,
                     const struct tn_snapshot_key *key,
                     struct tn_snapshot_found_user *ret, uint32_t *ret_at)
{
	const struct tn_snapshot_table *index = tn_snapshot_table_of(
	    &overlay->base, key->name != NULL ? NAMES : IDS);
	const char *at;
	int rc;

	*ret_at = 0;
	rc = tn_snapshot_find_in(&overlay->base, index, key,
	                         tn_snapshot_read_user_key, ret, ret_at);
	if (rc != TN_OK)
		return rc;
	at = ret->texts;
	if (at[ret->record.name_size - 1] != '\0' ||
	    (at += ret->record.name_size)[ret->record.gecos_size - 1] != '\0' ||
	    (at += ret->record.gecos_size)[ret->record.home_size - 1] != '\0' ||
	    at[ret->record.home_size + ret->record.shell_size - 1] != '\0')
		return TN_E_DAMAGED;
	return tn_overlay_is_hidden(overlay, *ret_at) ? TN_E_NOT_FOUND : TN_OK;
}

static struct overlay_user *
own_by_name(const struct tn_snapshot_overlay *overlay, const char *name)
{
	struct overlay_user *user = NULL;

	HASH_FIND(by_name, overlay->user_names, name, strlen(name), user);
	return user;
}

static struct overlay_user *
own_by_uid(const struct tn_snapshot_overlay *overlay, uint32_t uid)
{
	struct overlay_user *user = NULL;

	HASH_FIND(by_uid, overlay->user_ids, &uid, sizeof(uid), user);
	return user;
}

static void
tell(const struct tn_snapshot_user_record *record, const char *texts,
     struct tn_snapshot_user *ret)
{
	const char *gecos = texts + record->name_size;
	const char *home = gecos + record->gecos_size;

	*ret = (struct tn_snapshot_user){
		.name = texts,
		.uid = record->uid,
		.gid = record->gid,
		.gecos = gecos,
		.home = home,
		.shell = home + record->home_size,
		.dead = (record->flags & TN_SNAPSHOT_DEAD) != 0,
	};
}

bool
tn_snapshot_overlay_user(const struct tn_snapshot_overlay *overlay,
                         const char *name, struct tn_snapshot_user *ret)
{
	const struct overlay_user *own = own_by_name(overlay, name);
	struct tn_snapshot_found_user found;
	struct tn_snapshot_key key;
	uint32_t at;

	if (own != NULL) {
		tell(&own->record, own->texts, ret);
		return true;
	}
	if (!tn_snapshot_key_of_name(name, &key) ||
	    tn_overlay_base_user(overlay, &key, &found, &at) != TN_OK)
		return false;
	tell(&found.record, found.texts, ret);
	return true;
}

bool
tn_snapshot_overlay_uid(const struct tn_snapshot_overlay *overlay, uint32_t uid,
                        struct tn_snapshot_user *ret)
{
	const struct overlay_user *own = own_by_uid(overlay, uid);
	struct tn_snapshot_found_user found;
	struct tn_snapshot_key key;
	uint32_t at;

	if (own != NULL) {
		tell(&own->record, own->texts, ret);
		return true;
	}
	tn_snapshot_key_of_id(uid, &key);
	if (tn_overlay_base_user(overlay, &key, &found, &at) != TN_OK)
		return false;
	tell(&found.record, found.texts, ret);
	return true;
}

bool
tn_snapshot_overlay_gids(const struct tn_snapshot_overlay *overlay,
                         const char *name, const uint32_t **ret,
                         size_t *ret_count)
{
	const struct overlay_user *own = own_by_name(overlay, name);
	struct tn_snapshot_found_user found;
	struct tn_snapshot_key key;
	uint32_t at;

	if (own != NULL) {
		*ret = own->gids;
		*ret_count = own->record.gid_count;
		return true;
	}
	if (!tn_snapshot_key_of_name(name, &key) ||
	    tn_overlay_base_user(overlay, &key, &found, &at) != TN_OK)
		return false;
	*ret = found.gids;
	*ret_count = found.record.gid_count;
	return true;
}

void
tn_overlay_drop_user(struct tn_snapshot_overlay *overlay,
                     struct overlay_user *user)
{
	HASH_DELETE(by_name, overlay->user_names, user);
	HASH_DELETE(by_uid, overlay->user_ids, user);
	overlay->bytes -= tn_snapshot_user_size(&user->record);
	overlay->is_changed = true;
	tn_overlay_free_user(user);
}

/* A record with its texts copied, not yet in the view; takes gids over when it
   succeeds, else NULL. */
static struct overlay_user *
make_own(const struct tn_snapshot_user_record *record,
         const struct tn_snapshot_user *person, uint32_t *gids)
{
	const char *const text[4] = { person->name, person->gecos, person->home,
		                      person->shell };
	const size_t size[4] = { record->name_size, record->gecos_size,
		                 record->home_size, record->shell_size };
	struct overlay_user *user =
	    malloc(sizeof(*user) + size[0] + size[1] + size[2] + size[3]);
	char *at;
	int i;

	if (user == NULL)
		return NULL;
	memset(user, 0, sizeof(*user));
	user->record = *record;
	user->gids = gids;
	for (i = 0, at = user->texts; i < 4; at += size[i], i++)
		memcpy(at, text[i], size[i]);
	return user;
}

/* Own and base records with the key go out of the view. */
static int
clear(struct tn_snapshot_overlay *overlay, const struct tn_snapshot_key *key,
      struct tn_err *err)
{
	struct overlay_user *own = key->name != NULL
	                               ? own_by_name(overlay, key->name)
	                               : own_by_uid(overlay, key->id);
	struct tn_snapshot_found_user found;
	uint32_t at;

	if (own != NULL)
		tn_overlay_drop_user(overlay, own);
	(void)tn_overlay_base_user(overlay, key, &found, &at);
	return at != 0 ? tn_overlay_hide(overlay, at, false, err) : TN_OK;
}

static int
copy_gids(const uint32_t *gids, size_t count, uint32_t **ret,
          struct tn_err *err)
{
	*ret = calloc(count + 1, sizeof(**ret));
	if (*ret == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	if (count > 0)
		memcpy(*ret, gids, count * sizeof(*gids));
	return TN_OK;
}

static bool
is_same(const struct tn_snapshot_user *a, const struct tn_snapshot_user *b)
{
	return a->uid == b->uid && a->gid == b->gid && a->dead == b->dead &&
	       strcmp(a->name, b->name) == 0 &&
	       strcmp(a->gecos, b->gecos) == 0 &&
	       strcmp(a->home, b->home) == 0 && strcmp(a->shell, b->shell) == 0;
}

/* The record of a person, without gids; its texts are in bounds. */
static int
make_record(const struct tn_snapshot_user *user,
            struct tn_snapshot_user_record *ret, struct tn_err *err)
{
	size_t name = strlen(user->name);
	size_t gecos = strlen(user->gecos);
	size_t home = strlen(user->home);
	size_t shell = strlen(user->shell);

	if (name == 0 || user->uid < TN_SNAPSHOT_ID_MIN ||
	    user->gid < TN_SNAPSHOT_ID_MIN)
		return tn_fail(err, TN_E_INVALID,
		               "user %.64s: no name, or an id below %u",
		               user->name, TN_SNAPSHOT_ID_MIN);
	if (name > TN_SNAPSHOT_NAME_MAX || gecos > TN_SNAPSHOT_TEXT_MAX ||
	    home > TN_SNAPSHOT_TEXT_MAX || shell > TN_SNAPSHOT_TEXT_MAX)
		return tn_fail(err, TN_E_LIMIT,
		               "user %.64s: a text is too long", user->name);
	*ret = (struct tn_snapshot_user_record){
		.uid = user->uid,
		.gid = user->gid,
		.flags = user->dead ? TN_SNAPSHOT_DEAD : 0,
		.name_size = (uint8_t)(name + 1),
		.gecos_size = (uint16_t)(gecos + 1),
		.home_size = (uint16_t)(home + 1),
		.shell_size = (uint16_t)(shell + 1),
	};
	return TN_OK;
}

/* Who is to be put, with the gids of the name; NULL where it is there just so.
   Copied before anything goes: user's texts may be of the view. */
static int
make_ready(const struct tn_snapshot_overlay *overlay,
           const struct tn_snapshot_user *user, struct overlay_user **ret,
           struct tn_err *err)
{
	struct tn_snapshot_user_record record;
	struct tn_snapshot_user old;
	const uint32_t *old_gids = NULL;
	uint32_t *gids = NULL;
	size_t count = 0;
	int rc = make_record(user, &record, err);

	*ret = NULL;
	if (rc != TN_OK ||
	    (tn_snapshot_overlay_user(overlay, user->name, &old) &&
	     is_same(user, &old)))
		return rc;
	(void)tn_snapshot_overlay_gids(overlay, user->name, &old_gids, &count);
	record.gid_count = (uint32_t)count;
	rc = copy_gids(old_gids, count, &gids, err);
	if (rc != TN_OK)
		return rc;
	*ret = make_own(&record, user, gids);
	if (*ret != NULL)
		return TN_OK;
	free(gids);
	return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
}

/* Out of the view goes whoever has the name or the uid. */
static int
make_room(struct tn_snapshot_overlay *overlay, const struct overlay_user *own,
          struct tn_err *err)
{
	struct tn_snapshot_key key;
	int rc;

	(void)tn_snapshot_key_of_name(own->texts, &key);
	rc = clear(overlay, &key, err);
	if (rc != TN_OK)
		return rc;
	tn_snapshot_key_of_id(own->record.uid, &key);
	return clear(overlay, &key, err);
}

int
tn_snapshot_overlay_put_users(struct tn_snapshot_overlay *overlay,
                              const struct tn_snapshot_user *users,
                              size_t count, struct tn_err *err)
{
	struct overlay_user **own =
	    calloc(count + 1, sizeof(struct overlay_user *));
	size_t i;
	int rc = TN_OK;

	if (own == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	for (i = 0; rc == TN_OK && i < count; i++)
		rc = make_ready(overlay, &users[i], &own[i], err);
	for (i = 0; rc == TN_OK && i < count; i++)
		if (own[i] != NULL)
			rc = make_room(overlay, own[i], err);
	for (i = 0; i < count; i++) {
		if (own[i] == NULL)
			continue;
		if (rc == TN_OK)
			rc = tn_overlay_add_user(overlay, own[i], err);
		else
			tn_overlay_free_user(own[i]);
	}
	free(own);
	return rc;
}

int
tn_snapshot_overlay_remove_user(struct tn_snapshot_overlay *overlay,
                                const char *name, struct tn_err *err)
{
	struct tn_snapshot_user old;
	struct tn_snapshot_key key;

	if (!tn_snapshot_overlay_user(overlay, name, &old) ||
	    !tn_snapshot_key_of_name(name, &key))
		return TN_OK;
	return clear(overlay, &key, err);
}

/* The person as an own record; NULL and TN_OK when there is none. */
static int
own_it(struct tn_snapshot_overlay *overlay, const char *name,
       struct overlay_user **ret, struct tn_err *err)
{
	struct tn_snapshot_found_user found;
	struct tn_snapshot_user person;
	struct tn_snapshot_key key;
	uint32_t *gids = NULL;
	uint32_t at;
	int rc;

	*ret = own_by_name(overlay, name);
	if (*ret != NULL || !tn_snapshot_key_of_name(name, &key) ||
	    tn_overlay_base_user(overlay, &key, &found, &at) != TN_OK)
		return TN_OK;
	rc = copy_gids(found.gids, found.record.gid_count, &gids, err);
	if (rc == TN_OK)
		rc = tn_overlay_hide(overlay, at, false, err);
	if (rc != TN_OK) {
		free(gids);
		return rc;
	}
	tell(&found.record, found.texts, &person);
	*ret = make_own(&found.record, &person, gids);
	if (*ret == NULL) {
		tn_overlay_show(overlay, at);
		free(gids);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	rc = tn_overlay_add_user(overlay, *ret, err);
	if (rc != TN_OK) {
		tn_overlay_show(overlay, at);
		*ret = NULL;
	}
	return rc;
}

int
tn_overlay_set_gid(struct tn_snapshot_overlay *overlay, const char *name,
                   uint32_t gid, bool is_member, struct tn_err *err)
{
	struct overlay_user *user;
	const uint32_t *gids;
	uint32_t *grown;
	size_t count;
	size_t i = 0;
	int rc;

	if (!tn_snapshot_overlay_gids(overlay, name, &gids, &count))
		return TN_OK;
	while (i < count && gids[i] != gid)
		i++;
	if ((i < count) == is_member)
		return TN_OK;
	rc = own_it(overlay, name, &user, err);
	if (rc != TN_OK || user == NULL)
		return rc;
	if (!is_member) {
		user->gids[i] = user->gids[count - 1];
		user->record.gid_count--;
		overlay->bytes -= sizeof(gid);
	} else {
		grown = reallocarray(user->gids, count + 1, sizeof(*grown));
		if (grown == NULL)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		grown[count] = gid;
		user->gids = grown;
		user->record.gid_count++;
		overlay->bytes += sizeof(gid);
	}
	overlay->is_changed = true;
	return TN_OK;
}

void
tn_snapshot_overlay_set_keys(struct tn_snapshot_overlay *overlay,
                             uint64_t generation)
{
	if (overlay->keys_generation == generation)
		return;
	overlay->keys_generation = generation;
	overlay->is_changed = true;
}

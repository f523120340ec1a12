#include <config.h>

#include "publish_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "snapshot/snapshot_format.h"
#include "snapshot/snapshot_keys.h"
#include "wire/record.h"

#define GIVEN_UP   1u
#define SLOTS_MIN  64u
#define RECORD_MAX (sizeof(struct holder) + TN_LOGIN_MAX + 1)

/* A record; the login and the keys follow with their NULs. Where it stands in
   the store it is on a boundary of TN_STORE_UNIT alone. */
struct holder {
	struct tn_uuid uuid;
	uint32_t uid;
	uint32_t size;     /* of all of it */
	uint16_t shadowed; /* a second account of the login or number */
	uint16_t login_size;
} __attribute__((packed, aligned(TN_STORE_UNIT)));

static const char *
login_of(const struct holder *holder)
{
	return (const char *)(holder + 1);
}

static const char *
keys_of(const struct holder *holder)
{
	return login_of(holder) + holder->login_size;
}

static const struct holder *
holder_at(const struct tn_publish_keys *keys, uint32_t place)
{
	return tn_store_at(&keys->records, place);
}

static size_t
slot_of(const struct tn_uuid *uuid, size_t count)
{
	uint64_t hash;

	/* entryUUID begins with a time: all bytes count. */
	memcpy(&hash, uuid->byte, sizeof(hash));
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	hash ^= (uint64_t)uuid->byte[8] << 8 | uuid->byte[15];
	return (size_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 32) &
	       (count - 1);
}

_Static_assert(sizeof(struct holder) == 28, "no hole that is compared");

/* Where the account's is, or NULL. */
static uint32_t *
find(const struct tn_publish_keys *keys, const struct tn_uuid *uuid)
{
	size_t i;

	if (keys->slot_count == 0)
		return NULL;
	for (i = slot_of(uuid, keys->slot_count); keys->slots[i] != 0;
	     i = (i + 1) & (keys->slot_count - 1)) {
		if (keys->slots[i] != GIVEN_UP &&
		    memcmp(&holder_at(keys, keys->slots[i])->uuid, uuid,
		           sizeof(*uuid)) == 0)
			return &keys->slots[i];
	}
	return NULL;
}

static bool
has_room(struct tn_publish_keys *keys)
{
	size_t count = SLOTS_MIN;
	uint32_t *slots;
	size_t i;

	if ((keys->used + 1) * 4 < keys->slot_count * 3)
		return true;
	while (count < (keys->live + 1) * 3)
		count *= 2;
	slots = calloc(count, sizeof(*slots));
	if (slots == NULL)
		return false;
	for (i = 0; i < keys->slot_count; i++) {
		size_t to;

		if (keys->slots[i] <= GIVEN_UP)
			continue;
		to = slot_of(&holder_at(keys, keys->slots[i])->uuid, count);
		while (slots[to] != 0)
			to = (to + 1) & (count - 1);
		slots[to] = keys->slots[i];
	}
	free(keys->slots);
	keys->slots = slots;
	keys->slot_count = count;
	keys->used = keys->live;
	return true;
}

static void
drop(struct tn_publish_keys *keys, uint32_t *slot)
{
	tn_store_drop(&keys->records, *slot, holder_at(keys, *slot)->size);
	*slot = GIVEN_UP;
	keys->live--;
	keys->is_due = true;
}

static bool
put(struct tn_publish_keys *keys, const struct holder *holder,
    const char *login, const char *text)
{
	uint8_t data[RECORD_MAX + TN_SSH_KEYS_TEXT_MAX + 1];
	uint32_t place;
	size_t i;

	if (!has_room(keys))
		return false;
	memcpy(data, holder, sizeof(*holder));
	memcpy(data + sizeof(*holder), login, holder->login_size);
	memcpy(data + sizeof(*holder) + holder->login_size, text,
	       strlen(text) + 1);
	place = tn_store_put(&keys->records, data, holder->size);
	if (place <= GIVEN_UP)
		return false;
	for (i = slot_of(&holder->uuid, keys->slot_count); keys->slots[i] != 0;)
		i = (i + 1) & (keys->slot_count - 1);
	keys->slots[i] = place;
	keys->used++;
	keys->live++;
	keys->is_due = true;
	return true;
}

static void
set(struct tn_publish_keys *keys, const struct tn_account_record *record)
{
	const struct tn_account *account = &record->account;
	uint32_t *slot = find(keys, &account->uuid);
	struct holder holder = {
		.uuid = account->uuid,
		.uid = account->uid,
		.shadowed = record->refusal != TN_REFUSAL_NONE,
		.login_size = (uint16_t)(strlen(account->login) + 1),
	};
	bool has_keys = account->keys[0] != '\0' &&
	                account->uid >= TN_SNAPSHOT_ID_MIN &&
	                tn_ssh_keys_are_good(account->keys);
	const struct holder *old;

	holder.size = (uint32_t)(sizeof(holder) + holder.login_size +
	                         strlen(account->keys) + 1);
	if (slot != NULL) {
		old = holder_at(keys, *slot);
		if (has_keys && memcmp(old, &holder, sizeof(holder)) == 0 &&
		    strcmp(login_of(old), account->login) == 0 &&
		    strcmp(keys_of(old), account->keys) == 0)
			return;
		drop(keys, slot);
	}
	if (has_keys && !put(keys, &holder, account->login, account->keys)) {
		if (!keys->is_damaged)
			tn_log_error("no memory for keys: some are missing");
		keys->is_damaged = true;
	}
}

char *
tn_keys_folder(const char *snapshot_directory)
{
	const char *slash = strrchr(snapshot_directory, '/');
	int len = slash != NULL ? (int)(slash - snapshot_directory) : 0;
	char *folder = NULL;

	if (asprintf(&folder, "%.*s/keys", len, snapshot_directory) < 0)
		return NULL;
	return folder;
}

void
tn_publish_keys_done(struct tn_publish_keys *keys)
{
	tn_store_done(&keys->records);
	free(keys->slots);
	*keys = (struct tn_publish_keys){ .is_due = true };
}

void
tn_publish_keys_take(struct tn_publish_keys *keys,
                     const struct tn_message *message)
{
	struct tn_account_record record = { .refusal = TN_REFUSAL_NONE };
	char *texts = NULL;
	struct tn_uuid uuid;
	uint32_t *slot;

	switch (message->what) {
	case TN_WIRE_RESET:
		tn_publish_keys_done(keys);
		break;
	case TN_WIRE_ACCOUNT_SET:
		if (tn_record_get_account(message, &record, &texts, NULL) ==
		    TN_OK)
			set(keys, &record);
		free(texts);
		break;
	case TN_WIRE_ACCOUNT_GONE:
		if (message->len[TN_TAG_UUID] != TN_UUID_LEN)
			break;
		memcpy(uuid.byte, message->field[TN_TAG_UUID], TN_UUID_LEN);
		slot = find(keys, &uuid);
		if (slot != NULL)
			drop(keys, slot);
		break;
	default:
		break;
	}
}

/* Of two accounts of one login the one that is served; of its keys alone. */
static int
add_all(const struct tn_publish_keys *keys, struct tn_keys_writer *writer,
        struct tn_err *err)
{
	int rc = TN_OK;
	size_t i;

	for (i = 0; rc == TN_OK && i < keys->slot_count; i++) {
		const struct holder *holder;

		if (keys->slots[i] <= GIVEN_UP)
			continue;
		holder = holder_at(keys, keys->slots[i]);
		if (holder->shadowed != 0)
			continue;
		rc = tn_keys_add(writer, login_of(holder), holder->uid,
		                 keys_of(holder), err);
		/* One that vanished, and who has the login now: the number
		   decides, and where that is the same, neither gets in. */
		if (rc == TN_E_EXISTS || rc == TN_E_INVALID) {
			tn_log_debug("keys of %s: %s", login_of(holder),
			             err->text);
			*err = (struct tn_err)TN_ERR_INIT;
			rc = TN_OK;
		}
	}
	return rc;
}

int
tn_publish_keys_write(struct tn_publish_keys *keys, const char *directory,
                      uint64_t generation, int64_t published,
                      struct tn_err *err)
{
	struct tn_keys_writer *writer = NULL;
	int rc = tn_keys_writer_new(&writer, err);

	if (rc == TN_OK)
		rc = add_all(keys, writer, err);
	if (rc == TN_OK)
		rc = tn_keys_save(writer, directory, generation, published,
		                  err);
	tn_keys_writer_free(writer);
	if (rc == TN_OK)
		keys->is_due = false;
	return rc;
}

/* Parts of a packed account, without unpacking it. */
#include <config.h>

#include "account_pack.h"

#include <string.h>
#include "packed_account.h"

struct tn_uuid
tn_account_store_uuid(const struct tn_account_store *store, uint32_t place)
{
	struct tn_uuid uuid;
	struct tn_packed_head head;

	(void)tn_packed_head(store, place, &head);
	memcpy(uuid.byte, head.uuid, TN_UUID_LEN);
	return uuid;
}

uint32_t
tn_account_store_uid(const struct tn_account_store *store, uint32_t place)
{
	struct tn_packed_head head;

	(void)tn_packed_head(store, place, &head);
	return head.uid;
}

uint32_t
tn_account_store_gid(const struct tn_account_store *store, uint32_t place)
{
	struct tn_packed_head head;

	(void)tn_packed_head(store, place, &head);
	return head.gid;
}

const char *
tn_account_store_login(const struct tn_account_store *store, uint32_t place)
{
	struct tn_packed_head head;

	return (const char *)tn_packed_head(store, place, &head);
}

const char *
tn_account_store_staff(const struct tn_account_store *store, uint32_t place)
{
	struct tn_packed_head head;
	const char *at = (const char *)tn_packed_head(store, place, &head);

	at += strlen(at) + 1; /* the login */
	return at + strlen(at) + 1;
}

bool
tn_account_store_vanished(const struct tn_account_store *store, uint32_t place)
{
	struct tn_packed_head head;

	(void)tn_packed_head(store, place, &head);
	return (head.flags & TN_PACKED_VANISHED) != 0;
}

void
tn_account_store_vanish(struct tn_account_store *store, uint32_t place)
{
	uint8_t *at = tn_store_at(&store->records, place);
	struct tn_packed_head head;

	memcpy(&head, at, TN_PACKED_HEAD);
	head.flags |= TN_PACKED_VANISHED;
	memcpy(at, &head, TN_PACKED_HEAD);
}

#include <config.h>

#include "account_pack.h"

#include <string.h>
#include "account/ssh_key.h"
#include "base/attrs.h"
#include "packed_account.h"

/* Longer dns are no dns of ours; what is served has TN_DN_MAX. */
#define DN_CUT 4096

/* Each has a bit, in this order from here on, and stands in it in the record
   where it is set. */
#define FIRST_BIT 11

static const struct pooled {
	size_t offset;
	size_t max;
} pooled_texts[] = {
	{ offsetof(struct tn_account, shell), TN_SHELL_MAX },
	{ offsetof(struct tn_account, department), TN_DEPARTMENT_MAX },
	{ offsetof(struct tn_account, language), TN_DEPARTMENT_MAX },
	{ offsetof(struct tn_account, application), TN_DN_MAX },
	{ offsetof(struct tn_account, owner), TN_DN_MAX },
	{ offsetof(struct tn_account, reason), TN_REASON_MAX },
	{ offsetof(struct tn_account, reset_by), TN_DN_MAX },
};

static const size_t days[] = {
	offsetof(struct tn_account, start_day),
	offsetof(struct tn_account, end_day),
};

/* Told by how much later than .created they are. */
static const size_t times[] = {
	offsetof(struct tn_account, changed),
	offsetof(struct tn_account, password_changed),
	offsetof(struct tn_account, initial_deadline),
	offsetof(struct tn_account, policy_locked),
	offsetof(struct tn_account, policy_end),
	offsetof(struct tn_account, policy_start),
	offsetof(struct tn_account, reset_time),
};

#define CREATED_BIT (FIRST_BIT + TN_ARRAY_LEN(pooled_texts))
#define DAYS_BIT    (CREATED_BIT + 1)
#define TIMES_BIT   (DAYS_BIT + TN_ARRAY_LEN(days))
#define KEYS_BIT    (TIMES_BIT + TN_ARRAY_LEN(times))
_Static_assert(KEYS_BIT < 32, "a flag for each");

struct pack {
	struct tn_account_store *store;
	struct tn_packed_head head;
	uint8_t *data; /* TN_STORE_RECORD_MAX */
	size_t len;
	uint32_t taken[TN_ARRAY_LEN(pooled_texts) + 2]; /* of the pool */
	size_t taken_count;
	bool failed;
};

static void
put_bytes(struct pack *pack, const void *bytes, size_t len)
{
	if (len > TN_STORE_RECORD_MAX - pack->len) {
		pack->failed = true;
		return;
	}
	memcpy(pack->data + pack->len, bytes, len);
	pack->len += len;
}

static void
put_number(struct pack *pack, uint64_t number)
{
	uint8_t byte;

	do {
		byte = (uint8_t)(number & 0x7f);
		number >>= 7;
		if (number != 0)
			byte |= 0x80;
		put_bytes(pack, &byte, 1);
	} while (number != 0);
}

static uint64_t
take_number(const uint8_t **at)
{
	uint64_t number = 0;
	unsigned int shift;

	for (shift = 0; shift < 64; shift += 7) {
		number |= (uint64_t)(**at & 0x7f) << shift;
		if ((*(*at)++ & 0x80) == 0)
			break;
	}
	return number;
}

/* Small numbers of either sign are short. */
static void
put_signed(struct pack *pack, uint64_t number)
{
	put_number(pack, number << 1 ^ (number >> 63 != 0 ? UINT64_MAX : 0));
}

static uint64_t
take_signed(const uint8_t **at)
{
	uint64_t number = take_number(at);

	return number >> 1 ^ ((number & 1) != 0 ? UINT64_MAX : 0);
}

static const char *
text_at(const struct tn_account *account, size_t offset)
{
	const char *text;

	memcpy(&text, (const char *)account + offset, sizeof(text));
	return text != NULL ? text : "";
}

static void
put_text(struct pack *pack, const char *text, size_t max)
{
	put_bytes(pack, text, strnlen(text, max + 1));
	put_bytes(pack, "", 1);
}

static const char *
take_text(const uint8_t **at)
{
	const char *text = (const char *)*at;

	*at += strlen(text) + 1;
	return text;
}

static void
put_pooled(struct pack *pack, const char *text, size_t len)
{
	uint32_t number = tn_pool_take(&pack->store->texts, text, len);

	if (number == TN_NO_TEXT) {
		pack->failed = true;
		return;
	}
	pack->taken[pack->taken_count++] = number;
	put_number(pack, number);
}

static const char *
take_pooled(const struct tn_account_store *store, const uint8_t **at)
{
	return tn_pool_text(&store->texts, (uint32_t)take_number(at));
}

static void
put_dn(struct pack *pack, const char *dn, const char *login)
{
	size_t len = login != NULL ? strlen(login) : 0;

	if (login != NULL && strncmp(dn, "uid=", 4) == 0 &&
	    strncmp(dn + 4, login, len) == 0 && dn[4 + len] == ',' &&
	    strnlen(dn, TN_DN_MAX + 1) <= TN_DN_MAX) {
		pack->head.flags |= TN_PACKED_DN_FOLLOWS;
		put_pooled(pack, dn + 4 + len, strlen(dn + 4 + len));
	} else {
		put_text(pack, dn, DN_CUT);
	}
}

static void
put_home(struct pack *pack, const char *home, const char *login)
{
	size_t len = strlen(home);
	size_t tail = login != NULL ? strlen(login) : 0;

	if (len <= TN_HOME_MAX && tail > 0 && tail < len &&
	    home[len - tail - 1] == '/' &&
	    strcmp(home + len - tail, login) == 0) {
		pack->head.flags |= TN_PACKED_HOME_FOLLOWS;
		put_pooled(pack, home, len - tail);
	} else {
		put_text(pack, home, TN_HOME_MAX);
	}
}

static void
put_optional(struct pack *pack, const struct tn_account *account)
{
	uint64_t origin = 0;
	const char *text;
	int64_t time;
	int32_t day;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(pooled_texts); i++) {
		text = text_at(account, pooled_texts[i].offset);
		if (text[0] == '\0')
			continue;
		pack->head.flags |= 1u << (FIRST_BIT + i);
		put_pooled(pack, text, strnlen(text, pooled_texts[i].max + 1));
	}
	if (account->created != TN_TIME_NONE) {
		origin = (uint64_t)account->created;
		pack->head.flags |= 1u << CREATED_BIT;
		put_signed(pack, origin);
	}
	for (i = 0; i < TN_ARRAY_LEN(days); i++) {
		memcpy(&day, (const char *)account + days[i], sizeof(day));
		if (day == TN_DAY_NONE)
			continue;
		pack->head.flags |= 1u << (DAYS_BIT + i);
		put_signed(pack, (uint64_t)(int64_t)day);
	}
	for (i = 0; i < TN_ARRAY_LEN(times); i++) {
		memcpy(&time, (const char *)account + times[i], sizeof(time));
		if (time == TN_TIME_NONE)
			continue;
		pack->head.flags |= 1u << (TIMES_BIT + i);
		put_signed(pack, (uint64_t)time - origin);
	}
	text = text_at(account, offsetof(struct tn_account, keys));
	if (text[0] != '\0') {
		pack->head.flags |= 1u << KEYS_BIT;
		put_text(pack, text, TN_SSH_KEYS_TEXT_MAX);
	}
}

static uint32_t
flags_of(const struct tn_account *account)
{
	uint32_t kind = (uint32_t)account->kind;
	uint32_t status = (uint32_t)account->status;

	/* What is neither is nothing that anybody knows how to judge. */
	return (kind <= TN_PACKED_KIND_MASK ? kind : 0) |
	       (status <= TN_PACKED_STATUS_MASK ? status : 0)
	           << TN_PACKED_STATUS_SHIFT |
	       (account->key_only ? TN_PACKED_KEY_ONLY : 0) |
	       (account->interactive ? TN_PACKED_INTERACTIVE : 0) |
	       (account->vanished ? TN_PACKED_VANISHED : 0) |
	       (account->password_reset ? TN_PACKED_RESET : 0);
}

static uint32_t
put(struct tn_account_store *store, const struct tn_account *account,
    bool has_login)
{
	uint8_t data[TN_STORE_RECORD_MAX];
	struct pack pack = {
		.store = store,
		.data = data,
		.head = { .uid = account->uid,
		          .gid = account->gid,
		          .flags = flags_of(account) },
		.len = TN_PACKED_HEAD,
	};
	const char *login = account->login != NULL ? account->login : "";
	uint32_t place = 0;
	size_t i;

	memcpy(pack.head.uuid, account->uuid.byte, TN_UUID_LEN);
	put_text(&pack, has_login ? login : "", TN_LOGIN_MAX);
	put_text(&pack,
	         text_at(account, offsetof(struct tn_account, real_name)),
	         TN_REAL_NAME_MAX);
	put_text(&pack,
	         text_at(account, offsetof(struct tn_account, staff_number)),
	         TN_STAFF_MAX);
	/* Nothing follows from a login that was cut. */
	if (strnlen(login, TN_LOGIN_MAX + 1) > TN_LOGIN_MAX)
		login = NULL;
	put_dn(&pack, text_at(account, offsetof(struct tn_account, dn)), login);
	put_home(&pack, text_at(account, offsetof(struct tn_account, home)),
	         login);
	put_optional(&pack, account);
	memcpy(data, &pack.head, TN_PACKED_HEAD);
	if (!pack.failed)
		place = tn_store_put(&store->records, data, pack.len);
	if (place == 0)
		for (i = 0; i < pack.taken_count; i++)
			tn_pool_drop(&store->texts, pack.taken[i]);
	return place;
}

uint32_t
tn_account_store_put(struct tn_account_store *store,
                     const struct tn_account *account)
{
	return put(store, account, true);
}

uint32_t
tn_account_store_put_nameless(struct tn_account_store *store,
                              const struct tn_account *account)
{
	return put(store, account, false);
}

static void
get_dn(const struct tn_account_store *store, const struct tn_packed_head *head,
       const uint8_t **at, struct tn_account_view *ret)
{
	const char *tail;
	size_t len;

	if ((head->flags & TN_PACKED_DN_FOLLOWS) == 0) {
		ret->account.dn = take_text(at);
		return;
	}
	tail = take_pooled(store, at);
	len = strlen(ret->account.login);
	memcpy(ret->dn, "uid=", 4);
	memcpy(ret->dn + 4, ret->account.login, len);
	memcpy(ret->dn + 4 + len, tail, strlen(tail) + 1);
	ret->account.dn = ret->dn;
}

static void
get_home(const struct tn_account_store *store,
         const struct tn_packed_head *head, const uint8_t **at,
         struct tn_account_view *ret)
{
	const char *folder;
	size_t len;

	if ((head->flags & TN_PACKED_HOME_FOLLOWS) == 0) {
		ret->account.home = take_text(at);
		return;
	}
	folder = take_pooled(store, at);
	len = strlen(folder);
	memcpy(ret->home, folder, len);
	memcpy(ret->home + len, ret->account.login,
	       strlen(ret->account.login) + 1);
	ret->account.home = ret->home;
}

static void
get_optional(const struct tn_account_store *store,
             const struct tn_packed_head *head, const uint8_t *at,
             struct tn_account *ret)
{
	uint64_t origin = 0;
	const char *text;
	int64_t time;
	int32_t day;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(pooled_texts); i++) {
		if ((head->flags & 1u << (FIRST_BIT + i)) == 0)
			continue;
		text = take_pooled(store, &at);
		memcpy((char *)ret + pooled_texts[i].offset, &text,
		       sizeof(text));
	}
	if ((head->flags & 1u << CREATED_BIT) != 0) {
		origin = take_signed(&at);
		ret->created = (int64_t)origin;
	}
	for (i = 0; i < TN_ARRAY_LEN(days); i++) {
		if ((head->flags & 1u << (DAYS_BIT + i)) == 0)
			continue;
		day = (int32_t)take_signed(&at);
		memcpy((char *)ret + days[i], &day, sizeof(day));
	}
	for (i = 0; i < TN_ARRAY_LEN(times); i++) {
		if ((head->flags & 1u << (TIMES_BIT + i)) == 0)
			continue;
		time = (int64_t)(origin + take_signed(&at));
		memcpy((char *)ret + times[i], &time, sizeof(time));
	}
	if ((head->flags & 1u << KEYS_BIT) != 0)
		ret->keys = take_text(&at);
}

void
tn_account_store_get_named(const struct tn_account_store *store, uint32_t place,
                           const char *login, struct tn_account_view *ret)
{
	struct tn_account *account = &ret->account;
	struct tn_packed_head head;
	const uint8_t *at = tn_packed_head(store, place, &head);

	tn_account_init(account);
	memcpy(account->uuid.byte, head.uuid, TN_UUID_LEN);
	account->uid = head.uid;
	account->gid = head.gid;
	account->kind = (enum tn_kind)(head.flags & TN_PACKED_KIND_MASK);
	account->status = (enum tn_status)(
	    head.flags >> TN_PACKED_STATUS_SHIFT & TN_PACKED_STATUS_MASK);
	account->key_only = (head.flags & TN_PACKED_KEY_ONLY) != 0;
	account->interactive = (head.flags & TN_PACKED_INTERACTIVE) != 0;
	account->vanished = (head.flags & TN_PACKED_VANISHED) != 0;
	account->password_reset = (head.flags & TN_PACKED_RESET) != 0;
	account->login = take_text(&at);
	if (login != NULL)
		account->login = login;
	account->real_name = take_text(&at);
	account->staff_number = take_text(&at);
	get_dn(store, &head, &at, ret);
	get_home(store, &head, &at, ret);
	get_optional(store, &head, at, account);
}

void
tn_account_store_get(const struct tn_account_store *store, uint32_t place,
                     struct tn_account_view *ret)
{
	tn_account_store_get_named(store, place, NULL, ret);
}

static void
drop_pooled(struct tn_account_store *store, const uint8_t **at)
{
	tn_pool_drop(&store->texts, (uint32_t)take_number(at));
}

/* How long a record is stands nowhere: its end is come to. */
void
tn_account_store_drop(struct tn_account_store *store, uint32_t place)
{
	struct tn_packed_head head;
	const uint8_t *start;
	const uint8_t *at;
	size_t i;

	if (place == 0)
		return;
	start = tn_store_at(&store->records, place);
	at = tn_packed_head(store, place, &head);
	for (i = 0; i < 3; i++)
		(void)take_text(&at);
	if ((head.flags & TN_PACKED_DN_FOLLOWS) != 0)
		drop_pooled(store, &at);
	else
		(void)take_text(&at);
	if ((head.flags & TN_PACKED_HOME_FOLLOWS) != 0)
		drop_pooled(store, &at);
	else
		(void)take_text(&at);
	for (i = FIRST_BIT; i < CREATED_BIT; i++)
		if ((head.flags & 1u << i) != 0)
			drop_pooled(store, &at);
	for (; i < KEYS_BIT; i++)
		if ((head.flags & 1u << i) != 0)
			(void)take_number(&at);
	if ((head.flags & 1u << KEYS_BIT) != 0)
		(void)take_text(&at);
	tn_store_drop(&store->records, place, (size_t)(at - start));
}

void
tn_account_store_done(struct tn_account_store *store)
{
	tn_store_done(&store->records);
	tn_pool_done(&store->texts);
}

#include "wire/record.h"
#include <stdlib.h>
#include <string.h>
#include "account/ssh_key.h"
#include "base/text.h"

/*
 * The fields inside a RECORD field. Numbers that may be "none" travel as the
 * bits of their signed value. Appended to, never renumbered.
 */
enum record_field {
	FIELD_UUID = 1,
	FIELD_DN,
	FIELD_LOGIN,
	FIELD_REAL_NAME,
	FIELD_STAFF_NUMBER,
	FIELD_HOME,
	FIELD_SHELL,
	FIELD_DEPARTMENT,
	FIELD_LANGUAGE,
	FIELD_OWNER,
	FIELD_REASON,
	FIELD_APPLICATION,
	FIELD_KIND,
	FIELD_UID,
	FIELD_GID,
	FIELD_STATUS,
	FIELD_START_DAY,
	FIELD_END_DAY,
	FIELD_FLAGS,
	FIELD_CREATED,
	FIELD_CHANGED,
	FIELD_PASSWORD_CHANGED,
	FIELD_INITIAL_DEADLINE,
	FIELD_POLICY_LOCKED,
	FIELD_POLICY_END,
	FIELD_POLICY_START,
	FIELD_REFUSAL,
	FIELD_LOCKS,
	FIELD_RESET_BY,
	FIELD_RESET_TIME,
	FIELD_KEYS,
	FIELD_NAME = 40, /* groups from here on */
	FIELD_MEMBERS,   /* each a byte of length and that many bytes */
};

enum {
	FLAG_KEY_ONLY = 1u << 0,
	FLAG_INTERACTIVE = 1u << 1,
	FLAG_VANISHED = 1u << 2,
	FLAG_PASSWORD_RESET = 1u << 3,
	FLAG_HIDDEN = 1u << 4,
	FLAG_STRANGER = 1u << 5,
	FLAG_ALL = (1u << 6) - 1,
};

#define LOCK_ALL (TN_LOCK_LEAK | TN_LOCK_DEPARTURE | TN_LOCK_SUSPENSION)

/* Members that surely fit beside the rest of a group's datagram. */
#define MEMBER_BYTES (TN_WIRE_RECORD_MAX - 1024)

static const struct text_field {
	enum record_field field;
	size_t offset;
	size_t max;
} text_fields[] = {
	{ FIELD_DN, offsetof(struct tn_account, dn), TN_DN_MAX },
	{ FIELD_LOGIN, offsetof(struct tn_account, login), TN_LOGIN_MAX },
	{ FIELD_REAL_NAME, offsetof(struct tn_account, real_name),
	  TN_REAL_NAME_MAX },
	{ FIELD_STAFF_NUMBER, offsetof(struct tn_account, staff_number),
	  TN_STAFF_MAX },
	{ FIELD_HOME, offsetof(struct tn_account, home), TN_HOME_MAX },
	{ FIELD_SHELL, offsetof(struct tn_account, shell), TN_SHELL_MAX },
	{ FIELD_DEPARTMENT, offsetof(struct tn_account, department),
	  TN_DEPARTMENT_MAX },
	{ FIELD_LANGUAGE, offsetof(struct tn_account, language),
	  TN_DEPARTMENT_MAX },
	{ FIELD_OWNER, offsetof(struct tn_account, owner), TN_DN_MAX },
	{ FIELD_REASON, offsetof(struct tn_account, reason), TN_REASON_MAX },
	{ FIELD_APPLICATION, offsetof(struct tn_account, application),
	  TN_DN_MAX },
	{ FIELD_RESET_BY, offsetof(struct tn_account, reset_by), TN_DN_MAX },
	{ FIELD_KEYS, offsetof(struct tn_account, keys), TN_SSH_KEYS_TEXT_MAX },
};

static const struct time_field {
	enum record_field field;
	size_t offset;
} time_fields[] = {
	{ FIELD_CREATED, offsetof(struct tn_account, created) },
	{ FIELD_CHANGED, offsetof(struct tn_account, changed) },
	{ FIELD_PASSWORD_CHANGED,
	  offsetof(struct tn_account, password_changed) },
	{ FIELD_INITIAL_DEADLINE,
	  offsetof(struct tn_account, initial_deadline) },
	{ FIELD_RESET_TIME, offsetof(struct tn_account, reset_time) },
	{ FIELD_POLICY_LOCKED, offsetof(struct tn_account, policy_locked) },
	{ FIELD_POLICY_END, offsetof(struct tn_account, policy_end) },
	{ FIELD_POLICY_START, offsetof(struct tn_account, policy_start) },
};

static void
put_u32(struct tn_buf *buf, enum record_field field, uint32_t value)
{
	tn_message_put_u32(buf, (enum tn_wire_tag)field, value);
}

/* Wraps the fields of inner into one RECORD field of a finished datagram. */
static int
wrap(struct tn_buf *buf, enum tn_wire_what what, struct tn_buf *inner,
     bool more)
{
	int rc = inner->failed;

	tn_message_start(buf, what);
	if (rc == TN_OK) {
		tn_message_put(buf, TN_TAG_RECORD, inner->data, inner->len);
		if (more)
			tn_message_put_u32(buf, TN_TAG_MORE, 1);
		rc = tn_message_finish(buf);
	}
	tn_buf_done(inner);
	return rc;
}

int
tn_record_put_account(struct tn_buf *buf,
                      const struct tn_account_record *record)
{
	const struct tn_account *account = &record->account;
	struct tn_buf inner;
	uint32_t flags = 0;
	const char *text;
	int64_t time;
	size_t i;

	tn_buf_init(&inner, TN_WIRE_RECORD_MAX);
	tn_message_put(&inner, (enum tn_wire_tag)FIELD_UUID, account->uuid.byte,
	               TN_UUID_LEN);
	for (i = 0; i < TN_ARRAY_LEN(text_fields); i++) {
		memcpy(&text, (const char *)account + text_fields[i].offset,
		       sizeof(text));
		/* What the other side would refuse is not sent. */
		if (text != NULL && (strlen(text) > text_fields[i].max ||
		                     !tn_text_is_utf8(text, strlen(text)))) {
			tn_buf_done(&inner);
			return TN_E_LIMIT;
		}
		tn_message_put_text(&inner,
		                    (enum tn_wire_tag)text_fields[i].field,
		                    text != NULL ? text : "");
	}
	for (i = 0; i < TN_ARRAY_LEN(time_fields); i++) {
		memcpy(&time, (const char *)account + time_fields[i].offset,
		       sizeof(time));
		tn_message_put_u64(&inner,
		                   (enum tn_wire_tag)time_fields[i].field,
		                   (uint64_t)time);
	}
	flags |= account->key_only ? FLAG_KEY_ONLY : 0u;
	flags |= account->interactive ? FLAG_INTERACTIVE : 0u;
	flags |= account->vanished ? FLAG_VANISHED : 0u;
	flags |= account->password_reset ? FLAG_PASSWORD_RESET : 0u;
	flags |= record->hidden ? FLAG_HIDDEN : 0u;
	flags |= record->stranger ? FLAG_STRANGER : 0u;
	put_u32(&inner, FIELD_FLAGS, flags);
	put_u32(&inner, FIELD_KIND, (uint32_t)account->kind);
	put_u32(&inner, FIELD_UID, account->uid);
	put_u32(&inner, FIELD_GID, account->gid);
	put_u32(&inner, FIELD_STATUS, (uint32_t)account->status);
	put_u32(&inner, FIELD_START_DAY, (uint32_t)account->start_day);
	put_u32(&inner, FIELD_END_DAY, (uint32_t)account->end_day);
	put_u32(&inner, FIELD_REFUSAL, (uint32_t)record->refusal);
	put_u32(&inner, FIELD_LOCKS, record->locks);
	return wrap(buf, TN_WIRE_ACCOUNT_SET, &inner, false);
}

/* The fields of the RECORD in a message. */
static int
unwrap(const struct tn_message *message, struct tn_message *ret,
       struct tn_err *err)
{
	struct tn_message fields = { .what = message->what };
	int rc;

	if (message->field[TN_TAG_RECORD] == NULL)
		return tn_fail(err, TN_E_PROTOCOL, "no record in it");
	rc = tn_fields_parse(message->field[TN_TAG_RECORD],
	                     message->len[TN_TAG_RECORD], &fields, err);
	if (rc == TN_OK && fields.len[FIELD_UUID] != TN_UUID_LEN)
		rc = tn_fail(err, TN_E_PROTOCOL, "record without a uuid");
	if (rc == TN_OK)
		*ret = fields;
	return rc;
}

int
tn_record_uuid(const struct tn_message *message, struct tn_uuid *ret,
               struct tn_err *err)
{
	struct tn_message fields;
	int rc = unwrap(message, &fields, err);

	if (rc == TN_OK)
		memcpy(ret->byte, fields.field[FIELD_UUID], TN_UUID_LEN);
	return rc;
}

/* A number no greater than max; none reads as an error. */
static bool
get_u32(const struct tn_message *fields, enum record_field field, uint32_t max,
        uint32_t *ret)
{
	return tn_message_u32(fields, (enum tn_wire_tag)field, ret) == TN_OK &&
	       *ret <= max;
}

static bool
get_numbers(const struct tn_message *fields, struct tn_account_record *record)
{
	struct tn_account *account = &record->account;
	uint32_t flags = 0, kind = 0, status = 0, start = 0, end = 0;
	uint32_t refusal = 0, locks = 0;
	uint64_t bits;
	int64_t time;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(time_fields); i++) {
		if (tn_message_u64(fields,
		                   (enum tn_wire_tag)time_fields[i].field,
		                   &bits) != TN_OK)
			return false;
		time = (int64_t)bits;
		memcpy((char *)account + time_fields[i].offset, &time,
		       sizeof(time));
	}
	if (!get_u32(fields, FIELD_FLAGS, FLAG_ALL, &flags) ||
	    !get_u32(fields, FIELD_KIND, TN_KIND_SERVICE, &kind) ||
	    kind < TN_KIND_PERSON ||
	    !get_u32(fields, FIELD_UID, UINT32_MAX, &account->uid) ||
	    !get_u32(fields, FIELD_GID, UINT32_MAX, &account->gid) ||
	    !get_u32(fields, FIELD_STATUS, TN_STATUS_SUSPENDED, &status) ||
	    !get_u32(fields, FIELD_START_DAY, UINT32_MAX, &start) ||
	    !get_u32(fields, FIELD_END_DAY, UINT32_MAX, &end) ||
	    !get_u32(fields, FIELD_REFUSAL, TN_REFUSAL_COUNT - 1, &refusal) ||
	    !get_u32(fields, FIELD_LOCKS, LOCK_ALL, &locks))
		return false;
	account->kind = (enum tn_kind)kind;
	account->status = (enum tn_status)status;
	account->start_day = (int32_t)start;
	account->end_day = (int32_t)end;
	account->key_only = (flags & FLAG_KEY_ONLY) != 0;
	account->interactive = (flags & FLAG_INTERACTIVE) != 0;
	account->vanished = (flags & FLAG_VANISHED) != 0;
	account->password_reset = (flags & FLAG_PASSWORD_RESET) != 0;
	record->hidden = (flags & FLAG_HIDDEN) != 0;
	record->stranger = (flags & FLAG_STRANGER) != 0;
	record->refusal = (enum tn_refusal)refusal;
	record->locks = locks;
	return true;
}

int
tn_record_get_account(const struct tn_message *message,
                      struct tn_account_record *ret, char **ret_texts,
                      struct tn_err *err)
{
	struct tn_account_record record = { .refusal = TN_REFUSAL_NONE };
	const struct text_field *t;
	struct tn_message fields;
	size_t size = 0, i;
	char *texts = NULL;
	char *at;
	int rc;

	rc = unwrap(message, &fields, err);
	if (rc != TN_OK)
		return rc;
	for (i = 0; i < TN_ARRAY_LEN(text_fields); i++)
		size += text_fields[i].max + 1;
	texts = malloc(size);
	if (texts == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "an account");
	tn_account_init(&record.account);
	memcpy(record.account.uuid.byte, fields.field[FIELD_UUID], TN_UUID_LEN);
	for (i = 0, at = texts; i < TN_ARRAY_LEN(text_fields); i++) {
		t = &text_fields[i];
		rc = tn_message_text(&fields, (enum tn_wire_tag)t->field, at,
		                     t->max + 1);
		if (rc != TN_OK) {
			rc = tn_fail(err, TN_E_PROTOCOL, "record: bad text %d",
			             (int)t->field);
			goto out;
		}
		memcpy((char *)&record.account + t->offset, &at, sizeof(at));
		at += t->max + 1;
	}
	if (!get_numbers(&fields, &record)) {
		rc = tn_fail(err, TN_E_PROTOCOL, "record: bad number");
		goto out;
	}
	*ret = record;
	*ret_texts = texts;
	texts = NULL;
out:
	free(texts);
	return rc;
}

int
tn_record_put_group(struct tn_buf *buf, const struct tn_group *group,
                    size_t first, size_t *ret_next)
{
	struct tn_buf inner, members;
	size_t i, len;
	uint8_t byte;
	int rc;

	len = strlen(group->name);
	if (len > TN_GROUP_NAME_MAX || !tn_text_is_utf8(group->name, len))
		return TN_E_LIMIT;
	tn_buf_init(&members, TN_WIRE_RECORD_MAX);
	for (i = first; i < group->count; i++) {
		len = strlen(group->members[i]);
		if (len == 0 || len > TN_LOGIN_MAX)
			continue; /* no login of ours is like that */
		if (members.len > MEMBER_BYTES - 1 - len)
			break;
		byte = (uint8_t)len;
		(void)tn_buf_put(&members, &byte, 1);
		(void)tn_buf_put(&members, group->members[i], len);
	}
	tn_buf_init(&inner, TN_WIRE_RECORD_MAX);
	tn_message_put(&inner, (enum tn_wire_tag)FIELD_UUID, group->uuid.byte,
	               TN_UUID_LEN);
	tn_message_put_text(&inner, (enum tn_wire_tag)FIELD_NAME, group->name);
	put_u32(&inner, FIELD_GID, group->gid);
	tn_message_put_u64(&inner, (enum tn_wire_tag)FIELD_CHANGED,
	                   (uint64_t)group->changed);
	if (members.failed == TN_OK)
		tn_message_put(&inner, (enum tn_wire_tag)FIELD_MEMBERS,
		               members.data, members.len);
	else
		inner.failed = members.failed;
	tn_buf_done(&members);
	rc = wrap(buf, TN_WIRE_GROUP_SET, &inner, i < group->count);
	if (rc == TN_OK)
		*ret_next = i;
	return rc;
}

/* Counts the members; SIZE_MAX when the list is no list. */
static size_t
count_members(const uint8_t *at, size_t left)
{
	size_t count = 0, len;

	while (left > 0) {
		len = at[0];
		if (len == 0 || len > TN_LOGIN_MAX || len > left - 1 ||
		    !tn_text_is_utf8((const char *)at + 1, len))
			return SIZE_MAX;
		at += 1 + len;
		left -= 1 + len;
		count++;
	}
	return count;
}

int
tn_record_get_group(const struct tn_message *message, struct tn_group **ret,
                    bool *ret_more, struct tn_err *err)
{
	char name[TN_GROUP_NAME_MAX + 1];
	struct tn_group group = { 0 };
	const char **members = NULL;
	struct tn_message fields;
	char *texts = NULL;
	const uint8_t *from;
	uint32_t more = 0;
	uint64_t changed = (uint64_t)TN_TIME_NONE; /* in older records */
	size_t i, len;
	char *at;
	int rc;

	rc = unwrap(message, &fields, err);
	if (rc != TN_OK)
		return rc;
	(void)tn_message_u64(&fields, (enum tn_wire_tag)FIELD_CHANGED,
	                     &changed);
	group.changed = (int64_t)changed;
	if (tn_message_text(&fields, (enum tn_wire_tag)FIELD_NAME, name,
	                    sizeof(name)) != TN_OK ||
	    !get_u32(&fields, FIELD_GID, UINT32_MAX, &group.gid) ||
	    fields.field[FIELD_MEMBERS] == NULL)
		return tn_fail(err, TN_E_PROTOCOL, "group: bad field");
	rc = tn_message_u32(message, TN_TAG_MORE, &more);
	if (rc != TN_OK && rc != TN_E_NOT_FOUND)
		return tn_fail(err, TN_E_PROTOCOL, "group: bad more");
	from = fields.field[FIELD_MEMBERS];
	group.count = count_members(from, fields.len[FIELD_MEMBERS]);
	if (group.count == SIZE_MAX)
		return tn_fail(err, TN_E_PROTOCOL, "group: bad member");
	memcpy(group.uuid.byte, fields.field[FIELD_UUID], TN_UUID_LEN);
	group.name = name;

	/* A length byte in front becomes a NUL behind: the same size, one
	   more for an empty list. */
	texts = malloc((size_t)fields.len[FIELD_MEMBERS] + 1);
	members = calloc(group.count + 1, sizeof(*members));
	if (texts == NULL || members == NULL) {
		rc = tn_fail(err, TN_E_NO_MEMORY, "a group");
		goto out;
	}
	for (i = 0, at = texts; i < group.count; i++) {
		len = from[0];
		memcpy(at, from + 1, len);
		at[len] = '\0';
		members[i] = at;
		at += len + 1;
		from += len + 1;
	}
	group.members = members;
	rc = tn_group_dup(&group, ret, err);
	if (rc == TN_OK)
		*ret_more = more == 1;
out:
	free(members);
	free(texts);
	return rc;
}

#include "wire/lock_record.h"

#include <string.h>
#include "base/text.h"

/* The fields inside a RECORD field. Appended to, never renumbered: they lie
   in a file, too. */
enum lock_field {
	FIELD_UUID = 1,
	FIELD_PERSON,
	FIELD_STAFF_NUMBER,
	FIELD_KIND,
	FIELD_NAME,
	FIELD_SINCE,
	FIELD_REASON,
	FIELD_RELEASED,
	FIELD_SERVER_MS,
	FIELD_SEEN_MS,
	FIELD_OWN,
	FIELD_TOLD,
	FIELD_CREATED,
};

#define FIELD(field) ((enum tn_wire_tag)(field))
#define KIND_ALL     (TN_LOCK_LEAK | TN_LOCK_DEPARTURE | TN_LOCK_SUSPENSION)

static const char *
fitting(const char *text, size_t max)
{
	size_t len = text != NULL ? strlen(text) : 0;

	return len > 0 && len <= max && tn_text_is_utf8(text, len) ? text : "";
}

int
tn_lock_record_put(struct tn_buf *buf, const struct tn_lock *lock,
                   const char *login, uint32_t uid)
{
	const char *name = fitting(lock->name, TN_LOCK_NAME_MAX);
	struct tn_buf inner;
	int rc;

	if (name[0] == '\0')
		return TN_E_LIMIT;
	tn_buf_init(&inner, TN_WIRE_MAX);
	tn_message_put(&inner, FIELD(FIELD_UUID), lock->uuid.byte, TN_UUID_LEN);
	tn_message_put(&inner, FIELD(FIELD_PERSON), lock->person_uuid.byte,
	               TN_UUID_LEN);
	tn_message_put_text(&inner, FIELD(FIELD_STAFF_NUMBER),
	                    fitting(lock->staff_number, TN_STAFF_MAX));
	tn_message_put_u32(&inner, FIELD(FIELD_KIND), (uint32_t)lock->kind);
	tn_message_put_text(&inner, FIELD(FIELD_NAME), name);
	tn_message_put_u64(&inner, FIELD(FIELD_SINCE), (uint64_t)lock->since);
	tn_message_put_text(&inner, FIELD(FIELD_REASON),
	                    fitting(lock->reason, TN_REASON_MAX));
	tn_message_put_u32(&inner, FIELD(FIELD_RELEASED), lock->released);
	tn_message_put_u64(&inner, FIELD(FIELD_SERVER_MS),
	                   (uint64_t)lock->server_ms);
	tn_message_put_u64(&inner, FIELD(FIELD_SEEN_MS),
	                   (uint64_t)lock->seen_ms);
	tn_message_put_u32(&inner, FIELD(FIELD_OWN), lock->own);
	tn_message_put_u32(&inner, FIELD(FIELD_TOLD), lock->told);
	tn_message_put_u64(&inner, FIELD(FIELD_CREATED),
	                   (uint64_t)lock->created);
	rc = inner.failed;
	tn_message_start(buf, TN_WIRE_LOCK_SET);
	if (rc == TN_OK) {
		tn_message_put(buf, TN_TAG_RECORD, inner.data, inner.len);
		if (login != NULL) {
			tn_message_put_text(buf, TN_TAG_USER, login);
			tn_message_put_u32(buf, TN_TAG_UID, uid);
		}
		rc = tn_message_finish(buf);
	}
	tn_buf_done(&inner);
	return rc;
}

static bool
get_uuid(const struct tn_message *fields, enum lock_field field,
         struct tn_uuid *ret)
{
	if (fields->len[field] != TN_UUID_LEN)
		return false;
	memcpy(ret->byte, fields->field[field], TN_UUID_LEN);
	return true;
}

/* Absent in what an earlier version kept. */
static int64_t
milliseconds(const struct tn_message *fields, enum lock_field field)
{
	uint64_t value = 0;

	return tn_message_u64(fields, FIELD(field), &value) == TN_OK &&
	               value <= INT64_MAX
	           ? (int64_t)value
	           : 0;
}

int
tn_lock_record_get(const struct tn_message *message, struct tn_lock **ret,
                   struct tn_err *err)
{
	char staff_number[TN_STAFF_MAX + 1];
	char name[TN_LOCK_NAME_MAX + 1];
	char reason[TN_REASON_MAX + 1];
	struct tn_lock lock = { .name = name,
		                .staff_number = staff_number,
		                .reason = reason };
	struct tn_message fields = { .what = message->what };
	uint32_t kind = 0, released = 0, own = 0, told = 0;
	uint64_t since = 0, created = 0;

	if (message->field[TN_TAG_RECORD] == NULL ||
	    tn_fields_parse(message->field[TN_TAG_RECORD],
	                    message->len[TN_TAG_RECORD], &fields,
	                    err) != TN_OK ||
	    !get_uuid(&fields, FIELD_UUID, &lock.uuid) ||
	    !get_uuid(&fields, FIELD_PERSON, &lock.person_uuid) ||
	    tn_message_text(&fields, FIELD(FIELD_STAFF_NUMBER), staff_number,
	                    sizeof(staff_number)) != TN_OK ||
	    tn_message_text(&fields, FIELD(FIELD_NAME), name, sizeof(name)) !=
	        TN_OK ||
	    tn_message_text(&fields, FIELD(FIELD_REASON), reason,
	                    sizeof(reason)) != TN_OK ||
	    tn_message_u32(&fields, FIELD(FIELD_KIND), &kind) != TN_OK ||
	    tn_message_u64(&fields, FIELD(FIELD_SINCE), &since) != TN_OK ||
	    tn_message_u32(&fields, FIELD(FIELD_RELEASED), &released) !=
	        TN_OK ||
	    name[0] == '\0' || kind == 0 || (kind & ~(uint32_t)KIND_ALL) != 0 ||
	    released > 1)
		return tn_fail(err, TN_E_PROTOCOL, "a damaged lock");
	lock.kind = (enum tn_lock_kind)kind;
	lock.since = (int64_t)since;
	lock.released = released == 1;
	/* Absent in what an earlier version kept. */
	lock.created =
	    tn_message_u64(&fields, FIELD(FIELD_CREATED), &created) == TN_OK
	        ? (int64_t)created
	        : TN_TIME_NONE;
	lock.server_ms = milliseconds(&fields, FIELD_SERVER_MS);
	lock.seen_ms = milliseconds(&fields, FIELD_SEEN_MS);
	lock.own = tn_message_u32(&fields, FIELD(FIELD_OWN), &own) == TN_OK &&
	           own == 1;
	/* Nobody goes back to what an earlier version did. */
	lock.told = tn_message_u32(&fields, FIELD(FIELD_TOLD), &told) !=
	                TN_OK ||
	            told == 1;
	return tn_lock_dup(&lock, ret, err);
}

bool
tn_release_record_get(const struct tn_message *message, char *name,
                      int64_t *ret_created)
{
	uint64_t created = 0;

	if (tn_message_text(message, TN_TAG_LOCK_NAME, name,
	                    TN_LOCK_NAME_MAX + 1) != TN_OK)
		return false;
	/* Absent in what an earlier version kept: it counted then. */
	*ret_created =
	    tn_message_u64(message, TN_TAG_CREATED, &created) == TN_OK
	        ? (int64_t)created
	        : TN_RELEASE_OWN - 1;
	return true;
}

bool
tn_lock_is_ended(const struct tn_lock *lock, int64_t released)
{
	if (lock->own || released == TN_RELEASE_OWN)
		return lock->own && released == TN_RELEASE_OWN;
	return released >= lock->created;
}

#include <config.h>

#include "effect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"

enum effect_field {
	FIELD_NAME = 1,
	FIELD_KIND,
	FIELD_OWN,
	FIELD_LOCAL,
	FIELD_SERVER,
	FIELD_SEEN,
	FIELD_DECIDED,
	FIELD_FINISHED,
	FIELD_ENDED,
	FIELD_SESSIONS,
	FIELD_REPORTED,
	FIELD_LEFT,
	FIELD_LINGERED,
};

#define FIELD(field) ((enum tn_wire_tag)(field))

int
tn_effect_put(struct tn_buf *buf, const struct tn_effect *effect,
              const char *logins)
{
	struct tn_buf inner;
	int rc;

	tn_buf_init(&inner, TN_WIRE_MAX);
	tn_message_put_text(&inner, FIELD(FIELD_NAME), effect->name);
	tn_message_put_u32(&inner, FIELD(FIELD_KIND), (uint32_t)effect->kind);
	tn_message_put_u32(&inner, FIELD(FIELD_OWN), effect->own);
	tn_message_put_u32(&inner, FIELD(FIELD_LOCAL), effect->is_local_uid);
	tn_message_put_u64(&inner, FIELD(FIELD_SERVER),
	                   (uint64_t)effect->server_ms);
	tn_message_put_u64(&inner, FIELD(FIELD_SEEN),
	                   (uint64_t)effect->seen_ms);
	tn_message_put_u64(&inner, FIELD(FIELD_DECIDED),
	                   (uint64_t)effect->decided_ms);
	tn_message_put_u64(&inner, FIELD(FIELD_FINISHED),
	                   (uint64_t)effect->finished_ms);
	tn_message_put_u32(&inner, FIELD(FIELD_ENDED), effect->ended);
	tn_message_put_u32(&inner, FIELD(FIELD_SESSIONS), effect->sessions);
	tn_message_put_u32(&inner, FIELD(FIELD_REPORTED), effect->reported);
	tn_message_put_u32(&inner, FIELD(FIELD_LEFT), effect->left);
	tn_message_put_u32(&inner, FIELD(FIELD_LINGERED), effect->lingered);
	rc = inner.failed;
	tn_message_start(buf, TN_WIRE_EFFECT);
	if (rc == TN_OK) {
		tn_message_put(buf, TN_TAG_RECORD, inner.data, inner.len);
		tn_message_put_text(buf, TN_TAG_LOGINS, logins);
		rc = tn_message_finish(buf);
	}
	tn_buf_done(&inner);
	return rc;
}

static bool
get_time(const struct tn_message *fields, enum effect_field field, int64_t *ret)
{
	uint64_t value;

	if (tn_message_u64(fields, FIELD(field), &value) != TN_OK ||
	    value > INT64_MAX / 2)
		return false;
	*ret = (int64_t)value;
	return true;
}

static bool
get_bool(const struct tn_message *fields, enum effect_field field, bool *ret)
{
	uint32_t value;

	if (tn_message_u32(fields, FIELD(field), &value) != TN_OK || value > 1)
		return false;
	*ret = value == 1;
	return true;
}

int
tn_effect_get(const struct tn_message *message, struct tn_effect *ret,
              struct tn_err *err)
{
	struct tn_message fields = { .what = message->what };
	struct tn_effect effect = { .name = "" };
	uint32_t kind = 0;

	if (message->field[TN_TAG_RECORD] == NULL ||
	    tn_fields_parse(message->field[TN_TAG_RECORD],
	                    message->len[TN_TAG_RECORD], &fields,
	                    err) != TN_OK ||
	    tn_message_text(&fields, FIELD(FIELD_NAME), effect.name,
	                    sizeof(effect.name)) != TN_OK ||
	    tn_message_u32(&fields, FIELD(FIELD_KIND), &kind) != TN_OK ||
	    !get_bool(&fields, FIELD_OWN, &effect.own) ||
	    !get_bool(&fields, FIELD_LOCAL, &effect.is_local_uid) ||
	    !get_time(&fields, FIELD_SERVER, &effect.server_ms) ||
	    !get_time(&fields, FIELD_SEEN, &effect.seen_ms) ||
	    !get_time(&fields, FIELD_DECIDED, &effect.decided_ms) ||
	    !get_time(&fields, FIELD_FINISHED, &effect.finished_ms) ||
	    tn_message_u32(&fields, FIELD(FIELD_ENDED), &effect.ended) !=
	        TN_OK ||
	    tn_message_u32(&fields, FIELD(FIELD_SESSIONS), &effect.sessions) !=
	        TN_OK ||
	    tn_message_u32(&fields, FIELD(FIELD_REPORTED), &effect.reported) !=
	        TN_OK ||
	    tn_message_u32(&fields, FIELD(FIELD_LEFT), &effect.left) != TN_OK ||
	    !get_bool(&fields, FIELD_LINGERED, &effect.lingered))
		return tn_fail(err, TN_E_PROTOCOL, "a damaged effect");
	effect.kind = (enum tn_lock_kind)kind;
	*ret = effect;
	return TN_OK;
}

/* " word=milliseconds since the lock" */
static void
put_delay(struct tn_buf *ret, const char *word, int64_t time, int64_t zero)
{
	if (zero == 0)
		(void)tn_buf_printf(ret, " %s=?", word);
	else if (time == 0)
		(void)tn_buf_printf(ret, " %s=-", word);
	else
		(void)tn_buf_printf(ret, " %s=%" PRId64, word, time - zero);
}

int
tn_effect_format(const struct tn_effect *effect, const char *name,
                 const int64_t *clock, struct tn_buf *ret)
{
	char at[TN_GTIME_TEXT_MAX];
	/* The lock's time on this host's clock. */
	int64_t zero = effect->server_ms;

	if (effect->own)
		zero = effect->seen_ms;
	else if (clock != NULL && zero != 0)
		zero += *clock;
	tn_gtime_format(effect->seen_ms / 1000, at);
	(void)tn_buf_printf(ret, "%s kind=%s at=%.14s.%03dZ", name,
	                    tn_lock_kind_text(effect->kind), at,
	                    (int)(effect->seen_ms % 1000));
	if (clock != NULL)
		(void)tn_buf_printf(ret, " clock=%+" PRId64, *clock);
	else
		(void)tn_buf_put_text(ret, " clock=?");
	put_delay(ret, "seen", effect->seen_ms, zero);
	put_delay(ret, "decided", effect->decided_ms, zero);
	put_delay(ret, "finished", effect->finished_ms, zero);
	(void)tn_buf_printf(ret, " ended=%u sessions=%u reported=%u left=%u",
	                    effect->ended, effect->sessions, effect->reported,
	                    effect->left);
	if (effect->own)
		(void)tn_buf_put_text(ret, " self=1");
	if (effect->lingered)
		(void)tn_buf_put_text(ret, " linger=1");
	if (effect->is_local_uid)
		(void)tn_buf_put_text(ret, " uid=local");
	return ret->failed;
}

#include <config.h>

#include "effects.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "base/hash_table.h"
#include "base/log.h"
#include "channel.h"
#include "login_log.h"
#include "server_rotation.h"

/* A login that was under way when the lock came is ended by the reaper's next
   look, within this; then it is told. */
#define SETTLE_MS 1500
/* What is not gone by then is told as it is. */
#define WAIT_MS 10000
/* So long more is added to what was told already. */
#define KEEP_MS 45000
#define WHY_MAX 100
/* In one turn: a lock that comes meanwhile is published between two. */
#define TELL_MAX 32

struct tn_effect_at {
	struct tn_effect effect;
	struct tn_uuid person;
	char login[TN_LOGIN_MAX + 1];
	bool has_uid;
	uint32_t uid;
	bool has_own_before; /* its person reported it here before */
	bool is_settled;     /* in the next snapshot */
	uint64_t generation; /* of the snapshot that has it; 0: none yet */
	int64_t decided_at;  /* monotonic */
	bool is_due;         /* something is to be told */
	bool is_told;        /* something was */
	bool is_done;        /* nothing more to tell the kept locks */
	bool was_named;      /* in the reaper's look that is under way */
	struct tn_effect_at *next;
};

void
tn_effects_done(struct tn_effects *effects)
{
	struct tn_effect_at *next;

	for (; effects->first != NULL; effects->first = next) {
		next = effects->first->next;
		free(effects->first);
	}
	*effects = (struct tn_effects){ .first = NULL };
}

static struct tn_effect_at *
find(const struct tn_effects *effects, const char *name)
{
	struct tn_effect_at *at = effects->first;

	while (at != NULL && strcmp(at->effect.name, name) != 0)
		at = at->next;
	return at;
}

static bool
is_own_known(const struct tn_effects *effects, const struct tn_uuid *person)
{
	const struct tn_effect_at *at;

	for (at = effects->first; at != NULL; at = at->next)
		if (at->effect.own &&
		    memcmp(&at->person, person, sizeof(*person)) == 0)
			return true;
	return false;
}

void
tn_effects_see(struct tn_effects *effects, const struct tn_lock *lock,
               const struct tn_message *message)
{
	struct tn_effect_at *at = find(effects, lock->name);

	if (at == NULL) {
		/* Of a directory that is read for the first time the departed
		   of many years come at once: nothing of them is here. */
		if (effects->count >= TN_EFFECTS_MAX ||
		    (lock->kind != TN_LOCK_LEAK &&
		     effects->others >= TN_EFFECTS_OTHERS) ||
		    strlen(lock->name) > TN_LOCK_NAME_MAX)
			return;
		at = calloc(1, sizeof(*at));
		if (at == NULL)
			return;
		memcpy(at->effect.name, lock->name, strlen(lock->name) + 1);
		at->effect.kind = lock->kind;
		at->effect.own = lock->own;
		at->effect.seen_ms = lock->seen_ms;
		at->person = lock->person_uuid;
		at->has_own_before =
		    !lock->own && is_own_known(effects, &lock->person_uuid);
		at->next = effects->first;
		effects->first = at;
		effects->count++;
		effects->others += lock->kind != TN_LOCK_LEAK;
	}
	at->effect.server_ms = lock->server_ms;
	if (tn_message_u32(message, TN_TAG_UID, &at->uid) == TN_OK &&
	    tn_message_text(message, TN_TAG_USER, at->login,
	                    sizeof(at->login)) == TN_OK)
		at->has_uid = true;
}

void
tn_effects_settle(struct tn_effects *effects)
{
	struct tn_effect_at *at;

	for (at = effects->first; at != NULL; at = at->next)
		at->is_settled = true;
}

bool
tn_effects_wait_for_snapshot(const struct tn_effects *effects)
{
	const struct tn_effect_at *at = effects->first;

	while (at != NULL && (!at->is_settled || at->generation != 0))
		at = at->next;
	return at != NULL;
}

bool
tn_effects_decide(struct tn_effects *effects,
                  const struct tn_local_names *local, uint64_t generation)
{
	struct tn_effect_at *at;
	bool any = false;

	for (at = effects->first; at != NULL; at = at->next) {
		if (!at->is_settled || at->generation != 0)
			continue;
		at->generation = generation;
		at->decided_at = tn_now_ms();
		at->effect.decided_ms = tn_real_ms();
		at->effect.is_local_uid =
		    at->has_uid && local->has_uid(local->context, at->uid);
		any = true;
	}
	return any;
}

void
tn_effects_tell_why(const struct tn_effects *effects, int reaper,
                    uint64_t generation)
{
	const struct tn_effect_at *at;
	struct tn_buf buf;
	size_t count = 0;

	tn_buf_init(&buf, TN_WIRE_MAX);
	for (at = effects->first; at != NULL && count < WHY_MAX;
	     at = at->next) {
		if (!at->has_uid || at->generation != generation)
			continue;
		count++;
		tn_message_start(&buf, TN_WIRE_REASON);
		tn_message_put_u32(&buf, TN_TAG_UID, at->uid);
		tn_message_put_u32(&buf, TN_TAG_LOCK_KIND,
		                   (uint32_t)at->effect.kind);
		/* Nobody is waited for: it is a courtesy. */
		if (tn_message_finish(&buf) == TN_OK)
			(void)send(reaper, buf.data, buf.len,
			           MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	tn_buf_done(&buf);
}

/* One uid of the reaper's look. */
static void
take_uid(struct tn_effects *effects, const struct tn_message *message)
{
	uint32_t uid, ended, sessions, reported, left, lingered;
	struct tn_effect_at *at;

	if (tn_message_u32(message, TN_TAG_UID, &uid) != TN_OK ||
	    tn_message_u32(message, TN_TAG_ENDED, &ended) != TN_OK ||
	    tn_message_u32(message, TN_TAG_SESSIONS, &sessions) != TN_OK ||
	    tn_message_u32(message, TN_TAG_REPORTED, &reported) != TN_OK ||
	    tn_message_u32(message, TN_TAG_LEFT, &left) != TN_OK ||
	    tn_message_u32(message, TN_TAG_LINGERED, &lingered) != TN_OK)
		return;
	for (at = effects->first; at != NULL; at = at->next) {
		if (!at->has_uid || at->uid != uid)
			continue;
		at->effect.ended += ended;
		at->effect.sessions += sessions;
		at->effect.reported = reported;
		at->effect.left = left;
		at->effect.lingered |= lingered != 0;
		at->was_named = true;
		if (ended > 0)
			at->effect.finished_ms = 0;
	}
}

static void
end_look(struct tn_effects *effects, uint64_t generation)
{
	struct tn_effect_at *at;

	for (at = effects->first; at != NULL; at = at->next) {
		if (!at->was_named) {
			at->effect.left = 0;
			at->effect.reported = 0;
		}
		at->was_named = false;
		if (at->generation == 0 || at->generation > generation ||
		    at->effect.left != 0 || at->effect.finished_ms != 0)
			continue;
		at->effect.finished_ms = tn_real_ms();
		at->is_due = true;
	}
}

void
tn_effects_reaped(struct tn_effects *effects, const struct tn_message *message)
{
	uint64_t generation = 0;

	if (message->what == TN_WIRE_REAPED)
		take_uid(effects, message);
	else if (message->what == TN_WIRE_REAPED_END &&
	         tn_message_u64(message, TN_TAG_GENERATION, &generation) ==
	             TN_OK)
		end_look(effects, generation);
}

/* Every host says what it did of a leak; of another lock, and of one that the
   person's own report came before, who ended something. */
static bool
is_worth_telling(const struct tn_effect_at *at)
{
	return at->effect.ended > 0 || at->effect.left > 0 ||
	       at->effect.lingered ||
	       (at->effect.kind == TN_LOCK_LEAK && !at->has_own_before);
}

static void
tell(struct tn_effects *effects, struct tn_effect_at *at, int net,
     const char *login_log)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf logins;
	struct tn_buf buf;
	const char *text = "";

	at->is_due = false;
	if (!is_worth_telling(at)) {
		at->is_told = true;
		effects->is_to_tell = true;
		return;
	}
	tn_log_info("%s of %s, lock %.100s: refused at once, %u processes "
	            "ended, %u left, %u reported",
	            tn_lock_kind_text(at->effect.kind),
	            at->has_uid ? at->login : "nobody here", at->effect.name,
	            at->effect.ended, at->effect.left, at->effect.reported);
	tn_buf_init(&logins, TN_LOGIN_LOG_TEXT_MAX);
	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	if (at->effect.kind == TN_LOCK_LEAK && at->has_uid) {
		(void)tn_login_log_of(login_log, at->login, &logins);
		text = tn_buf_text(&logins);
	}
	if (tn_effect_put(&buf, &at->effect, text != NULL ? text : "") !=
	        TN_OK ||
	    tn_channel_send(net, &buf, &err) != TN_OK)
		tn_log_err("what was done of a lock", &err);
	tn_buf_done(&buf);
	tn_buf_done(&logins);
}

void
tn_effects_tell(struct tn_effects *effects, int net, const char *login_log)
{
	int64_t now = tn_now_ms();
	struct tn_effect_at **place = &effects->first;
	struct tn_effect_at *at;
	size_t turns = 0;

	while ((at = *place) != NULL && turns < TELL_MAX) {
		if (at->generation != 0 && !at->is_told &&
		    at->effect.finished_ms == 0 &&
		    now - at->decided_at >= WAIT_MS)
			at->is_due = true;
		if (at->is_due && now - at->decided_at >= SETTLE_MS) {
			tell(effects, at, net, login_log);
			turns++;
		}
		if (at->is_done && !at->is_due &&
		    now - at->decided_at >= KEEP_MS && at->effect.left == 0) {
			*place = at->next;
			effects->count--;
			effects->others -= at->effect.kind != TN_LOCK_LEAK;
			free(at);
			continue;
		}
		place = &at->next;
	}
}

bool
tn_effects_take_told(struct tn_effects *effects, char ret[TN_LOCK_NAME_MAX + 1])
{
	struct tn_effect_at *at;

	for (at = effects->first; effects->is_to_tell && at != NULL;
	     at = at->next) {
		if (!at->is_told || at->is_done)
			continue;
		at->is_done = true;
		memcpy(ret, at->effect.name, sizeof(at->effect.name));
		return true;
	}
	effects->is_to_tell = false;
	return false;
}

void
tn_effects_written(struct tn_effects *effects, const char *name)
{
	struct tn_effect_at *at = find(effects, name);

	if (at == NULL)
		return;
	at->is_told = true;
	effects->is_to_tell = true;
}

int
tn_effects_wait(const struct tn_effects *effects)
{
	int64_t now = tn_now_ms();
	const struct tn_effect_at *at;
	int64_t until = INT64_MAX;
	int64_t mine;

	for (at = effects->first; at != NULL; at = at->next) {
		if (at->generation == 0)
			continue;
		if (at->is_due)
			mine = at->decided_at + SETTLE_MS;
		else if (!at->is_told && at->effect.finished_ms == 0)
			mine = at->decided_at + WAIT_MS;
		else
			continue;
		if (mine < until)
			until = mine;
	}
	if (until == INT64_MAX)
		return -1;
	return until > now ? (int)(until - now) : 0;
}

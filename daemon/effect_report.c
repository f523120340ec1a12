#include <config.h>

#include "effect_report.h"

#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "channel.h"
#include "effect.h"
#include "effects.h"
#include "host_report.h"
#include "leak_request.h"
#include "directory/write.h"
#include "login_log.h"
#include "server_clock.h"

#define RETRY_MS   60000
#define WORK_MS    2000 /* of a beat; what is left waits for the next */
#define VALUES_MAX (TN_LOGIN_LOG_TELL_MAX + 2)

struct waiting {
	struct tn_effect effect;
	char *logins; /* lines */
	struct waiting *next;
};

/* publish's thread adds at the end, the heartbeat takes from the front. */
static struct {
	pthread_mutex_t mutex;
	struct waiting *first;
	size_t count;
	int64_t retry_at;
} queue = { .mutex = PTHREAD_MUTEX_INITIALIZER };

void
tn_effect_report_take(const struct tn_message *message)
{
	struct waiting *waiting = calloc(1, sizeof(*waiting));
	struct waiting **end = &queue.first;
	struct tn_err err = TN_ERR_INIT;
	bool is_kept = false;

	if (waiting == NULL ||
	    tn_effect_get(message, &waiting->effect, &err) != TN_OK)
		goto out;
	if (message->field[TN_TAG_LOGINS] != NULL)
		waiting->logins =
		    strndup((const char *)message->field[TN_TAG_LOGINS],
		            message->len[TN_TAG_LOGINS]);
	(void)pthread_mutex_lock(&queue.mutex);
	if (queue.count < TN_EFFECTS_MAX) {
		while (*end != NULL)
			end = &(*end)->next;
		*end = waiting;
		queue.count++;
		is_kept = true;
	}
	(void)pthread_mutex_unlock(&queue.mutex);
out:
	if (is_kept || waiting == NULL)
		return;
	free(waiting->logins);
	free(waiting);
}

/* Only the heartbeat takes away: what it looks at stays. */
static struct waiting *
front(void)
{
	struct waiting *waiting;

	(void)pthread_mutex_lock(&queue.mutex);
	waiting = queue.first;
	(void)pthread_mutex_unlock(&queue.mutex);
	return waiting;
}

static void
drop_front(void)
{
	struct waiting *waiting;

	(void)pthread_mutex_lock(&queue.mutex);
	waiting = queue.first;
	queue.first = waiting->next;
	queue.count--;
	(void)pthread_mutex_unlock(&queue.mutex);
	free(waiting->logins);
	free(waiting);
}

/* Back behind the others. */
static void
turn_front(void)
{
	struct waiting **end = &queue.first;
	struct waiting *waiting;

	(void)pthread_mutex_lock(&queue.mutex);
	waiting = queue.first;
	queue.first = waiting->next;
	while (*end != NULL)
		end = &(*end)->next;
	*end = waiting;
	waiting->next = NULL;
	(void)pthread_mutex_unlock(&queue.mutex);
}

/* What stands for the lock: of the person's own report what the enforcer will
   call it. TN_E_NOT_FOUND: the directory does not know yet. */
static int
name_of(struct tn_connection *connection, const struct tn_effect *effect,
        struct tn_buf *ret, struct tn_err *err)
{
	struct tn_leak_request request = { .uuid = "" };
	int rc;

	if (!effect->own)
		return tn_buf_put_text(ret, effect->name);
	rc = tn_leak_request_look(connection, effect->name, &request, err);
	if (rc != TN_OK)
		return rc;
	return request.uuid[0] != '\0'
	           ? tn_buf_printf(ret, "request-%s", request.uuid)
	           : TN_E_NOT_FOUND;
}

static int
add_values(struct tn_net *net, struct tn_connection *connection,
           const char *attribute, const char *const *values, struct tn_err *err)
{
	const struct tn_modification change = { TN_MODIFY_ADD, attribute,
		                                values };
	struct tn_buf buf;
	const char *dn;
	int rc;

	tn_buf_init(&buf, TN_DN_MAX);
	dn = tn_host_report_dn(net->config, &buf);
	rc = dn == NULL ? tn_fail(err, TN_E_LIMIT, "the host's name")
	                : tn_modify(connection, dn, &change, 1, NULL, err);
	tn_buf_done(&buf);
	return rc == TN_E_EXISTS ? TN_OK : rc;
}

/* "LOCK login=..." for each line. */
static int
add_logins(struct tn_net *net, struct tn_connection *connection,
           const char *name, const char *logins, struct tn_err *err)
{
	const char *values[VALUES_MAX] = { NULL };
	struct tn_buf all;
	size_t count = 0;
	const char *end;
	const char *at;
	char *text;
	int rc = TN_OK;

	tn_buf_init(&all, (size_t)2 * TN_LOGIN_LOG_TEXT_MAX);
	for (at = logins; *at != '\0'; at = end + (*end == '\n')) {
		end = at + strcspn(at, "\n");
		(void)tn_buf_printf(&all, "%s %.*s", name, (int)(end - at), at);
		(void)tn_buf_put(&all, "", 1);
	}
	/* Now it does not move any more. */
	text = (char *)all.data;
	while (all.failed == TN_OK && text != NULL &&
	       text < (char *)all.data + all.len && count + 1 < VALUES_MAX) {
		values[count++] = text;
		text += strlen(text) + 1;
	}
	if (count > 0)
		rc =
		    add_values(net, connection, "tenureLockLogin", values, err);
	tn_buf_done(&all);
	return rc;
}

static void
tell_publish(struct tn_net *net, const char *name)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf buf;

	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, TN_WIRE_EFFECT_TOLD);
	tn_message_put_text(&buf, TN_TAG_LOCK_NAME, name);
	if (tn_message_finish(&buf) == TN_OK)
		(void)tn_channel_send(net->setup->publish, &buf, &err);
	tn_buf_done(&buf);
}

static int
write_one(struct tn_net *net, struct tn_connection *connection,
          const struct waiting *waiting, const int64_t *clock,
          struct tn_err *err)
{
	const char *value[2] = { NULL, NULL };
	struct tn_buf name;
	struct tn_buf text;
	const char *lock;
	int rc;

	tn_buf_init(&name, TN_LOCK_NAME_MAX + 16);
	tn_buf_init(&text, 2 * TN_LOCK_NAME_MAX + 512);
	rc = name_of(connection, &waiting->effect, &name, err);
	lock = tn_buf_text(&name);
	if (rc == TN_OK && lock != NULL)
		rc = tn_effect_format(&waiting->effect, lock, clock, &text);
	value[0] = tn_buf_text(&text);
	if (rc == TN_OK && (lock == NULL || value[0] == NULL))
		rc = tn_fail(err, TN_E_LIMIT, "a lock's name");
	if (rc == TN_OK && waiting->logins != NULL &&
	    waiting->logins[0] != '\0')
		rc = add_logins(net, connection, lock, waiting->logins, err);
	if (rc == TN_OK)
		rc =
		    add_values(net, connection, "tenureLockEffect", value, err);
	tn_buf_done(&text);
	tn_buf_done(&name);
	return rc;
}

void
tn_effect_report_work(struct tn_net *net, struct tn_connection **connection)
{
	struct tn_err err = TN_ERR_INIT;
	struct waiting *waiting = front();
	int64_t now = tn_now_ms();
	int64_t clock = 0;
	int rc;

	if (waiting == NULL || *connection == NULL || now < queue.retry_at)
		return;
	rc = tn_server_clock_ms(net, *connection, &clock, &err);
	while (rc == TN_OK && tn_now_ms() < now + WORK_MS &&
	       (waiting = front()) != NULL) {
		rc = write_one(net, *connection, waiting, &clock, &err);
		if (rc == TN_E_NOT_FOUND) {
			/* Not asked for yet: leak_request.h sees to that. */
			turn_front();
			rc = TN_OK;
			break;
		}
		if (rc != TN_OK)
			break;
		tell_publish(net, waiting->effect.name);
		drop_front();
	}
	if (rc == TN_OK)
		return;
	tn_log_warning("what this host did of a lock was not taken: %s",
	               err.text);
	queue.retry_at = now + RETRY_MS;
	tn_connection_closep(connection);
}

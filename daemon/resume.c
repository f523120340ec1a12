#include <config.h>

#include "resume.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/log.h"
#include "channel.h"
#include "directory/entry.h"
#include "group_parts.h"
#include "request.h"
#include "watch_filter.h"
#include "wire/lock_record.h"
#include "wire/record.h"

struct resume {
	struct tn_net *net;
	struct tn_group_parts parts;
	bool is_ours;    /* the records are of our shape */
	bool is_damaged; /* one could not be read: none counts */
	char cookie[TN_COOKIE_MAX + 1];
	uint64_t heard;
	bool has_cookie;
};

static uint64_t
mix_text(uint64_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return hash * UINT64_C(0x100000001b3);
}

uint64_t
tn_resume_shape(const struct tn_config *config)
{
	uint64_t hash = mix_text(UINT64_C(0xcbf29ce484222325), PACKAGE_VERSION);
	struct tn_buf filter;
	const char *text;
	size_t i;

	tn_buf_init(&filter, TN_WATCH_FILTER_MAX);
	text = tn_watch_filter(config, TN_FILTER_WATCH, &filter);
	hash = mix_text(hash, text != NULL ? text : "");
	hash = mix_text(hash, config->base);
	for (i = 0; tn_watch_attributes[i] != NULL; i++)
		hash = mix_text(hash, tn_watch_attributes[i]);
	tn_buf_done(&filter);
	return hash;
}

static int
put_account(struct resume *resume, const struct tn_message *message,
            struct tn_err *err)
{
	struct tn_account_record record;
	char *texts = NULL;
	int rc = tn_record_get_account(message, &record, &texts, err);

	if (rc == TN_OK)
		rc = tn_table_put_account(&resume->net->table, &record.account,
		                          err);
	free(texts);
	return rc;
}

static int
put_group(struct resume *resume, const struct tn_message *message,
          struct tn_err *err)
{
	struct tn_group *group = NULL;
	int rc = tn_group_parts_take(&resume->parts, message, &group, err);

	if (rc == TN_OK && group != NULL)
		rc = tn_table_put_group(&resume->net->table, group, err);
	tn_group_free(group);
	return rc;
}

static int
put_lock(struct resume *resume, const struct tn_message *message,
         struct tn_err *err)
{
	struct tn_account_table *table = &resume->net->table;
	char name[TN_LOCK_NAME_MAX + 1];
	struct tn_lock *lock = NULL;
	int64_t created;
	int rc;

	if (message->what == TN_WIRE_LOCK_RELEASED) {
		if (!tn_release_record_get(message, name, &created))
			return tn_fail(err, TN_E_PROTOCOL, "names no lock");
		return tn_table_put_release(table, name, created, err);
	}
	rc = tn_lock_record_get(message, &lock, err);
	if (rc == TN_OK)
		rc = tn_table_put_lock(table, lock, err);
	tn_lock_free(lock);
	return rc;
}

/* What is nonsense makes nobody known; nothing else depends on it. */
static int
recall_login(const struct resume *resume, const struct tn_message *message)
{
	char login[TN_REQUEST_USER_MAX];
	char source[TN_REQUEST_TEXT_MAX];
	uint64_t last = 0;

	if (tn_message_text(message, TN_TAG_USER, login, sizeof(login)) !=
	        TN_OK ||
	    tn_message_text(message, TN_TAG_RHOST, source, sizeof(source)) !=
	        TN_OK ||
	    tn_message_u64(message, TN_TAG_HEARD, &last) != TN_OK)
		return TN_OK;
	tn_guesses_recall(resume->net->guesses, login, source,
	                  (int64_t)time(NULL) - (int64_t)last,
	                  tn_now_ms() / 1000);
	return TN_OK;
}

static int
remove_one(struct resume *resume, const struct tn_message *message,
           struct tn_err *err)
{
	struct tn_uuid uuid;

	if (message->len[TN_TAG_UUID] != TN_UUID_LEN)
		return tn_fail(err, TN_E_PROTOCOL, "no uuid");
	memcpy(uuid.byte, message->field[TN_TAG_UUID], TN_UUID_LEN);
	tn_table_delete(&resume->net->table, &uuid);
	return TN_OK;
}

static void
begin(struct resume *resume, const struct tn_message *message)
{
	uint64_t shape = 0;

	resume->is_ours =
	    tn_message_u64(message, TN_TAG_SHAPE, &shape) == TN_OK &&
	    shape == tn_resume_shape(resume->net->config);
}

static int
note_cookie(struct resume *resume, const struct tn_message *message,
            struct tn_err *err)
{
	resume->has_cookie =
	    tn_message_text(message, TN_TAG_COOKIE, resume->cookie,
	                    sizeof(resume->cookie)) == TN_OK &&
	    resume->cookie[0] != '\0';
	if (tn_message_u64(message, TN_TAG_HEARD, &resume->heard) != TN_OK)
		return tn_fail(err, TN_E_PROTOCOL, "no time heard");
	return TN_OK;
}

static int
apply(struct resume *resume, const struct tn_message *message,
      struct tn_err *err)
{
	switch ((int)message->what) {
	case TN_WIRE_LOCK_SET:
	case TN_WIRE_LOCK_RELEASED:
		return put_lock(resume, message, err);
	case TN_WIRE_LOGIN:
		return recall_login(resume, message);
	case TN_WIRE_RESET:
		begin(resume, message);
		return TN_OK;
	default:
		break;
	}
	if (!resume->is_ours || resume->is_damaged)
		return TN_OK;
	switch ((int)message->what) {
	case TN_WIRE_ACCOUNT_SET:
		return put_account(resume, message, err);
	case TN_WIRE_GROUP_SET:
		return put_group(resume, message, err);
	case TN_WIRE_ACCOUNT_GONE:
	case TN_WIRE_GROUP_GONE:
		return remove_one(resume, message, err);
	case TN_WIRE_PUBLISH:
	case TN_WIRE_HEARD:
		return note_cookie(resume, message, err);
	default:
		return tn_fail(err, TN_E_PROTOCOL, "not for net: %d",
		               (int)message->what);
	}
}

/* One datagram; *ret_over when it was the last. */
static int
hear(struct resume *resume, uint8_t *data, bool *ret_over, struct tn_err *err)
{
	struct tn_net *net = resume->net;
	struct tn_err own = TN_ERR_INIT;
	struct tn_message message;
	size_t len = 0;
	int rc;

	rc = tn_channel_receive(net->setup->publish, data, TN_WIRE_RECORD_MAX,
	                        &len, err);
	if (rc == TN_E_UNREACHABLE)
		return rc;
	if (rc == TN_OK)
		rc = tn_message_parse(data, len, &message, &own);
	if (rc == TN_OK && message.what == TN_WIRE_KEPT_END) {
		*ret_over = true;
		net->locks_lost = message.field[TN_TAG_DAMAGED] != NULL;
		return TN_OK;
	}
	if (rc == TN_OK) {
		(void)pthread_rwlock_wrlock(&net->lock);
		rc = apply(resume, &message, &own);
		(void)pthread_rwlock_unlock(&net->lock);
	}
	if (rc == TN_E_NO_MEMORY)
		return tn_fail(err, rc, "what was kept");
	if (rc != TN_OK && !resume->is_damaged) {
		tn_log_warning("what was kept over the restart: %s: the "
		               "directory is read whole",
		               own.text);
		resume->is_damaged = true;
	}
	return TN_OK;
}

int
tn_resume(struct tn_net *net, struct tn_err *err)
{
	struct resume resume = { .net = net };
	uint8_t *data = malloc(TN_WIRE_RECORD_MAX);
	bool is_over = false;
	int rc = TN_OK;

	if (data == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "what was kept");
	while (rc == TN_OK && !is_over)
		rc = hear(&resume, data, &is_over, err);
	tn_group_parts_done(&resume.parts);
	free(data);
	if (rc != TN_OK || !resume.is_ours || resume.is_damaged ||
	    !resume.has_cookie)
		return rc;
	(void)pthread_rwlock_wrlock(&net->lock);
	net->cookie = strdup(resume.cookie);
	net->is_refreshed = net->cookie != NULL;
	tn_log_info("%u accounts are known from before the restart",
	            net->table.count);
	(void)pthread_rwlock_unlock(&net->lock);
	atomic_store(&net->heard, (int64_t)resume.heard);
	tn_net_has_work(net);
	return TN_OK;
}

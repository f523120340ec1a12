/*
 * Hands what changed to publish. Records go as they come; PUBLISH goes when,
 * at one moment under the lock, none is left: what was sent is then exactly
 * the table's state, and its cookie goes with it. During a later refresh too,
 * with the cookie from before it: a lock must not wait for a refresh to end.
 */
#include <config.h>

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "channel.h"
#include "effect_report.h"
#include "net.h"
#include "wire/lock_record.h"
#include "wire/record.h"

/* Changes that come together are published together. */
#define COALESCE_MS 30
#define BATCH       64
/* During a refresh all is changing: publish no more often than this. */
#define REFRESH_MS 500
/* Where nothing changes, publish is told so often when the directory was heard
   last, for what it keeps over a restart. */
#define HEARD_MS 60000
/* After so many records free memory is given back. */
#define TRIM_RECORDS 10000

struct forwarder {
	struct tn_net *net;
	struct tn_buf datagrams[BATCH];
	size_t count;
	bool unpublished; /* something was sent since PUBLISH */
	size_t sent;      /* so many records, since then */
	int64_t published_at;
	int64_t told_at; /* a cookie, with PUBLISH or HEARD */
};

static void
put_gone(struct tn_buf *buf, enum tn_wire_what what, const struct tn_uuid *uuid)
{
	tn_message_start(buf, what);
	tn_message_put(buf, TN_TAG_UUID, uuid->byte, TN_UUID_LEN);
	(void)tn_message_finish(buf);
}

static void
put_account(struct tn_buf *buf, const struct tn_net *net,
            const struct tn_table_account *at)
{
	const bool stranger =
	    !tn_admission_has(&net->table.admission, at->account);
	const struct tn_account_record record = {
		.account = *at->account,
		.refusal = at->refusal,
		.locks = at->locks,
		.hidden = net->hides_others && stranger,
		.stranger = stranger,
	};

	if (tn_record_put_account(buf, &record) != TN_OK) {
		tn_log_warning("%s: over its bounds, not published",
		               at->account->dn);
		put_gone(buf, TN_WIRE_ACCOUNT_GONE, &at->account->uuid);
	}
}

/* Locks and releases are for what publish keeps over a restart. */
static void
put_locks(struct forwarder *forwarder, struct tn_account_table *table)
{
	const struct tn_table_account *account;
	const struct tn_lock *lock;
	const char *name;
	int64_t created;
	struct tn_buf *buf;

	while (forwarder->count < BATCH &&
	       (lock = tn_table_take_dirty_lock(table)) != NULL) {
		buf = &forwarder->datagrams[forwarder->count];
		account = tn_table_by_uuid(table, &lock->person_uuid);
		if (tn_lock_record_put(
		        buf, lock,
		        account != NULL ? account->account->login : NULL,
		        account != NULL ? account->account->uid : 0) == TN_OK)
			forwarder->count++;
		else
			tn_log_warning("lock %.100s: over its bounds, known "
			               "until the next restart only",
			               lock->name);
	}
	while (forwarder->count < BATCH &&
	       (name = tn_table_take_dirty_release(table, &created)) != NULL) {
		buf = &forwarder->datagrams[forwarder->count];
		tn_message_start(buf, TN_WIRE_LOCK_RELEASED);
		tn_message_put_text(buf, TN_TAG_LOCK_NAME, name);
		tn_message_put_u64(buf, TN_TAG_CREATED, (uint64_t)created);
		/* One too long names no lock that could be kept. */
		if (strlen(name) <= TN_LOCK_NAME_MAX &&
		    tn_message_finish(buf) == TN_OK)
			forwarder->count++;
	}
}

/* All parts of a group. */
static int
send_group(struct forwarder *forwarder, const struct tn_group *group,
           struct tn_err *err)
{
	struct tn_buf buf;
	size_t first = 0;
	int rc;

	tn_buf_init(&buf, TN_WIRE_RECORD_MAX);
	do {
		rc = tn_record_put_group(&buf, group, first, &first);
		if (rc == TN_E_LIMIT) {
			tn_log_warning("group %s: over its bounds, not "
			               "published",
			               group->name);
			put_gone(&buf, TN_WIRE_GROUP_GONE, &group->uuid);
			rc = TN_OK;
			first = group->count;
		}
		if (rc == TN_OK)
			rc = tn_channel_send(forwarder->net->setup->publish,
			                     &buf, err);
	} while (rc == TN_OK && first < group->count);
	tn_buf_done(&buf);
	return rc;
}

/*
 * Takes what changed, at most a batch, into datagrams; a copy of one group is
 * taken for itself. Returns true when that was everything and the table is
 * whole; the cookie is then the state's.
 */
static bool
take(struct forwarder *forwarder, struct tn_group **ret_group,
     char **ret_cookie)
{
	struct tn_net *net = forwarder->net;
	const struct tn_table_account *account;
	struct tn_table_group *group;
	bool later;
	bool whole;

	*ret_group = NULL;
	forwarder->count = 0;
	(void)pthread_rwlock_wrlock(&net->lock);
	put_locks(forwarder, &net->table);
	while (forwarder->count < BATCH &&
	       (account = tn_table_take_dirty_account(&net->table)) != NULL)
		put_account(&forwarder->datagrams[forwarder->count++], net,
		            account);
	if (forwarder->count == 0 &&
	    (group = tn_table_take_dirty_group(&net->table)) != NULL) {
		if (group->is_gone) {
			put_gone(&forwarder->datagrams[forwarder->count++],
			         TN_WIRE_GROUP_GONE, &group->group->uuid);
			tn_table_forget_group(&net->table, group);
		} else if (tn_group_dup(group->group, ret_group, NULL) !=
		           TN_OK) {
			tn_log_error("group %s: out of memory",
			             group->group->name);
			tn_table_keep_dirty_group(&net->table, group);
		} else {
			tn_table_told_group(&net->table, group);
		}
	}
	whole = !tn_table_is_dirty(&net->table) && net->is_refreshed;
	later = whole && net->table.in_refresh &&
	        tn_now_ms() - forwarder->published_at < REFRESH_MS;
	whole = whole && !later;
	if (whole)
		*ret_cookie = strdup(net->cookie != NULL ? net->cookie : "");
	(void)pthread_rwlock_unlock(&net->lock);
	if (later && forwarder->unpublished)
		tn_net_has_work(net);
	return whole;
}

/* what: PUBLISH, or HEARD where nothing differs. */
static int
send_cookie(struct forwarder *forwarder, enum tn_wire_what what,
            const char *cookie, struct tn_err *err)
{
	struct tn_net *net = forwarder->net;
	struct tn_buf *buf = &forwarder->datagrams[0];

	tn_message_start(buf, what);
	tn_message_put_text(buf, TN_TAG_COOKIE, cookie);
	tn_message_put_u64(buf, TN_TAG_HEARD,
	                   (uint64_t)atomic_load(&net->heard));
	(void)tn_message_finish(buf);
	if (what == TN_WIRE_PUBLISH) {
		/* A refresh leaves much behind that is free. */
		if (forwarder->sent > TRIM_RECORDS)
			(void)malloc_trim(0);
		forwarder->sent = 0;
		forwarder->unpublished = false;
		forwarder->published_at = tn_now_ms();
	}
	forwarder->told_at = tn_now_ms();
	return tn_channel_send(net->setup->publish, buf, err);
}

/* Sends until nothing is left. */
static int
drain(struct forwarder *forwarder, struct tn_err *err)
{
	int descriptor = forwarder->net->setup->publish;
	struct tn_group *group = NULL;
	char *cookie = NULL;
	bool whole = false;
	bool sent = true;
	int rc = TN_OK;
	size_t i;

	while (rc == TN_OK && !whole && sent) {
		whole = take(forwarder, &group, &cookie);
		sent = forwarder->count > 0 || group != NULL;
		forwarder->unpublished = forwarder->unpublished || sent;
		forwarder->sent += forwarder->count;
		for (i = 0; rc == TN_OK && i < forwarder->count; i++)
			rc = tn_channel_send(descriptor,
			                     &forwarder->datagrams[i], err);
		if (rc == TN_OK && group != NULL)
			rc = send_group(forwarder, group, err);
		tn_group_free(group);
		group = NULL;
	}
	if (rc == TN_OK && whole && forwarder->unpublished)
		rc = send_cookie(forwarder, TN_WIRE_PUBLISH, cookie, err);
	else if (rc == TN_OK && whole &&
	         tn_now_ms() - forwarder->told_at >= HEARD_MS)
		rc = send_cookie(forwarder, TN_WIRE_HEARD, cookie, err);
	free(cookie);
	return rc;
}

static void
wait_for_work(struct tn_net *net)
{
	const struct timespec coalesce = { .tv_nsec = COALESCE_MS * 1000000L };

	struct timespec until;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += HEARD_MS / 1000;
	(void)pthread_mutex_lock(&net->work_mutex);
	while (!net->has_work &&
	       pthread_cond_timedwait(&net->work_cond, &net->work_mutex,
	                              &until) == 0)
		continue;
	(void)pthread_mutex_unlock(&net->work_mutex);
	(void)nanosleep(&coalesce, NULL);
	(void)pthread_mutex_lock(&net->work_mutex);
	net->has_work = false;
	(void)pthread_mutex_unlock(&net->work_mutex);
}

void *
tn_forward_loop(void *arg)
{
	struct forwarder *forwarder = calloc(1, sizeof(*forwarder));
	struct tn_err err = TN_ERR_INIT;
	size_t i;
	int rc;

	if (forwarder == NULL)
		_exit(EXIT_FAILURE);
	forwarder->net = arg;
	forwarder->published_at = -REFRESH_MS;
	forwarder->unpublished = true; /* even an empty directory is a state */
	for (i = 0; i < BATCH; i++)
		tn_buf_init(&forwarder->datagrams[i], TN_WIRE_RECORD_MAX);
	tn_message_start(&forwarder->datagrams[0], TN_WIRE_RESET);
	tn_message_put_u64(&forwarder->datagrams[0], TN_TAG_SHAPE,
	                   forwarder->net->shape);
	(void)tn_message_finish(&forwarder->datagrams[0]);
	rc = tn_channel_send(forwarder->net->setup->publish,
	                     &forwarder->datagrams[0], &err);
	while (rc == TN_OK) {
		wait_for_work(forwarder->net);
		rc = drain(forwarder, &err);
	}
	tn_log_err("publish cannot be told", &err);
	_exit(EXIT_FAILURE);
}

void *
tn_published_loop(void *arg)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_net *net = arg;
	struct tn_message message;
	uint8_t *data = malloc(TN_WIRE_RECORD_MAX);
	uint64_t generation;
	size_t len;
	int rc;

	while (data != NULL) {
		rc = tn_channel_receive(net->setup->publish, data,
		                        TN_WIRE_RECORD_MAX, &len, &err);
		if (rc == TN_E_UNREACHABLE)
			break;
		if (rc != TN_OK ||
		    tn_message_parse(data, len, &message, &err) != TN_OK)
			continue;
		if (message.what == TN_WIRE_EFFECT)
			tn_effect_report_take(&message);
		if (message.what == TN_WIRE_PUBLISHED &&
		    tn_message_u64(&message, TN_TAG_GENERATION, &generation) ==
		        TN_OK)
			atomic_store(&net->generation, generation);
	}
	tn_log_info("publish is gone");
	_exit(EXIT_FAILURE);
}

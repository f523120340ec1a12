#include <config.h>

#include "prepared.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/log.h"
#include "net.h"

#define USED_MAX   64
#define CONNECT_MS 5000

struct slot {
	struct tn_connection *connection;
	size_t place;
	int64_t since;
};

struct tn_prepared {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct tn_server_rotation *rotation;
	size_t most;
	struct slot slots[TN_PREPARED_MOST]; /* the oldest first */
	size_t count;
	/* to be closed */
	struct tn_connection *used[USED_MAX];
	size_t used_count;
	bool is_asleep; /* the thread, until somebody wakes it */
	/* when the last ones were needed; a ring */
	int64_t needed[TN_PREPARED_MOST];
	size_t needed_at;
	/* the thread's own */
	unsigned int failures;
	int64_t not_before; /* after one that failed */
};

size_t
tn_prepared_most(int fleet_hosts)
{
	int each = fleet_hosts > 0 ? TN_PREPARED_FLEET / fleet_hosts
	                           : TN_PREPARED_MOST;

	if (each < 1)
		return 1;
	return each < TN_PREPARED_MOST ? (size_t)each : TN_PREPARED_MOST;
}

size_t
tn_prepared_wanted(const int64_t needed[TN_PREPARED_MOST], size_t most,
                   int64_t now)
{
	bool in_use = false;
	size_t recent = 0;
	size_t i;

	for (i = 0; i < TN_PREPARED_MOST; i++) {
		if (needed[i] == 0)
			continue;
		in_use = in_use || now - needed[i] < TN_PREPARED_QUIET;
		recent += now - needed[i] < TN_PREPARED_RECENT ? 1 : 0;
	}
	if (recent == 0 && in_use)
		recent = 1;
	return recent < most ? recent : most;
}

bool
tn_prepared_is_low(size_t count, size_t wanted)
{
	return count * 2 < wanted;
}

int
tn_prepared_new(struct tn_server_rotation *rotation, int fleet_hosts,
                struct tn_prepared **ret, struct tn_err *err)
{
	struct tn_prepared *prepared = calloc(1, sizeof(*prepared));
	pthread_condattr_t attributes;

	if (prepared == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "connections");
	(void)pthread_mutex_init(&prepared->mutex, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&prepared->cond, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	prepared->rotation = rotation;
	prepared->most = tn_prepared_most(fleet_hosts);
	*ret = prepared;
	return TN_OK;
}

/* Under the mutex: to be closed by the thread, which looks for them once a
   second, and when more are made: to wake it now would keep a login's answer waiting.
   False when that has no room. */
static bool
put_used(struct tn_prepared *prepared, struct tn_connection *connection)
{
	if (prepared->used_count == USED_MAX)
		return false;
	prepared->used[prepared->used_count++] = connection;
	if (prepared->is_asleep || prepared->used_count > USED_MAX / 2)
		(void)pthread_cond_signal(&prepared->cond);
	return true;
}

/* Under the mutex. */
static struct slot
take_slot(struct tn_prepared *prepared, size_t i)
{
	struct slot slot = prepared->slots[i];

	prepared->count--;
	memmove(&prepared->slots[i], &prepared->slots[i + 1],
	        (prepared->count - i) * sizeof(slot));
	return slot;
}

/* Under the mutex. */
static void
drop(struct tn_prepared *prepared, size_t i)
{
	struct slot slot = take_slot(prepared, i);

	if (!put_used(prepared, slot.connection))
		tn_connection_closep(&slot.connection);
}

static bool
is_good(const struct slot *slot, size_t best, int64_t now)
{
	return slot->place == best && now - slot->since < TN_PREPARED_AGE &&
	       !tn_connection_is_lost(slot->connection);
}

bool
tn_prepared_take(struct tn_prepared *prepared, int64_t deadline,
                 struct tn_connection **ret, size_t *ret_place)
{
	size_t order[TN_CONFIG_SERVERS_MAX];
	int64_t now = tn_now_ms();
	struct slot slot = { .connection = NULL };

	(void)tn_rotation_order(prepared->rotation, now, order);
	(void)pthread_mutex_lock(&prepared->mutex);
	prepared->needed[prepared->needed_at] = now;
	prepared->needed_at = (prepared->needed_at + 1) % TN_PREPARED_MOST;
	while (prepared->count > 0 &&
	       !is_good(&prepared->slots[0], order[0], now))
		drop(prepared, 0);
	if (prepared->count > 0)
		slot = take_slot(prepared, 0);
	if (tn_prepared_is_low(
	        prepared->count,
	        tn_prepared_wanted(prepared->needed, prepared->most, now)))
		(void)pthread_cond_signal(&prepared->cond);
	(void)pthread_mutex_unlock(&prepared->mutex);
	if (slot.connection == NULL)
		return false;
	tn_connection_deadline(slot.connection, deadline);
	*ret = slot.connection;
	*ret_place = slot.place;
	return true;
}

void
tn_prepared_forget(struct tn_prepared *prepared, size_t place)
{
	size_t i = 0;

	(void)pthread_mutex_lock(&prepared->mutex);
	while (i < prepared->count)
		if (prepared->slots[i].place == place)
			drop(prepared, i);
		else
			i++;
	(void)pthread_mutex_unlock(&prepared->mutex);
}

void
tn_prepared_closep(struct tn_prepared *prepared,
                   struct tn_connection **connection)
{
	bool taken;

	if (*connection == NULL)
		return;
	(void)pthread_mutex_lock(&prepared->mutex);
	taken = put_used(prepared, *connection);
	(void)pthread_mutex_unlock(&prepared->mutex);
	if (taken)
		*connection = NULL;
	else
		tn_connection_closep(connection);
}

/* Under the mutex: what waited too long, or is more than is wanted, goes.
   Returns how many are missing. */
static size_t
tidy(struct tn_prepared *prepared, int64_t now)
{
	size_t order[TN_CONFIG_SERVERS_MAX];
	size_t wanted =
	    tn_prepared_wanted(prepared->needed, prepared->most, now);
	size_t i = 0;

	(void)tn_rotation_order(prepared->rotation, now, order);
	while (i < prepared->count)
		if (is_good(&prepared->slots[i], order[0], now))
			i++;
		else
			drop(prepared, i);
	while (prepared->count > wanted)
		drop(prepared, 0);
	if (now < prepared->not_before)
		return 0;
	return wanted - prepared->count;
}

/* Under the mutex, until there is something to do. While connections wait
   they are looked at once a second. */
static void
sleep_until_needed(struct tn_prepared *prepared)
{
	struct timespec until;

	if (prepared->count == 0 &&
	    tn_prepared_wanted(prepared->needed, prepared->most, tn_now_ms()) ==
	        0) {
		prepared->is_asleep = true;
		(void)pthread_cond_wait(&prepared->cond, &prepared->mutex);
		prepared->is_asleep = false;
		return;
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	(void)pthread_cond_timedwait(&prepared->cond, &prepared->mutex, &until);
}

static void
make_one(struct tn_prepared *prepared)
{
	struct slot slot = { .connection = NULL };
	struct tn_err err = TN_ERR_INIT;
	int64_t now = tn_now_ms();
	int rc;

	rc = tn_rotation_connect(prepared->rotation, now + CONNECT_MS,
	                         &slot.connection, &slot.place, &err);
	now = tn_now_ms();
	if (rc != TN_OK) {
		/* Whoever logs in finds out by himself, and says so. */
		tn_log_debug("no connection is prepared: %s", err.text);
		prepared->not_before =
		    now + 1000 + tn_backoff_ms(prepared->failures++);
		return;
	}
	prepared->failures = 0;
	slot.since = now;
	(void)pthread_mutex_lock(&prepared->mutex);
	if (prepared->count < prepared->most) {
		prepared->slots[prepared->count++] = slot;
		slot.connection = NULL;
	}
	(void)pthread_mutex_unlock(&prepared->mutex);
	tn_connection_closep(&slot.connection);
}

void *
tn_prepare_loop(void *arg)
{
	struct tn_prepared *prepared = arg;
	struct tn_connection *used[USED_MAX];
	size_t missing;
	size_t count;
	size_t i;

	for (;;) {
		(void)pthread_mutex_lock(&prepared->mutex);
		while ((missing = tidy(prepared, tn_now_ms())) == 0 &&
		       prepared->used_count == 0)
			sleep_until_needed(prepared);
		count = prepared->used_count;
		memcpy(used, prepared->used, count * sizeof(used[0]));
		prepared->used_count = 0;
		(void)pthread_mutex_unlock(&prepared->mutex);
		for (i = 0; i < count; i++)
			tn_connection_closep(&used[i]);
		if (missing > 0)
			make_one(prepared);
	}
	return NULL;
}

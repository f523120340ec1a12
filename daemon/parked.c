#include <config.h>

#include "parked.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "server_rotation.h"

struct item {
	int socket;
	int64_t due;
	struct tn_buf reply;
};

struct tn_parked {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct item items[TN_PARKED_MAX]; /* in no order */
	size_t count;
};

int
tn_parked_new(struct tn_parked **ret, struct tn_err *err)
{
	struct tn_parked *parked = calloc(1, sizeof(*parked));
	pthread_condattr_t attributes;

	if (parked == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "answers");
	(void)pthread_mutex_init(&parked->mutex, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&parked->cond, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	*ret = parked;
	return TN_OK;
}

bool
tn_parked_put(struct tn_parked *parked, int socket, struct tn_buf *reply,
              int64_t due)
{
	bool has_room;

	(void)pthread_mutex_lock(&parked->mutex);
	has_room = parked->count < TN_PARKED_MAX;
	if (has_room) {
		parked->items[parked->count++] = (struct item){
			.socket = socket, .due = due, .reply = *reply
		};
		tn_buf_init(reply, reply->max);
		(void)pthread_cond_signal(&parked->cond);
	}
	(void)pthread_mutex_unlock(&parked->mutex);
	return has_room;
}

/* The one that is due first; there is one. */
static size_t
first(const struct tn_parked *parked)
{
	size_t best = 0;
	size_t i;

	for (i = 1; i < parked->count; i++)
		if (parked->items[i].due < parked->items[best].due)
			best = i;
	return best;
}

/* Under the mutex: waits for the next one, and takes it. */
static struct item
take_next(struct tn_parked *parked)
{
	struct timespec until;
	struct item item;
	size_t at;

	for (;;) {
		while (parked->count == 0)
			(void)pthread_cond_wait(&parked->cond, &parked->mutex);
		at = first(parked);
		item = parked->items[at];
		if (item.due <= tn_now_ms())
			break;
		until =
		    (struct timespec){ .tv_sec = item.due / 1000,
			               .tv_nsec = item.due % 1000 * 1000000 };
		(void)pthread_cond_timedwait(&parked->cond, &parked->mutex,
		                             &until);
	}
	parked->items[at] = parked->items[--parked->count];
	return item;
}

void *
tn_parked_loop(void *arg)
{
	struct tn_parked *parked = arg;
	struct item item;

	for (;;) {
		(void)pthread_mutex_lock(&parked->mutex);
		item = take_next(parked);
		(void)pthread_mutex_unlock(&parked->mutex);
		(void)send(item.socket, item.reply.data, item.reply.len,
		           MSG_NOSIGNAL | MSG_DONTWAIT);
		(void)close(item.socket);
		tn_buf_done(&item.reply);
	}
	return NULL;
}

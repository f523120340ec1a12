#include <config.h>

#include "workers.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include "fair_queue.h"
#include "login.h"
#include "parked.h"
#include "request.h"
#include "secret/secret.h"
#include "door.h"

#define WORKERS       16 /* at most so many are busy */
#define WORKERS_SLOW  12 /* at most so many are busy with passwords */
#define WORKERS_OTHER 8  /* and so many with others than root */
/* Nobody waits for longer than this at the other end (pam_tenure(8)). */
#define QUEUED_MS TN_LOGIN_MS

/* In the order in which they are served. */
enum {
	QUICK_ROOT,
	SLOW_ROOT, /* asks the directory */
	QUICK_OTHERS,
	SLOW_OTHERS,
	QUEUES,
};

/* A storm from one place leaves workers to others, and one from everywhere to
   who is known; what waits at the directory waits there in the order of arrival,
   so that little may. Who guesses at one account with many hands is throttled
   before the hands have done much. */
static const struct tn_fair_bounds bounds[QUEUES] = {
	[QUICK_ROOT] = { WORKERS, WORKERS, WORKERS },
	[SLOW_ROOT] = { 4, 2, 6 },
	[QUICK_OTHERS] = { 4, 4, WORKERS },
	[SLOW_OTHERS] = { 2, 2, 4 },
};

struct tn_workers {
	struct tn_net *net;
	struct tn_parked *parked;
	uint64_t seed; /* of the numbers that stand for names */
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct tn_door *door;
	bool has_porter; /* one of them is at the door */
	struct tn_fair_queue queues[QUEUES];
	size_t busy;
	size_t busy_slow;
	size_t busy_for_others;
};

static bool
is_slow(size_t place)
{
	return place == SLOW_ROOT || place == SLOW_OTHERS;
}

/* There is no room: says so, which PAM takes for "out of reach". */
void
tn_workers_turn_away(int socket)
{
	struct tn_buf reply;

	tn_buf_init(&reply, TN_WIRE_MAX);
	tn_message_start(&reply, TN_WIRE_ANSWER);
	tn_message_put_u32(&reply, TN_TAG_RESULT, TN_RESULT_UNAVAILABLE);
	if (tn_message_finish(&reply) == TN_OK)
		(void)send(socket, reply.data, reply.len,
		           MSG_NOSIGNAL | MSG_DONTWAIT);
	tn_buf_done(&reply);
	(void)close(socket);
}

/* Sends it now, or later; closes the socket. */
static void
reply_to(struct tn_workers *workers, int socket, struct tn_buf *reply,
         int64_t not_before)
{
	if (not_before > tn_now_ms()) {
		/* Sooner than others it is not told, rather not at all. */
		if (!tn_parked_put(workers->parked, socket, reply, not_before))
			tn_workers_turn_away(socket);
		return;
	}
	(void)send(socket, reply->data, reply->len,
	           MSG_NOSIGNAL | MSG_DONTWAIT);
	(void)close(socket);
}

static void
answer(struct tn_workers *workers, const struct tn_waiting *client)
{
	struct tn_net *net = workers->net;
	uint8_t data[TN_WIRE_MAX];
	struct tn_buf reply;
	int64_t not_before = 0;
	ssize_t got;

	tn_buf_init(&reply, TN_WIRE_MAX);
	got =
	    recv(client->socket, data, sizeof(data), MSG_DONTWAIT | MSG_TRUNC);
	if (got > 0 && (size_t)got <= sizeof(data)) {
		not_before =
		    tn_request_answer(net, data, (size_t)got, client->peer,
		                      client->since, &reply);
		(void)atomic_fetch_add(&net->requests, 1);
	} else if (got > 0) {
		/* Too long: the header alone is no question either. */
		(void)tn_request_answer(net, data, TN_WIRE_HEADER - 1,
		                        client->peer, client->since, &reply);
	}
	tn_wipe(data, sizeof(data));
	if (got > 0 && reply.failed == TN_OK && reply.len > 0)
		reply_to(workers, client->socket, &reply, not_before);
	else
		(void)close(client->socket);
	tn_buf_done(&reply);
}

/* Takes what a worker may do next; QUEUES when there is nothing. */
static size_t
choose(struct tn_workers *workers, struct tn_waiting *ret)
{
	size_t i;

	for (i = 0; i < QUEUES; i++) {
		if (is_slow(i) && workers->busy_slow >= WORKERS_SLOW)
			continue;
		if ((i == QUICK_OTHERS || i == SLOW_OTHERS) &&
		    workers->busy_for_others >= WORKERS_OTHER)
			continue;
		if (tn_fair_pop(&workers->queues[i], ret))
			return i;
	}
	return QUEUES;
}

/* Who waited too long, or hung up, is not worth asking the directory for. */
static bool
still_waits(const struct tn_waiting *client)
{
	struct pollfd poller = { .fd = client->socket };

	return tn_now_ms() - client->since <= QUEUED_MS &&
	       poll(&poller, 1, 0) == 0;
}

/* Under the mutex. */
static bool
is_somebody_waiting(const struct tn_workers *workers)
{
	size_t i;

	for (i = 0; i < QUEUES; i++)
		if (workers->queues[i].count > 0)
			return true;
	return false;
}

/* Under the mutex, which it leaves meanwhile. */
static void
look_after_door(struct tn_workers *workers)
{
	workers->has_porter = true;
	if (is_somebody_waiting(workers))
		(void)pthread_cond_signal(&workers->cond);
	(void)pthread_mutex_unlock(&workers->mutex);
	tn_door_wait(workers->door);
	(void)pthread_mutex_lock(&workers->mutex);
	workers->has_porter = false;
}

/*
 * Under the mutex: until there is something that a worker may do. The door comes
 * first, so that whoever is before others is found in a crowd; there is one
 * worker more than may be busy. Whoever is at the door answers himself who came,
 * and another takes his place: a question handed to a thread that sleeps
 * would wait for it to wake.
 */
static size_t
next(struct tn_workers *workers, struct tn_waiting *ret)
{
	size_t from;

	for (;;) {
		if (!workers->has_porter)
			look_after_door(workers);
		if (workers->busy < WORKERS &&
		    (from = choose(workers, ret)) != QUEUES)
			return from;
		if (workers->has_porter)
			(void)pthread_cond_wait(&workers->cond,
			                        &workers->mutex);
	}
}

/* Under the mutex: this one begins with a question, or has done with it. */
static void
count_busy(struct tn_workers *workers, size_t from,
           const struct tn_waiting *client, size_t by)
{
	workers->busy += by;
	workers->busy_slow += is_slow(from) ? by : 0;
	workers->busy_for_others += client->peer == 0 ? 0 : by;
}

static void *
work(void *arg)
{
	struct tn_workers *workers = arg;
	struct tn_waiting client;
	size_t from;

	(void)pthread_mutex_lock(&workers->mutex);
	for (;;) {
		from = next(workers, &client);
		count_busy(workers, from, &client, 1);
		/* Another for the door, or for who else came. */
		(void)pthread_cond_signal(&workers->cond);
		(void)pthread_mutex_unlock(&workers->mutex);

		if (still_waits(&client))
			answer(workers, &client);
		else
			tn_workers_turn_away(client.socket);
		if (is_slow(from))
			tn_wipe_stack();

		(void)pthread_mutex_lock(&workers->mutex);
		tn_fair_done(&workers->queues[from], &client);
		count_busy(workers, from, &client, (size_t)-1);
	}
	return NULL;
}

/* FNV-1a from a seed that nobody knows; never 0. */
static uint64_t
number_of(const struct tn_workers *workers, const char *name)
{
	uint64_t number = workers->seed;

	for (; *name != '\0'; name++) {
		number ^= (unsigned char)*name;
		number *= UINT64_C(0x100000001b3);
	}
	return number != 0 ? number : 1;
}

/* Looks at a question that stays where it is. What is no question at all is
   answered quickly, too. Returns the queue. */
static size_t
sort(struct tn_workers *workers, struct tn_waiting *item)
{
	const size_t others = item->peer == 0 ? 0 : QUICK_OTHERS - QUICK_ROOT;
	uint8_t data[TN_WIRE_MAX];
	struct tn_request request;
	size_t place = QUICK_ROOT;
	ssize_t got;

	got = recv(item->socket, data, sizeof(data), MSG_PEEK | MSG_DONTWAIT);
	if (got > 0 && tn_request_read(data, (size_t)got, item->peer, &request,
	                               NULL) == TN_OK) {
		const char *source = tn_request_source(&request);

		item->source = number_of(workers, source);
		item->account = number_of(workers, request.user);
		item->is_known =
		    tn_request_is_self(workers->net, &request) ||
		    tn_guesses_is_known(workers->net->guesses, request.user,
		                        source, item->since / 1000);
		if (tn_request_asks_directory(&request))
			place = SLOW_ROOT;
	}
	if (got > 0)
		tn_wipe(data, (size_t)got);
	return place + others;
}

void
tn_workers_put(struct tn_workers *workers, int socket, uint32_t peer)
{
	struct tn_waiting item = {
		.socket = socket,
		.peer = peer,
		.since = tn_now_ms(),
		/* of who says nothing that can be read */
		.source = (uint64_t)peer + 1,
	};
	struct tn_waiting gone;
	size_t place = sort(workers, &item);
	bool is_one_gone;

	(void)pthread_mutex_lock(&workers->mutex);
	is_one_gone = tn_fair_push(&workers->queues[place], &item, &gone);
	(void)pthread_mutex_unlock(&workers->mutex);
	if (is_one_gone)
		tn_workers_turn_away(gone.socket);
}

static int
start(struct tn_workers *workers, struct tn_err *err)
{
	pthread_t thread;
	size_t i;
	int rc;

	if (getrandom(&workers->seed, sizeof(workers->seed), 0) !=
	    (ssize_t)sizeof(workers->seed))
		return tn_fail(err, TN_E_IO, "no random numbers");
	(void)pthread_mutex_init(&workers->mutex, NULL);
	(void)pthread_cond_init(&workers->cond, NULL);
	for (i = 0; i < QUEUES; i++)
		tn_fair_init(&workers->queues[i], &bounds[i]);
	rc = tn_door_new(workers->net, workers, &workers->door, err);
	if (rc == TN_OK)
		rc = tn_parked_new(&workers->parked, err);
	if (rc != TN_OK)
		return rc;
	if (pthread_create(&thread, NULL, tn_parked_loop, workers->parked) != 0)
		return tn_fail(err, TN_E_NO_MEMORY, "no thread");
	/* The caller is one more. */
	for (i = 0; i < WORKERS; i++)
		if (pthread_create(&thread, NULL, work, workers) != 0)
			return tn_fail(err, TN_E_NO_MEMORY, "no thread");
	return TN_OK;
}

int
tn_workers_run(struct tn_net *net, struct tn_err *err)
{
	struct tn_workers *workers = calloc(1, sizeof(*workers));
	int rc;

	if (workers == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "workers");
	workers->net = net;
	rc = start(workers, err);
	if (rc != TN_OK)
		return rc;
	(void)work(workers);
	return TN_OK;
}

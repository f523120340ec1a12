/*
 * Accepts questions and hands them to a fixed number of workers. Nobody waits
 * for a client that says nothing: a connection costs a worker only once its
 * question has arrived. Bounded everywhere, with room kept for root, so that an
 * ordinary user who floods the socket keeps nobody from logging in, and with
 * room kept for what asks the directory nothing, so that password logins that
 * wait for a hanging server keep no key login, sudo or cron job waiting.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/log.h"
#include "login.h"
#include "net.h"
#include "request.h"
#include "secret/secret.h"

#define WORKERS       16
#define WORKERS_SLOW  12 /* at most so many are busy with passwords */
#define WORKERS_OTHER 8  /* and so many with others than root */
#define QUEUE_MAX     256
#define PENDING_MAX   512
#define PENDING_EACH  32 /* of one ordinary user */
#define SILENT_MS     5000
/* Nobody waits for longer than this at the other end (pam_tenure(8)). */
#define QUEUED_MS TN_LOGIN_MS

struct client {
	int socket;
	uint32_t peer;
	int64_t since; /* monotonic milliseconds */
	bool is_slow;  /* asks the directory */
};

struct queue {
	struct client clients[QUEUE_MAX];
	size_t first;
	size_t count;
};

/* In the order in which they are served. */
enum {
	QUICK_ROOT,
	SLOW_ROOT,
	QUICK_OTHERS,
	SLOW_OTHERS,
	QUEUES,
};

struct server {
	struct tn_net *net;
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct queue queues[QUEUES];
	size_t busy_slow;
	size_t busy_for_others;
	/* the acceptor's own: connected, nothing said yet */
	struct client pending[PENDING_MAX];
	size_t pending_count;
};

static bool
push(struct queue *queue, const struct client *client)
{
	if (queue->count == QUEUE_MAX)
		return false;
	queue->clients[(queue->first + queue->count) % QUEUE_MAX] = *client;
	queue->count++;
	return true;
}

static struct client
pop(struct queue *queue)
{
	struct client client = queue->clients[queue->first];

	queue->first = (queue->first + 1) % QUEUE_MAX;
	queue->count--;
	return client;
}

static void
answer(struct tn_net *net, const struct client *client)
{
	uint8_t data[TN_WIRE_MAX];
	struct tn_buf reply;
	ssize_t got;

	tn_buf_init(&reply, TN_WIRE_MAX);
	got =
	    recv(client->socket, data, sizeof(data), MSG_DONTWAIT | MSG_TRUNC);
	if (got > 0 && (size_t)got <= sizeof(data)) {
		tn_request_answer(net, data, (size_t)got, client->peer, &reply);
		(void)atomic_fetch_add(&net->requests, 1);
	} else if (got > 0) {
		/* Too long: the header alone is no question either. */
		tn_request_answer(net, data, TN_WIRE_HEADER - 1, client->peer,
		                  &reply);
	}
	if (got > 0 && reply.failed == TN_OK && reply.len > 0)
		(void)send(client->socket, reply.data, reply.len,
		           MSG_NOSIGNAL | MSG_DONTWAIT);
	tn_wipe(data, sizeof(data));
	tn_buf_done(&reply);
}

/* Where there is something to do that a worker may do; QUEUES when nowhere. */
static size_t
choose(const struct server *server)
{
	size_t i;

	for (i = 0; i < QUEUES; i++) {
		if (server->queues[i].count == 0)
			continue;
		if ((i == SLOW_ROOT || i == SLOW_OTHERS) &&
		    server->busy_slow >= WORKERS_SLOW)
			continue;
		if ((i == QUICK_OTHERS || i == SLOW_OTHERS) &&
		    server->busy_for_others >= WORKERS_OTHER)
			continue;
		return i;
	}
	return QUEUES;
}

/* Who waited too long, or hung up, is not worth asking the directory for. */
static bool
still_waits(const struct client *client)
{
	struct pollfd poller = { .fd = client->socket };

	return tn_now_ms() - client->since <= QUEUED_MS &&
	       poll(&poller, 1, 0) == 0;
}

static void turn_away(const struct client *client);

static void *
work(void *arg)
{
	struct server *server = arg;
	struct client client;
	bool is_root;
	size_t from;

	for (;;) {
		(void)pthread_mutex_lock(&server->mutex);
		while ((from = choose(server)) == QUEUES)
			(void)pthread_cond_wait(&server->cond, &server->mutex);
		client = pop(&server->queues[from]);
		is_root = client.peer == 0;
		server->busy_slow += client.is_slow ? 1 : 0;
		server->busy_for_others += is_root ? 0 : 1;
		(void)pthread_mutex_unlock(&server->mutex);

		if (still_waits(&client)) {
			answer(server->net, &client);
			(void)close(client.socket);
		} else {
			turn_away(&client);
		}

		(void)pthread_mutex_lock(&server->mutex);
		server->busy_slow -= client.is_slow ? 1 : 0;
		server->busy_for_others -= is_root ? 0 : 1;
		(void)pthread_cond_signal(&server->cond);
		(void)pthread_mutex_unlock(&server->mutex);
	}
	return NULL;
}

/* There is no room: says so, which PAM takes for "out of reach". */
static void
turn_away(const struct client *client)
{
	struct tn_buf reply;

	tn_buf_init(&reply, TN_WIRE_MAX);
	tn_message_start(&reply, TN_WIRE_ANSWER);
	tn_message_put_u32(&reply, TN_TAG_RESULT, TN_RESULT_UNAVAILABLE);
	if (tn_message_finish(&reply) == TN_OK)
		(void)send(client->socket, reply.data, reply.len,
		           MSG_NOSIGNAL | MSG_DONTWAIT);
	tn_buf_done(&reply);
	(void)close(client->socket);
}

/* What is no question at all is answered quickly, too. */
static bool
asks_directory(const struct client *client)
{
	uint8_t header[TN_WIRE_HEADER];
	ssize_t got = recv(client->socket, header, sizeof(header),
	                   MSG_PEEK | MSG_DONTWAIT);

	return got == (ssize_t)sizeof(header) &&
	       (header[3] == TN_WIRE_AUTHENTICATE ||
	        header[3] == TN_WIRE_VERIFY || header[3] == TN_WIRE_CHANGE);
}

static void
enqueue(struct server *server, struct client *client)
{
	size_t place;
	bool taken;

	client->is_slow = asks_directory(client);
	if (client->peer == 0)
		place = client->is_slow ? SLOW_ROOT : QUICK_ROOT;
	else
		place = client->is_slow ? SLOW_OTHERS : QUICK_OTHERS;
	(void)pthread_mutex_lock(&server->mutex);
	taken = push(&server->queues[place], client);
	(void)pthread_cond_signal(&server->cond);
	(void)pthread_mutex_unlock(&server->mutex);
	if (!taken)
		turn_away(client);
}

/* Room for one more of this peer? Root may push out who is silent longest. */
static bool
make_room(struct server *server, uint32_t peer)
{
	size_t same = 0;
	size_t i;

	for (i = 0; i < server->pending_count; i++)
		if (server->pending[i].peer == peer)
			same++;
	if (peer != 0 && same >= PENDING_EACH)
		return false;
	if (server->pending_count < PENDING_MAX)
		return true;
	for (i = 0; peer == 0 && i < server->pending_count; i++)
		if (server->pending[i].peer != 0) {
			turn_away(&server->pending[i]);
			server->pending_count--;
			memmove(&server->pending[i], &server->pending[i + 1],
			        (server->pending_count - i) *
			            sizeof(server->pending[0]));
			return true;
		}
	return false;
}

static void
accept_all(struct server *server)
{
	const int listener = server->net->setup->listener;
	struct client client;
	struct ucred peer;
	socklen_t size;
	int round;

	for (round = 0; round < 64; round++) {
		/* cppcheck-suppress nullPointer; nobody asks for the name */
		client.socket = accept4(listener, NULL, NULL,
		                        SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (client.socket < 0)
			return;
		size = sizeof(peer);
		if (getsockopt(client.socket, SOL_SOCKET, SO_PEERCRED, &peer,
		               &size) != 0 ||
		    size != sizeof(peer)) {
			(void)close(client.socket);
			continue;
		}
		client.peer = peer.uid;
		client.is_slow = false; /* as long as it says nothing */
		client.since = tn_now_ms();
		if (make_room(server, client.peer))
			server->pending[server->pending_count++] = client;
		else
			turn_away(&client);
	}
}

/* Who has spoken goes to the workers, who was silent too long goes. */
static void
sort_pending(struct server *server, const struct pollfd *pollers, size_t count)
{
	int64_t now = tn_now_ms();
	size_t kept = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		struct client *client = &server->pending[i];

		if ((pollers[i].revents & POLLIN) != 0)
			enqueue(server, client);
		else if (pollers[i].revents != 0 ||
		         now - client->since > SILENT_MS)
			(void)close(client->socket);
		else
			server->pending[kept++] = *client;
	}
	server->pending_count = kept;
}

int
tn_serve_loop(struct tn_net *net)
{
	static struct pollfd pollers[PENDING_MAX + 1];
	struct server *server = calloc(1, sizeof(*server));
	pthread_t thread;
	size_t count;
	size_t i;

	if (server == NULL)
		return EXIT_FAILURE;
	server->net = net;
	(void)pthread_mutex_init(&server->mutex, NULL);
	(void)pthread_cond_init(&server->cond, NULL);
	for (i = 0; i < WORKERS; i++)
		if (pthread_create(&thread, NULL, work, server) != 0) {
			tn_log_error("not started: no thread");
			return EXIT_FAILURE;
		}
	for (;;) {
		count = server->pending_count;
		for (i = 0; i < count; i++)
			pollers[i] =
			    (struct pollfd){ .fd = server->pending[i].socket,
				             .events = POLLIN };
		pollers[count] = (struct pollfd){ .fd = net->setup->listener,
			                          .events = POLLIN };
		if (poll(pollers, count + 1, count > 0 ? 500 : -1) < 0)
			continue;
		sort_pending(server, pollers, count);
		if (pollers[count].revents != 0)
			accept_all(server);
	}
}

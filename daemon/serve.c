/*
 * Accepts questions and hands them to a fixed number of workers. Nobody waits
 * for a client that says nothing: a connection costs a worker only once its
 * question has arrived. Bounded everywhere, with room kept for root, so that an
 * ordinary user who floods the socket keeps nobody from logging in.
 */
#include <config.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/log.h"
#include "net.h"
#include "workers.h"

#define PENDING_MAX  512
#define PENDING_EACH 32 /* of one ordinary user */
#define SILENT_MS    5000
#define FULL_MS      20

/* Connected, nothing said yet. */
struct client {
	int socket;
	uint32_t peer;
	int64_t since; /* monotonic milliseconds */
};

struct server {
	struct tn_net *net;
	struct tn_workers *workers;
	struct client pending[PENDING_MAX];
	size_t pending_count;
};

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
			tn_workers_turn_away(server->pending[i].socket);
			server->pending_count--;
			memmove(&server->pending[i], &server->pending[i + 1],
			        (server->pending_count - i) *
			            sizeof(server->pending[0]));
			return true;
		}
	return false;
}

/* Mostly the question comes right behind the connection. */
static bool
has_spoken(int socket)
{
	struct pollfd poller = { .fd = socket, .events = POLLIN };

	return poll(&poller, 1, 0) == 1 && (poller.revents & POLLIN) != 0;
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
		if (client.socket < 0) {
			/* No descriptor is left: whoever is answered gives one
			   back. */
			if (errno == EMFILE || errno == ENFILE)
				(void)poll(NULL, 0, FULL_MS);
			return;
		}
		size = sizeof(peer);
		if (getsockopt(client.socket, SOL_SOCKET, SO_PEERCRED, &peer,
		               &size) != 0 ||
		    size != sizeof(peer)) {
			(void)close(client.socket);
			continue;
		}
		client.peer = peer.uid;
		client.since = tn_now_ms();
		if (has_spoken(client.socket))
			tn_workers_put(server->workers, client.socket,
			               client.peer);
		else if (make_room(server, client.peer))
			server->pending[server->pending_count++] = client;
		else
			tn_workers_turn_away(client.socket);
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
			tn_workers_put(server->workers, client->socket,
			               client->peer);
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
	struct tn_err err = TN_ERR_INIT;
	size_t count;
	size_t i;

	if (server == NULL)
		return EXIT_FAILURE;
	server->net = net;
	if (tn_workers_new(net, &server->workers, &err) != TN_OK) {
		tn_log_err("not started", &err);
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

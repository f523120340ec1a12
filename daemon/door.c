#include <config.h>

#include "door.h"

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

struct tn_door {
	struct tn_net *net;
	struct tn_workers *workers;
	struct client pending[PENDING_MAX];
	size_t pending_count;
	struct pollfd pollers[PENDING_MAX + 1];
};

/* Room for one more of this peer? Root may push out who is silent longest. */
static bool
make_room(struct tn_door *door, uint32_t peer)
{
	size_t same = 0;
	size_t i;

	for (i = 0; i < door->pending_count; i++)
		if (door->pending[i].peer == peer)
			same++;
	if (peer != 0 && same >= PENDING_EACH)
		return false;
	if (door->pending_count < PENDING_MAX)
		return true;
	for (i = 0; peer == 0 && i < door->pending_count; i++)
		if (door->pending[i].peer != 0) {
			tn_workers_turn_away(door->pending[i].socket);
			door->pending_count--;
			memmove(&door->pending[i], &door->pending[i + 1],
			        (door->pending_count - i) *
			            sizeof(door->pending[0]));
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

static int
accept_one(int listener)
{
	/* cppcheck-suppress nullPointer; nobody asks for the name */
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static void
accept_all(struct tn_door *door)
{
	const int listener = door->net->setup->listener;
	struct client client;
	struct ucred peer;
	socklen_t size;
	int round;

	for (round = 0; round < 64; round++) {
		client.socket = accept_one(listener);
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
			tn_workers_put(door->workers, client.socket,
			               client.peer);
		else if (make_room(door, client.peer))
			door->pending[door->pending_count++] = client;
		else
			tn_workers_turn_away(client.socket);
	}
}

/* Who has spoken goes to the workers, who was silent too long goes. */
static void
sort_pending(struct tn_door *door, const struct pollfd *pollers, size_t count)
{
	int64_t now = tn_now_ms();
	size_t kept = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		struct client *client = &door->pending[i];

		if ((pollers[i].revents & POLLIN) != 0)
			tn_workers_put(door->workers, client->socket,
			               client->peer);
		else if (pollers[i].revents != 0 ||
		         now - client->since > SILENT_MS)
			(void)close(client->socket);
		else
			door->pending[kept++] = *client;
	}
	door->pending_count = kept;
}

int
tn_door_new(struct tn_net *net, struct tn_workers *workers,
            struct tn_door **ret, struct tn_err *err)
{
	struct tn_door *door = calloc(1, sizeof(*door));

	if (door == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "the door");
	door->net = net;
	door->workers = workers;
	*ret = door;
	return TN_OK;
}

void
tn_door_wait(struct tn_door *door)
{
	struct pollfd *pollers = door->pollers;
	const size_t count = door->pending_count;
	size_t i;

	for (i = 0; i < count; i++)
		pollers[i] = (struct pollfd){ .fd = door->pending[i].socket,
			                      .events = POLLIN };
	pollers[count] = (struct pollfd){ .fd = door->net->setup->listener,
		                          .events = POLLIN };
	if (poll(pollers, count + 1, count > 0 ? 500 : -1) < 0)
		return;
	sort_pending(door, pollers, count);
	if (pollers[count].revents != 0)
		accept_all(door);
}

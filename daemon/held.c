#include <config.h>

#include "held.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include "base/text.h"

#define USER_MAX 256

struct slot {
	struct tn_connection *connection;
	char token[TN_WIRE_TOKEN + 1];
	char user[USER_MAX];
	uint32_t peer;
	uint32_t caller;
	int64_t until;
};

struct tn_held {
	pthread_mutex_t mutex;
	void (*close)(struct tn_connection *connection, void *arg);
	void *arg;
	struct slot slots[TN_HELD_MOST]; /* the oldest first */
	size_t count;
};

int
tn_held_new(void (*close)(struct tn_connection *connection, void *arg),
            void *arg, struct tn_held **ret, struct tn_err *err)
{
	struct tn_held *held = calloc(1, sizeof(*held));

	if (held == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "held connections");
	(void)pthread_mutex_init(&held->mutex, NULL);
	held->close = close;
	held->arg = arg;
	*ret = held;
	return TN_OK;
}

/* Under the mutex. */
static struct tn_connection *
take_at(struct tn_held *held, size_t i)
{
	struct tn_connection *connection = held->slots[i].connection;

	held->count--;
	memmove(&held->slots[i], &held->slots[i + 1],
	        (held->count - i) * sizeof(held->slots[0]));
	return connection;
}

/* Under the mutex. */
static void
drop_at(struct tn_held *held, size_t i)
{
	held->close(take_at(held, i), held->arg);
}

void
tn_held_free(struct tn_held *held)
{
	if (held == NULL)
		return;
	while (held->count > 0)
		drop_at(held, 0);
	(void)pthread_mutex_destroy(&held->mutex);
	free(held);
}

static bool
draw_token(char ret[TN_WIRE_TOKEN + 1])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t random[TN_WIRE_TOKEN / 2];
	size_t i;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	for (i = 0; i < sizeof(random); i++) {
		ret[2 * i] = digits[random[i] >> 4];
		ret[2 * i + 1] = digits[random[i] & 15];
	}
	ret[TN_WIRE_TOKEN] = '\0';
	return true;
}

/* Under the mutex: for one more of this account. */
static void
make_room(struct tn_held *held, const char *user)
{
	size_t oldest = TN_HELD_MOST;
	size_t of_user = 0;
	size_t i;

	for (i = 0; i < held->count; i++) {
		if (strcmp(held->slots[i].user, user) != 0)
			continue;
		of_user++;
		if (oldest == TN_HELD_MOST)
			oldest = i;
	}
	if (of_user >= TN_HELD_EACH)
		drop_at(held, oldest);
	else if (held->count == TN_HELD_MOST)
		drop_at(held, 0);
}

void
tn_held_put(struct tn_held *held, const struct tn_held_owner *owner,
            struct tn_connection **connection, int64_t now,
            char ret_token[TN_WIRE_TOKEN + 1])
{
	struct slot slot = { .connection = *connection,
		             .peer = owner->peer,
		             .caller = owner->caller,
		             .until = now + TN_HELD_MS };

	ret_token[0] = '\0';
	if (!tn_text_copy(slot.user, sizeof(slot.user), owner->user) ||
	    !draw_token(slot.token))
		return;
	memcpy(ret_token, slot.token, sizeof(slot.token));
	(void)pthread_mutex_lock(&held->mutex);
	make_room(held, slot.user);
	held->slots[held->count++] = slot;
	(void)pthread_mutex_unlock(&held->mutex);
	*connection = NULL;
}

static bool
is_owner(const struct slot *slot, const struct tn_held_owner *owner)
{
	return slot->peer == owner->peer && slot->caller == owner->caller &&
	       strcmp(slot->user, owner->user) == 0;
}

struct tn_connection *
tn_held_take(struct tn_held *held, const struct tn_held_owner *owner,
             const char *token, int64_t now)
{
	struct tn_connection *connection = NULL;
	size_t i;

	(void)pthread_mutex_lock(&held->mutex);
	for (i = 0; i < held->count && connection == NULL; i++)
		if (now < held->slots[i].until &&
		    is_owner(&held->slots[i], owner) &&
		    strcmp(held->slots[i].token, token) == 0)
			connection = take_at(held, i);
	(void)pthread_mutex_unlock(&held->mutex);
	return connection;
}

void
tn_held_sweep(struct tn_held *held, int64_t now)
{
	(void)pthread_mutex_lock(&held->mutex);
	while (held->count > 0 && held->slots[0].until <= now)
		drop_at(held, 0);
	(void)pthread_mutex_unlock(&held->mutex);
}

#include "hash_turns.h"

#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#define SHIPPED_MOST 16

struct tn_hash_waiter {
	struct tn_hash_waiter *next;
	pthread_cond_t cond;
	uint64_t peer;
	bool is_called;
};

uint64_t
tn_hash_turns_shipped(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors < 1)
		return 1;
	return processors < SHIPPED_MOST ? (uint64_t)processors : SHIPPED_MOST;
}

static void
serve(struct tn_hash_turns *turns, uint64_t peer)
{
	turns->busy++;
	turns->served[peer % TN_HASH_PEERS] = ++turns->turn;
}

/* The first to arrive of the peer that was served longest ago. */
static void
call_next(struct tn_hash_turns *turns)
{
	struct tn_hash_waiter **at;
	struct tn_hash_waiter **chosen = &turns->first;
	struct tn_hash_waiter *waiter;

	for (at = &turns->first; *at != NULL; at = &(*at)->next)
		if (turns->served[(*at)->peer % TN_HASH_PEERS] <
		    turns->served[(*chosen)->peer % TN_HASH_PEERS])
			chosen = at;
	waiter = *chosen;
	*chosen = waiter->next;
	if (turns->end == &waiter->next)
		turns->end = chosen;
	waiter->is_called = true;
	serve(turns, waiter->peer);
	(void)pthread_cond_signal(&waiter->cond);
}

void
tn_hash_turn_begin(struct tn_hash_turns *turns, uint64_t peer)
{
	struct tn_hash_waiter own = { .peer = peer };

	(void)pthread_mutex_lock(&turns->mutex);
	if (turns->busy < turns->most) {
		serve(turns, peer);
		(void)pthread_mutex_unlock(&turns->mutex);
		return;
	}
	(void)pthread_cond_init(&own.cond, NULL);
	if (turns->first == NULL)
		turns->end = &turns->first;
	/* cppcheck-suppress autoVariables; own has left before this returns */
	*turns->end = &own;
	/* cppcheck-suppress autoVariables; the same */
	turns->end = &own.next;
	while (!own.is_called)
		(void)pthread_cond_wait(&own.cond, &turns->mutex);
	(void)pthread_mutex_unlock(&turns->mutex);
	(void)pthread_cond_destroy(&own.cond);
}

void
tn_hash_turn_end(struct tn_hash_turns *turns)
{
	(void)pthread_mutex_lock(&turns->mutex);
	turns->busy--;
	if (turns->first != NULL)
		call_next(turns);
	(void)pthread_mutex_unlock(&turns->mutex);
}

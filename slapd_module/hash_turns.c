#include "hash_turns.h"

#include <unistd.h>

#define SHIPPED_MOST 16

uint64_t
tn_hash_turns_shipped(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors < 1)
		return 1;
	return processors < SHIPPED_MOST ? (uint64_t)processors : SHIPPED_MOST;
}

void
tn_hash_turn_begin(struct tn_hash_turns *turns)
{
	uint64_t ticket;

	(void)pthread_mutex_lock(&turns->mutex);
	ticket = turns->begun++;
	/* Those behind may have ended before this one wakes: no difference. */
	while (ticket >= turns->ended + turns->most)
		(void)pthread_cond_wait(&turns->cond, &turns->mutex);
	(void)pthread_mutex_unlock(&turns->mutex);
}

void
tn_hash_turn_end(struct tn_hash_turns *turns)
{
	(void)pthread_mutex_lock(&turns->mutex);
	turns->ended++;
	(void)pthread_cond_broadcast(&turns->cond);
	(void)pthread_mutex_unlock(&turns->mutex);
}

/*
 * How many hash at once. slapd has many threads, so that clients that stand
 * still cannot take all of them; but a hundred binds that hash at once would
 * take 2 GB and leave searches a hundredth of the processors. Who comes while so
 * many hash waits, in the order of arrival.
 */
#ifndef TN_HASH_TURNS_H
#define TN_HASH_TURNS_H

#include <pthread.h>
#include <stdint.h>

struct tn_hash_turns {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	uint64_t most;
	uint64_t begun; /* tickets handed out */
	uint64_t ended;
};

#define TN_HASH_TURNS_INIT                                                   \
	{                                                                    \
		PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 1, 0, 0 \
	}

/* As many as there are processors, and no more than 16 (300 MB). */
uint64_t tn_hash_turns_shipped(void);

/* Waits for its turn; each begin has an end. Any thread. */
void tn_hash_turn_begin(struct tn_hash_turns *turns);
void tn_hash_turn_end(struct tn_hash_turns *turns);

#endif

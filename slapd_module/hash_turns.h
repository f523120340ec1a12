/*
 * How many hash at once. slapd has many threads, so that clients that stand
 * still cannot take all of them; but a hundred binds that hash at once would
 * take 2 GB and leave searches a hundredth of the processors. Who comes while so
 * many hash waits. The peers (hash_peer.h) are served in turns, and within one
 * peer in the order of arrival: one host that binds without end makes another
 * one wait for a hash or two. It can still take the threads of slapd, by more
 * connections than there are of those (olcThreads): those wait here in vain.
 */
#ifndef TN_HASH_TURNS_H
#define TN_HASH_TURNS_H

#include <pthread.h>
#include <stdint.h>

#define TN_HASH_PEERS 256 /* remembered, by the number's last bits */

struct tn_hash_waiter; /* on the stack of who waits */

struct tn_hash_turns {
	pthread_mutex_t mutex;
	uint64_t most;
	uint64_t busy;
	struct tn_hash_waiter *first; /* in order of arrival */
	struct tn_hash_waiter **end;  /* where the next one goes */
	uint64_t turn;
	uint64_t served[TN_HASH_PEERS]; /* the turn in which each was last */
};

#define TN_HASH_TURNS_INIT                                      \
	{                                                       \
		PTHREAD_MUTEX_INITIALIZER, 1, 0, 0, 0, 0, { 0 } \
	}

/* As many as there are processors, and no more than 16 (300 MB). */
uint64_t tn_hash_turns_shipped(void);

/* Waits for its turn; each begin has an end. peer: a number that stands for
   who asks. Any thread. */
void tn_hash_turn_begin(struct tn_hash_turns *turns, uint64_t peer);
void tn_hash_turn_end(struct tn_hash_turns *turns);

#endif

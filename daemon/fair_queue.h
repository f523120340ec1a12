/*
 * Who is answered next, among those who wait: first whom a known pair of
 * account and source speaks for (guesses.h), then the sources in turns, and
 * within one source the accounts in turns. When it is full, the newest of the
 * source with the most waiting goes, so that one source fills it for nobody
 * else. At most so many of one source, of one account and of all strangers are
 * being answered at once, so that who is known waits for few of them.
 *
 * No lock, no clock, no I/O.
 */
#ifndef TN_DAEMON_FAIR_QUEUE_H
#define TN_DAEMON_FAIR_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_FAIR_MAX   256
#define TN_FAIR_TURNS 1024 /* remembered, by the number's last bits */
#define TN_FAIR_BUSY  32

struct tn_waiting {
	int socket;
	uint32_t peer;
	int64_t since; /* monotonic milliseconds */
	/* Numbers that stand for names; 0: none. */
	uint64_t source;
	uint64_t account;
	bool is_known;
	uint64_t number; /* the queue's own */
};

/* Being answered at once. */
struct tn_fair_bounds {
	size_t of_source;
	size_t of_account;
	size_t of_strangers;
};

struct tn_fair_queue {
	struct tn_fair_bounds most;
	struct tn_waiting waiting[TN_FAIR_MAX]; /* in order of arrival */
	size_t count;
	struct tn_waiting busy[TN_FAIR_BUSY];
	size_t busy_count;
	uint64_t pushed;
	uint64_t turn;
	uint64_t source_turn[TN_FAIR_TURNS]; /* when each was served last */
	uint64_t account_turn[TN_FAIR_TURNS];
};

/* The rest of the queue is zero. */
void
tn_fair_init(struct tn_fair_queue *queue, const struct tn_fair_bounds *most);
/* True when somebody had to go, whom ret_gone is then: perhaps item itself. */
bool tn_fair_push(struct tn_fair_queue *queue, const struct tn_waiting *item,
                  struct tn_waiting *ret_gone);
/* False when nobody waits whose turn it may be. Each one taken is given to
   tn_fair_done afterwards. */
bool tn_fair_pop(struct tn_fair_queue *queue, struct tn_waiting *ret);
void tn_fair_done(struct tn_fair_queue *queue, const struct tn_waiting *item);

#endif

/*
 * When a refused password is answered: as long after the question as nearly
 * all wrong ones take, whatever the reason, so that unknown, locked, throttled
 * and wrong look alike to whoever measures. It is learnt: 19 of 20 wrong
 * passwords take less (on a busy or slow directory, too), and no less than a
 * tenth of a second. Thread-safe.
 */
#ifndef TN_DAEMON_ANSWER_TIME_H
#define TN_DAEMON_ANSWER_TIME_H

#include <stdatomic.h>
#include <stdint.h>

#define TN_ANSWER_TIME_LEAST 100000  /* microseconds */
#define TN_ANSWER_TIME_MOST  3500000 /* PAM waits for 5 s in all */

struct tn_answer_time {
	_Atomic int64_t usual; /* microseconds; 0 at first: the least */
};

/* A wrong password took so many milliseconds, waiting and all. */
void tn_answer_time_learn(struct tn_answer_time *answer_time, int64_t took);

/* When one that came at this time is to be answered: a little later or less
   late by chance, since no wrong password takes exactly the same twice. */
int64_t
tn_answer_time_due(const struct tn_answer_time *answer_time, int64_t came);

#endif

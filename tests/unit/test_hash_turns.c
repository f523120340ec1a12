#include <criterion/criterion.h>
#include <stdatomic.h>
#include <time.h>
#include "hash_turns.h"

#define THREADS 40
#define MOST    3

static struct tn_hash_turns turns = TN_HASH_TURNS_INIT;
static atomic_int inside;
static atomic_int most_inside;
static atomic_int done;

static void *
take_turns(void *arg)
{
	const struct timespec moment = { .tv_nsec = 200000 };
	int now;
	int most;
	int i;

	for (i = 0; i < 20; i++) {
		tn_hash_turn_begin(&turns, (uintptr_t)pthread_self() % 5);
		now = atomic_fetch_add(&inside, 1) + 1;
		most = atomic_load(&most_inside);
		while (now > most &&
		       !atomic_compare_exchange_weak(&most_inside, &most, now))
			continue;
		(void)nanosleep(&moment, NULL);
		(void)atomic_fetch_sub(&inside, 1);
		tn_hash_turn_end(&turns);
		(void)atomic_fetch_add(&done, 1);
	}
	return arg;
}

Test(hash_turns, so_many_at_once_and_all_in_the_end)
{
	pthread_t threads[THREADS];
	size_t i;

	turns.most = MOST;
	for (i = 0; i < THREADS; i++)
		cr_assert_eq(
		    pthread_create(&threads[i], NULL, take_turns, NULL), 0);
	for (i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	cr_expect_eq(atomic_load(&done), THREADS * 20);
	cr_expect_eq(atomic_load(&most_inside), MOST);
}

static struct tn_hash_turns fair = TN_HASH_TURNS_INIT;
static atomic_int order;
static int place[3]; /* of a peer's last one, in the order of service */

static void *
hash_once(void *arg)
{
	const uint64_t *peer = arg;

	tn_hash_turn_begin(&fair, *peer);
	place[*peer] = atomic_fetch_add(&order, 1) + 1;
	tn_hash_turn_end(&fair);
	return NULL;
}

static size_t
count_waiting(void)
{
	const struct tn_hash_waiter *const *at;
	size_t count = 0;

	(void)pthread_mutex_lock(&fair.mutex);
	/* The next one is the first member (hash_turns.c). */
	for (at = (const struct tn_hash_waiter *const *)&fair.first;
	     *at != NULL;
	     at = (const struct tn_hash_waiter *const *)*at)
		count++;
	(void)pthread_mutex_unlock(&fair.mutex);
	return count;
}

Test(hash_turns, who_comes_from_elsewhere_does_not_wait_for_one_peers_storm)
{
	static const uint64_t storm = 1;
	static const uint64_t other = 2;
	const struct timespec moment = { .tv_nsec = 1000000 };
	pthread_t threads[THREADS + 1];
	uint64_t peer[2] = { storm, other };
	size_t i;

	/* The storm has the one place, and all that wait. */
	tn_hash_turn_begin(&fair, storm);
	for (i = 0; i <= THREADS; i++) {
		cr_assert_eq(pthread_create(&threads[i], NULL, hash_once,
		                            &peer[i == THREADS]),
		             0);
		while (count_waiting() <= i)
			(void)nanosleep(&moment, NULL);
	}
	tn_hash_turn_end(&fair);
	for (i = 0; i <= THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	cr_expect_eq(place[2], 1);
	cr_expect_eq(place[1], THREADS + 1);
	cr_expect_eq(fair.busy, 0);
}

Test(hash_turns, one_for_each_processor_is_shipped)
{
	cr_expect_geq(tn_hash_turns_shipped(), 1);
	cr_expect_leq(tn_hash_turns_shipped(), 16);
}

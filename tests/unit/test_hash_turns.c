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
		tn_hash_turn_begin(&turns);
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

Test(hash_turns, one_for_each_processor_is_shipped)
{
	cr_expect_geq(tn_hash_turns_shipped(), 1);
	cr_expect_leq(tn_hash_turns_shipped(), 16);
}

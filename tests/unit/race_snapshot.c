/*
 * Four threads look up while 1,200 generations are published, bases and
 * overlays: every answer is of one generation, whole, and never older than the
 * one before; and a lookup costs them as much as when nothing is published. A
 * plain program, since criterion does not start under ThreadSanitizer:
 *     make check-threads
 */
#include <config.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "snapshot/snapshot_reader.h"
#include "snapshot_example.h"

#define READERS     4
#define GENERATIONS 200  /* with children */
#define MEASURED    1000 /* more, with the readers' time taken */
#define WINDOWS     20
/* A neighbour that takes the caches away while we publish, on a host that
   others share, slows a round; a lock that readers wait for slows each. */
#ifdef __SANITIZE_THREAD__
#define ROUNDS 1
#else
#define ROUNDS 6
#endif
#define ALONE  10 /* before there are threads */
#define PEOPLE 300
/* What a window of no publication has. */
#define WINDOW_LOOKUPS 50000

static atomic_bool stop;
static atomic_uint_fast64_t lookups;
static atomic_uint_fast64_t wrong;
static atomic_uint_fast64_t started;

static struct tn_snapshot_user
person_of(uint32_t i, char name[16], const char *gecos)
{
	snprintf(name, 16, "u%06u", i);
	return (struct tn_snapshot_user){
		.name = name,
		.uid = EXAMPLE_FIRST_UID + i,
		.gid = EXAMPLE_STAFF_GID,
		.gecos = gecos,
		.home = "/home/x",
		.shell = "/bin/sh",
	};
}

/* In each generation all people have the generation as gecos. */
static void
publish(struct example *example)
{
	struct tn_snapshot_writer *writer = NULL;
	char gecos[32];
	char name[16];
	uint32_t i;

	if (tn_snapshot_writer_new(&writer, NULL) != TN_OK)
		exit(99);
	snprintf(gecos, sizeof(gecos), "%llu",
	         (unsigned long long)example->generation + 1);
	for (i = 0; i < PEOPLE; i++) {
		struct tn_snapshot_user user = person_of(i, name, gecos);

		if (tn_snapshot_add_user(writer, &user, NULL) != TN_OK)
			exit(99);
	}
	example_publish(example, writer);
}

/* One lookup by name and one by uid in one mapping; which generation? */
static uint64_t
look(uint32_t i)
{
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;
	struct passwd by_name;
	struct passwd by_uid;
	char first[256];
	char second[256];
	char name[16];
	bool right;

	snprintf(name, sizeof(name), "u%06u", i);
	if (tn_snapshot_take(NULL, &snapshot) != TN_OK)
		return 0;
	tn_snapshot_info(snapshot, &info);
	right =
	    tn_snapshot_user_by_name(snapshot, name, &by_name, first,
	                             sizeof(first), NULL) == TN_OK &&
	    tn_snapshot_user_by_uid(snapshot, EXAMPLE_FIRST_UID + i, &by_uid,
	                            second, sizeof(second), NULL) == TN_OK &&
	    strcmp(by_name.pw_name, by_uid.pw_name) == 0 &&
	    by_name.pw_uid == EXAMPLE_FIRST_UID + i &&
	    strtoull(by_name.pw_gecos, NULL, 10) == info.generation &&
	    strtoull(by_uid.pw_gecos, NULL, 10) == info.generation;
	tn_snapshot_drop(snapshot);
	return right ? info.generation : 0;
}

static void *
read_on(void *argument)
{
	uint32_t i = (uint32_t)(uintptr_t)argument;
	uint64_t last = 1;

	atomic_fetch_add(&started, 1);
	while (!atomic_load(&stop)) {
		uint64_t generation = look(i++ % PEOPLE);

		if (generation < last)
			atomic_fetch_add(&wrong, 1);
		else
			last = generation;
		atomic_fetch_add(&lookups, 1);
	}
	return NULL;
}

/*
 * A child made while the others are in the middle of lookups: it has their
 * holds and none of their threads. Does it see the last generation?
 */
static bool
child_sees(uint64_t generation)
{
	int status = -1;
	pid_t child = fork();
	int i;

	if (child == 0) {
		for (i = 0; i < 1000000; i++)
			if (look((uint32_t)i % PEOPLE) == generation)
				_exit(0);
		_exit(1);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Every second one only says what is different, of everybody. */
static void
publish_change(struct example *example)
{
	struct tn_snapshot_overlay *overlay = example_overlay(example);
	char gecos[32];
	char name[16];
	uint32_t i;

	snprintf(gecos, sizeof(gecos), "%llu",
	         (unsigned long long)example->generation + 1);
	for (i = 0; i < PEOPLE; i++) {
		struct tn_snapshot_user user = person_of(i, name, gecos);

		if (tn_snapshot_overlay_put_user(overlay, &user, NULL) != TN_OK)
			exit(99);
	}
	example_save(example, overlay);
	tn_snapshot_overlay_free(overlay);
}

/* CPU time that the readers took so far. */
static double
taken(const pthread_t readers[READERS])
{
	struct timespec time;
	double seconds = 0;
	clockid_t clock;
	int i;

	for (i = 0; i < READERS; i++) {
		if (pthread_getcpuclockid(readers[i], &clock) != 0 ||
		    clock_gettime(clock, &time) != 0)
			exit(99);
		seconds += (double)time.tv_sec + (double)time.tv_nsec / 1e9;
	}
	return seconds;
}

/* Lookups of a second of the readers' time, in windows of publication or of
   none; they take turns, so that a busy machine slows both. */
static void
measure(struct example *example, const pthread_t readers[READERS],
        double ret[2])
{
	double seconds[2] = { 0, 0 };
	uint64_t done[2] = { 0, 0 };
	int window;
	int i;

	for (window = 0; window < 2 * WINDOWS; window++) {
		uint64_t before = atomic_load(&lookups);
		double began = taken(readers);

		for (i = 0; window % 2 == 1 && i < MEASURED / WINDOWS; i++)
			if (i % 2 == 0)
				publish(example);
			else
				publish_change(example);
		while (atomic_load(&lookups) < before + WINDOW_LOOKUPS)
			sched_yield();
		seconds[window % 2] += taken(readers) - began;
		done[window % 2] += atomic_load(&lookups) - before;
	}
	for (i = 0; i < 2; i++)
		ret[i] = (double)done[i] / seconds[i];
}

static bool
tell(unsigned number, bool right, const char *what)
{
	printf("%sok %u - %s\n", right ? "" : "not ", number, what);
	return right;
}

/* How many overlays of the folder are mapped, deleted ones too. */
static unsigned int
mapped_overlays(const struct example *example)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned int count = 0;
	char line[512];

	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL)
		if (strstr(line, example->directory) != NULL &&
		    strstr(line, "/overlay") != NULL)
			count++;
	if (maps != NULL)
		fclose(maps);
	return count;
}

/* Rounds of it, until one stays within bounds. 10 % is what it may cost where
   cores are free (docs/performance.md). */
static bool
costs_no_more(struct example *example, const pthread_t readers[READERS],
              int *ret_rounds)
{
	double speed[2] = { 1,
		            0 }; /* with nothing published, and while it is */

	for (*ret_rounds = 0;
	     *ret_rounds < ROUNDS && speed[1] <= 0.75 * speed[0];
	     (*ret_rounds)++) {
		measure(example, readers, speed);
		printf("# lookups of a second of the readers' time: %.0f, and "
		       "%.0f during %d replacements: %.1f %%\n",
		       speed[0], speed[1], MEASURED, 100 * speed[1] / speed[0]);
	}
	return speed[1] > 0.75 * speed[0];
}

/* Which generation a pair is of. */
static uint64_t
generation_of(const struct tn_snapshot *pair)
{
	struct tn_snapshot_info info = { 0 };

	(void)tn_snapshot_info(pair, &info);
	return info.generation;
}

/* A process counts in another way until it has threads: some generations so,
   and one that is held on. */
static const struct tn_snapshot *
begin_alone(struct example *example, bool *ret_right)
{
	const struct tn_snapshot *held = NULL;
	int i;

	*ret_right = true;
	for (i = 0; i < ALONE; i++) {
		publish(example);
		*ret_right &= look(0) == example->generation;
	}
	*ret_right &= mapped_overlays(example) == 1;
	if (tn_snapshot_take(NULL, &held) != TN_OK)
		exit(99);
	return held;
}

int
main(void)
{
	const struct tn_snapshot *held;
	pthread_t readers[READERS];
	struct example example;
	uint64_t end;
	uint64_t blind = 0;
	bool alone;
	bool cheap;
	bool kept;
	bool right;
	int rounds;
	int i;

	example_init(&example);
	setenv("TENURE_TEST_SNAPSHOT", example.directory, 1);
	held = begin_alone(&example, &alone);
	for (i = 0; i < READERS; i++)
		if (pthread_create(&readers[i], NULL, read_on,
		                   (void *)(uintptr_t)i) != 0)
			return 99;
	while (atomic_load(&started) < READERS)
		sched_yield();
	while (example.generation < GENERATIONS) {
		/* Some lookups of each generation. */
		uint64_t before = atomic_load(&lookups);

		publish(&example);
		if (example.generation % 5 == 0 &&
		    !child_sees(example.generation))
			blind++;
		while (atomic_load(&lookups) < before + 100)
			sched_yield();
	}
	printf("1..7\n");
	cheap = costs_no_more(&example, readers, &rounds);
	/* A thread's renewal may still be under way: others answer from the
	   one before until it is done. */
	for (i = 0, end = 0; i < 100000 && end != example.generation; i++)
		end = look(0);
	atomic_store(&stop, true);
	for (i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	kept = generation_of(held) == ALONE && mapped_overlays(&example) == 2;
	tn_snapshot_drop(held);
	kept &= mapped_overlays(&example) == 1;
	example_done(&example);

	printf("# %llu lookups\n", (unsigned long long)atomic_load(&lookups));
	right = tell(1, atomic_load(&lookups) >= GENERATIONS * 100,
	             "readers read all the while");
	right &= tell(2, atomic_load(&wrong) == 0,
	              "no answer was missing, mixed or older than the last");
	right &= tell(3, end == GENERATIONS + (uint64_t)rounds * MEASURED,
	              "the last generation is seen");
	right &= tell(4, blind == 0,
	              "children made in between see the last generation");
	right &= tell(5, alone,
	              "without threads each generation is seen, and "
	              "the one before goes");
	right &= tell(6, kept,
	              "what was taken before there were threads stays "
	              "until it is dropped");
#ifdef __SANITIZE_THREAD__
	(void)cheap;
	printf("ok 7 - how fast # SKIP a sanitizer is measured, not we\n");
#else
	right &=
	    tell(7, cheap, "a lookup costs no more while 1,000 are published");
#endif
	return right ? 0 : 1;
}

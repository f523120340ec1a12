/*
 * Four threads look up while 200 generations are published: every answer is of
 * one generation, whole, and never older than the one before. A plain program,
 * since criterion does not start under ThreadSanitizer:
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
#define GENERATIONS 200
#define PEOPLE      300

static atomic_bool stop;
static atomic_uint_fast64_t lookups;
static atomic_uint_fast64_t wrong;
static atomic_uint_fast64_t started;

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
		struct tn_snapshot_user user = {
			.name = name,
			.uid = EXAMPLE_FIRST_UID + i,
			.gid = EXAMPLE_STAFF_GID,
			.gecos = gecos,
			.home = "/home/x",
			.shell = "/bin/sh",
		};

		snprintf(name, sizeof(name), "u%06u", i);
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

static bool
tell(unsigned number, bool right, const char *what)
{
	printf("%sok %u - %s\n", right ? "" : "not ", number, what);
	return right;
}

int
main(void)
{
	pthread_t readers[READERS];
	struct example example;
	uint64_t end;
	uint64_t blind = 0;
	bool right;
	int i;

	example_init(&example);
	setenv("TENURE_TEST_SNAPSHOT", example.directory, 1);
	publish(&example);
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
	/* A thread's renewal may still be under way: others answer from the
	   one before until it is done. */
	for (i = 0, end = 0; i < 100000 && end != GENERATIONS; i++)
		end = look(0);
	atomic_store(&stop, true);
	for (i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	example_done(&example);

	printf("1..4\n# %llu lookups\n",
	       (unsigned long long)atomic_load(&lookups));
	right = tell(1, atomic_load(&lookups) >= GENERATIONS * 100,
	             "readers read all the while");
	right &= tell(2, atomic_load(&wrong) == 0,
	              "no answer was missing, mixed or older than the last");
	right &= tell(3, end == GENERATIONS, "the last generation is seen");
	right &= tell(4, blind == 0,
	              "children made in between see the last generation");
	return right ? 0 : 1;
}

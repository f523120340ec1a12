/*
 * How long a lookup takes, in the module as it is loaded into a process.
 *     bench_nss MODULE [PEOPLE]
 * MODULE is the test build of libnss_tenure.so.2 (the same code with its folder
 * from the environment). Beside each other in one run: an empty function called
 * and timed the same way, whose median is taken off all, and glibc's own "files"
 * service asking /etc/passwd for root.
 */
#include <config.h>

#include <dlfcn.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "snapshot/snapshot_writer.h"

#define HOT         500u
#define SAMPLES     1000000u
#define GROUP       150u /* members of a group */
#define FIRST_UID   2000000u
#define FIRST_GID   1900000u
#define STAFF_GID   1800000u
#define CHILDREN    51
#define BUFFER_SIZE 65536

typedef enum nss_status
getpwnam_fn(const char *, struct passwd *, char *, size_t, int *);
typedef enum nss_status
getpwuid_fn(uid_t, struct passwd *, char *, size_t, int *);
typedef enum nss_status
getgrgid_fn(gid_t, struct group *, char *, size_t, int *);
typedef enum nss_status
initgroups_fn(const char *, gid_t, long *, long *, gid_t **, long, int *);

static struct {
	getpwnam_fn *getpwnam;
	getpwuid_fn *getpwuid;
	getgrgid_fn *getgrgid;
	initgroups_fn *initgroups;
} module;

static uint32_t people = 100000;
static char (*names)[16];
static uint32_t *samples; /* nanoseconds */
static uint32_t floor_ns; /* median of an empty call */
static char buffer[BUFFER_SIZE];

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "bench_nss: %s\n", what);
	exit(1);
}

static uint64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint32_t
next_random(void)
{
	static uint64_t seed = 20261122;

	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33);
}

/* Everybody is in three groups of 150, besides the primary one. */
static void
publish(const char *folder, uint64_t generation)
{
	struct tn_snapshot_writer *writer = NULL;
	struct tn_err err = TN_ERR_INIT;
	uint64_t begin = now();
	uint32_t groups = (people + GROUP - 1) / GROUP;
	const char *members[GROUP];
	uint32_t i;
	uint32_t round;

	need(tn_snapshot_writer_new(&writer, &err) == TN_OK, err.text);
	for (i = 0; i < people; i++) {
		char home[32];
		struct tn_snapshot_user user = {
			.name = names[i],
			.uid = FIRST_UID + i,
			.gid = STAFF_GID,
			.gecos = "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e",
			.home = home,
			.shell = "/bin/bash",
		};

		snprintf(home, sizeof(home), "/home/%s", names[i]);
		need(tn_snapshot_add_user(writer, &user, &err) == TN_OK,
		     err.text);
	}
	for (round = 0; round < 3; round++)
		for (i = 0; i < groups; i++) {
			char name[32];
			uint32_t m;

			for (m = 0; m < GROUP; m++)
				members[m] =
				    names[(i * GROUP + m + round * 50) %
				          people];
			snprintf(name, sizeof(name), "g%u-%u", round, i);
			need(tn_snapshot_add_group(
			         writer, name, FIRST_GID + round * groups + i,
			         members, GROUP, &err) == TN_OK,
			     err.text);
		}
	need(tn_snapshot_finish(writer, folder, generation, 0, "", &err) ==
	         TN_OK,
	     err.text);
	tn_snapshot_writer_free(writer);
	printf("%-34s %8.1f ms\n", "build and publish",
	       (double)(now() - begin) / 1e6);
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t
less_floor(uint32_t sample)
{
	return sample > floor_ns ? sample - floor_ns : 0;
}

/* ask: one lookup of number i. Sorted samples stay in samples. */
static void
measure(const char *what, void (*ask)(uint32_t i), uint32_t count,
        uint32_t among, bool random)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		uint32_t which = random ? next_random() % among : i % among;
		uint64_t begin = now();

		ask(which);
		samples[i] = (uint32_t)(now() - begin);
		sum += less_floor(samples[i]);
	}
	qsort(samples, count, sizeof(*samples), by_size);
	printf("%-34s %8u %8u %10.0f\n", what, less_floor(samples[count / 2]),
	       less_floor(samples[count - count / 100 - 1]),
	       sum / (double)count);
}

static void
ask_nothing(uint32_t i)
{
	(void)i;
	__asm__ volatile("" ::: "memory");
}

static void
ask_name(uint32_t i)
{
	struct passwd person;
	int sys;

	need(module.getpwnam(names[i], &person, buffer, 1024, &sys) ==
	             NSS_STATUS_SUCCESS &&
	         person.pw_uid == FIRST_UID + i,
	     "a name was not found");
}

static void
ask_uid(uint32_t i)
{
	struct passwd person;
	int sys;

	need(module.getpwuid(FIRST_UID + i, &person, buffer, 1024, &sys) ==
	         NSS_STATUS_SUCCESS,
	     "a uid was not found");
}

static void
ask_gid(uint32_t i)
{
	struct group group;
	int sys;

	need(module.getgrgid(FIRST_GID + i, &group, buffer, BUFFER_SIZE,
	                     &sys) == NSS_STATUS_SUCCESS,
	     "a gid was not found");
}

static void
ask_groups(uint32_t i)
{
	static gid_t *gids;
	static long size = 64;
	long start = 1;
	int sys;

	if (gids == NULL)
		gids = calloc((size_t)size, sizeof(*gids));
	need(gids != NULL, "out of memory");
	gids[0] = STAFF_GID;
	need(module.initgroups(names[i], STAFF_GID, &start, &size, &gids, -1,
	                       &sys) == NSS_STATUS_SUCCESS &&
	         start >= 4,
	     "groups were not found");
}

static void
ask_unknown(uint32_t i)
{
	static const char *const unknown[] = { "nobody0", "somebody", "x",
		                               "administrator" };
	struct passwd person;
	int sys;

	need(module.getpwnam(unknown[i % 4], &person, buffer, 1024, &sys) ==
	         NSS_STATUS_NOTFOUND,
	     "an unknown name was found");
}

static void
ask_files(uint32_t i)
{
	struct passwd person;
	struct passwd *found = NULL;

	(void)i;
	need(getpwnam_r("root", &person, buffer, 1024, &found) == 0 &&
	         found != NULL,
	     "root is not in /etc/passwd");
}

static void
load(const char *path)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	need(library != NULL, "the module cannot be loaded");
	*(void **)&module.getpwnam = dlsym(library, "_nss_tenure_getpwnam_r");
	*(void **)&module.getpwuid = dlsym(library, "_nss_tenure_getpwuid_r");
	*(void **)&module.getgrgid = dlsym(library, "_nss_tenure_getgrgid_r");
	*(void **)&module.initgroups =
	    dlsym(library, "_nss_tenure_initgroups_dyn");
	need(module.getpwnam != NULL && module.getpwuid != NULL &&
	         module.getgrgid != NULL && module.initgroups != NULL,
	     "the module lacks a function");
}

/* Load, open, map, first answer; each in a process of its own. */
static void
measure_first(const char *path)
{
	uint32_t i;

	for (i = 0; i < CHILDREN; i++) {
		int ends[2];
		pid_t child;

		need(pipe(ends) == 0, "pipe");
		child = fork();
		if (child == 0) {
			uint64_t begin = now();
			uint32_t took;

			load(path);
			ask_name(i);
			took = (uint32_t)(now() - begin);
			_exit(write(ends[1], &took, sizeof(took)) !=
			      (ssize_t)sizeof(took));
		}
		need(child > 0 &&
		         read(ends[0], &samples[i], sizeof(*samples)) ==
		             (ssize_t)sizeof(*samples),
		     "a child said nothing");
		waitpid(child, NULL, 0);
		close(ends[0]);
		close(ends[1]);
	}
	qsort(samples, CHILDREN, sizeof(*samples), by_size);
	printf("%-34s %8u %8u\n", "first call: load, map, answer",
	       samples[CHILDREN / 2], samples[CHILDREN - 1]);
}

int
main(int argc, char **argv)
{
	char folder[] = "/tmp/tenure-bench-XXXXXX";
	char path[64];
	uint32_t i;

	need(argc == 2 || argc == 3, "usage: bench_nss MODULE [PEOPLE]");
	if (argc == 3)
		people = (uint32_t)strtoul(argv[2], NULL, 10);
	need(people >= HOT && people <= 10000000, "500 people at least");
	need(mkdtemp(folder) != NULL, "mkdtemp");
	setenv("TENURE_TEST_SNAPSHOT", folder, 1);
	names = calloc(people, sizeof(*names));
	samples = calloc(SAMPLES > people ? SAMPLES : people, sizeof(*samples));
	need(names != NULL && samples != NULL, "out of memory");
	for (i = 0; i < people; i++)
		snprintf(names[i], sizeof(names[0]), "user%07u", i);

	printf("%u people, %u of them hot, groups of %u, one thread\n", people,
	       HOT, GROUP);
	publish(folder, 1);
	printf("%-34s %8s %8s %10s\n", "nanoseconds", "median", "p99", "mean");
	measure_first(argv[1]);
	load(argv[1]);
	measure("floor: an empty call", ask_nothing, SAMPLES, HOT, true);
	floor_ns = samples[SAMPLES / 2];
	printf("(the clock: %u, taken off from here on)\n", floor_ns);
	measure("each name once, never touched", ask_name, people, people,
	        false);
	measure("getpwnam, hot", ask_name, SAMPLES, HOT, true);
	measure("getpwuid, hot", ask_uid, SAMPLES, HOT, true);
	measure("initgroups, hot, 3 groups", ask_groups, SAMPLES, HOT, true);
	measure("getgrgid, 150 members, hot", ask_gid, SAMPLES, 100, true);
	measure("getpwnam, a name that is not there", ask_unknown, SAMPLES, 4,
	        true);
	measure("getpwnam, all at random", ask_name, SAMPLES, people, true);
	measure("getpwuid, all at random", ask_uid, SAMPLES, people, true);
	__nss_configure_lookup("passwd", "files");
	measure("floor: getpwnam(root) by files", ask_files, SAMPLES / 20, 1,
	        true);

	snprintf(path, sizeof(path), "%s/base", folder);
	unlink(path);
	snprintf(path, sizeof(path), "%s/generation", folder);
	unlink(path);
	rmdir(folder);
	free(samples);
	free(names);
	return 0;
}

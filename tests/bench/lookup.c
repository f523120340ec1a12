/*
 * How long a lookup takes, in one thread of this process.
 *
 *     lookup SOURCE FOLDER SLICE WHAT...
 *     lookup run COUNT COMMAND...
 *
 * SOURCE as in lookup_source.h. FOLDER/people has a line "LOGIN UID" for each
 * person, FOLDER/groups a line "GID MEMBERS" for each group of 100 to 200.
 * SLICE says which people are the fresh ones of this run, so that a daemon with
 * a cache has not met them before. Each WHAT prints a line: itself, median,
 * p99 and mean in nanoseconds, and how many lookups. Samples have the time of
 * an empty call taken off. A lookup that does not find what it must ends the
 * program. `run` times a whole command: wall time and, as "CPU", its CPU time.
 */
#include <config.h>

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "lookup_source.h"
#include "samples.h"

#define HOT         500u
#define HOT_GROUPS  100u
#define FRESH       500u  /* of one slice */
#define OWNERS      1000u /* two slices */
#define SAMPLES_MAX 500000u
#define LIMIT_NS    UINT64_C(800000000)
#define CHILDREN    31u
#define STAFF_GID   2000000u
#define BUFFER_SIZE (1024u * 1024u)

extern char **environ;

/* Who is asked for, and how. */
typedef const void *pick_fn(uint32_t i);
typedef void ask_fn(const void *what);

static struct lookup_source source;
static const char *source_name;
static struct person {
	char name[32];
	uid_t uid;
} * people;
static uint32_t people_count;
static gid_t groups[65536];
static uint32_t group_count;
static uint32_t slice;
static uint64_t clock_ns;
static uint64_t groups_seen;
static uint64_t *samples;
static char *buffer;

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "lookup %s: %s\n", source_name, what);
	exit(1);
}

/* Spread over everybody, the same in every run; slice 0 is the hot ones. */
static const struct person *
person(uint32_t of_slice, uint32_t i)
{
	uint64_t at = (uint64_t)of_slice * FRESH + i;

	return &people[at * UINT64_C(7919) % people_count];
}

static void
ask_nothing(const void *what)
{
	(void)what;
	__asm__ volatile("" ::: "memory");
}

static void
ask_name(const void *what)
{
	const struct person *who = what;
	struct passwd found;

	need(source.name(who->name, &found, buffer, 4096) == LOOKUP_FOUND &&
	         found.pw_uid == who->uid,
	     who->name);
}

static void
ask_uid(const void *what)
{
	const struct person *who = what;
	struct passwd found;

	need(source.uid(who->uid, &found, buffer, 4096) == LOOKUP_FOUND &&
	         strcmp(found.pw_name, who->name) == 0,
	     who->name);
}

/* Some services do not find who is in no group. */
static void
ask_groups(const void *what)
{
	const struct person *who = what;
	long count = 0;

	need(source.groups(who->name, STAFF_GID, &count) != LOOKUP_FAILED &&
	         count >= 1,
	     who->name);
	groups_seen += (uint64_t)count - 1;
}

static void
ask_gid(const void *what)
{
	const gid_t *gid = what;
	struct group found;

	need(source.gid(*gid, &found, buffer, BUFFER_SIZE) == LOOKUP_FOUND &&
	         found.gr_gid == *gid && found.gr_mem[99] != NULL,
	     "a gid was not found");
}

static void
ask_unknown(const void *what)
{
	struct passwd found;

	need(source.name(what, &found, buffer, 4096) == LOOKUP_MISSING,
	     "an unknown name was found");
}

static const void *
hot(uint32_t i)
{
	return person(0, i);
}

static const void *
fresh(uint32_t i)
{
	return person(slice, i);
}

static const void *
anybody(uint32_t i)
{
	return &people[i];
}

static const void *
hot_group(uint32_t i)
{
	return &groups[i];
}

static const void *
nobody(uint32_t i)
{
	static const char *const unknown[] = { "nobody0", "somebody", "x",
		                               "administrator" };

	return unknown[i];
}

static void
print(const char *what, size_t count)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += (double)samples[i];
	samples_sort(samples, count);
	printf("%s\t%llu\t%llu\t%.0f\t%zu\n", what,
	       (unsigned long long)samples_at(samples, count, 0.5),
	       (unsigned long long)samples_at(samples, count, 0.99),
	       count > 0 ? sum / (double)count : 0, count);
}

/*
 * In order: each once. Else at random, until enough or the time is over. Who
 * is asked for is chosen, and read, before the clock starts: a caller has the
 * name at hand.
 */
static size_t
sample(ask_fn *ask, pick_fn *pick, uint32_t among, bool in_order)
{
	uint64_t end = samples_now() + LIMIT_NS;
	uint64_t seed = 20261122u + slice;
	uint64_t begin = 0;
	uint32_t most = in_order ? among : SAMPLES_MAX;
	uint32_t i;

	for (i = 0; i < most && (in_order || begin < end); i++) {
		uint32_t which = in_order ? i : samples_random(&seed) % among;
		uint64_t took;

		const void *what = pick(which);

		(void)*(const volatile char *)what;
		begin = samples_now();
		ask(what);
		took = samples_now() - begin;
		samples[i] = took > clock_ns ? took - clock_ns : 0;
	}
	return i;
}

static void
measure_clock(void)
{
	size_t count = sample(ask_nothing, hot, HOT, false);

	samples_sort(samples, count);
	clock_ns = samples_at(samples, count, 0.5);
}

/* Two rounds that do not count: what has a cache has it filled. */
static void
measure_hot(const char *what, ask_fn *ask, pick_fn *pick, uint32_t among)
{
	uint32_t i;

	for (i = 0; i < 2 * among; i++)
		ask(pick(i % among));
	print(what, sample(ask, pick, among, false));
}

/* Load, open, map, first answer: the child's part of it. */
static int
first(const char *login, uid_t uid)
{
	struct passwd found;
	char room[4096];
	uint64_t begin = samples_now();

	need(lookup_open(source_name, &source) &&
	         source.name(login, &found, room, sizeof(room)) ==
	             LOOKUP_FOUND &&
	         found.pw_uid == uid,
	     login);
	printf("%llu\n", (unsigned long long)(samples_now() - begin));
	return 0;
}

/* In a process that was started for it and did nothing before. */
static void
measure_first(const char *what)
{
	char self[] = "/proc/self/exe";
	uint32_t i;

	for (i = 0; i < CHILDREN; i++) {
		const struct person *who = person(0, i);
		char *copy = strdup(source_name);
		char *name = strdup(who->name);
		char uid[16];
		char *command[] = { self, copy, (char[]){ "first" },
			            name, uid,  NULL };
		posix_spawn_file_actions_t actions;
		char text[32] = "";
		int status = -1;
		int ends[2];
		pid_t child;

		snprintf(uid, sizeof(uid), "%u", who->uid);
		need(copy != NULL && name != NULL && pipe(ends) == 0, "pipe");
		posix_spawn_file_actions_init(&actions);
		posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
		posix_spawn_file_actions_addclose(&actions, ends[0]);
		need(posix_spawn(&child, self, &actions, NULL, command,
		                 environ) == 0,
		     "no child");
		close(ends[1]);
		need(read(ends[0], text, sizeof(text) - 1) > 0 &&
		         waitpid(child, &status, 0) == child && status == 0,
		     "a child said nothing");
		samples[i] = strtoull(text, NULL, 10);
		close(ends[0]);
		posix_spawn_file_actions_destroy(&actions);
		free(copy);
		free(name);
	}
	print(what, CHILDREN);
}

static uint64_t
own_cpu(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* What `ls -l` does; modules are loaded by the first. */
static void
measure_owners(const char *what)
{
	struct passwd found;
	uint64_t begin = own_cpu();
	uint64_t took;
	uint64_t missing = 0;
	uint32_t i;

	for (i = 0; i < OWNERS; i++)
		if (source.uid(person(slice, i)->uid, &found, buffer, 4096) !=
		    LOOKUP_FOUND)
			missing++;
	took = own_cpu() - begin;
	/* With "files" alone nobody is found, on purpose. */
	need(missing == 0 || missing == OWNERS, "some owners are missing");
	printf("%s\t%llu\t%llu\t0\t1\n", what, (unsigned long long)took,
	       (unsigned long long)missing);
}

static void
read_lists(const char *folder)
{
	char path[4096];
	FILE *file;
	size_t size = 0;
	unsigned int id;
	unsigned int members;
	struct person next;

	snprintf(path, sizeof(path), "%s/people", folder);
	file = fopen(path, "re");
	need(file != NULL, path);
	while (fscanf(file, "%31s %u", next.name, &next.uid) == 2) {
		if (people_count == size) {
			size = size > 0 ? size * 2 : 16384;
			people = realloc(people, size * sizeof(*people));
			need(people != NULL, "out of memory");
		}
		people[people_count++] = next;
	}
	fclose(file);
	need(people_count >= HOT, "500 people at least");
	snprintf(path, sizeof(path), "%s/groups", folder);
	file = fopen(path, "re");
	need(file != NULL, path);
	while (group_count < HOT_GROUPS &&
	       fscanf(file, "%u %u", &id, &members) == 2)
		if (members >= 100 && members <= 200)
			groups[group_count++] = id;
	fclose(file);
}

static void
measure(const char *what)
{
	static const struct {
		const char *what;
		ask_fn *ask;
	} known[] = { { "getpwnam", ask_name },
		      { "getpwuid", ask_uid },
		      { "initgroups", ask_groups } };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(what, known[i].what) == 0) {
			measure_hot(what, known[i].ask, hot, HOT);
			break;
		}
	if (i < sizeof(known) / sizeof(known[0]))
		;
	else if (strcmp(what, "getgrgid") == 0 && group_count > 0)
		measure_hot(what, ask_gid, hot_group, group_count);
	else if (strcmp(what, "unknown") == 0)
		measure_hot(what, ask_unknown, nobody, 4);
	else if (strcmp(what, "all-names") == 0)
		print(what, sample(ask_name, anybody, people_count, false));
	else if (strcmp(what, "all-uids") == 0)
		print(what, sample(ask_uid, anybody, people_count, false));
	else if (strcmp(what, "fresh") == 0) {
		ask_name(hot(0)); /* the first call is measured apart */
		print(what, sample(ask_name, fresh, FRESH, true));
	} else if (strcmp(what, "fresh-groups") == 0) {
		ask_name(hot(0));
		print(what, sample(ask_groups, fresh, FRESH / 5, true));
	} else if (strcmp(what, "owners") == 0)
		measure_owners(what);
	else
		need(false, what);
	need(strstr(what, "groups") == NULL || groups_seen > 0,
	     "nobody is in any group");
}

static uint64_t
children_cpu(void)
{
	struct rusage used;

	getrusage(RUSAGE_CHILDREN, &used);
	return ((uint64_t)used.ru_utime.tv_sec +
	        (uint64_t)used.ru_stime.tv_sec) *
	           1000000000u +
	       ((uint64_t)used.ru_utime.tv_usec +
	        (uint64_t)used.ru_stime.tv_usec) *
	           1000u;
}

/* What it prints goes nowhere. */
static void
run(uint32_t count, char **command)
{
	posix_spawn_file_actions_t actions;
	uint64_t cpu = children_cpu();
	uint32_t i;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	for (i = 0; i < count; i++) {
		uint64_t begin = samples_now();
		int status = -1;
		pid_t child;

		need(posix_spawnp(&child, command[0], &actions, NULL, command,
		                  environ) == 0 &&
		         waitpid(child, &status, 0) == child &&
		         WIFEXITED(status) && WEXITSTATUS(status) <= 1,
		     command[0]);
		samples[i] = samples_now() - begin;
	}
	posix_spawn_file_actions_destroy(&actions);
	print("wall", count);
	printf("CPU\t%llu\t0\t0\t%u\n",
	       (unsigned long long)((children_cpu() - cpu) / count), count);
}

int
main(int argc, char **argv)
{
	int i;

	source_name = argc > 1 ? argv[1] : "";
	if (argc == 5 && strcmp(argv[2], "first") == 0)
		return first(argv[3], (uid_t)strtoul(argv[4], NULL, 10));
	samples = calloc(SAMPLES_MAX, sizeof(*samples));
	buffer = calloc(1, BUFFER_SIZE);
	need(samples != NULL && buffer != NULL, "out of memory");
	need(argc >= 4, "usage: lookup SOURCE FOLDER SLICE WHAT...");
	if (strcmp(argv[1], "run") == 0) {
		run((uint32_t)strtoul(argv[2], NULL, 10), argv + 3);
		return 0;
	}
	slice = (uint32_t)strtoul(argv[3], NULL, 10);
	read_lists(argv[2]);
	memset(samples, 0, SAMPLES_MAX * sizeof(*samples));
	memset(buffer, 0, BUFFER_SIZE);
	measure_clock();
	for (i = 4; i < argc; i++) {
		if (strcmp(argv[i], "first-call") == 0) {
			measure_first(argv[i]);
			continue;
		}
		if (source.name == NULL && !lookup_open(source_name, &source))
			return 1;
		measure(argv[i]);
		fflush(stdout);
	}
	return 0;
}

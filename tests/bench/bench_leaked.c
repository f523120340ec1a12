/*
 * The filter of leaked passwords at the size of the lists that there are: how
 * long `tenure leaked build` takes for so many SHA-1 hashes, out of a pipe, in
 * how much memory; and a check afterwards, with the file's pages in memory and
 * without (of this file alone: posix_fadvise). As root, whose own file must be.
 *     bench_leaked FILE COUNT TRIES [build | measure]
 * FILE is removed again, unless only one of the two is done: to measure before
 * others (chrt -r 1) on a machine that is busy. One hash in STRIDE is of a known
 * password, the others are pseudo-random: the same each time.
 */
#include <config.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <nettle/sha1.h>
#include "leaked/leaked.h"
#include "leaked/leaked_build.h"
#include "samples.h"

#define STRIDE 1024u
#define DIGITS 40u

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "bench_leaked: %s\n", what);
	exit(1);
}

static void
put_hex(char *at, const uint8_t *bytes, size_t count)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; count > 0; bytes++, count--) {
		*at++ = digits[*bytes >> 4];
		*at++ = digits[*bytes & 15];
	}
}

/* The password of which hash number i is, where it is of one. */
static void
name_password(char ret[32], uint64_t i)
{
	(void)snprintf(ret, 32, "leaked-%llu", (unsigned long long)i);
}

static void
make_hash(uint64_t i, uint8_t ret[SHA1_DIGEST_SIZE])
{
	struct sha1_ctx state;
	char password[32];
	uint64_t x = i;
	int word;

	if (i % STRIDE == 0) {
		name_password(password, i);
		sha1_init(&state);
		sha1_update(&state, strlen(password), (uint8_t *)password);
		sha1_digest(&state, SHA1_DIGEST_SIZE, ret);
		return;
	}
	for (word = 0; word < SHA1_DIGEST_SIZE; word += 4) {
		x += UINT64_C(0x9e3779b97f4a7c15);
		x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
		x ^= x >> 31;
		memcpy(ret + word, &x, 4);
	}
}

/* The list, as a child writes it. */
static void
write_list(uint64_t count)
{
	static char lines[4096][DIGITS + 1];
	uint8_t hash[SHA1_DIGEST_SIZE];
	size_t have = 0;
	uint64_t i;

	for (i = 0; i < count; i++) {
		make_hash(i, hash);
		put_hex(lines[have], hash, sizeof(hash));
		lines[have++][DIGITS] = '\n';
		if (have == sizeof(lines) / sizeof(lines[0]) ||
		    i + 1 == count) {
			need(fwrite(lines, sizeof(lines[0]), have, stdout) ==
			         have,
			     "write");
			have = 0;
		}
	}
	need(fflush(stdout) == 0, "write");
}

static double
cpu_of(int who)
{
	struct rusage usage;

	need(getrusage(who, &usage) == 0, "getrusage");
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
build(const char *file, uint64_t count)
{
	const struct tn_leaked_order order = {
		.inputs = { "-" },
		.count = 1,
		.kind = TN_LEAKED_HASHES,
		.output = file,
		.memory = TN_LEAKED_MEMORY,
		.now = (int64_t)time(NULL),
	};
	struct tn_leaked_progress progress;
	struct tn_err err = TN_ERR_INIT;
	uint64_t began = samples_now();
	struct rusage usage;
	struct stat status;
	int ends[2];
	pid_t child;

	need(pipe(ends) == 0, "pipe");
	(void)fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
	child = fork();
	need(child >= 0, "fork");
	if (child == 0) {
		need(dup2(ends[1], STDOUT_FILENO) >= 0, "dup2");
		(void)close(ends[0]);
		(void)close(ends[1]);
		write_list(count);
		_exit(0);
	}
	(void)close(ends[1]);
	need(dup2(ends[0], STDIN_FILENO) == STDIN_FILENO, "dup2");
	need(tn_leaked_build(&order, &progress, &err) == TN_OK, err.text);
	need(waitpid(child, NULL, 0) == child, "waitpid");
	need(getrusage(RUSAGE_SELF, &usage) == 0 && stat(file, &status) == 0,
	     "usage");
	printf("build: %llu hashes (%llu different) in %.0f s, %.0f s of CPU "
	       "(and %.0f of the list's writer), %ld MB of memory at the most; "
	       "file of %.2f GB\n",
	       (unsigned long long)progress.lines,
	       (unsigned long long)progress.written,
	       (double)(samples_now() - began) / 1e9, cpu_of(RUSAGE_SELF),
	       cpu_of(RUSAGE_CHILDREN), usage.ru_maxrss / 1024,
	       (double)status.st_size / 1e9);
	(void)fflush(stdout);
}

enum kind { HIT, MISS, MISS_TWICE };

/* One question, in nanoseconds. */
static uint64_t
ask(const char *file, enum kind kind, uint64_t number, size_t *ret_wrong)
{
	struct tn_err err = TN_ERR_INIT;
	char password[32];
	bool found = false;
	uint64_t began;

	if (kind == HIT)
		name_password(password, number * STRIDE);
	else
		(void)snprintf(password, sizeof(password), "%css-%llu",
		               kind == MISS ? 'm' : 'M',
		               (unsigned long long)number);
	began = samples_now();
	need(tn_leaked_find(file, password, &found, &err) == TN_OK, err.text);
	began = samples_now() - began;
	*ret_wrong += found != (kind == HIT);
	return began;
}

static void
measure(const char *file, uint64_t count, size_t tries, enum kind kind,
        bool is_cold)
{
	static const char *const names[] = {
		"is there", "is not there", "is not there, nor in lower case"
	};
	uint64_t *samples = calloc(tries, sizeof(*samples));
	uint64_t seed = 20261123;
	size_t wrong = 0;
	size_t i;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	need(samples != NULL && fd >= 0, "open");
	for (i = 0; i < tries; i++) {
		uint64_t number = samples_random(&seed);

		if (kind == HIT)
			number %= (count + STRIDE - 1) / STRIDE;
		if (is_cold)
			need(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0,
			     "posix_fadvise");
		else /* asked for the second time, it is in memory */
			(void)ask(file, kind, number, &wrong);
		samples[i] = ask(file, kind, number, &wrong);
	}
	samples_sort(samples, tries);
	printf("%s, %s: p50 %.1f, p99 %.1f, most %.1f us of %zu; %zu wrong\n",
	       is_cold ? "cold" : "warm", names[kind],
	       (double)samples_at(samples, tries, 0.5) / 1e3,
	       (double)samples_at(samples, tries, 0.99) / 1e3,
	       (double)samples[tries - 1] / 1e3, tries, wrong);
	(void)fflush(stdout);
	(void)close(fd);
	free(samples);
}

int
main(int argc, char **argv)
{
	const char *only = argc == 5 ? argv[4] : "";
	uint64_t count;
	size_t tries;
	int kind;

	if (argc != 4 && strcmp(only, "build") != 0 &&
	    strcmp(only, "measure") != 0) {
		fprintf(stderr, "usage: bench_leaked FILE COUNT TRIES [build | "
		                "measure]\n");
		return 2;
	}
	count = strtoull(argv[2], NULL, 10);
	tries = (size_t)strtoull(argv[3], NULL, 10);
	need(count > 0 && tries > 0 && geteuid() == 0,
	     "COUNT and TRIES are numbers, and it is run by root");
	if (strcmp(only, "measure") != 0)
		build(argv[1], count);
	if (strcmp(only, "build") == 0)
		return 0;
	for (kind = HIT; kind <= MISS_TWICE; kind++)
		measure(argv[1], count, tries, (enum kind)kind, true);
	for (kind = HIT; kind <= MISS_TWICE; kind++)
		measure(argv[1], count, tries, (enum kind)kind, false);
	need(*only != '\0' || unlink(argv[1]) == 0, "unlink");
	return 0;
}

/*
 * How long a change takes from slapd to a process on a host that looks it up.
 *
 *     change FOLDER COUNT RATE [FIRST]
 *
 * Changes the home directory of COUNT people of FOLDER/people, from number
 * FIRST on, as root on the directory server, RATE in a second (0: each waits
 * for the one before), and asks libnss_tenure for them a thousand times a
 * second. Prints, in microseconds: from the moment the change was sent, and
 * from the server's answer (it answers behind the commit, and behind handing
 * the change to every host), until it was seen: median, p99, longest. Exit
 * status 1 when a change was not seen within 60 seconds.
 */
#include <config.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "directory/connection.h"
#include "directory/write.h"
#include "lookup_source.h"
#include "samples.h"

#define SUFFIX     "dc=example,dc=org"
#define GAP_NS     200000000u
#define PATIENCE   UINT64_C(60000000000)
#define POLL_NS    1000000
#define CHANGE_MAX 1000000u

static struct change {
	char name[32];
	char home[64];
	uint64_t sent;
	uint64_t answered;
	uint64_t seen;
} * changes;
static uint32_t count;
static uint32_t rate;
static atomic_uint begun;    /* changes that the writer has sent */
static atomic_uint finished; /* and those that were seen, in order */
static atomic_bool failed;

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "change: %s\n", what);
	exit(1);
}

static void
wait_until(uint64_t when)
{
	struct timespec time = { .tv_sec = (time_t)(when / 1000000000u),
		                 .tv_nsec = (long)(when % 1000000000u) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) !=
	       0)
		;
}

static void
change(struct tn_connection *connection, struct change *one)
{
	const char *values[] = { one->home, NULL };
	struct tn_modification modification = { TN_MODIFY_REPLACE,
		                                "homeDirectory", values };
	struct tn_err err = TN_ERR_INIT;
	char dn[128];

	snprintf(dn, sizeof(dn), "uid=%s,ou=people," SUFFIX, one->name);
	one->sent = samples_now();
	atomic_fetch_add(&begun, 1);
	need(tn_modify(connection, dn, &modification, 1, NULL, &err) == TN_OK,
	     err.text);
	one->answered = samples_now();
}

static void *
write_all(void *arg)
{
	struct tn_server server = { .uri = "ldapi:///",
		                    .connect_timeout = 5,
		                    .operation_timeout = 60 };
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	uint64_t begin = samples_now();
	uint32_t i;

	(void)arg;
	need(tn_directory_start(&err) == TN_OK &&
	         tn_connection_open(&server, &connection, &err) == TN_OK &&
	         tn_bind_external(connection, &err) == TN_OK,
	     err.text);
	for (i = 0; i < count && !atomic_load(&failed); i++) {
		if (rate > 0)
			wait_until(begin + (uint64_t)i * 1000000000u / rate);
		while (rate == 0 && atomic_load(&finished) < i &&
		       !atomic_load(&failed))
			wait_until(samples_now() + POLL_NS);
		if (rate == 0)
			wait_until(samples_now() + GAP_NS);
		change(connection, &changes[i]);
	}
	tn_connection_closep(&connection);
	return NULL;
}

/* The oldest that is not seen yet, and all behind it: one snapshot may bring
   several. */
static void
watch_all(const struct lookup_source *source)
{
	uint32_t done = 0;
	uint32_t i;

	while (done < count) {
		uint32_t most = atomic_load(&begun);
		uint64_t now = samples_now();

		for (i = done; i < most; i++) {
			struct passwd found;
			char buffer[4096];

			if (changes[i].seen != 0)
				continue;
			if (source->name(changes[i].name, &found, buffer,
			                 sizeof(buffer)) == LOOKUP_FOUND &&
			    strcmp(found.pw_dir, changes[i].home) == 0)
				changes[i].seen = samples_now();
			else if (now > changes[i].sent + PATIENCE)
				goto out;
		}
		while (done < most && changes[done].seen != 0)
			done++;
		atomic_store(&finished, done);
		wait_until(now + POLL_NS);
	}
out:
	if (done < count) {
		fprintf(stderr, "change: %s was not seen\n",
		        changes[done].name);
		atomic_store(&failed, true);
	}
}

static void
print(const char *what, bool from_answer)
{
	uint64_t *took = calloc(count + 1, sizeof(*took));
	size_t seen = 0;
	uint32_t i;

	need(took != NULL, "out of memory");
	for (i = 0; i < count; i++) {
		uint64_t from =
		    from_answer ? changes[i].answered : changes[i].sent;

		if (changes[i].seen != 0)
			took[seen++] =
			    changes[i].seen > from ? changes[i].seen - from : 0;
	}
	samples_sort(took, seen);
	printf("%s\t%llu\t%llu\t%llu\t%zu\n", what,
	       (unsigned long long)samples_at(took, seen, 0.5) / 1000,
	       (unsigned long long)samples_at(took, seen, 0.99) / 1000,
	       (unsigned long long)samples_at(took, seen, 1) / 1000, seen);
	free(took);
}

int
main(int argc, char **argv)
{
	struct lookup_source source;
	char path[4096];
	pthread_t writer;
	FILE *file;
	uint32_t first;
	uint32_t i;

	need(argc == 4 || argc == 5, "usage: change FOLDER COUNT RATE [FIRST]");
	count = (uint32_t)strtoul(argv[2], NULL, 10);
	rate = (uint32_t)strtoul(argv[3], NULL, 10);
	first = argc == 5 ? (uint32_t)strtoul(argv[4], NULL, 10) : 0;
	need(count > 0 && count <= CHANGE_MAX, "how many changes?");
	changes = calloc(count, sizeof(*changes));
	need(changes != NULL, "out of memory");
	snprintf(path, sizeof(path), "%s/people", argv[1]);
	file = fopen(path, "re");
	need(file != NULL, path);
	for (i = 0; i < first + count; i++) {
		struct change next = { .sent = 0 };

		need(fscanf(file, "%31s %*u", next.name) == 1,
		     "not so many people");
		if (i < first)
			continue;
		snprintf(next.home, sizeof(next.home), "/home/%llx-%u",
		         (unsigned long long)samples_now() >> 20, i);
		changes[i - first] = next;
	}
	fclose(file);
	need(lookup_open("tenure", &source), "the module");
	need(pthread_create(&writer, NULL, write_all, NULL) == 0, "a thread");
	watch_all(&source);
	pthread_join(writer, NULL);
	print("sent-to-seen", false);
	print("answer-to-seen", true);
	return atomic_load(&failed) ? 1 : 0;
}

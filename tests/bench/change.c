/*
 * How long a change takes from slapd to a process on a host that looks it up.
 *
 *     change FOLDER COUNT RATE [FIRST [KIND]]
 *
 * Writes COUNT changes as root on the directory server, RATE in a second (0:
 * each waits for the one before), and asks libnss_tenure for them a thousand
 * times a second. KIND: "home" changes the home directory of people of
 * FOLDER/people, from number FIRST on; "add", "attribute", "member", "rename",
 * "delete" do that to people of the benchmark's own, numbered from FIRST on
 * (whom "add" made, in the groups of FOLDER/groups); "all" does the five to
 * each of them, one after another, five seconds between; "everyone" takes people
 * of FOLDER/people out of the group of that name, and then puts them back. For
 * anything but home root has to be slapd's rootdn. Prints for each of the five, and for all
 * together, in microseconds: from the moment the change was sent, and from the
 * server's answer (it answers behind the commit, and behind handing the change
 * to every host), until it was seen: median, p99, longest, how many. Exit
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
#include "change_kind.h"
#include "directory/connection.h"
#include "samples.h"

#define GAP_NS     200000000u
#define PATIENCE   UINT64_C(60000000000)
#define POLL_NS    1000000
#define CHANGE_MAX 1000000u
#define ALL_KINDS  5u /* of a life */
#define APART      5u /* seconds, of one person's changes */

static struct change *changes;
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
	struct tn_err err = TN_ERR_INIT;

	one->sent = samples_now();
	atomic_fetch_add(&begun, 1);
	need(change_write(connection, one, &err) == TN_OK, err.text);
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
			if (changes[i].seen != 0)
				continue;
			if (change_is_seen(source, &changes[i]))
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
		fprintf(stderr, "change: %s: %s was not seen\n",
		        change_kind_name(changes[done].kind),
		        changes[done].name);
		atomic_store(&failed, true);
	}
}

/* kind: of all where it is CHANGE_KINDS. */
static void
print(const char *what, enum change_kind kind, bool from_answer)
{
	const char *name = change_kind_name(kind);
	uint64_t *took = calloc(count + 1, sizeof(*took));
	size_t seen = 0;
	uint32_t i;

	need(took != NULL, "out of memory");
	for (i = 0; i < count; i++) {
		uint64_t from =
		    from_answer ? changes[i].answered : changes[i].sent;

		if (changes[i].seen != 0 &&
		    (name == NULL || changes[i].kind == kind))
			took[seen++] =
			    changes[i].seen > from ? changes[i].seen - from : 0;
	}
	samples_sort(took, seen);
	if (seen > 0 || name == NULL)
		printf("%s%s%s\t%llu\t%llu\t%llu\t%zu\n",
		       name != NULL ? name : "", name != NULL ? "-" : "", what,
		       (unsigned long long)samples_at(took, seen, 0.5) / 1000,
		       (unsigned long long)samples_at(took, seen, 0.99) / 1000,
		       (unsigned long long)samples_at(took, seen, 1) / 1000,
		       seen);
	free(took);
}

/* A file of the folder, from its line number first on. */
static FILE *
open_list(const char *folder, const char *name, uint32_t first)
{
	char path[4096];
	FILE *file;
	uint32_t i;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "re");
	need(file != NULL, path);
	for (i = 0; i < first; i++)
		need(fscanf(file, "%*[^\n]\n") == 0, "not so many lines");
	return file;
}

/* People of the tree. */
static void
plan_homes(const char *folder, uint32_t first)
{
	FILE *file = open_list(folder, "people", first);
	uint32_t i;

	for (i = 0; i < count; i++) {
		need(fscanf(file, "%31s %*u", changes[i].name) == 1,
		     "not so many people");
		snprintf(changes[i].home, sizeof(changes[i].home),
		         "/home/%llx-%u",
		         (unsigned long long)samples_now() >> 20, first + i);
	}
	fclose(file);
}

/* The groups of the tree that are small, by their number. */
static uint32_t *
read_gids(const char *folder, uint32_t *ret_count)
{
	FILE *file = open_list(folder, "groups", 0);
	uint32_t *gids = calloc(CHANGE_MAX, sizeof(*gids));
	unsigned int members;

	need(gids != NULL, "out of memory");
	*ret_count = 0;
	while (*ret_count < CHANGE_MAX &&
	       fscanf(file, "%u %u", &gids[*ret_count], &members) == 2 &&
	       members <= 200)
		(*ret_count)++;
	fclose(file);
	need(*ret_count > 0, "no groups");
	return gids;
}

/*
 * People of the benchmark's own. Of all kinds: in a round of five changes
 * somebody is added, and who was added so many rounds before goes on in life.
 */
static void
plan_lives(const char *folder, uint32_t first, enum change_kind only)
{
	uint32_t apart = rate > ALL_KINDS ? APART * rate / ALL_KINDS : 1;
	uint32_t group_count = 0;
	uint32_t *gids = read_gids(folder, &group_count);
	uint32_t planned = 0;
	uint32_t step;

	for (step = 0; planned < count; step++) {
		uint32_t round = only < CHANGE_KINDS ? step : step / ALL_KINDS;
		uint32_t age = only < CHANGE_KINDS ? 0 : step % ALL_KINDS;
		struct change *next = &changes[planned];

		if (round < age * apart)
			continue;
		next->kind =
		    only < CHANGE_KINDS ? only : (enum change_kind)(age + 1);
		next->person = first + round - age * apart;
		next->group = next->person % group_count;
		next->gid = gids[next->group];
		snprintf(next->name, sizeof(next->name), "bench%s%u",
		         next->kind >= CHANGE_RENAME ? "ed" : "", next->person);
		snprintf(next->home, sizeof(next->home), "/home/%s%u",
		         next->kind == CHANGE_ADD ? "b" : "moved",
		         next->person);
		planned++;
	}
	free(gids);
}

/* Half of the changes take somebody out of the group of everybody, the others
   put them back. */
static void
plan_everyone(const char *folder, uint32_t first,
              const struct lookup_source *source)
{
	FILE *file = open_list(folder, "people", first);
	uint32_t half = count / 2;
	long groups = 0;
	uint32_t i;

	count = half * 2;
	need(half > 0 && source->groups != NULL, "how many changes?");
	for (i = 0; i < half; i++) {
		struct change *leave = &changes[i];

		need(fscanf(file, "%31s %*u", leave->name) == 1,
		     "not so many people");
		need(source->groups(leave->name, 0, &groups) == LOOKUP_FOUND,
		     leave->name);
		leave->kind = CHANGE_LEAVE;
		leave->groups = groups - 1;
		changes[half + i] = *leave;
		changes[half + i].kind = CHANGE_RETURN;
		changes[half + i].groups = groups;
	}
	fclose(file);
}

int
main(int argc, char **argv)
{
	struct lookup_source source;
	const char *what = argc == 6 ? argv[5] : "home";
	enum change_kind kind = change_kind_of(what);
	pthread_t writer;
	uint32_t first;
	int at;

	need(argc >= 4 && argc <= 6,
	     "usage: change FOLDER COUNT RATE [FIRST [KIND]]");
	need(kind < CHANGE_LEAVE || strcmp(what, "all") == 0 ||
	         strcmp(what, "everyone") == 0,
	     "what kind?");
	count = (uint32_t)strtoul(argv[2], NULL, 10);
	rate = (uint32_t)strtoul(argv[3], NULL, 10);
	first = argc >= 5 ? (uint32_t)strtoul(argv[4], NULL, 10) : 0;
	need(count > 0 && count <= CHANGE_MAX, "how many changes?");
	changes = calloc(count, sizeof(*changes));
	need(changes != NULL, "out of memory");
	need(lookup_open("tenure", &source), "the module");
	if (kind == CHANGE_HOME)
		plan_homes(argv[1], first);
	else if (strcmp(what, "everyone") == 0)
		plan_everyone(argv[1], first, &source);
	else
		plan_lives(argv[1], first, kind);
	need(pthread_create(&writer, NULL, write_all, NULL) == 0, "a thread");
	watch_all(&source);
	pthread_join(writer, NULL);
	for (at = CHANGE_ADD; kind == CHANGE_KINDS && at < CHANGE_KINDS; at++) {
		print("sent-to-seen", (enum change_kind)at, false);
		print("answer-to-seen", (enum change_kind)at, true);
	}
	print("sent-to-seen", CHANGE_KINDS, false);
	print("answer-to-seen", CHANGE_KINDS, true);
	return atomic_load(&failed) ? 1 : 0;
}

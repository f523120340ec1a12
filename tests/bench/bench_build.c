/*
 * How long publish takes for a whole base: from what net told it, through the
 * rules and the verdict, to the files that processes map. What net tells is
 * not in it.
 *     bench_build FOLDER PEOPLE ROUNDS
 * Each round writes into a folder of its own below FOLDER and prints a line:
 * milliseconds by the clock, and of this process' CPU.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "publish_files.h"
#include "samples.h"

#define GROUP     150u /* members of a group; everybody is in three */
#define FIRST_UID 2000001u
#define FIRST_GID 3000000u
#define NOW       1700000000

static struct tn_publish_state state;
static uint32_t people;
static char (*names)[16];

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "bench_build: %s\n", what);
	exit(1);
}

static bool
has_none(const void *context, const char *name)
{
	return context != NULL && name != NULL;
}

static bool
has_no_id(const void *context, uint32_t id)
{
	return context != NULL && id != 0;
}

static void
tell_person(uint32_t i)
{
	struct tn_account_record record = { .refusal = TN_REFUSAL_NONE };
	char dn[64];
	char home[32];
	struct tn_err err = TN_ERR_INIT;

	snprintf(dn, sizeof(dn), "uid=%s,ou=people,dc=example", names[i]);
	snprintf(home, sizeof(home), "/home/%s", names[i]);
	tn_account_init(&record.account);
	memcpy(record.account.uuid.byte, &i, sizeof(i));
	record.account.dn = dn;
	record.account.kind = TN_KIND_PERSON;
	record.account.login = names[i];
	record.account.real_name = "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e";
	record.account.staff_number = names[i];
	record.account.uid = FIRST_UID + i;
	record.account.gid = FIRST_UID - 1;
	record.account.home = home;
	record.account.shell = "/bin/bash";
	record.account.status = TN_STATUS_ACTIVE;
	need(tn_published_set(&state, &record, &err) == TN_OK, err.text);
}

static void
tell_group(uint32_t round, uint32_t i, uint32_t gid)
{
	const char *members[GROUP];
	char name[32];
	struct tn_group group = {
		.name = name, .gid = gid, .count = GROUP, .members = members
	};
	struct tn_err err = TN_ERR_INIT;
	uint32_t m;

	snprintf(name, sizeof(name), "g%u-%u", round, i);
	memset(group.uuid.byte, 0xff, TN_UUID_LEN);
	memcpy(group.uuid.byte, &gid, sizeof(gid));
	/* From all over everybody, as a directory's groups are. */
	for (m = 0; m < GROUP; m++)
		members[m] = names[((uint64_t)i * GROUP + m + round * 50) *
		                   7919 % people];
	need(tn_published_set_group(&state, &group, &err) == TN_OK, err.text);
}

static void
tell_all(void)
{
	uint32_t groups = (people + GROUP - 1) / GROUP;
	uint32_t round;
	uint32_t i;

	for (i = 0; i < people; i++) {
		snprintf(names[i], sizeof(names[0]), "user%07u", i);
		tell_person(i);
	}
	for (round = 0; round < 3; round++)
		for (i = 0; i < groups; i++)
			tell_group(round, i, FIRST_GID + round * groups + i);
}

static double
cpu_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void
build(const char *folder)
{
	static const struct tn_local_names local = {
		.has_user_name = has_none,
		.has_group_name = has_none,
		.has_uid = has_no_id,
		.has_gid = has_no_id,
		.has_subuid = has_no_id,
		.has_subgid = has_no_id,
		.has_shell = has_none,
	};
	static const char *const roots[] = { "/home", NULL };
	static const struct tn_host_rules rules = {
		.policy = { .max_age_days = 30, .max_silence = 1000 },
		.serve = { .min_uid = 1000, .home_roots = roots },
		.brake = { .count = 20, .percent = 5, .floor = 3 },
	};
	static const struct tn_moment moment = { .now = NOW,
		                                 .today = NOW / 86400 };
	const struct tn_publish_view view = { .rules = &rules,
		                              .local = &local,
		                              .moment = &moment,
		                              .heard = NOW };
	struct tn_publish_files files = { .directory = folder };
	struct tn_err err = TN_ERR_INIT;
	double cpu = cpu_ms();
	uint64_t begin = samples_now();
	bool told = false;

	need(tn_publish_files_write(&files, &state, &view, NOW, false, &told,
	                            &err) == TN_OK,
	     err.text);
	printf("build %.1f %.1f\n", (double)(samples_now() - begin) / 1e6,
	       cpu_ms() - cpu);
	need(files.live == people, "somebody is missing");
	tn_publish_files_done(&files);
}

int
main(int argc, char **argv)
{
	char folder[4096];
	unsigned long rounds;
	unsigned long i;

	need(argc == 4, "usage: bench_build FOLDER PEOPLE ROUNDS");
	people = (uint32_t)strtoul(argv[2], NULL, 10);
	rounds = strtoul(argv[3], NULL, 10);
	need(people >= 500 && people <= 10000000, "500 people at least");
	names = calloc(people, sizeof(*names));
	need(names != NULL, "out of memory");
	tn_publish_state_init(&state);
	tell_all();
	for (i = 0; i < rounds; i++) {
		snprintf(folder, sizeof(folder), "%s/%lu", argv[1], i);
		need(mkdir(folder, 0755) == 0, folder);
		build(folder);
	}
	tn_publish_state_done(&state);
	free(names);
	return 0;
}

/*
 * Writes a snapshot without a directory, and beside it the lists of its people
 * and groups that tests/bench/lookup asks for.
 *     bench_snapshot FOLDER PEOPLE
 * Prints how long the build and publication took, and how large it is.
 *     bench_snapshot FOLDER PEOPLE overlay
 * puts an overlay of 1 MB on the base that is there: people from all over it
 * with other shells. Prints how long one more change takes then.
 */
#include <config.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "samples.h"
#include "snapshot/snapshot_overlay.h"
#include "snapshot/snapshot_reader.h"
#include "snapshot/snapshot_writer.h"

#define GROUP     150u /* members of a group */
#define FIRST_UID 2000001u
#define FIRST_GID 3000000u
#define STAFF_GID 2000000u
#define OVERLAY   ((size_t)1 << 20)
#define SAVES     21

static uint32_t people;
static char (*names)[16];

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "bench_snapshot: %s\n", what);
	exit(1);
}

/* Everybody is in three groups of 150, besides the primary one. */
static void
publish(const char *folder, uint64_t generation)
{
	struct tn_snapshot_writer *writer = NULL;
	struct tn_err err = TN_ERR_INIT;
	uint64_t begin = samples_now();
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
	       (double)(samples_now() - begin) / 1e6);
}

static struct tn_snapshot_overlay *
open_overlay(const char *folder, uint64_t *ret_generation)
{
	struct tn_snapshot_overlay *overlay = NULL;
	const struct tn_snapshot *snapshot;
	struct tn_snapshot_info info;
	struct tn_err err = TN_ERR_INIT;

	need(tn_snapshot_take(folder, &snapshot) == TN_OK, "no base there");
	tn_snapshot_info(snapshot, &info);
	need(tn_snapshot_overlay_new(folder,
	                             &(struct tn_snapshot_base){
	                                 .slot = info.base_slot,
	                                 .generation = info.base_generation,
	                                 .published = info.base_published,
	                                 .size = info.base_size,
	                             },
	                             &overlay, &err) == TN_OK,
	     err.text);
	*ret_generation = info.generation;
	tn_snapshot_drop(snapshot);
	return overlay;
}

static void
change(struct tn_snapshot_overlay *overlay, uint32_t i, const char *shell)
{
	struct tn_snapshot_user user;

	need(tn_snapshot_overlay_user(overlay, names[i], &user),
	     "somebody is missing");
	user.shell = shell;
	need(tn_snapshot_overlay_put_user(overlay, &user, NULL) == TN_OK,
	     "a change");
}

static int
by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
publish_overlay(const char *folder)
{
	uint64_t generation;
	struct tn_snapshot_overlay *overlay = open_overlay(folder, &generation);
	struct tn_err err = TN_ERR_INIT;
	uint64_t took[SAVES];
	uint32_t changes = 0;
	uint32_t i;

	while (tn_snapshot_overlay_size(overlay) < OVERLAY && changes < people)
		change(overlay, changes++ * 7919u % people, "/bin/zsh");
	for (i = 0; i < SAVES; i++) {
		uint64_t begin = samples_now();

		change(overlay, i * 7919u % people,
		       i % 2 == 0 ? "/bin/ksh" : "/bin/csh");
		need(tn_snapshot_overlay_save(overlay, folder, ++generation, 0,
		                              "", false, &err) == TN_OK,
		     err.text);
		took[i] = samples_now() - begin;
	}
	qsort(took, SAVES, sizeof(took[0]), by_size);
	printf("an overlay of %u people, %.1f MB\n", changes,
	       (double)tn_snapshot_overlay_size(overlay) / 1e6);
	printf("%-34s %8.1f ms\n", "one more change, saved and synced",
	       (double)took[SAVES / 2] / 1e6);
	tn_snapshot_overlay_free(overlay);
}

static FILE *
list(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	need(file != NULL, path);
	return file;
}

static void
write_lists(const char *folder)
{
	FILE *file = list(folder, "people");
	uint32_t i;

	for (i = 0; i < people; i++)
		fprintf(file, "%s %u\n", names[i], FIRST_UID + i);
	need(fclose(file) == 0, "the list of people");
	file = list(folder, "groups");
	for (i = 0; i < (people + GROUP - 1) / GROUP; i++)
		fprintf(file, "%u %u\n", FIRST_GID + i, GROUP);
	need(fclose(file) == 0, "the list of groups");
}

int
main(int argc, char **argv)
{
	char path[4096];
	struct stat status;
	uint32_t i;

	need(argc == 3 || (argc == 4 && strcmp(argv[3], "overlay") == 0),
	     "usage: bench_snapshot FOLDER PEOPLE [overlay]");
	people = (uint32_t)strtoul(argv[2], NULL, 10);
	need(people >= 500 && people <= 10000000, "500 people at least");
	names = calloc(people, sizeof(*names));
	need(names != NULL, "out of memory");
	for (i = 0; i < people; i++)
		snprintf(names[i], sizeof(names[0]), "user%07u", i);
	if (argc == 4) {
		publish_overlay(argv[1]);
		free(names);
		return 0;
	}
	publish(argv[1], 1);
	write_lists(argv[1]);
	snprintf(path, sizeof(path), "%s/base.0", argv[1]);
	need(stat(path, &status) == 0, path);
	printf("%-34s %8.1f MB\n", "the base", (double)status.st_size / 1e6);
	free(names);
	return 0;
}

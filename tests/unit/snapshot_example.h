/* A snapshot to look things up in, in a folder of its own, for tests. */
#ifndef TN_TESTS_UNIT_SNAPSHOT_EXAMPLE_H
#define TN_TESTS_UNIT_SNAPSHOT_EXAMPLE_H

#include <stddef.h>
#include <stdint.h>
#include "snapshot/snapshot_overlay.h"
#include "snapshot/snapshot_writer.h"

#define EXAMPLE_FIRST_UID 2000000u
#define EXAMPLE_STAFF_GID 1900000u

struct example {
	char directory[64];
	uint64_t generation; /* of the last one published */
};

/* Make the folder. Everything here ends the program when it cannot be done. */
void example_init(struct example *example);
/* Takes the folder away with all that is in it. */
void example_done(struct example *example);
/* "FOLDER/name"; valid until the next call. */
const char *example_path(const struct example *example, const char *name);

/*
 * Gather: wang (uid 2000000, real name in Chinese, home /home/wang), li (dead,
 * nologin), and extra users u000000, u000001, ... from uid 2000100 on, all of
 * primary group 1900000. Groups: staff 1900000 (nobody), tunnel 1900001 (wang,
 * li), bridge 1900002 (wang), everyone 1900003 (all).
 */
struct tn_snapshot_writer *example_gather(uint32_t extra);
/* Publish what was gathered as the next generation, and free it. */
void
example_publish(struct example *example, struct tn_snapshot_writer *writer);

/* An overlay without a change on the base that is published. */
struct tn_snapshot_overlay *example_overlay(const struct example *example);
/* Save it as the next generation. */
void example_save(struct example *example, struct tn_snapshot_overlay *overlay);

/*
 * Change what was gathered with 6 extra users: wang has another shell, u000000
 * is v000000 now, u000001 is gone, u000002 is dead, zhao (uid 2000050) is new.
 * tunnel is gone, fresh 1900009 (zhao) is new, zhao is in bridge and everyone.
 */
void example_change(struct tn_snapshot_overlay *overlay);

#endif

/*
 * The kinds of change that tests/bench/change times: what is written, and what
 * a process that looks it up sees of it.
 */
#ifndef TN_TESTS_CHANGE_KIND_H
#define TN_TESTS_CHANGE_KIND_H

#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "directory/connection.h"
#include "lookup_source.h"

enum change_kind {
	CHANGE_HOME, /* of somebody of the tree */
	/* Of people of the benchmark's own, in the order of their lives. */
	CHANGE_ADD,
	CHANGE_ATTRIBUTE,
	CHANGE_MEMBER, /* into a group of the tree */
	CHANGE_RENAME,
	CHANGE_DELETE,
	/* Of somebody of the tree, and the group that lists everybody. */
	CHANGE_LEAVE,
	CHANGE_RETURN,
	CHANGE_KINDS,
};

struct change {
	enum change_kind kind;
	uint32_t person; /* number of one of the benchmark's own */
	uint32_t group;  /* number of the group of the tree, and its gid */
	uint32_t gid;
	long groups;   /* of LEAVE and RETURN: how many he is in afterwards */
	char name[32]; /* who is looked up */
	char home[64]; /* what is new of him */
	uint64_t sent;
	uint64_t answered;
	uint64_t seen;
};

/* "add", ...; NULL for what is none. */
const char *change_kind_name(enum change_kind kind);
/* CHANGE_KINDS for what is none. */
enum change_kind change_kind_of(const char *name);

/* Writes it; errors as of directory/write.h. */
int change_write(struct tn_connection *connection, const struct change *change,
                 struct tn_err *err);
/* Does the source answer as it is after the change? */
bool
change_is_seen(const struct lookup_source *source, const struct change *change);

#endif

/*
 * What may be served, told a second time and from DESIGN section 12 alone: for
 * whom it was written, the rules in lib/account are not asked.
 */
#ifndef TN_TESTS_FUZZ_SERVED_ORACLE_H
#define TN_TESTS_FUZZ_SERVED_ORACLE_H

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include "hostile_entry.h"

#define SERVED_MAX 32

struct served_user {
	char name[64];
	char gecos[300];
	char home[300];
	char shell[200];
	uint32_t uid;
	uint32_t gid;
	bool dead;
};

struct served_group {
	char name[64];
	uint32_t gid;
	size_t count;
	size_t members[SERVED_MAX]; /* which users */
};

/* All that a snapshot shows. */
struct served {
	size_t users;
	struct served_user user[SERVED_MAX];
	size_t groups;
	struct served_group group[SERVED_MAX];
};

/* What the directory said last of each slot. */
#define ORACLE_SLOTS 6
struct said {
	struct hostile_entry entry[ORACLE_SLOTS];
	bool is_there[ORACLE_SLOTS];
	unsigned int locks[ORACLE_SLOTS];
};

struct oracle {
	const struct said *said;
	const struct served *before; /* what the last snapshot showed */
	bool is_local_p1; /* this host has a user p1 with uid 2000001 itself */
	bool is_held; /* the brake held once: who vanished stays as he was */
};

/* What needs no directory. */
void oracle_section_12(const struct served_user *user);

/* Each ends the program where a thing is served that may not be. */
void oracle_user(const struct oracle *oracle, const struct served_user *user);
void oracle_group(const struct oracle *oracle, const struct served *served,
                  const struct served_group *group);

#endif

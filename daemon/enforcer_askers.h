/*
 * Hosts that ask for locks: so many of one host's requests at a look, so that
 * one that asks a thousand times keeps nobody else's waiting; and of what is
 * held back of a host, one record an hour. Pure; not thread-safe.
 */
#ifndef TN_DAEMON_ENFORCER_ASKERS_H
#define TN_DAEMON_ENFORCER_ASKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/account.h"

#define TN_ASKERS_MAX 256 /* remembered; more share what is left of a look */
#define TN_ASKER_LOOK 8   /* requests of one at a look */
#define TN_ASKER_TELL 3600

struct tn_asker {
	char dn[TN_DN_MAX + 1];
	size_t seen;     /* at this look */
	int64_t told_at; /* when it was last told that something is held */
};

struct tn_askers {
	struct tn_asker *of[TN_ASKERS_MAX];
	size_t count;
};

/* Before a look. */
void tn_askers_begin(struct tn_askers *askers);
/* One more request of dn waits: is it among those of this look? Without memory,
   or beyond TN_ASKERS_MAX, it is. */
bool tn_askers_takes(struct tn_askers *askers, const char *dn);
/* Something of dn is held back at now (seconds): is that to be told? */
bool tn_askers_tells(struct tn_askers *askers, const char *dn, int64_t now);
void tn_askers_done(struct tn_askers *askers);

#endif

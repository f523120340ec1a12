/*
 * publish's list of locks that it has acted on and not written down in the
 * directory yet: from the moment that a lock is seen until net says that it was
 * written. What is lost by a restart is made anew from the kept locks that are
 * not told. One thread.
 */
#ifndef TN_DAEMON_EFFECTS_H
#define TN_DAEMON_EFFECTS_H

#include "account/account.h"
#include "effect.h"
#include "host_rules.h"

/* Of leaks; of other locks TN_EFFECTS_OTHERS. More at once are told after a
   restart. */
#define TN_EFFECTS_MAX    4096
#define TN_EFFECTS_OTHERS 256

struct tn_effect_at; /* effects.c */

struct tn_effects { /* start with zeros */
	struct tn_effect_at *first;
	size_t count;
	size_t others;   /* of them, of other locks than a leak's */
	bool is_to_tell; /* a lock is told: the kept locks are to be written */
};

void tn_effects_done(struct tn_effects *effects);

/* The datagram LOCK_SET of a lock that is kept and not told. */
void tn_effects_see(struct tn_effects *effects, const struct tn_lock *lock,
                    const struct tn_message *message);
/* net said that what came until now is one state: what was seen is in the next
   snapshot. */
void tn_effects_settle(struct tn_effects *effects);
/* Is something seen that the next snapshot decides? */
bool tn_effects_wait_for_snapshot(const struct tn_effects *effects);
/* A snapshot of this generation is there that has all that was seen. True
   where the reaper is to look, and to say. */
bool tn_effects_decide(struct tn_effects *effects,
                       const struct tn_local_names *local, uint64_t generation);
/* Tells the reaper who died by which lock: those of this generation, as many as
   leave room for PUBLISHED. */
void tn_effects_tell_why(const struct tn_effects *effects, int reaper,
                         uint64_t generation);
/* A datagram of the reaper's: REAPED of one uid, or REAPED_END. */
void
tn_effects_reaped(struct tn_effects *effects, const struct tn_message *message);
/* Tells net what is finished, or has waited for long; the logins come from
   that file (login_log.h). What is worth no telling is told by that. */
void
tn_effects_tell(struct tn_effects *effects, int net, const char *login_log);
/* Is a lock told? Takes the next one that is; NULL: no more. */
bool tn_effects_take_told(struct tn_effects *effects,
                          char ret[TN_LOCK_NAME_MAX + 1]);
/* EFFECT_TOLD of net's. */
void tn_effects_written(struct tn_effects *effects, const char *name);
/* Milliseconds until tn_effects_tell has something to do by itself; -1: never.
 */
int tn_effects_wait(const struct tn_effects *effects);

#endif

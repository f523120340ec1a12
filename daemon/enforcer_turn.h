/*
 * Which of many waiting requests are treated at one look: so many at a time, the
 * next ones at the next look, so that those which fail again and again do not
 * keep the others waiting for ever. Pure; not thread-safe.
 */
#ifndef TN_DAEMON_ENFORCER_TURN_H
#define TN_DAEMON_ENFORCER_TURN_H

#include <stdbool.h>
#include <stddef.h>

struct tn_turn {
	size_t from; /* how many are passed over at this look */
	size_t seen;
	size_t taken;
};

/* Before a look. */
void tn_turn_begin(struct tn_turn *turn);
/* One more waits: is it treated at this look? At most max are. */
bool tn_turn_takes(struct tn_turn *turn, size_t max);
/* After a look: where the next one goes on. A look that passed over all there
   were begins again at the first. */
void tn_turn_end(struct tn_turn *turn);

#endif

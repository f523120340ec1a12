/* How many may be found gone at once before it looks like a mistake. */
#ifndef TN_DAEMON_REMOVAL_BRAKE_H
#define TN_DAEMON_REMOVAL_BRAKE_H

#include <stdbool.h>
#include <stddef.h>

struct tn_removal_brake {
	size_t count;   /* more than this many trip it, */
	size_t percent; /* or more than this share of all ... */
	size_t floor;   /* ... and more than this many */
};

/* Rule    DESIGN section 8: a refresh that looks like a mass disappearance. */
static inline bool
tn_removal_brake_trips(const struct tn_removal_brake *brake, size_t removals,
                       size_t total)
{
	if (removals > brake->count)
		return true;
	return removals > brake->floor &&
	       removals * 100 > total * brake->percent;
}

#endif

/*
 * Brakes: how much one run may disable. Pure. They are never off; a plan that
 * trips one is shown and not applied (DESIGN section 9).
 */
#ifndef TN_LIFECYCLE_PLAN_BRAKE_H
#define TN_LIFECYCLE_PLAN_BRAKE_H

#include <stdbool.h>
#include <stddef.h>

struct brake_limits {
	int count;          /* more than this many trips */
	int percent;        /* more than this share trips ... */
	int floor;          /* ... above this many */
	int shrink_percent; /* a roster that lost more than this trips */
};

enum brake_cause {
	BRAKE_FREE = 0,
	BRAKE_COUNT,   /* more than limits.count */
	BRAKE_PERCENT, /* more than limits.percent of total */
};

/* affected of total: of all accounts, or of one department's. A limit below
   zero counts as zero, so that no configuration turns a brake off. */
enum brake_cause
brake_check(const struct brake_limits *limits, size_t affected, size_t total);

/* Present people now against the last accepted roster. before 0: none was
   recorded, nothing trips. */
bool brake_shrunk(const struct brake_limits *limits, size_t now, size_t before);

#endif

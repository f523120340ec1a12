#include "plan_brake.h"

static size_t
limit(int value)
{
	return value > 0 ? (size_t)value : 0;
}

/* Is part more than percent of whole? Without overflow or rounding. */
static bool
is_above(size_t part, size_t whole, int percent)
{
	return (unsigned long long)part * 100 >
	       (unsigned long long)whole * limit(percent);
}

enum brake_cause
brake_check(const struct brake_limits *limits, size_t affected, size_t total)
{
	if (affected > limit(limits->count))
		return BRAKE_COUNT;
	if (affected > limit(limits->floor) &&
	    is_above(affected, total, limits->percent))
		return BRAKE_PERCENT;
	return BRAKE_FREE;
}

bool
brake_shrunk(const struct brake_limits *limits, size_t now, size_t before)
{
	return now < before &&
	       is_above(before - now, before, limits->shrink_percent);
}

#include <config.h>

#include "enforcer_turn.h"

void
tn_turn_begin(struct tn_turn *turn)
{
	turn->seen = 0;
	turn->taken = 0;
}

bool
tn_turn_takes(struct tn_turn *turn, size_t max)
{
	if (turn->seen++ < turn->from || turn->taken == max)
		return false;
	turn->taken++;
	return true;
}

void
tn_turn_end(struct tn_turn *turn)
{
	const size_t end = turn->from + turn->taken;

	turn->from = end < turn->seen ? end : 0;
}

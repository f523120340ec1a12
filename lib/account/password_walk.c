/* Walks from key to key. A keyboard's rows are shifted by half a key each, so
   places are counted in half keys; the block of digits is a square. */
#include "account/password_view.h"

#include <string.h>

#define STRAIGHT_COST 2

struct place {
	int x;
	int y;
};

static const char *const rows[] = { "`1234567890-=", "qwertyuiop[]\\",
	                            "asdfghjkl;'", "zxcvbnm,./" };
/* The same keys with shift. */
static const char *const shifted[] = { "~!@#$%^&*()_+", "QWERTYUIOP{}|",
	                               "ASDFGHJKL:\"", "ZXCVBNM<>?" };
/* Where the first key of each row is, in half keys. */
static const int row_start[] = { 0, 3, 4, 5 };
static const char *const block[] = { "789", "456", "123", "0" };

static bool
find_key(const char *row, uint32_t point, int *ret)
{
	const char *at;

	if (point == 0 || point >= 0x80)
		return false;
	at = strchr(row, (int)point);
	if (at == NULL)
		return false;
	*ret = (int)(at - row);
	return true;
}

static bool
find_place(enum tn_walk_board board, uint32_t point, struct place *ret)
{
	int y;
	int x;

	for (y = 0; y < 4; y++) {
		if (board == TN_WALK_DIGITS && find_key(block[y], point, &x)) {
			*ret = (struct place){ .x = 2 * x, .y = y };
			return true;
		}
		if (board == TN_WALK_KEYBOARD &&
		    (find_key(rows[y], point, &x) ||
		     find_key(shifted[y], point, &x))) {
			*ret = (struct place){ .x = row_start[y] + 2 * x,
				               .y = y };
			return true;
		}
	}
	return false;
}

static bool
is_neighbour(enum tn_walk_board board, int dx, int dy)
{
	int wide = dx < 0 ? -dx : dx;
	int high = dy < 0 ? -dy : dy;

	if (board == TN_WALK_DIGITS)
		return wide <= 2 && high <= 1;
	return (high == 0 && wide <= 2) || (high == 1 && wide == 1);
}

bool
tn_walk_step(struct tn_walk *walk, uint32_t point)
{
	struct place place;
	int dx;
	int dy;

	if (!find_place(walk->board, point, &place))
		return false;
	dx = place.x - walk->x;
	dy = place.y - walk->y;
	if (walk->len > 0 && !is_neighbour(walk->board, dx, dy))
		return false;
	if (walk->len <= 1)
		walk->cost = STRAIGHT_COST;
	else if ((dx != 0 || dy != 0) && (dx != walk->dx || dy != walk->dy))
		walk->cost++; /* a turn */
	if (walk->len > 0 && (dx != 0 || dy != 0)) {
		walk->dx = dx;
		walk->dy = dy;
	}
	walk->x = place.x;
	walk->y = place.y;
	walk->len++;
	return true;
}

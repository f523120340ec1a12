/* A word in a password, however it is parted and spelt. */
#include "account/password_view.h"

#include <string.h>

/* The figure that a character stands for, in leet or with shift held down. */
static uint32_t
figure_of(uint32_t point)
{
	static const char *const alike[10] = {
		"o)", "il|!", "z@", "e#", "a$", "s%", "g^", "t&", "b*", "q(",
	};
	uint32_t figure;

	for (figure = 0; figure < 10; figure++) {
		if (point != 0 && point < 0x80 &&
		    strchr(alike[figure], (int)point) != NULL)
			return '0' + figure;
	}
	return point;
}

/* Is the character of the word at the place an u that may be an ü? */
static bool
is_umlaut(const struct tn_password_view *word, size_t at)
{
	if (at == 0 || at >= word->len || word->point[at] != 'u')
		return false;
	return word->point[at - 1] == 'l' || word->point[at - 1] == 'n';
}

static bool
stands_for(uint32_t point, const struct tn_password_view *word, size_t at,
           bool is_number)
{
	if (tn_view_same(point, word->point[at]))
		return true;
	if (is_number)
		return figure_of(point) == word->point[at];
	return point == 'v' && is_umlaut(word, at);
}

/* May it stand before the word's character without being a part of it? */
static bool
is_passed_over(uint32_t point, const struct tn_password_view *word, size_t at)
{
	return tn_view_is_separator(point) ||
	       (point == 'y' && is_umlaut(word, at));
}

/* All the ways at once, since a sign can be a letter or a separator:
   reached[n]: the word's first n characters end right here. */
bool
tn_view_finds(const struct tn_password_view *view,
              const struct tn_password_view *word, bool is_number)
{
	bool reached[TN_PASSWORD_MAX + 1] = { true };
	size_t at;
	size_t n;

	for (at = 0; at < view->len && word->len > 0; at++) {
		uint32_t point = view->point[at];

		/* From the end: whoever was reached here steps only once. */
		for (n = at < word->len ? at + 1 : word->len; n-- > 0;) {
			if (!reached[n])
				continue;
			reached[n] = n == 0 || is_passed_over(point, word, n);
			if (!stands_for(point, word, n, is_number))
				continue;
			if (n + 1 == word->len)
				return true;
			reached[n + 1] = true;
		}
	}
	return false;
}

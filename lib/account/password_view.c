#include "account/password_view.h"

#include <string.h>
#include "base/text.h"

static bool
append(struct tn_password_view *view, uint32_t point, tn_plain_reader *plain)
{
	uint32_t points[TN_PLAIN_MAX];
	size_t count = 1;

	points[0] = point >= 'A' && point <= 'Z' ? point - 'A' + 'a' : point;
	if (point >= 0x80)
		count = plain != NULL ? plain(point, points) : TN_PLAIN_FAILED;
	if (count > TN_PLAIN_MAX || count > TN_PASSWORD_MAX - view->len)
		return false;
	memcpy(view->point + view->len, points, count * sizeof(points[0]));
	explicit_bzero(points, sizeof(points));
	view->len += count;
	view->typed += count > 0 ? 1 : 0;
	return true;
}

bool
tn_view_fold(struct tn_password_view *view, const char *text,
             tn_plain_reader *plain)
{
	size_t left = strnlen(text, TN_PASSWORD_MAX + 1);

	view->len = 0;
	view->typed = 0;
	if (left > TN_PASSWORD_MAX)
		return false;
	while (left > 0) {
		uint32_t point = 0;
		size_t n = tn_text_next(text, left, &point);

		if (n == 0 || !append(view, point, plain)) {
			tn_view_wipe(view);
			return false;
		}
		text += n;
		left -= n;
	}
	return true;
}

static size_t
as_it_is(uint32_t point, uint32_t ret[TN_PLAIN_MAX])
{
	ret[0] = point;
	return 1;
}

void
tn_view_of_table(struct tn_password_view *view, const char *text)
{
	(void)tn_view_fold(view, text, as_it_is);
}

bool
tn_view_is_separator(uint32_t point)
{
	if (point >= 0x80)
		return (point & TN_PLAIN_SEPARATOR) != 0;
	return !(point >= '0' && point <= '9') &&
	       !(point >= 'a' && point <= 'z');
}

void
tn_view_join(struct tn_password_view *view)
{
	size_t from;
	size_t to = 0;

	for (from = 0; from < view->len; from++) {
		if (!tn_view_is_separator(view->point[from]))
			view->point[to++] = view->point[from];
	}
	view->len = to;
}

void
tn_view_merge_umlaut(struct tn_password_view *view)
{
	size_t from = 0;
	size_t to = 0;

	while (from < view->len) {
		uint32_t point = view->point[from++];
		uint32_t next = from < view->len ? view->point[from] : 0;
		uint32_t after =
		    from + 1 < view->len ? view->point[from + 1] : 0;

		view->point[to++] = point;
		if (point != 'l' && point != 'n')
			continue;
		if (next == 'v') {
			view->point[to++] = 'u';
			from++;
		} else if (next == 'y' && after == 'u') { /* lyu */
			view->point[to++] = 'u';
			from += 2;
		}
	}
	view->len = to;
}

void
tn_view_reverse(struct tn_password_view *view)
{
	size_t i;

	for (i = 0; i < view->len / 2; i++) {
		uint32_t point = view->point[i];

		view->point[i] = view->point[view->len - 1 - i];
		view->point[view->len - 1 - i] = point;
	}
}

void
tn_view_wipe(struct tn_password_view *view)
{
	explicit_bzero(view, sizeof(*view));
}

/* What stands for a letter in leet spelling. */
static const char *
leet_of(uint32_t letter)
{
	switch (letter) {
	case 'a':
		return "4@";
	case 'b':
		return "8";
	case 'c':
		return "(";
	case 'e':
		return "3";
	case 'g':
		return "96";
	case 'i':
		return "1!|";
	case 'l':
		return "1|";
	case 'o':
		return "0";
	case 's':
		return "5$";
	case 't':
		return "7+";
	case 'z':
		return "2";
	default:
		return "";
	}
}

bool
tn_view_same(uint32_t password, uint32_t word)
{
	if (password == word)
		return true;
	return password != 0 && password < 0x80 &&
	       strchr(leet_of(word), (int)password) != NULL;
}

bool
tn_view_has_at(const struct tn_password_view *view, size_t at,
               const struct tn_password_view *word)
{
	size_t i;

	if (word->len == 0 || at > view->len || word->len > view->len - at)
		return false;
	for (i = 0; i < word->len; i++) {
		if (!tn_view_same(view->point[at + i], word->point[i]))
			return false;
	}
	return true;
}

bool
tn_view_has(const struct tn_password_view *view,
            const struct tn_password_view *word)
{
	size_t at;

	for (at = 0; at < view->len; at++) {
		if (tn_view_has_at(view, at, word))
			return true;
	}
	return false;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
tn_view_distance(const struct tn_password_view *a,
                 const struct tn_password_view *b)
{
	size_t row[TN_PASSWORD_MAX + 1];
	size_t distance;
	size_t i;
	size_t j;

	for (j = 0; j <= b->len; j++)
		row[j] = j;
	for (i = 0; i < a->len; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (j = 0; j < b->len; j++) {
			size_t changed =
			    diagonal + (a->point[i] != b->point[j] ? 1 : 0);

			diagonal = row[j + 1];
			row[j + 1] =
			    least(changed, least(row[j + 1], row[j]) + 1);
		}
	}
	distance = row[b->len];
	explicit_bzero(row, sizeof(row));
	return distance;
}

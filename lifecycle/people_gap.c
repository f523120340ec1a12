#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Cut to what fits, one clean line: both texts are the directory's. */
static void
put_text(char *to, size_t size, const char *text)
{
	int len = snprintf(to, size, "%s", text);

	if (len < 0)
		to[0] = '\0';
	else if ((size_t)len >= size)
		tn_text_cut(to, size - 1);
	tn_text_clean(to);
}

int
people_add_gap(struct people *people, const char *what, const char *why,
               bool is_report, struct tn_err *err)
{
	struct people_gap *gaps;

	if (people->gap_count >= PEOPLE_GAPS_MAX)
		return tn_fail(err, TN_E_INCOMPLETE,
		               "more than %d entries cannot be read; one is "
		               "%.200s",
		               PEOPLE_GAPS_MAX, what);
	gaps = reallocarray(people->gaps, people->gap_count + 1, sizeof(*gaps));
	if (!gaps)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	people->gaps = gaps;
	gaps += people->gap_count++;
	gaps->is_report = is_report;
	put_text(gaps->what, sizeof(gaps->what), what);
	put_text(gaps->why, sizeof(gaps->why), why);
	return TN_OK;
}

/* Lists of texts of a case: owned, clean, bounded. */
#include "leak_case.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define TEXTS_MAX 10000

int
leak_texts_add(struct leak_texts *texts, const char *text, struct tn_err *err)
{
	char **more;
	char *copy;

	if (texts->count == TEXTS_MAX)
		return tn_fail(err, TN_E_LIMIT, "too many values");
	more = reallocarray(texts->of, texts->count + 1, sizeof(*more));
	copy = strdup(text);
	if (more)
		texts->of = more;
	if (!more || !copy) {
		free(copy);
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	}
	tn_text_clean(copy);
	texts->of[texts->count++] = copy;
	return TN_OK;
}

void
leak_texts_done(struct leak_texts *texts)
{
	size_t i;

	for (i = 0; i < texts->count; i++)
		free(texts->of[i]);
	free(texts->of);
	*texts = (struct leak_texts){ .count = 0 };
}

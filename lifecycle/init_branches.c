#include "init_branches.h"

#include <string.h>

#define CLAUSE "olcAccess: to "
#define BOTH   "@PEOPLE@"

/* A line with those that go on with it, which begin with a blank. */
static size_t
clause_len(const char *text)
{
	size_t len = 0;

	do {
		len += strcspn(text + len, "\n");
		len += text[len] == '\n';
	} while (text[len] == ' ');
	return len;
}

void
init_branches_split(const char *text, struct tn_buf *ret)
{
	static const char start[] = CLAUSE BOTH;
	const size_t skip = sizeof(start) - 1;
	const char *at = text;

	while (*at) {
		const size_t len = clause_len(at);

		if (strncmp(at, start, skip) != 0) {
			tn_buf_put(ret, at, len);
		} else {
			tn_buf_put_text(ret, CLAUSE "@PERSON@");
			tn_buf_put(ret, at + skip, len - skip);
			tn_buf_put_text(ret, CLAUSE "@SERVICE@");
			tn_buf_put(ret, at + skip, len - skip);
		}
		at += len;
	}
}

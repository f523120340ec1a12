#include "init_reader.h"

#include <stdbool.h>
#include <string.h>

#include "base/attrs.h"

#define ACCOUNTS "dn: olcDatabase={3}mdb,"
#define CLAUSE   "olcAccess:"
#define KEEP     "#anywhere"

struct cap {
	bool accounts;    /* inside their record */
	bool clause;      /* inside an olcAccess that is capped */
	bool marked;      /* the next one is an exception ... */
	const char *keep; /* ... for this identity ... */
	size_t keep_len;  /* ... or, with 0, for all */
	bool quoted;
	bool after_by;
	bool by_keeper;
};

/* "selfadd" and "realselfadd" are rights to add, too: to add oneself. */
static size_t
prefix_of(const char *word, size_t len)
{
	static const char *const prefixes[] = { "realself", "self" };
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(prefixes); i++) {
		size_t prefix = strlen(prefixes[i]);

		if (len > prefix && !strncmp(word, prefixes[i], prefix))
			return prefix;
	}
	return 0;
}

static void
put_right(const char *word, size_t len, struct tn_buf *ret)
{
	static const char *const writing[] = { "write", "add", "delete",
		                               "manage" };
	const size_t prefix = prefix_of(word, len);
	size_t kept = 0;
	size_t i;

	tn_buf_put(ret, word, prefix);
	word += prefix;
	len -= prefix;
	for (i = 0; i < TN_ARRAY_LEN(writing); i++) {
		if (len == strlen(writing[i]) &&
		    !strncmp(word, writing[i], len)) {
			tn_buf_put_text(ret, "read");
			return;
		}
	}
	if (*word != '=') {
		tn_buf_put(ret, word, len);
		return;
	}
	for (i = 0; i < len; i++) {
		if (!strchr("wazm", word[i])) {
			tn_buf_put(ret, &word[i], 1);
			kept++;
		}
	}
	if (kept == 1)
		tn_buf_put(ret, "0", 1);
}

/* One word that is not quoted. */
static void
put_word(struct cap *cap, const char *word, size_t len, struct tn_buf *ret)
{
	bool is_by = len == 2 && !strncmp(word, "by", 2);

	if (cap->after_by)
		cap->by_keeper = cap->keep_len && len == cap->keep_len &&
		                 !strncmp(word, cap->keep, len);
	if (is_by || cap->after_by || cap->by_keeper)
		tn_buf_put(ret, word, len);
	else
		put_right(word, len, ret);
	cap->after_by = is_by;
	if (is_by)
		cap->by_keeper = false;
}

/* A line of a clause; a quote may go over several. */
static void
put_line(struct cap *cap, const char *line, size_t len, struct tn_buf *ret)
{
	size_t at = 0;

	while (at < len) {
		bool whole = !cap->quoted;
		size_t end = at;

		if (whole && line[at] == ' ') {
			tn_buf_put(ret, &line[at++], 1);
			continue;
		}
		for (; end < len && (cap->quoted || line[end] != ' '); end++)
			cap->quoted ^= line[end] == '"';
		if (whole)
			put_word(cap, line + at, end - at, ret);
		else
			tn_buf_put(ret, line + at, end - at);
		at = end;
	}
}

/* What a line is that begins neither a clause's word nor goes on with one. */
static void
begin_line(struct cap *cap, const char *line, size_t len)
{
	if (!strncmp(line, KEEP, strlen(KEEP))) {
		cap->keep = line + strlen(KEEP);
		cap->keep += *cap->keep == ' ';
		cap->keep_len = len - (size_t)(cap->keep - line);
		cap->marked = true;
	} else if (!strncmp(line, CLAUSE, strlen(CLAUSE))) {
		if (!cap->marked)
			cap->keep_len = 0;
		cap->clause = cap->accounts && (!cap->marked || cap->keep_len);
		cap->marked = false;
		cap->quoted = false;
		cap->after_by = false;
		cap->by_keeper = false;
	} else if (*line != ' ' && *line != '#') {
		cap->clause = false;
		if (!strncmp(line, "dn:", 3))
			cap->accounts =
			    !strncmp(line, ACCOUNTS, strlen(ACCOUNTS));
	}
}

void
init_reader_cap(const char *text, struct tn_buf *ret)
{
	struct cap cap = { .keep = NULL };

	while (*text) {
		size_t len = strcspn(text, "\n");

		begin_line(&cap, text, len);
		if (cap.clause && *text != '#')
			put_line(&cap, text, len, ret);
		else
			tn_buf_put(ret, text, len);
		text += len;
		if (*text)
			tn_buf_put(ret, text++, 1);
	}
}

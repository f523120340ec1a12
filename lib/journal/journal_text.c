#include "journal.h"

#include <string.h>

#include "base/attrs.h"
#include "base/text.h"

#define HEAD     "tenure-journal 1\n"
#define END      "sha256: "
#define END_LEN  (sizeof(END) - 1 + TN_HASH_TEXT_MAX) /* with its newline */
#define HASH_LEN (TN_HASH_TEXT_MAX - 1)

static const char *const names[TN_JOURNAL_FIELDS] = {
	[TN_JOURNAL_CHAIN] = "chain",
	[TN_JOURNAL_NUMBER] = "number",
	[TN_JOURNAL_PREVIOUS] = "previous",
	[TN_JOURNAL_TIME] = "time",
	[TN_JOURNAL_WRITTEN] = "written",
	[TN_JOURNAL_BY] = "by",
	[TN_JOURNAL_USER] = "user",
	[TN_JOURNAL_LOGIN] = "login",
	[TN_JOURNAL_SUDO] = "sudo",
	[TN_JOURNAL_HOST] = "host",
	[TN_JOURNAL_TERMINAL] = "terminal",
	[TN_JOURNAL_CLIENT] = "client",
	[TN_JOURNAL_KIND] = "kind",
	[TN_JOURNAL_OF] = "of",
	[TN_JOURNAL_VERB] = "verb",
	[TN_JOURNAL_ARGUMENTS] = "arguments",
	[TN_JOURNAL_PEOPLE] = "people",
	[TN_JOURNAL_REASON] = "reason",
	[TN_JOURNAL_OUTCOME] = "outcome",
};

const char *
tn_journal_field_name(enum tn_journal_field field)
{
	return names[field];
}

/* A value as one line. */
static void
put_value(struct tn_buf *buf, const char *value)
{
	size_t len = strlen(value);
	uint32_t point;

	while (len) {
		size_t n = tn_text_next(value, len, &point);

		if (!n || tn_point_is_control(point)) {
			tn_buf_put_text(buf, "?");
			n = n ? n : 1;
		} else {
			tn_buf_put(buf, value, n);
		}
		value += n;
		len -= n;
	}
}

int
tn_journal_format(const struct tn_journal_record *record, tn_journal_hash *hash,
                  struct tn_buf *ret, char ret_hash[TN_HASH_TEXT_MAX],
                  struct tn_err *err)
{
	char digest[TN_HASH_TEXT_MAX];
	int field;

	tn_buf_reset(ret);
	tn_buf_put_text(ret, HEAD);
	for (field = 0; field < TN_JOURNAL_FIELDS; field++) {
		tn_buf_put_text(ret, names[field]);
		tn_buf_put_text(ret, ": ");
		put_value(ret, record->text[field] ? record->text[field] : "");
		tn_buf_put_text(ret, "\n");
	}
	if (!ret->failed && ret->len > TN_JOURNAL_TEXT_MAX - END_LEN)
		ret->failed = TN_E_LIMIT;
	if (ret->failed)
		return tn_fail(err, ret->failed,
		               "the record of the journal is too long");
	hash(ret->data, ret->len, digest);
	tn_buf_printf(ret, END "%s\n", digest);
	if (ret->failed)
		return tn_fail(err, ret->failed, "the record of the journal");
	memcpy(ret_hash, digest, sizeof(digest));
	return TN_OK;
}

static bool
is_hash(const char *text)
{
	return strlen(text) == HASH_LEN &&
	       strspn(text, "0123456789abcdef") == HASH_LEN;
}

/* Cuts "NAME: value\n" off *at and returns the value, ended by a NUL. */
static char *
take_line(char **at, const char *name)
{
	size_t len = strlen(name);
	char *value = *at + len + 2;
	char *end;

	if (strncmp(*at, name, len) || strncmp(*at + len, ": ", 2))
		return NULL;
	end = strchr(value, '\n');
	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return tn_text_has_control(value) ? NULL : value;
}

int
tn_journal_parse(const char *text, size_t len, char *copy,
                 struct tn_journal_record *ret, struct tn_err *err)
{
	struct tn_journal_record record = { .text = { NULL } };
	uint64_t number;
	char *at = copy;
	char *end;
	int field;

	if (len > TN_JOURNAL_TEXT_MAX || !tn_text_is_utf8(text, len))
		return tn_fail(err, TN_E_DAMAGED,
		               "it is too long, or no UTF-8");
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strncmp(at, HEAD, sizeof(HEAD) - 1))
		return tn_fail(err, TN_E_DAMAGED,
		               "it does not begin as a record does");
	at += sizeof(HEAD) - 1;
	for (field = 0; field < TN_JOURNAL_FIELDS; field++) {
		record.text[field] = take_line(&at, names[field]);
		if (!record.text[field])
			return tn_fail(err, TN_E_DAMAGED,
			               "the line \"%s\" is missing or bad",
			               names[field]);
	}
	end = take_line(&at, "sha256");
	if (!end || *at || !is_hash(end) ||
	    !is_hash(record.text[TN_JOURNAL_PREVIOUS]))
		return tn_fail(err, TN_E_DAMAGED, "a hash is missing or bad");
	if (!tn_journal_number(record.text[TN_JOURNAL_NUMBER], &number) ||
	    !tn_journal_chain_is_valid(record.text[TN_JOURNAL_CHAIN]))
		return tn_fail(err, TN_E_DAMAGED,
		               "its number or its chain is none");
	memcpy(record.hash, end, sizeof(record.hash));
	*ret = record;
	return TN_OK;
}

bool
tn_journal_hash_is_true(const char *text, size_t len, tn_journal_hash *hash)
{
	char digest[TN_HASH_TEXT_MAX];

	if (len < END_LEN ||
	    strncmp(text + len - END_LEN, END, sizeof(END) - 1))
		return false;
	hash(text, len - END_LEN, digest);
	return !memcmp(digest, text + len - TN_HASH_TEXT_MAX, HASH_LEN);
}

bool
tn_journal_number(const char *text, uint64_t *ret)
{
	unsigned long long number;

	if (!tn_text_to_u64(text, TN_JOURNAL_LAST, &number) || text[0] == '0')
		return false;
	*ret = number;
	return true;
}

bool
tn_journal_chain_is_valid(const char *name)
{
	const char *at = strchr(name, '@');

	return at && at > name && at[1] && !strchr(at + 1, '@') &&
	       strlen(name) <= TN_JOURNAL_CHAIN_MAX &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.-@")] ==
	           '\0';
}

#include "directory/journal_append.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/attrs.h"
#include "base/day.h"
#include "directory/search.h"
#include "directory/write.h"
#include "secret/sealed_box.h"

/* Of each round one writer comes in: with a hundred at once, of one identity,
   the last one needs a hundred. */
#define ATTEMPTS 500

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

struct head {
	uint64_t number; /* 0: an empty chain */
	char hash[TN_HASH_TEXT_MAX];
};

struct look {
	bool found;
	char hash[TN_HASH_TEXT_MAX];
	char copy[TN_JOURNAL_TEXT_MAX + 1];
};

/* A record that is damaged is followed all the same, by the hash of what is
   there: `tenure journal verify` tells of it, and work goes on. */
static int
found_record(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct tn_journal_record record;
	struct look *look = arg;
	const struct tn_value *value;
	size_t count;

	(void)err;
	value = tn_entry_values(entry, "tenureJournalText", &count);
	if (!value || !count)
		return TN_OK;
	look->found = true;
	if (!tn_journal_parse(value[0].data, value[0].len, look->copy, &record,
	                      NULL))
		memcpy(look->hash, record.hash, sizeof(look->hash));
	else
		tn_sha256_hex(value[0].data, value[0].len, look->hash);
	return TN_OK;
}

/* Is there a record of this number? Then head is it. */
static int
try_number(struct tn_connection *connection, const struct tn_journal_chain *chain,
           uint64_t number, struct head *head, bool *ret, struct tn_err *err)
{
	static const char *const attributes[] = { "tenureJournalText", NULL };
	struct look look = { .found = false };
	char dn[TN_JOURNAL_DN_MAX];
	int r;

	tn_journal_record_dn(chain, number, dn);
	r = tn_search(connection, dn, TN_SCOPE_BASE, "(objectClass=*)",
	              attributes, found_record, &look, err);
	if (r && r != TN_E_NOT_FOUND)
		return r;
	*ret = !r && look.found;
	if (*ret) {
		head->number = number;
		memcpy(head->hash, look.hash, sizeof(head->hash));
	}
	return TN_OK;
}

/* The last record from *head on: by leaps, then by halves, so that a chain of
   a million records costs forty reads. */
static int
find_head(struct tn_connection *connection, const struct tn_journal_chain *chain,
          struct head *head, struct tn_err *err)
{
	uint64_t low = head->number;
	uint64_t leap = 1;
	uint64_t high;
	bool is_there = true;
	int r = TN_OK;

	for (high = low + 1; !r; high = low + leap) {
		r = try_number(connection, chain, high, head, &is_there, err);
		if (r || !is_there)
			break;
		low = high;
		leap *= 2;
	}
	while (!r && high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		r = try_number(connection, chain, middle, head, &is_there, err);
		if (is_there)
			low = middle;
		else
			high = middle;
	}
	return r;
}

static int
add_chain(struct tn_connection *connection, const struct tn_journal_chain *chain,
          struct tn_err *err)
{
	const struct tn_modification attributes[] = {
		{ TN_MODIFY_ADD, "objectClass", ONE("tenureJournalChain") },
		{ TN_MODIFY_ADD, "cn", ONE(chain->name) },
		{ TN_MODIFY_ADD, "tenureJournalBy", ONE(chain->by) },
	};
	int r = tn_add(connection, chain->dn, attributes,
	               TN_ARRAY_LEN(attributes), err);

	return r == TN_E_EXISTS ? TN_OK : r;
}

static int
add_record(struct tn_connection *connection, const struct tn_journal_chain *chain,
           uint64_t number, struct tn_buf *text, struct tn_err *err)
{
	char dn[TN_JOURNAL_DN_MAX];
	char name[TN_JOURNAL_DIGITS + 12];
	const struct tn_modification attributes[] = {
		{ TN_MODIFY_ADD, "objectClass", ONE("tenureJournalRecord") },
		{ TN_MODIFY_ADD, "cn", ONE(name) },
		{ TN_MODIFY_ADD, "tenureJournalBy", ONE(chain->by) },
		{ TN_MODIFY_ADD, "tenureJournalText", ONE(tn_buf_text(text)) },
	};

	tn_journal_record_dn(chain, number, dn);
	snprintf(name, sizeof(name), "%0*llu", TN_JOURNAL_DIGITS,
	         (unsigned long long)number);
	return tn_add(connection, dn, attributes,
	              TN_ARRAY_LEN(attributes), err);
}

/* One attempt, behind head. */
static int
attempt(struct tn_connection *connection, const struct tn_journal_chain *chain,
        struct tn_journal_record *record, const struct head *head,
        struct tn_err *err)
{
	char number[24];
	char written[TN_RFC3339_TEXT_MAX];
	char hash[TN_HASH_TEXT_MAX];
	struct tn_buf text;
	int r;

	snprintf(number, sizeof(number), "%llu",
	         (unsigned long long)head->number + 1);
	tn_rfc3339_format((int64_t)time(NULL), written);
	record->text[TN_JOURNAL_CHAIN] = chain->name;
	record->text[TN_JOURNAL_NUMBER] = number;
	record->text[TN_JOURNAL_PREVIOUS] = head->hash;
	record->text[TN_JOURNAL_WRITTEN] = written;
	record->text[TN_JOURNAL_BY] = chain->by;
	tn_buf_init(&text, TN_JOURNAL_TEXT_MAX);
	r = tn_journal_format(record, tn_sha256_hex, &text, hash, err);
	if (!r)
		r = add_record(connection, chain, head->number + 1, &text, err);
	tn_buf_done(&text);
	/* They point into this call's own memory. */
	record->text[TN_JOURNAL_NUMBER] = NULL;
	record->text[TN_JOURNAL_PREVIOUS] = NULL;
	record->text[TN_JOURNAL_WRITTEN] = NULL;
	record->text[TN_JOURNAL_CHAIN] = NULL;
	record->text[TN_JOURNAL_BY] = NULL;
	return r;
}

int
tn_journal_append(struct tn_connection *connection,
                  const struct tn_journal_chain *chain,
                  struct tn_journal_record *record, uint64_t *ret_number,
                  struct tn_err *err)
{
	struct head head = { .number = 0, .hash = TN_JOURNAL_NO_HASH };
	bool has_added = false;
	int attempts;
	int r = TN_OK;

	for (attempts = 0; !r && attempts < ATTEMPTS; attempts++) {
		r = find_head(connection, chain, &head, err);
		if (r)
			break;
		r = attempt(connection, chain, record, &head, err);
		if (r == TN_E_NOT_FOUND && !has_added) {
			has_added = true;
			r = add_chain(connection, chain, err);
			continue;
		}
		if (!r) {
			*ret_number = head.number + 1;
			return TN_OK;
		}
		/* Another writer was faster: behind his record, then. */
		if (r == TN_E_EXISTS)
			r = TN_OK;
	}
	if (!r)
		r = tn_fail(err, TN_E_STALE,
		            "other writers of %s were always faster",
		            chain->name);
	return r;
}

/* IS-3: a record has one way of being written; what is anything else is none.
   The line format is tenure-journal(5)'s. */
#include <stdio.h>
#include <string.h>
#include <criterion/criterion.h>
#include "base/attrs.h"
#include "journal/journal.h"
#include "secret/sealed_box.h"

static char copy[TN_JOURNAL_TEXT_MAX + 1];

static struct tn_journal_record
sample(void)
{
	struct tn_journal_record record = { .text = { NULL } };

	record.text[TN_JOURNAL_CHAIN] = "people.wang@ldap1";
	record.text[TN_JOURNAL_NUMBER] = "17";
	record.text[TN_JOURNAL_PREVIOUS] = TN_JOURNAL_NO_HASH;
	record.text[TN_JOURNAL_VERB] = "depart";
	record.text[TN_JOURNAL_REASON] = "离职";
	return record;
}

static void
format(const struct tn_journal_record *record, struct tn_buf *buf)
{
	char hash[TN_HASH_TEXT_MAX];
	struct tn_err err = TN_ERR_INIT;

	tn_buf_init(buf, TN_JOURNAL_TEXT_MAX);
	cr_assert_eq(tn_journal_format(record, tn_sha256_hex, buf, hash, &err),
	             TN_OK, "%s", err.text);
}

Test(journal_text, a_record_is_the_lines_of_its_manual_page)
{
	static const char wanted[] = "tenure-journal 1\n"
	                             "chain: people.wang@ldap1\n"
	                             "number: 17\n"
	                             "previous: " TN_JOURNAL_NO_HASH "\n"
	                             "time: \nwritten: \nby: \nuser: \nlogin: "
	                             "\nsudo: \nhost: \nterminal: \nclient: \n"
	                             "kind: \nof: \nverb: depart\narguments: "
	                             "\npeople: \nreason: 离职\noutcome: \n"
	                             "sha256: ";
	struct tn_journal_record record = sample();
	char digest[TN_HASH_TEXT_MAX];
	struct tn_buf buf;
	size_t len = sizeof(wanted) - 1;

	format(&record, &buf);
	cr_assert_eq(buf.len, len + 65);
	cr_expect(!memcmp(buf.data, wanted, len));
	tn_sha256_hex(buf.data, len - strlen("sha256: "), digest);
	cr_expect(!memcmp(buf.data + len, digest, 64),
	          "the hash is over all that stands before it");
	tn_buf_done(&buf);
}

Test(journal_text, what_was_written_reads_back)
{
	struct tn_journal_record record = sample();
	struct tn_journal_record back;
	struct tn_buf buf;

	format(&record, &buf);
	cr_assert_eq(
	    tn_journal_parse(tn_buf_text(&buf), buf.len, copy, &back, NULL),
	    TN_OK);
	cr_expect_str_eq(back.text[TN_JOURNAL_NUMBER], "17");
	cr_expect_str_eq(back.text[TN_JOURNAL_REASON], "离职");
	cr_expect_str_eq(back.text[TN_JOURNAL_OUTCOME], "");
	cr_expect(
	    tn_journal_hash_is_true(tn_buf_text(&buf), buf.len, tn_sha256_hex));
	tn_buf_done(&buf);
}

Test(journal_text, a_value_cannot_make_a_line_of_its_own)
{
	struct tn_journal_record record = sample();
	struct tn_journal_record back;
	struct tn_buf buf;

	record.text[TN_JOURNAL_REASON] = "x\noutcome: fine\n\xff\x1b[2J";
	format(&record, &buf);
	cr_assert_eq(
	    tn_journal_parse(tn_buf_text(&buf), buf.len, copy, &back, NULL),
	    TN_OK);
	cr_expect_str_eq(back.text[TN_JOURNAL_REASON], "x?outcome: fine???[2J");
	cr_expect_str_eq(back.text[TN_JOURNAL_OUTCOME], "");
	tn_buf_done(&buf);
}

Test(journal_text, a_record_that_is_too_long_is_refused)
{
	static char reason[TN_JOURNAL_TEXT_MAX];
	struct tn_journal_record record = sample();
	char hash[TN_HASH_TEXT_MAX];
	struct tn_buf buf;

	memset(reason, 'x', sizeof(reason) - 1);
	record.text[TN_JOURNAL_REASON] = reason;
	tn_buf_init(&buf, (size_t)4 * TN_JOURNAL_TEXT_MAX);
	cr_expect_eq(
	    tn_journal_format(&record, tn_sha256_hex, &buf, hash, NULL),
	    TN_E_LIMIT);
	tn_buf_done(&buf);
}

Test(journal_text, anything_else_is_no_record)
{
	static const struct {
		const char *name;
		const char *from;
		const char *to;
	} rows[] = {
		{ "another version", "journal 1", "journal 2" },
		{ "a number with a zero before it", ": 17", ": 07" },
		{ "no number", ": 17", ": 1x" },
		{ "a chain without a provider", "wang@ldap1", "wang_ldap1" },
		{ "a field of another name", "time: ", "tame: " },
		{ "a field without its blank", "time: ", "time:_" },
		{ "a control character", "depart", "d\x01part" },
		{ "bytes that are no UTF-8", "depart", "d\xffpart" },
		{ "a hash in capitals", "previous: 0000", "previous: 00AA" },
		{ "a line that is missing", "verb: depart\n", "" },
		{ "a line too much", "verb: depart\n",
		  "verb: depart\nverb: depart\n" },
		{ "something before it", "tenure-journal", " tenure-journal" },
		{ "a hash under another name", "sha256", "sha999" },
	};
	struct tn_journal_record record = sample();
	struct tn_journal_record back;
	struct tn_buf buf;
	size_t i;

	format(&record, &buf);
	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const char *text = tn_buf_text(&buf);
		const char *at = strstr(text, rows[i].from);
		char changed[4096];
		int n;

		cr_assert_not_null(at, "%s", rows[i].name);
		n = snprintf(changed, sizeof(changed), "%.*s%s%s",
		             (int)(at - text), text, rows[i].to,
		             at + strlen(rows[i].from));
		cr_expect_eq(
		    tn_journal_parse(changed, (size_t)n, copy, &back, NULL),
		    TN_E_DAMAGED, "%s", rows[i].name);
	}
	for (i = 0; i < buf.len; i++)
		cr_expect_eq(
		    tn_journal_parse(tn_buf_text(&buf), i, copy, &back, NULL),
		    TN_E_DAMAGED, "cut off after %zu bytes", i);
	tn_buf_done(&buf);
}

/* A record of the journal: only what could have been written is one, so what
   is read and written again is the same text. */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include "journal/journal_check.h"
#include "secret/sealed_box.h"

static void
found(enum tn_journal_fault fault, const char *chain, uint64_t number,
      uint64_t missing, void *arg)
{
	size_t *count = arg;

	(void)number;
	(void)missing;
	FUZZ_EXPECT(chain != NULL && tn_journal_fault_words(fault) != NULL);
	++*count;
}

static void
check(const char *text, size_t len, bool is_true)
{
	const struct tn_journal_place place = { .chain = "people.wang@ldap1",
		                                .number = 1,
		                                .by = "uid=wang" };
	struct tn_journal_check *all = NULL;
	size_t count = 0;

	FUZZ_EXPECT(tn_journal_check_new(tn_sha256_hex, found, &count, &all,
	                                 NULL) == TN_OK);
	(void)tn_journal_check_add(all, &place, text, len, NULL);
	FUZZ_EXPECT(tn_journal_check_end(all, NULL) == count);
	/* What is no record, or somebody else's, is told. */
	FUZZ_EXPECT(is_true || count > 0);
	tn_journal_check_free(all);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char copy[TN_JOURNAL_TEXT_MAX + 1];
	char hash[TN_HASH_TEXT_MAX];
	struct tn_journal_record record;
	struct tn_err err = TN_ERR_INIT;
	char *text = fuzz_copy(data, size, false);
	struct tn_buf buf;
	bool is_true = false;

	tn_buf_init(&buf, (size_t)2 * TN_JOURNAL_TEXT_MAX);
	if (tn_journal_parse(text, size, copy, &record, &err) == TN_OK) {
		is_true = tn_journal_hash_is_true(text, size, tn_sha256_hex);
		FUZZ_EXPECT(tn_journal_format(&record, tn_sha256_hex, &buf,
		                              hash, &err) == TN_OK);
		FUZZ_EXPECT(buf.len == size);
		FUZZ_EXPECT((memcmp(buf.data, text, size) == 0) == is_true);
		FUZZ_EXPECT((strcmp(hash, record.hash) == 0) == is_true);
	} else {
		FUZZ_EXPECT(err.text[0] != '\0');
	}
	check(text, size, is_true);
	tn_buf_done(&buf);
	free(text);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	struct tn_journal_record record = { .text = { NULL } };
	char hash[TN_HASH_TEXT_MAX];
	struct tn_buf buf;
	size_t size;
	int i;

	if (number > 2)
		return FUZZ_NO_SEED;
	for (i = 0; number == 2 && i < TN_JOURNAL_FIELDS; i++)
		record.text[i] = "王小明: x=y";
	record.text[TN_JOURNAL_CHAIN] = "people.wang@ldap1";
	record.text[TN_JOURNAL_NUMBER] = "1";
	record.text[TN_JOURNAL_PREVIOUS] = TN_JOURNAL_NO_HASH;
	record.text[TN_JOURNAL_BY] = number == 1 ? "uid=li" : "uid=wang";
	tn_buf_init(&buf, TN_JOURNAL_TEXT_MAX);
	FUZZ_EXPECT(tn_journal_format(&record, tn_sha256_hex, &buf, hash,
	                              NULL) == TN_OK &&
	            buf.len <= room);
	size = buf.len;
	memcpy(data, buf.data, size);
	tn_buf_done(&buf);
	return size;
}

/* IS-3: verify finds an edit, a removal, a reorder, a gap and a forged writer;
   and what it cannot find, it does not claim to find. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <criterion/criterion.h>
#include "journal/journal_check.h"
#include "secret/sealed_box.h"

#define CHAIN "people.wang@ldap1"
#define BY    "uid=wang,ou=people,dc=example,dc=org"
#define LAST  6

static char texts[LAST + 1][2048]; /* [1] ... [LAST] */
static struct tn_journal_check *check;

/* What was found: "edited 3;" and so on. */
static char told[512];
static uint64_t told_missing;
static uint64_t head_number;
static uint64_t head_records;

static void
found(enum tn_journal_fault fault, const char *chain, uint64_t number,
      uint64_t missing, void *arg)
{
	size_t len = strlen(told);

	(void)chain;
	(void)arg;
	told_missing += missing;
	snprintf(told + len, sizeof(told) - len, "%s %d;",
	         tn_journal_fault_name(fault), (int)number);
}

static void
head(const char *chain, uint64_t records, uint64_t number, const char *hash,
     void *arg)
{
	(void)chain;
	(void)hash;
	(void)arg;
	head_number = number;
	head_records += records;
}

static void
write_one(const char *number, const char *previous, const char *reason,
          char text[2048], char hash[TN_HASH_TEXT_MAX])
{
	struct tn_journal_record record = { .text = { NULL } };
	struct tn_buf buf;

	record.text[TN_JOURNAL_CHAIN] = CHAIN;
	record.text[TN_JOURNAL_NUMBER] = number;
	record.text[TN_JOURNAL_PREVIOUS] = previous;
	record.text[TN_JOURNAL_BY] = BY;
	record.text[TN_JOURNAL_REASON] = reason;
	tn_buf_init(&buf, TN_JOURNAL_TEXT_MAX);
	cr_assert_eq(
	    tn_journal_format(&record, tn_sha256_hex, &buf, hash, NULL), TN_OK);
	snprintf(text, 2048, "%s", tn_buf_text(&buf));
	tn_buf_done(&buf);
}

static void
start(void)
{
	char hash[TN_HASH_TEXT_MAX] = TN_JOURNAL_NO_HASH;
	char previous[TN_HASH_TEXT_MAX];
	char number[16];
	int i;

	for (i = 1; i <= LAST; i++) {
		memcpy(previous, hash, sizeof(previous));
		snprintf(number, sizeof(number), "%d", i);
		write_one(number, previous, "as it was", texts[i], hash);
	}
	told[0] = '\0';
	cr_assert_eq(
	    tn_journal_check_new(tn_sha256_hex, found, NULL, &check, NULL),
	    TN_OK);
}

static void
stop(void)
{
	tn_journal_check_free(check);
}

TestSuite(journal_check, .init = start, .fini = stop);

static void
add_as(uint64_t number, const char *text, const char *by)
{
	const struct tn_journal_place place = {
		.chain = CHAIN,
		.number = number,
		.by = by,
	};

	cr_assert_eq(
	    tn_journal_check_add(check, &place, text, strlen(text), NULL),
	    TN_OK);
}

static void
add(uint64_t number)
{
	add_as(number, texts[number], BY);
}

/* All but one, the last first: the order of arrival does not count. */
static void
add_all_but(uint64_t without)
{
	uint64_t i;

	for (i = LAST; i >= 1; i--) {
		if (i != without)
			add(i);
	}
}

static void
expect(const char *wanted)
{
	size_t faults = tn_journal_check_end(check, head);
	const char *at;
	size_t count = 0;

	for (at = told; (at = strchr(at, ';')); at++)
		count++;
	cr_expect_str_eq(told, wanted);
	cr_expect_eq(faults, count);
}

Test(journal_check, a_whole_chain_is_clean_in_any_order)
{
	add_all_but(0);
	expect("");
	cr_expect_eq(head_number, LAST);
	cr_expect_eq(head_records, LAST);
}

Test(journal_check, an_edit_is_found)
{
	char *at = strstr(texts[3], "as it was");

	memcpy(at, "as I like", 9);
	add_all_but(0);
	expect("edited 3;");
}

Test(journal_check, an_edit_with_a_new_hash_breaks_the_next_link)
{
	char previous[TN_HASH_TEXT_MAX];
	char hash[TN_HASH_TEXT_MAX];

	snprintf(previous, sizeof(previous), "%.64s",
	         strstr(texts[3], "previous: ") + 10);
	write_one("3", previous, "as I like", texts[3], hash);
	add_all_but(0);
	expect("unlinked 4;");
}

Test(journal_check, a_removal_is_a_gap)
{
	add_all_but(3);
	expect("gap 4;");
	cr_expect_eq(told_missing, 1);
}

Test(journal_check, the_removal_of_the_first_is_a_gap)
{
	add_all_but(1);
	expect("gap 2;");
}

Test(journal_check, a_removal_closed_by_renaming_is_found)
{
	uint64_t i;

	for (i = 1; i <= 2; i++)
		add(i);
	for (i = 4; i <= LAST; i++)
		add_as(i - 1, texts[i], BY);
	expect("moved 3;moved 4;moved 5;unlinked 3;");
}

Test(journal_check, a_reorder_is_found)
{
	add(1);
	add_as(2, texts[3], BY);
	add_as(3, texts[2], BY);
	add(4);
	add(5);
	add(6);
	expect("moved 2;moved 3;unlinked 2;unlinked 3;unlinked 4;");
}

Test(journal_check, a_record_of_another_chain_is_found)
{
	const struct tn_journal_place place = {
		.chain = "people.li@ldap1",
		.number = 1,
		.by = BY,
	};

	cr_assert_eq(tn_journal_check_add(check, &place, texts[1],
	                                  strlen(texts[1]), NULL),
	             TN_OK);
	expect("moved 1;");
}

Test(journal_check, another_writers_name_is_found)
{
	add(1);
	add_as(2, texts[2], "uid=li,ou=people,dc=example,dc=org");
	add_as(3, texts[3], NULL);
	expect("forged 2;forged 3;");
}

Test(journal_check, a_text_that_is_no_record_is_found_once)
{
	snprintf(texts[3], sizeof(texts[3]), "nothing");
	add_all_but(0);
	expect("unreadable 3;");
}

Test(journal_check, an_entry_without_a_number_is_found)
{
	add(1);
	add_as(0, texts[2], BY);
	expect("moved 0;");
}

/* DESIGN section 11: heads that are signed and anchored will find it. */
Test(journal_check, a_cut_tail_is_not_detectable_yet)
{
	uint64_t i;

	for (i = 1; i <= 4; i++)
		add(i);
	expect("");
	cr_expect_eq(head_number, 4);
}

Test(journal_check, no_records_are_no_faults)
{
	expect("");
}

#include <criterion/criterion.h>

#include <pthread.h>
#include <string.h>
#include "account/password_tables.h"
#include "base/attrs.h"
#include "base/text.h"
#include "pinyin/plain_character.h"

static void
expect_itself(const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t plain[TN_PLAIN_MAX];
		uint32_t point = 0;
		size_t n = tn_text_next(text, left, &point);

		cr_assert_gt(n, 0, "%s", text);
		if (point >= 0x80) {
			cr_expect_eq(tn_plain_character(point, plain), 1, "%s",
			             text);
			cr_expect_eq(plain[0], point, "%s", text);
		}
		text += n;
		left -= n;
	}
}

/* Else a word of theirs would never be found. */
Test(plain_character, our_tables_are_plain)
{
	const char *const *const tables[] = { tn_password_sequences,
		                              tn_password_rows,
		                              tn_password_common };
	size_t table;
	size_t i;

	for (table = 0; table < TN_ARRAY_LEN(tables); table++) {
		for (i = 0; tables[table][i] != NULL; i++)
			expect_itself(tables[table][i]);
	}
	expect_itself("年月日号王小明信息技术部");
}

Test(plain_character, every_character_there_is_has_an_answer)
{
	uint32_t point;

	for (point = 0x80; point <= 0x10ffff; point++) {
		uint32_t plain[TN_PLAIN_MAX];
		size_t count;
		size_t i;

		if (point >= 0xd800 && point <= 0xdfff)
			continue;
		count = tn_plain_character(point, plain);
		cr_assert_leq(count, TN_PLAIN_MAX, "U+%04X", point);
		for (i = 0; i < count; i++)
			cr_expect(plain[i] < 'A' || plain[i] > 'Z',
			          "U+%04X: capital", point);
	}
}

static void *
read_some(void *arg TN_UNUSED)
{
	static uint32_t failed;
	uint32_t plain[TN_PLAIN_MAX];

	if (tn_plain_character(0x66c9, plain) != 1 || plain[0] != 0x6653)
		return &failed;
	return NULL;
}

/* slapd checks passwords in several threads. */
Test(plain_character, the_first_call_may_be_several_at_once)
{
	pthread_t threads[8];
	void *failed;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(threads); i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, read_some, NULL),
		             0);
	for (i = 0; i < TN_ARRAY_LEN(threads); i++) {
		cr_assert_eq(pthread_join(threads[i], &failed), 0);
		cr_expect_null(failed);
	}
}

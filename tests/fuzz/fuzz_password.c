/* The password rules: whatever is accepted holds none of the plain faults. */
#include <config.h>

#include "fuzz.h"

#include <string.h>
#include <strings.h>
#include "account/password_person.h"
#include "pinyin/pinyin.h"
#include "pinyin/plain_character.h"

#define WORDS 6

/* Well-formed enough to be counted: leading bytes. */
static size_t
characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			count++;
	return count;
}

static bool
is_plain_word(const char *word)
{
	return strlen(word) >= 4 &&
	       (strspn(word, "abcdefghijklmnopqrstuvwxyz") == strlen(word) ||
	        strspn(word, "0123456789") == strlen(word));
}

static const struct tn_password_person people[] = {
	{ .real_name = "王曉明",
	  .login = "wangxm",
	  .staff_number = "E0071234",
	  .department = "信息技术部",
	  .organisation = "Example 示例公司",
	  .host_name = "db1.hospital.org",
	  .birthday = "1990-01-31",
	  .phones = { "+86 13824615790" },
	  .read = tn_pinyin_read,
	  .plain = tn_plain_character },
	{ .real_name = "吕布",
	  .login = "lvbu",
	  .birthday = "2001-12-05",
	  .read = tn_pinyin_read,
	  .plain = tn_plain_character },
};

/* The words of a person, in front of those of the input. Made once: reading
   Chinese takes longer than a check. */
static void
take_person(uint8_t which, struct tn_password_words *ret)
{
	static struct tn_password_words made[TN_ARRAY_LEN(people)];

	*ret = (struct tn_password_words){ .used = 0 };
	which %= 4;
	if (which == TN_ARRAY_LEN(people))
		ret->context.plain = tn_plain_character;
	if (which >= TN_ARRAY_LEN(people))
		return;
	if (made[which].used == 0)
		tn_password_words(&people[which], &made[which]);
	*ret = made[which];
}

static void
expect_good(const char *password, const struct tn_password_context *context)
{
	const char *at;
	size_t i;

	FUZZ_EXPECT(strlen(password) <= TN_PASSWORD_MAX);
	FUZZ_EXPECT(characters(password) >= context->min_length);
	for (at = password; *at != '\0'; at++)
		FUZZ_EXPECT((unsigned char)*at >= 0x20 && *at != 0x7f);
	for (i = 0; i < context->count; i++)
		FUZZ_EXPECT(!is_plain_word(context->words[i].word) ||
		            strcasestr(password, context->words[i].word) ==
		                NULL);
	FUZZ_EXPECT(context->old == NULL ||
	            strcasecmp(context->old, password) != 0);
}

static char *
take_text(struct fuzz_script *script, size_t size)
{
	size_t len;
	const uint8_t *bytes = fuzz_bytes(script, size, &len);

	return fuzz_copy(bytes, len, true);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum tn_password_fault faults[] = {
		TN_PASSWORD_NAME,         TN_PASSWORD_LOGIN,
		TN_PASSWORD_STAFF_NUMBER, TN_PASSWORD_DEPARTMENT,
		TN_PASSWORD_ORGANISATION, TN_PASSWORD_HOST
	};
	struct fuzz_script script = { .at = data, .left = size };
	static struct tn_password_words known;
	struct tn_password_context *context = &known.context;
	enum tn_password_fault fault;
	char *words[WORDS];
	char *old = NULL;
	char *password;
	size_t count;
	size_t i;

	take_person(fuzz_byte(&script), &known);
	context->min_length = fuzz_byte(&script) % 20;
	count = fuzz_byte(&script) % (WORDS + 1);
	for (i = 0; i < count; i++) {
		words[i] = take_text(&script, fuzz_byte(&script) % 16);
		context->words[context->count].word = words[i];
		context->words[context->count++].fault = faults[i];
	}
	if (fuzz_byte(&script) % 2 == 1)
		old = take_text(&script, fuzz_byte(&script) % 32);
	context->old = old;
	password = take_text(&script, script.left);
	fault = tn_password_check(password, context);
	FUZZ_EXPECT((unsigned int)fault < TN_PASSWORD_FAULT_COUNT);
	FUZZ_EXPECT(tn_password_fault_words(fault) != NULL &&
	            tn_password_fault_words_zh(fault) != NULL);
	FUZZ_EXPECT(tn_password_check(password, context) == fault);
	if (fault == TN_PASSWORD_GOOD)
		expect_good(password, context);
	while (count > 0)
		free(words[--count]);
	free(old);
	free(password);
	return 0;
}

FUZZ_PLAIN_MUTATOR

size_t
fuzz_seed(size_t number, uint8_t *data, size_t room)
{
	static const char *const texts[] = {
		"\x03\x0a\x01\x04wang\x02purple-9-Teapot-river",
		"\x03\x0a\x01\x04wang\x02W4ng!2026x",
		"\x03\x0a\x02\x08xiaoming\x06"
		"E10007\x02gnimoaiX-7-quartz",
		"\x02\x08\x01\x06\xe7\x8e\x8b\xe5\xb0\x8f\x01\x08oldOLD77oldOLD"
		"78",
		"\x02\x0a\x01\x04lvli\x02nlu l\xc3\xbc lyu 19991231qwertyuiop",
		"\x02\x0c\x06\x02li\x03toy\x04host\x05"
		"orgag\x05"
		"depart\x04"
		"abcd\x02\xef\xbc\xa1\xef\xbd\x82"
		"c-d-e 8 tables",
	};

	return fuzz_seed_text(texts, TN_ARRAY_LEN(texts), number, data, room);
}

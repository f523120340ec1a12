#include "account/password_person.h"

#include <string.h>
#include "base/text.h"

/* Where a word may be found is for password_rule.c to say, which looks for a
   short one only where it stands alone; less than this is nobody's. */
#define SYLLABLE_MIN 2
#define INITIALS_MIN 2
#define WORD_MIN     3
#define PART_MIN     4
#define PART_MAX     256
#define PHONE_MIN    6 /* digits */

void
tn_password_add(struct tn_password_words *words, const char *word, size_t min,
                enum tn_password_fault fault)
{
	struct tn_password_context *context = &words->context;
	size_t len;
	size_t i;

	if (word == NULL || (len = strlen(word)) < min || len == 0 ||
	    context->count >= TN_PASSWORD_WORDS_MAX ||
	    len + 1 > sizeof(words->text) - words->used)
		return;
	for (i = 0; i < context->count; i++) {
		if (strcmp(context->words[i].word, word) == 0)
			return;
	}
	memcpy(words->text + words->used, word, len + 1);
	context->words[context->count++] =
	    (struct tn_password_word){ .word = words->text + words->used,
		                       .fault = fault };
	words->used += len + 1;
}

struct name {
	char text[TN_READING_SYLLABLES_MAX * TN_READING_SYLLABLE_MAX + 1];
	size_t len;
};

/* Syllables from..to-1, whole or their first letters. */
static void
put(struct name *name, const struct tn_reading *reading, size_t from, size_t to,
    bool whole)
{
	size_t i;

	for (i = from; i < to; i++) {
		size_t len = whole ? strlen(reading->syllable[i]) : 1;

		if (len >= sizeof(name->text) - name->len)
			return;
		memcpy(name->text + name->len, reading->syllable[i], len);
		name->len += len;
		name->text[name->len] = '\0';
	}
}

/* Surname and given name, each whole or as its first letters, either first:
   wangxiaoming, wangxm, wxiaoming, wxm, xiaomingwang, xmwang, xiaomingw, xmw. */
static void
add_orders(struct tn_password_words *words, const struct tn_reading *reading,
           size_t surname)
{
	size_t all = reading->count;
	unsigned int form;

	for (form = 0; form < 8; form++) {
		bool whole_surname = (form & 1) == 0;
		bool whole_given = (form & 2) == 0;
		struct name name = { .len = 0 };

		if ((form & 4) == 0) {
			put(&name, reading, 0, surname, whole_surname);
			put(&name, reading, surname, all, whole_given);
		} else {
			put(&name, reading, surname, all, whole_given);
			put(&name, reading, 0, surname, whole_surname);
		}
		tn_password_add(words, name.text, INITIALS_MIN,
		                TN_PASSWORD_NAME);
	}
}

/* The ways in which the name of a person is written in letters. Of four
   syllables two may be the surname (欧阳娜娜), of three too (欧阳修). */
static void
add_reading(struct tn_password_words *words, const struct tn_reading *reading)
{
	struct name given = { .len = 0 };
	size_t i;

	add_orders(words, reading, 1);
	if (reading->count >= 3)
		add_orders(words, reading, 2);
	put(&given, reading, 1, reading->count, true);
	tn_password_add(words, given.text, SYLLABLE_MIN, TN_PASSWORD_NAME);
	if (reading->count >= 4) {
		given.len = 0;
		put(&given, reading, 2, reading->count, true);
		tn_password_add(words, given.text, SYLLABLE_MIN,
		                TN_PASSWORD_NAME);
	}
	for (i = 0; i < reading->count; i++)
		tn_password_add(words, reading->syllable[i], SYLLABLE_MIN,
		                TN_PASSWORD_NAME);
}

/* As surnames are read, and as the characters are read elsewhere. */
static void
add_name(struct tn_password_words *words,
         const struct tn_password_person *person)
{
	struct tn_reading reading;
	int as_name;

	if (person->real_name == NULL)
		return;
	tn_password_add(words, person->real_name, WORD_MIN, TN_PASSWORD_NAME);
	if (person->is_service || person->read == NULL)
		return;
	for (as_name = 1; as_name >= 0; as_name--) {
		reading.count = 0;
		if (person->read(person->real_name, as_name == 1, &reading) &&
		    reading.count > 0 &&
		    reading.count <= TN_READING_SYLLABLES_MAX)
			add_reading(words, &reading);
	}
}

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

/* A part that is Chinese is looked for in pinyin, too: xinxibu, xxb. */
static void
add_part(struct tn_password_words *words, const char *part, tn_reader *read,
         enum tn_password_fault fault)
{
	struct tn_reading reading = { .count = 0 };
	struct name whole = { .len = 0 };
	struct name initials = { .len = 0 };

	tn_password_add(words, part, PART_MIN, fault);
	if (read == NULL || is_ascii(part) || !read(part, false, &reading) ||
	    reading.count > TN_READING_SYLLABLES_MAX)
		return;
	put(&whole, &reading, 0, reading.count, true);
	put(&initials, &reading, 0, reading.count, false);
	tn_password_add(words, whole.text, PART_MIN, fault);
	tn_password_add(words, initials.text, WORD_MIN, fault);
}

/* Each word of a text that is parted by blanks, commas or points. */
static void
add_parts(struct tn_password_words *words, const char *text, tn_reader *read,
          enum tn_password_fault fault)
{
	static const char parting[] = " \t,;./_-";
	char part[PART_MAX + 1];
	size_t len;

	if (text == NULL)
		return;
	tn_password_add(words, text, WORD_MIN, fault);
	while (*text != '\0') {
		len = strcspn(text, parting);
		if (len > 0 && len < sizeof(part)) {
			memcpy(part, text, len);
			part[len] = '\0';
			add_part(words, part, read, fault);
		}
		text += len;
		text += strspn(text, parting);
	}
}

/* What people call the host: web, db1. */
static void
add_label(struct tn_password_words *words, const char *host)
{
	char label[PART_MAX + 1];
	size_t len;

	if (host == NULL || (len = strcspn(host, ".")) >= sizeof(label))
		return;
	memcpy(label, host, len);
	label[len] = '\0';
	tn_password_add(words, label, WORD_MIN, TN_PASSWORD_HOST);
}

/* The digits of a number, without what is dialled before it in China. */
static void
add_phone(struct tn_password_words *words, const char *phone)
{
	char digits[32];
	size_t len = 0;

	if (phone == NULL)
		return;
	for (; *phone != '\0' && len + 1 < sizeof(digits); phone++) {
		if (*phone >= '0' && *phone <= '9')
			digits[len++] = *phone;
	}
	digits[len] = '\0';
	tn_password_add(words, digits, PHONE_MIN, TN_PASSWORD_PHONE);
}

void
tn_password_words(const struct tn_password_person *person,
                  struct tn_password_words *ret)
{
	size_t i;

	memset(ret, 0, sizeof(*ret));
	ret->context.plain = person->plain;
	add_name(ret, person);
	tn_password_add(ret, person->login, WORD_MIN, TN_PASSWORD_LOGIN);
	tn_password_add(ret, person->staff_number, WORD_MIN,
	                TN_PASSWORD_STAFF_NUMBER);
	add_parts(ret, person->department, person->read,
	          TN_PASSWORD_DEPARTMENT);
	add_parts(ret, person->organisation, person->read,
	          TN_PASSWORD_ORGANISATION);
	add_parts(ret, person->host_name, NULL, TN_PASSWORD_HOST);
	add_label(ret, person->host_name);
	if (person->birthday != NULL)
		tn_password_add_birthday(ret, person->birthday);
	for (i = 0; i < TN_PASSWORD_PHONES_MAX; i++)
		add_phone(ret, person->phones[i]);
}

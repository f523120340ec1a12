#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "password_check.h"

static char organisation[] = "Sunrise Logistics";
static char host_name[] = "build7.example.org";
static const struct tn_config config = { .min_length = 10,
	                                 .organisation = organisation,
	                                 .host_name = host_name };

static struct tn_account
make_person(const char *real_name)
{
	struct tn_account account;

	tn_account_init(&account);
	account.kind = TN_KIND_PERSON;
	account.login = "lvxm";
	account.real_name = real_name;
	account.staff_number = "E20417";
	account.department = "Research / Optics";
	return account;
}

static bool
has_word(const struct tn_password_words *words, const char *word)
{
	size_t i;

	for (i = 0; i < words->context.count; i++)
		if (strcmp(words->context.words[i].word, word) == 0)
			return true;
	return false;
}

/* 吕晓明: the surname is lu, which people write lv and lyu. */
Test(password_check, a_name_is_known_in_all_its_spellings_CI_3_1)
{
	static const char *const wanted[] = {
		"吕晓明",  "luxiaoming", "xiaominglu", "xiaoming", "lxm",
		"lvxm",    "luxm",       "E20417",     "Research", "Optics",
		"Sunrise", "Logistics",  "build7",     "example",
	};
	struct tn_account account = make_person("吕晓明");
	struct tn_password_words words;
	size_t i;

	tn_person_words(&account, &config, &words);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		cr_expect(has_word(&words, wanted[i]), "%s", wanted[i]);
}

static const struct row {
	const char *password;
	enum tn_password_fault wanted;
} rows[] = {
	{ "Lvxiaoming-77-gate", TN_PASSWORD_NAME },
	{ "gate-XIAOMINGLU-77", TN_PASSWORD_NAME },
	{ "77-lyuxi40m1ng-gate", TN_PASSWORD_NAME },
	{ "boat-E20417-glimmer", TN_PASSWORD_STAFF_NUMBER },
	{ "Sunrise-boat-glimm3r", TN_PASSWORD_ORGANISATION },
	{ "optics-boat-glimm3r", TN_PASSWORD_DEPARTMENT },
	{ "short-1", TN_PASSWORD_TOO_SHORT },
	/* libpwquality's own words for it would be "too similar". */
	{ "gleam-tR0ut-0Rt-maelg", TN_PASSWORD_GOOD },
	{ "tr0utG#l#Gtu0rt", TN_PASSWORD_REPEATS },
	{ "tr0ut-Gleam-barge-84", TN_PASSWORD_GOOD },
};

Test(password_check, the_persons_own_words_are_refused_CI_3_1_IS_5)
{
	struct tn_account account = make_person("吕晓明");
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(tn_new_password_check(rows[i].password, NULL,
		                                   &account, &config),
		             rows[i].wanted, "%s: %s", rows[i].password,
		             tn_password_fault_words(tn_new_password_check(
		                 rows[i].password, NULL, &account, &config)));
}

Test(password_check, the_old_password_or_nearly_is_refused_CI_3_2)
{
	struct tn_account account = make_person("吕晓明");

	cr_expect_eq(tn_new_password_check("tr0ut-Gleam-barge-85",
	                                   "tr0ut-Gleam-barge-84", &account,
	                                   &config),
	             TN_PASSWORD_OLD);
}

Test(password_check, names_without_end_stay_in_bounds)
{
	static char name[TN_REAL_NAME_MAX + 1];
	struct tn_account account;
	struct tn_password_words words;
	size_t i;

	for (i = 0; i + 3 <= TN_REAL_NAME_MAX; i += 3)
		memcpy(name + i, "\xe5\x90\x95", 3);
	account = make_person(name);
	tn_person_words(&account, &config, &words);
	cr_expect_leq(words.context.count, TN_PASSWORD_WORDS_MAX);
	cr_expect_leq(words.used, sizeof(words.text));
	cr_expect(has_word(&words, "lvxm"));
}

/* So many characters of a password in a row are a trace of it. */
#define TRACE 6

/* Some stretch of the text, in the writable memory of libcrack. */
static bool
is_traced(const char *text)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	bool is_crack = false;
	bool found = false;
	char line[512];

	cr_assert_not_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		void *start;
		void *end;
		char mode[8];
		size_t at;

		cr_assert_eq(sscanf(line, "%p-%p %7s", &start, &end, mode), 3);
		/* What has no name behind it is its .bss. */
		if (strpbrk(line, "/[") != NULL)
			is_crack = strstr(line, "/libcrack") != NULL;
		for (at = 0;
		     is_crack && mode[1] == 'w' && at + TRACE <= strlen(text);
		     at++)
			found =
			    found ||
			    memmem(start, (size_t)((char *)end - (char *)start),
			           text + at, TRACE) != NULL;
	}
	(void)fclose(maps);
	return found;
}

static void
reverse(char *text)
{
	size_t len = strlen(text);
	size_t i;

	for (i = 0; i < len / 2; i++) {
		char c = text[i];

		text[i] = text[len - 1 - i];
		text[len - 1 - i] = c;
	}
}

/* Leaves letters and figures. */
static void
drop_signs(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (isalnum((unsigned char)*text))
			*to++ = *text;
	}
	*to = '\0';
}

static void
expect_no_trace(const char *password)
{
	char text[300];
	unsigned int form;
	size_t i;

	for (form = 0; form < 8; form++) {
		(void)snprintf(text, sizeof(text), "%s", password);
		for (i = 0; (form & 1) != 0 && text[i] != '\0'; i++)
			text[i] = (char)tolower((unsigned char)text[i]);
		if ((form & 2) != 0)
			reverse(text);
		if ((form & 4) != 0)
			drop_signs(text);
		cr_expect_not(is_traced(text), "%s, form %u", password, form);
	}
}

/* cracklib's memory holds the last one that it saw. */
Test(password_check, no_trace_of_a_new_password_is_left)
{
	struct tn_account account = make_person("吕晓明");
	char long_one[251];
	size_t i;

	cr_expect_eq(tn_new_password_check("Ubqv-Jgk7xh-Nwrd5zzt", NULL,
	                                   &account, &config),
	             TN_PASSWORD_GOOD);
	expect_no_trace("Ubqv-Jgk7xh-Nwrd5zzt");
	cr_expect_eq(tn_new_password_check("Kq7vTzr2Wm9x$Lpd4_h", NULL,
	                                   &account, &config),
	             TN_PASSWORD_GOOD);
	expect_no_trace("Kq7vTzr2Wm9x$Lpd4_h");
	for (i = 0; i + 1 < sizeof(long_one); i++)
		long_one[i] = "bcdfghjkmnpqrstvwxz"[(i * i + i / 7) % 19];
	long_one[100] = '-';
	long_one[i] = '\0';
	cr_expect_eq(tn_new_password_check(long_one, NULL, &account, &config),
	             TN_PASSWORD_GOOD);
	expect_no_trace(long_one);
}

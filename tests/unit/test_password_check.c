#include <criterion/criterion.h>
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
		"吕晓明",  "luxiaoming", "xiaominglu", "xiaoming",
		"lxm",     "lvxm",       "luxm",       "E20417",
		"Research", "Optics",    "Sunrise",    "Logistics",
		"build7",  "example",
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

/* What a person is told at a login: the table, and who is told what. */
#include <criterion/criterion.h>

#include <string.h>
#include "base/attrs.h"
#include "base/text.h"
#include "wire/person_words.h"

static const struct tn_words_values sample = { .contact = "the desk",
	                                       .when = 1795276800,
	                                       .utc_offset = 28800,
	                                       .number = 7,
	                                       .why = "it is short",
	                                       .why_local = "太短" };

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

Test(person_words, each_text_is_there_in_both_languages)
{
	struct tn_said said;

	for (int i = 0; i < TN_WORDS_COUNT; i++) {
		tn_words_say((enum tn_words)i, &sample, &said);
		cr_expect(is_ascii(said.english), "%s", said.english);
		cr_expect_not(is_ascii(said.local), "%s", said.local);
		cr_expect(tn_text_is_utf8(said.local, strlen(said.local)));
		cr_expect_not(tn_text_has_control(said.local));
		/* One sentence that ends, and no place left unfilled. */
		cr_expect_eq(said.english[strlen(said.english) - 1], '.', "%s",
		             said.english);
		cr_expect_null(strchr(said.english, '%'), "%s", said.english);
		cr_expect_null(strchr(said.local, '%'), "%s", said.local);
	}
}

/* What one language tells the other tells too. */
Test(person_words, both_languages_have_the_same_places)
{
	static const char *const filled[][2] = { { "the desk", "the desk" },
		                                 { "2026-11-22 08:00",
		                                   "2026-11-22 08:00" },
		                                 { "7", "7" },
		                                 { "it is short", "太短" } };
	struct tn_said said;

	for (int i = 0; i < TN_WORDS_COUNT; i++) {
		tn_words_say((enum tn_words)i, &sample, &said);
		for (size_t k = 0; k < TN_ARRAY_LEN(filled); k++)
			cr_expect_eq(strstr(said.english, filled[k][0]) != NULL,
			             strstr(said.local, filled[k][1]) != NULL,
			             "%s / %s", said.english, said.local);
	}
}

Test(person_words, whom_to_ask_is_said_where_nobody_configured_it)
{
	static const char *const contacts[] = { NULL, "",
		                                "your administrator" };

	for (size_t i = 0; i < TN_ARRAY_LEN(contacts); i++) {
		const struct tn_words_values values = { .contact =
			                                    contacts[i] };
		struct tn_said said;

		tn_words_say(TN_WORDS_REFUSED, &values, &said);
		cr_expect_not_null(strstr(said.english, "ask your admin"));
		cr_expect_not_null(strstr(said.local, "请联系管理员"));
	}
}

/* An SSH client may print what is not ASCII as octal. */
Test(person_words, the_english_line_is_ascii_whoever_is_to_be_asked)
{
	static const struct {
		const char *contact;
		const char *english;
		const char *local;
	} rows[] = {
		{ "the desk, 8000", "the desk, 8000", "the desk, 8000" },
		{ "the desk | 服务台 8000", "the desk", "服务台 8000" },
		{ "信息部 8000", "your administrator", "信息部 8000" },
		{ "信息部 | 服务台", "your administrator", "服务台" },
		{ "|服务台", "your administrator", "服务台" },
		{ "the desk |", "the desk", "管理员" },
	};

	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		const struct tn_words_values values = { .contact =
			                                    rows[i].contact };
		struct tn_said said;

		tn_words_contact(rows[i].contact, &said);
		cr_expect_str_eq(said.english, rows[i].english);
		cr_expect_str_eq(said.local, rows[i].local);
		for (int k = 0; k < TN_WORDS_COUNT; k++) {
			tn_words_say((enum tn_words)k, &values, &said);
			for (const char *at = said.english; *at != '\0'; at++)
				cr_assert_lt((unsigned char)*at, 0x80, "%s",
				             said.english);
		}
	}
}

Test(person_words, what_is_too_long_is_cut_at_a_character)
{
	char contact[3 * TN_SAID_MAX];
	const struct tn_words_values values = { .contact = contact };
	struct tn_said said;

	for (size_t i = 0; i + 3 < sizeof(contact); i += 3)
		memcpy(contact + i, "王", 4);
	for (int i = 0; i < TN_WORDS_COUNT; i++) {
		tn_words_say((enum tn_words)i, &values, &said);
		cr_expect(tn_text_is_utf8(said.english, strlen(said.english)));
		cr_expect(tn_text_is_utf8(said.local, strlen(said.local)));
	}
	cr_expect_geq(strlen(said.local), TN_SAID_MAX - 4);
}

Test(person_words, the_first_language_counts)
{
	cr_expect(tn_words_is_chinese(""));
	cr_expect(tn_words_is_chinese("zh"));
	cr_expect(tn_words_is_chinese("ZH-cn"));
	cr_expect(tn_words_is_chinese(" zh-CN, en;q=0.5"));
	cr_expect_not(tn_words_is_chinese("en"));
	cr_expect_not(tn_words_is_chinese("en-GB, zh;q=0.5"));
	cr_expect_not(tn_words_is_chinese("fr"));
}

/* Says what is told a person of the row, by the way. */
static void
tell(enum tn_decision decision, enum tn_row row, enum tn_way way,
     const char *language, struct tn_said *ret)
{
	const struct tn_verdict verdict = { .decision = decision, .row = row };
	static const struct tn_policy rules = { .max_age_days = 30,
		                                .lead_days = 3,
		                                .warn_days = 7 };
	static const struct tn_moment moment = { .now = 1700000000 };
	struct tn_account account;
	const struct tn_words_person person = { .account = &account,
		                                .policy = &rules,
		                                .moment = &moment,
		                                .contact = "the desk" };

	tn_account_init(&account);
	account.language = language;
	account.password_changed = moment.now - 25 * TN_DAY_SECONDS;
	tn_words_of_verdict(&verdict, way, &person, ret);
}

/* DESIGN 5, what is told to whom. */
Test(person_words, by_password_every_denial_reads_the_same_UM_13)
{
	static const enum tn_row rows[] = {
		TN_ROW_NOT_SERVED, TN_ROW_LEAK,      TN_ROW_DEPARTED,
		TN_ROW_SUSPENDED,  TN_ROW_THROTTLED, TN_ROW_INITIAL_LAPSED,
	};
	struct tn_said first;
	struct tn_said said;

	tell(TN_DENY, TN_ROW_LEAK, TN_WAY_PASSWORD, "zh", &first);
	cr_expect_str_eq(first.english, "Login refused. If you think that this "
	                                "is wrong, ask the desk.");
	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		/* The language would tell that there is somebody. */
		tell(TN_DENY, rows[i], TN_WAY_PASSWORD, "en", &said);
		cr_expect_str_eq(said.english, first.english);
		cr_expect_str_eq(said.local, first.local);
	}
}

Test(person_words, by_key_each_denial_has_its_tag_and_its_reason)
{
	static const struct {
		enum tn_row row;
		const char *begin;
	} rows[] = {
		{ TN_ROW_NOT_SERVED, "[tenure:1:not-served] This" },
		{ TN_ROW_LEAK, "[tenure:2:leak] A leak" },
		{ TN_ROW_DEPARTED,
		  "[tenure:3:departed] This account is closed" },
		{ TN_ROW_SUSPENDED,
		  "[tenure:4:suspended] This account is susp" },
		{ TN_ROW_NOT_ADMITTED, "[tenure:5:not-admitted] You are not" },
		{ TN_ROW_SERVICE, "[tenure:5a:service] This is a service" },
		{ TN_ROW_SILENCE, "[tenure:5b:silence] The directory" },
		{ TN_ROW_INITIAL_LAPSED, "[tenure:7:initial-lapsed] The init" },
		{ TN_ROW_MUST_CHANGE, "[tenure:8:must-change] Your password" },
		{ TN_ROW_OVERDUE, "[tenure:9:overdue] Your password must" },
	};
	struct tn_said said;

	for (size_t i = 0; i < TN_ARRAY_LEN(rows); i++) {
		tell(TN_DENY, rows[i].row, TN_WAY_KEY, "zh", &said);
		cr_expect_eq(
		    strncmp(said.english, rows[i].begin, strlen(rows[i].begin)),
		    0, "%s", said.english);
		cr_expect(said.local[0] != '\0');
		tell(TN_DENY, rows[i].row, TN_WAY_SUDO, "en", &said);
		cr_expect_neq(said.english[0], '[', "for programs alone");
		cr_expect_str_eq(said.local, "", "who reads English");
	}
}

Test(person_words, a_due_change_says_why_and_is_tagged_by_key)
{
	struct tn_said said;

	tell(TN_CHANGE, TN_ROW_MUST_CHANGE, TN_WAY_KEY, "", &said);
	cr_expect_eq(
	    strncmp(said.english, "[tenure:8:must-change] Your pass", 32), 0,
	    "%s", said.english);
	cr_expect_not_null(strstr(said.english, "by an administrator on 2023"));
	tell(TN_CHANGE, TN_ROW_OVERDUE, TN_WAY_PASSWORD, "", &said);
	cr_expect_str_eq(said.english, "Your password has reached its greatest "
	                               "age (days: 30): choose a new one now.");
	tell(TN_WARN, TN_ROW_EXPIRES_SOON, TN_WAY_KEY, "en", &said);
	cr_expect_str_eq(said.english,
	                 "Your password must be changed by 2023-11-16 22:13 "
	                 "(days left: 2): run passwd.");
	cr_expect_str_eq(said.local, "");
	tell(TN_ALLOW, TN_ROW_OTHERWISE, TN_WAY_KEY, "", &said);
	cr_expect_str_eq(said.english, "", "nothing where nothing is wrong");
	cr_expect_str_eq(said.local, "");
}

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include "account/password_rule.h"
#include "account/password_view.h"
#include "base/attrs.h"
#include "pinyin/plain_character.h"

/* 王小明 of 信息技术部, on web01, at 示例 (Example), in his words. */
static const struct tn_password_context xiaoming = {
	.min_length = 8,
	.plain = tn_plain_character,
	.count = 14,
	.words = {
		{ "王小明", TN_PASSWORD_NAME },
		{ "wangxiaoming", TN_PASSWORD_NAME },
		{ "wang", TN_PASSWORD_NAME },
		{ "xiao", TN_PASSWORD_NAME },
		{ "ming", TN_PASSWORD_NAME },
		{ "wxm", TN_PASSWORD_NAME },
		{ "xmwang", TN_PASSWORD_LOGIN },
		{ "E0071234", TN_PASSWORD_STAFF_NUMBER },
		{ "信息技术部", TN_PASSWORD_DEPARTMENT },
		{ "xinxijishubu", TN_PASSWORD_DEPARTMENT },
		{ "示例公司", TN_PASSWORD_ORGANISATION },
		{ "Example Corp", TN_PASSWORD_ORGANISATION },
		{ "web01", TN_PASSWORD_HOST },
		{ "ops", TN_PASSWORD_DEPARTMENT },
	},
};

/* 吕丽, whose names are short. */
static const struct tn_password_context luli = {
	.min_length = 8,
	.plain = tn_plain_character,
	.count = 7,
	.words = {
		{ "吕丽", TN_PASSWORD_NAME },
		{ "luli", TN_PASSWORD_NAME },
		{ "lu", TN_PASSWORD_NAME },
		{ "li", TN_PASSWORD_NAME },
		{ "ll", TN_PASSWORD_NAME },
		{ "LuLi", TN_PASSWORD_LOGIN },
		{ "lvbei", TN_PASSWORD_LOGIN },
	},
};

/* Nobody in particular: what slapd knows. */
static const struct tn_password_context nobody = {
	.min_length = 8,
	.plain = tn_plain_character,
};

struct row {
	const char *password;
	enum tn_password_fault fault;
};

static void
expect_rows(const struct tn_password_context *context, const struct row *rows,
            size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		enum tn_password_fault fault =
		    tn_password_check(rows[i].password, context);

		cr_expect_eq(fault, rows[i].fault, "\"%s\": %s, not %s",
		             rows[i].password, tn_password_fault_words(fault),
		             tn_password_fault_words(rows[i].fault));
	}
}

/* CI-3.1, IS-5 */
Test(password, nothing_of_the_person_is_accepted)
{
	static const struct row rows[] = {
		{ "Wangxiaoming2024", TN_PASSWORD_NAME },
		{ "W4ngX1aoM1ng!2", TN_PASSWORD_NAME },
		{ "W4ng!8273hdKs", TN_PASSWORD_NAME },
		{ "wang.xiao.ming#7", TN_PASSWORD_NAME },
		{ "W-a-n-g8273hdKs", TN_PASSWORD_NAME },
		{ "zk7gnimoaixgnaw", TN_PASSWORD_NAME },
		{ "7Kq!gn4w92Lz", TN_PASSWORD_NAME },
		{ "Wxm!83947261", TN_PASSWORD_NAME },
		{ "83947261!mxw#", TN_PASSWORD_NAME },
		{ "王小明8k2#q7Z", TN_PASSWORD_NAME },
		{ "8k2#小明q7Zq", TN_PASSWORD_NAME },
		{ "xmWANG!82kQ7", TN_PASSWORD_NAME }, /* wang stands first */
		{ "e0071234!kQz", TN_PASSWORD_STAFF_NUMBER },
		{ "kQz!71234pTr", TN_PASSWORD_STAFF_NUMBER },
		{ "信息技术部8k2#", TN_PASSWORD_DEPARTMENT },
		{ "XinXiJiShuBu!8", TN_PASSWORD_DEPARTMENT },
		{ "Ops!8273#4410kQ", TN_PASSWORD_DEPARTMENT },
		{ "示例公司8k2#qZ", TN_PASSWORD_ORGANISATION },
		{ "Ex4mpleCorp!8k", TN_PASSWORD_ORGANISATION },
		{ "8k!web01qZt", TN_PASSWORD_HOST },
		{ "Web.0.1-8kqZt", TN_PASSWORD_HOST },
		/* Full-width letters are letters. */
		{ "ｗａｎｇ8273hdKs", TN_PASSWORD_NAME },
		/* Short words count where they are the whole run alone. */
		{ "drops-Kettle-44", TN_PASSWORD_GOOD },
		{ "8k2#qZwxmtr", TN_PASSWORD_GOOD },
	};

	expect_rows(&xiaoming, rows, TN_ARRAY_LEN(rows));
}

/* CI-3.1 */
Test(password, a_name_with_umlaut_is_found_in_all_its_spellings)
{
	static const struct row rows[] = {
		{ "Luli!8273hK7z", TN_PASSWORD_NAME },
		{ "Lvli!8273hK7z", TN_PASSWORD_NAME },
		{ "lyuli!8273hK7z", TN_PASSWORD_NAME },
		{ "lüli!8273hK7z", TN_PASSWORD_NAME },
		{ "lilv!8273#4410", TN_PASSWORD_NAME },
		{ "82!Lu#7341@55", TN_PASSWORD_NAME },
		{ "吕丽!8273hK7z", TN_PASSWORD_NAME },
		{ "Lubei!8273hK7z", TN_PASSWORD_LOGIN },
		{ "Gallery-Lupin-7", TN_PASSWORD_GOOD },
		{ "8#Lu-Kettle-Fog", TN_PASSWORD_GOOD },
	};

	expect_rows(&luli, rows, TN_ARRAY_LEN(rows));
}

/* CI-3.1 */
Test(password, what_everybody_chooses_is_not_accepted)
{
	static const struct row rows[] = {
		{ "aaaaaaaa", TN_PASSWORD_REPEATS },
		{ "abcabcabc", TN_PASSWORD_REPEATS },
		{ "Xk9!Xk9!Xk9!", TN_PASSWORD_REPEATS },
		{ "Xk9!mXk9!m", TN_PASSWORD_REPEATS },
		{ "kkkkkkkkkk7Q", TN_PASSWORD_REPEATS },
		{ "12345678", TN_PASSWORD_SEQUENCE },
		{ "87654321", TN_PASSWORD_SEQUENCE },
		{ "abcdefgh", TN_PASSWORD_SEQUENCE },
		{ "abcd1234EFGH", TN_PASSWORD_SEQUENCE },
		{ "qwertyuiop", TN_PASSWORD_SEQUENCE },
		{ "qwertyuiop12", TN_PASSWORD_SEQUENCE },
		{ "poiuytrewq!", TN_PASSWORD_SEQUENCE },
		{ "1qaz2wsx3edc", TN_PASSWORD_SEQUENCE },
		{ "1q2w3e4r5t", TN_PASSWORD_SEQUENCE },
		{ "!@#$%^&*()", TN_PASSWORD_SEQUENCE },
		{ "一二三四五六七八", TN_PASSWORD_SEQUENCE },
		{ "woaini1314520", TN_PASSWORD_COMMON },
		{ "password1234", TN_PASSWORD_COMMON },
		{ "Password123!", TN_PASSWORD_COMMON },
		{ "P@ssw0rd2024", TN_PASSWORD_COMMON },
		{ "Adm1nistrat0r", TN_PASSWORD_COMMON },
		{ "Summer2026!", TN_PASSWORD_COMMON },
		{ "hgkt19900131", TN_PASSWORD_COMMON },
		{ "我爱你中国!520", TN_PASSWORD_COMMON },
		{ "5839201746", TN_PASSWORD_COMMON }, /* digits alone */
		/* Backwards, and with signs between. */
		{ "drowssap2024!", TN_PASSWORD_COMMON },
		{ "1m!ma-toor-321", TN_PASSWORD_COMMON },
		{ "p.a.s.s.w.o.r.d", TN_PASSWORD_COMMON },
		{ "p-4-s-5-w-0-r-d", TN_PASSWORD_COMMON },
		{ "1-2-3-4-5-6-7-8", TN_PASSWORD_SEQUENCE },
	};

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
}

/* What looks or sounds like a common word is as common. */
Test(password, no_other_character_hides_what_everybody_chooses)
{
	static const struct row rows[] = {
		{ "п@ssword2026", TN_PASSWORD_COMMON },
		{ "рassword2026", TN_PASSWORD_COMMON }, /* Cyrillic р */
		{ "pässwörd2026", TN_PASSWORD_COMMON },
		{ "𝔭𝔞𝔰𝔰𝔴𝔬𝔯𝔡𝟐𝟎𝟐𝟔", TN_PASSWORD_COMMON },
		{ "p\u200bassword2026", TN_PASSWORD_COMMON },
		{ "p+a+s+s+w+o+r+d", TN_PASSWORD_COMMON },
		{ "p·a·s·s·w·o·r·d!", TN_PASSWORD_COMMON },
		{ "①②③④⑤⑥⑦⑧⑨⓪", TN_PASSWORD_SEQUENCE },
		{ "١٢٣٤٥٦٧٨٩", TN_PASSWORD_SEQUENCE },
		{ "我愛你中國!520", TN_PASSWORD_COMMON },
		{ "kq1990年1月31日", TN_PASSWORD_COMMON },
		/* Nothing to see, nothing counted. */
		{ "Zo7$\u200b\u200b\u200b\u200b", TN_PASSWORD_TOO_SHORT },
		{ "Zo7$\u0301\u0302\u0303\u0304tF", TN_PASSWORD_TOO_SHORT },
		{ "안녕하세요반갑습니다", TN_PASSWORD_GOOD },
		{ "🐙🚲🎻🌋🧲🦔🪁🎈", TN_PASSWORD_GOOD },
		{ "🐙🐙🐙🐙🐙🐙🐙🐙", TN_PASSWORD_REPEATS },
	};
	struct tn_password_context ascii = { .min_length = 8 };

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
	/* Nobody can say what it passes for. */
	cr_expect_eq(tn_password_check("Trömbone-garden_47", &ascii),
	             TN_PASSWORD_CHARACTERS);
}

/* CI-3.2 */
Test(password, no_other_character_hides_the_old_one)
{
	const struct tn_password_context context = {
		.min_length = 8,
		.old = "OldGarden!99",
		.plain = tn_plain_character,
	};

	cr_expect_eq(tn_password_check("ÓldGardén!⑨⑨", &context),
	             TN_PASSWORD_OLD);
}

/* CI-3.1: what is walked over the keys, rows and columns, back and forth */
Test(password, walks_over_the_keyboard_are_not_accepted)
{
	static const struct row rows[] = {
		{ "zse4rfvgy7", TN_PASSWORD_SEQUENCE },
		{ "1qazxsw23edc", TN_PASSWORD_SEQUENCE },
		{ "!QAZxsw2#EDC", TN_PASSWORD_SEQUENCE },
		{ "qazwsxedcrfv", TN_PASSWORD_COMMON },
		{ "0okm9ijn8uhb", TN_PASSWORD_SEQUENCE },
		{ "qwerfdsazxcv", TN_PASSWORD_SEQUENCE },
		{ "poiulkjhmnbv", TN_PASSWORD_SEQUENCE },
		{ "qqwweerrttyy", TN_PASSWORD_SEQUENCE },
		{ "asdfjkl;qwer", TN_PASSWORD_SEQUENCE },
		{ "147896325x", TN_PASSWORD_COMMON },
		{ "789654123zz", TN_PASSWORD_SEQUENCE },
		{ "tyuiohgfdsvb", TN_PASSWORD_SEQUENCE },
		/* A turn at every key is no walk. */
		{ "rtfgvbhjuiklop", TN_PASSWORD_GOOD },
		{ "Trqwerombgarden", TN_PASSWORD_GOOD },
	};

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
}

/* CI-3.1: 重复、顺序、规律数字 */
Test(password, regular_patterns_are_not_accepted)
{
	static const struct row rows[] = {
		{ "aabbccddeeff", TN_PASSWORD_SEQUENCE },
		{ "112233445566", TN_PASSWORD_SEQUENCE },
		{ "111222333444", TN_PASSWORD_SEQUENCE },
		{ "121212121212", TN_PASSWORD_REPEATS },
		{ "Zk7$t$7kZ", TN_PASSWORD_REPEATS },
		{ "Zk7$mm$7kZ", TN_PASSWORD_REPEATS },
		{ "xyzxyzxyzx", TN_PASSWORD_REPEATS },
		{ "135791357924", TN_PASSWORD_SEQUENCE },
		{ "甲乙丙丁戊己庚辛", TN_PASSWORD_SEQUENCE },
		{ "子丑寅卯辰巳午未", TN_PASSWORD_SEQUENCE },
	};

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
}

/* CI-3.1: a day is as good as two characters, whoever's it is */
Test(password, dates_are_not_accepted)
{
	static const struct row rows[] = {
		{ "kqt19900131", TN_PASSWORD_COMMON },
		{ "kqt31011990", TN_PASSWORD_COMMON },
		{ "kqt01311990", TN_PASSWORD_COMMON },
		{ "kqtz900131", TN_PASSWORD_COMMON },
		{ "kqtz310190", TN_PASSWORD_COMMON },
		{ "kq1990-01-31", TN_PASSWORD_COMMON },
		{ "kq1990.01.31", TN_PASSWORD_COMMON },
		{ "kq1990年1月31日", TN_PASSWORD_COMMON },
		{ "kqtz12月25日", TN_PASSWORD_COMMON },
		{ "2024081520240816", TN_PASSWORD_COMMON },
		{ "kqt72954860", TN_PASSWORD_GOOD },
		{ "kqtz719435xm", TN_PASSWORD_GOOD },
	};

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
}

/* The head of the lists of what is chosen most, worldwide and in China. */
Test(password, the_most_common_passwords_are_not_accepted)
{
	static const char *const most[] = {
		"123456789", "12345678", "password", "qwerty123", "1q2w3e4r",
		"1234567890", "iloveyou", "qwertyuiop", "password1",
		"password123", "1qaz2wsx", "abcd1234", "aa12345678",
		"abc123456", "123456abc", "11111111", "00000000", "88888888",
		"66666666", "123123123", "987654321", "87654321", "147258369",
		"1234qwer", "qwer1234", "asdf1234", "zxcv1234", "qwe123456",
		"zxcvbnm123", "asdfghjkl", "q1w2e3r4t5", "1qazxsw2",
		"zaq12wsx", "!qaz2wsx", "qazwsxedc", "passw0rd", "p@ssword",
		"p@ssw0rd", "P@$$w0rd", "Passw0rd!", "Password1!",
		"Password@123", "Admin@123", "admin123456", "administrator",
		"root123456", "toor1234", "letmein123", "welcome1",
		"welcome123", "Welcome@2024", "changeme", "changeme123",
		"trustno1", "sunshine1", "princess1", "football1",
		"baseball1", "superman1", "batman123", "dragon123",
		"monkey123", "shadow123", "master123", "michael1",
		"charlie1", "jennifer", "computer", "internet1",
		"whatever1", "starwars1", "pokemon123", "Summer2024!",
		"Winter2025", "Spring@2026", "Monday123!", "qq123456",
		"qq123456789", "a123456789", "a12345678", "aa123456",
		"asd123456", "woaini1314", "woaini520", "woaini1314520",
		"woaini521", "woaini123", "5201314520", "5201314a",
		"1314520a", "13145200", "77585210", "7758521a", "7758258a",
		"520520520", "521521521", "wodemima", "mima123456",
		"zhang123456", "wang123456", "li123456789", "wangwei123",
		"zhangwei123", "woaizhongguo", "zhongguo123", "beijing2008",
		"shanghai123", "woshishui", "nihao123456", "caonima123",
		"woaiwojia", "woaibaobao1", "woailaopo", "baobao520",
		"laopo520", "xiaoming123", "taobao123", "huawei@123",
		"Huawei12#$", "alibaba123", "tencent123", "1qaz@WSX",
		"1qaz!QAZ", "qwer!@#$", "QWEasd123", "qweasdzxc",
		"zaq1@WSX", "1q2w3e4r5t6y", "abc123!@#", "abcd@1234",
		"Aa123456!", "Aa123456@", "Abc@12345", "a1b2c3d4",
		"asdfqwer", "password!@#", "111111aa", "123qweasd",
		"123456qq", "123456aa", "112233445566", "110110110",
		"12301230", "123321123", "123654789", "159357456",
		"963852741", "18181818", "31415926", "3141592653",
		"gongxifacai888", "facai168168", "wansui10000", "abc1234567",
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(most); i++)
		cr_expect_neq(tn_password_check(most[i], &nobody),
		              TN_PASSWORD_GOOD, "%s", most[i]);
}

Test(password, a_fault_is_known_by_its_words)
{
	int fault;

	for (fault = TN_PASSWORD_GOOD + 1; fault < TN_PASSWORD_FAULT_COUNT;
	     fault++)
		cr_expect_eq(tn_password_fault_of_words(tn_password_fault_words(
		                 (enum tn_password_fault)fault)),
		             (enum tn_password_fault)fault, "%d", fault);
	cr_expect_eq(tn_password_fault_of_words(
	                 "password change: Constraint violation (it contains "
	                 "your birthday)"),
	             TN_PASSWORD_BIRTHDAY);
	cr_expect_eq(tn_password_fault_of_words("Password fails quality"),
	             TN_PASSWORD_GOOD);
	cr_expect_eq(tn_password_fault_of_words(""), TN_PASSWORD_GOOD);
}

Test(password, good_ones_are_accepted)
{
	static const struct row rows[] = {
		{ "Kx7#mQ2!vB9z", TN_PASSWORD_GOOD },
		{ "kq7m-x2vp-9rth", TN_PASSWORD_GOOD },
		{ "Trombone-garden_47", TN_PASSWORD_GOOD },
		{ "correct horse battery staple", TN_PASSWORD_GOOD },
		{ "Kettle!Fog1234", TN_PASSWORD_GOOD },
		{ "青山绿水长流去", TN_PASSWORD_TOO_SHORT },
		{ "青山绿水长流去远", TN_PASSWORD_GOOD },
		{ "床前明月光疑是地上霜", TN_PASSWORD_GOOD },
		{ "Zo7$tFr9", TN_PASSWORD_GOOD },
	};

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
}

/* IS-5 */
Test(password, length_counts_characters_and_has_a_bound)
{
	struct tn_password_context context = { .min_length = 10 };
	char text[TN_PASSWORD_MAX + 2];
	size_t i;

	cr_expect_eq(tn_password_check("Zo7$tFr9k", &context),
	             TN_PASSWORD_TOO_SHORT);
	cr_expect_eq(tn_password_check("Zo7$tFr9kQ", &context),
	             TN_PASSWORD_GOOD);
	cr_expect_eq(tn_password_check("", &context), TN_PASSWORD_TOO_SHORT);
	context.min_length = 0;
	cr_expect_eq(tn_password_check("Zo7$tF", &context),
	             TN_PASSWORD_TOO_SHORT, "never below what is worth 8");
	for (i = 0; i < sizeof(text) - 1; i++)
		text[i] = (char)('!' + i * i % 89);
	text[sizeof(text) - 1] = '\0';
	cr_expect_eq(tn_password_check(text, &context), TN_PASSWORD_TOO_LONG);
	text[TN_PASSWORD_MAX] = '\0';
	cr_expect_eq(tn_password_check(text, &context), TN_PASSWORD_GOOD);
}

Test(password, what_no_terminal_can_type_is_refused)
{
	static const struct row rows[] = {
		{ "Kx7#mQ2!\tvB9z", TN_PASSWORD_CHARACTERS },
		{ "Kx7#mQ2!\033vB9z", TN_PASSWORD_CHARACTERS },
		{ "Kx7#mQ2!\xffvB9z", TN_PASSWORD_CHARACTERS },
		{ "Kx7#mQ2!\xc0\xafvB9z", TN_PASSWORD_CHARACTERS },
		{ "Kx7#mQ2!\xc2\x85vB9z", TN_PASSWORD_CHARACTERS },
	};

	expect_rows(&nobody, rows, TN_ARRAY_LEN(rows));
}

/* CI-3.2 */
Test(password, the_old_one_is_not_used_again)
{
	static const struct row rows[] = {
		{ "OldGarden!99", TN_PASSWORD_OLD },
		{ "OldGarden!98", TN_PASSWORD_OLD },
		{ "oldgarden!99", TN_PASSWORD_OLD },
		{ "OldGarden!99x7K", TN_PASSWORD_OLD },
		{ "Garden!99", TN_PASSWORD_OLD },
		{ "OlGarden!99", TN_PASSWORD_OLD },
		{ "99!nedraGdlO", TN_PASSWORD_OLD },
		{ "NewKettle!47", TN_PASSWORD_GOOD },
	};
	struct tn_password_context context = { .min_length = 8,
		                               .old = "OldGarden!99" };

	expect_rows(&context, rows, TN_ARRAY_LEN(rows));
	context.old = "";
	cr_expect_eq(tn_password_check("NewKettle!47", &context),
	             TN_PASSWORD_GOOD);
}

Test(password, hostile_words_do_no_harm)
{
	static char huge[4000];
	struct tn_password_context context = {
		.min_length = 8,
		.count = 4,
		.words = { { "", TN_PASSWORD_NAME },
		           { "\xff\xff", TN_PASSWORD_NAME },
		           { " . - ", TN_PASSWORD_NAME },
		           { huge, TN_PASSWORD_NAME } },
	};

	memset(huge, 'a', sizeof(huge) - 1);
	cr_expect_eq(tn_password_check("Kx7#mQ2!vB9z", &context),
	             TN_PASSWORD_GOOD);
	cr_expect_eq(tn_password_check("Kx7 - . #mQ2", &context),
	             TN_PASSWORD_GOOD);
}

Test(password, each_fault_has_words_in_both_languages)
{
	int fault;

	for (fault = 0; fault <= TN_PASSWORD_FAULT_COUNT; fault++) {
		cr_expect_not_null(
		    tn_password_fault_words((enum tn_password_fault)fault));
		cr_expect_not_null(
		    tn_password_fault_words_zh((enum tn_password_fault)fault));
	}
}

Test(password, distance_counts_changes)
{
	static const struct {
		const char *a;
		const char *b;
		size_t distance;
	} rows[] = {
		{ "", "", 0 },    { "kitten", "sitting", 3 }, { "abc", "", 3 },
		{ "", "abc", 3 }, { "flaw", "lawn", 2 },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		struct tn_password_view a;
		struct tn_password_view b;

		cr_assert(tn_view_fold(&a, rows[i].a, NULL));
		cr_assert(tn_view_fold(&b, rows[i].b, NULL));
		cr_expect_eq(tn_view_distance(&a, &b), rows[i].distance,
		             "%s %s", rows[i].a, rows[i].b);
	}
}

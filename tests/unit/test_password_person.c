/* CI-3.1, IS-5: what a password may not hold of its own person. How Chinese is
   read is ICU's (lib/pinyin). */
#include <criterion/criterion.h>

#include <string.h>
#include "account/password_person.h"
#include "account/password_view.h"
#include "base/attrs.h"
#include "pinyin/pinyin.h"
#include "pinyin/plain_character.h"

static const struct tn_password_person xiaoming = {
	.real_name = "王小明",
	.login = "xmwang",
	.staff_number = "E0071234",
	.department = "信息技术部",
	.organisation = "Example 示例公司",
	.host_name = "web01.example.org",
	.birthday = "1990-01-31",
	.phones = { "+86 138-2461-5790", "010 8273 6645" },
	.read = tn_pinyin_read,
	.plain = tn_plain_character,
};

static const struct tn_password_person luli = {
	.real_name = "吕丽",
	.login = "llv",
	.birthday = "2001-12-05",
	.read = tn_pinyin_read,
	.plain = tn_plain_character,
};

static const struct tn_password_person ouyang = {
	.real_name = "欧阳娜娜",
	.login = "oynn",
	.read = tn_pinyin_read,
	.plain = tn_plain_character,
};

static const struct tn_password_person zeng = {
	.real_name = "曾乐",
	.login = "zl88",
	.read = tn_pinyin_read,
	.plain = tn_plain_character,
};

struct row {
	const char *password;
	enum tn_password_fault fault;
};

static void
expect_rows(const struct tn_password_person *person, const struct row *rows,
            size_t count)
{
	static struct tn_password_words words;
	size_t i;

	tn_password_words(person, &words);
	words.context.min_length = 8;
	for (i = 0; i < count; i++) {
		enum tn_password_fault fault =
		    tn_password_check(rows[i].password, &words.context);

		cr_expect_eq(fault, rows[i].fault, "\"%s\": %s, not: %s",
		             rows[i].password, tn_password_fault_words(fault),
		             tn_password_fault_words(rows[i].fault));
	}
}

Test(password_person, the_name_is_found_in_every_order_and_spelling_CI_3_1)
{
	static const struct row rows[] = {
		{ "zk7-wangxiaoming-7q", TN_PASSWORD_NAME },
		{ "zk7-XiaomingWang-7q", TN_PASSWORD_NAME },
		{ "zk7-WXiaoMing-7qt", TN_PASSWORD_NAME },
		{ "zk7-gnimoaix-7qt", TN_PASSWORD_NAME },
		{ "zk7-x1a0m1ng-7qt", TN_PASSWORD_NAME },
		{ "zk7-wang.xiao.ming", TN_PASSWORD_NAME },
		{ "82#wangxm#73615q", TN_PASSWORD_NAME },
		{ "82#xmwang#73615q", TN_PASSWORD_NAME },
		{ "8264#Wxm#736159!", TN_PASSWORD_NAME },
		{ "8264#Xmw#736159!", TN_PASSWORD_NAME },
		{ "zk7-王小明-7qtrp", TN_PASSWORD_NAME },
		{ "zk7-明小王-7qtrp", TN_PASSWORD_NAME },
		{ "zk7-小明-7qtrpzu", TN_PASSWORD_NAME },
		{ "8264xm736#159!wx", TN_PASSWORD_GOOD },
		{ "drops-Kettle-44u", TN_PASSWORD_GOOD },
	};
	static const struct row of_luli[] = {
		{ "82#luli#73615qz", TN_PASSWORD_NAME },
		{ "82#lvli#73615qz", TN_PASSWORD_NAME },
		{ "82#lyuli#7361qz", TN_PASSWORD_NAME },
		{ "82#lüli#73615qz", TN_PASSWORD_NAME },
		{ "82#lilv#73615qz", TN_PASSWORD_NAME },
		{ "82#1lul#73615qz", TN_PASSWORD_NAME }, /* luli backwards */
		{ "8264#Lv#7361597!", TN_PASSWORD_NAME },
		{ "8264#Li#7361597!", TN_PASSWORD_NAME },
		{ "Gallery-Lupin-73", TN_PASSWORD_GOOD },
	};
	static const struct row of_ouyang[] = {
		{ "82#ouyangnana#7z", TN_PASSWORD_NAME },
		{ "82#nanaouyang#7z", TN_PASSWORD_NAME },
		{ "82#ouyangnn#73qz", TN_PASSWORD_NAME },
		{ "82#nnouyang#73qz", TN_PASSWORD_NAME },
		{ "82#oynn#73615qzk", TN_PASSWORD_NAME },
		{ "82#nana#73615qzk", TN_PASSWORD_NAME },
		{ "82#ouyang#7361qz", TN_PASSWORD_NAME },
	};
	/* A surname of two characters, both of them short. */
	static const struct tn_password_person sima = {
		.real_name = "司马光",
		.read = tn_pinyin_read,
		.plain = tn_plain_character,
	};
	static const struct row of_sima[] = {
		{ "82#simag#73615q", TN_PASSWORD_NAME },
		{ "82#gsima#73615q", TN_PASSWORD_NAME },
	};
	/* 曾 is zeng as a surname and ceng elsewhere. */
	static const struct row of_zeng[] = {
		{ "82#zengle#7361qz", TN_PASSWORD_NAME },
		{ "82#cengle#7361qz", TN_PASSWORD_NAME },
		{ "82#zengl#73615qz", TN_PASSWORD_NAME },
	};

	expect_rows(&xiaoming, rows, TN_ARRAY_LEN(rows));
	expect_rows(&luli, of_luli, TN_ARRAY_LEN(of_luli));
	expect_rows(&ouyang, of_ouyang, TN_ARRAY_LEN(of_ouyang));
	expect_rows(&sima, of_sima, TN_ARRAY_LEN(of_sima));
	expect_rows(&zeng, of_zeng, TN_ARRAY_LEN(of_zeng));
}

/* The same words in characters that pass for theirs. */
Test(password_person, no_other_character_hides_a_word_CI_3_1)
{
	static const struct row rows[] = {
		{ "wángxiǎomíng#T7k", TN_PASSWORD_NAME },
		{ "wa\u0301ngxia\u030comi\u0301ng#T7k", TN_PASSWORD_NAME },
		{ "𝐰𝐚𝐧𝐠𝐱𝐢𝐚𝐨𝐦𝐢𝐧𝐠#T7k82", TN_PASSWORD_NAME },
		{ "𝓦𝓐𝓝𝓖𝓧𝓘𝓐𝓞#T7k82tq", TN_PASSWORD_NAME },
		{ "ⓦⓐⓝⓖⓧⓘⓐⓞ#T7k82tq", TN_PASSWORD_NAME },
		{ "🅦🅐🅝🅖🅧🅘🅐🅞#T7k82tq", TN_PASSWORD_NAME },
		{ "🇼🇦🇳🇬🇽🇮🇦🇴#T7k82tq", TN_PASSWORD_NAME },
		{ "wɑnɡxiɑo#T7k82tqr", TN_PASSWORD_NAME },
		{ "wаngxiао#T7k82tqr", TN_PASSWORD_NAME }, /* Cyrillic а, о */
		{ "ωανgχιαο#T7k82tqr", TN_PASSWORD_NAME }, /* Greek */
		{ "w\u200ba\u200bn\u200bg#T7k82tqrzu", TN_PASSWORD_NAME },
		{ "xi\u2060ao\u00admi\u034fng#T7k82tqrz", TN_PASSWORD_NAME },
		{ "wa\ufeffn\ufe0fg\U000e0061#T7k82tqrz", TN_PASSWORD_NAME },
		{ "w+a+n+g+x+i+a+o", TN_PASSWORD_NAME },
		{ "w+@+n+g#T7k82tqrz", TN_PASSWORD_NAME },
		{ "w[a]n{g}<x>i\"a'o?T7", TN_PASSWORD_NAME },
		{ "x—i→a★o…T7k82tqrzu", TN_PASSWORD_NAME },
		{ "王·小·明T7k82tqr", TN_PASSWORD_NAME },
		{ "王　小、明T7k82tqr", TN_PASSWORD_NAME },
		{ "T7k82-⼩明-tqrzu", TN_PASSWORD_NAME }, /* a radical */
		{ "信息技術部T7k82tq", TN_PASSWORD_DEPARTMENT },
		{ "kq-①⑨⑨⓪-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-❶❾❾⓪-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-١٩٩٠٠١٣١-tZrb", TN_PASSWORD_BIRTHDAY },
		{ "kq-१९९०-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-¹⁹⁹⁰-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-𝟭𝟵𝟵𝟬-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-1٩9①-tZrbujdg", TN_PASSWORD_GOOD },
		{ "鲸-Ⅶ-kétsu-brÿm-∑9", TN_PASSWORD_GOOD },
	};
	static const struct tn_password_person lubu = {
		.real_name = "吕布",
		.read = tn_pinyin_read,
		.plain = tn_plain_character,
	};
	static const struct row of_lubu[] = {
		{ "LÜBU#T7k82tqrz", TN_PASSWORD_NAME },
		{ "lǚbu#T7k82tqrz", TN_PASSWORD_NAME },
		{ "lu\u0308bu#T7k82tqrz", TN_PASSWORD_NAME },
		{ "lübu#T7k82tqrz", TN_PASSWORD_NAME },
		{ "LÜBÙ#T7k82tqrz", TN_PASSWORD_NAME },
		{ "L.V.B.U#T7k82tqrz", TN_PASSWORD_NAME },
		{ "呂布#T7k82tqrzuj", TN_PASSWORD_NAME },
	};
	static const struct tn_password_person xiaoming2 = {
		.real_name = "王晓明",
		.read = tn_pinyin_read,
		.plain = tn_plain_character,
	};
	static const struct row of_xiaoming2[] = {
		{ "王曉明T7k82tqrz", TN_PASSWORD_NAME },
		{ "明曉T7k82tqrzuj", TN_PASSWORD_NAME },
	};
	/* The traditional name in the directory, the simplified one typed. */
	static const struct tn_password_person traditional = {
		.real_name = "王曉明",
		.read = tn_pinyin_read,
		.plain = tn_plain_character,
	};

	expect_rows(&xiaoming, rows, TN_ARRAY_LEN(rows));
	expect_rows(&lubu, of_lubu, TN_ARRAY_LEN(of_lubu));
	expect_rows(&xiaoming2, of_xiaoming2, TN_ARRAY_LEN(of_xiaoming2));
	expect_rows(
	    &traditional,
	    (const struct row[]){ { "王晓明T7k82tqrz", TN_PASSWORD_NAME } }, 1);
}

Test(password_person, the_hosts_own_label_is_found_however_short_IS_5)
{
	static const struct tn_password_person on_db1 = {
		.host_name = "db1.hospital.org",
	};
	static const struct tn_password_person on_web = {
		.host_name = "web.hospital.org",
	};
	static const struct row of_db1[] = {
		{ "Kq!db1-tpzrbujdg", TN_PASSWORD_HOST },
		{ "Kq!mDB1tpzrbujdg", TN_PASSWORD_HOST },
		{ "Kq!d.b.1-tpzrbuj", TN_PASSWORD_HOST },
		{ "Kq!1bd-tpzrbujdg", TN_PASSWORD_HOST },
		{ "Kq!hospital-tpzr", TN_PASSWORD_HOST },
		{ "Kq!db2-tpzrbujdg", TN_PASSWORD_GOOD },
	};
	static const struct row of_web[] = {
		{ "8264!Web#7361tzq", TN_PASSWORD_HOST },
		{ "8264!cobweb#73zq", TN_PASSWORD_GOOD },
	};

	expect_rows(&on_db1, of_db1, TN_ARRAY_LEN(of_db1));
	expect_rows(&on_web, of_web, TN_ARRAY_LEN(of_web));
}

Test(password_person, login_staff_number_department_host_organisation_IS_5)
{
	static const struct row rows[] = {
		{ "Kq!E0071234-tpzr", TN_PASSWORD_STAFF_NUMBER },
		{ "Kq!e0071234-tpzr", TN_PASSWORD_STAFF_NUMBER },
		{ "Kq!71234-tpzrbuj", TN_PASSWORD_STAFF_NUMBER },
		{ "Kq!43217-tpzrbuj", TN_PASSWORD_STAFF_NUMBER },
		{ "Kq!&!@#$-tpzrbuj", TN_PASSWORD_STAFF_NUMBER }, /* shift */
		{ "Kq!信息技术部tpzr", TN_PASSWORD_DEPARTMENT },
		{ "Kq!xinxijishubu-t", TN_PASSWORD_DEPARTMENT },
		{ "Kq!XXJSB-tpzr-buj", TN_PASSWORD_DEPARTMENT },
		{ "Kq!示例公司-tpzrbu", TN_PASSWORD_ORGANISATION },
		{ "Kq!shiligongsi-tp", TN_PASSWORD_ORGANISATION },
		{ "Kq!Ex4mpl3-tpzrbu", TN_PASSWORD_ORGANISATION },
		{ "Kq!elpmaxe-tpzrbu", TN_PASSWORD_ORGANISATION },
		{ "Kq!web01-tpzrbujd", TN_PASSWORD_HOST },
		{ "Kq!w3b01-tpzrbujd", TN_PASSWORD_HOST },
	};
	static const struct tn_password_person plain = {
		.login = "hjt",
		.read = tn_pinyin_read,
		.plain = tn_plain_character,
	};
	static const struct row of_login[] = {
		{ "8264#HJT#736159!", TN_PASSWORD_LOGIN },
		{ "8264#tjh#736159!", TN_PASSWORD_LOGIN },
		{ "8k2#qZhjtr-bujd7", TN_PASSWORD_GOOD },
	};

	expect_rows(&xiaoming, rows, TN_ARRAY_LEN(rows));
	expect_rows(&plain, of_login, TN_ARRAY_LEN(of_login));
}

/* 31 January 1990; 5 December 2001 */
Test(password_person, the_birthday_is_found_in_all_its_usual_forms_CI_3_1)
{
	static const struct row rows[] = {
		{ "kq-19900131-tZr", TN_PASSWORD_BIRTHDAY },
		{ "kq-1990-01-31-tZ", TN_PASSWORD_BIRTHDAY },
		{ "kq#1990.1.31#tZr", TN_PASSWORD_BIRTHDAY },
		{ "kq#1990/01/31tZr", TN_PASSWORD_BIRTHDAY },
		{ "kq-1990131-tZrbu", TN_PASSWORD_BIRTHDAY },
		{ "kq-900131-tZrbuj", TN_PASSWORD_BIRTHDAY },
		{ "kq-90131-tZrbujd", TN_PASSWORD_BIRTHDAY },
		{ "kq-31011990-tZrb", TN_PASSWORD_BIRTHDAY },
		{ "kq-310190-tZrbuj", TN_PASSWORD_BIRTHDAY },
		{ "kq-3111990-tZrbu", TN_PASSWORD_BIRTHDAY },
		{ "kq-01311990-tZrb", TN_PASSWORD_BIRTHDAY },
		{ "kq-013190-tZrbuj", TN_PASSWORD_BIRTHDAY },
		{ "kq-1311990-tZrbu", TN_PASSWORD_BIRTHDAY },
		{ "kq-199001-tZrbuj", TN_PASSWORD_BIRTHDAY },
		{ "kq-0131-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-3101-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-1990-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-Jan31-tZrbujd", TN_PASSWORD_BIRTHDAY },
		{ "kq-31jan-tZrbujd", TN_PASSWORD_BIRTHDAY },
		{ "kq-January31-tZr", TN_PASSWORD_BIRTHDAY },
		{ "kq-31-January-tZ", TN_PASSWORD_BIRTHDAY },
		{ "kq-1990年1月31日tZ", TN_PASSWORD_BIRTHDAY },
		{ "kq-01月31日-tZrbu", TN_PASSWORD_BIRTHDAY },
		{ "kq-一月三十一日tZrb", TN_PASSWORD_BIRTHDAY },
		{ "kq-13100991-tZrb", TN_PASSWORD_BIRTHDAY }, /* backwards */
		{ "kq-0991-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-l99o0i3i-tZrb", TN_PASSWORD_BIRTHDAY }, /* leet */
		{ "kq-!(())!#!-tZrb", TN_PASSWORD_BIRTHDAY }, /* shift */
		{ "kq-0412-tZrbujdg", TN_PASSWORD_GOOD },
		/* Four letters are no date: iole, 1013, backwards 3101. */
		{ "violet-Harrow-16-jug", TN_PASSWORD_GOOD },
		{ "kq-Feb28-tZrbujd", TN_PASSWORD_GOOD },
	};
	static const struct row of_luli[] = {
		{ "kq-20011205-tZrb", TN_PASSWORD_BIRTHDAY },
		{ "kq-011205-tZrbuj", TN_PASSWORD_BIRTHDAY },
		{ "kq-1205-tZrbujdg", TN_PASSWORD_BIRTHDAY },
		{ "kq-2001-12-5-tZr", TN_PASSWORD_BIRTHDAY },
		{ "kq-十二月五日-tZrb", TN_PASSWORD_BIRTHDAY },
		{ "kq-dec5-tZrbujdg", TN_PASSWORD_BIRTHDAY },
	};

	expect_rows(&xiaoming, rows, TN_ARRAY_LEN(rows));
	expect_rows(&luli, of_luli, TN_ARRAY_LEN(of_luli));
}

Test(password_person, six_digits_of_the_telephone_number_are_too_many_CI_3_1)
{
	static const struct row rows[] = {
		{ "kq-13824615790-Z", TN_PASSWORD_PHONE },
		{ "kq-138-2461-5790", TN_PASSWORD_PHONE },
		{ "kq-24615790-tZrb", TN_PASSWORD_PHONE },
		{ "kq-615790-tZrbuj", TN_PASSWORD_PHONE },
		{ "kq-097516-tZrbuj", TN_PASSWORD_PHONE }, /* backwards */
		{ "kq-138246-tZrbuj", TN_PASSWORD_PHONE },
		{ "kq-@$^!%&()-tZrb", TN_PASSWORD_PHONE }, /* shift */
		{ "kq-82736645-tZrb", TN_PASSWORD_PHONE },
		{ "kq-15790-tZrbujd", TN_PASSWORD_GOOD },
		{ "kq-615791-tZrbuj", TN_PASSWORD_GOOD },
	};

	expect_rows(&xiaoming, rows, TN_ARRAY_LEN(rows));
}

Test(password_person, what_is_not_known_or_no_date_does_no_harm)
{
	static const char *const days[] = { "",           "1990",
		                            "1990-13-31", "1990-00-10",
		                            "1990-01-00", "1990-01-32",
		                            "31.01.1990", "1990-01-3x",
		                            "1990-01-311" };
	static struct tn_password_words words;
	struct tn_password_person person = { .login = NULL };
	size_t i;

	tn_password_words(&person, &words);
	cr_expect_eq(words.context.count, 0);
	for (i = 0; i < TN_ARRAY_LEN(days); i++) {
		person.birthday = days[i];
		tn_password_words(&person, &words);
		cr_expect_eq(words.context.count, 0, "\"%s\"", days[i]);
	}
	person = (struct tn_password_person){ .phones = { "", "110", "x" } };
	tn_password_words(&person, &words);
	cr_expect_eq(words.context.count, 0, "too short for a number");
}

Test(password_person, everything_without_end_stays_in_bounds)
{
	static char text[4001];
	static struct tn_password_words words;
	struct tn_password_person person = { .read = tn_pinyin_read };
	size_t i;

	for (i = 0; i + 4 <= 4000; i += 4)
		memcpy(text + i, "\xe5\x90\x95 ", 4);
	person.real_name = person.department = person.organisation = text;
	person.host_name = person.login = person.staff_number = text;
	person.birthday = "1990-01-31";
	for (i = 0; i < TN_PASSWORD_PHONES_MAX; i++)
		person.phones[i] = "12345678901234567890123456789012345678901";
	tn_password_words(&person, &words);
	cr_expect_leq(words.context.count, TN_PASSWORD_WORDS_MAX);
	cr_expect_leq(words.used, sizeof(words.text));
	words.context.min_length = 8;
	cr_expect_eq(tn_password_check("tr0ut-Gleam-barge", &words.context),
	             TN_PASSWORD_GOOD);
}

/* What is longest in practice: nothing of it is left out. */
Test(password_person, there_is_room_for_all_that_a_person_has)
{
	static struct tn_password_words words;
	const struct tn_password_person person = {
		.real_name = "阿不都热依木江",
		.login = "abudureyimujiang",
		.staff_number = "CN-0000-7731425",
		.department =
		    "客户服务与信息技术运营管理中心/二线支持部/夜班组",
		.organisation =
		    "Example Holding 示例控股集团有限公司 示例科技 EXA",
		.host_name = "build-server-17.beijing.prod.example.org",
		.birthday = "1990-10-22",
		.phones = { "13824615790", "01082736645", "15912345678",
		            "02188776655", "13700000001", "18612340987" },
		.read = tn_pinyin_read,
		.plain = tn_plain_character,
	};

	tn_password_words(&person, &words);
	cr_expect_lt(words.context.count, TN_PASSWORD_WORDS_MAX, "%zu",
	             words.context.count);
	cr_expect_str_eq(words.context.words[words.context.count - 1].word,
	                 "18612340987");
}

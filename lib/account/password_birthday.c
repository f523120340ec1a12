/* A birthday as people write it. Reversed, with separators and in leet it is
   found by password_rule.c. */
#include "account/password_person.h"

#include <string.h>
#include "base/attrs.h"

#define FORM_MAX 64

/* y, m, d: two digits; Y: the year's four; M, D: without a zero before it;
   n, N: the month in English, short and long; a, b: month and day in Chinese
   figures. Whatever else stands in a form stands for itself. */
static const char *const forms[] = {
	"Ymd", "ymd", "YMD",  "yMD",  "dmY",  "dmy",   "DMY",
	"mdY", "mdy", "MDY",  "Ym",   "md",   "dm",    "Y",
	"nd",  "nD",  "dn",   "Dn",   "Nd",   "ND",    "dN",
	"DN",  "Y年M月D日", "Y年m月d日", "M月D日", "m月d日", "a月b日", "a月b",
};

static const char *const months[] = {
	"january", "february", "march",     "april",   "may",      "june",
	"july",    "august",   "september", "october", "november", "december",
};

static const char *const figures[] = { "",   "一", "二", "三", "四",
	                               "五", "六", "七", "八", "九" };

struct form {
	char text[FORM_MAX];
	size_t len;
};

static void
put(struct form *form, const char *text, size_t len)
{
	if (len >= sizeof(form->text) - form->len)
		return;
	memcpy(form->text + form->len, text, len);
	form->len += len;
	form->text[form->len] = '\0';
}

/* digits: two of them; without a zero before it. */
static void
put_short(struct form *form, const char *digits)
{
	if (digits[0] == '0')
		put(form, digits + 1, 1);
	else
		put(form, digits, 2);
}

/* 31 is 三十一, 10 is 十. */
static void
put_chinese(struct form *form, const char *digits)
{
	if (digits[0] > '1')
		put(form, figures[digits[0] - '0'],
		    strlen(figures[digits[0] - '0']));
	if (digits[0] > '0')
		put(form, "十", strlen("十"));
	put(form, figures[digits[1] - '0'],
	    strlen(figures[digits[1] - '0']));
}

/* date: YYYYMMDD. */
static void
put_letter(struct form *form, char letter, const char *date)
{
	const char *month = date + 4;
	const char *day = date + 6;
	int number = (month[0] - '0') * 10 + (month[1] - '0');
	const char *word = months[number - 1];

	switch (letter) {
	case 'Y':
		put(form, date, 4);
		break;
	case 'y':
		put(form, date + 2, 2);
		break;
	case 'm':
		put(form, month, 2);
		break;
	case 'd':
		put(form, day, 2);
		break;
	case 'M':
		put_short(form, month);
		break;
	case 'D':
		put_short(form, day);
		break;
	case 'n':
		put(form, word, 3);
		break;
	case 'N':
		put(form, word, strlen(word));
		break;
	case 'a':
		put_chinese(form, month);
		break;
	case 'b':
		put_chinese(form, day);
		break;
	default:
		put(form, &letter, 1);
		break;
	}
}

/* YYYY-MM-DD as eight digits; false for anything else. */
static bool
read_date(const char *birthday, char ret[9])
{
	static const char pattern[] = "0000-00-00";
	size_t len = 0;
	size_t i;

	if (strlen(birthday) != sizeof(pattern) - 1)
		return false;
	for (i = 0; pattern[i] != '\0'; i++) {
		if (pattern[i] == '-' && birthday[i] == '-')
			continue;
		if (birthday[i] < '0' || birthday[i] > '9' || pattern[i] == '-')
			return false;
		ret[len++] = birthday[i];
	}
	ret[len] = '\0';
	return strncmp(ret + 4, "01", 2) >= 0 &&
	       strncmp(ret + 4, "12", 2) <= 0 &&
	       strncmp(ret + 6, "01", 2) >= 0 && strncmp(ret + 6, "31", 2) <= 0;
}

void
tn_password_add_birthday(struct tn_password_words *words, const char *birthday)
{
	char date[9];
	size_t i;

	if (!read_date(birthday, date))
		return;
	for (i = 0; i < TN_ARRAY_LEN(forms); i++) {
		struct form form = { .len = 0 };
		const char *at;

		for (at = forms[i]; *at != '\0'; at++)
			put_letter(&form, *at, date);
		/* Three digits are in too much that is nobody's birthday. */
		tn_password_add(words, form.text, 4, TN_PASSWORD_BIRTHDAY);
	}
}

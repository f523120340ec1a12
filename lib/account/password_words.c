#include "account/password_rule.h"

#include <string.h>
#include "base/attrs.h"

struct words {
	const char *english;
	const char *chinese;
};

static const struct words words[TN_PASSWORD_FAULT_COUNT] = {
	[TN_PASSWORD_GOOD] = { "it is good", "密码符合要求" },
	[TN_PASSWORD_TOO_SHORT] = { "it is too short", "密码太短" },
	[TN_PASSWORD_TOO_LONG] = { "it is too long", "密码太长" },
	[TN_PASSWORD_CHARACTERS] = { "it contains characters that cannot be "
	                             "used",
	                             "密码含有不能使用的字符" },
	[TN_PASSWORD_NAME] = { "it contains your name in pinyin or in Chinese",
	                       "密码含有您的姓名或姓名拼音" },
	[TN_PASSWORD_LOGIN] = { "it contains your login name",
	                        "密码含有您的登录名" },
	[TN_PASSWORD_STAFF_NUMBER] = { "it contains your staff number",
	                               "密码含有您的工号" },
	[TN_PASSWORD_DEPARTMENT] = { "it contains the name of your department",
	                             "密码含有您的部门名称" },
	[TN_PASSWORD_ORGANISATION] = { "it contains the name of the "
	                               "organisation",
	                               "密码含有单位名称" },
	[TN_PASSWORD_HOST] = { "it contains the name of this host",
	                       "密码含有本机名称" },
	[TN_PASSWORD_BIRTHDAY] = { "it contains your birthday",
	                           "密码含有您的生日" },
	[TN_PASSWORD_PHONE] = { "it contains your telephone number",
	                        "密码含有您的电话号码" },
	[TN_PASSWORD_REPEATS] = { "it is mostly repetition",
	                          "密码大部分由重复字符组成" },
	[TN_PASSWORD_SEQUENCE] = { "it is mostly a sequence or a row of keys",
	                           "密码大部分由连续字符或相邻按键组成" },
	[TN_PASSWORD_COMMON] = { "it is mostly common words, dates or figures",
	                         "密码大部分由常见词、日期或数字组成" },
	[TN_PASSWORD_LEAKED] = { "it is on a list of leaked passwords, which "
	                         "attackers try first",
	                         "密码在已泄露密码名单中，攻击者会首先尝试" },
	[TN_PASSWORD_OLD] = { "it is too much like the old one",
	                      "密码与旧密码过于相似" },
	[TN_PASSWORD_DICTIONARY] = { "it is too easy to guess (dictionary)",
	                             "密码过于简单(字典可查)" },
	[TN_PASSWORD_HISTORY] = { "it was used before", "密码曾经使用过" },
};

const char *
tn_password_fault_words(enum tn_password_fault fault)
{
	if ((size_t)fault >= TN_ARRAY_LEN(words))
		return "it is not accepted";
	return words[fault].english;
}

const char *
tn_password_fault_words_zh(enum tn_password_fault fault)
{
	if ((size_t)fault >= TN_ARRAY_LEN(words))
		return "密码不符合要求";
	return words[fault].chinese;
}

enum tn_password_fault
tn_password_fault_of_words(const char *text)
{
	size_t i;

	for (i = TN_PASSWORD_GOOD + 1; i < TN_ARRAY_LEN(words); i++) {
		if (strstr(text, words[i].english) != NULL)
			return (enum tn_password_fault)i;
	}
	return TN_PASSWORD_GOOD;
}

#include "login_name.h"

#include <stdio.h>
#include <string.h>

#include "account/serve_rule.h"

int
login_name(const char *pinyin, login_name_taken *taken, const void *context,
           char ret[LOGIN_NAME_MAX + 1], struct tn_err *err)
{
	char login[LOGIN_NAME_MAX + 1];
	char number[8] = "";
	unsigned int i;

	for (i = 1; i <= LOGIN_NAME_NUMBERS; i++) {
		int stem;

		if (i > 1)
			snprintf(number, sizeof(number), "%u", i);
		stem = LOGIN_NAME_MAX - (int)strlen(number);
		snprintf(login, sizeof(login), "%.*s%s", stem, pinyin, number);
		if (!tn_login_is_valid(login))
			return tn_fail(err, TN_E_INVALID,
			               "\"%.64s\" makes no login", pinyin);
		if (tn_name_is_reserved(login) || taken(context, login))
			continue;
		memcpy(ret, login, sizeof(login));
		return TN_OK;
	}
	return tn_fail(err, TN_E_EXISTS, "%.20s and %d numbers are taken",
	               pinyin, LOGIN_NAME_NUMBERS);
}

/*
 * slapd's check_password module (pwdCheckModule): every client of the
 * directory meets the rules that need no person: length, repeats, sequences,
 * common words (policy CI-3.1, IS-5). What needs the person (name, pinyin,
 * department, host) is checked by who knows it, tenured.
 *
 *	pwdCheckModule: /usr/lib/.../tenure_check_password.so
 *	pwdCheckModuleArg: min_length=12
 *
 * Without an argument the least length is MIN_LENGTH. An argument that cannot
 * be read refuses every password: a typing error must not weaken the rules.
 *
 * The interface is that of OpenLDAP 2.5; 2.6 hands a buffer instead of *words.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <lber.h>
#include "account/password_rule.h"
#include "base/attrs.h"
#include "base/text.h"

#define MIN_LENGTH 10 /* as min_length in tenure.conf is shipped */
#define ARGUMENT   "min_length="

struct slapd_entry;

/* 0: good. Else *words is what the client is told; slapd frees it. */
int check_password(char *password, char **words, struct slapd_entry *entry,
                   struct berval *argument);

static bool
read_min_length(const struct berval *argument, size_t *ret)
{
	const size_t name_len = sizeof(ARGUMENT) - 1;
	unsigned long long number;
	char text[sizeof(ARGUMENT) + 8];

	if (argument == NULL || argument->bv_val == NULL ||
	    argument->bv_len == 0) {
		*ret = MIN_LENGTH;
		return true;
	}
	if (argument->bv_len >= sizeof(text))
		return false;
	memcpy(text, argument->bv_val, argument->bv_len);
	text[argument->bv_len] = '\0';
	if (strncmp(text, ARGUMENT, name_len) != 0 ||
	    !tn_text_to_u64(text + name_len, TN_PASSWORD_MAX, &number))
		return false;
	*ret = (size_t)number;
	return true;
}

TN_EXPORT int
check_password(char *password, char **words,
               struct slapd_entry *entry TN_UNUSED, struct berval *argument)
{
	struct tn_password_context context = { .count = 0 };
	enum tn_password_fault fault;
	const char *why;

	if (!read_min_length(argument, &context.min_length)) {
		why = "the server's pwdCheckModuleArg cannot be read";
	} else {
		fault = tn_password_check(password, &context);
		if (fault == TN_PASSWORD_GOOD)
			return 0;
		why = tn_password_fault_words(fault);
	}
	if (words != NULL)
		*words = strdup(why);
	return 1;
}

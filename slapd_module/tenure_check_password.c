/*
 * slapd's check_password module (pwdCheckModule): every client of the
 * directory meets the rules of account/password_rule.h, with what the person's
 * entry says (name and its pinyin, login, staff number, department, birthday,
 * telephone), and the file of leaked passwords (policy CI-3.1, IS-5). Only the
 * host's name, the old password and cracklib's dictionary are left to tenured:
 * slapd hands over neither, and cracklib is not safe in its threads.
 *
 * min_length, organisation and leaked_passwords are those of tenure.conf on
 * this server, which is read for each password. Where it cannot be read every
 * password is refused: a policy that is missing denies.
 *
 *	pwdCheckModule: /usr/lib/.../tenure_check_password.so
 *	pwdCheckModuleArg: min_length=12 config=/etc/tenure/tenure.conf
 *
 * Both words may be left out; min_length is then tenure.conf's. An argument
 * that cannot be read refuses every password: a typing error must not weaken
 * the rules.
 *
 * The interface is that of OpenLDAP 2.5; 2.6 hands a buffer instead of *words.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <lber.h>
#include "account/account.h"
#include "account/password_person.h"
#include "base/attrs.h"
#include "base/text.h"
#include "config/config.h"
#include "leaked/leaked.h"
#include "pinyin/pinyin.h"
#include "pinyin/plain_character.h"
#include "slapd_entry.h"

#define ARGUMENT_MAX 512
#define VALUE_MAX    320 /* what is longer is no password either */

/* 0: good. Else *words is what the client is told; slapd frees it. */
int check_password(char *password, char **words, struct slapd_entry *entry,
                   struct berval *argument);

struct argument {
	char text[ARGUMENT_MAX];
	const char *config;
	size_t min_length; /* 0: tenure.conf's */
};

/* The attributes of a person that a password may not hold, and who they are. */
struct values {
	char name[VALUE_MAX];
	char login[VALUE_MAX];
	char staff_number[VALUE_MAX];
	char department[VALUE_MAX];
	char birthday[VALUE_MAX];
	char phone[TN_PASSWORD_PHONES_MAX][VALUE_MAX];
};

static bool
read_word(struct argument *argument, const char *word)
{
	static const char length[] = "min_length=";
	static const char config[] = "config=";
	unsigned long long number = 0;

	if (strncmp(word, config, sizeof(config) - 1) == 0) {
		argument->config = word + sizeof(config) - 1;
		return argument->config[0] == '/';
	}
	if (strncmp(word, length, sizeof(length) - 1) != 0 ||
	    !tn_text_to_u64(word + sizeof(length) - 1, TN_PASSWORD_MAX,
	                    &number) ||
	    number == 0)
		return false;
	argument->min_length = (size_t)number;
	return true;
}

static bool
read_argument(const struct berval *given, struct argument *ret)
{
	char *at;
	char *end;

	*ret = (struct argument){ .config = TN_CONFIG_PATH };
	if (given == NULL || given->bv_val == NULL || given->bv_len == 0)
		return true;
	if (given->bv_len >= sizeof(ret->text))
		return false;
	memcpy(ret->text, given->bv_val, given->bv_len);
	ret->text[given->bv_len] = '\0';
	for (at = ret->text; *at != '\0'; at = end) {
		end = at + strcspn(at, " ");
		while (*end == ' ')
			*end++ = '\0';
		if (!read_word(ret, at))
			return false;
	}
	return true;
}

static void
read_values(const struct slapd_entry *entry, struct values *ret)
{
	static const char *const phones[] = { "mobile", "telephoneNumber",
		                              "homePhone" };
	size_t count = 0;
	size_t i;

	memset(ret, 0, sizeof(*ret));
	(void)tn_slapd_entry_value(entry, "cn", 0, ret->name, VALUE_MAX);
	(void)tn_slapd_entry_value(entry, "uid", 0, ret->login, VALUE_MAX);
	(void)tn_slapd_entry_value(entry, "employeeNumber", 0,
	                           ret->staff_number, VALUE_MAX);
	(void)tn_slapd_entry_value(entry, "departmentNumber", 0,
	                           ret->department, VALUE_MAX);
	(void)tn_slapd_entry_value(entry, "tenureBirthday", 0, ret->birthday,
	                           VALUE_MAX);
	for (i = 0; i < TN_ARRAY_LEN(phones); i++) {
		unsigned int index;

		for (index = 0; index < 2 && count < TN_PASSWORD_PHONES_MAX;
		     index++)
			count += (size_t)tn_slapd_entry_value(
			    entry, phones[i], index, ret->phone[count],
			    VALUE_MAX);
	}
}

/* A file that cannot be read refuses nobody (tenure-leaked(5) says why). */
static bool
is_leaked(const char *path, const char *password)
{
	struct tn_err err = TN_ERR_INIT;
	bool found = false;

	if (path[0] != '\0' &&
	    tn_leaked_find(path, password, &found, &err) != TN_OK)
		syslog(LOG_WARNING, "leaked passwords are not looked for: %s",
		       err.text);
	return found;
}

static enum tn_password_fault
judge(const char *password, const struct slapd_entry *entry,
      const struct argument *argument, const struct tn_config *config)
{
	struct tn_password_words words;
	struct values values;
	struct tn_password_person person;
	enum tn_password_fault fault;
	size_t i;

	read_values(entry, &values);
	person = (struct tn_password_person){
		.is_service = values.staff_number[0] == '\0',
		.real_name = values.name,
		.login = values.login,
		.staff_number = values.staff_number,
		.department = values.department,
		.organisation = config->organisation,
		.birthday = values.birthday,
		.read = tn_pinyin_read,
		.plain = tn_plain_character,
	};
	for (i = 0; i < TN_PASSWORD_PHONES_MAX; i++)
		person.phones[i] = values.phone[i];
	tn_password_words(&person, &words);
	words.context.min_length = argument->min_length != 0
	                               ? argument->min_length
	                               : (size_t)config->min_length;
	fault = tn_password_check(password, &words.context);
	if (fault == TN_PASSWORD_GOOD &&
	    is_leaked(config->leaked_passwords, password))
		fault = TN_PASSWORD_LEAKED;
	/* Birthday and telephone are nobody's business here any more. */
	explicit_bzero(&words, sizeof(words));
	explicit_bzero(&values, sizeof(values));
	return fault;
}

TN_EXPORT int
check_password(char *password, char **words, struct slapd_entry *entry,
               struct berval *argument)
{
	enum tn_password_fault fault;
	struct tn_config *config = NULL;
	struct tn_err err = TN_ERR_INIT;
	struct argument read;
	const char *why = NULL;

	if (!read_argument(argument, &read)) {
		why = "the server's pwdCheckModuleArg cannot be read";
	} else if (tn_config_read(read.config, &config, &err) != TN_OK) {
		syslog(LOG_ERR, "every password is refused: %s", err.text);
		why = "the server's tenure.conf cannot be read";
	} else {
		fault = judge(password, entry, &read, config);
		tn_config_free(config);
		if (fault == TN_PASSWORD_GOOD)
			return 0;
		why = tn_password_fault_words(fault);
	}
	if (words != NULL)
		*words = strdup(why);
	return 1;
}

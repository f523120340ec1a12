#include <config.h>

#include "password_check.h"

#include <pthread.h>
#include <pwquality.h>
#include <string.h>
#include "base/log.h"
#include "leaked/leaked.h"
#include "pinyin/pinyin.h"
#include "pinyin/plain_character.h"

void
tn_person_words(const struct tn_account *account,
                const struct tn_config *config, struct tn_password_words *ret)
{
	const struct tn_password_person person = {
		.is_service = account->kind != TN_KIND_PERSON,
		.real_name = account->real_name,
		.login = account->login,
		.staff_number = account->staff_number,
		.department = account->department,
		.organisation = config->organisation,
		.host_name = config->host_name,
		.read = tn_pinyin_read,
		.plain = tn_plain_character,
	};

	tn_password_words(&person, ret);
	ret->context.min_length = (size_t)config->min_length;
}

static enum tn_password_fault
fault_of(int code, const char *detail)
{
	static bool told;

	switch (code) {
	case PWQ_ERROR_MIN_LENGTH:
		return TN_PASSWORD_TOO_SHORT;
	case PWQ_ERROR_USER_CHECK:
		return TN_PASSWORD_LOGIN;
	case PWQ_ERROR_PALINDROME:
		return TN_PASSWORD_REPEATS;
	case PWQ_ERROR_SAME_PASSWORD:
	case PWQ_ERROR_CASE_CHANGES_ONLY:
	case PWQ_ERROR_TOO_SIMILAR:
	case PWQ_ERROR_ROTATED:
		return TN_PASSWORD_OLD;
	case PWQ_ERROR_CRACKLIB_CHECK:
		/* Without its dictionary cracklib refuses everything. Our own
		   rules stand; nobody is locked out of a change. */
		if (detail != NULL && strstr(detail, "dictionary") != NULL &&
		    strstr(detail, "error loading") != NULL) {
			if (!told)
				tn_log_warning("cracklib: %s", detail);
			told = true;
			return TN_PASSWORD_GOOD;
		}
		return TN_PASSWORD_DICTIONARY;
	default:
		return TN_PASSWORD_DICTIONARY;
	}
}

/*
 * cracklib leaves the last password that it saw in its own memory: as it is,
 * reversed, in lower case, without its signs. So it is shown two more of the
 * greatest length that it looks at: one has every sign, which is what its rules
 * ask for, the other is as long as can be without signs.
 */
static void
cover_traces(pwquality_settings_t *settings)
{
	static const size_t seen =
	    255; /* of longer ones cracklib sees so many */
	char other[256];
	void *aux = NULL;
	size_t i;

	for (i = 0; i < seen; i++)
		other[i] = (char)('!' + (i * 37 + i / 94 * 11) % 94);
	other[seen] = '\0';
	(void)pwquality_check(settings, other, NULL, NULL, &aux);
	for (i = 0; i < seen; i++)
		other[i] = (char)('a' + (i * 7 + i / 26 * 5) % 26);
	other[0] = '-';
	(void)pwquality_check(settings, other, NULL, NULL, &aux);
}

/* cracklib keeps its state in one place for all. */
static enum tn_password_fault
ask_cracklib(const char *password, const char *old, const char *login,
             int min_length)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	enum tn_password_fault fault = TN_PASSWORD_GOOD;
	pwquality_settings_t *settings;
	const char *detail = NULL;
	void *aux = NULL;
	int code;

	(void)pthread_mutex_lock(&mutex);
	settings = pwquality_default_settings();
	if (settings == NULL) {
		fault = TN_PASSWORD_DICTIONARY;
		goto out;
	}
	(void)pwquality_set_int_value(settings, PWQ_SETTING_MIN_LENGTH,
	                              min_length);
	code = pwquality_check(settings, password, old, login, &aux);
	if (code == PWQ_ERROR_CRACKLIB_CHECK)
		detail = aux;
	if (code < 0)
		fault = fault_of(code, detail);
	cover_traces(settings);
	pwquality_free_settings(settings);
out:
	(void)pthread_mutex_unlock(&mutex);
	return fault;
}

/* A file that cannot be read refuses nobody: it is the smaller harm that a
   leaked password passes once more than that nobody on this host can change
   one. It is logged each time, and doctor complains. */
static enum tn_password_fault
ask_leaked(const char *password, const char *path)
{
	struct tn_err err = TN_ERR_INIT;
	bool is_leaked = false;

	if (path == NULL || path[0] == '\0')
		return TN_PASSWORD_GOOD;
	if (tn_leaked_find(path, password, &is_leaked, &err) != TN_OK)
		tn_log_err("leaked passwords are not looked for", &err);
	return is_leaked ? TN_PASSWORD_LEAKED : TN_PASSWORD_GOOD;
}

enum tn_password_fault
tn_new_password_check(const char *password, const char *old,
                      const struct tn_account *account,
                      const struct tn_config *config)
{
	struct tn_password_words words;
	enum tn_password_fault fault;

	tn_person_words(account, config, &words);
	words.context.old = old;
	fault = tn_password_check(password, &words.context);
	if (fault == TN_PASSWORD_GOOD)
		fault = ask_leaked(password, config->leaked_passwords);
	if (fault == TN_PASSWORD_GOOD)
		fault = ask_cracklib(password, old, account->login,
		                     config->min_length);
	return fault;
}

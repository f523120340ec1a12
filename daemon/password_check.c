#include <config.h>

#include "password_check.h"

#include <pthread.h>
#include <pwquality.h>
#include <string.h>
#include "base/log.h"
#include "base/text.h"
#include "pinyin/pinyin.h"

/* A syllable of less is part of too much that is nobody's name. */
#define SYLLABLE_MIN 4
#define INITIALS_MIN 3

/* Keeps a copy of word; what does not fit any more is left out. */
static void
add_word(struct tn_person_words *words, const char *word, size_t min,
         enum tn_password_fault fault)
{
	struct tn_password_context *context = &words->context;
	size_t len;

	if (word == NULL || (len = strlen(word)) < min ||
	    context->count >= TN_PASSWORD_WORDS_MAX ||
	    len + 1 > sizeof(words->text) - words->used)
		return;
	memcpy(words->text + words->used, word, len + 1);
	context->words[context->count++] =
	    (struct tn_password_word){ .word = words->text + words->used,
		                       .fault = fault };
	words->used += len + 1;
}

static bool
put(char *text, size_t size, const char *more)
{
	size_t at = strlen(text);

	return tn_text_copy(text + at, size - at, more);
}

/* ü is written u, v or yu: 吕 is lu, lv, lyu; 女 nu, nv, nyu. */
static bool
put_syllable(char *text, size_t size, const char *syllable, const char *umlaut)
{
	char first[2] = { syllable[0], '\0' };

	if (umlaut == NULL || (syllable[0] != 'l' && syllable[0] != 'n') ||
	    syllable[1] != 'u' ||
	    (syllable[2] != '\0' && strcmp(syllable + 2, "e") != 0))
		return put(text, size, syllable);
	return put(text, size, first) && put(text, size, umlaut) &&
	       put(text, size, syllable + 2);
}

/* Surname first and surname last: wangxiaoming, xiaomingwang. */
static void
add_joined(struct tn_person_words *words, const struct tn_pinyin *pinyin,
           const char *umlaut)
{
	char forth[TN_PINYIN_TEXT_MAX + 64] = "";
	char back[TN_PINYIN_TEXT_MAX + 64] = "";
	bool fits = true;
	size_t i;

	for (i = 0; fits && i < pinyin->count; i++)
		fits = put_syllable(forth, sizeof(forth), pinyin->syllable[i],
		                    umlaut);
	for (i = 1; fits && i <= pinyin->count; i++)
		fits =
		    put_syllable(back, sizeof(back),
		                 pinyin->syllable[i % pinyin->count], umlaut);
	if (!fits)
		return;
	add_word(words, forth, INITIALS_MIN, TN_PASSWORD_NAME);
	if (pinyin->count > 1) {
		add_word(words, back, INITIALS_MIN, TN_PASSWORD_NAME);
		/* The given name alone. */
		if (strlen(back) > strlen(pinyin->syllable[0]))
			back[strlen(back) - strlen(pinyin->syllable[0])] = '\0';
		add_word(words, back, SYLLABLE_MIN, TN_PASSWORD_NAME);
	}
}

static void
add_pinyin(struct tn_person_words *words, const char *real_name)
{
	struct tn_err err = TN_ERR_INIT;
	struct tn_pinyin pinyin;
	size_t i;

	if (tn_pinyin(real_name, &pinyin, &err) != TN_OK) {
		tn_log_debug("no pinyin: %s", err.text);
		return;
	}
	add_joined(words, &pinyin, NULL);
	if (strstr(pinyin.joined, "lu") != NULL ||
	    strstr(pinyin.joined, "nu") != NULL) {
		add_joined(words, &pinyin, "v");
		add_joined(words, &pinyin, "yu");
	}
	for (i = 0; i < pinyin.count; i++)
		add_word(words, pinyin.syllable[i], SYLLABLE_MIN,
		         TN_PASSWORD_NAME);
	add_word(words, pinyin.initials, INITIALS_MIN, TN_PASSWORD_NAME);
}

/* Each word of a text that is parted by blanks, commas or points. */
static void
add_parts(struct tn_person_words *words, const char *text,
          enum tn_password_fault fault)
{
	static const char parting[] = " \t,;./_-";
	char part[TN_DEPARTMENT_MAX + 1];
	size_t len;

	if (text == NULL)
		return;
	add_word(words, text, INITIALS_MIN, fault);
	while (*text != '\0') {
		len = strcspn(text, parting);
		if (len >= SYLLABLE_MIN && len < sizeof(part)) {
			memcpy(part, text, len);
			part[len] = '\0';
			add_word(words, part, SYLLABLE_MIN, fault);
		}
		text += len;
		text += strspn(text, parting);
	}
}

void
tn_person_words(const struct tn_account *account,
                const struct tn_config *config, struct tn_person_words *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->context.min_length = (size_t)config->min_length;
	/* A Chinese name of two characters has six bytes. */
	add_word(ret, account->real_name, INITIALS_MIN, TN_PASSWORD_NAME);
	if (account->kind == TN_KIND_PERSON)
		add_pinyin(ret, account->real_name);
	add_word(ret, account->login, INITIALS_MIN, TN_PASSWORD_LOGIN);
	add_word(ret, account->staff_number, INITIALS_MIN,
	         TN_PASSWORD_STAFF_NUMBER);
	add_parts(ret, account->department, TN_PASSWORD_DEPARTMENT);
	add_parts(ret, config->organisation, TN_PASSWORD_ORGANISATION);
	add_parts(ret, config->host_name, TN_PASSWORD_HOST);
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
	case PWQ_ERROR_SAME_PASSWORD:
	case PWQ_ERROR_PALINDROME:
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
	pwquality_free_settings(settings);
out:
	(void)pthread_mutex_unlock(&mutex);
	return fault;
}

enum tn_password_fault
tn_new_password_check(const char *password, const char *old,
                      const struct tn_account *account,
                      const struct tn_config *config)
{
	struct tn_person_words words;
	enum tn_password_fault fault;

	tn_person_words(account, config, &words);
	words.context.old = old;
	fault = tn_password_check(password, &words.context);
	if (fault == TN_PASSWORD_GOOD)
		fault = ask_cracklib(password, old, account->login,
		                     config->min_length);
	return fault;
}

#include "person_password.h"

#include <string.h>

#include "pinyin/pinyin.h"
#include "pinyin/plain_character.h"

#define TRIES 1000 /* one of some hundred is thrown away: this is never */

struct judged {
	const struct tn_password_context *context;
	enum tn_password_fault fault;
};

static int
judge(const char *data, size_t len TN_UNUSED, void *arg)
{
	struct judged *judged = arg;

	judged->fault = tn_password_check(data, judged->context);
	return TN_OK;
}

int
person_password(const struct tn_config *config,
                const struct tn_password_person *person, size_t length,
                struct tn_secret **ret, struct tn_err *err)
{
	struct tn_password_person known = *person;
	struct tn_password_words words;
	struct judged judged = { .context = &words.context };
	struct tn_secret *password = NULL;
	int tries;
	int r = TN_OK;

	known.organisation = config->organisation;
	known.read = tn_pinyin_read;
	known.plain = tn_plain_character;
	tn_password_words(&known, &words);
	words.context.min_length = (size_t)config->min_length;
	for (tries = 0; tries < TRIES; tries++) {
		judged.fault = TN_PASSWORD_COMMON;
		(void)((r = tn_secret_random_password(length, &password, err)) ||
		       (r = tn_secret_use(password, judge, &judged)));
		if (r || judged.fault == TN_PASSWORD_GOOD)
			break;
		tn_secret_freep(&password);
	}
	if (!r && !password)
		r = tn_fail(err, TN_E_RULE,
		            "no password of %zu characters is without what is "
		            "known of %s",
		            length, person->login);
	if (r)
		tn_secret_freep(&password);
	else
		*ret = password;
	return r;
}

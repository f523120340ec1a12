#include "account/account.h"

#include <string.h>
#include "base/attrs.h"

struct word {
	unsigned int value;
	const char *text;
};

static const struct word status_words[] = {
	{ TN_STATUS_ACTIVE, "active" },
	{ TN_STATUS_LEAK, "leak" },
	{ TN_STATUS_DEPARTED, "departed" },
	{ TN_STATUS_SUSPENDED, "suspended" },
};

static const struct word lock_words[] = {
	{ TN_LOCK_LEAK, "leak" },
	{ TN_LOCK_DEPARTURE, "departure" },
	{ TN_LOCK_SUSPENSION, "suspension" },
};

static unsigned int
value_of(const struct word *words, size_t count, const char *text)
{
	size_t i;

	for (i = 0; text != NULL && i < count; i++) {
		if (strcmp(words[i].text, text) == 0)
			return words[i].value;
	}
	return 0;
}

static const char *
text_of(const struct word *words, size_t count, unsigned int value)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (words[i].value == value)
			return words[i].text;
	}
	return "unknown";
}

enum tn_status
tn_status_from_text(const char *text)
{
	return (enum tn_status)value_of(status_words,
	                                TN_ARRAY_LEN(status_words), text);
}

const char *
tn_status_text(enum tn_status status)
{
	return text_of(status_words, TN_ARRAY_LEN(status_words), status);
}

unsigned int
tn_lock_kind_from_text(const char *text)
{
	return value_of(lock_words, TN_ARRAY_LEN(lock_words), text);
}

const char *
tn_lock_kind_text(enum tn_lock_kind kind)
{
	return text_of(lock_words, TN_ARRAY_LEN(lock_words), kind);
}

#include "account/account.h"

#include <stdlib.h>
#include <string.h>
#include "base/attrs.h"

/* Where the texts of a record stand in it: one list for init and copy. */
static const size_t account_texts[] = {
	offsetof(struct tn_account, dn),
	offsetof(struct tn_account, login),
	offsetof(struct tn_account, real_name),
	offsetof(struct tn_account, staff_number),
	offsetof(struct tn_account, home),
	offsetof(struct tn_account, shell),
	offsetof(struct tn_account, department),
	offsetof(struct tn_account, language),
	offsetof(struct tn_account, owner),
	offsetof(struct tn_account, reason),
	offsetof(struct tn_account, application),
	offsetof(struct tn_account, keys),
	offsetof(struct tn_account, reset_by),
};

static const size_t lock_texts[] = {
	offsetof(struct tn_lock, staff_number),
	offsetof(struct tn_lock, name),
	offsetof(struct tn_lock, reason),
};

static const char *
text_at(const void *record, size_t offset)
{
	const char *text;

	memcpy(&text, (const char *)record + offset, sizeof(text));
	return text != NULL ? text : "";
}

static void
set_text_at(void *record, size_t offset, const char *text)
{
	memcpy((char *)record + offset, &text, sizeof(text));
}

/* Copies text to *at and moves *at behind its NUL. */
static const char *
put_text(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	char *start = *at;

	memcpy(start, text, size);
	*at += size;
	return start;
}

/* A copy of size bytes whose texts stand behind them, or NULL. */
static void *
dup_record(const void *src, size_t size, const size_t *texts, size_t count)
{
	size_t total = size;
	char *copy;
	char *at;
	size_t i;

	for (i = 0; i < count; i++)
		total += strlen(text_at(src, texts[i])) + 1;
	copy = malloc(total);
	if (copy == NULL)
		return NULL;
	memcpy(copy, src, size);
	at = copy + size;
	for (i = 0; i < count; i++)
		set_text_at(copy, texts[i],
		            put_text(&at, text_at(src, texts[i])));
	return copy;
}

void
tn_account_init(struct tn_account *account)
{
	size_t i;

	*account = (struct tn_account){
		.start_day = TN_DAY_NONE,
		.end_day = TN_DAY_NONE,
		.created = TN_TIME_NONE,
		.changed = TN_TIME_NONE,
		.password_changed = TN_TIME_NONE,
		.initial_deadline = TN_TIME_NONE,
		.reset_time = TN_TIME_NONE,
		.policy_locked = TN_TIME_NONE,
		.policy_end = TN_TIME_NONE,
		.policy_start = TN_TIME_NONE,
	};
	for (i = 0; i < TN_ARRAY_LEN(account_texts); i++)
		set_text_at(account, account_texts[i], "");
}

int
tn_account_dup(const struct tn_account *src, struct tn_account **ret,
               struct tn_err *err)
{
	struct tn_account *copy = dup_record(src, sizeof(*src), account_texts,
	                                     TN_ARRAY_LEN(account_texts));

	if (copy == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	*ret = copy;
	return TN_OK;
}

int
tn_lock_dup(const struct tn_lock *src, struct tn_lock **ret, struct tn_err *err)
{
	struct tn_lock *copy =
	    dup_record(src, sizeof(*src), lock_texts, TN_ARRAY_LEN(lock_texts));

	if (copy == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	*ret = copy;
	return TN_OK;
}

int
tn_group_dup(const struct tn_group *src, struct tn_group **ret,
             struct tn_err *err)
{
	const char *name = src->name != NULL ? src->name : "";
	size_t total = sizeof(*src) + strlen(name) + 1;
	struct tn_group *copy;
	const char **members;
	char *at;
	size_t i;

	if (src->count > (PTRDIFF_MAX - total) / sizeof(*members))
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	total += src->count * sizeof(*members);
	for (i = 0; i < src->count; i++)
		total += strlen(src->members[i]) + 1;
	copy = malloc(total);
	if (copy == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	*copy = *src;
	/* The struct ends where a pointer may begin: it holds some itself. */
	members = (const char **)(copy + 1);
	at = (char *)(members + src->count);
	copy->name = put_text(&at, name);
	for (i = 0; i < src->count; i++)
		members[i] = put_text(&at, src->members[i]);
	copy->members = members;
	*ret = copy;
	return TN_OK;
}

void
tn_account_free(struct tn_account *account)
{
	free(account);
}

void
tn_group_free(struct tn_group *group)
{
	free(group);
}

void
tn_lock_free(struct tn_lock *lock)
{
	free(lock);
}

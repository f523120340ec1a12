/*
 * What the hosts say of a leak (docs/directory.md, "What a host did of a
 * lock"). It is their own word and anybody's who rules one: what makes no sense
 * is no answer. Of two values of one host the later one counts.
 */
#include "leak_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "directory/entry.h"
#include "directory/search.h"

#define REPORTS    "cn=tenure-reports"
#define HOSTS_MAX  100000
#define LOGIN_LINE 512
#define LOGINS_MAX 1000

/* The word behind " NAME=", up to the next blank; false where it is not there
   or does not fit. */
static bool
word_of(const char *line, const char *name, char *ret, size_t size)
{
	const size_t len = strlen(name);
	const char *at = line;

	while ((at = strchr(at, ' '))) {
		at++;
		if (!strncmp(at, name, len) && at[len] == '=') {
			size_t count = strcspn(at + len + 1, " ");

			if (count >= size)
				return false;
			memcpy(ret, at + len + 1, count);
			ret[count] = '\0';
			return true;
		}
	}
	return false;
}

static int64_t
number_of(const char *line, const char *name)
{
	unsigned long long number;
	char word[24];
	const char *digits = word;

	if (!word_of(line, name, word, sizeof(word)))
		return TN_TIME_NONE;
	/* Clocks differ: a little before the lock is at once. */
	if (*word == '-' && word[1])
		return tn_text_to_u64(word + 1, 1000000000, &number)
		           ? 0
		           : TN_TIME_NONE;
	return tn_text_to_u64(digits, UINT32_MAX, &number) ? (int64_t)number
	                                                   : TN_TIME_NONE;
}

/* Which of the case's locks does the line begin with? */
static const struct leak_lock *
lock_of(const struct leak_case *leak, const char *line)
{
	const size_t len = strcspn(line, " ");
	size_t i;

	for (i = 0; i < leak->lock_count; i++)
		if (strlen(leak->locks[i].name) == len &&
		    !strncmp(leak->locks[i].name, line, len))
			return &leak->locks[i];
	return NULL;
}

static struct leak_effect *
effect_of(struct leak_case *leak, const char *host, struct tn_err *err)
{
	struct leak_effect *more;
	size_t i;

	for (i = 0; i < leak->effect_count; i++)
		if (!strcmp(leak->effects[i].host, host))
			return &leak->effects[i];
	if (leak->effect_count == HOSTS_MAX) {
		tn_fail(err, TN_E_LIMIT, "too many hosts");
		return NULL;
	}
	more =
	    reallocarray(leak->effects, leak->effect_count + 1, sizeof(*more));
	if (!more) {
		tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		return NULL;
	}
	leak->effects = more;
	more += leak->effect_count++;
	*more = (struct leak_effect){ .seen = TN_TIME_NONE,
		                      .finished = TN_TIME_NONE,
		                      .ended = TN_TIME_NONE,
		                      .left = TN_TIME_NONE };
	(void)tn_text_copy(more->host, sizeof(more->host), host);
	return more;
}

static int
take_effect(struct leak_case *leak, const char *host, const char *line,
            struct tn_err *err)
{
	const struct leak_lock *lock = lock_of(leak, line);
	struct leak_effect *effect;
	int64_t seen;

	if (!lock)
		return TN_OK;
	effect = effect_of(leak, host, err);
	if (!effect)
		return err ? err->code : TN_E_NO_MEMORY;
	seen = number_of(line, "seen");
	effect->is_answer = true;
	/* Several locks: the person was shut by the first that worked. */
	if (seen != TN_TIME_NONE &&
	    (effect->seen == TN_TIME_NONE || seen < effect->seen))
		effect->seen = seen;
	if (number_of(line, "finished") > effect->finished)
		effect->finished = number_of(line, "finished");
	if (number_of(line, "ended") > effect->ended)
		effect->ended = number_of(line, "ended");
	effect->left = number_of(line, "left");
	(void)tn_text_copy(effect->lock, sizeof(effect->lock), lock->name);
	return TN_OK;
}

static int
take_login(struct leak_case *leak, const char *host, const char *line,
           struct tn_err *err)
{
	char text[LOGIN_LINE];

	if (!lock_of(leak, line) || leak->logins.count >= LOGINS_MAX)
		return TN_OK;
	line += strcspn(line, " ");
	snprintf(text, sizeof(text), "%.200s%.300s", host, line);
	tn_text_cut(text, strlen(text));
	return leak_texts_add(&leak->logins, text, err);
}

static int
report_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *host = tn_entry_name(entry, "cn");
	const struct tn_value *values;
	size_t count = 0;
	size_t i;
	int r = TN_OK;

	values = tn_entry_values(entry, "tenureLockEffect", &count);
	for (i = 0; host && i < count && !r; i++)
		r = take_effect(arg, host, values[i].data, err);
	values = tn_entry_values(entry, "tenureLockLogin", &count);
	for (i = 0; host && i < count && !r; i++)
		r = take_login(arg, host, values[i].data, err);
	return r;
}

/* Every host that there is has to answer. */
static int
host_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *host = tn_entry_name(entry, "cn");

	if (!host || effect_of(arg, host, err))
		return TN_OK;
	return err ? err->code : TN_E_NO_MEMORY;
}

static int
slowest_first(const void *a, const void *b)
{
	const struct leak_effect *x = a;
	const struct leak_effect *y = b;

	if (x->is_answer != y->is_answer)
		return x->is_answer ? 1 : -1;
	if (x->seen != y->seen)
		return x->seen > y->seen ? -1 : 1;
	return strcmp(x->host, y->host);
}

int
leak_hosts_read(struct session *session, struct leak_case *leak,
                struct tn_err *err)
{
	static const char *const wanted[] = { "cn", "tenureLockEffect",
		                              "tenureLockLogin", NULL };
	char base[TN_DN_MAX + 1];
	size_t i;
	int r;

	r = tn_search(session->connection, REPORTS, TN_SCOPE_ONE,
	              "(objectClass=tenureReport)", wanted, report_found, leak,
	              err);
	snprintf(base, sizeof(base), "ou=hosts,%.400s", session->config->base);
	if (!r)
		r = tn_search(session->connection, base, TN_SCOPE_ONE,
		              "(objectClass=tenureHost)", wanted, host_found,
		              leak, err);
	if (r)
		return tn_context(err, "what the hosts did");
	leak->hosts_missing = 0;
	for (i = 0; i < leak->effect_count; i++)
		if (!leak->effects[i].is_answer)
			leak->hosts_missing++;
	if (leak->effect_count)
		qsort(leak->effects, leak->effect_count, sizeof(*leak->effects),
		      slowest_first);
	return TN_OK;
}

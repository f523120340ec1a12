/*
 * What the hosts say of a leak (docs/directory.md, "What a host did of a
 * lock"), each at the directory server that it talks to: both are asked. It is
 * their own word and anybody's who rules one: what makes no sense is no answer.
 * Of two values of one host for one lock the one that says when it was finished
 * counts; of several locks the slowest.
 */
#include "leak_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "peer_reports.h"

#define REPORTS    "cn=tenure-reports"
#define HOSTS_MAX  100000
#define LOGIN_LINE 512
#define LOGINS_MAX 1000
#define CLOCK_SLOP 1000 /* ms that two clocks may differ */
#define SAID_MAX   200000

static const char *const report_attributes[] = { "cn", "tenureLockEffect",
	                                         "tenureLockLogin", NULL };

/* One line of one host. */
struct said {
	size_t effect; /* of which host */
	size_t lock;
	int64_t seen;
	int64_t finished;
	int64_t ended;
	int64_t reported;
	int64_t left;
	bool is_local;
};

struct hosts {
	struct leak_case *leak;
	size_t count;
	struct said *said; /* owned; one for each host and lock */
};

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
	/* Clocks differ: a little before the lock is at once. More than that
	   measures nothing. */
	if (*word == '-' && word[1])
		return tn_text_to_u64(word + 1, CLOCK_SLOP, &number)
		           ? 0
		           : TN_TIME_NONE;
	return tn_text_to_u64(digits, UINT32_MAX, &number) ? (int64_t)number
	                                                   : TN_TIME_NONE;
}

/* Which of the case's locks does the line begin with? What stands behind the
   name, or NULL. Names of old have blanks in them: the longest counts. */
static const char *
behind_lock(const struct leak_case *leak, const char *line, size_t *ret)
{
	const char *behind = NULL;
	size_t longest = 0;
	size_t i;

	for (i = 0; i < leak->lock_count; i++) {
		const size_t len = strlen(leak->locks[i].name);

		if (len <= longest || line[0] == '\0' ||
		    strncmp(leak->locks[i].name, line, len) != 0 ||
		    line[len] != ' ')
			continue;
		longest = len;
		behind = line + len;
		*ret = i;
	}
	return behind;
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
		                      .reported = TN_TIME_NONE,
		                      .left = TN_TIME_NONE };
	(void)tn_text_copy(more->host, sizeof(more->host), host);
	return more;
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The second value of a host for a lock, which it adds when what was left is
   gone: or the same at the other server. */
static void
merge(struct said *to, const struct said *from)
{
	const bool is_later =
	    from->finished != TN_TIME_NONE && to->finished == TN_TIME_NONE;

	to->seen = larger(to->seen, from->seen);
	to->ended = larger(to->ended, from->ended);
	to->reported = larger(to->reported, from->reported);
	to->is_local = to->is_local || from->is_local;
	if (is_later)
		to->left = from->left;
	else if ((from->finished == TN_TIME_NONE) ==
	         (to->finished == TN_TIME_NONE))
		to->left = larger(to->left, from->left);
	to->finished = larger(to->finished, from->finished);
}

static int
take_effect(struct hosts *hosts, const char *host, const char *line,
            struct tn_err *err)
{
	struct leak_effect *effect;
	struct said *more;
	struct said said;
	char uid[8];
	size_t lock = 0;
	size_t i;

	line = behind_lock(hosts->leak, line, &lock);
	if (!line)
		return TN_OK;
	effect = effect_of(hosts->leak, host, err);
	if (!effect)
		return err ? err->code : TN_E_NO_MEMORY;
	effect->is_answer = true;
	said = (struct said){
		.effect = (size_t)(effect - hosts->leak->effects),
		.lock = lock,
		.seen = number_of(line, "seen"),
		.finished = number_of(line, "finished"),
		.ended = number_of(line, "ended"),
		.reported = number_of(line, "reported"),
		.left = number_of(line, "left"),
		.is_local = word_of(line, "uid", uid, sizeof(uid)) &&
		            !strcmp(uid, "local"),
	};
	for (i = hosts->count; i > 0; i--)
		if (hosts->said[i - 1].effect == said.effect &&
		    hosts->said[i - 1].lock == lock) {
			merge(&hosts->said[i - 1], &said);
			return TN_OK;
		}
	if (hosts->count == SAID_MAX)
		return tn_fail(err, TN_E_LIMIT, "too many answers");
	more = reallocarray(hosts->said, hosts->count + 1, sizeof(*more));
	if (!more)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	hosts->said = more;
	hosts->said[hosts->count++] = said;
	return TN_OK;
}

static int64_t
sum(int64_t a, int64_t b)
{
	if (a == TN_TIME_NONE)
		return b;
	return b == TN_TIME_NONE ? a : a + b;
}

/* All that a host said, in one. What it did not say of one lock is not known. */
static void
join(struct hosts *hosts)
{
	size_t i;

	for (i = 0; i < hosts->count; i++) {
		const struct said *said = &hosts->said[i];
		struct leak_effect *effect =
		    &hosts->leak->effects[said->effect];
		const bool is_first = effect->locks++ == 0;

		effect->seen =
		    is_first ? said->seen
		    : said->seen == TN_TIME_NONE || effect->seen == TN_TIME_NONE
		        ? TN_TIME_NONE
		        : larger(effect->seen, said->seen);
		effect->finished = larger(effect->finished, said->finished);
		effect->ended = sum(effect->ended, said->ended);
		effect->reported = sum(effect->reported, said->reported);
		effect->left = sum(effect->left, said->left);
		effect->is_local = effect->is_local || said->is_local;
		if (said->finished == TN_TIME_NONE && !said->is_local)
			effect->is_unfinished = true;
	}
	for (i = 0; i < hosts->leak->effect_count; i++)
		if (hosts->leak->effects[i].is_unfinished)
			hosts->leak->effects[i].finished = TN_TIME_NONE;
}

static int
take_login(struct leak_case *leak, const char *host, const char *line,
           struct tn_err *err)
{
	char text[LOGIN_LINE];
	size_t lock = 0;
	size_t i;

	line = behind_lock(leak, line, &lock);
	if (!line || leak->logins.count >= LOGINS_MAX)
		return TN_OK;
	snprintf(text, sizeof(text), "%.200s%.300s", host, line);
	tn_text_cut(text, strlen(text));
	tn_text_clean(text);
	/* At both servers, perhaps. */
	for (i = 0; i < leak->logins.count; i++)
		if (!strcmp(leak->logins.of[i], text))
			return TN_OK;
	return leak_texts_add(&leak->logins, text, err);
}

static int
report_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *host = tn_entry_name(entry, "cn");
	struct hosts *hosts = arg;
	const struct tn_value *values;
	size_t count = 0;
	size_t i;
	int r = TN_OK;

	values = tn_entry_values(entry, "tenureLockEffect", &count);
	for (i = 0; host && i < count && !r; i++)
		r = take_effect(hosts, host, values[i].data, err);
	values = tn_entry_values(entry, "tenureLockLogin", &count);
	for (i = 0; host && i < count && !r; i++)
		r = take_login(hosts->leak, host, values[i].data, err);
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
	if ((x->seen == TN_TIME_NONE) != (y->seen == TN_TIME_NONE))
		return x->seen == TN_TIME_NONE ? -1 : 1;
	if (x->seen != y->seen)
		return x->seen > y->seen ? -1 : 1;
	return strcmp(x->host, y->host);
}

static int
read_reports(struct tn_connection *connection, struct hosts *hosts,
             struct tn_err *err)
{
	return tn_search(connection, REPORTS, TN_SCOPE_ONE,
	                 "(objectClass=tenureReport)", report_attributes,
	                 report_found, hosts, err);
}

/* The other server's, too. What it does not tell is said, and no reason to tell
   nothing. */
static int
read_peer(struct session *session, struct hosts *hosts, struct tn_err *err)
{
	struct peer_said said;
	char text[LOGIN_LINE];
	int r = peer_reports_each(session, report_attributes, report_found,
	                          hosts, &said, err);

	if (r || !*said.why)
		return r;
	peer_said_text(&said, text, sizeof(text));
	return leak_texts_add(&hosts->leak->silent, text, err);
}

int
leak_hosts_read(struct session *session, struct leak_case *leak,
                struct tn_err *err)
{
	static const char *const wanted[] = { "cn", NULL };
	struct hosts hosts = { .leak = leak };
	char base[TN_DN_MAX + 1];
	size_t i;
	int r;

	snprintf(base, sizeof(base), "ou=hosts,%.400s", session->config->base);
	(void)((r = read_reports(session->connection, &hosts, err)) ||
	       (r = read_peer(session, &hosts, err)) ||
	       (r = tn_search(session->connection, base, TN_SCOPE_ONE,
	                      "(objectClass=tenureHost)", wanted, host_found,
	                      leak, err)));
	if (!r)
		join(&hosts);
	free(hosts.said);
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

/*
 * tenure leak import: a list of leaked credentials as it came. Each line is
 * matched exactly; a password on it is tried once, and not where failures
 * stand; a key's fingerprint is compared. Who is confirmed is reported as by
 * `tenure leak report`, under the brakes of departures, over all lists of one
 * person within an hour. A name alone proves nothing. Without --apply no
 * password is tried, so that none is tried twice; and whom it is tried on stands
 * in the journal before. Nothing of what the list says to open an account is
 * kept, journaled or shown.
 * Rule    UM-15.1, CI-3.2; DESIGN section 9 (brakes).
 */
#include "leak_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attrs.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "command_option.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "journal_person.h"
#include "leak_match.h"
#include "plan_brake.h"
#include "secret/secret.h"

#define FILE_MAX   ((size_t)16 << 20)
#define LINES_MAX  100000
#define FILTER_MAX 4096
#define LIST       "a list of leaked credentials"

enum outcome {
	NOT_OURS = 0,
	NO_LONGER,     /* the password or key opens nothing here (any more) */
	NOT_TRIED,     /* failures stand on the account: not tried again */
	NO_PROOF,      /* a hash, which nobody can try */
	NAMED,         /* by a name alone */
	TO_TRY,        /* a password, without --apply */
	SEVERAL,       /* names more than one */
	LOCKED_BEFORE, /* a leak is open already, or it is not active */
	HIT,
	OUTCOMES,
};

struct item {
	size_t line;
	size_t at; /* where the line begins in the text, and its bytes */
	size_t len;
	char who[LEAK_WHO_MAX + 1]; /* "" unless it is somebody of ours: where
				       it is nobody it may be the password */
	char dn[TN_DN_MAX + 1];
	char login[TN_LOGIN_MAX + 1]; /* of who it is, or "" */
	char staff_number[TN_STAFF_MAX + 1];
	enum outcome outcome;
};

struct import {
	struct command_run *run;
	struct session session;
	size_t count;
	struct item *items;
	size_t outcomes[OUTCOMES];
	size_t active; /* people of the directory */
	size_t lately; /* locked by lists of the same person, in an hour */
	char *text;    /* of the list, with secrets: wiped */
	size_t len;
	size_t unread; /* lines that name nobody */
	struct leak_mails mails;
};

static const char *
outcome_words(enum outcome outcome)
{
	static const char *const words[OUTCOMES] = {
		[NOT_OURS] = "not ours",
		[NO_LONGER] = "no longer valid",
		[NOT_TRIED] = "not tried: failures stand on the account",
		[NO_PROOF] = "no proof: a hash that nobody can try",
		[NAMED] = "no proof: a name alone (tenure leak report)",
		[TO_TRY] = "a password, which --apply tries",
		[SEVERAL] = "names more than one account",
		[LOCKED_BEFORE] = "locked before",
		[HIT] = "confirmed",
	};

	return words[outcome];
}

static int
judge(struct import *import, const struct leak_line *line, struct item *item,
      struct tn_err *err)
{
	struct leak_match match;
	int r = leak_match_find(&import->session, &import->mails, line, &match,
	                        err);

	if (r)
		return r;
	if (match.count != 1) {
		item->outcome = match.count ? SEVERAL : NOT_OURS;
		return TN_OK;
	}
	snprintf(item->who, sizeof(item->who), "%s", line->who);
	snprintf(item->dn, sizeof(item->dn), "%s", match.dn);
	snprintf(item->login, sizeof(item->login), "%s", match.login);
	snprintf(item->staff_number, sizeof(item->staff_number), "%s",
	         match.staff_number);
	if (!match.is_active)
		item->outcome = LOCKED_BEFORE;
	else if (line->kind == LEAK_SECRET_HASH)
		item->outcome = NO_PROOF;
	else if (line->kind == LEAK_SECRET_FINGERPRINT)
		item->outcome = match.has_key ? HIT : NO_LONGER;
	else if (line->kind == LEAK_SECRET_NONE)
		item->outcome = NAMED;
	else
		item->outcome = match.has_failures ? NOT_TRIED : TO_TRY;
	return TN_OK;
}

/* Of several lines about one person the first that confirms counts. */
static bool
is_hit_before(const struct import *import, const char *login)
{
	size_t i;

	for (i = 0; i < import->count; i++)
		if (import->items[i].outcome == HIT &&
		    !strcmp(import->items[i].login, login))
			return true;
	return false;
}

static int
read_line(struct import *import, size_t at, size_t len, size_t number,
          struct tn_err *err)
{
	const char *text = import->text + at;
	struct leak_line line;
	struct item *more;
	struct item item = { .line = number, .at = at, .len = len };
	int r;

	if (!leak_line_parse(text, len, &line)) {
		import->unread += len > 0 && *text != '#' && *text != '\r';
		return TN_OK;
	}
	if (import->count == LINES_MAX)
		return tn_fail(err, TN_E_LIMIT, "more than %d lines",
		               LINES_MAX);
	r = judge(import, &line, &item, err);
	if (r)
		return tn_context(err, "line %zu", number);
	if (item.outcome == HIT && is_hit_before(import, item.login))
		item.outcome = LOCKED_BEFORE;
	more = reallocarray(import->items, import->count + 1, sizeof(*more));
	if (!more)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	import->items = more;
	import->items[import->count++] = item;
	return TN_OK;
}

/* Hands each line of the text to take(). */
static int
each_line(struct import *import,
          int (*take)(struct import *import, size_t at, size_t len,
                      size_t number, struct tn_err *err),
          struct tn_err *err)
{
	size_t number = 0;
	size_t at = 0;
	int r = TN_OK;

	if (import->len >= 3 && !memcmp(import->text, "\xEF\xBB\xBF", 3))
		at = 3;
	while (!r && at < import->len) {
		const char *text = import->text + at;
		const char *end = memchr(text, '\n', import->len - at);
		size_t len = end ? (size_t)(end - text) : import->len - at;

		r = take(import, at, len, ++number, err);
		at += len + 1;
	}
	return r;
}

static int
want_mail(struct import *import, size_t at, size_t len, size_t number,
          struct tn_err *err)
{
	struct leak_line line;

	(void)number;
	return leak_line_parse(import->text + at, len, &line)
	           ? leak_mails_want(&import->mails, line.who, err)
	           : TN_OK;
}

static int
read_list(struct import *import, const char *path, struct tn_err *err)
{
	int r;

	(void)((r = tn_file_read(path, FILE_MAX, &import->text, &import->len,
	                         err)) ||
	       (r = each_line(import, want_mail, err)) ||
	       (r = leak_mails_read(&import->session, &import->mails, err)) ||
	       (r = each_line(import, read_line, err)));
	return r;
}

/* Each password once, and none of who has been confirmed or has failures by
   then: those of this list too. */
static int
try_all(struct import *import, struct tn_err *err)
{
	struct leak_match match;
	struct leak_line line;
	bool opens = false;
	size_t i;
	int r = TN_OK;

	for (i = 0; i < import->count && !r; i++) {
		struct item *item = &import->items[i];

		if (item->outcome != TO_TRY)
			continue;
		if (is_hit_before(import, item->login)) {
			item->outcome = LOCKED_BEFORE;
			continue;
		}
		(void)leak_line_parse(import->text + item->at, item->len,
		                      &line);
		r = leak_match_find(&import->session, &import->mails, &line,
		                    &match, err);
		if (!r && (match.count != 1 || match.has_failures)) {
			item->outcome = NOT_TRIED;
			continue;
		}
		if (!r)
			r = leak_match_try(&import->session, item->dn, &line,
			                   &opens, err);
		item->outcome = opens ? HIT : NO_LONGER;
		if (r)
			return tn_context(err, "line %zu", item->line);
	}
	return r;
}

static void
count_outcomes(struct import *import)
{
	size_t i;

	for (i = 0; i < import->count; i++)
		import->outcomes[import->items[i].outcome]++;
}

static int
count_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)entry;
	(void)err;
	++*(size_t *)arg;
	return TN_OK;
}

static int
count_active(struct import *import, struct tn_err *err)
{
	static const char *const wanted[] = { "1.1", NULL };

	return tn_search(import->session.connection,
	                 import->session.config->base, TN_SCOPE_SUB,
	                 "(&(objectClass=tenurePerson)(tenureStatus=active))",
	                 wanted, count_found, &import->active, err);
}

/* What lists of the same person locked within an hour: a list that is cut into
   small ones is held like a whole one. */
static int
count_lately(struct import *import, struct tn_err *err)
{
	static const char *const wanted[] = { "1.1", NULL };
	struct session *session = &import->session;
	char base[TN_DN_MAX + 1];
	char since[TN_GTIME_TEXT_MAX];
	struct tn_buf filter;
	int r;

	snprintf(base, sizeof(base), "ou=locks,%.400s", session->config->base);
	tn_gtime_format(session->moment.now - 3600, since);
	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_printf(&filter,
	              "(&(tenureLockKind=leak)(createTimestamp>=%s)"
	              "(tenureLeakHow=" LIST ")(tenureLockedBy=",
	              since);
	tn_filter_escape(&filter, leak_verb_self(session));
	tn_buf_put_text(&filter, "))");
	if (!tn_buf_text(&filter))
		r = tn_fail(err, TN_E_LIMIT, "the dn is too long");
	else
		r = tn_search(session->connection, base, TN_SCOPE_ONE,
		              tn_buf_text(&filter), wanted, count_found,
		              &import->lately, err);
	tn_buf_done(&filter);
	return r;
}

/* Before anything is tried or shown. */
static int
journal(struct import *import, const char *reason, bool apply,
        struct tn_err *err)
{
	struct journal_list list;
	size_t i;
	int r;

	journal_list_init(&list);
	for (i = 0; i < import->count; i++)
		if (*import->items[i].login)
			journal_list_put(&list, import->items[i].login,
			                 import->items[i].staff_number);
	r = apply ? journal_change_list(import->run, &import->session, &list,
	                                reason, err)
	          : journal_read_list(import->run, &import->session, &list,
	                              NULL, err);
	journal_list_done(&list);
	return r;
}

static void
print_items(const struct import *import)
{
	json_t *array = import->run->json ? json_array() : NULL;
	size_t i;

	for (i = 0; i < import->count; i++) {
		const struct item *item = &import->items[i];

		if (array)
			json_array_append_new(
			    array,
			    json_pack("{s:I, s:s, s:s, s:s}", "line",
			              (json_int_t)item->line, "who", item->who,
			              "login", item->login, "outcome",
			              outcome_words(item->outcome)));
		else
			printf("line %zu  %s%s%s: %s\n", item->line,
			       *item->who ? item->who : "-",
			       *item->login ? " = " : "", item->login,
			       outcome_words(item->outcome));
	}
	if (array) {
		json_dumpf(array, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(array);
		return;
	}
	printf("%zu lines: %zu confirmed, %zu not ours, %zu no longer valid, "
	       "%zu others; %zu name nobody\n",
	       import->count, import->outcomes[HIT], import->outcomes[NOT_OURS],
	       import->outcomes[NO_LONGER],
	       import->count - import->outcomes[HIT] -
	           import->outcomes[NOT_OURS] - import->outcomes[NO_LONGER],
	       import->unread);
}

/* The same brakes as for departures; never off. */
static int
check_brakes(const struct import *import, struct tn_err *err)
{
	const struct tn_config *config = import->session.config;
	const struct brake_limits limits = {
		.count = config->brake_count,
		.percent = config->brake_percent,
		.floor = config->brake_floor,
	};

	if (!import->outcomes[HIT] ||
	    brake_check(&limits, import->outcomes[HIT] + import->lately,
	                import->active) == BRAKE_FREE)
		return TN_OK;
	return tn_fail(
	    err, TN_E_RULE,
	    "%zu of %zu people would be locked, and %zu were by your "
	    "lists within the hour: that is held by a brake. Report "
	    "them by name (tenure leak report)",
	    import->outcomes[HIT], import->active, import->lately);
}

static int
lock_all(struct import *import, const struct leak_said *said)
{
	const char **names;
	size_t count = 0;
	size_t i;
	int status;

	names = calloc(import->count + 1, sizeof(*names));
	if (!names)
		return command_refuse(import->run, "out of memory");
	for (i = 0; i < import->count; i++)
		if (import->items[i].outcome == HIT)
			names[count++] = import->items[i].login;
	status =
	    leak_report_in(import->run, &import->session, said, names, count);
	free(names);
	return status;
}

int
leak_import(struct command_run *run)
{
	struct import import = { .run = run };
	struct leak_said said = { .what = NULL };
	bool apply = false;
	const struct command_option options[] = {
		{ .name = "--reason", .value = &said.what },
		{ .name = "--from", .value = &said.from },
		{ .name = "--discovered", .value = &said.discovered },
		{ .name = "--apply", .flag = &apply },
		{ .name = NULL },
	};
	struct tn_err err = TN_ERR_INIT;
	const char *path = NULL;
	int status;
	int r;

	status = command_options(run, options, &path, 1, 1);
	if (status == COMMAND_GO_ON && (apply || said.what))
		status = command_reason(run, said.what);
	if (status == COMMAND_GO_ON && said.from)
		status = command_reason(run, said.from);
	if (status != COMMAND_GO_ON)
		return status;
	said.how = LIST;
	(void)((r = session_open(run, &import.session, &err)) ||
	       (r = read_list(&import, path, &err)) ||
	       (r = count_active(&import, &err)) ||
	       (r = count_lately(&import, &err)) ||
	       (r = journal(&import, said.what, apply, &err)));
	if (!r && apply)
		r = try_all(&import, &err);
	if (!r)
		count_outcomes(&import);
	if (!r && !(apply && run->json))
		print_items(&import);
	if (!r)
		r = check_brakes(&import, &err);
	fflush(stdout);
	if (r)
		status = command_fail(run, &err);
	else if (apply && import.outcomes[HIT])
		status = lock_all(&import, &said);
	else
		status = EXIT_CLEAN;
	if (!r && !apply && (import.outcomes[HIT] || import.outcomes[TO_TRY]) &&
	    !run->json)
		puts("nothing was tried and nothing written; --apply does it");
	if (import.text)
		tn_wipe(import.text, import.len);
	free(import.text);
	free(import.items);
	leak_mails_done(&import.mails);
	session_close(&import.session);
	return status;
}

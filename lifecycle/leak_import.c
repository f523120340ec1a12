/*
 * tenure leak import: a list of leaked credentials as it came. Each line is
 * matched exactly; a password on it is tried once, and not where failures
 * stand; a key's fingerprint is compared. Who is confirmed is reported as by
 * `tenure leak report`, under the brakes of departures. Nothing of what the
 * list says to open an account is kept, journaled or shown.
 * Rule    UM-15.1, CI-3.2; DESIGN section 9 (brakes).
 */
#include "leak_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/ssh_key.h"
#include "base/attrs.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "command_option.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "journal_person.h"
#include "leak_line.h"
#include "plan_brake.h"
#include "secret/sealed_box.h"
#include "secret/secret.h"

#define FILE_MAX   ((size_t)16 << 20)
#define LINES_MAX  100000
#define FILTER_MAX 4096
#define PRINT_MAX  64

enum outcome {
	NOT_OURS = 0,
	NO_LONGER,     /* the password or key opens nothing here (any more) */
	NOT_TRIED,     /* failures stand on the account: not tried again */
	NO_PROOF,      /* a hash, which nobody can try */
	SEVERAL,       /* names more than one */
	LOCKED_BEFORE, /* a leak is open already, or it is not active */
	HIT,
	OUTCOMES,
};

struct item {
	size_t line;
	char who[LEAK_WHO_MAX + 1];
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
	size_t unread; /* lines that name nobody */
};

/* Whom a line names. */
struct match {
	size_t count;
	char dn[TN_DN_MAX + 1];
	char login[TN_LOGIN_MAX + 1];
	char staff_number[TN_STAFF_MAX + 1];
	bool is_active;
	bool has_failures;
	const char *fingerprint; /* that is looked for, or NULL */
	bool has_key;
};

static const char *
outcome_words(enum outcome outcome)
{
	static const char *const words[OUTCOMES] = {
		[NOT_OURS] = "not ours",
		[NO_LONGER] = "no longer valid",
		[NOT_TRIED] = "not tried: failures stand on the account",
		[NO_PROOF] = "no proof: a hash that nobody can try",
		[SEVERAL] = "names more than one account",
		[LOCKED_BEFORE] = "locked before",
		[HIT] = "confirmed",
	};

	return words[outcome];
}

static unsigned int
digit(char hex)
{
	return hex <= '9' ? (unsigned int)(hex - '0')
	                  : (unsigned int)(hex - 'a') + 10;
}

/* "SHA256:" and base64 without padding, as ssh-keygen -l says it. */
static void
fingerprint_of(const char *key, char ret[PRINT_MAX])
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                             "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t blob[TN_SSH_KEY_MAX];
	char hex[65];
	unsigned int bits = 0;
	unsigned int have = 0;
	size_t at;
	size_t i;

	at = (size_t)snprintf(ret, PRINT_MAX, "SHA256:");
	tn_sha256_hex(blob, tn_ssh_key_blob(key, blob), hex);
	for (i = 0; i < 64; i++) {
		bits = bits << 4 | digit(hex[i]);
		have += 4;
		if (have >= 6) {
			have -= 6;
			ret[at++] = base64[bits >> have & 63];
		}
	}
	ret[at++] = base64[bits << (6 - have) & 63];
	ret[at] = '\0';
}

static int
match_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct match *match = arg;
	const char *login = tn_entry_name(entry, "uid");
	const char *number = tn_entry_text(entry, "employeeNumber");
	const struct tn_value *keys;
	char print[PRINT_MAX];
	size_t count = 0;
	size_t i;

	(void)err;
	match->count++;
	if (!tn_text_copy(match->dn, sizeof(match->dn), entry->dn) || !login ||
	    !tn_text_copy(match->login, sizeof(match->login), login) ||
	    !number ||
	    !tn_text_copy(match->staff_number, sizeof(match->staff_number),
	                  number))
		match->count++; /* of no use: as if it were several */
	match->is_active = tn_entry_has_value(entry, "tenureStatus", "active");
	(void)tn_entry_values(entry, "pwdFailureTime", &count);
	match->has_failures = count > 0;
	keys = tn_entry_values(entry, "tenureSshPublicKey", &count);
	for (i = 0; match->fingerprint && i < count; i++) {
		if (tn_ssh_key_check(keys[i].data, keys[i].len))
			continue;
		fingerprint_of(keys[i].data, print);
		if (!strcmp(print, match->fingerprint))
			match->has_key = true;
	}
	return TN_OK;
}

static int
find(struct import *import, const char *who, struct match *match,
     struct tn_err *err)
{
	static const char *const wanted[] = { "uid",
		                              "employeeNumber",
		                              "tenureStatus",
		                              "pwdFailureTime",
		                              "tenureSshPublicKey",
		                              NULL };
	static const char *const names[] = { "uid", "employeeNumber", "mail" };
	struct tn_buf filter;
	size_t i;
	int r;

	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_put_text(&filter, "(&(objectClass=tenurePerson)(|");
	for (i = 0; i < TN_ARRAY_LEN(names); i++) {
		tn_buf_printf(&filter, "(%s=", names[i]);
		tn_filter_escape(&filter, who);
		tn_buf_put_text(&filter, ")");
	}
	tn_buf_put_text(&filter, "))");
	if (!tn_buf_text(&filter))
		r = TN_OK; /* nobody has so long a name */
	else
		r = tn_search(import->session.connection,
		              import->session.config->base, TN_SCOPE_SUB,
		              tn_buf_text(&filter), wanted, match_found, match,
		              err);
	tn_buf_done(&filter);
	return r;
}

/* Once, on a connection of its own: what it opens is closed at once. */
static int
try_password(struct import *import, const char *dn, const char *text,
             size_t len, bool *ret, struct tn_err *err)
{
	const struct tn_config *config = import->session.config;
	const struct tn_server server = {
		.uri = import->session.uri,
		.ca_file = *config->ca_file ? config->ca_file : NULL,
		.certificate =
		    *config->certificate ? config->certificate : NULL,
		.key = *config->key ? config->key : NULL,
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
	struct tn_bind_result result = { .accepted = false };
	struct tn_connection *connection = NULL;
	struct tn_secret *password = NULL;
	int r;

	(void)((r = tn_secret_new(text, len, &password, err)) ||
	       (r = tn_connection_open(&server, &connection, err)) ||
	       (r = tn_bind_password(connection, dn, password, &result, err)));
	*ret = result.accepted || result.expired;
	tn_secret_freep(&password);
	tn_connection_closep(&connection);
	return r;
}

static int
judge(struct import *import, const struct leak_line *line, struct item *item,
      struct tn_err *err)
{
	char print[PRINT_MAX] = "";
	struct match match = { .count = 0 };
	bool opens = false;
	int r;

	if (line->kind == LEAK_SECRET_FINGERPRINT) {
		snprintf(print, sizeof(print), "%.*s", (int)line->secret_len,
		         line->secret);
		match.fingerprint = print;
	}
	r = find(import, line->who, &match, err);
	if (r)
		return r;
	if (match.count != 1) {
		item->outcome = match.count ? SEVERAL : NOT_OURS;
		return TN_OK;
	}
	snprintf(item->login, sizeof(item->login), "%s", match.login);
	snprintf(item->staff_number, sizeof(item->staff_number), "%s",
	         match.staff_number);
	if (!match.is_active) {
		item->outcome = LOCKED_BEFORE;
		return TN_OK;
	}
	switch (line->kind) {
	case LEAK_SECRET_HASH:
		item->outcome = NO_PROOF;
		return TN_OK;
	case LEAK_SECRET_FINGERPRINT:
		item->outcome = match.has_key ? HIT : NO_LONGER;
		return TN_OK;
	case LEAK_SECRET_PASSWORD:
		if (match.has_failures) {
			item->outcome = NOT_TRIED;
			return TN_OK;
		}
		r = try_password(import, match.dn, line->secret,
		                 line->secret_len, &opens, err);
		item->outcome = opens ? HIT : NO_LONGER;
		return r;
	case LEAK_SECRET_NONE:
	default:
		item->outcome = HIT;
		return TN_OK;
	}
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
read_line(struct import *import, const char *text, size_t len, size_t number,
          struct tn_err *err)
{
	struct leak_line line;
	struct item *more;
	struct item item = { .line = number };
	int r;

	if (!leak_line_parse(text, len, &line)) {
		import->unread += len > 0 && *text != '#' && *text != '\r';
		return TN_OK;
	}
	if (import->count == LINES_MAX)
		return tn_fail(err, TN_E_LIMIT, "more than %d lines",
		               LINES_MAX);
	snprintf(item.who, sizeof(item.who), "%s", line.who);
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
	import->outcomes[item.outcome]++;
	return TN_OK;
}

static int
read_list(struct import *import, const char *path, struct tn_err *err)
{
	char *text = NULL;
	size_t len = 0;
	size_t number = 0;
	size_t at = 0;
	int r = tn_file_read(path, FILE_MAX, &text, &len, err);

	if (!r && len >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3))
		at = 3;
	while (!r && at < len) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line_len = end ? (size_t)(end - text) - at : len - at;

		r = read_line(import, text + at, line_len, ++number, err);
		at += line_len + 1;
	}
	if (text)
		tn_wipe(text, len);
	free(text);
	return r;
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

static int
journal(struct import *import, struct tn_err *err)
{
	struct journal_list list;
	size_t i;
	int r;

	journal_list_init(&list);
	for (i = 0; i < import->count; i++)
		if (*import->items[i].login)
			journal_list_put(&list, import->items[i].login,
			                 import->items[i].staff_number);
	r = journal_read_list(import->run, &import->session, &list, NULL, err);
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
			printf("line %zu  %s%s%s: %s\n", item->line, item->who,
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

	if (brake_check(&limits, import->outcomes[HIT], import->active) ==
	    BRAKE_FREE)
		return TN_OK;
	return tn_fail(err, TN_E_RULE,
	               "%zu of %zu people would be locked: that is held by a "
	               "brake. Report them by name, or in smaller lists",
	               import->outcomes[HIT], import->active);
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
	said.how = "a list of leaked credentials";
	(void)((r = session_open(run, &import.session, &err)) ||
	       (r = read_list(&import, path, &err)) ||
	       (r = count_active(&import, &err)) ||
	       (r = journal(&import, &err)));
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
	if (!r && !apply && import.outcomes[HIT] && !run->json)
		puts("nothing was written; --apply does it");
	free(import.items);
	session_close(&import.session);
	return status;
}

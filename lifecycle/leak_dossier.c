/*
 * tenure leak dossier: what an account did since the last moment known to be
 * good, from the access logs of both directory servers (successful binds, and
 * every change) and from what the hosts tell of logins. With --items each
 * change becomes an item of the case, which nobody closes before it is
 * confirmed or undone; of who held a role nobody closes it without (UM-15.2).
 */
#include "leak_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attrs.h"
#include "base/buf.h"
#include "base/text.h"
#include "command_option.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "directory/write.h"
#include "people_find.h"

#define LOG        "cn=accesslog"
#define DEEDS_MAX  10000
#define FILTER_MAX 4096
#define ATTRS_MAX  160

struct deed {
	char time[TN_RFC3339_TEXT_MAX];
	char kind[16]; /* bind, add, modify ... */
	char dn[256];
	char attributes[ATTRS_MAX];
	bool is_change;
};

struct dossier {
	struct leak_verb verb;
	int64_t since;
	int64_t good; /* the last moment known to be good */
	const char *why;
	size_t count;
	struct deed *deeds;
};

static void
take(const struct tn_entry *entry, const char *attribute, char *ret,
     size_t size)
{
	const char *text = tn_entry_text(entry, attribute);

	snprintf(ret, size, "%s", text ? text : "");
	if (strlen(ret) + 1 == size)
		tn_text_cut(ret, size - 1);
	tn_text_clean(ret);
}

/* "tenureStatus:= active" is tenureStatus; each once, in the log's order. */
static void
take_attributes(const struct tn_entry *entry, char ret[ATTRS_MAX])
{
	const struct tn_value *values;
	char last[64] = "";
	size_t count = 0;
	size_t len = 0;
	size_t i;

	ret[0] = '\0';
	values = tn_entry_values(entry, "reqMod", &count);
	for (i = 0; i < count && len + 1 < ATTRS_MAX; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%.*s",
		         (int)strcspn(values[i].data, ":"), values[i].data);
		if (!*name || !strcmp(name, last))
			continue;
		snprintf(last, sizeof(last), "%s", name);
		len += (size_t)snprintf(ret + len, ATTRS_MAX - len, "%s%s",
		                        len ? "," : "", name);
	}
	if (len >= ATTRS_MAX)
		tn_text_cut(ret, ATTRS_MAX - 1);
	tn_text_clean(ret);
}

static int
deed_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct dossier *dossier = arg;
	int64_t at = TN_TIME_NONE;
	struct deed *more;

	if (dossier->count == DEEDS_MAX)
		return tn_fail(err, TN_E_LIMIT,
		               "more than %d entries: begin later, with "
		               "--since",
		               DEEDS_MAX);
	more = reallocarray(dossier->deeds, dossier->count + 1, sizeof(*more));
	if (!more)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	dossier->deeds = more;
	more += dossier->count++;
	(void)tn_entry_time(entry, "reqStart", &at);
	tn_rfc3339_format(at, more->time);
	take(entry, "reqType", more->kind, sizeof(more->kind));
	take(entry, "reqDN", more->dn, sizeof(more->dn));
	take_attributes(entry, more->attributes);
	more->is_change = strcmp(more->kind, "bind") != 0;
	return TN_OK;
}

static int
by_time(const void *a, const void *b)
{
	const struct deed *x = a;
	const struct deed *y = b;

	return strcmp(x->time, y->time);
}

static int
read_log(struct dossier *dossier, struct tn_connection *connection,
         struct tn_err *err)
{
	static const char *const wanted[] = { "reqStart", "reqType", "reqDN",
		                              "reqMod", NULL };
	const char *whom = dossier->verb.leak->whom;
	char since[TN_GTIME_TEXT_MAX];
	struct tn_buf filter;
	int r;

	tn_gtime_format(dossier->since, since);
	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_printf(&filter,
	              "(&(reqStart>=%.14s.000000Z)(reqResult=0)"
	              "(|(&(objectClass=auditBind)(reqDN=",
	              since);
	tn_filter_escape(&filter, whom);
	tn_buf_put_text(&filter, "))(&(objectClass=auditWriteObject)"
	                         "(reqAuthzID=");
	tn_filter_escape(&filter, whom);
	tn_buf_put_text(&filter, "))))");
	if (!tn_buf_text(&filter))
		r = tn_fail(err, TN_E_LIMIT, "the dn is too long");
	else
		r = tn_search(connection, LOG, TN_SCOPE_ONE,
		              tn_buf_text(&filter), wanted, deed_found, dossier,
		              err);
	tn_buf_done(&filter);
	return r;
}

static int
read_logs(struct dossier *dossier, struct tn_err *err)
{
	struct session *session = &dossier->verb.session;
	struct leak_case *leak = dossier->verb.leak;
	struct tn_connection *peer = NULL;
	struct tn_err why = TN_ERR_INIT;
	int r = read_log(dossier, session->connection, err);

	if (r == TN_E_NOT_FOUND)
		return tn_fail(err, TN_E_DENIED,
		               "the access log is read by root on the "
		               "directory server and by audit");
	if (r)
		return tn_context(err, "the access log");
	/* Whoever did not tell what the hosts said is named already. */
	(void)session_peer(session, &peer, NULL);
	if (peer && read_log(dossier, peer, &why)) {
		if (why.code == TN_E_NO_MEMORY || why.code == TN_E_LIMIT)
			return tn_fail(err, why.code, "%s", why.text);
		session_peer_lost(session, &why);
		r = leak_texts_add(&leak->silent, why.text, err);
	}
	if (!r && dossier->count)
		qsort(dossier->deeds, dossier->count, sizeof(struct deed),
		      by_time);
	return r;
}

/*
 * The password that stands now may be the thief's: known to be good is the last
 * one that an administrator gave, after looking at who the person is, and
 * nothing after the leak was discovered.
 */
static int
find_good(struct dossier *dossier, struct tn_err *err)
{
	const struct leak_case *leak = dossier->verb.leak;
	struct people *people = NULL;
	const struct person *person = NULL;
	int r = people_find(&dossier->verb.session, leak->login, &people,
	                    &person, err);

	dossier->good = 0;
	dossier->why = "nobody has given a password since the account is there";
	if (!r && person->account->reset_time != TN_TIME_NONE &&
	    person->account->reset_time < leak->reported) {
		dossier->good = person->account->reset_time;
		dossier->why = "the last password that an administrator gave";
	}
	people_free(people);
	if (leak->discovered != TN_TIME_NONE &&
	    leak->discovered < dossier->good) {
		dossier->good = leak->discovered;
		dossier->why = "the leak was discovered";
	}
	return r == TN_E_NOT_FOUND ? TN_OK : r;
}

static int
find_since(struct dossier *dossier, const char *given, bool items,
           struct tn_err *err)
{
	const struct session *session = &dossier->verb.session;
	char good[TN_RFC3339_TEXT_MAX];
	int32_t day;
	int r = find_good(dossier, err);

	dossier->since = dossier->good;
	if (r || !given)
		return r;
	if (tn_day_parse(given, &day, NULL))
		return tn_fail(err, TN_E_RULE, "--since is YYYY-MM-DD");
	dossier->since = tn_day_start(day, session->config->utc_offset);
	if (!items || dossier->since <= dossier->good)
		return TN_OK;
	tn_rfc3339_format(dossier->good, good);
	return tn_fail(err, TN_E_RULE,
	               "items begin at %s at the latest (%s): what came before "
	               "--since would be left out",
	               good, dossier->why);
}

static void
deed_text(const struct deed *deed, char *ret, size_t size)
{
	snprintf(ret, size, "%s %s %s%s%s", deed->time, deed->kind, deed->dn,
	         *deed->attributes ? ": " : "", deed->attributes);
}

/* One by one: one that is there already does not stop the others. */
static int
file_items(struct dossier *dossier, size_t *ret, struct tn_err *err)
{
	char text[512];
	const char *const values[] = { text, NULL };
	const struct tn_modification change = { TN_MODIFY_ADD, "tenureCaseItem",
		                                values };
	size_t i;
	int r = TN_OK;

	*ret = 0;
	for (i = 0; i < dossier->count && !r; i++) {
		if (!dossier->deeds[i].is_change)
			continue;
		deed_text(&dossier->deeds[i], text, sizeof(text));
		tn_text_cut(text, strlen(text));
		leak_item_clean(text);
		r = tn_modify(dossier->verb.session.connection,
		              dossier->verb.leak->dn, &change, 1, NULL, err);
		if (r == TN_E_EXISTS)
			r = TN_OK;
		else if (!r)
			++*ret;
	}
	return r;
}

/* That it is done, once it is: of both servers. */
static int
file_dossier(const struct dossier *dossier, struct tn_err *err)
{
	const struct leak_case *leak = dossier->verb.leak;
	char stamp[TN_RFC3339_TEXT_MAX + TN_LOGIN_MAX + 2];
	char since[TN_RFC3339_TEXT_MAX];
	char text[512];
	const char *const values[] = { text, NULL };
	const struct tn_modification change = { TN_MODIFY_ADD,
		                                "tenureCaseDossier", values };
	int r;

	if (leak->silent.count)
		return tn_fail(err, TN_E_INCOMPLETE,
		               "the items of this server are in; the dossier "
		               "is not complete, run it again: %.200s",
		               leak->silent.of[0]);
	leak_verb_stamp(&dossier->verb.session, stamp, sizeof(stamp));
	tn_rfc3339_format(dossier->since, since);
	snprintf(text, sizeof(text),
	         "%s: since %s (%s), %zu entries of the "
	         "access log",
	         stamp, since, dossier->why, dossier->count);
	r = tn_modify(dossier->verb.session.connection, leak->dn, &change, 1,
	              NULL, err);
	return r == TN_E_EXISTS ? TN_OK : r;
}

static void
print(const struct dossier *dossier, const struct command_run *run)
{
	const struct leak_case *leak = dossier->verb.leak;
	char since[TN_RFC3339_TEXT_MAX];
	char text[512];
	json_t *deeds;
	json_t *root;
	size_t i;

	tn_rfc3339_format(dossier->since, since);
	if (run->json) {
		deeds = json_array();
		for (i = 0; i < dossier->count; i++)
			json_array_append_new(
			    deeds, json_pack("{s:s, s:s, s:s, s:s}", "time",
			                     dossier->deeds[i].time, "kind",
			                     dossier->deeds[i].kind, "dn",
			                     dossier->deeds[i].dn, "attributes",
			                     dossier->deeds[i].attributes));
		root = json_pack("{s:s, s:s, s:s, s:o}", "case", leak->name,
		                 "login", leak->login, "since", since, "deeds",
		                 deeds);
		deeds = json_array();
		for (i = 0; i < leak->logins.count; i++)
			json_array_append_new(deeds,
			                      json_string(leak->logins.of[i]));
		json_object_set_new(root, "logins", deeds);
		json_object_set_new(root, "since_why",
		                    json_string(dossier->why));
		deeds = json_array();
		for (i = 0; i < leak->silent.count; i++)
			json_array_append_new(deeds,
			                      json_string(leak->silent.of[i]));
		json_object_set_new(root, "servers_silent", deeds);
		json_dumpf(root, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(root);
		return;
	}
	printf("%s: what %s did since %s\n", leak->name, leak->login, since);
	if (dossier->since == dossier->good)
		printf("  (begins there: %s)\n", dossier->why);
	for (i = 0; i < leak->silent.count; i++)
		printf("  NOT HEARD: %s\n", leak->silent.of[i]);
	for (i = 0; i < dossier->count; i++) {
		deed_text(&dossier->deeds[i], text, sizeof(text));
		printf("  %s\n", text);
	}
	if (!dossier->count)
		puts("  nothing in the directory");
	puts("logins, as the hosts tell of them");
	for (i = 0; i < leak->logins.count; i++)
		printf("  %s\n", leak->logins.of[i]);
	if (!leak->logins.count)
		puts("  none");
}

int
leak_dossier(struct command_run *run)
{
	struct dossier dossier = { .count = 0 };
	const char *since = NULL;
	bool items = false;
	const struct command_option options[] = {
		{ .name = "--since", .value = &since },
		{ .name = "--items", .flag = &items },
		{ .name = NULL },
	};
	struct tn_err err = TN_ERR_INIT;
	const char *name = NULL;
	size_t filed = 0;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = leak_verb_begin(run, name, &dossier.verb, &err)) ||
	       (r = leak_hosts_read(&dossier.verb.session, dossier.verb.leak,
	                            &err)) ||
	       (r = find_since(&dossier, since, items, &err)) ||
	       (r = read_logs(&dossier, &err)) ||
	       (r = leak_verb_journal(run, &dossier.verb, items, NULL, &err)));
	if (!r)
		print(&dossier, run);
	if (!r && items) {
		r = file_items(&dossier, &filed, &err);
		if (!r)
			r = file_dossier(&dossier, &err);
		if (!run->json)
			printf("%zu of them are items of the case now\n",
			       filed);
	}
	free(dossier.deeds);
	return leak_verb_end(run, &dossier.verb, r, &err);
}

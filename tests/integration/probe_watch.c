/* The watch: live, after a break, after a restart of slapd, and refused. */
#include "probe.h"

#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "directory/search.h"
#include "directory/watch.h"
#include "directory/write.h"

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define SEEN_MAX    2048
#define WAIT_MS     5000
#define FILTER      "(objectClass=*)"
#define MANY        6000
#define CHANGES     10

/* All that came, in its order. */
static struct seen {
	enum tn_watch_event_kind kind;
	struct tn_uuid uuid;
	char dn[128];
	size_t members;
	bool is_complete;
} seen[SEEN_MAX];
static size_t seen_count;
static char cookie[4096];

static int
remember(const struct tn_watch_event *event, void *arg, struct tn_err *err)
{
	struct seen *next = &seen[seen_count];
	struct tn_group *group = NULL;

	(void)arg;
	must(seen_count < SEEN_MAX, "too many events");
	seen_count++;
	memset(next, 0, sizeof(*next));
	next->kind = event->kind;
	next->uuid = event->uuid;
	next->is_complete = event->complete;
	if (event->entry != NULL) {
		strncpy(next->dn, event->entry->dn, sizeof(next->dn) - 1);
		must(memcmp(&event->entry->uuid, &event->uuid,
		            sizeof(event->uuid)) == 0,
		     "entry and event differ");
		if (tn_entry_kind(event->entry) == TN_ENTRY_GROUP &&
		    tn_group_from_entry(event->entry, &group, err) == TN_OK)
			next->members = group->count;
		tn_group_free(group);
	}
	if (event->cookie != NULL)
		strncpy(cookie, event->cookie, sizeof(cookie) - 1);
	return TN_OK;
}

struct session {
	struct tn_connection *connection;
	struct tn_watch *watch;
};

static struct session
watch_as(struct tn_connection *connection, const char *from)
{
	struct session session = { .connection = connection };
	struct tn_err err = TN_ERR_INIT;

	seen_count = 0;
	must(tn_watch_open(connection, SUFFIX, FILTER, from, &session.watch,
	                   &err) == TN_OK,
	     "%s", err.text);
	return session;
}

static void
leave(struct session *session)
{
	tn_watch_closep(&session->watch);
	tn_connection_closep(&session->connection);
}

/* Steps until an event of this kind came, or an error. */
static int
step_until(struct session *session, enum tn_watch_event_kind kind,
           struct tn_err *err)
{
	const int64_t until = now_ms() + WAIT_MS;
	size_t from = 0;
	int code;

	for (;;) {
		for (; from < seen_count; from++)
			if (seen[from].kind == kind)
				return TN_OK;
		if (now_ms() > until)
			return tn_fail(err, TN_E_TIMEOUT, "nothing came");
		code = tn_watch_step(session->watch, 100, remember, NULL, err);
		if (code != TN_OK)
			return code;
	}
}

static const struct seen *
find(enum tn_watch_event_kind kind, const char *dn)
{
	size_t i;

	for (i = 0; i < seen_count; i++)
		if (seen[i].kind == kind &&
		    (dn == NULL || strcmp(seen[i].dn, dn) == 0))
			return &seen[i];
	return NULL;
}

static const struct seen *
find_uuid(enum tn_watch_event_kind kind, const struct tn_uuid *uuid)
{
	size_t i;

	for (i = 0; i < seen_count; i++)
		if (seen[i].kind == kind &&
		    memcmp(&seen[i].uuid, uuid, sizeof(*uuid)) == 0)
			return &seen[i];
	return NULL;
}

/* Did the refresh end, and was it called complete? */
static bool
is_refreshed(bool is_complete)
{
	const struct seen *found = find(TN_WATCH_REFRESHED, NULL);

	return found != NULL && found->is_complete == is_complete;
}

static size_t
count(enum tn_watch_event_kind kind)
{
	size_t total = 0;
	size_t i;

	for (i = 0; i < seen_count; i++)
		if (seen[i].kind == kind)
			total++;
	return total;
}

static void
add_group(struct tn_connection *root, const char *dn, const char *number)
{
	const struct tn_modification attributes[] = {
		{ TN_MODIFY_ADD, "objectClass", VALUES("posixGroup") },
		{ TN_MODIFY_ADD, "gidNumber", VALUES(number) },
		{ TN_MODIFY_ADD, "memberUid", VALUES("normal") },
	};
	struct tn_err err = TN_ERR_INIT;

	must(tn_add(root, dn, attributes, TN_ARRAY_LEN(attributes), &err) ==
	         TN_OK,
	     "%s", err.text);
}

static void
add_member(struct tn_connection *root, const char *dn, const char *login)
{
	const struct tn_modification change[] = {
		{ TN_MODIFY_ADD, "memberUid", VALUES(login) },
	};
	struct tn_err err = TN_ERR_INIT;

	must(tn_modify(root, dn, change, 1, NULL, &err) == TN_OK, "%s",
	     err.text);
}

/* Tenure never renames, but an administrator with other tools may. */
static void
rename_entry(const char *dn, const char *rdn)
{
	char nobody[] = "";
	struct berval empty = { 0, nobody };
	LDAP *ld = NULL;
	int version = LDAP_VERSION3;

	must(ldap_initialize(&ld, local_server.uri) == LDAP_SUCCESS &&
	         ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) ==
	             LDAP_OPT_SUCCESS &&
	         ldap_sasl_bind_s(ld, NULL, "EXTERNAL", &empty, NULL, NULL,
	                          NULL) == LDAP_SUCCESS &&
	         ldap_rename_s(ld, dn, rdn, NULL, 1, NULL, NULL) ==
	             LDAP_SUCCESS,
	     "rename");
	ldap_unbind_ext_s(ld, NULL, NULL);
}

static void
whole_refresh(void)
{
	struct session session = watch_as(as_root(), NULL);
	struct tn_err err = TN_ERR_INIT;

	ok(step_until(&session, TN_WATCH_REFRESHED, &err) == TN_OK,
	   "a watch without a cookie refreshes: %s", err.text);
	ok(is_refreshed(true) && cookie[0] != '\0' &&
	       count(TN_WATCH_UPSERT) > 600 && count(TN_WATCH_COOKIE) == 0,
	   "%zu entries, complete, then one cookie: %s", count(TN_WATCH_UPSERT),
	   cookie);
	ok(find(TN_WATCH_UPSERT, PERSON("soon")) != NULL, "everybody is in it");
	ok(tn_watch_descriptor(session.watch) >= 0 &&
	       tn_search(session.connection, SUFFIX, TN_SCOPE_BASE, FILTER,
	                 tn_watch_attributes, NULL, NULL, &err) == TN_E_BUG,
	   "its connection is for nothing else: %s", err.text);
	leave(&session);
}

static void
live_changes(struct tn_connection *root)
{
	struct session session = watch_as(as_root(), cookie);
	struct tn_err err = TN_ERR_INIT;
	const struct seen *found;
	struct tn_uuid uuid;
	char before[sizeof(cookie)];
	int64_t begin;

	step_until(&session, TN_WATCH_REFRESHED, &err);
	ok(count(TN_WATCH_UPSERT) == 0 && count(TN_WATCH_DELETE) == 0 &&
	       is_refreshed(false),
	   "nothing changed: nothing comes, and it is not called complete");

	memcpy(before, cookie, sizeof(before));
	seen_count = 0;
	begin = now_ms();
	add_group(root, "cn=live," GROUPS, "5000001");
	step_until(&session, TN_WATCH_COOKIE, &err);
	found = find(TN_WATCH_UPSERT, "cn=live," GROUPS);
	must(found != NULL, "no upsert: %s", err.text);
	uuid = found->uuid;
	ok(now_ms() - begin < WAIT_MS && found < find(TN_WATCH_COOKIE, NULL) &&
	       strcmp(before, cookie) != 0,
	   "an addition comes at once, its cookie behind it");

	seen_count = 0;
	add_member(root, "cn=live," GROUPS, "soon");
	step_until(&session, TN_WATCH_COOKIE, &err);
	found = find_uuid(TN_WATCH_UPSERT, &uuid);
	ok(found != NULL && found->members == 2,
	   "a new member comes with the whole group");

	seen_count = 0;
	rename_entry("cn=live," GROUPS, "cn=renamed");
	step_until(&session, TN_WATCH_COOKIE, &err);
	found = find_uuid(TN_WATCH_UPSERT, &uuid);
	ok(found != NULL && strcmp(found->dn, "cn=renamed," GROUPS) == 0,
	   "a renamed entry is the same, under another dn");

	seen_count = 0;
	must(tn_delete(root, "cn=renamed," GROUPS, NULL, &err) == TN_OK, "%s",
	     err.text);
	step_until(&session, TN_WATCH_COOKIE, &err);
	ok(find_uuid(TN_WATCH_DELETE, &uuid) != NULL, "a deletion comes");
	seen_count = 0;
	ok(tn_watch_step(session.watch, 50, remember, NULL, &err) == TN_OK &&
	       seen_count == 0,
	   "and then silence, which is no error");
	leave(&session);
}

/* A large group that changes faster than it is read. */
static void
large_changes(struct tn_connection *root)
{
	static char logins[MANY][TN_LOGIN_MAX + 1];
	static const char *values[MANY + 1];
	const struct tn_modification members[] = {
		{ TN_MODIFY_ADD, "memberUid", values },
	};
	struct session session = watch_as(as_root(), cookie);
	struct tn_err err = TN_ERR_INIT;
	const int64_t until = now_ms() + WAIT_MS;
	char login[32];
	size_t upserts;
	size_t i;

	step_until(&session, TN_WATCH_REFRESHED, &err);
	add_group(root, "cn=many," GROUPS, "5000003");
	for (i = 0; i < MANY; i++) {
		snprintf(logins[i], sizeof(logins[0]),
		         "member-of-a-large-group-%zu", i);
		values[i] = logins[i];
	}
	must(tn_modify(root, "cn=many," GROUPS, members, 1, NULL, &err) ==
	         TN_OK,
	     "%s", err.text);
	/* They lie in the socket, one behind another. */
	for (i = 0; i < CHANGES; i++) {
		snprintf(login, sizeof(login), "one-more-%zu", i);
		add_member(root, "cn=many," GROUPS, login);
	}
	add_group(root, "cn=last," GROUPS, "5000004");
	while (now_ms() < until &&
	       (seen_count == 0 ||
	        seen[seen_count - 1].kind != TN_WATCH_COOKIE ||
	        find(TN_WATCH_UPSERT, "cn=last," GROUPS) == NULL))
		must(tn_watch_step(session.watch, 100, remember, NULL, &err) ==
		         TN_OK,
		     "%s", err.text);
	for (i = upserts = 0; i < seen_count; i++)
		if (seen[i].kind == TN_WATCH_UPSERT &&
		    strcmp(seen[i].dn, "cn=many," GROUPS) == 0)
			upserts++;
	for (i = seen_count; i > 0; i--)
		if (seen[i - 1].kind == TN_WATCH_UPSERT &&
		    strcmp(seen[i - 1].dn, "cn=many," GROUPS) == 0)
			break;
	ok(i > 0 && seen[i - 1].members == MANY + CHANGES + 1,
	   "of %d changes of a large group the last is told, of the others "
	   "some: %zu",
	   CHANGES + 2, upserts);
	ok(i > 0 && i < seen_count &&
	       seen[seen_count - 1].kind == TN_WATCH_COOKIE,
	   "and its cookie behind it");
	leave(&session);
	/* The cookie is not ahead of what was told. */
	session = watch_as(as_root(), cookie);
	step_until(&session, TN_WATCH_REFRESHED, &err);
	ok(count(TN_WATCH_UPSERT) == 0, "nothing is left to be told");
	leave(&session);
	must(tn_delete(root, "cn=many," GROUPS, NULL, &err) == TN_OK &&
	         tn_delete(root, "cn=last," GROUPS, NULL, &err) == TN_OK,
	     "%s", err.text);
	session = watch_as(as_root(), cookie);
	step_until(&session, TN_WATCH_REFRESHED, &err);
	leave(&session);
}

static void
resumed(struct tn_connection *root)
{
	struct session session;
	struct tn_err err = TN_ERR_INIT;

	add_group(root, "cn=missed," GROUPS, "5000002");
	must(tn_delete(root, "cn=g600," GROUPS, NULL, &err) == TN_OK, "%s",
	     err.text);
	session = watch_as(as_root(), cookie);
	step_until(&session, TN_WATCH_REFRESHED, &err);
	ok(is_refreshed(false) && count(TN_WATCH_DELETE) == 1 &&
	       count(TN_WATCH_UPSERT) == 1 &&
	       find(TN_WATCH_UPSERT, "cn=missed," GROUPS) != NULL,
	   "resumed: exactly what was missed, %zu events", seen_count);
	leave(&session);
}

/* slapd forgets its session log when it stops: it can no longer name what was
   deleted, only what is there. */
static void
present_phase(void)
{
	struct session session;
	struct tn_connection *root = as_root();
	struct tn_err err = TN_ERR_INIT;
	const struct seen *gone;
	struct tn_uuid uuid;

	session = watch_as(as_root(), NULL);
	step_until(&session, TN_WATCH_REFRESHED, &err);
	gone = find(TN_WATCH_UPSERT, "cn=g599," GROUPS);
	must(gone != NULL, "no g599");
	uuid = gone->uuid;
	leave(&session);
	must(tn_delete(root, "cn=g599," GROUPS, NULL, &err) == TN_OK, "%s",
	     err.text);
	tn_connection_closep(&root);
	slapd_stop();
	slapd_start();
	session = watch_as(as_root(), cookie);
	step_until(&session, TN_WATCH_REFRESHED, &err);
	ok(is_refreshed(true) && count(TN_WATCH_PRESENT) > 600,
	   "after a restart: %zu are present (%zu deleted, %zu new), and that "
	   "is complete: %s",
	   count(TN_WATCH_PRESENT), count(TN_WATCH_DELETE),
	   count(TN_WATCH_UPSERT), err.text);
	ok(find_uuid(TN_WATCH_PRESENT, &uuid) == NULL &&
	       find_uuid(TN_WATCH_UPSERT, &uuid) == NULL,
	   "and who was deleted is not among them");
	leave(&session);
}

static void
refused(void)
{
	struct session session;
	struct tn_err err = TN_ERR_INIT;
	static const char *const damaged[] = { "no cookie at all",
		                               "rid=000,csn=2026", "rid=000",
		                               "" };
	char *year = strstr(cookie, "csn=");
	size_t i;
	int code;

	must(year != NULL, "a cookie without a csn: %s", cookie);
	memcpy(year + 4, "2099", 4);
	session = watch_as(as_root(), cookie);
	code = step_until(&session, TN_WATCH_REFRESHED, &err);
	ok(code == TN_E_STALE, "a cookie from the future is stale: %s",
	   err.text);
	ok(tn_watch_step(session.watch, 0, remember, NULL, &err) ==
	       TN_E_UNREACHABLE,
	   "and that watch is over");
	leave(&session);

	for (i = 0; i < TN_ARRAY_LEN(damaged); i++) {
		session = watch_as(as_root(), damaged[i]);
		code = step_until(&session, TN_WATCH_REFRESHED, &err);
		ok(code == TN_OK && is_refreshed(true) &&
		       count(TN_WATCH_UPSERT) > 600,
		   "the cookie \"%s\" gets a whole refresh", damaged[i]);
		leave(&session);
	}

	session = watch_as(as_host(), NULL);
	code = step_until(&session, TN_WATCH_REFRESHED, &err);
	ok(code == TN_E_INCOMPLETE,
	   "who has a size limit gets no refresh, and is told: %s", err.text);
	leave(&session);
}

static void
server_dies(void)
{
	struct session session = watch_as(as_root(), NULL);
	struct tn_err err = TN_ERR_INIT;
	int code;

	step_until(&session, TN_WATCH_REFRESHED, &err);
	seen_count = 0;
	slapd_stop();
	code = step_until(&session, TN_WATCH_REFRESHED, &err);
	ok(code == TN_E_UNREACHABLE, "a server that dies is seen: %s",
	   err.text);
	leave(&session);
	slapd_start();
}

void
probe_watch(void)
{
	struct tn_connection *root = as_root();

	whole_refresh();
	live_changes(root);
	large_changes(root);
	resumed(root);
	tn_connection_closep(&root);
	present_phase();
	server_dies();
	refused();
}

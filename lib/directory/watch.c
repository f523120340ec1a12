/*
 * The consumer of RFC 4533. Two things decide whether it can be trusted:
 * a cookie goes out only behind everything that it stands for (one that comes
 * during a refresh waits for its end, for a present phase deletes only there),
 * and "complete" is said only where the server walked through everything.
 */
#include "directory/watch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "directory/connection_private.h"
#include "directory/entry_read.h"
#include "directory/result.h"
#include "directory/watch_hold.h"
#include "directory/watch_parse.h"

#define MESSAGES_MAX 1024 /* of one step, so that the caller has his turn */

struct tn_watch {
	struct tn_connection *connection; /* borrowed */
	int message_id;
	bool had_cookie;                /* the search began with one */
	bool is_live;                   /* the refresh is over */
	bool saw_present;               /* a present phase came to its end */
	char cookie[TN_COOKIE_MAX + 1]; /* the newest, not handed out yet */
	bool has_cookie;
	bool is_long;        /* the newest was too long, and is lost */
	struct tn_hold hold; /* messages with large entries */
};

static int64_t
now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int
tn_watch_open(struct tn_connection *connection, const char *base,
              const char *filter, const char *cookie, struct tn_watch **ret,
              struct tn_err *err)
{
	char oid[] = LDAP_CONTROL_SYNC;
	LDAPControl control = { oid, { 0, NULL }, 1 };
	LDAPControl *controls[] = { &control, NULL };
	union {
		const char *const *lent;
		char **names;
	} cast = { .lent = tn_watch_attributes }; /* libldap only reads */
	struct tn_watch *watch;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code != TN_OK)
		return code;
	if (cookie != NULL && strlen(cookie) > TN_COOKIE_MAX)
		return tn_fail(err, TN_E_LIMIT, "a cookie too long");
	watch = calloc(1, sizeof(*watch));
	if (watch == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "no memory for a watch");
	watch->connection = connection;
	watch->had_cookie = cookie != NULL && tn_cookie_is_sound(cookie);
	code = tn_sync_request(watch->had_cookie ? cookie : NULL,
	                       &control.ldctl_value, err);
	if (code != TN_OK)
		goto out;
	result = ldap_search_ext(connection->ld, base, LDAP_SCOPE_SUBTREE,
	                         filter, cast.names, 0, controls, NULL, NULL,
	                         LDAP_NO_LIMIT, &watch->message_id);
	ber_memfree(control.ldctl_value.bv_val);
	if (result != LDAP_SUCCESS) {
		code =
		    tn_connection_send_failed(connection, result, "watch", err);
		goto out;
	}
	connection->is_watched = true;
	*ret = watch;
	watch = NULL;
out:
	free(watch);
	return code;
}

void
tn_watch_closep(struct tn_watch **watch)
{
	struct tn_connection *connection;
	LDAPMessage *held;

	if (watch == NULL || *watch == NULL)
		return;
	/* Their cookie was not handed out: they come again. */
	while ((held = tn_hold_any(&(*watch)->hold)) != NULL)
		(void)ldap_msgfree(held);
	connection = (*watch)->connection;
	connection->is_watched = false;
	if (tn_connection_check(connection, NULL) == TN_OK)
		(void)ldap_abandon_ext(connection->ld, (*watch)->message_id,
		                       NULL, NULL);
	free(*watch);
	*watch = NULL;
}

int
tn_watch_descriptor(const struct tn_watch *watch)
{
	return watch->connection->descriptor;
}

static void
keep_cookie(struct tn_watch *watch, const char *cookie, bool is_long)
{
	watch->is_long = watch->is_long || is_long;
	if (cookie[0] == '\0')
		return;
	memcpy(watch->cookie, cookie, strlen(cookie) + 1);
	watch->has_cookie = true;
}

/* Hand out a cookie that came with a live change, and stands for no more than
   was told. */
static int
give_cookie(struct tn_watch *watch, tn_watch_handler *handler, void *arg,
            struct tn_err *err)
{
	struct tn_watch_event event = { .kind = TN_WATCH_COOKIE };

	if (!watch->is_live || !watch->has_cookie || watch->hold.count > 0)
		return TN_OK;
	watch->has_cookie = false;
	event.cookie = watch->cookie;
	return handler(&event, arg, err);
}

static int
give_refreshed(struct tn_watch *watch, tn_watch_handler *handler, void *arg,
               struct tn_err *err)
{
	struct tn_watch_event event = { .kind = TN_WATCH_REFRESHED };

	watch->is_live = true;
	event.complete = watch->saw_present || !watch->had_cookie;
	event.cookie_is_long = watch->is_long;
	if (watch->has_cookie)
		event.cookie = watch->cookie;
	watch->has_cookie = false;
	return handler(&event, arg, err);
}

static int
read_state(LDAP *ld, LDAPMessage *message, struct tn_sync_state *ret,
           struct tn_err *err)
{
	LDAPControl **controls = NULL;
	LDAPControl *control;
	int code;

	if (ldap_get_entry_controls(ld, message, &controls) != LDAP_SUCCESS)
		return tn_fail(err, TN_E_PROTOCOL, "damaged controls");
	control = ldap_control_find(LDAP_CONTROL_SYNC_STATE, controls, NULL);
	if (control == NULL)
		code =
		    tn_fail(err, TN_E_PROTOCOL, "an entry without its state");
	else
		code = tn_sync_state_parse(&control->ldctl_value, ret, err);
	ldap_controls_free(controls);
	return code;
}

/* The bytes of its attributes. */
static size_t
size_of(LDAP *ld, LDAPMessage *message)
{
	BerElement *ber = NULL;
	struct berval dn;
	ber_len_t size = 0;

	if (ldap_get_dn_ber(ld, message, &ber, &dn) != LDAP_SUCCESS ||
	    ber_get_option(ber, LBER_OPT_BER_REMAINING_BYTES, &size) !=
	        LBER_OPT_SUCCESS)
		size = 0;
	ber_free(ber, 0);
	return size;
}

/* A large one that came a moment ago waits: true, and it is not the caller's
   any more. */
static bool
is_held(struct tn_watch *watch, LDAPMessage *message,
        const struct tn_sync_state *state)
{
	void *older = NULL;
	bool is_kept;

	if (!watch->is_live)
		return false;
	if (state->state != LDAP_SYNC_ADD && state->state != LDAP_SYNC_MODIFY) {
		(void)ldap_msgfree(tn_hold_drop(&watch->hold, &state->uuid));
		return false;
	}
	is_kept = tn_hold_keep(&watch->hold, &state->uuid,
	                       size_of(watch->connection->ld, message), message,
	                       now_ms(), &older);
	(void)ldap_msgfree(older);
	return is_kept;
}

static int
give_entry(struct tn_watch *watch, LDAPMessage *message,
           const struct tn_sync_state *state, tn_watch_handler *handler,
           void *arg, struct tn_err *err)
{
	struct tn_watch_event event = { .kind = TN_WATCH_UPSERT,
		                        .uuid = state->uuid };
	struct tn_entry *entry = NULL;
	int code;

	if (state->state == LDAP_SYNC_DELETE) {
		event.kind = TN_WATCH_DELETE;
	} else if (state->state == LDAP_SYNC_PRESENT) {
		event.kind = TN_WATCH_PRESENT;
	} else {
		code =
		    tn_entry_read(watch->connection->ld, message, &entry, err);
		if (code != TN_OK)
			return code;
		entry->uuid = state->uuid; /* the control's word is final */
		event.entry = entry;
		if (watch->is_live)
			event.change_ms = tn_cookie_ms(state->cookie);
	}
	code = handler(&event, arg, err);
	free(entry);
	return code;
}

/* *ret_kept: the message is not the caller's any more. */
static int
take_entry(struct tn_watch *watch, LDAPMessage *message,
           tn_watch_handler *handler, void *arg, bool *ret_kept,
           struct tn_err *err)
{
	struct tn_sync_state state;
	int code = read_state(watch->connection->ld, message, &state, err);

	if (code != TN_OK)
		return code;
	*ret_kept = is_held(watch, message, &state);
	if (!*ret_kept)
		code = give_entry(watch, message, &state, handler, arg, err);
	if (code != TN_OK)
		return code;
	keep_cookie(watch, state.cookie, state.is_long);
	return give_cookie(watch, handler, arg, err);
}

/* Those that waited for long enough. Their cookies were kept as they came. */
static int
give_due(struct tn_watch *watch, tn_watch_handler *handler, void *arg,
         struct tn_err *err)
{
	struct tn_sync_state state;
	LDAPMessage *message;
	int code = TN_OK;

	while (code == TN_OK &&
	       (message = tn_hold_due(&watch->hold, now_ms())) != NULL) {
		code = read_state(watch->connection->ld, message, &state, err);
		if (code == TN_OK)
			code = give_entry(watch, message, &state, handler, arg,
			                  err);
		if (code == TN_OK)
			code = give_cookie(watch, handler, arg, err);
		(void)ldap_msgfree(message);
	}
	return code;
}

static int
take_info(struct tn_watch *watch, const struct tn_sync_info *info,
          tn_watch_handler *handler, void *arg, struct tn_err *err)
{
	struct tn_watch_event event = { .kind = TN_WATCH_PRESENT };
	size_t i;
	int code;

	if (info->kind == TN_SYNC_ID_SET && info->is_deletes)
		event.kind = TN_WATCH_DELETE;
	for (i = 0; i < info->count; i++) {
		event.uuid = info->uuids[i];
		(void)ldap_msgfree(tn_hold_drop(&watch->hold, &event.uuid));
		code = handler(&event, arg, err);
		if (code != TN_OK)
			return code;
	}
	keep_cookie(watch, info->cookie, info->is_long);
	if (!watch->is_live && info->kind == TN_SYNC_REFRESH_PRESENT)
		watch->saw_present = true;
	if (!watch->is_live && info->is_done)
		return give_refreshed(watch, handler, arg, err);
	return give_cookie(watch, handler, arg, err);
}

static int
take_intermediate(struct tn_watch *watch, LDAPMessage *message,
                  tn_watch_handler *handler, void *arg, struct tn_err *err)
{
	struct tn_sync_info info;
	struct berval *value = NULL;
	char *oid = NULL;
	int code = TN_OK;

	if (ldap_parse_intermediate(watch->connection->ld, message, &oid,
	                            &value, NULL, 0) != LDAP_SUCCESS)
		return tn_fail(err, TN_E_PROTOCOL,
		               "a damaged intermediate message");
	if (oid == NULL || strcmp(oid, LDAP_SYNC_INFO) != 0 || value == NULL)
		goto out; /* somebody else's */
	code = tn_sync_info_parse(value, &info, err);
	if (code != TN_OK)
		goto out;
	code = take_info(watch, &info, handler, arg, err);
	tn_sync_info_done(&info);
out:
	ldap_memfree(oid);
	ber_bvfree(value);
	return code;
}

/* The search has ended, which a persistent one never does by itself. */
static int
take_result(struct tn_watch *watch, LDAPMessage *message, struct tn_err *err)
{
	char *words = NULL;
	int result = LDAP_OTHER;
	int code;

	if (ldap_parse_result(watch->connection->ld, message, &result, NULL,
	                      &words, NULL, NULL, 0) != LDAP_SUCCESS)
		return tn_fail(err, TN_E_PROTOCOL, "watch: no LDAP answer");
	/* "Consumer state is newer than provider", after a restored backup. */
	if (result == LDAP_UNWILLING_TO_PERFORM && watch->had_cookie)
		code = tn_fail(err, TN_E_STALE, "watch: the cookie is refused");
	else if (result == LDAP_SUCCESS)
		code = tn_fail(err, TN_E_UNREACHABLE,
		               "the server ended the watch");
	else
		code = tn_result_fail(err, result, words, "watch");
	ldap_memfree(words);
	return code;
}

static int
take_message(struct tn_watch *watch, LDAPMessage *message,
             tn_watch_handler *handler, void *arg, bool *ret_kept,
             struct tn_err *err)
{
	*ret_kept = false;
	switch (ldap_msgtype(message)) {
	case LDAP_RES_SEARCH_ENTRY:
		return take_entry(watch, message, handler, arg, ret_kept, err);
	case LDAP_RES_INTERMEDIATE:
		return take_intermediate(watch, message, handler, arg, err);
	case LDAP_RES_SEARCH_RESULT:
		return take_result(watch, message, err);
	case LDAP_RES_SEARCH_REFERENCE:
		return tn_fail(err, TN_E_INCOMPLETE,
		               "watch: a part is on another server");
	default:
		return TN_OK;
	}
}

/* No longer than until the next one is due that is held. */
static struct timeval
wait_of(const struct tn_watch *watch, int timeout_ms)
{
	int ms = tn_hold_wait_ms(&watch->hold, now_ms());

	if (ms < 0 || ms > timeout_ms)
		ms = timeout_ms;
	return (struct timeval){ ms / 1000, ms % 1000 * 1000L };
}

/* Messages one by one: LDAP_MSG_ALL would wait for an end that never comes. */
int
tn_watch_step(struct tn_watch *watch, int timeout_ms, tn_watch_handler *handler,
              void *arg, struct tn_err *err)
{
	struct tn_connection *connection = watch->connection;
	struct timeval wait = wait_of(watch, timeout_ms);
	LDAPMessage *message;
	bool is_kept = false;
	size_t count;
	int status;
	int code = TN_OK;

	if (connection->ld == NULL)
		return tn_fail(err, TN_E_UNREACHABLE,
		               "watch: the connection is closed");
	for (count = 0; count < MESSAGES_MAX && code == TN_OK; count++) {
		message = NULL;
		status = ldap_result(connection->ld, watch->message_id,
		                     LDAP_MSG_ONE, &wait, &message);
		if (status < 0) {
			ldap_msgfree(message);
			code = tn_fail(err, TN_E_UNREACHABLE,
			               "%s: the watch broke", connection->uri);
			break;
		}
		if (status > 0)
			code = take_message(watch, message, handler, arg,
			                    &is_kept, err);
		if (status > 0 && !is_kept)
			ldap_msgfree(message);
		if (code == TN_OK)
			code = give_due(watch, handler, arg, err);
		if (status == 0)
			break;
		wait.tv_sec = 0; /* what is there already */
		wait.tv_usec = 0;
	}
	if (code != TN_OK)
		tn_connection_destroy(connection);
	return code;
}

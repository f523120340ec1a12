/*
 * A persistent content-synchronisation search (RFC 4533, refreshAndPersist):
 * changes are pushed, nothing has a time-to-live. Our own consumer (libldap's
 * ldap_sync_* loses updates and hides the phase). Uses its connection alone.
 * A large entry that changes again within the second is handed out up to 0.6 s
 * later, as it is then, and so are the cookies that came meanwhile.
 */
#ifndef TN_DIRECTORY_WATCH_H
#define TN_DIRECTORY_WATCH_H

#include <stdbool.h>
#include "base/err.h"
#include "directory/connection.h"
#include "directory/entry.h"

struct tn_watch; /* opaque */

enum tn_watch_event_kind {
	TN_WATCH_UPSERT,    /* .entry: new or changed; keyed by uuid */
	TN_WATCH_DELETE,    /* .uuid: gone, or no longer readable */
	TN_WATCH_PRESENT,   /* .uuid: unchanged, in a present phase */
	TN_WATCH_REFRESHED, /* the refresh is over; .complete tells how */
	TN_WATCH_COOKIE,    /* .cookie moved on */
};

struct tn_watch_event {
	enum tn_watch_event_kind kind;
	const struct tn_entry *entry;
	struct tn_uuid uuid;
	/* REFRESHED: true after a present phase or a refresh without cookie:
	   what was neither upserted nor present since the start is gone. False
	   after a delete phase: deletions were named one by one. */
	bool complete;
	const char *cookie;  /* with COOKIE and REFRESHED, or NULL: save it
			       after everything before was applied */
	bool cookie_is_long; /* with REFRESHED: one was over TN_COOKIE_MAX, and
				none can be gone on from but an earlier one */
	int64_t change_ms;   /* with UPSERT, of a live change: when the server
			       made it, by its own clock, in milliseconds since
			       1970; 0 where it does not say */
};

typedef int tn_watch_handler(const struct tn_watch_event *event, void *arg,
                             struct tn_err *err);

/* cookie: from an earlier watch, or NULL for a whole refresh, which is also
   what a damaged one gets. */
int tn_watch_open(struct tn_connection *connection, const char *base,
                  const char *filter, const char *cookie, struct tn_watch **ret,
                  struct tn_err *err);
void tn_watch_closep(struct tn_watch **watch); /* not the connection */

/*
 * Wait up to timeout_ms for messages and hand out what came.
 * Returns TN_OK (also when nothing came), TN_E_STALE (result 53 or 4096: drop
 * the cookie and refresh), TN_E_INCOMPLETE (result 4), TN_E_UNREACHABLE, or
 * what handler returned. After any error close the watch and the connection.
 */
int tn_watch_step(struct tn_watch *watch, int timeout_ms,
                  tn_watch_handler *handler, void *arg, struct tn_err *err);

/* The socket, for poll(). Messages may be buffered: step first. */
int tn_watch_descriptor(const struct tn_watch *watch);

#endif

/*
 * Was the server restored from a backup? Where nothing was written since, slapd
 * itself refuses our cookie as one from the future. After one write it takes the
 * cookie, and tells of that write alone. So who goes on from a cookie asks first
 * for the newest of what is known: an account or a group that is missing there,
 * or older, or is there although it was deleted, and that the refresh has no
 * word of, is one that the server has lost, and all is to be read. Which groups
 * were deleted is known until a restart of this program. A server that is only
 * behind another gives no alarm: it has not seen our cookie's changes, by its
 * own contextCSN. Used by one thread.
 */
#ifndef TN_DAEMON_RESTORED_SERVER_H
#define TN_DAEMON_RESTORED_SERVER_H

#include "net.h"

/* Newest accounts that are there; as many that went; as many groups of each. */
#define TN_WITNESSES 16

struct tn_witness {
	struct tn_uuid uuid;
	int64_t changed;
	bool vanished;
	bool is_there;   /* at the server, too */
	bool is_suspect; /* the server says otherwise, and no reason yet */
};

struct tn_witnesses { /* zeros to begin with */
	struct tn_witness data[4 * TN_WITNESSES];
	size_t count;
};

/* The newest of the table that changed up to then (seconds since 1970): later
   ones are not in the cookie yet. Takes the net's lock for a moment at a time. */
void
tn_witnesses_pick(struct tn_net *net, int64_t until, struct tn_witnesses *ret);
/* The server has this entry, from then (TN_TIME_NONE: it cannot be read, and
   is rightly not known here). One that is no witness is passed over. */
void tn_witnesses_hear(struct tn_witnesses *witnesses,
                       const struct tn_uuid *uuid, int64_t changed);
/* All was heard: who is missing is a suspect, too. */
void tn_witnesses_heard_all(struct tn_witnesses *witnesses);
/* The refresh names it, as changed or as gone. */
void
tn_witnesses_named(struct tn_witnesses *witnesses, const struct tn_uuid *uuid);
/* The refresh is over (complete: as in watch.h). True: the server was
   restored. */
bool tn_witnesses_accuse(const struct tn_witnesses *witnesses, bool complete);

/*
 * All of it before the watch begins from the cookie. *ret has no suspect where
 * the server cannot be judged. Errors: as of tn_search, but for what this host
 * may not see.
 */
int tn_restored_look(struct tn_net *net, struct tn_connection *connection,
                     const char *cookie, struct tn_witnesses *ret,
                     struct tn_err *err);

#endif

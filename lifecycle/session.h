/*
 * A verb's connection to the directory: the configuration, the first server
 * that answers, and who we are there.
 */
#ifndef TN_LIFECYCLE_SESSION_H
#define TN_LIFECYCLE_SESSION_H

#include <stdint.h>
#include <sys/types.h>
#include "account/verdict.h"
#include "base/err.h"
#include "command.h"
#include "config/config.h"
#include "directory/connection.h"

struct session {
	struct tn_config *config;
	struct tn_connection *connection;
	char *who;       /* "dn:cn=bootstrap,..." as the server sees us */
	const char *uri; /* of the server that answered; of .config */
	bool at_writer;  /* it takes account changes; else it takes locks */
	struct tn_moment moment; /* when the session was opened */
	uint64_t journaled;      /* number of the record that journal_change()
			       wrote; 0: none */
	struct tn_connection *peer; /* private to session_peer.c */
	struct tn_err peer_failed;
};

/*
 * Read the configuration, connect, bind: EXTERNAL (root over ldapi, or the
 * host's certificate), or with --as by that person's password, and then at the
 * writer first. run->writer says for command_fail() where changes are made,
 * unless it is there.
 * ret  filled on success; session_close() it either way.
 * Errors: of the configuration; TN_E_UNREACHABLE naming each server and why;
 * TN_E_DENIED (wrong password, or one that must be changed first).
 */
int session_open(struct command_run *run, struct session *ret,
                 struct tn_err *err);
/*
 * The other directory server, asked as this one's certificate: both have
 * reports of hosts and an access log of their own.
 * ret  the session's own connection; NULL where it does not answer, and then
 *      err says why. It is tried once in a session.
 * Returns its URI, borrowed; NULL where there is no other one.
 */
const char *session_peer(struct session *session, struct tn_connection **ret,
                         struct tn_err *err);
/* It stopped answering: nobody asks it again in this session. */
void session_peer_lost(struct session *session, const struct tn_err *why);
/* The configuration alone, for what needs no directory. */
int session_config(const struct command_run *run, struct session *ret,
                   struct tn_err *err);
void session_close(struct session *session);

/* The name of a system user, or "uid 1234". */
void session_user_name(uid_t uid, char *ret, size_t size);
/* Who logged in, whoever they became since. False where nobody did. */
bool session_login_uid(uid_t *ret);

/* The words for who did something: the bound dn, and on whose behalf root
   acted ("cn=bootstrap,... (root, logged in as wang)"). size bytes at most. */
void session_actor(const struct session *session, char *ret, size_t size);

#endif

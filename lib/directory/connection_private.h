/* What the files of this folder share of a connection. Private. */
#ifndef TN_DIRECTORY_CONNECTION_PRIVATE_H
#define TN_DIRECTORY_CONNECTION_PRIVATE_H

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "directory/connection.h"

/* One message of a server: a group of TN_MEMBERS_MAX members fits. */
#define TN_MESSAGE_MAX (32UL * 1024 * 1024)

struct tn_connection {
	LDAP *ld;       /* NULL once closed: every call fails from then on */
	int descriptor; /* ld's; closed with it */
	pid_t pid;      /* who opened it; a child must not touch ld */
	int operation_timeout; /* milliseconds */
	int64_t deadline;      /* of tn_clock_ms, or 0 */
	bool is_watched;       /* a watch uses it alone */
	char *uri;             /* for words */
};

/* Milliseconds of a clock that nobody sets. */
int64_t tn_clock_ms(void);

/* connection_socket.c: a connected, non-blocking socket by the deadline (of
   tn_clock_ms), keepalive set. url is ldaps or ldapi. */
int tn_socket_open(const LDAPURLDesc *url, int64_t deadline, int *ret,
                   struct tn_err *err);

/* tls_context.c: give the handle a TLS context of the server's files. TN_E_IO
   for a file that is missing or broken. Any thread. */
int
tn_tls_context(LDAP *ld, const struct tn_server *server, struct tn_err *err);

/* connection_tls.c: the same, and shake hands; by the deadline. */
int tn_tls_start(LDAP *ld, const struct tn_server *server, int64_t deadline,
                 struct tn_err *err);

/* Is the handle there, and ours? Else TN_E_UNREACHABLE or TN_E_BUG. */
int
tn_connection_check(const struct tn_connection *connection, struct tn_err *err);
/* Destroy the handle: nothing may be asked on it again. */
void tn_connection_destroy(struct tn_connection *connection);
/* A call that sends failed: set the error; destroy the handle unless it is
   only the arguments that were wrong. */
#define tn_connection_send_failed(...) \
	tn_failure(tn_connection_give_up(__VA_ARGS__))
int tn_connection_give_up(struct tn_connection *connection, int result,
                          const char *what, struct tn_err *err);

/* Milliseconds that the next operation may take. */
int64_t tn_connection_budget(const struct tn_connection *connection);

/*
 * Wait for the next message of an operation, at most *budget milliseconds,
 * and take from the budget what was waited. Returns TN_OK with a message (free
 * it with ldap_msgfree), TN_E_TIMEOUT or TN_E_UNREACHABLE, both with the
 * handle destroyed.
 */
int tn_connection_wait(struct tn_connection *connection, int message_id,
                       int64_t *budget, LDAPMessage **ret, struct tn_err *err);

/* An operation with one answer: what the answer said. Owned by the caller:
   tn_answer_done. */
struct tn_answer {
	int result;  /* LDAP's result code */
	char *words; /* the server's own, or NULL */
	LDAPControl **controls;
	struct berval *data; /* of an extended operation, or NULL */
};
int tn_connection_answer(struct tn_connection *connection, int message_id,
                         struct tn_answer *ret, struct tn_err *err);
void tn_answer_done(struct tn_answer *answer);

#endif

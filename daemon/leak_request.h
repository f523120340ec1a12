/*
 * A report that a person made of the own leak on this host, as a request in the
 * directory: the enforcer makes a lock of it, five an hour of one host. This
 * host has locked the person already (leak_answer.c), keeps that over a
 * restart, and asks until it is answered.
 */
#ifndef TN_DAEMON_LEAK_REQUEST_H
#define TN_DAEMON_LEAK_REQUEST_H

#include "directory/connection.h"
#include "net.h"

#define TN_REQUEST_RESULT_MAX 256

/* What became of a request. */
struct tn_leak_request {
	char uuid[TN_UUID_TEXT_MAX];        /* "" where it is not there */
	char result[TN_REQUEST_RESULT_MAX]; /* "": not answered yet */
};

/* Read what became of the request of this name; .uuid "" where there is none.
   Errors of tn_search. */
int tn_leak_request_look(struct tn_connection *connection, const char *name,
                         struct tn_leak_request *ret, struct tn_err *err);

/*
 * Add the request, unless it is there, and read what became of it.
 * own  a lock of tn_table_next_own: its name is the request's cn.
 * Errors of tn_add and tn_search. Any thread; the connection is one thread's.
 */
int tn_leak_request_ask(struct tn_net *net, struct tn_connection *connection,
                        const struct tn_lock *own, struct tn_leak_request *ret,
                        struct tn_err *err);

/*
 * Add the request in the person's own name, who has bound on the connection with
 * the password: so a holder of a role is locked, whom no host locks. This host
 * reads it as if it were its own. TN_E_DENIED: holds no role. Errors of tn_add.
 */
int tn_leak_request_own(struct tn_net *net, struct tn_connection *connection,
                        const struct tn_lock *own, const char *person_dn,
                        struct tn_err *err);

/* From the heartbeat: ask again for what was not granted yet, and open here
   what is settled. Closes the connection after an error. */
void
tn_leak_request_work(struct tn_net *net, struct tn_connection **connection);

#endif

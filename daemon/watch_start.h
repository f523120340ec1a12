/* Begins the watch on a connection, from the cookie where there is one. */
#ifndef TN_DAEMON_WATCH_START_H
#define TN_DAEMON_WATCH_START_H

#include "directory/watch.h"
#include "net.h"
#include "restored_server.h"

/* The connection is bound as this host, and for the watch alone from here on.
   A refresh of the table begins. *ret_witnesses: for the end of this refresh.
   Errors of tn_search and tn_watch_open. */
int tn_watch_start(struct tn_net *net, struct tn_connection *connection,
                   struct tn_watch **ret, struct tn_witnesses *ret_witnesses,
                   struct tn_err *err);

#endif

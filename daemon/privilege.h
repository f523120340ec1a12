/*
 * Giving privileges up, checked and for good. A step that fails ends the
 * process: nothing of ours runs with more than its table says (docs/design.md).
 */
#ifndef TN_DAEMON_PRIVILEGE_H
#define TN_DAEMON_PRIVILEGE_H

#include <sys/types.h>
#include "base/err.h"

/* A system user, read in /etc/passwd itself: never through NSS, which may be
   waiting for us. TN_E_NOT_FOUND. */
int tn_system_user(const char *name, uid_t *ret_uid, gid_t *ret_gid,
                   struct tn_err *err);

/* The number of a group of /etc/group itself; *ret stays as it is where there is
   none, or it is root's. */
void tn_system_group(const char *name, gid_t *ret);

/* For the parent, before anything else: no core dumps, not traceable, empty
   environment, SIGPIPE ignored, umask 022, descriptors 0 to 2 open. */
int tn_privilege_start(struct tn_err *err);

/* For a child: become who it is to be, with exactly these capabilities (a
   bit set of 1u << CAP_x), no way back, no new privileges by exec, and dead
   when the parent dies. uid 0 keeps its number and loses its capabilities. */
int tn_privilege_drop(uid_t uid, gid_t gid, unsigned int capabilities,
                      pid_t parent, struct tn_err *err);

#endif

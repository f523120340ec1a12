/* System calls that each process may make (seccomp). A call that is not on the
   list fails with EPERM. */
#ifndef TN_DAEMON_CONFINE_H
#define TN_DAEMON_CONFINE_H

#include "base/err.h"

/* Short allow list: no socket, no connect, no exec, no kill. */
int tn_confine_publish(struct tn_err *err);
/* The same with reading folders and signals through pidfds alone. */
int tn_confine_reaper(struct tn_err *err);
/* The same with local sockets, to reach logind, and removing files. */
int tn_confine_sessions(struct tn_err *err);
/* libldap, GnuTLS and cracklib need much: only what none of them needs is
   taken away (exec, ptrace, mounts, namespaces, kernel interfaces). */
int tn_confine_net(struct tn_err *err);

#endif

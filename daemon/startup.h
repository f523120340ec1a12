/* What the parent makes before it forks: folders, the lock, the socket. */
#ifndef TN_DAEMON_STARTUP_H
#define TN_DAEMON_STARTUP_H

#include <sys/types.h>
#include "base/err.h"

/* Makes a folder unless it is there; in any case it must be a folder of root's
   that lets others do no more than mode says. Parents are not made. */
int tn_startup_folder(const char *path, mode_t mode, struct tn_err *err);

/* The folder of the keys file: of root, for this group alone to read, with the
   setgid bit, by which the file becomes the group's: who writes it may not say
   so. TN_E_DENIED where that cannot be had. */
int
tn_startup_keys_folder(const char *path, gid_t group, struct tn_err *err);

/* Takes the lock beside the socket, so that there is one tenured for it.
   ret: a descriptor to keep. TN_E_EXISTS: another one has it. */
int tn_startup_lock(const char *socket_path, int *ret, struct tn_err *err);

/* Listens on path, mode 0666: everybody may ask, the kernel says who. */
int tn_startup_listen(const char *path, int *ret, struct tn_err *err);

#endif

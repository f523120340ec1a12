/* What the parent makes before it forks: folders, the lock, the socket. */
#ifndef TN_DAEMON_STARTUP_H
#define TN_DAEMON_STARTUP_H

#include "base/err.h"

/*
 * The folders of the socket and of the snapshot, where they are Tenure's own;
 * of what is kept over a restart; and of the keys file, without which nobody
 * logs in by key and everything else goes on. Each must be root's and let
 * others do no more than it says: TN_E_DENIED.
 */
int tn_startup_folders(const char *socket_path, const char *snapshot_directory,
                       struct tn_err *err);

/* Takes the lock beside the socket, so that there is one tenured for it.
   ret: a descriptor to keep. TN_E_EXISTS: another one has it. */
int tn_startup_lock(const char *socket_path, int *ret, struct tn_err *err);

/* Listens on path, mode 0666: everybody may ask, the kernel says who. */
int tn_startup_listen(const char *path, int *ret, struct tn_err *err);

#endif

/*
 * Opens a file of the snapshot, where it is one to believe. Internal to
 * lib/snapshot. Neither function is a place where a thread can be cancelled:
 * who opens has taken a place that all threads share. Both change errno.
 */
#ifndef TN_SNAPSHOT_SNAPSHOT_OPEN_H
#define TN_SNAPSHOT_SNAPSHOT_OPEN_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * No link is followed, no FIFO or terminal waited for, and a file that is
 * neither root's nor owner's, or that others can write, is never read.
 * TN_E_NOT_FOUND, TN_E_DAMAGED (not one to believe), TN_E_IO.
 */
int
tn_snapshot_open(const char *path, uid_t owner, int *ret_fd, struct stat *ret);
void tn_snapshot_close(int fd);

/* Does a text like that of /proc/self/uid_map give this uid to somebody? True
   where the text cannot be read. */
bool tn_snapshot_uid_is_mapped(const char *map, uid_t uid);

#endif

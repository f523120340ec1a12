/*
 * What this host's own files hold, read from /etc/passwd, group, subuid,
 * subgid and shells themselves, never through NSS. Immutable once read; a new
 * one is read when the files changed. Any thread may read.
 */
#ifndef TN_DAEMON_LOCAL_FILES_H
#define TN_DAEMON_LOCAL_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "account/serve_rule.h"
#include "base/err.h"

struct tn_local_files; /* opaque */

struct tn_local_user {
	const char *name;
	uint32_t uid;
	uint32_t gid;
	const char *shell;
};

/* directory: "/etc". passwd and group must be readable (TN_E_IO, ...: what is
   not known cannot be served beside); the others may be missing. */
int tn_local_files_read(const char *directory, struct tn_local_files **ret,
                        struct tn_err *err);
void tn_local_files_free(struct tn_local_files *files); /* NULL is legal */
/* Are the files on disk the ones that were read? Five stats. */
bool tn_local_files_is_current(const struct tn_local_files *files);

/* The questions of serve_rule.h about them; borrows files. */
struct tn_local_names tn_local_files_names(const struct tn_local_files *files);

/* The accounts of /etc/passwd, in its order. */
size_t tn_local_files_users(const struct tn_local_files *files,
                            const struct tn_local_user **ret);

#endif

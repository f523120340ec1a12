/*
 * Is a login one of this machine's own, that is, in /etc/passwd itself? The
 * file is read directly: NSS would also name the people whom Tenure serves,
 * and a damaged snapshot would turn one of them into an unknown one.
 */
#ifndef TN_LOCAL_NAME_H
#define TN_LOCAL_NAME_H

#include <stdbool.h>
#include "base/err.h"

/*
 * path  /etc/passwd; tests have another.
 * ret   set on success. "root" is local without looking, so that a broken
 *       file does not keep root out.
 * Errors: TN_E_IO, TN_E_LIMIT (longer than 64 MiB).
 */
int tn_local_name(const char *path, const char *name, bool *ret,
                  struct tn_err *err);

#endif

/* LDAP's result codes as ours, in one table. Private. */
#ifndef TN_DIRECTORY_RESULT_H
#define TN_DIRECTORY_RESULT_H

#include <ldap.h>
#include "base/err.h"

/* result: of a server (0 and up) or of libldap (below 0). TN_OK for success
   alone; what the table does not know is TN_E_PROTOCOL. */
int tn_result_code(int result);

/*
 * Sets the error: what, LDAP's words, and the server's own, which may be NULL.
 * A violation of uniqueness (19 by slapo-unique) is TN_E_EXISTS.
 */
#define tn_result_fail(...) tn_failure(tn_result_put(__VA_ARGS__))
int tn_result_put(struct tn_err *err, int result, const char *server_words,
                  const char *what);

#endif

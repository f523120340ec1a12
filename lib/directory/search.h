/* Searches that are complete or are no result at all. */
#ifndef TN_DIRECTORY_SEARCH_H
#define TN_DIRECTORY_SEARCH_H

#include "base/buf.h"
#include "base/err.h"
#include "directory/connection.h"
#include "directory/entry.h"

enum tn_scope { TN_SCOPE_BASE, TN_SCOPE_ONE, TN_SCOPE_SUB };

/* Returns TN_OK to go on, another code to stop with it. */
typedef int
tn_search_found(const struct tn_entry *entry, void *arg, struct tn_err *err);

/*
 * Hand each entry to found, one at a time; memory stays flat.
 * attributes  NULL-terminated.
 * The server has operation_timeout for each entry, however many there are; for
 * all of it on a connection with a deadline (a login). found's own time is not
 * counted. found must not use the connection.
 * Errors: TN_E_NOT_FOUND (no such base), TN_E_INCOMPLETE (size or time limit,
 * or the connection broke: what was handed out is not everything),
 * TN_E_DENIED, TN_E_TIMEOUT, TN_E_UNREACHABLE, or what found returned.
 */
int tn_search(struct tn_connection *connection, const char *base,
              enum tn_scope scope, const char *filter,
              const char *const *attributes, tn_search_found *found, void *arg,
              struct tn_err *err);

/* Appends value escaped for a filter (RFC 4515) or for a dn (RFC 4514). */
int tn_filter_escape(struct tn_buf *buf, const char *value);
int tn_dn_escape(struct tn_buf *buf, const char *value);

#endif

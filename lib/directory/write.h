/* Writes: add, modify, delete, with assertions (RFC 4528). */
#ifndef TN_DIRECTORY_WRITE_H
#define TN_DIRECTORY_WRITE_H

#include "base/err.h"
#include "directory/connection.h"

enum tn_modify_kind { TN_MODIFY_ADD, TN_MODIFY_REPLACE, TN_MODIFY_DELETE };

/* One attribute. values: NULL-terminated; NULL deletes it whole. */
struct tn_modification {
	enum tn_modify_kind kind; /* for an add of an entry: ADD */
	const char *attribute;
	const char *const *values;
};

/*
 * assertion  a filter that must hold (RFC 4528, critical), or NULL.
 * Errors: TN_E_EXISTS (there already, or not unique: result 68, 19 by
 * slapo-unique), TN_E_RULE (constraint, schema, quality), TN_E_STALE (the
 * assertion failed), TN_E_DENIED, TN_E_NOT_FOUND, TN_E_TIMEOUT (nobody knows),
 * TN_E_UNREACHABLE. The text carries the server's own words.
 */
int tn_add(struct tn_connection *connection, const char *dn,
           const struct tn_modification *attributes, size_t count,
           struct tn_err *err);
int tn_modify(struct tn_connection *connection, const char *dn,
              const struct tn_modification *changes, size_t count,
              const char *assertion, struct tn_err *err);
/* The same past every constraint (the relax control), for whoever may write
   what it changes: where an entry broke a rule elsewhere, it can be changed in
   no other way. */
int tn_modify_relaxed(struct tn_connection *connection, const char *dn,
                      const struct tn_modification *changes, size_t count,
                      const char *assertion, struct tn_err *err);
int tn_delete(struct tn_connection *connection, const char *dn,
              const char *assertion, struct tn_err *err);

/* Raise a counter by count and return its value before (RFC 4525 increment
   with RFC 4527 post-read): the numbers ret .. ret+count-1 are ours. */
int tn_increment(struct tn_connection *connection, const char *dn,
                 const char *attribute, unsigned int count, uint32_t *ret,
                 struct tn_err *err);

#endif

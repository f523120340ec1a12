/* From libldap's message to our entry. Private. */
#ifndef TN_DIRECTORY_ENTRY_READ_H
#define TN_DIRECTORY_ENTRY_READ_H

#include <ldap.h>
#include "base/err.h"
#include "directory/entry.h"

/*
 * Copy an entry out of a message, in one allocation: free it with free().
 * TN_E_PROTOCOL when it is none, TN_E_LIMIT when it has more attributes than
 * anybody asks for, TN_E_NO_MEMORY.
 */
int tn_entry_read(LDAP *ld, LDAPMessage *message, struct tn_entry **ret,
                  struct tn_err *err);

#endif

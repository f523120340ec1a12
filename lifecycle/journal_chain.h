/* Whose chain: its name and place follow from who is bound, and where. */
#ifndef TN_LIFECYCLE_JOURNAL_CHAIN_H
#define TN_LIFECYCLE_JOURNAL_CHAIN_H

#include "journal/journal.h"
#include "session.h"

#define JOURNAL_BASE      "cn=tenure-journal"
#define JOURNAL_HOST_BASE "ou=journal,cn=tenure-reports"
#define JOURNAL_DN_MAX    (TN_JOURNAL_CHAIN_MAX + 80)

struct journal_chain {
	char name[TN_JOURNAL_CHAIN_MAX + 1]; /* "people.wang@ldap1" */
	char dn[JOURNAL_DN_MAX];
	const char *by; /* the bound dn; of the session */
};

/* TN_E_DENIED for an identity that has none; TN_E_INVALID for names that make
   no chain. */
int journal_chain_of(const struct session *session, struct journal_chain *ret,
                     struct tn_err *err);
/* The same, of plain texts. who: "dn:..."; uri: "ldapi:///", then machine is
   the provider's name, or "ldaps://ldap1:636". */
int journal_chain_name(const char *who, const char *base, const char *uri,
                       const char *machine, struct journal_chain *ret,
                       struct tn_err *err);
/* The dn of a record. */
void journal_record_dn(const struct journal_chain *chain, uint64_t number,
                       char ret[JOURNAL_DN_MAX]);

#endif

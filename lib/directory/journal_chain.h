/* Whose chain: its name and place follow from who is bound, and where. */
#ifndef TN_DIRECTORY_JOURNAL_CHAIN_H
#define TN_DIRECTORY_JOURNAL_CHAIN_H

#include "base/err.h"
#include "journal/journal.h"

#define TN_JOURNAL_BASE      "cn=tenure-journal"
#define TN_JOURNAL_HOST_BASE "ou=journal,cn=tenure-reports"
#define TN_JOURNAL_DN_MAX    (TN_JOURNAL_CHAIN_MAX + 80)

struct tn_journal_chain {
	char name[TN_JOURNAL_CHAIN_MAX + 1]; /* "people.wang@ldap1" */
	char dn[TN_JOURNAL_DN_MAX];
	const char *by; /* the bound dn; borrowed */
};

/* who: "dn:...", which is borrowed; uri: "ldapi:///", then machine is the
   provider's name, or "ldaps://ldap1:636"; machine NULL: this one.
   TN_E_DENIED for an identity that has none; TN_E_INVALID for names that make
   no chain. */
int tn_journal_chain_name(const char *who, const char *base, const char *uri,
                       const char *machine, struct tn_journal_chain *ret,
                       struct tn_err *err);
/* The dn of a record. */
void tn_journal_record_dn(const struct tn_journal_chain *chain, uint64_t number,
                       char ret[TN_JOURNAL_DN_MAX]);

#endif

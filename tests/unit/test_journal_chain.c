/* Whose chain: access rules bind a chain's name to its writer, so the name
   follows from the bound dn, and from nothing that the writer chooses. */
#include <string.h>
#include <criterion/criterion.h>
#include "base/attrs.h"
#include "directory/journal_chain.h"

#define BASE "dc=example,dc=org"

Test(journal_chain, the_name_follows_from_the_bound_dn)
{
	static const struct {
		const char *who;
		const char *uri;
		const char *name; /* NULL: none */
		const char *base;
	} rows[] = {
		{ "dn:cn=bootstrap,ou=agents," BASE, "ldapi:///",
		  "agents.bootstrap@ldap1", TN_JOURNAL_BASE },
		{ "dn:uid=wang.li,ou=people," BASE, "ldaps://Ldap2.Example:636",
		  "people.wang.li@ldap2.example", TN_JOURNAL_BASE },
		{ "dn:CN=bootstrap,OU=agents,DC=example,DC=org", "ldapi:///",
		  "agents.bootstrap@ldap1", TN_JOURNAL_BASE },
		{ "dn:cn=web01.example.org,ou=hosts," BASE, "ldaps://10.0.0.1/",
		  "hosts.web01.example.org@10.0.0.1", TN_JOURNAL_HOST_BASE },
		{ "dn:cn=nobody", "ldapi:///", NULL, NULL },
		{ "dn:uid=wang,ou=services," BASE, "ldapi:///", NULL, NULL },
		{ "dn:uid=a,uid=wang,ou=people," BASE, "ldapi:///", NULL,
		  NULL },
		{ "dn:uid=wang,ou=people,dc=other,dc=org", "ldapi:///", NULL,
		  NULL },
		{ "dn:uid=a@b,ou=people," BASE, "ldapi:///", NULL, NULL },
		{ "dn:", "ldapi:///", NULL, NULL },
		{ "", "ldapi:///", NULL, NULL },
	};
	struct tn_journal_chain chain;
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++) {
		int r = tn_journal_chain_name(rows[i].who, BASE, rows[i].uri,
		                           "ldap1", &chain, NULL);

		if (!rows[i].name) {
			cr_expect_neq(r, TN_OK, "%s", rows[i].who);
			continue;
		}
		cr_assert_eq(r, TN_OK, "%s", rows[i].who);
		cr_expect_str_eq(chain.name, rows[i].name);
		cr_expect_not_null(strstr(chain.dn, rows[i].base), "%s",
		                   rows[i].who);
	}
}

/*
 * The name of an entry that says it twice. The relax control can add a second
 * uid or cn past every constraint; a host must lose neither an account nor a
 * lock by it. The name is the value that stands in the dn, and there is but
 * one dn.
 */
#include <ldap.h>
#include <string.h>
#include <strings.h>
#include "base/text.h"
#include "directory/entry.h"

/* Sought by what the dn says, so that the text is the entry's own. */
static const char *
value_like(const struct tn_entry *entry, const char *name,
           const struct berval *named)
{
	const struct tn_value *values;
	size_t count;
	size_t i;

	values = tn_entry_values(entry, name, &count);
	for (i = 0; i < count; i++)
		if (values[i].len == named->bv_len &&
		    strncasecmp(values[i].data, named->bv_val, named->bv_len) ==
		        0 &&
		    tn_text_is_utf8(values[i].data, values[i].len))
			return values[i].data;
	return NULL;
}

const char *
tn_entry_name(const struct tn_entry *entry, const char *name)
{
	const char *found = tn_entry_text(entry, name);
	LDAPDN dn = NULL;
	size_t i;

	if (found != NULL ||
	    ldap_str2dn(entry->dn, &dn, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		return found;
	for (i = 0; dn != NULL && dn[0] != NULL && dn[0][i] != NULL; i++) {
		const LDAPAVA *part = dn[0][i];

		if (part->la_attr.bv_len == strlen(name) &&
		    strncasecmp(part->la_attr.bv_val, name,
		                part->la_attr.bv_len) == 0)
			found = value_like(entry, name, &part->la_value);
	}
	ldap_dnfree(dn);
	return found;
}

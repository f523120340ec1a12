#include "journal_read.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "directory/search.h"
#include "directory/journal_chain.h"

struct reading {
	journal_found *found;
	void *arg;
	const char *base;
	bool has_base;
};

/* "cn=0000000017,cn=people.wang@ldap1,BASE": the place. What is not named
   like this has number 0 and the chain "?", and is a fault by that. */
static void
place_of(const char *dn, const char *base, char chain[TN_JOURNAL_CHAIN_MAX + 1],
         uint64_t *ret_number)
{
	const char *comma = strchr(dn, ',');
	const char *behind = comma ? strchr(comma + 1, ',') : NULL;
	char number[TN_JOURNAL_DIGITS + 1];
	size_t len;
	size_t zeros;

	snprintf(chain, TN_JOURNAL_CHAIN_MAX + 1, "?");
	*ret_number = 0;
	if (!behind || strcasecmp(behind + 1, base) ||
	    strncasecmp(dn, "cn=", 3) || strncasecmp(comma + 1, "cn=", 3))
		return;
	len = (size_t)(behind - comma) - 4;
	if (len <= TN_JOURNAL_CHAIN_MAX)
		snprintf(chain, TN_JOURNAL_CHAIN_MAX + 1, "%.*s", (int)len,
		         comma + 4);
	if ((size_t)(comma - dn) - 3 != TN_JOURNAL_DIGITS)
		return;
	memcpy(number, dn + 3, TN_JOURNAL_DIGITS);
	number[TN_JOURNAL_DIGITS] = '\0';
	zeros = strspn(number, "0");
	tn_journal_number(number + zeros, ret_number);
}

static int
found_entry(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct reading *reading = arg;
	char chain[TN_JOURNAL_CHAIN_MAX + 1];
	struct tn_journal_place place = { .chain = chain };
	const struct tn_value *text;
	size_t count;

	if (!tn_entry_is(entry, "tenureJournalRecord")) {
		reading->has_base |= !strcasecmp(entry->dn, reading->base);
		return TN_OK;
	}
	place_of(entry->dn, reading->base, chain, &place.number);
	/* A second name would be an edit: nobody gave one. */
	if (!tn_entry_text(entry, "cn"))
		place.number = 0;
	place.by = tn_entry_text(entry, "tenureJournalBy");
	text = tn_entry_values(entry, "tenureJournalText", &count);
	return reading->found(&place, text ? text[0].data : "",
	                      text ? text[0].len : 0, reading->arg, err);
}

int
journal_read_all(struct session *session, journal_found *found, void *arg,
                 struct tn_err *err)
{
	static const char *const bases[] = { TN_JOURNAL_BASE, TN_JOURNAL_HOST_BASE };
	static const char *const attributes[] = { "objectClass", "cn",
		                                  "tenureJournalBy",
		                                  "tenureJournalText", NULL };
	struct reading reading = { .found = found, .arg = arg };
	size_t i;
	int r;

	for (i = 0; i < TN_ARRAY_LEN(bases); i++) {
		reading.base = bases[i];
		reading.has_base = false;
		r = tn_search(session->connection, bases[i], TN_SCOPE_SUB,
		              "(objectClass=*)", attributes, found_entry,
		              &reading, err);
		/* Whoever may not read it is not told that it is there. */
		if (r == TN_E_NOT_FOUND || r == TN_E_DENIED ||
		    (!r && !reading.has_base))
			return tn_fail(err, TN_E_DENIED,
			               "the journal is read by root on the "
			               "directory server and by the audit "
			               "role; %s is not there for you",
			               bases[i]);
		if (r)
			return r;
	}
	return TN_OK;
}

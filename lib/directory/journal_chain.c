#include "directory/journal_chain.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/attrs.h"

#define NAME_MAX_LEN 90

static void
lower(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

/* "uid=wang,ou=people,BASE": wang and people. */
static int
split_dn(const char *dn, const char *base, char ret_name[NAME_MAX_LEN + 1],
         const char **ret_kind, struct tn_err *err)
{
	static const struct {
		const char *rdn;
		const char *kind;
	} kinds[] = {
		{ "uid=", "people" },
		{ "cn=", "agents" },
		{ "cn=", "hosts" },
	};
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(kinds); i++) {
		const char *comma = strchr(dn, ',');
		size_t rdn = strlen(kinds[i].rdn);
		char behind[512];
		int n;

		n = snprintf(behind, sizeof(behind), ",ou=%s,%s", kinds[i].kind,
		             base);
		if (n < 0 || (size_t)n >= sizeof(behind) || !comma ||
		    strcasecmp(comma, behind) ||
		    strncasecmp(dn, kinds[i].rdn, rdn) ||
		    (size_t)(comma - dn) - rdn > NAME_MAX_LEN)
			continue;
		snprintf(ret_name, NAME_MAX_LEN + 1, "%.*s",
		         (int)((size_t)(comma - dn) - rdn), dn + rdn);
		*ret_kind = kinds[i].kind;
		return TN_OK;
	}
	return tn_fail(err, TN_E_DENIED, "%s has no chain in the journal", dn);
}

int
tn_journal_chain_name(const char *who, const char *base, const char *uri,
                   const char *machine, struct tn_journal_chain *ret,
                   struct tn_err *err)
{
	struct tn_journal_chain chain = { .name = "" };
	char name[NAME_MAX_LEN + 1];
	char here[128] = "";
	const char *provider = machine;
	const char *kind = "";
	int len;
	int r;

	chain.by = who && !strncmp(who, "dn:", 3) ? who + 3 : "";
	r = split_dn(chain.by, base, name, &kind, err);
	if (r)
		return r;
	if (!machine) {
		if (gethostname(here, sizeof(here) - 1))
			snprintf(here, sizeof(here), "unknown");
		provider = here;
	}
	if (uri && !strncmp(uri, "ldaps://", 8))
		provider = uri + 8;
	len = (int)strcspn(provider, ":/");
	if (len > 50)
		len = 50;
	snprintf(chain.name, sizeof(chain.name), "%.8s.%.90s@%.*s", kind, name,
	         len, provider);
	lower(chain.name);
	if (!tn_journal_chain_is_valid(chain.name))
		return tn_fail(err, TN_E_INVALID,
		               "the names of %s and of the server make no "
		               "chain of the journal",
		               chain.by);
	snprintf(chain.dn, sizeof(chain.dn), "cn=%s,%s", chain.name,
	         strcmp(kind, "hosts") ? TN_JOURNAL_BASE : TN_JOURNAL_HOST_BASE);
	*ret = chain;
	return TN_OK;
}

void
tn_journal_record_dn(const struct tn_journal_chain *chain, uint64_t number,
                  char ret[TN_JOURNAL_DN_MAX])
{
	snprintf(ret, TN_JOURNAL_DN_MAX, "cn=%0*llu,%.200s", TN_JOURNAL_DIGITS,
	         (unsigned long long)number, chain->dn);
}

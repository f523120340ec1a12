/* One record of what the enforcer does for somebody, in its own chain. */
#include <config.h>

#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "base/day.h"
#include "directory/journal_append.h"
#include "enforcer.h"

int
tn_enforcer_journal(struct tn_enforcer *enforcer, const char *arguments,
                    const char *people, const char *reason, struct tn_err *err)
{
	struct tn_journal_record record = { .text = { NULL } };
	struct tn_journal_chain chain;
	char who[TN_DN_MAX + 8];
	char host[128] = "";
	char user[32];
	char now[TN_RFC3339_TEXT_MAX];
	uint64_t number;
	int rc;

	(void)snprintf(who, sizeof(who), "dn:%s", enforcer->dn);
	rc = tn_journal_chain_name(who, enforcer->config->base, "ldapi:///",
	                           NULL, &chain, err);
	if (rc != TN_OK)
		return rc;
	if (gethostname(host, sizeof(host) - 1) != 0)
		(void)snprintf(host, sizeof(host), "unknown");
	(void)snprintf(user, sizeof(user), "tenure-enforcer (%u)",
	               (unsigned int)geteuid());
	tn_rfc3339_format((int64_t)time(NULL), now);
	record.text[TN_JOURNAL_TIME] = now;
	record.text[TN_JOURNAL_USER] = user;
	record.text[TN_JOURNAL_HOST] = host;
	record.text[TN_JOURNAL_KIND] = "change";
	record.text[TN_JOURNAL_VERB] = "enforcer";
	record.text[TN_JOURNAL_ARGUMENTS] = arguments;
	record.text[TN_JOURNAL_PEOPLE] = people;
	record.text[TN_JOURNAL_REASON] = reason;
	return tn_journal_append(enforcer->work, &chain, &record, &number, err);
}

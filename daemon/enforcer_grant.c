#include <config.h>

#include "enforcer_grant.h"

#include "base/attrs.h"

enum tn_grant
tn_grant_decide(const struct tn_grant_facts *facts)
{
	const bool is_leak = facts->from_host || facts->from_self;

	if (facts->kind != (is_leak ? TN_LOCK_LEAK : TN_LOCK_DEPARTURE))
		return TN_GRANT_KIND;
	if (facts->matches == 0 || facts->account == NULL)
		return TN_GRANT_NOBODY;
	if (facts->matches > 1)
		return TN_GRANT_SEVERAL;
	if (facts->account->kind != TN_KIND_PERSON)
		return TN_GRANT_NOT_A_PERSON;
	/* The own word, given with the password, is the second source. */
	if (facts->holds_role && !facts->from_self)
		return TN_GRANT_ROLE;
	if ((facts->open_locks & facts->kind) != 0)
		return TN_GRANT_ALREADY;
	if (facts->from_self)
		return TN_GRANT_YES;
	if (facts->from_host)
		return facts->granted_lately >= TN_GRANT_HOST_MAX
		           ? TN_GRANT_HOST
		           : TN_GRANT_YES;
	if (tn_removal_brake_trips(&facts->brake, facts->granted_lately + 1,
	                           facts->total))
		return TN_GRANT_BRAKE;
	return TN_GRANT_YES;
}

const char *
tn_grant_words(enum tn_grant grant)
{
	static const char *const words[TN_GRANT_COUNT] = {
		[TN_GRANT_YES] = "granted",
		[TN_GRANT_ALREADY] = "granted: locked before",
		[TN_GRANT_BRAKE] = "held: too many departures within an hour; "
		                   "a person looks at them",
		[TN_GRANT_HOST] = "held: too many of this host within an hour; "
		                  "a person looks at them",
		[TN_GRANT_ROLE] = "refused: holds a role; two people sign for "
		                  "it: tenure role suspend, or depart",
		[TN_GRANT_NOT_A_PERSON] =
		    "refused: a service account has an end date instead",
		[TN_GRANT_NOBODY] = "refused: names no account",
		[TN_GRANT_SEVERAL] = "refused: names more than one account",
		[TN_GRANT_KIND] = "refused: not what it may ask for",
	};

	return (size_t)grant < TN_ARRAY_LEN(words) ? words[grant] : "refused";
}

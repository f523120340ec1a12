#include "account/request_rule.h"

#include <string.h>
#include <strings.h>
#include "base/attrs.h"

#define DAY 86400

static const char *const roles[TN_ROLE_COUNT] = {
	[TN_ROLE_SYSTEM] = "system", [TN_ROLE_SECURITY] = "security",
	[TN_ROLE_AUDIT] = "audit",   [TN_ROLE_HR] = "hr",
	[TN_ROLE_IT_MANAGER] = "it-manager",
};

static const char *const kinds[TN_REQUEST_KINDS] = {
	[TN_REQUEST_GRANT] = "grant",
	[TN_REQUEST_REVOKE] = "revoke",
	[TN_REQUEST_SUSPEND] = "suspend",
	[TN_REQUEST_DEPART] = "depart",
};

const char *
tn_role_text(enum tn_role role)
{
	return (size_t)role < TN_ARRAY_LEN(roles) ? roles[role] : NULL;
}

enum tn_role
tn_role_parse(const char *text)
{
	size_t i;

	for (i = TN_ROLE_SYSTEM; i < TN_ARRAY_LEN(roles); i++)
		if (text != NULL && strcasecmp(text, roles[i]) == 0)
			return (enum tn_role)i;
	return TN_ROLE_NONE;
}

const char *
tn_request_kind_text(enum tn_request_kind kind)
{
	return (size_t)kind < TN_ARRAY_LEN(kinds) ? kinds[kind] : NULL;
}

enum tn_request_kind
tn_request_kind_parse(const char *text)
{
	size_t i;

	for (i = TN_REQUEST_GRANT; i < TN_ARRAY_LEN(kinds); i++)
		if (text != NULL && strcmp(text, kinds[i]) == 0)
			return (enum tn_request_kind)i;
	return TN_REQUEST_UNKNOWN;
}

bool
tn_may_sign(const struct tn_holder *who, enum tn_place place, enum tn_role role,
            int level)
{
	if (!who->is_active ||
	    (who->role != TN_ROLE_SYSTEM && who->role != TN_ROLE_SECURITY))
		return false;
	switch (place) {
	case TN_PLACE_SUPERIOR:
		return who->level == TN_LEVEL_FIRST &&
		       (who->role == TN_ROLE_SECURITY || role == who->role);
	case TN_PLACE_SECOND:
		return level == TN_LEVEL_SECOND || who->level == TN_LEVEL_FIRST;
	default:
		return false;
	}
}

/* Is it so already? Also after a stop between the change and its answer. */
static bool
is_done(const struct tn_request_facts *facts)
{
	switch (facts->kind) {
	case TN_REQUEST_GRANT:
		return facts->subject.role == facts->role &&
		       facts->subject.level == facts->level;
	case TN_REQUEST_REVOKE:
		return facts->subject.role != facts->role;
	default:
		return false;
	}
}

static bool
leaves_too_few(const struct tn_request_facts *facts)
{
	return facts->level == TN_LEVEL_FIRST &&
	       (facts->role == TN_ROLE_SYSTEM ||
	        facts->role == TN_ROLE_SECURITY) &&
	       facts->superiors_left < TN_SUPERIORS_MIN;
}

static enum tn_request_verdict
judge_signatures(const struct tn_request_facts *facts)
{
	if (facts->subject_signed)
		return TN_REQUEST_SUBJECT_SIGNED;
	if (facts->is_same_signer)
		return TN_REQUEST_SAME_SIGNER;
	if (!tn_may_sign(&facts->superior, TN_PLACE_SUPERIOR, facts->role,
	                 facts->level))
		return TN_REQUEST_NO_SUPERIOR;
	if (!tn_may_sign(&facts->second, TN_PLACE_SECOND, facts->role,
	                 facts->level))
		return TN_REQUEST_NO_SECOND;
	return TN_REQUEST_DO;
}

static enum tn_request_verdict
judge_grant(const struct tn_request_facts *facts)
{
	if (!facts->subject.is_active)
		return TN_REQUEST_NOT_ACTIVE;
	if (facts->subject.role == TN_ROLE_NONE)
		return TN_REQUEST_DO;
	if (facts->subject.role != facts->role)
		return TN_REQUEST_COMBINES;
	/* Up, but not down: that is a revocation first. */
	return facts->level == TN_LEVEL_FIRST ? TN_REQUEST_DO
	                                      : TN_REQUEST_OTHER_LEVEL;
}

static enum tn_request_verdict
judge_holder(const struct tn_request_facts *facts)
{
	if (facts->subject.role != facts->role)
		return TN_REQUEST_NOT_HELD;
	if (facts->subject.level != facts->level)
		return TN_REQUEST_OTHER_LEVEL;
	if (!leaves_too_few(facts))
		return TN_REQUEST_DO;
	return facts->kind == TN_REQUEST_DEPART ? TN_REQUEST_DO_LOCK
	                                        : TN_REQUEST_LAST_TWO;
}

/* A lock that this request set: what was judged then is finished, whoever may
   sign by now. */
static enum tn_request_verdict
judge_begun(const struct tn_request_facts *facts)
{
	if (facts->kind == TN_REQUEST_SUSPEND ||
	    facts->subject.role != facts->role)
		return TN_REQUEST_DONE;
	return leaves_too_few(facts) ? TN_REQUEST_DO_LOCK : TN_REQUEST_DO;
}

enum tn_request_verdict
tn_request_judge(const struct tn_request_facts *facts)
{
	enum tn_request_verdict verdict;

	if (tn_request_kind_text(facts->kind) == NULL ||
	    tn_role_text(facts->role) == NULL ||
	    (facts->level != TN_LEVEL_FIRST && facts->level != TN_LEVEL_SECOND))
		return TN_REQUEST_NONSENSE;
	if (facts->has_superior && facts->has_second) {
		if (!facts->subject_is_one)
			return TN_REQUEST_NOT_ONE;
		if (facts->is_begun)
			return judge_begun(facts);
		if (is_done(facts))
			return TN_REQUEST_DONE;
	}
	if (facts->age > (int64_t)TN_REQUEST_DAYS * DAY)
		return TN_REQUEST_LAPSED;
	if (!facts->has_superior || !facts->has_second)
		return TN_REQUEST_WAIT;
	verdict = judge_signatures(facts);
	if (verdict != TN_REQUEST_DO)
		return verdict;
	return facts->kind == TN_REQUEST_GRANT ? judge_grant(facts)
	                                       : judge_holder(facts);
}

const char *
tn_request_words(enum tn_request_verdict verdict)
{
	static const char *const words[TN_REQUEST_VERDICTS] = {
		[TN_REQUEST_DO] = "granted",
		[TN_REQUEST_DO_LOCK] =
		    "granted: locked; still listed in the role, as one of the "
		    "last two of its first level: grant it to a successor, "
		    "then revoke it",
		[TN_REQUEST_DONE] = "granted: it was so already",
		[TN_REQUEST_LAPSED] = "refused: older than 14 days; ask again",
		[TN_REQUEST_NONSENSE] =
		    "refused: no kind, role or level that there is",
		[TN_REQUEST_NOT_ONE] = "refused: dn, entryUUID and staff number "
		                       "are not one person's",
		[TN_REQUEST_SUBJECT_SIGNED] =
		    "refused: signed by who is concerned",
		[TN_REQUEST_SAME_SIGNER] = "refused: signed twice by one person",
		[TN_REQUEST_NO_SUPERIOR] =
		    "refused: who signed as superior is not active, or not of "
		    "the first level of this role or of security (any more)",
		[TN_REQUEST_NO_SECOND] =
		    "refused: who signed second is not active, or not of "
		    "system or security at a sufficient level (any more)",
		[TN_REQUEST_NOT_ACTIVE] =
		    "refused: a role is given to who is active",
		[TN_REQUEST_COMBINES] =
		    "refused: holds another role, and nobody combines two",
		[TN_REQUEST_NOT_HELD] = "refused: does not hold this role",
		[TN_REQUEST_OTHER_LEVEL] =
		    "refused: holds the role at another level",
		[TN_REQUEST_LAST_TWO] =
		    "refused: fewer than two of the first level would be left; "
		    "grant it to a successor first",
	};

	return (size_t)verdict < TN_ARRAY_LEN(words) ? words[verdict] : NULL;
}

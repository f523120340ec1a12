#include "account/verdict.h"

#include <stddef.h>
#include <string.h>
#include "base/attrs.h"

static const char *const refusal_words[TN_REFUSAL_COUNT] = {
	[TN_REFUSAL_NONE] = "served",
	[TN_REFUSAL_UNKNOWN] = "no such account",
	[TN_REFUSAL_REAL_NAME] = "no valid real name",
	[TN_REFUSAL_STAFF_NUMBER] = "no valid staff number",
	[TN_REFUSAL_SERVICE] =
	    "a service account without owner, reason or end date",
	[TN_REFUSAL_STATUS] = "its status is missing or unknown",
	[TN_REFUSAL_SECOND_ACCOUNT] = "a second account of one person",
	[TN_REFUSAL_SECOND_UID] = "an older account has the same uid number",
	[TN_REFUSAL_LOGIN] = "not a valid name",
	[TN_REFUSAL_LOGIN_RESERVED] = "a reserved name",
	[TN_REFUSAL_LOGIN_LOCAL] = "a local user or group has the name",
	[TN_REFUSAL_UID] = "uid number outside the allowed ranges",
	[TN_REFUSAL_UID_LOCAL] = "a local user has the uid number",
	[TN_REFUSAL_UID_SUBORDINATE] =
	    "uid number within a range of /etc/subuid",
	[TN_REFUSAL_GID] = "gid number outside the allowed ranges",
	[TN_REFUSAL_GID_LOCAL] = "a local group has the gid number",
	[TN_REFUSAL_GID_SUBORDINATE] =
	    "gid number within a range of /etc/subgid",
	[TN_REFUSAL_HOME] = "home directory empty or outside the allowed roots",
	[TN_REFUSAL_CHARACTERS] =
	    "a control character, a colon or bad UTF-8 in a field",
	[TN_REFUSAL_TOO_LONG] = "a value longer than its bound",
};

const char *
tn_refusal_words(enum tn_refusal refusal)
{
	if ((size_t)refusal >= TN_ARRAY_LEN(refusal_words))
		return "refused";
	return refusal_words[refusal];
}

const char *
tn_way_words(enum tn_way way)
{
	static const char *const words[TN_WAY_COUNT] = {
		[TN_WAY_PASSWORD] = "password", [TN_WAY_KEY] = "key",
		[TN_WAY_SUDO] = "sudo",         [TN_WAY_CRON] = "cron",
		[TN_WAY_SESSION] = "session",
	};

	return (unsigned int)way < TN_WAY_COUNT ? words[way] : "unknown";
}

const char *
tn_decision_words(enum tn_decision decision)
{
	switch (decision) {
	case TN_DENY:
		return "deny";
	case TN_ALLOW:
		return "allow";
	case TN_WARN:
		return "allow, and warn";
	case TN_CHANGE:
		return "change the password first";
	case TN_RUN:
		return "run";
	case TN_STAY:
		return "stay";
	case TN_END:
		return "end";
	}
	return "deny";
}

enum tn_key_change
tn_key_change_from_text(const char *text)
{
	if (text == NULL)
		return TN_KEY_DENY;
	if (strcmp(text, "change") == 0)
		return TN_KEY_CHANGE;
	return strcmp(text, "warn") == 0 ? TN_KEY_WARN : TN_KEY_DENY;
}

#include "finding.h"

#include "base/attrs.h"

/* One line a rule: its name in ids, its title, the policy's article. */
static const struct {
	const char *text;
	const char *title;
	const char *article;
} rules[FINDING_RULE_COUNT] = {
	[FINDING_DEPARTED_OPEN] = { "departed-open",
	                            "departed but able to log in", "CI-P38" },
	[FINDING_UNREADABLE] = { "unreadable-entry",
	                         "an entry that cannot be read, left out",
	                         "UM-5.3" },
	[FINDING_LOCK_ACTIVE] = { "lock-without-status",
	                          "an open lock, and the status active",
	                          "CI-P38" },
	[FINDING_ROLE_DEPARTED] = { "departed-role-holder",
	                            "departed, and holds a role", "UM-11.3" },
	[FINDING_SECOND_ACCOUNT] = { "second-account",
	                             "one person with two accounts", "UM-5.4" },
	[FINDING_SECOND_UID] = { "duplicate-uid",
	                         "two accounts with one uid number", "UM-5.3" },
	[FINDING_SECOND_ROOT] = { "second-root", "a second uid 0 on a host",
	                          "UM-5.3" },
	[FINDING_ORPHAN] = { "orphan-account",
	                     "account without a person that HR knows",
	                     "UM-5.3" },
	[FINDING_LOCAL_ACCOUNT] = { "local-account",
	                            "local account without a person",
	                            "UM-5.3" },
	[FINDING_UNAPPROVED] = { "unapproved",
	                         "account that no application "
	                         "asked for",
	                         "UM-10" },
	[FINDING_BREAK_GLASS_MISSING] = { "break-glass-missing",
	                                  "break-glass account that is not "
	                                  "there",
	                                  "IS-8" },
	[FINDING_BREAK_GLASS_UNNAMED] = { "break-glass-unnamed",
	                                  "host that names no break-glass "
	                                  "account",
	                                  "IS-8" },
	[FINDING_HOST_SILENT] = { "host-silent", "host that does not report",
	                          "UM-14" },
	[FINDING_PEER_SILENT] = { "peer-silent",
	                          "the other directory server was not heard",
	                          "UM-14" },
	[FINDING_NO_REAL_NAME] = { "no-real-name", "no real name", "UM-5.3" },
	[FINDING_NAME_DIFFERS] = { "name-differs",
	                           "name differs from the roster", "UM-5.3" },
	[FINDING_NUMBER_DIFFERS] = { "number-differs",
	                             "staff number differs from the roster",
	                             "UM-5.3" },
	[FINDING_NOT_SERVED] = { "not-served", "account that no host serves",
	                         "UM-5.3" },
	[FINDING_BAD_REPORT] = { "bad-report", "a host reports nonsense",
	                         "UM-14" },
	[FINDING_INITIAL_PASSWORD] = { "initial-password",
	                               "initial password outstanding",
	                               "UM-13.2" },
	[FINDING_LEAK] = { "leak-overdue", "leak case past its clock",
	                   "UM-15.1" },
	[FINDING_LEAK_HALF] = { "leak-half",
	                        "own leak of a holder of a role, closed on "
	                        "one host alone",
	                        "UM-15.2" },
	[FINDING_RESET] = { "password-reset",
	                    "password set by an administrator, not changed "
	                    "yet",
	                    "UM-13.2" },
};

const char *
finding_rule_text(enum finding_rule rule)
{
	return rules[rule].text;
}

const char *
finding_rule_title(enum finding_rule rule)
{
	return rules[rule].title;
}

const char *
finding_rule_article(enum finding_rule rule)
{
	return rules[rule].article;
}

const char *
finding_severity_text(enum finding_severity severity)
{
	static const char *const texts[] = { "critical", "high", "medium",
		                             "note" };

	return (size_t)severity < TN_ARRAY_LEN(texts) ? texts[severity] : "";
}

const char *
finding_state_text(enum finding_state state)
{
	return state == FINDING_OPEN ? "open" : "new";
}

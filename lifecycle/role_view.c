#include "role_view.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/day.h"
#include "base/text.h"

static const char *
or_unknown(const char *text)
{
	return text ? text : "(unknown)";
}

void
role_view_words(const struct tn_signed_request *request, char *ret, size_t size)
{
	const char *role = or_unknown(tn_role_text(request->role));
	const char *level =
	    request->level == TN_LEVEL_FIRST ? "first level" : "second level";

	switch (request->kind) {
	case TN_REQUEST_GRANT:
		snprintf(ret, size, "give the role %s (%s) to", role, level);
		return;
	case TN_REQUEST_REVOKE:
		snprintf(ret, size, "take the role %s (%s) from", role, level);
		return;
	case TN_REQUEST_SUSPEND:
		snprintf(ret, size, "suspend the holder of %s (%s)", role,
		         level);
		return;
	case TN_REQUEST_DEPART:
		snprintf(ret, size, "depart the holder of %s (%s)", role,
		         level);
		return;
	case TN_REQUEST_UNKNOWN:
	case TN_REQUEST_KINDS:
	default:
		snprintf(ret, size, "(unknown)");
	}
}

void
role_view_login(const char *dn, char ret[TN_DN_MAX + 1])
{
	size_t len = strcspn(dn, ",");

	if (!strncasecmp(dn, "uid=", 4))
		snprintf(ret, TN_DN_MAX + 1, "%.*s", (int)len - 4, dn + 4);
	else
		snprintf(ret, TN_DN_MAX + 1, "%s", dn);
	tn_text_clean(ret);
}

const char *
role_view_state(const struct tn_signed_request *request)
{
	if (*request->result)
		return request->result;
	if (!*request->superior && !*request->second)
		return "waits for two signatures";
	if (!*request->superior)
		return "waits for a superior";
	if (!*request->second)
		return "waits for a second signature";
	return "waits for the enforcer";
}

static void
line(const char *name, const char *value)
{
	char clean[1024];

	snprintf(clean, sizeof(clean), "%s", value);
	tn_text_clean(clean);
	printf("  %-12s %s\n", name, clean);
}

static void
line_dn(const char *name, const char *dn)
{
	char login[TN_DN_MAX + 1];

	role_view_login(dn, login);
	line(name, *login ? login : "-");
}

void
role_view_print(const struct tn_signed_request *request,
                const struct tn_found_holder *whom)
{
	char code[ROLE_CODE_MAX];
	char words[128];
	char text[TN_DN_MAX + TN_REAL_NAME_MAX + TN_STAFF_MAX + 64];
	char asked[TN_RFC3339_TEXT_MAX] = "";
	bool is_one =
	    whom->is_there &&
	    !memcmp(&whom->uuid, &request->person_uuid, sizeof(whom->uuid)) &&
	    !strcmp(whom->staff_number, request->staff_number);

	role_view_words(request, words, sizeof(words));
	printf("request %s: %s\n", request->name, words);
	snprintf(text, sizeof(text), "%s, %s, staff number %s",
	         whom->is_there ? whom->login : request->whom,
	         whom->is_there ? whom->name : "(nobody has this dn)",
	         request->staff_number);
	line("whom", text);
	if (!is_one)
		line("", "CAREFUL: dn, staff number and entry are not one "
		         "person's: it will be refused");
	if (whom->is_there && whom->holder.role != TN_ROLE_NONE) {
		snprintf(text, sizeof(text), "%s, level %d",
		         tn_role_text(whom->holder.role), whom->holder.level);
		line("holds now", text);
	} else if (whom->is_there) {
		line("holds now", "no role");
	}
	line("reason", request->reason);
	line_dn("asked by", request->asked_by);
	if (request->asked != TN_TIME_NONE)
		tn_rfc3339_format(request->asked, asked);
	line("asked", asked);
	line_dn("superior", request->superior);
	line_dn("second", request->second);
	line("state", role_view_state(request));
	role_request_code(request, code);
	line("code", code);
}

json_t *
role_view_json(const struct tn_signed_request *request)
{
	char code[ROLE_CODE_MAX];
	char asked[TN_RFC3339_TEXT_MAX] = "";
	char whom[TN_DN_MAX + 1];
	char by[TN_DN_MAX + 1];
	char superior[TN_DN_MAX + 1];
	char second[TN_DN_MAX + 1];

	role_request_code(request, code);
	if (request->asked != TN_TIME_NONE)
		tn_rfc3339_format(request->asked, asked);
	role_view_login(request->whom, whom);
	role_view_login(request->asked_by, by);
	role_view_login(request->superior, superior);
	role_view_login(request->second, second);
	return json_pack(
	    "{s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
	    "request", request->name, "kind",
	    or_unknown(tn_request_kind_text(request->kind)), "role",
	    or_unknown(tn_role_text(request->role)), "level", request->level,
	    "whom", whom, "staff_number", request->staff_number, "reason",
	    request->reason, "asked_by", by, "asked", asked, "superior",
	    superior, "second", second, "state", role_view_state(request),
	    "code", code);
}

#include "account/serve_rule.h"

#include <string.h>
#include "base/attrs.h"
#include "base/text.h"

#define ID_MIN  1000
#define NOLOGIN "/usr/sbin/nologin"

enum tn_refusal
tn_account_refusal(const struct tn_account *account)
{
	switch (account->kind) {
	case TN_KIND_PERSON:
		if (!tn_real_name_is_valid(account->real_name))
			return TN_REFUSAL_REAL_NAME;
		if (!tn_staff_number_is_valid(account->staff_number))
			return TN_REFUSAL_STAFF_NUMBER;
		break;
	case TN_KIND_SERVICE:
		if (account->owner[0] == '\0' || account->reason[0] == '\0' ||
		    account->end_day == TN_DAY_NONE)
			return TN_REFUSAL_SERVICE;
		break;
	default: /* neither: nothing that we know how to judge */
		return TN_REFUSAL_UNKNOWN;
	}
	switch (account->status) {
	case TN_STATUS_ACTIVE:
	case TN_STATUS_LEAK:
	case TN_STATUS_DEPARTED:
	case TN_STATUS_SUSPENDED:
		return TN_REFUSAL_NONE;
	case TN_STATUS_UNKNOWN:
	default:
		return TN_REFUSAL_STATUS;
	}
}

/* Would break a line of passwd or group. */
static bool
is_bad_field(const char *text)
{
	return !tn_text_is_utf8(text, strlen(text)) ||
	       tn_text_has_control(text) || strchr(text, ':') != NULL;
}

static bool
is_over(const char *text, size_t max)
{
	return strnlen(text, max + 1) > max;
}

static bool
is_anything_too_long(const struct tn_account *account)
{
	return is_over(account->dn, TN_DN_MAX) ||
	       is_over(account->login, TN_LOGIN_MAX) ||
	       is_over(account->real_name, TN_REAL_NAME_MAX) ||
	       is_over(account->staff_number, TN_STAFF_MAX) ||
	       is_over(account->home, TN_HOME_MAX) ||
	       is_over(account->shell, TN_SHELL_MAX) ||
	       is_over(account->department, TN_DEPARTMENT_MAX) ||
	       is_over(account->language, TN_DEPARTMENT_MAX) ||
	       is_over(account->owner, TN_DN_MAX) ||
	       is_over(account->reason, TN_REASON_MAX) ||
	       is_over(account->application, TN_DN_MAX) ||
	       is_over(account->reset_by, TN_DN_MAX);
}

/* Absolute, beneath root (not root itself). */
static bool
is_beneath(const char *home, const char *root)
{
	size_t len = strlen(root);

	while (len > 0 && root[len - 1] == '/')
		len--;
	return strncmp(home, root, len) == 0 && home[len] == '/' &&
	       home[len + strspn(home + len, "/")] != '\0';
}

static bool
is_home_allowed(const char *home, const char *const *roots)
{
	size_t i;

	if (home[0] != '/' || strstr(home, "..") != NULL)
		return false;
	for (i = 0; roots != NULL && roots[i] != NULL; i++) {
		if (is_beneath(home, roots[i]))
			return true;
	}
	return false;
}

/* The lines that need no host; first line that speaks. */
static enum tn_refusal
refusal_anywhere(const struct tn_account *account,
                 const struct tn_serve_policy *policy)
{
	if (!tn_login_is_valid(account->login))
		return TN_REFUSAL_LOGIN;
	if (tn_name_is_reserved(account->login))
		return TN_REFUSAL_LOGIN_RESERVED;
	if (!tn_id_is_allowed(account->uid, policy->min_uid))
		return TN_REFUSAL_UID;
	if (!tn_id_is_allowed(account->gid, ID_MIN))
		return TN_REFUSAL_GID;
	if (!is_home_allowed(account->home, policy->home_roots))
		return TN_REFUSAL_HOME;
	if (is_bad_field(account->real_name) || is_bad_field(account->home) ||
	    is_bad_field(account->shell))
		return TN_REFUSAL_CHARACTERS;
	if (is_anything_too_long(account))
		return TN_REFUSAL_TOO_LONG;
	return TN_REFUSAL_NONE;
}

static bool
is_name_local(const struct tn_local_names *local, const char *name)
{
	return local->has_user_name(local->context, name) ||
	       local->has_group_name(local->context, name);
}

/* Last, so that "refused only because of this host" can be told. */
static enum tn_refusal
refusal_here(const struct tn_account *account,
             const struct tn_local_names *local)
{
	if (is_name_local(local, account->login))
		return TN_REFUSAL_LOGIN_LOCAL;
	if (local->has_uid(local->context, account->uid))
		return TN_REFUSAL_UID_LOCAL;
	if (local->has_subuid(local->context, account->uid))
		return TN_REFUSAL_UID_SUBORDINATE;
	if (local->has_gid(local->context, account->gid))
		return TN_REFUSAL_GID_LOCAL;
	if (local->has_subgid(local->context, account->gid))
		return TN_REFUSAL_GID_SUBORDINATE;
	return TN_REFUSAL_NONE;
}

enum tn_refusal
tn_serve_refusal(const struct tn_account *account,
                 const struct tn_serve_policy *policy,
                 const struct tn_local_names *local)
{
	enum tn_refusal refusal = tn_account_refusal(account);

	if (refusal == TN_REFUSAL_NONE)
		refusal = refusal_anywhere(account, policy);
	if (refusal == TN_REFUSAL_NONE && local != NULL)
		refusal = refusal_here(account, local);
	return refusal;
}

enum tn_refusal
tn_serve_group_refusal(const struct tn_group *group,
                       const struct tn_serve_policy *policy,
                       const struct tn_local_names *local)
{
	(void)policy; /* min_uid speaks of users */
	if (!tn_login_is_valid(group->name))
		return TN_REFUSAL_LOGIN;
	if (tn_name_is_reserved(group->name))
		return TN_REFUSAL_LOGIN_RESERVED;
	if (!tn_id_is_allowed(group->gid, ID_MIN))
		return TN_REFUSAL_GID;
	if (group->count > TN_MEMBERS_MAX)
		return TN_REFUSAL_TOO_LONG;
	if (local == NULL)
		return TN_REFUSAL_NONE;
	if (is_name_local(local, group->name))
		return TN_REFUSAL_LOGIN_LOCAL;
	if (local->has_gid(local->context, group->gid))
		return TN_REFUSAL_GID_LOCAL;
	if (local->has_subgid(local->context, group->gid))
		return TN_REFUSAL_GID_SUBORDINATE;
	return TN_REFUSAL_NONE;
}

bool
tn_refusal_is_local(enum tn_refusal refusal)
{
	return refusal == TN_REFUSAL_LOGIN_LOCAL ||
	       refusal == TN_REFUSAL_UID_LOCAL ||
	       refusal == TN_REFUSAL_UID_SUBORDINATE ||
	       refusal == TN_REFUSAL_GID_LOCAL ||
	       refusal == TN_REFUSAL_GID_SUBORDINATE;
}

const char *
tn_serve_shell(const struct tn_account *account, bool dead,
               const struct tn_local_names *local)
{
	if (dead || account->shell[0] == '\0')
		return NOLOGIN;
	if (local != NULL && !local->has_shell(local->context, account->shell))
		return NOLOGIN;
	return account->shell;
}

bool
tn_account_is_elder(const struct tn_account *a, const struct tn_account *b)
{
	/* One without a createTimestamp cannot claim to be the elder. */
	if ((a->created == TN_TIME_NONE) != (b->created == TN_TIME_NONE))
		return b->created == TN_TIME_NONE;
	if (a->created != b->created)
		return a->created < b->created;
	return memcmp(a->uuid.byte, b->uuid.byte, TN_UUID_LEN) < 0;
}

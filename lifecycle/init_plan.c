#include "init_plan.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "base/text.h"
#include "config/config.h"

static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
static const char digits[] = "0123456789";

static bool
is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* One or more "dc=label", with commas between. */
static bool
is_suffix(const char *text)
{
	const char *at = text;
	size_t label;

	if (strlen(text) > INIT_SUFFIX_MAX)
		return false;
	for (;;) {
		if (strncmp(at, "dc=", 3))
			return false;
		at += 3;
		for (label = 0; is_one_of(at[label], lower) ||
		                is_one_of(at[label], digits) ||
		                (label && at[label] == '-');
		     label++)
			;
		if (label < 1 || label > 63 || at[label - 1] == '-')
			return false;
		at += label;
		if (!*at)
			return true;
		if (*at++ != ',')
			return false;
	}
}

static bool
is_plain_path(const char *text)
{
	const char *at;

	if (text[0] != '/' || strlen(text) > INIT_PATH_MAX ||
	    strstr(text, "/../"))
		return false;
	for (at = text; *at; at++) {
		char c = (char)(*at | 0x20); /* letters without case */

		if (!is_one_of(c, lower) && !is_one_of(*at, digits) &&
		    !is_one_of(*at, "/._+-"))
			return false;
	}
	return at[-1] != '/';
}

static bool
is_organisation(const char *text)
{
	size_t len = strlen(text);

	return len >= 1 && len <= 200 && tn_text_is_utf8(text, len) &&
	       !tn_text_has_control(text) && !is_one_of(text[0], " :<#") &&
	       text[len - 1] != ' ' && !strchr(text, '@');
}

/* "ldaps://" and a name or an address, perhaps a port: nothing to escape. */
static bool
is_server(const char *text)
{
	size_t len = strlen(text);

	return !strncmp(text, "ldaps://", 8) && len > 8 && len <= 300 &&
	       strspn(text + 8, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") ==
	           len - 8;
}

bool
init_plan_is_reader(const struct init_plan *plan)
{
	return plan->writer && *plan->writer;
}

void
init_plan_from(struct init_plan *plan, const struct tn_config *config)
{
	plan->suffix = config->base;
	plan->organisation = config->organisation;
	plan->max_age_days = config->max_age_days;
	plan->provider = config->provider;
	plan->writer = config->writer;
	plan->peer = config->peer;
	plan->replication = config->replication;
}

int
init_plan_check(const struct init_plan *plan, struct tn_err *err)
{
	const char *const paths[] = { plan->ldif_dir, plan->config_dir,
		                      plan->data_dir };
	size_t i;

	if (!is_suffix(plan->suffix))
		return tn_fail(err, TN_E_INVALID,
		               "--suffix: dc=example,dc=org is meant, in "
		               "lower case, not %s",
		               plan->suffix);
	if (!is_organisation(plan->organisation))
		return tn_fail(err, TN_E_INVALID,
		               "--organisation: a name of 1 to 200 bytes, "
		               "without '@' and control characters");
	if ((plan->writer && *plan->writer && !is_server(plan->writer)) ||
	    (plan->peer && *plan->peer && !is_server(plan->peer)))
		return tn_fail(err, TN_E_INVALID,
		               "writer, peer: ldaps://ldap.example.org is "
		               "meant");
	for (i = 0; i < TN_ARRAY_LEN(paths); i++) {
		if (!is_plain_path(paths[i]))
			return tn_fail(err, TN_E_INVALID,
			               "%s: an absolute path of letters, "
			               "digits and ._+- is meant",
			               paths[i]);
	}
	return TN_OK;
}

static int
find_user(const char *name, const char *package, uid_t *ret_uid, gid_t *ret_gid,
          struct tn_err *err)
{
	const struct passwd *user = getpwnam(name);

	if (!user)
		return tn_fail(err, TN_E_NOT_FOUND,
		               "the system user %s is missing: %s", name,
		               package);
	*ret_uid = user->pw_uid;
	*ret_gid = user->pw_gid;
	return TN_OK;
}

int
init_plan_users(struct init_plan *plan, struct tn_err *err)
{
	static const char sysusers[] = "run systemd-sysusers";
	uid_t uid;
	gid_t gid;
	int status;

	status = find_user("openldap", "apt-get install slapd",
	                   &plan->slapd_uid, &plan->slapd_gid, err);
	if (status == TN_OK)
		status = find_user("tenure", sysusers, &uid, &gid, err);
	if (status == TN_OK)
		status =
		    find_user("tenure-scheduler", sysusers,
		              &plan->scheduler_uid, &plan->scheduler_gid, err);
	if (status == TN_OK)
		status =
		    find_user("tenure-enforcer", sysusers, &plan->enforcer_uid,
		              &plan->enforcer_gid, err);
	return status;
}

#include <config.h>

#include "pam_fault_scene.h"

#include <security/pam_modules.h>

static const char *const right[] = { "Right-Horse-7", "Blue-Kettle-9",
	                             "Blue-Kettle-9", NULL };
static const char *const wrong[] = { "wrong", NULL };
static const char *const weak[] = { "Right-Horse-7", "wangxiaoming1",
	                            "wangxiaoming1", NULL };
static const char *const nothing[] = { NULL };

const struct fault_scene fault_scenes[] = {
	{ "sshd", "ok", right, PAM_SUCCESS, PAM_SUCCESS, PAM_IGNORE },
	{ "sshd", "ok", wrong, PAM_AUTH_ERR, PAM_IGNORE, PAM_IGNORE },
	{ "sshd", "ok", nothing, PAM_IGNORE, PAM_SUCCESS, PAM_IGNORE },
	{ "sshd", "change", right, PAM_SUCCESS, PAM_NEW_AUTHTOK_REQD,
	  PAM_SUCCESS },
	{ "sshd", "change", weak, PAM_SUCCESS, PAM_NEW_AUTHTOK_REQD,
	  PAM_AUTHTOK_ERR },
	{ "sshd", "change", nothing, PAM_IGNORE, PAM_NEW_AUTHTOK_REQD,
	  PAM_IGNORE },
	/* What only the password check knows must not be forgotten. */
	{ "sshd", "grace", right, PAM_SUCCESS, PAM_NEW_AUTHTOK_REQD,
	  PAM_SUCCESS },
	{ "sshd", "departed", right, PAM_AUTH_ERR, PAM_IGNORE, PAM_IGNORE },
	{ "sshd", "departed", nothing, PAM_IGNORE, PAM_ACCT_EXPIRED,
	  PAM_IGNORE },
	{ "sshd", "elsewhere", nothing, PAM_IGNORE, PAM_PERM_DENIED,
	  PAM_IGNORE },
	{ "sshd", "stranger", nothing, PAM_IGNORE, PAM_PERM_DENIED,
	  PAM_IGNORE },
	{ "sshd", "unread", nothing, PAM_IGNORE, PAM_AUTHINFO_UNAVAIL,
	  PAM_IGNORE },
	{ "sshd", "contradiction", nothing, PAM_IGNORE, PAM_PERM_DENIED,
	  PAM_IGNORE },
	{ "sudo", "departed", nothing, PAM_IGNORE, PAM_ACCT_EXPIRED,
	  PAM_IGNORE },
	{ "cron", "departed", nothing, PAM_IGNORE, PAM_ACCT_EXPIRED,
	  PAM_IGNORE },
	{ "down", "ok", right, PAM_AUTHINFO_UNAVAIL, PAM_IGNORE, PAM_IGNORE },
	{ "down", "leaked", nothing, PAM_IGNORE, PAM_ACCT_EXPIRED, PAM_IGNORE },
	{ "down", "reset", nothing, PAM_IGNORE, PAM_NEW_AUTHTOK_REQD,
	  PAM_IGNORE },
	{ "down", "fine", nothing, PAM_IGNORE, PAM_SUCCESS, PAM_IGNORE },
	{ "down", "nobodyhere", nothing, PAM_IGNORE, PAM_AUTHINFO_UNAVAIL,
	  PAM_IGNORE },
};

const size_t fault_scene_count = sizeof(fault_scenes) / sizeof(*fault_scenes);

bool
fault_is_same(const struct fault_outcome *got, const struct fault_scene *scene)
{
	return got->auth == scene->auth && got->account == scene->account &&
	       got->change == scene->change;
}

/* Nothing that was to be refused is let in. The profile passes over
   PAM_USER_UNKNOWN, and libpam over PAM_IGNORE: both let in. */
bool
fault_is_safe(const struct fault_outcome *got, const struct fault_scene *scene)
{
	static const int open[] = { PAM_SUCCESS, PAM_USER_UNKNOWN };

	for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++) {
		if (got->account == open[i] && scene->account != PAM_SUCCESS)
			return false;
		if (got->account == open[i] && open[i] != PAM_SUCCESS)
			return false;
	}
	if (got->auth == PAM_SUCCESS && scene->auth != PAM_SUCCESS)
		return false;
	return got->change != PAM_SUCCESS || scene->change == PAM_SUCCESS;
}

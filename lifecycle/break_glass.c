#include "break_glass.h"

#include <errno.h>
#include <pwd.h>
#include <shadow.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
is_login_shell(const char *shell)
{
	const char *one;
	bool found = false;

	setusershell();
	while (!found && (one = getusershell()))
		found = !strcmp(one, shell);
	endusershell();
	return found;
}

/* Neither locked nor without one (shadow(5)). */
static bool
has_password(const char *login)
{
	const struct spwd *shadow;
	FILE *file = fopen("/etc/shadow", "re");
	bool found = false;

	if (!file)
		return false;
	while (!found && (shadow = fgetspent(file)))
		found = !strcmp(shadow->sp_namp, login) &&
		        strlen(shadow->sp_pwdp) >= 13 &&
		        !strchr("!*", shadow->sp_pwdp[0]);
	fclose(file);
	return found;
}

int
break_glass_check(const char *login, struct tn_err *err)
{
	const struct passwd *entry;
	FILE *file = fopen("/etc/passwd", "re");
	const char *lacks = NULL;
	bool found = false;

	if (!file)
		return tn_fail_errno(err, TN_E_IO, errno, "/etc/passwd");
	while (!found && (entry = fgetpwent(file)))
		found = !strcmp(entry->pw_name, login);
	if (found && !is_login_shell(entry->pw_shell))
		lacks = "login shell";
	else if (found && entry->pw_uid && !has_password(login))
		lacks = "password that could be used";
	fclose(file);
	if (!found)
		return tn_fail(err, TN_E_RULE,
		               "--break-glass: %.64s is not in /etc/passwd; "
		               "a local account must stay that no directory "
		               "can take away",
		               login);
	if (lacks)
		return tn_fail(err, TN_E_RULE, "--break-glass: %.64s has no %s",
		               login, lacks);
	return TN_OK;
}

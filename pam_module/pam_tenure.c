/*
 * pam_tenure: the entry points, and nothing else. The module is a guest in
 * sshd, login, sudo and cron: it prints nothing, ends nothing, starts nothing,
 * keeps nothing open, and leaves errno, signals and the locale as they were.
 */
#include <config.h>

#include <errno.h>
#include <security/pam_modules.h>
#include "base/attrs.h"
#include "pam_stack.h"

TN_EXPORT int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	int saved = errno;
	int status = tn_pam_authenticate(pamh, flags, argc, argv);

	errno = saved;
	return status;
}

/* There are no credentials beyond those that login gives; nobody is let in
   here, and libpam asks the other phases for that. */
TN_EXPORT int
pam_sm_setcred(pam_handle_t *pamh TN_UNUSED, int flags TN_UNUSED,
               int argc TN_UNUSED, const char **argv TN_UNUSED)
{
	return PAM_SUCCESS;
}

TN_EXPORT int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	int saved = errno;
	int status = tn_pam_account(pamh, flags, argc, argv);

	errno = saved;
	return status;
}

TN_EXPORT int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	int saved = errno;
	int status = tn_pam_change(pamh, flags, argc, argv);

	errno = saved;
	return status;
}

TN_EXPORT int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	int saved = errno;
	int status = tn_pam_open_session(pamh, flags, argc, argv);

	errno = saved;
	return status;
}

TN_EXPORT int
pam_sm_close_session(pam_handle_t *pamh TN_UNUSED, int flags TN_UNUSED,
                     int argc TN_UNUSED, const char **argv TN_UNUSED)
{
	return PAM_SUCCESS;
}

/* What the entry points do, one function for each phase of the stack. */
#ifndef TN_PAM_STACK_H
#define TN_PAM_STACK_H

#include <security/pam_modules.h>

/* As pam_sm_authenticate, pam_sm_acct_mgmt, pam_sm_chauthtok and
   pam_sm_open_session; errno may change. */
int
tn_pam_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv);
int tn_pam_account(pam_handle_t *pamh, int flags, int argc, const char **argv);
int tn_pam_change(pam_handle_t *pamh, int flags, int argc, const char **argv);
int
tn_pam_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv);

#endif

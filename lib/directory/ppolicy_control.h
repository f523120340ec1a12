/* The password-policy response control (draft-behera-ldap-password-policy).
   Private. */
#ifndef TN_DIRECTORY_PPOLICY_CONTROL_H
#define TN_DIRECTORY_PPOLICY_CONTROL_H

#include <ldap.h>
#include <stdbool.h>
#include "base/err.h"

struct tn_ppolicy {
	bool is_present;
	int expires_in; /* seconds, or -1 */
	int grace_left; /* or -1 */
	int error;      /* a LDAPPasswordPolicyError; PP_noError when none */
};

/* The request control: no value, not critical. Static. */
extern LDAPControl *tn_ppolicy_request[];

/* TN_E_PROTOCOL for a damaged one, or two. */
int tn_ppolicy_read(LDAP *ld, LDAPControl **controls, struct tn_ppolicy *ret,
                    struct tn_err *err);

#endif

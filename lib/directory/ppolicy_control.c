#include "directory/ppolicy_control.h"

#include <string.h>

static char request_oid[] = LDAP_CONTROL_PASSWORDPOLICYREQUEST;
static LDAPControl request = { request_oid, { 0, NULL }, 0 };
LDAPControl *tn_ppolicy_request[] = { &request, NULL };

int
tn_ppolicy_read(LDAP *ld, LDAPControl **controls, struct tn_ppolicy *ret,
                struct tn_err *err)
{
	struct tn_ppolicy found = { .expires_in = -1,
		                    .grace_left = -1,
		                    .error = PP_noError };
	ber_int_t expire = -1;
	ber_int_t grace = -1;
	LDAPPasswordPolicyError error = PP_noError;
	size_t i;

	for (i = 0; controls != NULL && controls[i] != NULL; i++) {
		if (strcmp(controls[i]->ldctl_oid,
		           LDAP_CONTROL_PASSWORDPOLICYRESPONSE) != 0)
			continue;
		if (found.is_present || ldap_parse_passwordpolicy_control(
		                            ld, controls[i], &expire, &grace,
		                            &error) != LDAP_SUCCESS)
			return tn_fail(err, TN_E_PROTOCOL,
			               "a damaged password-policy control");
		found.is_present = true;
		found.expires_in = expire >= 0 ? expire : -1;
		found.grace_left = grace >= 0 ? grace : -1;
		found.error = (int)error;
	}
	*ret = found;
	return TN_OK;
}

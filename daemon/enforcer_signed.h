/* Between enforcer_signed.c, which judges signed requests, and
   enforcer_role.c, which carries them out. */
#ifndef TN_DAEMON_ENFORCER_SIGNED_H
#define TN_DAEMON_ENFORCER_SIGNED_H

#include "directory/signed_request.h"
#include "enforcer.h"

struct tn_signed_people {
	struct tn_found_holder subject;
	struct tn_found_holder superior;
	struct tn_found_holder second;
};

#define TN_SIGNED_LOCK_MAX (TN_UUID_TEXT_MAX + 16)

/* The lock that this request demands is called after it, so that it is never
   set twice. */
void tn_signed_lock_name(const struct tn_signed_request *request,
                         char ret[TN_SIGNED_LOCK_MAX]);

/*
 * verdict  TN_REQUEST_DO, or _DO_LOCK: the lock alone.
 * Who signed what stands in the journal first. Nobody gets or loses a role
 * without; a lock does not wait for it. Errors: TN_E_DENIED, TN_E_RULE,
 * TN_E_EXISTS where slapd refuses the change itself.
 */
int tn_signed_carry_out(struct tn_enforcer *enforcer,
                        const struct tn_signed_request *request,
                        const struct tn_signed_people *people,
                        enum tn_request_verdict verdict, struct tn_err *err);

#endif

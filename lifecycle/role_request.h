/*
 * Requests that two people sign (ou=requests): asking, finding, signing. What
 * becomes of them is the enforcer's to say (account/request_rule.h).
 * Rule    UM-7, UM-15.2, CI-2.2, CI-P34; DESIGN section 4.
 */
#ifndef TN_LIFECYCLE_ROLE_REQUEST_H
#define TN_LIFECYCLE_ROLE_REQUEST_H

#include "directory/signed_request.h"
#include "session.h"

#define ROLE_CODE_MAX 16

/* "3f9a-22c1-7b04": of everything that a request asks. Two people who read
   each other the code have the same words before them. */
void role_request_code(const struct tn_signed_request *request,
                       char ret[ROLE_CODE_MAX]);

/*
 * Ask for it. request: kind, role, level, reason, whom, person_uuid and
 * staff_number; its name is set. TN_E_DENIED names who may ask.
 */
int role_request_add(struct session *session, struct tn_signed_request *request,
                     struct tn_err *err);

/* The request called name. TN_E_NOT_FOUND. */
int role_request_find(struct session *session, const char *name,
                      struct tn_signed_request *ret, struct tn_err *err);

struct role_requests {
	size_t count;
	struct tn_signed_request *of;
};
/* All that wait, or with_answered all. Done either way. */
int role_requests_read(struct session *session, bool with_answered,
                       struct role_requests *ret, struct tn_err *err);
void role_requests_done(struct role_requests *requests);

/* Which place may who is bound sign? TN_E_RULE says why none. */
int role_request_place(struct session *session,
                       const struct tn_signed_request *request,
                       enum tn_place *ret, struct tn_err *err);
/* Sign, under the assertion that every word of the entry is still what request
   says. TN_E_STALE where it is not, or it was answered. */
int role_request_sign(struct session *session,
                      const struct tn_signed_request *request,
                      enum tn_place place, struct tn_err *err);
/* Look for the enforcer's answer for some seconds; "" where none came. */
int role_request_await(struct session *session,
                       struct tn_signed_request *request, struct tn_err *err);

/* The bound dn. */
const char *role_request_self(const struct session *session);

#endif

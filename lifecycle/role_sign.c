/* Signing a request: the own dn in one of its two places (role_request.h). */
#include "role_request.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/attrs.h"
#include "base/buf.h"
#include "directory/search.h"
#include "directory/write.h"

#define FILTER_MAX 8192

static bool
is_self(const struct session *session, const char *dn)
{
	return !strcasecmp(role_request_self(session), dn);
}

int
role_request_place(struct session *session,
                   const struct tn_signed_request *request, enum tn_place *ret,
                   struct tn_err *err)
{
	struct tn_found_holder self;
	bool may_superior;
	bool may_second;
	int r;

	if (*request->result)
		return tn_fail(err, TN_E_RULE, "request %s is answered: %s",
		               request->name, request->result);
	if (is_self(session, request->whom))
		return tn_fail(err, TN_E_RULE,
		               "request %s is about you: others sign it",
		               request->name);
	if (is_self(session, request->superior) ||
	    is_self(session, request->second))
		return tn_fail(err, TN_E_RULE,
		               "you have signed request %s; somebody else "
		               "signs it too",
		               request->name);
	r = tn_holder_read(session->connection, session->config->base,
	                   role_request_self(session), &self, err);
	if (r)
		return r;
	may_superior =
	    self.is_there && tn_may_sign(&self.holder, TN_PLACE_SUPERIOR,
	                                 request->role, request->level);
	may_second =
	    self.is_there && tn_may_sign(&self.holder, TN_PLACE_SECOND,
	                                 request->role, request->level);
	if (may_superior && !*request->superior)
		*ret = TN_PLACE_SUPERIOR;
	else if (may_second && !*request->second)
		*ret = TN_PLACE_SECOND;
	else if (!may_superior && !may_second)
		return tn_fail(
		    err, TN_E_RULE, "request %s is signed by %s",
		    request->name,
		    request->level == TN_LEVEL_FIRST
		        ? "people of the first level of system or security"
		        : "people who hold system or security");
	else
		return tn_fail(err, TN_E_RULE,
		               *request->superior
		                   ? "request %s has both signatures"
		                   : "request %s waits for a superior: the "
		                     "first level of this role, or of security",
		               request->name);
	return TN_OK;
}

static void
put_equal(struct tn_buf *filter, const char *attribute, const char *value)
{
	tn_buf_printf(filter, "(%s=", attribute);
	tn_filter_escape(filter, value);
	tn_buf_put_text(filter, ")");
}

int
role_request_sign(struct session *session,
                  const struct tn_signed_request *request, enum tn_place place,
                  struct tn_err *err)
{
	const char *attribute = place == TN_PLACE_SUPERIOR
	                            ? "tenureSignedSuperior"
	                            : "tenureSignedSecond";
	const char *const self[] = { role_request_self(session), NULL };
	const struct tn_modification change = { TN_MODIFY_ADD, attribute,
		                                self };
	char uuid[TN_UUID_TEXT_MAX];
	struct tn_buf filter;
	int r;

	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_put_text(&filter, "(&(!(tenureRequestResult=*))");
	tn_uuid_format(&request->uuid, uuid);
	put_equal(&filter, "entryUUID", uuid);
	put_equal(&filter, "tenureRequestKind",
	          tn_request_kind_text(request->kind));
	put_equal(&filter, "tenureRequestRole", request->role_dn);
	put_equal(&filter, "tenureRequestLevel",
	          request->level == TN_LEVEL_FIRST ? "1" : "2");
	put_equal(&filter, "tenureRequestWhom", request->whom);
	tn_uuid_format(&request->person_uuid, uuid);
	put_equal(&filter, "tenurePersonUUID", uuid);
	put_equal(&filter, "tenureStaffNumber", request->staff_number);
	put_equal(&filter, "tenureRequestReason", request->reason);
	tn_buf_put_text(&filter, ")");
	if (!tn_buf_text(&filter))
		r = tn_fail(err, TN_E_LIMIT, "the request is too long");
	else
		r = tn_modify(session->connection, request->dn, &change, 1,
		              tn_buf_text(&filter), err);
	tn_buf_done(&filter);
	if (r == TN_E_EXISTS || r == TN_E_RULE)
		return tn_fail(err, TN_E_STALE,
		               "somebody else has signed there meanwhile: "
		               "tenure request show %s",
		               request->name);
	return r;
}

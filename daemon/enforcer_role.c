/* What a signed request says, done: the journal, the lock, the role. */
#include <config.h>

#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/attrs.h"
#include "base/day.h"
#include "base/log.h"
#include "directory/write.h"
#include "enforcer_signed.h"

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

static int
write_journal(struct tn_enforcer *enforcer,
              const struct tn_signed_request *request,
              const struct tn_signed_people *people, struct tn_err *err)
{
	char arguments[4 * TN_LOGIN_MAX + TN_STAFF_MAX + 128];
	char person[TN_LOGIN_MAX + TN_STAFF_MAX + 8];

	(void)snprintf(arguments, sizeof(arguments),
	               "%s %s level %d, request %s, signed by %s and %s",
	               tn_request_kind_text(request->kind),
	               tn_role_text(request->role), request->level,
	               request->name, people->superior.login,
	               people->second.login);
	(void)snprintf(person, sizeof(person), "%s %s", people->subject.login,
	               people->subject.staff_number);
	return tn_enforcer_journal(enforcer, arguments, person, request->reason,
	                           err);
}

/* member, and tenureRoleSuperior where the first level is concerned, in one
   modification: the directory has both or neither. */
static int
change_role(struct tn_enforcer *enforcer,
            const struct tn_signed_request *request,
            const struct tn_found_holder *subject, struct tn_err *err)
{
	const bool is_grant = request->kind == TN_REQUEST_GRANT;
	const enum tn_modify_kind how =
	    is_grant ? TN_MODIFY_ADD : TN_MODIFY_DELETE;
	const char *const person[] = { subject->dn, NULL };
	struct tn_modification changes[2];
	size_t count = 0;
	int rc;

	/* Who is listed already is only raised. */
	if (!is_grant || subject->holder.role == TN_ROLE_NONE)
		changes[count++] = (struct tn_modification){
			how, "member", person
		};
	if (request->level == TN_LEVEL_FIRST)
		changes[count++] = (struct tn_modification){
			how, "tenureRoleSuperior", person
		};
	rc = tn_modify(enforcer->work, request->role_dn, changes, count, NULL,
	               err);
	/* Taken out meanwhile: the next look says that it is done. */
	return rc == TN_E_NOT_FOUND ? TN_E_STALE : rc;
}

static int
add_lock(struct tn_enforcer *enforcer, const struct tn_signed_request *request,
         const char *name, struct tn_err *err)
{
	const enum tn_lock_kind kind = request->kind == TN_REQUEST_DEPART
	                                   ? TN_LOCK_DEPARTURE
	                                   : TN_LOCK_SUSPENSION;
	char person_uuid[TN_UUID_TEXT_MAX];
	char since[TN_GTIME_TEXT_MAX];
	char dn[TN_DN_MAX + 1];
	int n;
	int rc;

	tn_uuid_format(&request->person_uuid, person_uuid);
	tn_gtime_format((int64_t)time(NULL), since);
	n = snprintf(dn, sizeof(dn), "cn=%s,ou=locks,%s", name,
	             enforcer->config->base);
	if (n < 0 || (size_t)n >= sizeof(dn))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	{
		const struct tn_modification attributes[] = {
			{ TN_MODIFY_ADD, "objectClass", ONE("tenureLock") },
			{ TN_MODIFY_ADD, "cn", ONE(name) },
			{ TN_MODIFY_ADD, "tenureLockKind",
			  ONE(tn_lock_kind_text(kind)) },
			{ TN_MODIFY_ADD, "tenureLockedTime", ONE(since) },
			{ TN_MODIFY_ADD, "tenurePersonUUID", ONE(person_uuid) },
			{ TN_MODIFY_ADD, "tenureStaffNumber",
			  ONE(request->staff_number) },
			{ TN_MODIFY_ADD, "tenureLockedBy", ONE(enforcer->dn) },
			{ TN_MODIFY_ADD, "description", ONE(request->reason) },
		};

		rc = tn_add(enforcer->work, dn, attributes,
		            TN_ARRAY_LEN(attributes), err);
	}
	return rc == TN_E_EXISTS ? TN_OK : rc;
}

/* What the person was, for when the person comes back. */
static int
leave_role(struct tn_enforcer *enforcer,
           const struct tn_signed_request *request,
           const struct tn_signed_people *people, const char *lock_name,
           struct tn_err *err)
{
	char role[64];
	int rc;

	(void)snprintf(role, sizeof(role), "%s level %d",
	               tn_role_text(request->role), request->level);
	rc = tn_enforcer_remember(enforcer, lock_name, "role", role, err);
	if (rc == TN_OK)
		rc = change_role(enforcer, request, &people->subject, err);
	return rc;
}

int
tn_signed_carry_out(struct tn_enforcer *enforcer,
                    const struct tn_signed_request *request,
                    const struct tn_signed_people *people,
                    enum tn_request_verdict verdict, struct tn_err *err)
{
	const bool is_lock = request->kind == TN_REQUEST_SUSPEND ||
	                     request->kind == TN_REQUEST_DEPART;
	char lock_name[TN_SIGNED_LOCK_MAX];
	int rc = write_journal(enforcer, request, people, err);

	if (rc != TN_OK && (!is_lock || !tn_enforcer_is_answer(rc))) {
		/* Not the change was refused, but we could not tell of it. */
		err->code = TN_E_STALE;
		(void)tn_context(err, "the journal");
		return tn_enforcer_is_answer(rc) ? TN_E_STALE : rc;
	}
	if (rc != TN_OK) {
		tn_log_error("request %s: the journal: %s", request->name,
		             err->text);
		*err = (struct tn_err)TN_ERR_INIT;
	}
	if (!is_lock)
		return change_role(enforcer, request, &people->subject, err);
	tn_signed_lock_name(request, lock_name);
	rc = add_lock(enforcer, request, lock_name, err);
	if (rc == TN_OK && request->kind == TN_REQUEST_DEPART &&
	    verdict == TN_REQUEST_DO)
		rc = leave_role(enforcer, request, people, lock_name, err);
	return rc;
}

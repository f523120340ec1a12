/* Writing an application: filing it, a signature, a rejection. */
#include "application_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attrs.h"
#include "base/day.h"
#include "base/text.h"
#include "department.h"
#include "directory/search.h"
#include "directory/write.h"
#include "secret/secret.h"

#define RANDOM_BYTES 4

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

static int
application_dn(const struct session *session, const char *name,
               char ret[TN_DN_MAX + 1], struct tn_err *err)
{
	int n = snprintf(ret, TN_DN_MAX + 1, "cn=%s,ou=applications,%s", name,
	                 session->config->base);

	if (n < 0 || n > TN_DN_MAX)
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	return TN_OK;
}

/* The day, and four random bytes: two who file at once do not meet. */
static char *
new_name(const struct session *session)
{
	char random[2 * RANDOM_BYTES + 1];
	char day[TN_DAY_TEXT_MAX];
	char name[APPLICATION_NAME_MAX];

	tn_random_hex(RANDOM_BYTES, random);
	tn_day_format(session->moment.today, day);
	snprintf(name, sizeof(name), "A-%.4s%.2s%.2s-%s", day, day + 5, day + 8,
	         random);
	return strdup(name);
}

static int
add(struct session *session, const struct application *application,
    const char *text, struct tn_err *err)
{
	const struct tn_modification attributes[] = {
		{ TN_MODIFY_ADD, "objectClass", ONE("tenureForm") },
		{ TN_MODIFY_ADD, "cn", ONE(application->name) },
		{ TN_MODIFY_ADD, "tenureApplicationKind",
		  ONE(application_kind_text(application->kind)) },
		{ TN_MODIFY_ADD, "tenureApplicationNumber",
		  (const char *const *)application->numbers },
		{ TN_MODIFY_ADD, "tenureApplicationText", ONE(text) },
		{ TN_MODIFY_ADD, "tenureApplicationDepartment",
		  ONE(application->department_dn) },
	};
	size_t count = TN_ARRAY_LEN(attributes);
	char dn[TN_DN_MAX + 1];
	int r = application_dn(session, application->name, dn, err);

	if (r)
		return r;
	if (!*application->department_dn)
		count--;
	r = tn_add(session->connection, dn, attributes, count, err);
	if (r == TN_E_DENIED)
		return tn_fail(err, r,
		               "you may not file this: hr, an administrator or "
		               "the head of the department does (--as LOGIN)");
	return r;
}

int
application_file(struct session *session, struct application *application,
                 struct tn_err *err)
{
	char *text = NULL;
	int r;

	application->name = new_name(session);
	if (!application->name)
		return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
	r = application_form_make(application, &text, err);
	if (!r)
		r = add(session, application, text, err);
	free(text);
	return r;
}

static int
self_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct application_self *self = arg;
	const char *number = tn_entry_text(entry, "employeeNumber");

	if (number && !tn_text_copy(self->number, sizeof(self->number), number))
		return tn_fail(err, TN_E_LIMIT, "the staff number is too long");
	return TN_OK;
}

int
application_self_read(struct session *session,
                      const struct application *application,
                      struct application_self *ret, struct tn_err *err)
{
	static const char *const attributes[] = { "employeeNumber", NULL };
	const char *who = session->who;
	int r;

	*ret = (struct application_self){
		.signer = { .dn = ret->dn,
		            .number = ret->number,
		            .head = ret->head },
	};
	if (!strncmp(who, "dn:", 3))
		who += 3;
	if (!tn_text_copy(ret->dn, sizeof(ret->dn), who))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	if (strncmp(ret->dn, "uid=", 4))
		return tn_fail(err, TN_E_RULE,
		               "people sign, each as themselves: say who with "
		               "--as LOGIN");
	r = tn_search(session->connection, ret->dn, TN_SCOPE_BASE,
	              "(objectClass=*)", attributes, self_found, ret, err);
	if (r)
		return tn_context(err, "your own account");
	/* Who may not see it is not its head: the server will say so. */
	if (*application->department_dn) {
		r = department_head(session, application->department_dn,
		                    ret->head, err);
		if (r && r != TN_E_NOT_FOUND)
			return r;
	}
	return TN_OK;
}

/* Refused: it was somebody else's to do, or somebody was first. */
static int
explain(const struct application *application, const char *who, int r,
        struct tn_err *err)
{
	if (r == TN_E_DENIED)
		return tn_fail(err, r,
		               "%s is not yours to sign now: %s has to, and "
		               "nobody else",
		               application->name, who);
	if (r == TN_E_EXISTS || r == TN_E_STALE)
		return tn_fail(err, TN_E_STALE,
		               "%s was signed or rejected meanwhile: look at "
		               "it again",
		               application->name);
	return r;
}

int
application_sign(struct session *session, const struct application *application,
                 const char *dn, struct tn_err *err)
{
	const bool first = application_state(application) == APPLICATION_FILED;
	char now[TN_GTIME_TEXT_MAX];
	char target[TN_DN_MAX + 1];
	int r = application_dn(session, application->name, target, err);

	if (r)
		return r;
	tn_gtime_format(session->moment.now, now);
	{
		const struct tn_modification confirm[] = {
			{ TN_MODIFY_ADD, "tenureConfirmedBy", ONE(dn) },
			{ TN_MODIFY_ADD, "tenureConfirmedTime", ONE(now) },
		};
		const struct tn_modification approve[] = {
			{ TN_MODIFY_ADD, "tenureApprovedBy", ONE(dn) },
		};

		r = tn_modify(session->connection, target,
		              first ? confirm : approve, first ? 2 : 1,
		              first ? "(!(tenureConfirmedBy=*))"
		                    : "(!(tenureApprovedBy=*))",
		              err);
	}
	return explain(application,
	               first ? application_confirmer(application->kind)
	                     : application_approver(application->kind),
	               r, err);
}

int
application_reject(struct session *session,
                   const struct application *application, const char *dn,
                   const char *reason, struct tn_err *err)
{
	const struct tn_modification changes[] = {
		{ TN_MODIFY_ADD, "objectClass", ONE("tenureRejection") },
		{ TN_MODIFY_ADD, "tenureRejectedBy", ONE(dn) },
		{ TN_MODIFY_ADD, "tenureRejectedReason", ONE(reason) },
	};
	char target[TN_DN_MAX + 1];
	int r = application_dn(session, application->name, target, err);

	if (!r)
		r = tn_modify(
		    session->connection, target, changes, TN_ARRAY_LEN(changes),
		    "(&(!(tenureApprovedBy=*))(!(tenureRejectedBy=*)))", err);
	return explain(application,
	               "the head of the department, hr or the IT manager", r,
	               err);
}

#include "directory/write.h"

#include <stdlib.h>
#include "directory/connection_private.h"
#include "directory/result.h"

#define CHANGES_MAX 64 /* of one operation */

/* libldap wants an array of pointers that it could write through; it only
   reads. */
struct changes {
	LDAPMod mods[CHANGES_MAX];
	LDAPMod *list[CHANGES_MAX + 1];
};

static int
fill(struct changes *changes, const struct tn_modification *from, size_t count,
     struct tn_err *err)
{
	static const int operations[] = {
		[TN_MODIFY_ADD] = LDAP_MOD_ADD,
		[TN_MODIFY_REPLACE] = LDAP_MOD_REPLACE,
		[TN_MODIFY_DELETE] = LDAP_MOD_DELETE,
	};
	size_t i;

	if (count == 0 || count > CHANGES_MAX)
		return tn_fail(err, TN_E_BUG, "%zu changes at once", count);
	for (i = 0; i < count; i++) {
		union {
			const char *lent;
			char *name;
		} attribute = { .lent = from[i].attribute };
		union {
			const char *const *lent;
			char **texts;
		} values = { .lent = from[i].values };

		if (values.texts == NULL && from[i].kind == TN_MODIFY_ADD)
			return tn_fail(err, TN_E_BUG, "%s: nothing to add",
			               from[i].attribute);
		changes->mods[i].mod_op = operations[from[i].kind];
		changes->mods[i].mod_type = attribute.name;
		changes->mods[i].mod_values = values.texts;
		changes->list[i] = &changes->mods[i];
	}
	changes->list[count] = NULL;
	return TN_OK;
}

/* The assertion as a control in *ret, or NULL for none; the caller frees. */
static int
make_assertion(LDAP *ld, const char *filter, LDAPControl **ret,
               struct tn_err *err)
{
	union {
		const char *lent;
		char *filter;
	} cast = { .lent = filter };
	int result;

	*ret = NULL;
	if (filter == NULL)
		return TN_OK;
	result = ldap_create_assertion_control(ld, cast.filter, 1, ret);
	if (result != LDAP_SUCCESS)
		return tn_result_fail(err, result, NULL, "assertion");
	return TN_OK;
}

/* What became of a write that was sent. */
static int
settle(struct tn_connection *connection, int message_id, const char *what,
       const char *dn, struct tn_err *err)
{
	struct tn_answer answer;
	int code;

	code = tn_connection_answer(connection, message_id, &answer, err);
	/* Sent, and no answer: nobody knows, however it broke. */
	if (code == TN_E_UNREACHABLE || code == TN_E_TIMEOUT)
		return tn_fail(err, TN_E_TIMEOUT,
		               "%s %s: no answer; it may have been done", what,
		               dn);
	if (code != TN_OK)
		return code;
	if (answer.result != LDAP_SUCCESS) {
		tn_result_fail(err, answer.result, answer.words, dn);
		code = tn_context(err, "%s", what);
	}
	tn_answer_done(&answer);
	return code;
}

int
tn_add(struct tn_connection *connection, const char *dn,
       const struct tn_modification *attributes, size_t count,
       struct tn_err *err)
{
	struct changes changes;
	int message_id = 0;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code == TN_OK)
		code = fill(&changes, attributes, count, err);
	if (code != TN_OK)
		return code;
	result = ldap_add_ext(connection->ld, dn, changes.list, NULL, NULL,
	                      &message_id);
	if (result != LDAP_SUCCESS)
		return tn_connection_send_failed(connection, result, "add",
		                                 err);
	return settle(connection, message_id, "add", dn, err);
}

static int
modify(struct tn_connection *connection, const char *dn,
       const struct tn_modification *list, size_t count, const char *assertion,
       bool is_relaxed, struct tn_err *err)
{
	char relax_oid[] = LDAP_CONTROL_RELAX;
	LDAPControl relax = { .ldctl_oid = relax_oid, .ldctl_iscritical = 1 };
	LDAPControl *assert_control = NULL;
	LDAPControl *controls[] = { NULL, NULL, NULL };
	size_t controls_count = 0;
	struct changes changes;
	int message_id = 0;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code == TN_OK)
		code = fill(&changes, list, count, err);
	if (code == TN_OK)
		code = make_assertion(connection->ld, assertion,
		                      &assert_control, err);
	if (code != TN_OK)
		return code;
	if (assert_control != NULL)
		controls[controls_count++] = assert_control;
	if (is_relaxed)
		controls[controls_count++] = &relax;
	result = ldap_modify_ext(connection->ld, dn, changes.list, controls,
	                         NULL, &message_id);
	ldap_control_free(assert_control);
	if (result != LDAP_SUCCESS)
		return tn_connection_send_failed(connection, result, "modify",
		                                 err);
	return settle(connection, message_id, "modify", dn, err);
}

int
tn_modify(struct tn_connection *connection, const char *dn,
          const struct tn_modification *list, size_t count,
          const char *assertion, struct tn_err *err)
{
	return modify(connection, dn, list, count, assertion, false, err);
}

int
tn_modify_relaxed(struct tn_connection *connection, const char *dn,
                  const struct tn_modification *list, size_t count,
                  const char *assertion, struct tn_err *err)
{
	return modify(connection, dn, list, count, assertion, true, err);
}

int
tn_delete(struct tn_connection *connection, const char *dn,
          const char *assertion, struct tn_err *err)
{
	LDAPControl *controls[] = { NULL, NULL };
	int message_id = 0;
	int result;
	int code;

	code = tn_connection_check(connection, err);
	if (code == TN_OK)
		code = make_assertion(connection->ld, assertion, &controls[0],
		                      err);
	if (code != TN_OK)
		return code;
	result =
	    ldap_delete_ext(connection->ld, dn, controls, NULL, &message_id);
	ldap_control_free(controls[0]);
	if (result != LDAP_SUCCESS)
		return tn_connection_send_failed(connection, result, "delete",
		                                 err);
	return settle(connection, message_id, "delete", dn, err);
}

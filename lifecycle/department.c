#include "department.h"

#include <stdio.h>
#include <string.h>

#include "application.h"
#include "base/attrs.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/write.h"

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

int
department_dn(const struct session *session, const char *name,
              char ret[TN_DN_MAX + 1], struct tn_err *err)
{
	struct tn_buf dn;
	const char *text;
	int r = TN_OK;

	if (!*name || strlen(name) > APPLICATION_FIELD_MAX ||
	    !tn_text_is_utf8(name, strlen(name)) || tn_text_has_control(name))
		return tn_fail(err, TN_E_INVALID,
		               "a department is one line of UTF-8 of at most "
		               "%d bytes",
		               APPLICATION_FIELD_MAX);
	tn_buf_init(&dn, TN_DN_MAX);
	tn_buf_put_text(&dn, "cn=");
	tn_dn_escape(&dn, name);
	tn_buf_printf(&dn, ",ou=departments,%s", session->config->base);
	text = tn_buf_text(&dn);
	if (!text || !tn_text_copy(ret, TN_DN_MAX + 1, text))
		r = tn_fail(err, TN_E_LIMIT, "the name is too long");
	tn_buf_done(&dn);
	return r;
}

static int
head_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *head = tn_entry_text(entry, "tenureDepartmentHead");
	char *ret = arg;

	if (head && !tn_text_copy(ret, TN_DN_MAX + 1, head))
		return tn_fail(err, TN_E_LIMIT, "the head's dn is too long");
	return TN_OK;
}

int
department_head(struct session *session, const char *dn,
                char ret[TN_DN_MAX + 1], struct tn_err *err)
{
	static const char *const attributes[] = { "tenureDepartmentHead",
		                                  NULL };
	char name[APPLICATION_FIELD_MAX + 1];
	int r;

	ret[0] = '\0';
	r = tn_search(session->connection, dn, TN_SCOPE_BASE,
	              "(objectClass=tenureDepartment)", attributes, head_found,
	              ret, err);
	if (r && r != TN_E_NOT_FOUND)
		return r;
	if (*ret)
		return TN_OK;
	application_dn_value(dn, name, sizeof(name));
	return tn_fail(err, TN_E_NOT_FOUND,
	               "the department %s has no head yet: hr names one with "
	               "tenure department set",
	               name);
}

int
department_set(struct session *session, const char *dn, const char *head_dn,
               struct tn_err *err)
{
	const struct tn_modification attributes[] = {
		{ TN_MODIFY_ADD, "objectClass", ONE("tenureDepartment") },
		{ TN_MODIFY_ADD, "tenureDepartmentHead", ONE(head_dn) },
	};
	const struct tn_modification change = {
		TN_MODIFY_REPLACE,
		"tenureDepartmentHead",
		ONE(head_dn),
	};
	struct tn_err why = TN_ERR_INIT;
	int r;

	r = tn_modify(session->connection, dn, &change, 1, NULL, &why);
	if (r != TN_E_NOT_FOUND) {
		if (r && err)
			*err = why;
	} else {
		r = tn_add(session->connection, dn, attributes,
		           TN_ARRAY_LEN(attributes), err);
	}
	if (r == TN_E_DENIED)
		return tn_fail(err, r,
		               "departments are kept by hr: name a member of "
		               "that role with --as LOGIN");
	return r;
}

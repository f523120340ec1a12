/* Who somebody is, as signed_request.h wants to know it: asked of the server,
   which compares names as names. */
#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/signed_request.h"

#define FILTER_MAX 2048
/* More than anybody can need; the rest does not count. */
#define SUPERIORS_MAX 64

static void
copy(char *to, size_t size, const char *text)
{
	if (text == NULL || !tn_text_copy(to, size, text))
		to[0] = '\0';
}

static int
take_person(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct tn_found_holder *found = arg;
	const char *status = tn_entry_text(entry, "tenureStatus");

	(void)err;
	found->is_there = tn_text_copy(found->dn, sizeof(found->dn), entry->dn);
	found->uuid = entry->uuid;
	copy(found->login, sizeof(found->login), tn_entry_name(entry, "uid"));
	copy(found->name, sizeof(found->name), tn_entry_name(entry, "cn"));
	copy(found->staff_number, sizeof(found->staff_number),
	     tn_entry_text(entry, "employeeNumber"));
	found->holder.is_active =
	    status != NULL && strcmp(status, "active") == 0;
	return TN_OK;
}

static int
take_role(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct tn_holder *holder = arg;

	(void)err;
	holder->role = tn_role_parse(tn_entry_name(entry, "cn"));
	return TN_OK;
}

/* The role beneath which this attribute has the dn. */
static int
find_role(struct tn_connection *connection, const char *base,
          const char *attribute, const char *dn, struct tn_holder *ret,
          struct tn_err *err)
{
	static const char *const wanted[] = { "cn", NULL };
	char folder[TN_DN_MAX + 16];
	struct tn_buf filter;
	const char *text;
	int rc;

	(void)snprintf(folder, sizeof(folder), "ou=roles,%s", base);
	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_printf(&filter, "(&(objectClass=tenureRole)(%s=", attribute);
	tn_filter_escape(&filter, dn);
	tn_buf_put_text(&filter, "))");
	text = tn_buf_text(&filter);
	if (text == NULL)
		rc = tn_fail(err, TN_E_LIMIT, "the dn is too long");
	else
		rc = tn_search(connection, folder, TN_SCOPE_ONE, text, wanted,
		               take_role, ret, err);
	tn_buf_done(&filter);
	return rc;
}

static int
read_person(struct tn_connection *connection, const char *dn,
            struct tn_found_holder *ret, struct tn_err *err)
{
	static const char *const wanted[] = { "entryUUID",      "uid", "cn",
		                              "employeeNumber", "tenureStatus",
		                              NULL };
	int rc;

	*ret = (struct tn_found_holder){ .is_there = false };
	rc = tn_search(connection, dn, TN_SCOPE_BASE,
	               "(objectClass=tenurePerson)", wanted, take_person, ret,
	               err);
	return rc == TN_E_NOT_FOUND ? TN_OK : rc;
}

int
tn_holder_read(struct tn_connection *connection, const char *base,
               const char *dn, struct tn_found_holder *ret, struct tn_err *err)
{
	struct tn_holder first = { .role = TN_ROLE_NONE };
	int rc = read_person(connection, dn, ret, err);

	if (rc != TN_OK || !ret->is_there)
		return rc;
	rc = find_role(connection, base, "member", ret->dn, &ret->holder, err);
	if (rc == TN_OK && ret->holder.role != TN_ROLE_NONE)
		rc = find_role(connection, base, "tenureRoleSuperior", ret->dn,
		               &first, err);
	if (rc == TN_OK && ret->holder.role != TN_ROLE_NONE)
		ret->holder.level = first.role == ret->holder.role
		                        ? TN_LEVEL_FIRST
		                        : TN_LEVEL_SECOND;
	return rc;
}

struct superiors {
	size_t count;
	char dn[SUPERIORS_MAX][TN_DN_MAX + 1];
};

static int
take_superiors(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct superiors *superiors = arg;
	const struct tn_value *values;
	size_t count;
	size_t i;

	(void)err;
	values = tn_entry_values(entry, "tenureRoleSuperior", &count);
	for (i = 0; i < count && superiors->count < SUPERIORS_MAX; i++)
		if (tn_text_copy(superiors->dn[superiors->count],
		                 TN_DN_MAX + 1, values[i].data))
			superiors->count++;
	return TN_OK;
}

int
tn_superiors_count(struct tn_connection *connection, const char *base,
                   enum tn_role role, const struct tn_uuid *without,
                   size_t *ret, struct tn_err *err)
{
	static const char *const wanted[] = { "tenureRoleSuperior", NULL };
	struct superiors superiors;
	struct tn_found_holder found;
	char dn[TN_DN_MAX + 32];
	size_t i;
	int rc;

	*ret = 0;
	superiors.count = 0;
	(void)snprintf(dn, sizeof(dn), "cn=%s,ou=roles,%s", tn_role_text(role),
	               base);
	rc = tn_search(connection, dn, TN_SCOPE_BASE,
	               "(objectClass=tenureRole)", wanted, take_superiors,
	               &superiors, err);
	for (i = 0; rc == TN_OK && i < superiors.count; i++) {
		rc = read_person(connection, superiors.dn[i], &found, err);
		if (rc == TN_OK && found.is_there && found.holder.is_active &&
		    memcmp(&found.uuid, without, sizeof(*without)) != 0)
			(*ret)++;
	}
	return rc;
}

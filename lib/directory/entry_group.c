/* A group out of an entry: its members by login, each once, sorted. */
#include <ldap.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/text.h"
#include "directory/entry.h"

/* A login with its first bytes as a number, which tells most of them apart
   without a look at the text: a group may have 100,000. */
struct name {
	uint64_t head;
	const char *text;
};

struct list {
	struct name *names;
	char **owned; /* those of names that came out of a dn */
	size_t count;
	size_t owned_count;
};

static int
compare(const void *a, const void *b)
{
	const struct name *left = a;
	const struct name *right = b;

	if (left->head != right->head)
		return left->head < right->head ? -1 : 1;
	return strcmp(left->text, right->text);
}

static void
add(struct list *list, const char *text)
{
	struct name *name = &list->names[list->count++];
	size_t i;

	name->text = text;
	name->head = 0;
	for (i = 0; i < sizeof(name->head) && text[i] != '\0'; i++)
		name->head |= (uint64_t)(unsigned char)text[i]
		              << (8 * (sizeof(name->head) - 1 - i));
}

/* "uid=wang,ou=people,..." gives "wang" in *ret, or NULL: another attribute, a
   name of several parts, no dn at all. The caller frees. */
static int
login_of_dn(const char *text, char **ret, struct tn_err *err)
{
	LDAPDN dn = NULL;
	LDAPAVA *part;
	char *login = NULL;
	int code = TN_OK;

	*ret = NULL;
	if (ldap_str2dn(text, &dn, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
		return TN_OK;
	if (dn == NULL || dn[0] == NULL || dn[0][0] == NULL || dn[0][1] != NULL)
		goto out;
	part = dn[0][0];
	if (part->la_attr.bv_len != 3 ||
	    strncasecmp(part->la_attr.bv_val, "uid", 3) != 0 ||
	    part->la_value.bv_len == 0 ||
	    part->la_value.bv_len > TN_LOGIN_MAX ||
	    !tn_text_is_utf8(part->la_value.bv_val, part->la_value.bv_len))
		goto out;
	login = strndup(part->la_value.bv_val, part->la_value.bv_len);
	if (login == NULL)
		code = tn_fail(err, TN_E_NO_MEMORY, "no memory for a group");
	*ret = login;
out:
	ldap_dnfree(dn);
	return code;
}

static int
collect(const struct tn_entry *entry, struct list *list, struct tn_err *err)
{
	const struct tn_value *values;
	size_t count;
	size_t i;
	int code;

	values = tn_entry_values(entry, "memberUid", &count);
	for (i = 0; i < count; i++)
		if (values[i].len > 0 && values[i].len <= TN_LOGIN_MAX &&
		    tn_text_is_utf8(values[i].data, values[i].len))
			add(list, values[i].data);
	values = tn_entry_values(entry, "member", &count);
	for (i = 0; i < count; i++) {
		char *login = NULL;

		if (values[i].len > TN_DN_MAX ||
		    !tn_text_is_utf8(values[i].data, values[i].len))
			continue;
		code = login_of_dn(values[i].data, &login, err);
		if (code != TN_OK)
			return code;
		if (login == NULL)
			continue;
		list->owned[list->owned_count++] = login;
		add(list, login);
	}
	return TN_OK;
}

static void
sort_out(struct list *list)
{
	size_t kept = 0;
	size_t i;

	if (list->count == 0)
		return;
	qsort(list->names, list->count, sizeof(list->names[0]), compare);
	for (i = 1; i < list->count; i++)
		if (compare(&list->names[kept], &list->names[i]) != 0)
			list->names[++kept] = list->names[i];
	list->count = kept + 1;
}

/* As a record of its own. */
static int
give(const struct list *list, struct tn_group *group, struct tn_group **ret,
     struct tn_err *err)
{
	const char **members = calloc(list->count + 1, sizeof(*members));
	size_t i;
	int code;

	if (members == NULL)
		return tn_fail(err, TN_E_NO_MEMORY, "no memory for a group");
	for (i = 0; i < list->count; i++)
		members[i] = list->names[i].text;
	group->count = list->count;
	group->members = members;
	code = tn_group_dup(group, ret, err);
	free(members);
	return code;
}

int
tn_group_from_entry(const struct tn_entry *entry, struct tn_group **ret,
                    struct tn_err *err)
{
	struct tn_group group = { .count = 0 };
	struct list list = { .count = 0 };
	size_t uids;
	size_t dns;
	size_t i;
	int code;

	group.uuid = entry->uuid;
	group.name = tn_entry_name(entry, "cn");
	if (group.name == NULL)
		return tn_fail(err, TN_E_INVALID, "%s: no cn, or not one",
		               entry->dn);
	if (tn_entry_u32(entry, "gidNumber", &group.gid) != TN_OK)
		return tn_fail(err, TN_E_INVALID, "%s: no gidNumber",
		               entry->dn);
	if (tn_entry_time(entry, "modifyTimestamp", &group.changed) != TN_OK)
		group.changed = TN_TIME_NONE;
	(void)tn_entry_values(entry, "memberUid", &uids);
	(void)tn_entry_values(entry, "member", &dns);
	if (uids > TN_MEMBERS_MAX || dns > TN_MEMBERS_MAX - uids)
		return tn_fail(err, TN_E_LIMIT, "%s: more than %d members",
		               entry->dn, TN_MEMBERS_MAX);
	list.names = calloc(uids + dns + 1, sizeof(list.names[0]));
	list.owned = calloc(dns + 1, sizeof(list.owned[0]));
	if (list.names == NULL || list.owned == NULL) {
		code = tn_fail(err, TN_E_NO_MEMORY, "no memory for a group");
		goto out;
	}
	code = collect(entry, &list, err);
	if (code != TN_OK)
		goto out;
	sort_out(&list);
	code = give(&list, &group, ret, err);
out:
	for (i = 0; i < list.owned_count; i++)
		free(list.owned[i]);
	free(list.owned);
	free(list.names);
	return code;
}

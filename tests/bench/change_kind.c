#include <config.h>

#include "change_kind.h"

#include <stdio.h>
#include <string.h>
#include "directory/connection_private.h"
#include "directory/write.h"

#define SUFFIX     "dc=example,dc=org"
#define FIRST_UID  3500000u
#define GROUP_ROOM 65536

static const char *const names[CHANGE_KINDS] = {
	[CHANGE_HOME] = "home",           [CHANGE_ADD] = "add",
	[CHANGE_ATTRIBUTE] = "attribute", [CHANGE_MEMBER] = "member",
	[CHANGE_RENAME] = "rename",       [CHANGE_DELETE] = "delete",
	[CHANGE_LEAVE] = "leave",         [CHANGE_RETURN] = "return",
};

const char *
change_kind_name(enum change_kind kind)
{
	return kind < CHANGE_KINDS ? names[kind] : NULL;
}

enum change_kind
change_kind_of(const char *name)
{
	int kind;

	for (kind = 0; kind < CHANGE_KINDS; kind++)
		if (strcmp(names[kind], name) == 0)
			break;
	return (enum change_kind)kind;
}

/* The login of one of the benchmark's own, before and after the rename. */
static void
login_of(const struct change *change, bool is_renamed, char ret[32])
{
	snprintf(ret, 32, "bench%s%u", is_renamed ? "ed" : "", change->person);
}

static int
write_add(struct tn_connection *connection, const char *dn,
          const struct change *change, struct tn_err *err)
{
	static const char *const classes[] = { "inetOrgPerson", "posixAccount",
		                               "tenurePerson", NULL };
	char staff[32];
	char uid[16];
	const char *const one[][2] = {
		{ change->name, NULL }, { "王测试", NULL },
		{ staff, NULL },        { uid, NULL },
		{ "2000000", NULL },    { change->home, NULL },
		{ "/bin/bash", NULL },  { "A1", NULL },
		{ "active", NULL },
	};
	const struct tn_modification entry[] = {
		{ TN_MODIFY_ADD, "objectClass", classes },
		{ TN_MODIFY_ADD, "uid", one[0] },
		{ TN_MODIFY_ADD, "cn", one[1] },
		{ TN_MODIFY_ADD, "sn", one[1] },
		{ TN_MODIFY_ADD, "employeeNumber", one[2] },
		{ TN_MODIFY_ADD, "uidNumber", one[3] },
		{ TN_MODIFY_ADD, "gidNumber", one[4] },
		{ TN_MODIFY_ADD, "homeDirectory", one[5] },
		{ TN_MODIFY_ADD, "loginShell", one[6] },
		{ TN_MODIFY_ADD, "tenureApplication", one[7] },
		{ TN_MODIFY_ADD, "tenureStatus", one[8] },
	};

	snprintf(staff, sizeof(staff), "BENCH%u", change->person);
	snprintf(uid, sizeof(uid), "%u", FIRST_UID + change->person);
	return tn_add(connection, dn, entry, sizeof(entry) / sizeof(entry[0]),
	              err);
}

/* The product renames nobody; other software does. */
static int
write_rename(struct tn_connection *connection, const char *dn,
             const struct change *change, struct tn_err *err)
{
	char rdn[64];
	int result;

	snprintf(rdn, sizeof(rdn), "uid=%s", change->name);
	result = ldap_rename_s(connection->ld, dn, rdn, NULL, 1, NULL, NULL);
	return result == LDAP_SUCCESS ? TN_OK
	                              : tn_fail(err, TN_E_IO, "rename %s: %s",
	                                        dn, ldap_err2string(result));
}

int
change_write(struct tn_connection *connection, const struct change *change,
             struct tn_err *err)
{
	const char *const home[] = { change->home, NULL };
	const char *const login[] = { change->name, NULL };
	const struct tn_modification new_home = { TN_MODIFY_REPLACE,
		                                  "homeDirectory", home };
	const struct tn_modification member = { change->kind == CHANGE_LEAVE
		                                    ? TN_MODIFY_DELETE
		                                    : TN_MODIFY_ADD,
		                                "memberUid", login };
	char before[32];
	char dn[128];

	login_of(change, false, before);
	snprintf(dn, sizeof(dn), "uid=%s,ou=people," SUFFIX,
	         change->kind == CHANGE_RENAME ? before : change->name);
	switch (change->kind) {
	case CHANGE_ADD:
		return write_add(connection, dn, change, err);
	case CHANGE_MEMBER:
		snprintf(dn, sizeof(dn), "cn=g%u,ou=groups," SUFFIX,
		         change->group);
		return tn_modify(connection, dn, &member, 1, NULL, err);
	case CHANGE_LEAVE:
	case CHANGE_RETURN:
		return tn_modify(connection, "cn=everyone,ou=groups," SUFFIX,
		                 &member, 1, NULL, err);
	case CHANGE_RENAME:
		return write_rename(connection, dn, change, err);
	case CHANGE_DELETE:
		return tn_delete(connection, dn, NULL, err);
	case CHANGE_HOME:
	case CHANGE_ATTRIBUTE:
	case CHANGE_KINDS:
	default:
		return tn_modify(connection, dn, &new_home, 1, NULL, err);
	}
}

static bool
is_member(const struct lookup_source *source, const struct change *change)
{
	static char buffer[GROUP_ROOM];
	struct group group;
	int i;

	if (source->gid(change->gid, &group, buffer, sizeof(buffer)) !=
	    LOOKUP_FOUND)
		return false;
	for (i = 0; group.gr_mem[i] != NULL; i++)
		if (strcmp(group.gr_mem[i], change->name) == 0)
			return true;
	return false;
}

bool
change_is_seen(const struct lookup_source *source, const struct change *change)
{
	struct passwd found;
	struct passwd old;
	char buffer[4096];
	char more[4096];
	char before[32];
	long groups = 0;
	bool is_there = source->name(change->name, &found, buffer,
	                             sizeof(buffer)) == LOOKUP_FOUND;

	switch (change->kind) {
	case CHANGE_ADD:
		return is_there;
	case CHANGE_MEMBER:
		return is_member(source, change);
	case CHANGE_RENAME:
		login_of(change, false, before);
		return is_there && source->name(before, &old, more,
		                                sizeof(more)) == LOOKUP_MISSING;
	case CHANGE_DELETE:
		/* Files keep their owner's name: dead, and no login. */
		return is_there && strstr(found.pw_shell, "nologin") != NULL;
	case CHANGE_LEAVE:
	case CHANGE_RETURN:
		return source->groups(change->name, 0, &groups) !=
		           LOOKUP_FAILED &&
		       groups == change->groups;
	case CHANGE_HOME:
	case CHANGE_ATTRIBUTE:
	case CHANGE_KINDS:
	default:
		return is_there && strcmp(found.pw_dir, change->home) == 0;
	}
}

/* Which attributes are asked for, and what kind an entry is. */
#include "directory/entry.h"

/* Nothing here is secret: no userPassword, no pwdHistory. */
#define ACCOUNT_ATTRIBUTES                                                    \
	"uid", "cn", "employeeNumber", "uidNumber", "gidNumber",              \
	    "homeDirectory", "loginShell", "departmentNumber",                \
	    "preferredLanguage", "owner", "description", "tenureApplication", \
	    "tenureStatus", "tenureStartDate", "tenureEndDate",               \
	    "tenureKeyOnly", "tenureInteractive", "tenureInitialDeadline",    \
	    "tenureSshPublicKey",                                             \
	    "tenureResetBy", "tenureResetTime",                               \
	    "createTimestamp", "modifyTimestamp", "pwdReset",                 \
	    "pwdChangedTime", "pwdAccountLockedTime", "pwdStartTime",         \
	    "pwdEndTime"
#define LOCK_ATTRIBUTES                                           \
	"tenureLockKind", "tenureLockedTime", "tenurePersonUUID", \
	    "tenureStaffNumber", "tenureLockRef", "tenureReleasedTime"

const char *const tn_account_attributes[] = { "objectClass", "entryUUID",
	                                      ACCOUNT_ATTRIBUTES, NULL };
const char *const tn_group_attributes[] = { "objectClass", "entryUUID",
	                                    "cn",          "gidNumber",
	                                    "memberUid",   "member",
	                                    NULL };
const char *const tn_watch_attributes[] = {
	"objectClass",   "entryUUID", ACCOUNT_ATTRIBUTES, "memberUid", "member",
	LOCK_ATTRIBUTES, NULL
};

enum tn_entry_kind
tn_entry_kind(const struct tn_entry *entry)
{
	static const struct {
		const char *object_class;
		enum tn_entry_kind kind;
	} kinds[] = {
		{ "tenureLock", TN_ENTRY_LOCK },
		{ "tenureRelease", TN_ENTRY_RELEASE },
		{ "tenurePerson", TN_ENTRY_ACCOUNT },
		{ "tenureService", TN_ENTRY_ACCOUNT },
		{ "posixGroup", TN_ENTRY_GROUP },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (tn_entry_is(entry, kinds[i].object_class))
			return kinds[i].kind;
	return TN_ENTRY_OTHER;
}

#include <string.h>
#include "base/attrs.h"
#include "directory/entry.h"

int
tn_lock_from_entry(const struct tn_entry *entry, struct tn_lock *ret,
                   struct tn_err *err TN_UNUSED)
{
	struct tn_lock lock = { .since = TN_TIME_NONE,
		                .created = TN_TIME_NONE };
	const char *text;
	unsigned int kind = 0;

	lock.uuid = entry->uuid;
	lock.name = tn_entry_name(entry, "cn");
	if (lock.name == NULL)
		lock.name = entry->dn;
	text = tn_entry_text(entry, "tenurePersonUUID");
	if (text != NULL &&
	    tn_uuid_parse(text, &lock.person_uuid, NULL) != TN_OK)
		memset(&lock.person_uuid, 0, sizeof(lock.person_uuid));
	text = tn_entry_text(entry, "tenureStaffNumber");
	lock.staff_number = text != NULL ? text : "";
	text = tn_entry_text(entry, "tenureLockKind");
	if (text != NULL)
		kind = tn_lock_kind_from_text(text);
	/* A kind that we do not know (yet) locks all the same. */
	lock.kind = kind != 0 ? (enum tn_lock_kind)kind : TN_LOCK_SUSPENSION;
	(void)tn_entry_time(entry, "tenureLockedTime", &lock.since);
	(void)tn_entry_time(entry, "createTimestamp", &lock.created);
	text = tn_entry_text(entry, "description");
	lock.reason = text != NULL ? text : "";
	*ret = lock;
	return TN_OK;
}

const char *
tn_release_from_entry(const struct tn_entry *entry, int64_t *ret_created)
{
	*ret_created = TN_TIME_NONE;
	(void)tn_entry_time(entry, "createTimestamp", ret_created);
	return tn_entry_text(entry, "tenureLockRef");
}

#include "request_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "lock_write.h"

static int
request_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct request_list *list = arg;
	int64_t since = TN_TIME_NONE;
	struct tn_lock lock;
	size_t results = 0;

	(void)tn_entry_values(entry, "tenureRequestResult", &results);
	if (results)
		return TN_OK;
	if (tn_lock_from_entry(entry, &lock, err)) {
		tn_context(err, "%.200s", entry->dn);
		return TN_E_INCOMPLETE;
	}
	if (list->count == REQUEST_LIST_MAX)
		return tn_fail(err, TN_E_LIMIT, "more than %d requests wait",
		               REQUEST_LIST_MAX);
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 16;
		struct tn_uuid *more =
		    reallocarray(list->persons, room, sizeof(*more));

		if (!more)
			return tn_fail(err, TN_E_NO_MEMORY, "out of memory");
		list->persons = more;
		list->room = room;
	}
	list->persons[list->count++] = lock.person_uuid;
	if (!tn_entry_time(entry, "tenureLockedTime", &since) &&
	    (list->oldest == TN_TIME_NONE || since < list->oldest))
		list->oldest = since;
	return TN_OK;
}

int
request_list_read(struct session *session, struct request_list *ret,
                  struct tn_err *err)
{
	static const char *const attributes[] = {
		"objectClass",       "entryUUID",           "cn",
		"description",       "tenureLockKind",      "tenurePersonUUID",
		"tenureStaffNumber", "tenureLockedTime",    "tenureLockedBy",
		"tenureIncident",    "tenureRequestResult", NULL,
	};
	int r;

	*ret = (struct request_list){ .oldest = TN_TIME_NONE };
	/* What has a result is passed over here, not by the filter: a server
	   whose schema lacks the attribute would then find nothing. */
	r = tn_search(session->connection, LOCK_REQUESTS_DN, TN_SCOPE_ONE,
	              "(objectClass=tenureLock)", attributes, request_found,
	              ret, err);
	return r ? tn_context(err, "the requests") : TN_OK;
}

bool
request_list_has(const struct request_list *list, const struct tn_uuid *person)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (!memcmp(&list->persons[i], person, sizeof(*person)))
			return true;
	}
	return false;
}

void
request_list_done(struct request_list *list)
{
	free(list->persons);
	*list = (struct request_list){ .oldest = TN_TIME_NONE };
}

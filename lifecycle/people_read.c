#include "people_read.h"

#include <string.h>

#include "base/attrs.h"
#include "directory/entry.h"
#include "directory/search.h"

#define REPORTS_BASE "cn=tenure-reports"

static const char people_filter[] =
    "(|(objectClass=tenurePerson)(objectClass=tenureService)"
    "(objectClass=posixGroup)(objectClass=tenureLock)"
    "(objectClass=tenureRelease)(objectClass=tenureRole))";

static const char *const report_attributes[] = {
	"objectClass",      "cn", "tenureSeenTime", "tenureLocalAccount",
	"tenureBreakGlass", NULL,
};

/* What says that it is an account, and is none, hides somebody. */
static int
unreadable(const struct tn_entry *entry, struct tn_err *err)
{
	tn_context(err, "%.200s", entry->dn);
	if (err)
		err->code = TN_E_INCOMPLETE;
	return TN_E_INCOMPLETE;
}

static int
add_account(struct people *people, const struct tn_entry *entry,
            struct tn_err *err)
{
	struct tn_account account;

	if (tn_account_from_entry(entry, &account, err))
		return unreadable(entry, err);
	return people_add_account(people, &account, err);
}

static int
add_group(struct people *people, const struct tn_entry *entry,
          struct tn_err *err)
{
	struct tn_group *group = NULL;
	int r;

	if (tn_group_from_entry(entry, &group, err))
		return unreadable(entry, err);
	r = people_add_group(people, group, err);
	tn_group_free(group);
	return r;
}

static int
add_lock(struct people *people, const struct tn_entry *entry,
         struct tn_err *err)
{
	struct tn_lock lock;

	if (tn_lock_from_entry(entry, &lock, err))
		return unreadable(entry, err);
	return people_add_lock(people, &lock, err);
}

static int
add_release(struct people *people, const struct tn_entry *entry,
            struct tn_err *err)
{
	const char *name = tn_entry_text(entry, "tenureLockRef");

	if (!name) {
		tn_fail(err, TN_E_INCOMPLETE, "it names no lock");
		return unreadable(entry, err);
	}
	return people_add_release(people, name, err);
}

static int
add_role(struct people *people, const struct tn_entry *entry,
         struct tn_err *err)
{
	const struct tn_value *members;
	size_t count = 0;
	size_t i;
	int r = TN_OK;

	members = tn_entry_values(entry, "member", &count);
	for (i = 0; i < count && !r; i++)
		r = people_add_role_member(people, members[i].data, err);
	return r;
}

int
people_read_entry(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct people *people = arg;

	if (tn_entry_is(entry, "tenureRole"))
		return add_role(people, entry, err);
	switch (tn_entry_kind(entry)) {
	case TN_ENTRY_ACCOUNT:
		return add_account(people, entry, err);
	case TN_ENTRY_GROUP:
		return add_group(people, entry, err);
	case TN_ENTRY_LOCK:
		return add_lock(people, entry, err);
	case TN_ENTRY_RELEASE:
		return add_release(people, entry, err);
	case TN_ENTRY_OTHER:
	default:
		return TN_OK;
	}
}

static int
report_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct people *people = arg;
	const char *host = tn_entry_text(entry, "cn");
	const char *break_glass = tn_entry_text(entry, "tenureBreakGlass");
	const struct tn_value *values;
	int64_t seen = TN_TIME_NONE;
	size_t count = 0;
	size_t i;
	int r = TN_OK;

	if (!host) {
		tn_fail(err, TN_E_INCOMPLETE, "it names no host");
		return unreadable(entry, err);
	}
	(void)tn_entry_time(entry, "tenureSeenTime", &seen);
	values = tn_entry_values(entry, "tenureLocalAccount", &count);
	for (i = 0; i < count && !r; i++)
		r = people_add_local(people, host, values[i].data, seen,
		                     break_glass, err);
	return r;
}

int
people_read(struct session *session, bool with_reports, struct people **ret,
            struct tn_err *err)
{
	struct people *people = NULL;
	int r;

	r = people_new(&people, err);
	if (r)
		return r;
	r = tn_search(session->connection, session->config->base, TN_SCOPE_SUB,
	              people_filter, tn_watch_attributes, people_read_entry,
	              people, err);
	if (!r && with_reports) {
		r = tn_search(session->connection, REPORTS_BASE, TN_SCOPE_SUB,
		              "(objectClass=tenureReport)", report_attributes,
		              report_found, people, err);
		if (r)
			tn_context(err, "the hosts' reports");
	}
	if (!r)
		r = people_finish(people, err);
	if (r) {
		people_free(people);
		return tn_context(err, "the directory was not read whole");
	}
	*ret = people;
	return TN_OK;
}

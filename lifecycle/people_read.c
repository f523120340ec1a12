#include "people_read.h"

#include <stdio.h>
#include <string.h>

#include "base/attrs.h"
#include "directory/entry.h"
#include "directory/search.h"
#include "peer_reports.h"

#define REPORTS_BASE "cn=tenure-reports"

static const char people_filter[] =
    "(|(objectClass=tenurePerson)(objectClass=tenureService)"
    "(objectClass=posixGroup)(objectClass=tenureLock)"
    "(objectClass=tenureRelease)(objectClass=tenureRole))";

static const char approved_filter[] =
    "(&(objectClass=tenureForm)(tenureApprovedBy=*)(!(tenureRejectedBy=*))"
    "(|(tenureApplicationKind=account)(tenureApplicationKind=roster)"
    "(tenureApplicationKind=service)))";

static const char *const report_attributes[] = {
	"cn", "tenureSeenTime", "tenureLocalAccount", "tenureBreakGlass", NULL,
};

/* What says that it is an account, and is none, hides somebody: told as a
   finding. One entry must not be able to stop the audit of all. */
static int
unreadable(struct people *people, const struct tn_entry *entry,
           const struct tn_err *why, struct tn_err *err)
{
	if (why->code == TN_E_NO_MEMORY)
		return tn_fail(err, TN_E_NO_MEMORY, "%s", why->text);
	return people_add_gap(people, entry->dn, why->text, false, err);
}

static int
add_account(struct people *people, const struct tn_entry *entry,
            struct tn_err *err)
{
	struct tn_err why = TN_ERR_INIT;
	struct tn_account account;

	if (tn_account_from_entry(entry, &account, &why))
		return unreadable(people, entry, &why, err);
	return people_add_account(people, &account, err);
}

static int
add_group(struct people *people, const struct tn_entry *entry,
          struct tn_err *err)
{
	struct tn_err why = TN_ERR_INIT;
	struct tn_group *group = NULL;
	int r;

	if (tn_group_from_entry(entry, &group, &why))
		return unreadable(people, entry, &why, err);
	r = people_add_group(people, group, err);
	tn_group_free(group);
	return r;
}

static int
add_lock(struct people *people, const struct tn_entry *entry,
         struct tn_err *err)
{
	static const struct tn_uuid nobody;
	struct tn_err why = TN_ERR_INIT;
	struct tn_lock lock;

	if (tn_lock_from_entry(entry, &lock, &why))
		return unreadable(people, entry, &why, err);
	if (!*lock.staff_number &&
	    !memcmp(&lock.person_uuid, &nobody, sizeof(nobody))) {
		tn_fail(&why, TN_E_INVALID, "a lock that names nobody");
		return unreadable(people, entry, &why, err);
	}
	return people_add_lock(people, &lock, err);
}

static int
add_release(struct people *people, const struct tn_entry *entry,
            struct tn_err *err)
{
	int64_t created;
	const char *name = tn_release_from_entry(entry, &created);
	struct tn_err why = TN_ERR_INIT;

	if (!name) {
		tn_fail(&why, TN_E_INVALID, "a release that names no lock");
		return unreadable(people, entry, &why, err);
	}
	return people_add_release(people, name, created, err);
}

static int
add_role(struct people *people, const struct tn_entry *entry,
         struct tn_err *err)
{
	const char *name = tn_entry_name(entry, "cn");
	const struct tn_value *members;
	size_t count = 0;
	size_t i;
	int r = TN_OK;

	members = tn_entry_values(entry, "member", &count);
	if (count && name && !strcmp(name, "it-manager"))
		people->has_manager = true;
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
	const char *host = tn_entry_name(entry, "cn");
	const char *break_glass = tn_entry_text(entry, "tenureBreakGlass");
	const struct tn_value *values;
	int64_t seen = TN_TIME_NONE;
	size_t count = 0;
	size_t i;
	int r;

	if (!host)
		return people_add_gap(people, entry->dn,
		                      "a report that names no host", true, err);
	(void)tn_entry_time(entry, "tenureSeenTime", &seen);
	/* At the other server it may be younger, or the same. */
	if (people_has_report(people, host, seen))
		return TN_OK;
	r = people_add_report(people, host, seen, break_glass, err);
	if (r)
		return r;
	values = tn_entry_values(entry, "tenureLocalAccount", &count);
	/* One rooted host must not use up what is there for all. */
	if (count > PEOPLE_LINES_MAX)
		return people_add_gap(people, host,
		                      "it names more local accounts than a "
		                      "host can have",
		                      true, err);
	for (i = 0; i < count && !r; i++)
		r = people_add_local(people, host, values[i].data, seen,
		                     break_glass, err);
	return r;
}

static int
host_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *host = tn_entry_text(entry, "cn");

	/* One that a certificate cannot name lets nobody in. */
	return host ? people_add_host(arg, host, err) : TN_OK;
}

/* What it permits, as the server's rule has it: accounts by their numbers, of a
   service the account of that dn. */
static int
application_found(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const bool is_service =
	    tn_entry_has_value(entry, "tenureApplicationKind", "service");
	const struct tn_value *numbers;
	size_t count = 0;
	size_t i;
	int r = TN_OK;

	numbers = tn_entry_values(entry, "tenureApplicationNumber", &count);
	for (i = 0; i < count && !r; i++) {
		const bool is_dn = !strncmp(numbers[i].data, "uid=", 4);

		if (is_dn == is_service)
			r = people_add_approved(arg, numbers[i].data, err);
	}
	return r;
}

/* One level beneath ou=FOLDER. */
static int
read_folder(struct session *session, const char *folder, const char *filter,
            tn_search_found *found, struct people *people, struct tn_err *err)
{
	static const char *const attributes[] = { "cn", "tenureApplicationKind",
		                                  "tenureApplicationNumber",
		                                  NULL };
	char base[TN_DN_MAX + 1];
	int n;

	n = snprintf(base, sizeof(base), "ou=%s,%s", folder,
	             session->config->base);
	if (n < 0 || (size_t)n >= sizeof(base))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	return tn_search(session->connection, base, TN_SCOPE_ONE, filter,
	                 attributes, found, people, err);
}

/* A host that reaches the other server alone reports there. */
static int
read_peer(struct session *session, struct people *people, struct tn_err *err)
{
	struct peer_said said;
	int r = peer_reports_each(session, report_attributes, report_found,
	                          people, &said, err);

	people->peer_is_silent = !r && *said.why;
	(void)snprintf(people->peer, sizeof(people->peer), "%s", said.uri);
	(void)snprintf(people->peer_why, sizeof(people->peer_why), "%s",
	               said.why);
	return r;
}

int
people_read_hosts(struct session *session, struct people *people,
                  struct tn_err *err)
{
	int r;

	r = tn_search(session->connection, REPORTS_BASE, TN_SCOPE_SUB,
	              "(objectClass=tenureReport)", report_attributes,
	              report_found, people, err);
	if (!r)
		r = read_peer(session, people, err);
	if (r)
		return tn_context(err, "the hosts' reports");
	r = read_folder(session, "hosts", "(objectClass=tenureHost)",
	                host_found, people, err);
	return r ? tn_context(err, "the hosts") : TN_OK;
}

static int
read_reports(struct session *session, struct people *people, struct tn_err *err)
{
	int r = people_read_hosts(session, people, err);

	if (r)
		return r;
	r = read_folder(session, "applications", approved_filter,
	                application_found, people, err);
	return r ? tn_context(err, "the applications") : TN_OK;
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
	if (!r && with_reports)
		r = read_reports(session, people, err);
	if (!r)
		r = people_finish(people, err);
	if (r) {
		people_free(people);
		return tn_context(err, "the directory was not read whole");
	}
	*ret = people;
	return TN_OK;
}

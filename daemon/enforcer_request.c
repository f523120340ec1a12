/*
 * Requests of the scheduler (departures), of hosts and of holders of roles for
 * themselves (locks after a leak) in ou=requests,cn=tenure-reports. Each is answered
 * once, in its own entry; the lock is called after the request, so that a
 * request whose answer was lost is not granted twice. The brake counts in the
 * directory what was granted: it survives a restart.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/write.h"
#include "enforcer.h"
#include "enforcer_askers.h"
#include "enforcer_grant.h"

#define REQUESTS     "ou=requests,cn=tenure-reports"
#define REQUESTS_MAX 64 /* at a time */
#define FILTER_MAX   2048

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

struct request {
	char dn[TN_DN_MAX + 1];
	char asker[TN_DN_MAX + 1]; /* the server saw to it that it is true */
	struct tn_lock *lock;      /* what it asks for */
	enum tn_lock_kind kind;
};

struct requests {
	const char *hosts; /* the unit that hosts are beneath */
	struct tn_askers askers;
	size_t count;
	size_t
	    lately; /* departures granted within the hour, with those of now */
	size_t total; /* active people when the hour began */
	struct request of[REQUESTS_MAX];
};

/* slapd writes a dn in one way only. */
static bool
is_of(const char *dn, const char *unit)
{
	const char *comma = strchr(dn, ',');

	return comma != NULL && strcasecmp(comma + 1, unit) == 0;
}

static int
take_request(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct requests *requests = arg;
	struct request *request = &requests->of[requests->count];
	const char *asker = tn_entry_text(entry, "tenureLockedBy");
	struct tn_lock lock;
	int rc;

	if (requests->count == REQUESTS_MAX || asker == NULL ||
	    !tn_text_copy(request->dn, sizeof(request->dn), entry->dn) ||
	    !tn_text_copy(request->asker, sizeof(request->asker), asker))
		return TN_OK;
	if (is_of(asker, requests->hosts) &&
	    !tn_askers_takes(&requests->askers, asker))
		return TN_OK;
	if (tn_lock_from_entry(entry, &lock, err) != TN_OK)
		return TN_OK;
	rc = tn_lock_dup(&lock, &request->lock, err);
	if (rc != TN_OK)
		return rc;
	request->kind = lock.kind;
	requests->count++;
	return TN_OK;
}

static int
count_entry(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)entry;
	(void)err;
	(*(size_t *)arg)++;
	return TN_OK;
}

/* How many entries one below base match "(&BEFORE DN))". */
static int
count_with_dn(struct tn_enforcer *enforcer, const char *base,
              const char *before, const char *dn, size_t *ret,
              struct tn_err *err)
{
	static const char *const wanted[] = { "cn", NULL };
	struct tn_buf filter;
	const char *text;
	int rc;

	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_put_text(&filter, before);
	tn_filter_escape(&filter, dn);
	tn_buf_put_text(&filter, "))");
	text = tn_buf_text(&filter);
	*ret = 0;
	if (text == NULL)
		rc = tn_fail(err, TN_E_LIMIT, "the dn is too long");
	else
		rc = tn_search(enforcer->work, base, TN_SCOPE_ONE, text, wanted,
		               count_entry, ret, err);
	tn_buf_done(&filter);
	return rc;
}

static void
beneath(const struct tn_enforcer *enforcer, const char *unit,
        char ret[TN_DN_MAX + 1])
{
	(void)snprintf(ret, TN_DN_MAX + 1, "%s,%s", unit,
	               enforcer->config->base);
}

/* By the server's clock: when a host says that it asked is the host's word. */
static int
count_of_host(struct tn_enforcer *enforcer, const char *host, int64_t now,
              size_t *ret, struct tn_err *err)
{
	char since[TN_GTIME_TEXT_MAX];
	char before[256];

	tn_gtime_format(now - TN_GRANT_WINDOW, since);
	(void)snprintf(before, sizeof(before),
	               "(&(tenureRequestResult=granted)(createTimestamp>=%s)"
	               "(tenureLockedBy=",
	               since);
	return count_with_dn(enforcer, REQUESTS, before, host, ret, err);
}

/* Once before each lot, since the table lags behind what the lot grants. */
static int
count_granted(struct tn_enforcer *enforcer, int64_t now, size_t *ret,
              struct tn_err *err)
{
	char since[TN_GTIME_TEXT_MAX];
	char before[256];
	char base[TN_DN_MAX + 1];

	beneath(enforcer, "ou=locks", base);
	tn_gtime_format(now - TN_GRANT_WINDOW, since);
	(void)snprintf(before, sizeof(before),
	               "(&(objectClass=tenureLock)(tenureLockKind=departure)"
	               "(tenureLockedTime>=%s)(tenureLockedBy=",
	               since);
	return count_with_dn(enforcer, base, before, enforcer->dn, ret, err);
}

/* Whom it names; a number and an entry that are not the same person's name
   nobody. */
static void
find_account(const struct tn_enforcer *enforcer, const struct tn_lock *lock,
             struct tn_grant_facts *facts)
{
	static const struct tn_uuid none;
	bool has_uuid = memcmp(&lock->person_uuid, &none, sizeof(none)) != 0;
	bool has_staff = lock->staff_number[0] != '\0';
	const struct tn_table_account *at;
	struct tn_uuid found = none;
	uint32_t position = 0;

	facts->matches = 0;
	while ((at = tn_table_next(&enforcer->table, &position)) != NULL) {
		const struct tn_account *account = at->account;

		if (account->vanished)
			continue;
		if ((!has_uuid && !has_staff) ||
		    (has_uuid && memcmp(&account->uuid, &lock->person_uuid,
		                        sizeof(none)) != 0) ||
		    (has_staff &&
		     strcmp(account->staff_number, lock->staff_number) != 0))
			continue;
		facts->matches++;
		found = account->uuid;
	}
	if (facts->matches == 0)
		return;
	at = tn_table_by_uuid(&enforcer->table, &found);
	facts->account = at != NULL ? at->account : NULL;
	facts->open_locks = at != NULL ? at->locks : 0;
}

static size_t
count_active(const struct tn_enforcer *enforcer)
{
	const struct tn_table_account *at;
	uint32_t position = 0;
	size_t active = 0;

	while ((at = tn_table_next(&enforcer->table, &position)) != NULL)
		if (!at->account->vanished &&
		    at->account->kind == TN_KIND_PERSON &&
		    at->account->status == TN_STATUS_ACTIVE)
			active++;
	return active;
}

static int
add_lock(struct tn_enforcer *enforcer, const struct request *request,
         const struct tn_account *account, int64_t now, struct tn_err *err)
{
	char request_uuid[TN_UUID_TEXT_MAX];
	char name[TN_UUID_TEXT_MAX + 16];
	char person_uuid[TN_UUID_TEXT_MAX];
	char since[TN_GTIME_TEXT_MAX];
	char dn[TN_DN_MAX + 1];
	int n;
	int rc;

	tn_uuid_format(&request->lock->uuid, request_uuid);
	tn_uuid_format(&account->uuid, person_uuid);
	tn_gtime_format(now, since);
	(void)snprintf(name, sizeof(name), "request-%s", request_uuid);
	n = snprintf(dn, sizeof(dn), "cn=%s,ou=locks,%s", name,
	             enforcer->config->base);
	if (n < 0 || (size_t)n >= sizeof(dn))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	{
		const struct tn_modification attributes[] = {
			{ TN_MODIFY_ADD, "objectClass", ONE("tenureLock") },
			{ TN_MODIFY_ADD, "cn", ONE(name) },
			{ TN_MODIFY_ADD, "tenureLockKind",
			  ONE(tn_lock_kind_text(request->kind)) },
			{ TN_MODIFY_ADD, "tenureLockedTime", ONE(since) },
			{ TN_MODIFY_ADD, "tenurePersonUUID", ONE(person_uuid) },
			{ TN_MODIFY_ADD, "tenureLockedBy", ONE(enforcer->dn) },
			{ TN_MODIFY_ADD, "description",
			  ONE(request->lock->reason[0] != '\0'
			          ? request->lock->reason
			          : "requested without a reason") },
			{ TN_MODIFY_ADD, "tenureStaffNumber",
			  ONE(account->staff_number) },
			/* Of a leak: whose word it was. */
			{ TN_MODIFY_ADD, "tenureLeakFrom",
			  ONE(request->asker) },
			/* The number that the person was told. */
			{ TN_MODIFY_ADD, "tenureIncident",
			  ONE(request->lock->name) },
		};
		const size_t count = TN_ARRAY_LEN(attributes);

		rc = tn_add(enforcer->work, dn, attributes,
		            request->kind == TN_LOCK_LEAK ? count : count - 2,
		            err);
	}
	return rc == TN_E_EXISTS ? TN_OK : rc;
}

static int
answer(struct tn_enforcer *enforcer, const struct request *request,
       const char *words, struct tn_err *err)
{
	const struct tn_modification change = { TN_MODIFY_ADD,
		                                "tenureRequestResult",
		                                ONE(words) };

	return tn_modify(enforcer->work, request->dn, &change, 1, NULL, err);
}

/* Of what is held back of one host, one record an hour: the requests
   themselves stay, with their answers. */
static int
write_journal(struct tn_enforcer *enforcer, struct requests *requests,
              const struct request *request, const struct tn_grant_facts *facts,
              enum tn_grant grant, struct tn_err *err)
{
	char arguments[2 * TN_DN_MAX + 256];
	char person[TN_LOGIN_MAX + TN_STAFF_MAX + 8] = "nobody";
	int rc;

	if (grant == TN_GRANT_HOST &&
	    !tn_askers_tells(&requests->askers, request->asker,
	                     (int64_t)time(NULL)))
		return TN_OK;
	(void)snprintf(arguments, sizeof(arguments),
	               "%s lock, request %s of %s: %s",
	               tn_lock_kind_text(request->kind), request->lock->name,
	               request->asker, tn_grant_words(grant));
	if (facts->matches == 1 && facts->account != NULL)
		(void)snprintf(person, sizeof(person), "%s %s",
		               facts->account->login,
		               facts->account->staff_number);
	rc = tn_enforcer_journal(enforcer, arguments, person,
	                         request->lock->reason, err);
	/* A lock does not wait for the journal to be mended. */
	if (rc != TN_OK && tn_enforcer_is_answer(rc)) {
		tn_log_error("request %s: the journal: %s", request->lock->name,
		             err->text);
		*err = (struct tn_err)TN_ERR_INIT;
		rc = TN_OK;
	}
	return rc;
}

static int
treat(struct tn_enforcer *enforcer, struct requests *requests,
      const struct request *request, struct tn_err *err)
{
	struct tn_grant_facts facts = { .kind = request->kind,
		                        .granted_lately = requests->lately,
		                        .total = requests->total,
		                        .brake = enforcer->brake };
	char base[TN_DN_MAX + 1];
	int64_t now = (int64_t)time(NULL);
	enum tn_grant grant;
	size_t roles = 0;
	int rc = TN_OK;

	beneath(enforcer, "ou=hosts", base);
	facts.from_host = is_of(request->asker, base);
	find_account(enforcer, request->lock, &facts);
	/* The server saw to it that the asker bound with the password. */
	facts.from_self = facts.account != NULL &&
	                  strcasecmp(request->asker, facts.account->dn) == 0;
	beneath(enforcer, "ou=agents", base);
	if (!facts.from_host && !facts.from_self &&
	    !is_of(request->asker, base))
		/* One person for another: no kind is theirs to ask for. */
		facts.kind = TN_LOCK_SUSPENSION;
	if (facts.from_host)
		rc = count_of_host(enforcer, request->asker, now,
		                   &facts.granted_lately, err);
	beneath(enforcer, "ou=roles", base);
	if (rc == TN_OK && facts.matches == 1 && facts.account != NULL)
		rc = count_with_dn(enforcer, base,
		                   "(&(objectClass=tenureRole)(member=",
		                   facts.account->dn, &roles, err);
	facts.holds_role = roles > 0;
	if (rc != TN_OK)
		return rc;
	grant = tn_grant_decide(&facts);
	rc = write_journal(enforcer, requests, request, &facts, grant, err);
	if (rc == TN_OK && grant == TN_GRANT_YES) {
		rc = facts.account != NULL
		         ? add_lock(enforcer, request, facts.account, now, err)
		         : tn_fail(err, TN_E_BUG, "a lock for nobody");
		if (rc == TN_OK && !facts.from_host && !facts.from_self)
			requests->lately++;
	}
	if (rc == TN_OK)
		rc = answer(enforcer, request, tn_grant_words(grant), err);
	if (rc == TN_OK)
		tn_log_warning("request %s (%s): %s", request->lock->name,
		               facts.matches == 1 && facts.account != NULL
		                   ? facts.account->dn
		                   : "nobody",
		               tn_grant_words(grant));
	return rc;
}

int
tn_enforcer_requests(struct tn_enforcer *enforcer, struct tn_err *err)
{
	static const char *const wanted[] = { "objectClass",
		                              "entryUUID",
		                              "cn",
		                              "description",
		                              "tenureLockKind",
		                              "tenurePersonUUID",
		                              "tenureStaffNumber",
		                              "tenureLockedTime",
		                              "tenureLockedBy",
		                              NULL };
	static struct requests requests; /* large; one thread */
	char hosts[TN_DN_MAX + 1];
	size_t i;
	int rc;

	beneath(enforcer, "ou=hosts", hosts);
	requests.hosts = hosts;
	tn_askers_begin(&requests.askers);
	requests.count = 0;
	rc = tn_search(enforcer->work, REQUESTS, TN_SCOPE_ONE,
	               "(&(objectClass=tenureLock)"
	               "(!(tenureRequestResult=*)))",
	               wanted, take_request, &requests, err);
	if (rc == TN_OK && requests.count > 0) {
		rc = count_granted(enforcer, (int64_t)time(NULL),
		                   &requests.lately, err);
		/* Those who went within the hour were active then. */
		requests.total = count_active(enforcer) + requests.lately;
	}
	for (i = 0; i < requests.count; i++) {
		if (rc == TN_OK)
			rc = treat(enforcer, &requests, &requests.of[i], err);
		if (rc != TN_OK && tn_enforcer_is_answer(rc)) {
			tn_log_error("request %s: %s",
			             requests.of[i].lock->name, err->text);
			*err = (struct tn_err)TN_ERR_INIT;
			rc = TN_OK;
		}
		tn_lock_free(requests.of[i].lock);
		requests.of[i].lock = NULL;
	}
	return rc;
}

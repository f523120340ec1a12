/*
 * Leaks: each open lock of a leak belongs to one case beneath ou=incidents,
 * whoever added the lock and at whichever provider. Two locks of one person
 * that are open at once, or a second one before the first is closed, are one
 * leak. What follows (verified, closed) is written by people, not from here.
 * Rule    UM-15.1, UM-15.2, IS-9; DESIGN section 4.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/signed_request.h"
#include "directory/write.h"
#include "enforcer.h"

#define LOCKS_MAX  10000 /* of one person, released ones too */
#define CASES_MAX  1000
#define FILTER_MAX 2048
#define CASE_MAX   (TN_STAFF_MAX + 24)

/* What has to be looked at in every case: nobody closes it before
   (ldif/access-signed.ldif). Of who held a role root adds what the account did,
   one by one (tenure leak dossier --items). */
#define TN_CASE_HOMES                                                  \
	"key files, crontabs, at jobs and user units in the person's " \
	"homes: each confirmed or removed"

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

struct lock {
	char name[TN_STAFF_MAX + 64];
	char by[TN_DN_MAX + 1];
	char added[TN_GTIME_TEXT_MAX]; /* by the server's clock */
	bool is_known;                 /* a case lists it */
};

struct look {
	size_t count; /* of locks */
	size_t room;
	struct lock *locks; /* owned */
	size_t cases;
	char open[TN_DN_MAX + 1]; /* the case that is not closed, or "" */
	bool is_there;            /* of the search that asks no more */
};

static bool
more_room(struct look *look)
{
	const size_t room = look->room == 0 ? 16 : 2 * look->room;
	struct lock *more = reallocarray(look->locks, room, sizeof(*more));

	if (more == NULL)
		return false;
	look->locks = more;
	look->room = room;
	return true;
}

static int
take_lock(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct look *look = arg;
	const char *name = tn_entry_name(entry, "cn");
	const char *by = tn_entry_text(entry, "tenureLockedBy");
	int64_t added = TN_TIME_NONE;
	struct lock *lock;

	if (look->count == look->room && !more_room(look))
		return tn_fail(err, TN_E_NO_MEMORY, "locks of a leak");
	lock = &look->locks[look->count];
	if (look->count == LOCKS_MAX || name == NULL || by == NULL ||
	    tn_entry_time(entry, "createTimestamp", &added) != TN_OK ||
	    !tn_text_copy(lock->name, sizeof(lock->name), name) ||
	    !tn_text_copy(lock->by, sizeof(lock->by), by)) {
		tn_log_error("%s: no case can be made of this lock", entry->dn);
		return TN_OK;
	}
	tn_gtime_format(added, lock->added);
	lock->is_known = false;
	look->count++;
	return TN_OK;
}

static int
take_case(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct look *look = arg;
	size_t count = 0;
	size_t i;

	(void)err;
	look->cases++;
	for (i = 0; i < look->count; i++)
		if (tn_entry_has_value(entry, "tenureCaseLock",
		                       look->locks[i].name))
			look->locks[i].is_known = true;
	(void)tn_entry_values(entry, "tenureCaseClosedBy", &count);
	if (count == 0)
		(void)tn_text_copy(look->open, sizeof(look->open), entry->dn);
	return TN_OK;
}

static int
take_any(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct look *look = arg;

	(void)entry;
	(void)err;
	look->is_there = true;
	return TN_OK;
}

/* "(&BEFORE(ATTRIBUTE=VALUE))", one level beneath a folder of the base. */
static int
find(struct tn_enforcer *enforcer, const char *unit, const char *before,
     const char *attribute, const char *value, tn_search_found *found,
     struct look *look, struct tn_err *err)
{
	static const char *const wanted[] = { "cn",
		                              "tenureLockedBy",
		                              "tenureCaseLock",
		                              "tenureCaseClosedBy",
		                              "createTimestamp",
		                              NULL };
	char base[TN_DN_MAX + 1];
	struct tn_buf filter;
	const char *text;
	int rc;

	(void)snprintf(base, sizeof(base), "%s,%s", unit,
	               enforcer->config->base);
	tn_buf_init(&filter, FILTER_MAX);
	tn_buf_printf(&filter, "(&%s(%s=", before, attribute);
	tn_filter_escape(&filter, value);
	tn_buf_put_text(&filter, "))");
	text = tn_buf_text(&filter);
	if (text == NULL)
		rc = tn_fail(err, TN_E_LIMIT, "a filter is too long");
	else
		rc = tn_search(enforcer->work, base, TN_SCOPE_ONE, text, wanted,
		               found, look, err);
	tn_buf_done(&filter);
	return rc;
}

/* Into a case that nobody has closed meanwhile, else TN_E_STALE: whoever closed
   it has read which locks to release. */
#define IS_OPEN "(!(tenureCaseClosedBy=*))"

static int
join(struct tn_enforcer *enforcer, const char *dn, const struct lock *lock,
     struct tn_err *err)
{
	const struct tn_modification is_lock = { TN_MODIFY_ADD,
		                                 "tenureCaseLock",
		                                 ONE(lock->name) };
	const struct tn_modification reporter = { TN_MODIFY_ADD,
		                                  "tenureCaseReporter",
		                                  ONE(lock->by) };
	int rc;

	/* Who reported it first: nobody closes what they reported. */
	rc = tn_modify(enforcer->work, dn, &reporter, 1, IS_OPEN, err);
	if (rc == TN_OK || rc == TN_E_EXISTS)
		rc = tn_modify(enforcer->work, dn, &is_lock, 1, IS_OPEN, err);
	if (rc == TN_OK)
		tn_log_warning("%s: one more lock of this leak: %s", dn,
		               lock->name);
	return rc;
}

static int
add_case(struct tn_enforcer *enforcer, const struct tn_account *account,
         size_t number, const struct lock *lock, char ret[TN_DN_MAX + 1],
         struct tn_err *err)
{
	struct tn_found_holder found;
	char uuid[TN_UUID_TEXT_MAX];
	char name[CASE_MAX];
	char role[TN_DN_MAX + 1];
	size_t count = 8;
	int rc;

	rc = tn_holder_read(enforcer->work, enforcer->config->base, account->dn,
	                    &found, err);
	if (rc != TN_OK)
		return rc;
	tn_uuid_format(&account->uuid, uuid);
	(void)snprintf(name, sizeof(name), "leak-%s-%zu", account->staff_number,
	               number);
	(void)snprintf(ret, TN_DN_MAX + 1, "cn=%s,ou=incidents,%.400s", name,
	               enforcer->config->base);
	(void)snprintf(role, sizeof(role), "cn=%s,ou=roles,%.400s",
	               found.holder.role != TN_ROLE_NONE
	                   ? tn_role_text(found.holder.role)
	                   : "none",
	               enforcer->config->base);
	if (found.holder.role != TN_ROLE_NONE)
		count = 10;
	{
		const struct tn_modification attributes[] = {
			{ TN_MODIFY_ADD, "objectClass", ONE("tenureLeakCase") },
			{ TN_MODIFY_ADD, "cn", ONE(name) },
			{ TN_MODIFY_ADD, "tenureCaseWhom", ONE(account->dn) },
			{ TN_MODIFY_ADD, "tenurePersonUUID", ONE(uuid) },
			{ TN_MODIFY_ADD, "tenureStaffNumber",
			  ONE(account->staff_number) },
			{ TN_MODIFY_ADD, "tenureCaseLock", ONE(lock->name) },
			{ TN_MODIFY_ADD, "tenureCaseReporter", ONE(lock->by) },
			{ TN_MODIFY_ADD, "tenureCaseItem", ONE(TN_CASE_HOMES) },
			/* Of who holds a role, a superior closes it. */
			{ TN_MODIFY_ADD, "tenureRequestRole", ONE(role) },
			{ TN_MODIFY_ADD, "tenureRequestLevel",
			  ONE(found.holder.level == TN_LEVEL_FIRST ? "1"
			                                           : "2") },
		};

		rc = tn_add(enforcer->work, ret, attributes, count, err);
	}
	if (rc == TN_OK)
		tn_log_warning("%s: a leak of %s", ret, account->dn);
	return rc;
}

static int
treat(struct tn_enforcer *enforcer, const struct tn_account *account,
      struct look *look, const struct lock *lock, struct tn_err *err)
{
	size_t number = look->cases;
	char released[sizeof("(objectClass=tenureRelease)(createTimestamp>=)") +
	              TN_GTIME_TEXT_MAX];
	int rc;

	/* One from before the lock was there ended nothing. */
	(void)snprintf(released, sizeof(released),
	               "(objectClass=tenureRelease)(createTimestamp>=%s)",
	               lock->added);
	look->is_there = false;
	rc = find(enforcer, "ou=locks", released, "tenureLockRef", lock->name,
	          take_any, look, err);
	if (rc != TN_OK || look->is_there)
		return rc;
	if (look->open[0] != '\0') {
		rc = join(enforcer, look->open, lock, err);
		if (rc != TN_E_STALE)
			return rc;
	}
	do {
		*err = (struct tn_err)TN_ERR_INIT;
		rc = add_case(enforcer, account, ++number, lock, look->open,
		              err);
	} while (rc == TN_E_EXISTS && number < CASES_MAX);
	if (rc != TN_OK)
		look->open[0] = '\0';
	return rc;
}

static int
look_at(struct tn_enforcer *enforcer, const struct tn_account *account,
        struct tn_err *err)
{
	struct look look = { .count = 0 };
	char uuid[TN_UUID_TEXT_MAX];
	size_t i;
	int rc;

	tn_uuid_format(&account->uuid, uuid);
	rc = find(enforcer, "ou=locks",
	          "(objectClass=tenureLock)(tenureLockKind=leak)",
	          "tenurePersonUUID", uuid, take_lock, &look, err);
	if (rc == TN_OK && account->staff_number[0] != '\0')
		rc = find(enforcer, "ou=locks",
		          "(objectClass=tenureLock)(tenureLockKind=leak)"
		          "(!(tenurePersonUUID=*))",
		          "tenureStaffNumber", account->staff_number, take_lock,
		          &look, err);
	if (rc == TN_OK)
		rc = find(enforcer, "ou=incidents",
		          "(objectClass=tenureLeakCase)", "tenureCaseWhom",
		          account->dn, take_case, &look, err);
	for (i = 0; rc == TN_OK && i < look.count; i++)
		if (!look.locks[i].is_known)
			rc = treat(enforcer, account, &look, &look.locks[i],
			           err);
	free(look.locks);
	return rc;
}

int
tn_enforcer_cases(struct tn_enforcer *enforcer, struct tn_err *err)
{
	const struct tn_table_account *at;
	uint32_t position = 0;
	int rc = TN_OK;

	while (rc == TN_OK &&
	       (at = tn_table_next(&enforcer->table, &position)) != NULL) {
		if ((at->locks & TN_LOCK_LEAK) == 0 || at->account->vanished)
			continue;
		rc = look_at(enforcer, at->account, err);
		if (rc != TN_OK && tn_enforcer_is_answer(rc)) {
			tn_log_error("%s: the case of a leak: %s",
			             at->account->dn, err->text);
			*err = (struct tn_err)TN_ERR_INIT;
			rc = TN_OK;
		}
	}
	return rc;
}

/* The second half of suspend.h: a lock is released by a second entry. */
#include "suspend.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/attrs.h"
#include "base/day.h"
#include "directory/write.h"
#include "people_find.h"
#include "secret/secret.h"

#define RELEASE_NAME_BYTES 16
#define NAMES_MAX          256
#define LOCK_REF_MAX       128 /* bytes, as in ldif/access.ldif */

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

static const char *
acting_dn(const struct session *session)
{
	const char *who = session->who;

	return strncmp(who, "dn:", 3) ? who : who + 3;
}

static int
several(const struct people *people, const struct person *person,
        struct tn_err *err)
{
	char names[NAMES_MAX] = "";
	size_t len = 0;
	size_t i;

	for (i = 0; i < people->lock_count && len < sizeof(names); i++) {
		const struct tn_lock *lock = people->locks[i];

		if (!lock->released)
			len += (size_t)snprintf(
			    names + len, sizeof(names) - len, "%s%s (%s)",
			    len ? ", " : "", lock->name,
			    tn_lock_kind_text(lock->kind));
	}
	return tn_fail(err, TN_E_RULE,
	               "%s has more than one open lock; say which with --lock: "
	               "%s",
	               person->account->login, names);
}

int
release_choose(const struct session *session, const struct people *people,
               const struct person *person, const char *name,
               const struct tn_lock **ret, struct tn_err *err)
{
	const char *login = person->account->login;
	const struct tn_lock *found = NULL;
	size_t i;

	if (!strcasecmp(acting_dn(session), person->account->dn))
		return tn_fail(err, TN_E_RULE,
		               "nobody releases a lock of their own");
	if (person->holds_role)
		return tn_fail(err, TN_E_RULE,
		               "%s holds a role, and nobody alone opens that "
		               "account: two people take the role first. Ask "
		               "with tenure role revoke %s --reason TEXT --as "
		               "LOGIN",
		               login, login);
	for (i = 0; i < people->lock_count; i++) {
		const struct tn_lock *lock = people->locks[i];

		if (lock->released || (name && strcmp(lock->name, name)))
			continue;
		if (found)
			return several(people, person, err);
		found = lock;
	}
	if (!found)
		return tn_fail(err, TN_E_NOT_FOUND,
		               name ? "%s has no such open lock"
		                    : "%s has no open lock",
		               login);
	if (found->kind == TN_LOCK_LEAK)
		return tn_fail(err, TN_E_RULE,
		               "%s is locked by a leak report: tenure leak "
		               "close ends it, after the person's identity "
		               "was checked, by another administrator and "
		               "with a new password. A plain release would "
		               "give the leaked one back",
		               login);
	*ret = found;
	return TN_OK;
}

enum tn_status
release_status_of(unsigned int kinds)
{
	if (kinds & TN_LOCK_LEAK)
		return TN_STATUS_LEAK;
	if (kinds & TN_LOCK_DEPARTURE)
		return TN_STATUS_DEPARTED;
	return kinds ? TN_STATUS_SUSPENDED : TN_STATUS_ACTIVE;
}

enum tn_status
release_status(const struct people *people, const struct tn_lock *lock)
{
	unsigned int kinds = 0;
	size_t i;

	for (i = 0; i < people->lock_count; i++)
		if (people->locks[i] != lock && !people->locks[i]->released)
			kinds |= (unsigned int)people->locks[i]->kind;
	return release_status_of(kinds);
}

int
release_add(struct session *session, const char *lock_name, const char *reason,
            struct tn_err *err)
{
	char name[2 * RELEASE_NAME_BYTES + 1];
	char now[TN_GTIME_TEXT_MAX];
	char dn[TN_DN_MAX + 1];
	int n;

	/* Locks of old may be called anything; what these signs mean to slapd
	   no rule of access can take (ldif/access.ldif). */
	if (strlen(lock_name) > LOCK_REF_MAX || strpbrk(lock_name, "[]()*\\?%"))
		return tn_fail(err, TN_E_RULE,
		               "the lock is called \"%.128s\", and slapd takes no "
		               "release of such a name from anybody: root adds "
		               "it with slapd stopped (docs/directory.md, "
		               "\"Locks\")",
		               lock_name);
	tn_random_hex(RELEASE_NAME_BYTES, name);
	tn_gtime_format(session->moment.now, now);
	n = snprintf(dn, sizeof(dn), "cn=%s,ou=locks,%s", name,
	             session->config->base);
	if (n < 0 || (size_t)n >= sizeof(dn))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	{
		const struct tn_modification attributes[] = {
			{ TN_MODIFY_ADD, "objectClass", ONE("tenureRelease") },
			{ TN_MODIFY_ADD, "cn", ONE(name) },
			{ TN_MODIFY_ADD, "tenureLockRef", ONE(lock_name) },
			{ TN_MODIFY_ADD, "tenureReleasedTime", ONE(now) },
			{ TN_MODIFY_ADD, "description", ONE(reason) },
		};

		return tn_add(session->connection, dn, attributes,
		              TN_ARRAY_LEN(attributes), err);
	}
}

static int
set_status(struct session *session, const struct tn_account *account,
           enum tn_status status, struct tn_err *err)
{
	char uuid[TN_UUID_TEXT_MAX];
	char assertion[256];

	tn_uuid_format(&account->uuid, uuid);
	snprintf(assertion, sizeof(assertion),
	         "(&(entryUUID=%s)(tenureStatus=%s))", uuid,
	         tn_status_text(account->status));
	{
		/* A replace by nothing is right where nothing stands, too. */
		const struct tn_modification changes[] = {
			{ TN_MODIFY_REPLACE, "tenureStatus",
			  ONE(tn_status_text(status)) },
			{ TN_MODIFY_REPLACE, "pwdEndTime", NULL },
			{ TN_MODIFY_REPLACE, "pwdAccountLockedTime", NULL },
		};
		size_t count = TN_ARRAY_LEN(changes);

		return tn_modify(session->connection, account->dn, changes,
		                 status == TN_STATUS_ACTIVE ? count : 1,
		                 assertion, err);
	}
}

static int
verify(struct session *session, const char *login, const char *lock_name,
       enum tn_status status, struct tn_err *err)
{
	struct people *people = NULL;
	const struct person *person = NULL;
	bool is_released = false;
	size_t i;
	int r;

	r = people_find(session, login, &people, &person, err);
	if (r)
		return tn_context(err, "written, but not read back");
	for (i = 0; i < people->lock_count; i++)
		if (!strcmp(people->locks[i]->name, lock_name))
			is_released = people->locks[i]->released;
	if (!is_released || person->account->status != status)
		r = tn_fail(err, TN_E_INCOMPLETE,
		            "%s was written and read back, and is not %s: "
		            "look at it with tenure show %s",
		            login, tn_status_text(status), login);
	people_free(people);
	return r;
}

int
release(struct session *session, const struct people *people,
        const struct person *person, const struct tn_lock *lock,
        const char *reason, struct tn_err *err)
{
	const struct tn_account *account = person->account;
	enum tn_status status = release_status(people, lock);
	int r;

	r = release_add(session, lock->name, reason, err);
	if (r == TN_E_DENIED)
		return tn_fail(err, r,
		               "only the security role releases a lock: name "
		               "one of its members with --as LOGIN");
	if (r)
		return tn_context(err, "%s: the release", account->login);
	if (account->status != status) {
		r = set_status(session, account, status, err);
		if (r)
			return tn_context(err,
			                  "the lock of %s is released; its "
			                  "status",
			                  account->login);
	}
	return verify(session, account->login, lock->name, status, err);
}

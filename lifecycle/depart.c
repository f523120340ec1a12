#include "depart.h"

#include <stdio.h>
#include <string.h>

#include "account/account.h"
#include "base/attrs.h"
#include "base/buf.h"
#include "base/day.h"
#include "directory/search.h"
#include "directory/write.h"
#include "judge_person.h"
#include "people_find.h"
#include "secret/secret.h"

#define LOCK_NAME_BYTES 16
#define FOR_GOOD        "000001010000Z" /* ppolicy's lock without an end */

bool
depart_is_complete(const struct person *person)
{
	const struct tn_account *account = person->account;

	return (person->locks & TN_LOCK_DEPARTURE) &&
	       account->status == TN_STATUS_DEPARTED &&
	       account->policy_locked == 0 &&
	       account->policy_end != TN_TIME_NONE;
}

/* What the plan was computed from must still be so. */
static int
check_stale(const struct person *planned, const struct person *now,
            struct tn_err *err)
{
	const struct tn_account *a = planned->account;
	const struct tn_account *b = now->account;

	if (memcmp(&a->uuid, &b->uuid, sizeof(a->uuid)) ||
	    strcmp(a->staff_number, b->staff_number) ||
	    strcmp(a->real_name, b->real_name) || a->status != b->status)
		return tn_fail(err, TN_E_STALE,
		               "%s changed since the plan was made: nothing "
		               "was written",
		               a->login);
	return TN_OK;
}

int
depart_check(const struct person *person, struct tn_err *err)
{
	if (person->account->kind != TN_KIND_PERSON)
		return tn_fail(err, TN_E_RULE,
		               "%s is a service account: give it an end date "
		               "instead",
		               person->account->login);
	if (person->holds_role)
		return tn_fail(err, TN_E_RULE,
		               "%s holds a role: one command does not disable "
		               "an administrator. Two people hand the role "
		               "over first; a leak is reported instead",
		               person->account->login);
	return TN_OK;
}

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

static int
add_lock(struct session *session, const struct tn_account *account,
         const char *reason, struct tn_err *err)
{
	char name[2 * LOCK_NAME_BYTES + 1];
	char uuid[TN_UUID_TEXT_MAX];
	char now[TN_GTIME_TEXT_MAX];
	char dn[TN_DN_MAX + 1];
	const char *who = session->who;
	int n;

	tn_random_hex(LOCK_NAME_BYTES, name);
	tn_uuid_format(&account->uuid, uuid);
	tn_gtime_format(session->moment.now, now);
	n = snprintf(dn, sizeof(dn), "cn=%s,ou=locks,%s", name,
	             session->config->base);
	if (n < 0 || (size_t)n >= sizeof(dn))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	if (!strncmp(who, "dn:", 3))
		who += 3;
	{
		const struct tn_modification attributes[] = {
			{ TN_MODIFY_ADD, "objectClass", ONE("tenureLock") },
			{ TN_MODIFY_ADD, "cn", ONE(name) },
			{ TN_MODIFY_ADD, "tenureLockKind",
			  ONE(tn_lock_kind_text(TN_LOCK_DEPARTURE)) },
			{ TN_MODIFY_ADD, "tenureLockedTime", ONE(now) },
			{ TN_MODIFY_ADD, "tenurePersonUUID", ONE(uuid) },
			{ TN_MODIFY_ADD, "tenureLockedBy", ONE(who) },
			{ TN_MODIFY_ADD, "description", ONE(reason) },
			{ TN_MODIFY_ADD, "tenureStaffNumber",
			  ONE(account->staff_number) },
		};

		return tn_add(session->connection, dn, attributes,
		              TN_ARRAY_LEN(attributes), err);
	}
}

/* The second line, which other software understands, and the status that the
   server's access rules read: in one modification, under the assertion that
   the status is what the plan saw. */
static int
set_status(struct session *session, const struct tn_account *account,
           struct tn_err *err)
{
	char now[TN_GTIME_TEXT_MAX];
	char uuid[TN_UUID_TEXT_MAX];
	char assertion[256];
	int r;

	tn_gtime_format(session->moment.now, now);
	tn_uuid_format(&account->uuid, uuid);
	snprintf(assertion, sizeof(assertion),
	         "(&(entryUUID=%s)(tenureStatus=%s))", uuid,
	         tn_status_text(account->status));
	{
		const struct tn_modification changes[] = {
			{ TN_MODIFY_REPLACE, "tenureStatus",
			  ONE(tn_status_text(TN_STATUS_DEPARTED)) },
			{ TN_MODIFY_REPLACE, "pwdEndTime", ONE(now) },
			{ TN_MODIFY_REPLACE, "pwdAccountLockedTime",
			  ONE(FOR_GOOD) },
		};

		r = tn_modify(session->connection, account->dn, changes,
		              TN_ARRAY_LEN(changes), assertion, err);
		/* Whoever put a second name into the entry, past a rule,
		   must not be able to keep it open by that. */
		if (r == TN_E_RULE)
			r = tn_modify_relaxed(session->connection, account->dn,
			                      changes, TN_ARRAY_LEN(changes),
			                      assertion, err);
		return r;
	}
}

static int
verify(struct session *session, const char *login, bool status_may_differ,
       struct tn_err *err)
{
	struct people *people = NULL;
	const struct person *person = NULL;
	int r;

	r = people_find(session, login, &people, &person, err);
	if (r)
		return tn_context(err, "written, but not read back");
	if (!(person->locks & TN_LOCK_DEPARTURE) ||
	    !person_is_dead(person, session->config, &session->moment) ||
	    (!status_may_differ && !depart_is_complete(person)))
		r = tn_fail(err, TN_E_INCOMPLETE,
		            "%s was written and read back, and is not shut: "
		            "look at it with tenure show %s",
		            login, login);
	people_free(people);
	return r;
}

int
depart(struct session *session, const struct person *person, const char *reason,
       enum depart_outcome *ret, struct tn_err *err)
{
	struct people *people = NULL;
	const struct person *now = NULL;
	const char *login = person->account->login;
	bool status_is_kept = false;
	int r;

	(void)((r = people_find(session, login, &people, &now, err)) ||
	       (r = check_stale(person, now, err)) ||
	       (r = depart_check(now, err)));
	if (r)
		goto out;
	if (depart_is_complete(now)) {
		*ret = DEPART_ALREADY;
		goto out;
	}
	if (!(now->locks & TN_LOCK_DEPARTURE) &&
	    (r = add_lock(session, now->account, reason, err))) {
		tn_context(err, "%s: the lock", login);
		goto out;
	}
	r = set_status(session, now->account, err);
	/* Only security takes a person out of "leak" or "suspended": the lock
	   shuts the account all the same, and it was shut before. */
	if (r == TN_E_DENIED && now->account->status != TN_STATUS_ACTIVE) {
		status_is_kept = true;
		r = TN_OK;
	}
	if (r) {
		tn_context(err, "%s is locked by its lock entry; its status",
		           login);
		goto out;
	}
	r = verify(session, login, status_is_kept, err);
	if (!r)
		*ret = DEPART_DONE;
out:
	people_free(people);
	return r;
}

#include "lock_write.h"

#include <stdio.h>
#include <string.h>

#include "base/attrs.h"
#include "base/day.h"
#include "directory/write.h"
#include "secret/secret.h"

#define LOCK_NAME_BYTES 16
#define FOR_GOOD        "000001010000Z" /* ppolicy's lock without an end */

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

/* In the name of who we are, under a name that nobody has. */
static int
add_beneath(struct session *session, const char *folder,
            const struct tn_account *account, enum tn_lock_kind kind,
            const char *reason, const char *until, struct tn_err *err)
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
	n = snprintf(dn, sizeof(dn), "cn=%s,%s", name, folder);
	if (n < 0 || (size_t)n >= sizeof(dn))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	if (!strncmp(who, "dn:", 3))
		who += 3;
	{
		const struct tn_modification attributes[] = {
			{ TN_MODIFY_ADD, "objectClass", ONE("tenureLock") },
			{ TN_MODIFY_ADD, "cn", ONE(name) },
			{ TN_MODIFY_ADD, "tenureLockKind",
			  ONE(tn_lock_kind_text(kind)) },
			{ TN_MODIFY_ADD, "tenureLockedTime", ONE(now) },
			{ TN_MODIFY_ADD, "tenurePersonUUID", ONE(uuid) },
			{ TN_MODIFY_ADD, "tenureLockedBy", ONE(who) },
			{ TN_MODIFY_ADD, "description", ONE(reason) },
			{ TN_MODIFY_ADD, "tenureStaffNumber",
			  ONE(account->staff_number) },
			{ TN_MODIFY_ADD, "tenureLockUntil", ONE(until) },
		};
		size_t count = TN_ARRAY_LEN(attributes);

		return tn_add(session->connection, dn, attributes,
		              until ? count : count - 1, err);
	}
}

int
lock_add(struct session *session, const struct tn_account *account,
         enum tn_lock_kind kind, const char *reason, const char *until,
         struct tn_err *err)
{
	char folder[TN_DN_MAX + 1];
	int n;

	n = snprintf(folder, sizeof(folder), "ou=locks,%s",
	             session->config->base);
	if (n < 0 || (size_t)n >= sizeof(folder))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	return add_beneath(session, folder, account, kind, reason, until, err);
}

int
lock_request_add(struct session *session, const struct tn_account *account,
                 const char *reason, struct tn_err *err)
{
	return add_beneath(session, LOCK_REQUESTS_DN, account,
	                   TN_LOCK_DEPARTURE, reason, NULL, err);
}

int
lock_set_status(struct session *session, const struct tn_account *account,
                enum tn_status status, struct tn_err *err)
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
			  ONE(tn_status_text(status)) },
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

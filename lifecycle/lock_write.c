#include "lock_write.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/attrs.h"
#include "base/day.h"
#include "directory/search.h"
#include "directory/write.h"
#include "secret/secret.h"

#define LOCK_NAME_BYTES 16
#define FOR_GOOD        "000001010000Z" /* ppolicy's lock without an end */
#define ENFORCER_TRIES  100             /* ten times a second */

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

static int
count_entry(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)entry;
	(void)err;
	++*(size_t *)arg;
	return TN_OK;
}

/* In the name of who we are, under a name that nobody has. */
static int
add_beneath(struct session *session, const char *folder,
            const struct tn_account *account, enum tn_lock_kind kind,
            const char *reason, const struct lock_words *words,
            struct tn_err *err)
{
	static const struct lock_words none;
	char name[2 * LOCK_NAME_BYTES + 1];
	char uuid[TN_UUID_TEXT_MAX];
	char now[TN_GTIME_TEXT_MAX];
	char dn[TN_DN_MAX + 1];
	const char *who = session->who;
	int n;

	if (!words)
		words = &none;
	tn_random_hex(LOCK_NAME_BYTES, name);
	tn_uuid_format(&account->uuid, uuid);
	tn_gtime_format(session->moment.now, now);
	n = snprintf(dn, sizeof(dn), "cn=%s,%s", name, folder);
	if (n < 0 || (size_t)n >= sizeof(dn))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	if (!strncmp(who, "dn:", 3))
		who += 3;
	{
		const struct {
			const char *attribute;
			const char *value;
		} more[LOCK_WORDS_MAX] = {
			{ "tenureLockUntil", words->until },
			{ "tenureIncident", words->incident },
			{ "tenureLeakDiscovered", words->discovered },
			{ "tenureLeakHow", words->how },
			{ "tenureLeakFrom", words->from },
		};
		const char *values[LOCK_WORDS_MAX][2];
		struct tn_modification attributes[8 + LOCK_WORDS_MAX] = {
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
		};
		size_t count = 8;
		size_t i;

		for (i = 0; i < TN_ARRAY_LEN(more); i++) {
			if (!more[i].value || !*more[i].value)
				continue;
			values[i][0] = more[i].value;
			values[i][1] = NULL;
			attributes[count++] = (struct tn_modification){
				TN_MODIFY_ADD, more[i].attribute, values[i]
			};
		}
		return tn_add(session->connection, dn, attributes, count, err);
	}
}

int
lock_add(struct session *session, const struct tn_account *account,
         enum tn_lock_kind kind, const char *reason,
         const struct lock_words *words, struct tn_err *err)
{
	char folder[TN_DN_MAX + 1];
	int n;

	n = snprintf(folder, sizeof(folder), "ou=locks,%s",
	             session->config->base);
	if (n < 0 || (size_t)n >= sizeof(folder))
		return tn_fail(err, TN_E_LIMIT, "the dn is too long");
	return add_beneath(session, folder, account, kind, reason, words, err);
}

int
lock_request_add(struct session *session, const struct tn_account *account,
                 const char *reason, struct tn_err *err)
{
	return add_beneath(session, LOCK_REQUESTS_DN, account,
	                   TN_LOCK_DEPARTURE, reason, NULL, err);
}

static int
wait_for(struct session *session, const struct tn_account *account,
         const char *filter, struct tn_err *err)
{
	static const char *const wanted[] = { "1.1", NULL };
	const struct timespec pause = { .tv_nsec = 100000000 };
	size_t count = 0;
	int tries;
	int r;

	for (tries = 0; tries < ENFORCER_TRIES; tries++) {
		r = tn_search(session->connection, account->dn, TN_SCOPE_BASE,
		              filter, wanted, count_entry, &count, err);
		if (r || count)
			return r;
		(void)nanosleep(&pause, NULL);
	}
	return tn_fail(err, TN_E_INCOMPLETE,
	               "this provider's enforcer has not set it: systemctl "
	               "status tenured-directory");
}

int
lock_wait_status(struct session *session, const struct tn_account *account,
                 enum tn_status status, struct tn_err *err)
{
	char filter[128];

	snprintf(filter, sizeof(filter),
	         "(&(tenureStatus=%s)(pwdAccountLockedTime=*)(pwdEndTime=*))",
	         tn_status_text(status));
	return wait_for(session, account, filter, err);
}

/* Another provider takes the lock, and the enforcer beside it does the rest. */
int
lock_set_status(struct session *session, const struct tn_account *account,
                enum tn_status status, struct tn_err *err)
{
	char now[TN_GTIME_TEXT_MAX];
	char uuid[TN_UUID_TEXT_MAX];
	char assertion[256];
	int r;

	if (!session->at_writer)
		return wait_for(session, account,
		                "(&(!(tenureStatus=active))"
		                "(pwdAccountLockedTime=*)(pwdEndTime=*))",
		                err);
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

/*
 * The keys of a locked account, after a leak or a departure: written into the
 * lock's memory, then taken away, then written into the lock entry as keys, so
 * that slapo-unique keeps everybody from registering one of them again, for
 * good. Whoever ends the enforcer in between finds the rest done at its next
 * start: what is to be there follows from the memory.
 */
#include <config.h>

#include "enforcer.h"

#include <string.h>
#include "base/log.h"
#include "base/text.h"
#include "directory/search.h"
#include "directory/write.h"

#define KEYS_MAX 64
#define KEY_MAX  4096
#define MEMORY   "key "

struct keys {
	size_t count;
	char text[KEYS_MAX][KEY_MAX];
};

static int
take_keys(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct keys *keys = arg;
	const struct tn_value *values;
	size_t count;
	size_t i;

	(void)err;
	values = tn_entry_values(entry, "tenureSshPublicKey", &count);
	for (i = 0; i < count && keys->count < KEYS_MAX; i++)
		if (tn_text_is_utf8(values[i].data, values[i].len) &&
		    tn_text_copy(keys->text[keys->count], KEY_MAX,
		                 values[i].data))
			keys->count++;
	/* Counts even where no value can be remembered. */
	if (count > 0 && keys->count == 0)
		(void)tn_text_copy(keys->text[keys->count++], KEY_MAX,
		                   "unreadable");
	return TN_OK;
}

static int
take_away(struct tn_enforcer *enforcer, const struct tn_account *account,
          const struct tn_lock *lock, struct tn_err *err)
{
	static const char *const wanted[] = { "tenureSshPublicKey", NULL };
	static const struct tn_modification all = { TN_MODIFY_DELETE,
		                                    "tenureSshPublicKey",
		                                    NULL };
	static struct keys keys; /* too large for the stack; one thread */
	size_t i;
	int rc;

	keys.count = 0;
	rc = tn_search(enforcer->work, account->dn, TN_SCOPE_BASE,
	               "(tenureSshPublicKey=*)", wanted, take_keys, &keys, err);
	if (rc != TN_OK || keys.count == 0)
		return rc;
	/* Which key it was is evidence; a key that is not remembered goes all
	   the same. */
	for (i = 0; i < keys.count; i++) {
		rc = tn_enforcer_remember(enforcer, lock->name, "key",
		                          keys.text[i], err);
		if (rc != TN_OK && !tn_enforcer_is_answer(rc))
			return rc;
	}
	rc = tn_modify(enforcer->work, account->dn, &all, 1,
	               "(!(tenureStatus=active))", err);
	if (rc == TN_OK)
		tn_log_warning("%s: %zu key(s) withdrawn", account->dn,
		               keys.count);
	return rc == TN_E_STALE || rc == TN_E_NOT_FOUND ? TN_OK : rc;
}

/* Of the lock: keys that its memory has and that are not kept as keys. */
static int
take_unkept(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const size_t prefix = strlen(MEMORY);
	struct keys *keys = arg;
	const struct tn_value *values;
	size_t count;
	size_t i;

	(void)err;
	values = tn_entry_values(entry, "tenureLockMemory", &count);
	for (i = 0; i < count && keys->count < KEYS_MAX; i++)
		if (values[i].len > prefix &&
		    memcmp(values[i].data, MEMORY, prefix) == 0 &&
		    tn_text_is_utf8(values[i].data, values[i].len) &&
		    !tn_entry_has_value(entry, "tenureSshPublicKey",
		                        values[i].data + prefix) &&
		    tn_text_copy(keys->text[keys->count], KEY_MAX,
		                 values[i].data + prefix))
			keys->count++;
	return TN_OK;
}

static int
keep(struct tn_enforcer *enforcer, const struct tn_lock *lock,
     struct tn_err *err)
{
	static const char *const wanted[] = { "tenureLockMemory",
		                              "tenureSshPublicKey", NULL };
	static struct keys keys; /* too large for the stack; one thread */
	char dn[TN_DN_MAX + 1];
	size_t i;
	int rc;

	keys.count = 0;
	rc = tn_enforcer_lock_dn(enforcer, lock->name, dn, err);
	if (rc == TN_OK)
		rc = tn_search(enforcer->work, dn, TN_SCOPE_BASE,
		               "(objectClass=tenureLock)", wanted, take_unkept,
		               &keys, err);
	for (i = 0; rc == TN_OK && i < keys.count; i++) {
		const char *const values[] = { keys.text[i], NULL };
		const struct tn_modification change = { TN_MODIFY_ADD,
			                                "tenureSshPublicKey",
			                                values };

		rc = tn_modify(enforcer->work, dn, &change, 1, NULL, err);
		/* An earlier lock has it, or it never was a key. */
		if (rc == TN_E_RULE || rc == TN_E_EXISTS) {
			tn_log_debug("lock %s: a key is not kept: %s",
			             lock->name, err->text);
			*err = (struct tn_err)TN_ERR_INIT;
			rc = TN_OK;
		}
	}
	return rc == TN_E_NOT_FOUND ? TN_OK : rc;
}

int
tn_enforcer_withdraw_keys(struct tn_enforcer *enforcer,
                          const struct tn_account *account,
                          const struct tn_lock *lock, struct tn_err *err)
{
	int rc = take_away(enforcer, account, lock, err);

	return rc == TN_OK ? keep(enforcer, lock, err) : rc;
}

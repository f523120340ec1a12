/*
 * A person or a service account out of an entry. Where a value is there but
 * makes no sense, the record says what closes: an end date that nobody can
 * read has passed, a lock that nobody can read holds.
 */
#include "directory/entry.h"

#include "account/ssh_key.h"

#define DAY_NEVER  INT32_MAX       /* starts on no day */
#define DAY_PAST   (INT32_MIN + 1) /* ended before every day */
#define TIME_NEVER INT64_MAX
#define TIME_PAST  0

/* pwdAccountLockedTime 000001010000Z: for good (ppolicy's draft). */
#define LOCKED_FOR_GOOD "000001010000Z"

static const char *
text_or_empty(const struct tn_entry *entry, const char *name)
{
	const char *text = tn_entry_text(entry, name);

	return text != NULL ? text : "";
}

static bool
is_absent(const struct tn_entry *entry, const char *name)
{
	size_t count;

	return tn_entry_values(entry, name, &count) == NULL;
}

static int32_t
day_or(const struct tn_entry *entry, const char *name, int32_t unreadable)
{
	const char *text = tn_entry_text(entry, name);
	int32_t day;

	if (is_absent(entry, name))
		return TN_DAY_NONE;
	if (text == NULL || tn_day_parse(text, &day, NULL) != TN_OK)
		return unreadable;
	return day;
}

static int64_t
time_or(const struct tn_entry *entry, const char *name, int64_t unreadable)
{
	int64_t time;

	if (is_absent(entry, name))
		return TN_TIME_NONE;
	if (tn_entry_time(entry, name, &time) != TN_OK)
		return unreadable;
	return time;
}

static bool
flag_or(const struct tn_entry *entry, const char *name, bool unreadable)
{
	bool flag = false;

	if (is_absent(entry, name))
		return false;
	if (tn_entry_bool(entry, name, &flag) != TN_OK)
		return unreadable;
	return flag;
}

static void
read_policy_state(const struct tn_entry *entry, struct tn_account *account)
{
	account->password_reset = flag_or(entry, "pwdReset", true);
	account->password_changed = time_or(entry, "pwdChangedTime", TIME_PAST);
	account->initial_deadline =
	    time_or(entry, "tenureInitialDeadline", TIME_PAST);
	account->reset_by = text_or_empty(entry, "tenureResetBy");
	account->reset_time = time_or(entry, "tenureResetTime", TN_TIME_NONE);
	account->policy_end = time_or(entry, "pwdEndTime", TIME_PAST);
	account->policy_start = time_or(entry, "pwdStartTime", TIME_NEVER);
	if (tn_entry_has_value(entry, "pwdAccountLockedTime", LOCKED_FOR_GOOD))
		account->policy_locked = 0;
	else
		account->policy_locked =
		    time_or(entry, "pwdAccountLockedTime", 0);
}

/* What is no key in its one form is none: sshd may read it otherwise. */
static const char *
read_keys(const struct tn_entry *entry)
{
	static _Thread_local char keys[TN_SSH_KEYS_TEXT_MAX + 1];
	const struct tn_value *values;
	size_t count;
	size_t i;

	values = tn_entry_values(entry, "tenureSshPublicKey", &count);
	if (values == NULL)
		return "";
	keys[0] = '\0';
	for (i = 0; i < count; i++)
		(void)tn_ssh_keys_add(keys, values[i].data, values[i].len);
	return keys;
}

int
tn_account_from_entry(const struct tn_entry *entry, struct tn_account *ret,
                      struct tn_err *err)
{
	struct tn_account account;

	tn_account_init(&account);
	account.uuid = entry->uuid;
	account.dn = entry->dn;
	account.login = tn_entry_name(entry, "uid");
	if (account.login == NULL)
		return tn_fail(err, TN_E_INVALID, "%s: no uid, or not one",
		               entry->dn);
	if (tn_entry_u32(entry, "uidNumber", &account.uid) != TN_OK)
		return tn_fail(err, TN_E_INVALID, "%s: no uidNumber",
		               entry->dn);
	if (tn_entry_u32(entry, "gidNumber", &account.gid) != TN_OK)
		return tn_fail(err, TN_E_INVALID, "%s: no gidNumber",
		               entry->dn);
	/* Whoever is both keeps the duties of a person. */
	account.kind = tn_entry_is(entry, "tenurePerson") ? TN_KIND_PERSON
	                                                  : TN_KIND_SERVICE;
	account.real_name = text_or_empty(entry, "cn");
	account.staff_number = text_or_empty(entry, "employeeNumber");
	account.home = text_or_empty(entry, "homeDirectory");
	account.shell = text_or_empty(entry, "loginShell");
	account.department = text_or_empty(entry, "departmentNumber");
	account.language = text_or_empty(entry, "preferredLanguage");
	account.owner = text_or_empty(entry, "owner");
	account.reason = text_or_empty(entry, "description");
	account.application = text_or_empty(entry, "tenureApplication");
	account.keys = read_keys(entry);
	account.status =
	    tn_status_from_text(text_or_empty(entry, "tenureStatus"));
	account.start_day = day_or(entry, "tenureStartDate", DAY_NEVER);
	account.end_day = day_or(entry, "tenureEndDate", DAY_PAST);
	account.created = time_or(entry, "createTimestamp", TN_TIME_NONE);
	account.changed = time_or(entry, "modifyTimestamp", TN_TIME_NONE);
	account.key_only = flag_or(entry, "tenureKeyOnly", false);
	account.interactive = flag_or(entry, "tenureInteractive", false);
	read_policy_state(entry, &account);
	*ret = account;
	return TN_OK;
}

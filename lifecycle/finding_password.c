/* Passwords that their holders have not chosen: issued, or reset. */
#include <string.h>

#include "base/day.h"
#include "finding_add.h"

#define CLOCKS_APART 300 /* seconds between who resets and the server */

/* What a dn calls somebody: "uid=li,ou=..." is li. */
static int
name_len(const char *dn)
{
	return (int)strcspn(dn + strcspn(dn, "=") + !!strchr(dn, '='), ",");
}

static const char *
name_of(const char *dn)
{
	const char *equals = strchr(dn, '=');

	return equals ? equals + 1 : dn;
}

/* A later password than the one that is on record was set past the command. */
static bool
is_on_record(const struct tn_account *account)
{
	return *account->reset_by && account->reset_time != TN_TIME_NONE &&
	       (account->password_changed == TN_TIME_NONE ||
	        account->password_changed <=
	            account->reset_time + CLOCKS_APART);
}

static bool
was_set_later(const struct tn_account *account)
{
	return *account->reset_by ||
	       (account->created != TN_TIME_NONE &&
	        account->password_changed != TN_TIME_NONE &&
	        account->password_changed > account->created + CLOCKS_APART);
}

/* DESIGN section 4: every reset is a finding until the person changed it. */
static int
add_reset(struct finder *finder, const struct person *person, const char *state,
          const char *until, struct tn_err *err)
{
	const struct tn_account *account = person->account;
	const bool is_known = is_on_record(account);
	const struct found found = {
		.rule = FINDING_RESET,
		.severity = is_known ? FINDING_MEDIUM : FINDING_HIGH,
		.subject = account->login,
		.since = account->password_changed,
		.todo = is_known ? "the person chooses a new one at the next "
		                   "login"
		                 : "ask the access log who it was; a password "
		                   "is reset with tenure reset",
	};

	if (!is_known)
		return finding_add(finder, &found, err,
		                   "%s (%s): somebody set it, and there is no "
		                   "record of who; %s %s",
		                   account->real_name, account->staff_number,
		                   state, until);
	return finding_add(finder, &found, err, "%s (%s): set by %.*s; %s %s",
	                   account->real_name, account->staff_number,
	                   name_len(account->reset_by),
	                   name_of(account->reset_by), state, until);
}

int
finding_add_password(struct finder *finder, const struct person *person,
                     struct tn_err *err)
{
	const struct tn_account *account = person->account;
	char until[TN_RFC3339_TEXT_MAX];
	const bool has_lapsed =
	    account->initial_deadline != TN_TIME_NONE &&
	    account->initial_deadline <= finder->input->moment->now;
	const char *state =
	    has_lapsed ? "never changed, lapsed" : "valid until";
	const struct found found = {
		.rule = FINDING_INITIAL_PASSWORD,
		.severity = has_lapsed ? FINDING_MEDIUM : FINDING_NOTE,
		.subject = account->login,
		.since = account->created,
		.todo = has_lapsed ? "ask why it was never used; reset it or "
		                     "tenure depart"
		                   : "nothing yet: it lapses by itself",
	};

	if (!account->password_reset || account->key_only)
		return TN_OK;
	tn_rfc3339_format(account->initial_deadline, until);
	if (was_set_later(account))
		return add_reset(finder, person, state, until, err);
	return finding_add(finder, &found, err, "%s (%s): %s %s",
	                   account->real_name, account->staff_number, state,
	                   until);
}

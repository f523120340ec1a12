#include "initial_password.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attrs.h"
#include "base/buf.h"
#include "base/day.h"
#include "directory/write.h"
#include "person_password.h"
#include "secret/secret.h"
#include "show_secret.h"
#include "slip.h"

#define PASSWORD_LENGTH 16
#define SHOWN_MAX       2048

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

int
initial_password_make(struct session *session, const struct tn_account *account,
                      bool is_shown, struct initial_password *ret,
                      struct tn_err *err)
{
	char until[TN_RFC3339_TEXT_MAX];
	struct slip slip = {
		.login = account->login,
		.name = account->real_name,
		.staff_number = account->staff_number,
		.valid_until = until,
	};
	const struct tn_password_person person = {
		.is_service = account->kind != TN_KIND_PERSON,
		.real_name = account->real_name,
		.login = account->login,
		.staff_number = account->staff_number,
		.department = account->department,
	};
	int r;

	*ret = (struct initial_password){ .slips = -1 };
	ret->valid_until =
	    session->moment.now +
	    (int64_t)session->config->initial_days * TN_DAY_SECONDS;
	tn_rfc3339_format(ret->valid_until, until);
	r = tn_secret_start(err);
	if (!r)
		r = person_password(session->config, &person, PASSWORD_LENGTH,
		                    &ret->password, err);
	if (r || is_shown)
		return r;
	slip.password = ret->password;
	(void)((r = slip_lock(&slip_place, &ret->slips, err)) ||
	       (r = slip_save(&slip_place, &slip, err)));
	if (r)
		return tn_context(err, "no slip can be sealed here (--show "
		                       "shows the password instead)");
	/* From here on it is on the slip alone, but for the one write. */
	return TN_OK;
}

static int
set_deadline(struct session *session, const struct tn_account *account,
             const struct initial_password *password, struct tn_err *err)
{
	const char *who = session->who;
	char uuid[TN_UUID_TEXT_MAX];
	char deadline[TN_GTIME_TEXT_MAX];
	char now[TN_GTIME_TEXT_MAX];
	char assertion[256];

	if (!strncmp(who, "dn:", 3))
		who += 3;
	tn_uuid_format(&account->uuid, uuid);
	tn_gtime_format(password->valid_until, deadline);
	tn_gtime_format(session->moment.now, now);
	snprintf(assertion, sizeof(assertion),
	         "(&(entryUUID=%s)(tenureStatus=active))", uuid);
	{
		const struct tn_modification changes[] = {
			{ TN_MODIFY_REPLACE, "tenureInitialDeadline",
			  ONE(deadline) },
			{ TN_MODIFY_REPLACE, "tenureResetBy", ONE(who) },
			{ TN_MODIFY_REPLACE, "tenureResetTime", ONE(now) },
		};

		return tn_modify(session->connection, account->dn, changes,
		                 TN_ARRAY_LEN(changes), assertion, err);
	}
}

int
initial_password_set(struct session *session, const struct tn_account *account,
                     struct initial_password *password, struct tn_err *err)
{
	enum tn_passwd_result result = TN_PASSWD_FORBIDDEN;
	int r = set_deadline(session, account, password, err);

	if (r)
		return tn_context(err, "%s", account->login);
	r = tn_password_modify(session->connection, account->dn, NULL,
	                       password->password, &result, err);
	if (r)
		return tn_context(err, "%s: the new password", account->login);
	if (result == TN_PASSWD_FORBIDDEN)
		return tn_fail(err, TN_E_DENIED,
		               "%s: the server lets nobody but the system role "
		               "reset a password, and of nobody who holds a "
		               "role",
		               account->login);
	if (result != TN_PASSWD_DONE)
		return tn_fail(err, TN_E_RULE,
		               "%s: the server refuses the new password: run "
		               "it again for another one",
		               account->login);
	return TN_OK;
}

struct telling {
	const struct command_run *run;
	const struct tn_account *account;
	const char *until;
	struct tn_buf out;
};

static int
put_password(const char *data, size_t len, void *arg)
{
	struct telling *telling = arg;

	(void)len;
	tn_buf_printf(&telling->out,
	              telling->run->json
	                  ? "{\"login\": \"%s\", \"password\": \"%s\", "
	                    "\"valid_until\": \"%s\"}\n"
	                  : "login         %s\n"
	                    "password      %s\n"
	                    "valid until   %s\n"
	                    "It is shown this once. The first login asks for a "
	                    "new password.\n",
	              telling->account->login, data, telling->until);
	return telling->out.failed;
}

int
initial_password_tell(const struct command_run *run,
                      const struct tn_account *account,
                      const struct initial_password *password,
                      struct tn_err *err)
{
	char until[TN_RFC3339_TEXT_MAX];
	struct telling telling = {
		.run = run,
		.account = account,
		.until = until,
	};
	int r;

	tn_rfc3339_format(password->valid_until, until);
	if (password->slips >= 0) {
		printf(
		    run->json
		        ? "{\"login\": \"%s\", \"slip\": \"sealed\", "
		          "\"valid_until\": \"%s\"}\n"
		        : "%s has a new initial password, valid until %s; it "
		          "is sealed:\n",
		    account->login, until);
		if (!run->json)
			printf("  tenure issue --open %s\n", account->login);
		return TN_OK;
	}
	tn_buf_init(&telling.out, SHOWN_MAX);
	r = tn_secret_use(password->password, put_password, &telling);
	if (r)
		r = tn_fail(err, r, "the new password");
	else
		r = show_secret(&telling.out, err);
	tn_buf_done(&telling.out);
	return r;
}

void
initial_password_done(struct initial_password *password)
{
	tn_secret_freep(&password->password);
	if (password->slips >= 0)
		close(password->slips);
	password->slips = -1;
}

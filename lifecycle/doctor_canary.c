/*
 * A canary: an account that is nobody's, made as an account is made, let in,
 * locked as a departure locks, and seen to be shut by every way that the
 * directory has. It stays, departed: accounts are never deleted.
 * Rule    CI-P38, UM-11.5.
 */
#include "doctor_canary.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "account/serve_rule.h"
#include "base/attrs.h"
#include "base/day.h"
#include "depart.h"
#include "directory/search.h"
#include "directory/write.h"
#include "journal_write.h"
#include "people_find.h"
#include "secret/secret.h"
#include "session.h"

#define NAME_BYTES      4
#define PASSWORD_LENGTH 16
#define EMPLOYEES_GID   "2000000" /* of base.ldif */
#define DEADLINE        3600      /* seconds: it is locked long before */

struct canary {
	struct session session; /* bootstrap */
	const struct command_run *run;
	char login[2 * NAME_BYTES + 8];
	char number[2 * NAME_BYTES + 8]; /* CANARY-... */
	char dn[TN_DN_MAX + 1];
	struct tn_secret *initial;
	struct tn_secret *chosen;
	struct tn_connection *held; /* open since before the lock */
	bool is_made;
	size_t wrong;
	json_t *steps;
};

#define ONE(value)            \
	(const char *const[]) \
	{                     \
		value, NULL   \
	}

/* good: as it must be. */
static void
tell(struct canary *canary, bool good, const char *what)
{
	canary->wrong += !good;
	if (canary->run->json)
		json_array_append_new(
		    canary->steps,
		    json_pack("{s:s, s:b}", "what", what, "good", (int)good));
	else
		printf("%-9s %s\n", good ? "good" : "complaint", what);
	fflush(stdout);
}

/* The Add, while the password is borrowed. */
struct new_canary {
	struct canary *canary;
	uint32_t number;
	struct tn_err *err;
};

static int
add_with_password(const char *password, size_t len, void *arg)
{
	const struct new_canary *new_canary = arg;
	struct canary *canary = new_canary->canary;
	char deadline[TN_GTIME_TEXT_MAX];
	char number[16];
	char home[TN_HOME_MAX + 1];

	(void)len;
	snprintf(number, sizeof(number), "%u",
	         (unsigned int)new_canary->number);
	snprintf(home, sizeof(home), "%s/%s",
	         canary->session.config->home_roots[0]
	             ? canary->session.config->home_roots[0]
	             : "/home",
	         canary->login);
	tn_gtime_format(canary->session.moment.now + DEADLINE, deadline);
	{
		static const char *const classes[] = { "inetOrgPerson",
			                               "posixAccount",
			                               "tenurePerson", NULL };
		const struct tn_modification attributes[] = {
			{ TN_MODIFY_ADD, "objectClass", classes },
			{ TN_MODIFY_ADD, "uid", ONE(canary->login) },
			{ TN_MODIFY_ADD, "cn", ONE("金丝雀") },
			{ TN_MODIFY_ADD, "sn", ONE("金丝雀") },
			{ TN_MODIFY_ADD, "employeeNumber",
			  ONE(canary->number) },
			{ TN_MODIFY_ADD, "uidNumber", ONE(number) },
			{ TN_MODIFY_ADD, "gidNumber", ONE(EMPLOYEES_GID) },
			{ TN_MODIFY_ADD, "homeDirectory", ONE(home) },
			{ TN_MODIFY_ADD, "loginShell",
			  ONE("/usr/sbin/nologin") },
			{ TN_MODIFY_ADD, "tenureStatus",
			  ONE(tn_status_text(TN_STATUS_ACTIVE)) },
			{ TN_MODIFY_ADD, "tenureInitialDeadline",
			  ONE(deadline) },
			{ TN_MODIFY_ADD, "tenureApplication", ONE("doctor") },
			{ TN_MODIFY_ADD, "description",
			  ONE("made by tenure doctor --canary; nobody") },
			{ TN_MODIFY_ADD, "pwdReset", ONE("TRUE") },
			{ TN_MODIFY_ADD, "userPassword", ONE(password) },
		};

		return tn_add(canary->session.connection, canary->dn,
		              attributes, TN_ARRAY_LEN(attributes),
		              new_canary->err);
	}
}

static int
make(struct canary *canary, struct tn_err *err)
{
	struct new_canary new_canary = { .canary = canary, .err = err };
	struct journal_matter matter = { .reason = NULL };
	char counter[TN_DN_MAX + 1];
	char random[2 * NAME_BYTES + 1];
	int r;

	tn_random_hex(NAME_BYTES, random);
	snprintf(canary->login, sizeof(canary->login), "canary-%s", random);
	snprintf(canary->number, sizeof(canary->number), "CANARY-%s", random);
	snprintf(canary->dn, sizeof(canary->dn), "uid=%s,ou=people,%s",
	         canary->login, canary->session.config->base);
	snprintf(counter, sizeof(counter), "cn=numbers,ou=policies,%s",
	         canary->session.config->base);
	matter.people = canary->login;
	if ((r = journal_change(canary->run, &canary->session, &matter, err)) ||
	    (r = tn_secret_random_password(PASSWORD_LENGTH, &canary->initial,
	                                   err)) ||
	    (r = tn_secret_random_password(PASSWORD_LENGTH, &canary->chosen,
	                                   err)) ||
	    (r = tn_increment(canary->session.connection, counter,
	                      "tenureNextNumber", 1, &new_canary.number, err)))
		return r;
	/* Where nobody knows, it may be there: it is locked then too. */
	canary->is_made = true;
	r = tn_secret_use(canary->initial, add_with_password, &new_canary);
	if (r && r != TN_E_TIMEOUT && r != TN_E_UNREACHABLE)
		canary->is_made = false;
	return r;
}

/* A bind on a connection of its own; *ret may be NULL. */
static int
enter(const struct canary *canary, const struct tn_secret *password,
      struct tn_connection **ret, struct tn_bind_result *result,
      struct tn_err *err)
{
	const struct tn_config *config = canary->session.config;
	const struct tn_server server = {
		.uri = config->servers[0],
		.ca_file = config->ca_file,
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};
	struct tn_connection *connection = NULL;
	int r;

	memset(result, 0, sizeof(*result));
	r = tn_connection_open(&server, &connection, err);
	if (!r)
		r = tn_bind_password(connection, canary->dn, password, result,
		                     err);
	if (!r && result->accepted && ret) {
		*ret = connection;
		connection = NULL;
	}
	tn_connection_closep(&connection);
	return r;
}

static int
found_self(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)entry;
	(void)err;
	*(bool *)arg = true;
	return TN_OK;
}

/* What the held connection still sees of its own entry. */
static int
reads_itself(const struct canary *canary, bool *ret, struct tn_err *err)
{
	static const char *const attributes[] = { "cn", NULL };
	int r;

	*ret = false;
	r = tn_search(canary->held, canary->dn, TN_SCOPE_BASE,
	              "(objectClass=*)", attributes, found_self, ret, err);
	return r == TN_E_NOT_FOUND || r == TN_E_DENIED ? TN_OK : r;
}

static int
see_it_open(struct canary *canary, struct tn_err *err)
{
	enum tn_passwd_result changed = TN_PASSWD_FORBIDDEN;
	struct tn_bind_result result;
	bool reads = false;
	int r;

	r = enter(canary, canary->initial, &canary->held, &result, err);
	if (r)
		return r;
	tell(canary, result.accepted && result.must_change,
	     "the initial password opens, and must be changed first");
	if (!result.accepted)
		return TN_OK;
	r = tn_password_modify(canary->held, NULL, canary->initial,
	                       canary->chosen, &changed, err);
	if (r)
		return r;
	tell(canary, changed == TN_PASSWD_DONE, "the password is changed");
	tn_connection_closep(&canary->held);
	r = enter(canary, canary->chosen, &canary->held, &result, err);
	if (r)
		return r;
	tell(canary, result.accepted && !result.must_change,
	     "the new password opens");
	if (!canary->held)
		return TN_OK;
	r = reads_itself(canary, &reads, err);
	if (!r)
		tell(canary, reads, "it reads its own entry");
	return r;
}

static int
lock(struct canary *canary, struct tn_err *err)
{
	const struct person *person = NULL;
	enum depart_outcome outcome;
	struct people *people = NULL;
	int r;

	(void)((r = people_find(&canary->session, canary->login, &people,
	                        &person, err)) ||
	       (r = depart(&canary->session, person,
	                   "tenure doctor --canary: made to be locked",
	                   &outcome, err)));
	people_free(people);
	return r;
}

/* Refused, for certain: no answer is none. */
static int
try_change(struct tn_connection *connection, const char *dn,
           const struct canary *canary, bool *ret_refused, struct tn_err *err)
{
	enum tn_passwd_result changed = TN_PASSWD_DONE;
	int r;

	r = tn_password_modify(connection, dn, dn ? NULL : canary->chosen,
	                       canary->initial, &changed, err);
	*ret_refused = r == TN_E_DENIED || r == TN_E_NOT_FOUND ||
	               r == TN_E_RULE || (!r && changed != TN_PASSWD_DONE);
	return *ret_refused ? TN_OK : r;
}

static int
see_it_shut(struct canary *canary, struct tn_err *err)
{
	struct tn_bind_result result;
	bool refused;
	bool reads;
	int r;

	r = enter(canary, canary->chosen, NULL, &result, err);
	if (r)
		return r;
	tell(canary, !result.accepted, "locked: its password opens no more");
	if (canary->held) {
		r = reads_itself(canary, &reads, err);
		if (r)
			return r;
		tell(canary, !reads,
		     "locked: a connection opened before reads no more");
		r = try_change(canary->held, NULL, canary, &refused, err);
		if (r)
			return r;
		tell(canary, refused,
		     "locked: that connection changes no password");
	}
	r = try_change(canary->session.connection, canary->dn, canary, &refused,
	               err);
	if (r)
		return r;
	tell(canary, refused, "locked: root gives it no new password");
	r = enter(canary, canary->initial, NULL, &result, err);
	if (!r)
		tell(canary, !result.accepted,
		     "locked: nor does an old password open");
	return r;
}

static void
conclude(const struct canary *canary)
{
	if (canary->run->json) {
		json_t *root = json_pack(
		    "{s:s, s:s, s:I, s:O}", "login", canary->login,
		    "staff_number", canary->number, "complaints",
		    (json_int_t)canary->wrong, "steps", canary->steps);

		json_dumpf(root, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(root);
		return;
	}
	printf("%s (%s, 金丝雀) stays in the directory, departed: accounts are "
	       "never deleted.\n"
	       "On each login host: tenure doctor --canary-host %s\n",
	       canary->login, canary->number, canary->login);
}

int
doctor_canary(struct command_run *run)
{
	static const char bootstrap[] = "dn:cn=bootstrap,ou=agents,";
	struct canary canary = { .run = run };
	struct tn_err err = TN_ERR_INIT;
	struct tn_err late = TN_ERR_INIT;
	int status;
	int r;

	canary.steps = json_array();
	r = tn_secret_start(&err);
	if (!r)
		r = session_open(run, &canary.session, &err);
	if (!r &&
	    strncasecmp(canary.session.who, bootstrap, strlen(bootstrap)) != 0)
		r = tn_fail(&err, TN_E_RULE,
		            "a canary is made by root on the directory "
		            "server, not by %s",
		            canary.session.who);
	if (!r)
		r = make(&canary, &err);
	if (!r)
		r = see_it_open(&canary, &err);
	/* Whatever went wrong: it is not left open. */
	if (canary.is_made && lock(&canary, &late)) {
		tn_context(&late,
		           "%s may still be open, lock it: tenure depart %s",
		           canary.login, canary.login);
		command_fail(run, &late);
		r = r ? r : late.code;
		if (!err.code)
			err = late;
	} else if (!r) {
		tell(&canary, true, "it is locked, and departed");
		r = see_it_shut(&canary, &err);
	}
	status = canary.wrong ? EXIT_FINDINGS : EXIT_CLEAN;
	if (canary.is_made)
		conclude(&canary);
	if (r)
		status = command_fail(run, &err);
	json_decref(canary.steps);
	tn_connection_closep(&canary.held);
	tn_secret_freep(&canary.initial);
	tn_secret_freep(&canary.chosen);
	session_close(&canary.session);
	return status;
}

/*
 * Who may not, really tries. A forbidden read is a search that must find
 * nothing. A forbidden write is the removal of a value that is not there, or
 * of an entry under an assertion that never holds: slapd asks its rules first,
 * so an answer other than "not allowed" means allowed, and in no case is
 * anything changed.
 */
#include "doctor.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/search.h"
#include "directory/write.h"
#include "host_verb.h"

#define GROUPS_MAX   256
#define LDAPI_FOLDER "/run/slapd" /* Debian's */

enum who { ANONYMOUS = 1, AGENTS = 2, SCHEDULER = 4, HOSTS = 8 };
enum how { READS, REMOVES_VALUE, REMOVES_ENTRY };

/* "@" at an end is the suffix; "+" at the start: any one person. */
static const struct attempt {
	unsigned int who;
	enum how how;
	const char *where;
	const char *attribute; /* or the filter's */
	const char *value;     /* that nobody has */
} attempts[] = {
	{ ANONYMOUS, READS, "@", "objectClass", NULL },
	{ ANONYMOUS, READS, "ou=people,@", "uid", NULL },
	{ ANONYMOUS, READS, "ou=locks,@", "tenureLockKind", NULL },
	{ ANONYMOUS, READS, "ou=hosts,@", "serialNumber", NULL },
	{ ANONYMOUS | SCHEDULER | HOSTS, READS, "cn=config", "objectClass",
	  NULL },
	{ ANONYMOUS | SCHEDULER, READS, "cn=accesslog", "objectClass", NULL },
	/* slapd looks there for hosts: which entry, never what was written. */
	{ HOSTS, READS, "cn=accesslog", "reqMod", NULL },
	{ HOSTS, READS, "cn=accesslog", "reqAuthzID", NULL },
	{ HOSTS, READS, "cn=accesslog", "reqStart", NULL },
	{ ANONYMOUS, READS, "cn=tenure-reports", "objectClass", NULL },
	{ ANONYMOUS | HOSTS, READS, "cn=tenure-journal", "objectClass", NULL },
	{ ANONYMOUS | AGENTS | HOSTS, READS, "ou=people,@", "userPassword",
	  NULL },
	{ ANONYMOUS | AGENTS | HOSTS, READS, "ou=people,@", "pwdHistory",
	  NULL },
	{ ANONYMOUS | SCHEDULER | HOSTS, READS, "ou=people,@", "tenureBirthday",
	  NULL },
	{ ANONYMOUS | SCHEDULER | HOSTS, READS, "ou=people,@", "mobile", NULL },
	{ HOSTS, READS, "ou=policies,@", "objectClass", NULL },
	{ HOSTS, READS, "ou=roles,@", "objectClass", NULL },
	{ ANONYMOUS | SCHEDULER | HOSTS, REMOVES_VALUE, "+", "tenureStatus",
	  "nothing" },
	{ ANONYMOUS | SCHEDULER | HOSTS, REMOVES_VALUE, "+", "userPassword",
	  "nothing" },
	{ ANONYMOUS | AGENTS | HOSTS, REMOVES_VALUE, "+", "pwdPolicySubentry",
	  "cn=nothing" },
	{ ANONYMOUS | AGENTS | HOSTS, REMOVES_VALUE, "+", "uidNumber", "1" },
	{ ANONYMOUS | AGENTS | HOSTS, REMOVES_VALUE, "cn=default,ou=policies,@",
	  "pwdCheckModule", "nothing.so" },
	{ ANONYMOUS | AGENTS | HOSTS, REMOVES_VALUE, "cn=default,ou=policies,@",
	  "pwdMaxAge", "1" },
	{ ANONYMOUS | SCHEDULER | HOSTS, REMOVES_VALUE,
	  "cn=numbers,ou=policies,@", "tenureNextNumber", "1" },
	{ ANONYMOUS | AGENTS | HOSTS, REMOVES_VALUE, "cn=security,ou=roles,@",
	  "member", "cn=nothing" },
	{ ANONYMOUS | AGENTS | HOSTS, REMOVES_VALUE, "cn=config", "olcThreads",
	  "1" },
	{ ANONYMOUS | AGENTS | HOSTS, REMOVES_ENTRY, "ou=agents,@", NULL,
	  NULL },
	{ ANONYMOUS | AGENTS | HOSTS, REMOVES_ENTRY, "ou=policies,@", NULL,
	  NULL },
};

struct trial {
	struct doctor *doctor;
	struct tn_connection *connection;
	const char *who;
	char person[TN_DN_MAX + 1]; /* any one, or "" */
};

static int
found_any(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	char *dn = arg;

	snprintf(dn, TN_DN_MAX + 1, "%s", entry->dn);
	return tn_fail(err, TN_E_EXISTS, "one is enough");
}

/* Looks for one person, with the identity that may. */
static void
find_person(struct trial *trial)
{
	static const char *const attributes[] = { "uid", NULL };
	const struct doctor *doctor = trial->doctor;
	char base[HOST_DN_MAX];

	snprintf(base, sizeof(base), "ou=people,%s",
	         doctor->session.config->base);
	trial->person[0] = '\0';
	if (doctor->session.connection)
		(void)tn_search(doctor->session.connection, base, TN_SCOPE_ONE,
		                "(objectClass=tenurePerson)", attributes,
		                found_any, trial->person, NULL);
}

static bool
expand(const struct trial *trial, const char *where, char ret[TN_DN_MAX + 1])
{
	size_t len = strlen(where);

	if (!strcmp(where, "+"))
		snprintf(ret, TN_DN_MAX + 1, "%s", trial->person);
	else if (where[len - 1] == '@')
		snprintf(ret, TN_DN_MAX + 1, "%.*s%s", (int)len - 1, where,
		         trial->doctor->session.config->base);
	else
		snprintf(ret, TN_DN_MAX + 1, "%s", where);
	return *ret != '\0';
}

/* TN_E_EXISTS: the attempt was let through. */
static int
try_read(struct trial *trial, const char *dn, const char *attribute,
         struct tn_err *err)
{
	const char *const attributes[] = { attribute, NULL };
	char seen[TN_DN_MAX + 1];
	char filter[128];
	int r;

	snprintf(filter, sizeof(filter), "(%s=*)", attribute);
	r = tn_search(trial->connection, dn, TN_SCOPE_SUB, filter, attributes,
	              found_any, seen, err);
	return r == TN_E_NOT_FOUND || r == TN_E_DENIED ? TN_OK : r;
}

static int
try_write(struct trial *trial, const char *dn, const struct attempt *attempt,
          struct tn_err *err)
{
	const char *const values[] = { attempt->value, NULL };
	const struct tn_modification change = { TN_MODIFY_DELETE,
		                                attempt->attribute, values };
	int r;

	if (attempt->how == REMOVES_ENTRY)
		/* No such entry: an assertion that never holds, as well. */
		r = tn_delete(trial->connection, dn, "(!(objectClass=*))", err);
	else
		r = tn_modify(trial->connection, dn, &change, 1, NULL, err);
	switch (r) {
	case TN_E_DENIED:
		return TN_OK;
	case TN_E_NOT_FOUND:
	case TN_E_RULE:
	case TN_E_STALE:
	case TN_OK:
		return TN_E_EXISTS;
	default:
		return r;
	}
}

static void
try_all(struct trial *trial, unsigned int who)
{
	char dn[TN_DN_MAX + 1];
	size_t i;

	find_person(trial);
	for (i = 0; i < TN_ARRAY_LEN(attempts); i++) {
		const struct attempt *attempt = &attempts[i];
		struct tn_err err = TN_ERR_INIT;
		int r;

		if (!(attempt->who & who) || !expand(trial, attempt->where, dn))
			continue;
		if (attempt->how == READS)
			r = try_read(trial, dn, attempt->attribute, &err);
		else
			r = try_write(trial, dn, attempt, &err);
		if (r == TN_E_EXISTS)
			doctor_complain(
			    trial->doctor, trial->who, "%s %s%s%s",
			    attempt->how == READS ? "reads" : "may write",
			    attempt->attribute ? attempt->attribute : "",
			    attempt->attribute ? " of " : "", dn);
		else if (r)
			doctor_unknown(trial->doctor, trial->who, "%s: %s", dn,
			               err.text);
	}
}

static int
open_here(struct doctor *doctor, struct tn_connection **ret, struct tn_err *err)
{
	const struct tn_config *config = doctor->session.config;
	const struct tn_server server = {
		.uri = "ldapi:///",
		.connect_timeout = config->connect_timeout,
		.operation_timeout = config->operation_timeout,
	};

	return tn_connection_open(&server, ret, err);
}

void
doctor_access_anonymous(struct doctor *doctor)
{
	struct trial trial = { .doctor = doctor, .who = "anonymous" };
	struct tn_err err = TN_ERR_INIT;

	if (!doctor_is_heard(doctor))
		return;
	if (open_here(doctor, &trial.connection, &err))
		doctor_unknown(doctor, "anonymous", "%s", err.text);
	else
		try_all(&trial, ANONYMOUS);
	tn_connection_closep(&trial.connection);
}

/* slapd sees who opens the connection: become that system user for so long,
   groups and all, since one of them may be what opens the door. */
static int
open_as(struct doctor *doctor, const char *user, struct tn_connection **ret,
        struct tn_err *err)
{
	const struct passwd *account = getpwnam(user);
	gid_t groups[GROUPS_MAX];
	int count = getgroups(GROUPS_MAX, groups);
	int r;

	if (!account)
		return tn_fail(err, TN_E_NOT_FOUND, "%s is no system user",
		               user);
	if (count < 0)
		return tn_fail(err, TN_E_LIMIT, "more than %d groups of root's",
		               GROUPS_MAX);
	if (initgroups(user, account->pw_gid) || setegid(account->pw_gid) ||
	    seteuid(account->pw_uid))
		r = tn_fail(err, TN_E_IO, "cannot become %s", user);
	else
		r = open_here(doctor, ret, err);
	if (seteuid(0) || setegid(0) || setgroups((size_t)count, groups))
		return tn_fail(err, TN_E_BUG, "cannot become root again");
	return r ? r : tn_bind_external(*ret, err);
}

/* Only who is in its group comes in by slapd's socket (directory.md). */
static bool
is_door_shut(void)
{
	struct stat status;

	return !stat(LDAPI_FOLDER, &status) && !(status.st_mode & S_IXOTH);
}

void
doctor_access_agents(struct doctor *doctor)
{
	static const struct {
		const char *user;
		unsigned int who;
		const char *name;
	} agents[] = {
		{ "root", AGENTS, "bootstrap" },
		{ "tenure-scheduler", AGENTS | SCHEDULER, "scheduler" },
		{ "tenure-enforcer", AGENTS, "enforcer" },
	};
	size_t i;

	if (!doctor_is_heard(doctor))
		return;
	for (i = 0; i < TN_ARRAY_LEN(agents); i++) {
		struct trial trial = { .doctor = doctor,
			               .who = agents[i].name };
		struct tn_err err = TN_ERR_INIT;

		if (open_as(doctor, agents[i].user, &trial.connection, &err))
			doctor_complain(doctor, agents[i].user, "%s", err.text);
		else
			try_all(&trial, agents[i].who);
		tn_connection_closep(&trial.connection);
	}
}

void
doctor_access_nobody(struct doctor *doctor)
{
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	char expected[] = "dn:cn=nobody";
	char *who = NULL;
	int r;

	if (!doctor_is_heard(doctor))
		return;
	r = open_as(doctor, "nobody", &connection, &err);
	if (r == TN_E_UNREACHABLE && is_door_shut())
		return;
	if (!r)
		r = tn_who_am_i(connection, &who, &err);
	if (r != TN_OK && r != TN_E_DENIED) {
		doctor_unknown(doctor, "nobody", "%s", err.text);
	} else if (!r && strcmp(who, expected)) {
		doctor_complain(doctor, "nobody", "is %s to slapd", who);
	} else if (!r) {
		struct trial trial = { .doctor = doctor,
			               .connection = connection,
			               .who = "nobody" };

		try_all(&trial, ANONYMOUS);
	}
	free(who);
	tn_connection_closep(&connection);
}

void
doctor_access_host(struct doctor *doctor)
{
	struct trial trial = { .doctor = doctor };

	if (!doctor_is_heard(doctor))
		return;
	trial.connection = doctor->session.connection;
	trial.who = doctor->session.config->host_name;
	try_all(&trial, HOSTS);
}

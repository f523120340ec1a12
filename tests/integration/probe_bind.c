/* Every row of the bind's table: what slapd answers, and what we make of it
   (policy UM-13.2, UM-13.3). */
#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "directory/search.h"

static int
nothing(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)entry;
	(void)arg;
	(void)err;
	return TN_OK;
}

struct outcome {
	int code;
	struct tn_bind_result told;
	bool is_usable; /* the connection, afterwards */
};

static struct outcome
bind_as(const char *dn, const char *password)
{
	static const char *const attributes[] = { "uid", NULL };
	struct outcome outcome = { .code = TN_E_BUG };
	struct tn_connection *connection = NULL;
	struct tn_secret *words = secret(password);
	struct tn_err err = TN_ERR_INIT;
	char *who = NULL;

	must(tn_connection_open(&network_server, &connection, &err) == TN_OK,
	     "%s", err.text);
	outcome.code =
	    tn_bind_password(connection, dn, words, &outcome.told, &err);
	outcome.is_usable = tn_who_am_i(connection, &who, NULL) == TN_OK;
	if (!outcome.is_usable &&
	    tn_search(connection, SUFFIX, TN_SCOPE_BASE, "(objectClass=*)",
	              attributes, nothing, NULL, NULL) != TN_E_UNREACHABLE)
		outcome.is_usable = true;
	free(who);
	tn_connection_closep(&connection);
	tn_secret_freep(&words);
	return outcome;
}

enum flags {
	ACCEPTED = 1,
	MUST_CHANGE = 2,
	GRACE = 4,
	EXPIRED = 8,
};

static const struct row {
	const char *what;
	const char *dn;
	const char *password;
	int flags;
	int grace_left;
	int64_t expires_from; /* -1, or the least seconds left */
} rows[] = {
	{ "the right password", PERSON("normal"), RIGHT, ACCEPTED, -1, -1 },
	{ "another spelling of the dn", "UID=Normal, OU=people," SUFFIX, RIGHT,
	  ACCEPTED, -1, -1 },
	{ "a wrong password", PERSON("normal"), "wrong", 0, -1, -1 },
	{ "a password that only begins right", PERSON("normal"), RIGHT "2", 0,
	  -1, -1 },
	{ "an empty password", PERSON("normal"), "", 0, -1, -1 },
	{ "an unknown person", PERSON("nobody"), RIGHT, 0, -1, -1 },
	{ "a dn that is none", "normal", RIGHT, 0, -1, -1 },
	{ "a password that expires in 5 days", PERSON("soon"), RIGHT, ACCEPTED,
	  -1, 4 * 86400 },
	{ "an initial password", PERSON("reset"), RIGHT, ACCEPTED | MUST_CHANGE,
	  -1, -1 },
	{ "an expired password, first grace", PERSON("grace"), RIGHT,
	  ACCEPTED | GRACE, 1, -1 },
	{ "an expired password, last grace", PERSON("grace"), RIGHT,
	  ACCEPTED | GRACE, 0, -1 },
	{ "an expired password, grace used up", PERSON("grace"), RIGHT, EXPIRED,
	  -1, -1 },
	{ "an expired password without grace", PERSON("expired"), RIGHT,
	  EXPIRED, -1, -1 },
	{ "an expired account, wrong password", PERSON("expired"), "wrong", 0,
	  -1, -1 },
	{ "locked by an administrator", PERSON("locked"), RIGHT, 0, -1, -1 },
	{ "past pwdEndTime", PERSON("ended"), RIGHT, 0, -1, -1 },
	{ "locked by access rules", PERSON("departed"), RIGHT, 0, -1, -1 },
	{ "a hash of Debian's own argon2 module", PERSON("stock"),
	  "stock horse 42", ACCEPTED, -1, -1 },
	{ "the same, wrong", PERSON("stock"), "stock horse 43", 0, -1, -1 },
};

static void
check_row(const struct row *row)
{
	const struct outcome got = bind_as(row->dn, row->password);
	const struct tn_bind_result *told = &got.told;
	int flags = 0;

	if (told->accepted)
		flags |= ACCEPTED;
	if (told->must_change)
		flags |= MUST_CHANGE;
	if (told->grace_used)
		flags |= GRACE;
	if (told->expired)
		flags |= EXPIRED;
	ok(got.code == TN_OK && flags == row->flags &&
	       told->grace_left == row->grace_left &&
	       (row->expires_from < 0 ? told->expires_in == -1
	                              : told->expires_in >= row->expires_from),
	   "%s: flags %d, grace %d, expires %lld", row->what, flags,
	   told->grace_left, (long long)told->expires_in);
	ok(got.is_usable == told->accepted, "%s: the connection can%s be used",
	   row->what, got.is_usable ? "" : "not");
}

static int
count_values(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	size_t *count = arg;

	(void)err;
	(void)tn_entry_values(entry, "pwdFailureTime", count);
	return TN_OK;
}

/* How many failures slapd has on record of somebody. */
static size_t
failures_of(const char *dn)
{
	static const char *const attributes[] = { "pwdFailureTime", NULL };
	struct tn_connection *connection = as_root();
	struct tn_err err = TN_ERR_INIT;
	size_t count = 0;

	must(tn_search(connection, dn, TN_SCOPE_BASE, "(objectClass=*)",
	               attributes, count_values, &count, &err) == TN_OK,
	     "%s", err.text);
	tn_connection_closep(&connection);
	return count;
}

/*
 * Three wrong passwords lock. slapd's ppolicy writes each down by a change of
 * its own before it answers, and says nothing where that fails: once, on a busy
 * machine, the fourth bind was accepted. So it is the record that is asked, and
 * a guess that is not on it is told and made again.
 */
static void
three_guesses_lock(void)
{
	static const struct row guess = { "a guess", PERSON("guessed"),
		                          "guess 1", 0,
		                          -1,        -1 };
	static const struct row locked = {
		"locked by failures", PERSON("guessed"), RIGHT, 0, -1, -1
	};
	size_t seen = 0;
	int made;

	for (made = 0; made < 6 && seen < 3; made++) {
		check_row(&guess);
		seen = failures_of(PERSON("guessed"));
		if (seen != (size_t)made + 1)
			note("after %d guesses %zu are on record", made + 1,
			     seen);
	}
	ok(seen == 3, "three guesses are on record, of %d", made);
	check_row(&locked);
}

/* Every text one higher than the password, so that this program does not hold
   the password by itself. */
static const char veiled[] = "xjqfe!xijtqfs!29";

/* How often is the unveiled text in our heap? */
static size_t
count_in_heap(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	const size_t len = sizeof(veiled) - 1;
	char line[512];
	const char *at;
	const char *end;
	size_t found = 0;
	size_t i;

	must(maps != NULL, "maps");
	while (fgets(line, sizeof(line), maps) != NULL) {
		char *rest = NULL;

		if (strstr(line, "[heap]") == NULL)
			continue;
		at = (const char *)(uintptr_t)strtoul(line, &rest, 16);
		end = (const char *)(uintptr_t)strtoul(rest + 1, NULL, 16);
		for (; (size_t)(end - at) >= len; at++) {
			for (i = 0; i < len && at[i] == veiled[i] - 1; i++)
				;
			if (i == len)
				found++;
		}
	}
	fclose(maps);
	return found;
}

static struct tn_secret *
unveil(void)
{
	char text[sizeof(veiled)];
	struct tn_secret *made = NULL;
	size_t i;

	for (i = 0; i < sizeof(veiled) - 1; i++)
		text[i] = (char)(veiled[i] - 1);
	must(tn_secret_new(text, sizeof(veiled) - 1, &made, NULL) == TN_OK,
	     "no memory");
	tn_wipe(text, sizeof(text));
	return made;
}

/* libldap copies the password into messages of its own and does not wipe them;
   GLIBC_TUNABLES do, as tenured is started with. */
static void
password_leaves_no_trace(void)
{
	struct tn_connection *connection = NULL;
	struct tn_bind_result told = { .accepted = true };
	struct tn_secret *words = unveil();
	enum tn_passwd_result result;
	char *trace = malloc(sizeof(veiled));
	size_t i;

	if (getenv("GLIBC_TUNABLES") == NULL) {
		ok(true, "traces of a password # SKIP no GLIBC_TUNABLES");
		free(trace);
		tn_secret_freep(&words);
		return;
	}
	must(trace != NULL, "no memory");
	for (i = 0; i < sizeof(veiled) - 1; i++)
		trace[i] = (char)(veiled[i] - 1);
	ok(count_in_heap() == 1, "a trace in memory would be seen");
	tn_wipe(trace, sizeof(veiled));
	free(trace);
	must(tn_connection_open(&network_server, &connection, NULL) == TN_OK,
	     "open");
	must(tn_bind_password(connection, PERSON("nobody"), words, &told,
	                      NULL) == TN_OK &&
	         !told.accepted,
	     "bind");
	tn_connection_closep(&connection);
	ok(count_in_heap() == 0, "none is left after a bind: %zu",
	   count_in_heap());
	connection = as_root();
	must(tn_password_modify(connection, PERSON("nobody"), NULL, words,
	                        &result, NULL) != TN_OK,
	     "a change for nobody");
	tn_connection_closep(&connection);
	ok(count_in_heap() == 0, "nor after a change: %zu", count_in_heap());
	tn_secret_freep(&words);
}

void
probe_bind(void)
{
	struct tn_connection *connection = as_host();
	struct tn_bind_result told = { .accepted = true };
	struct tn_secret *words = secret(RIGHT);
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++)
		check_row(&rows[i]);
	three_guesses_lock();

	ok(tn_bind_password(connection, "", words, &told, NULL) ==
	           TN_E_INVALID &&
	       told.accepted,
	   "an empty dn is refused, and nothing is written");
	tn_connection_closep(&connection);
	must(tn_connection_open(&network_server, &connection, NULL) == TN_OK,
	     "open");
	slapd_stop();
	ok(tn_bind_password(connection, PERSON("normal"), words, &told, NULL) ==
	       TN_E_UNREACHABLE,
	   "a server that died says nothing about the password");
	tn_connection_closep(&connection);
	slapd_start();
	tn_secret_freep(&words);
	password_leaves_no_trace();
}

/* Changing a password, and every way to be refused (UM-13.2, UM-13.3). */
#include "probe.h"

#include <stdlib.h>
#include <string.h>
#include "directory/search.h"

#define GOOD "vugtam 8 keldor"

static int
take_hash(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const struct tn_value *values;
	char **ret = arg;
	size_t count;

	(void)err;
	values = tn_entry_values(entry, "userPassword", &count);
	/* Debian's module puts a NUL behind */
	*ret = count == 1 ? strndup(values[0].data, values[0].len) : NULL;
	return TN_OK;
}

static char *
hash_of(const char *dn)
{
	static const char *const attributes[] = { "userPassword", NULL };
	struct tn_connection *root = as_root();
	char *hash = NULL;

	tn_search(root, dn, TN_SCOPE_BASE, "(objectClass=*)", attributes,
	          take_hash, &hash, NULL);
	tn_connection_closep(&root);
	return hash;
}

static bool
is_changed_within(const char *dn, const char *before, int64_t milliseconds)
{
	const int64_t until = now_ms() + milliseconds;
	bool is_changed = false;
	char *hash;

	while (!is_changed && now_ms() < until) {
		hash = hash_of(dn);
		is_changed = hash == NULL || strcmp(hash, before) != 0;
		free(hash);
	}
	return is_changed;
}

static struct tn_connection *
bound_as(const char *dn, const char *password)
{
	struct tn_connection *connection = NULL;
	struct tn_bind_result told;
	struct tn_secret *words = secret(password);
	struct tn_err err = TN_ERR_INIT;

	must(tn_connection_open(&network_server, &connection, &err) == TN_OK,
	     "%s", err.text);
	if (tn_bind_password(connection, dn, words, &told, &err) != TN_OK ||
	    !told.accepted)
		tn_connection_closep(&connection);
	tn_secret_freep(&words);
	return connection;
}

static const struct row {
	const char *what;
	const char *dn;
	const char *old;
	const char *new_password;
	enum tn_passwd_result result;
} rows[] = {
	{ "too short", PERSON("normal"), RIGHT, "a9!", TN_PASSWD_TOO_SHORT },
	{ "the same again", PERSON("normal"), RIGHT, RIGHT, TN_PASSWD_HISTORY },
	{ "a keyboard row", PERSON("normal"), RIGHT, "qwertyuiop12",
	  TN_PASSWD_QUALITY },
	{ "already a hash", PERSON("normal"), RIGHT,
	  "{ARGON2}$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
	  TN_PASSWD_QUALITY },
	{ "a wrong old password", PERSON("normal"), "wrong", GOOD,
	  TN_PASSWD_OLD_WRONG },
	{ "too young", PERSON("young"), RIGHT, GOOD, TN_PASSWD_TOO_YOUNG },
	{ "not allowed to", PERSON("frozen"), RIGHT, GOOD,
	  TN_PASSWD_FORBIDDEN },
	{ "good", PERSON("normal"), RIGHT, GOOD, TN_PASSWD_DONE },
	{ "good, the old one not repeated", PERSON("chooser"), NULL, GOOD,
	  TN_PASSWD_DONE },
	{ "an initial password, changed on the way in", PERSON("reset"), RIGHT,
	  GOOD, TN_PASSWD_DONE },
};

static bool
is_for_our_module(const struct row *row)
{
	return strcmp(row->what, "a keyboard row") == 0;
}

static void
check_row(const struct row *row)
{
	struct tn_connection *connection = bound_as(row->dn, RIGHT);
	struct tn_secret *old = row->old != NULL ? secret(row->old) : NULL;
	struct tn_secret *new_password = secret(row->new_password);
	enum tn_passwd_result result = TN_PASSWD_FORBIDDEN;
	struct tn_err err = TN_ERR_INIT;
	char *who = NULL;
	int code;

	must(connection != NULL, "%s cannot bind", row->dn);
	code = tn_password_modify(connection, NULL, old, new_password, &result,
	                          &err);
	ok(code == TN_OK && result == row->result, "%s: %d (%s)", row->what,
	   (int)result, err.text);
	ok(tn_who_am_i(connection, &who, NULL) == TN_OK,
	   "%s: the connection can be asked again", row->what);
	ok(strstr(err.text, row->new_password) == NULL,
	   "%s: the error does not hold the password", row->what);
	free(who);
	tn_secret_freep(&old);
	tn_secret_freep(&new_password);
	tn_connection_closep(&connection);
}

/* After a refusal the next choice goes over the same connection. */
static void
second_choice_on_one_connection(void)
{
	struct tn_connection *connection = bound_as(PERSON("soon"), RIGHT);
	struct tn_secret *bad = secret("short");
	struct tn_secret *good = secret(GOOD);
	struct tn_secret *empty = secret("");
	enum tn_passwd_result result = TN_PASSWD_FORBIDDEN;
	int code;

	must(connection != NULL, "soon cannot bind");
	code = tn_password_modify(connection, NULL, NULL, empty, &result, NULL);
	ok(code == TN_E_INVALID, "an empty new password is not even sent");
	code = tn_password_modify(connection, NULL, NULL, bad, &result, NULL);
	ok(code == TN_OK && result == TN_PASSWD_TOO_SHORT, "first choice");
	code = tn_password_modify(connection, NULL, NULL, good, &result, NULL);
	ok(code == TN_OK && result == TN_PASSWD_DONE, "second choice");
	tn_connection_closep(&connection);
	connection = bound_as(PERSON("soon"), GOOD);
	ok(connection != NULL, "the new password opens");
	tn_connection_closep(&connection);
	connection = bound_as(PERSON("soon"), RIGHT);
	ok(connection == NULL, "the old one does not");
	tn_secret_freep(&bad);
	tn_secret_freep(&good);
	tn_secret_freep(&empty);
}

static void
server_hashes_with_argon2id(void)
{
	struct tn_connection *connection = as_root();
	struct tn_secret *reset = secret("an administrator's 7 kegs");
	enum tn_passwd_result result = TN_PASSWD_FORBIDDEN;
	struct tn_err err = TN_ERR_INIT;
	char *hash = hash_of(PERSON("normal"));
	int code;

	ok(has_stock_modules() ||
	       (hash != NULL &&
	        strncmp(hash, "{ARGON2}$argon2id$v=19$m=8192,t=1,p=1$", 38) ==
	            0),
	   "kept as Argon2id, with the module's arguments");
	free(hash);

	code = tn_password_modify(connection, PERSON("normal"), NULL, reset,
	                          &result, &err);
	ok(code == TN_OK && result == TN_PASSWD_DONE, "a reset by who may: %s",
	   err.text);
	tn_connection_closep(&connection);
	connection = bound_as(PERSON("normal"), "an administrator's 7 kegs");
	code = tn_password_modify(connection, PERSON("soon"), NULL, reset,
	                          &result, &err);
	ok(code == TN_OK && result == TN_PASSWD_FORBIDDEN,
	   "a reset of somebody else's by who may not: %s", err.text);
	tn_connection_closep(&connection);
	tn_secret_freep(&reset);
}

/* The server stops between the question and the answer: nobody knows, and
   nothing else is said. */
static void
unanswered_change_is_a_timeout(void)
{
	struct tn_connection *connection = bound_as(PERSON("chooser"), GOOD);
	struct tn_secret *other = secret("mibdoz 5 fargun");
	enum tn_passwd_result result = TN_PASSWD_FORBIDDEN;
	struct tn_err err = TN_ERR_INIT;
	char *before = hash_of(PERSON("chooser"));
	bool was_done;
	int code;

	must(connection != NULL && before != NULL, "chooser cannot bind");
	slapd_pause();
	code = tn_password_modify(connection, NULL, NULL, other, &result, &err);
	slapd_resume();
	ok(code == TN_E_TIMEOUT, "no answer in time: %s", err.text);
	tn_connection_closep(&connection);
	/* It has the question, and does as it says: on a busy machine late. */
	was_done = is_changed_within(PERSON("chooser"), before, 15000);
	connection = bound_as(PERSON("chooser"), "mibdoz 5 fargun");
	ok(was_done == (connection != NULL),
	   "a bind with the new one settles it: it was%s done",
	   was_done ? "" : " not");
	tn_connection_closep(&connection);
	connection = bound_as(PERSON("chooser"), GOOD);
	ok(was_done == (connection == NULL), "and so does one with the old");
	tn_connection_closep(&connection);
	free(before);
	tn_secret_freep(&other);
}

void
probe_password(void)
{
	size_t i;

	for (i = 0; i < TN_ARRAY_LEN(rows); i++)
		if (!has_stock_modules() || !is_for_our_module(&rows[i]))
			check_row(&rows[i]);
	second_choice_on_one_connection();
	server_hashes_with_argon2id();
	unanswered_change_is_a_timeout();
}

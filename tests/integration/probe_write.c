/* Writes: every refusal by its own code. */
#include "probe.h"

#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "directory/search.h"
#include "directory/write.h"

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static int
add_group(struct tn_connection *connection, const char *name,
          const char *number, struct tn_err *err)
{
	const struct tn_modification attributes[] = {
		{ TN_MODIFY_ADD, "objectClass", VALUES("posixGroup") },
		{ TN_MODIFY_ADD, "gidNumber", VALUES(number) },
		{ TN_MODIFY_ADD, "memberUid", VALUES("normal", "soon") },
	};
	struct tn_buf dn;
	int code;

	tn_buf_init(&dn, 1024);
	tn_buf_put_text(&dn, "cn=");
	tn_dn_escape(&dn, name);
	tn_buf_put_text(&dn, "," GROUPS);
	code = tn_add(connection, tn_buf_text(&dn), attributes,
	              TN_ARRAY_LEN(attributes), err);
	tn_buf_done(&dn);
	return code;
}

static int
is_named(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	const char *name = arg;
	const char *text = tn_entry_text(entry, "cn");

	(void)err;
	return text != NULL && strcmp(text, name) == 0 ? TN_OK : TN_E_BUG;
}

static int
count(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	(void)entry;
	(void)err;
	(*(size_t *)arg)++;
	return TN_OK;
}

/* What a person may be called comes back as it went in, and finds only
   itself: neither a dn nor a filter can be broken out of. */
static void
names_survive_escaping(struct tn_connection *root)
{
	static const char *const attributes[] = { "cn", NULL };
	static char names[][64] = { "王小明",    " blank at its ends ",
		                    "#hash",     "a,b+c=d\"e\\f<g>h;i",
		                    "*)(cn=*",   "back\\slash(paren)",
		                    "tab\there", "O'Brien & Söhne" };
	struct tn_err err = TN_ERR_INIT;
	struct tn_buf filter;
	char number[16];
	size_t seen;
	size_t i;
	int code;

	for (i = 0; i < TN_ARRAY_LEN(names); i++) {
		snprintf(number, sizeof(number), "%zu", 4000000 + i);
		code = add_group(root, names[i], number, &err);
		ok(code == TN_OK, "add \"%s\": %s", names[i], err.text);
		tn_buf_init(&filter, 1024);
		tn_buf_put_text(&filter, "(cn=");
		tn_filter_escape(&filter, names[i]);
		tn_buf_put_text(&filter, ")");
		seen = 0;
		tn_search(root, GROUPS, TN_SCOPE_ONE, tn_buf_text(&filter),
		          attributes, count, &seen, &err);
		code =
		    tn_search(root, GROUPS, TN_SCOPE_ONE, tn_buf_text(&filter),
		              attributes, is_named, names[i], &err);
		ok(code == TN_OK && seen == 1, "find it with %s: %zu",
		   tn_buf_text(&filter), seen);
		tn_buf_done(&filter);
	}
}

static void
refusals_have_their_codes(struct tn_connection *root,
                          struct tn_connection *host)
{
	const struct tn_modification same_number[] = {
		{ TN_MODIFY_REPLACE, "uidNumber", VALUES("2000001") },
	};
	const struct tn_modification no_number[] = {
		{ TN_MODIFY_REPLACE, "uidNumber", VALUES("many") },
	};
	const struct tn_modification no_type[] = {
		{ TN_MODIFY_REPLACE, "favouriteColour", VALUES("red") },
	};
	const struct tn_modification shell[] = {
		{ TN_MODIFY_REPLACE, "loginShell", VALUES("/bin/sh") },
	};
	const struct tn_modification twice[] = {
		{ TN_MODIFY_DELETE, "loginShell", NULL },
		{ TN_MODIFY_DELETE, "loginShell", NULL },
	};
	struct tn_err err = TN_ERR_INIT;
	int code;

	code = add_group(root, "g1", "5000000", &err);
	ok(code == TN_E_EXISTS, "added twice: %s", err.text);
	code = tn_modify(root, PERSON("soon"), same_number, 1, NULL, &err);
	ok(code == TN_E_EXISTS, "not unique: %s", err.text);
	code = tn_modify(root, PERSON("soon"), no_number, 1, NULL, &err);
	ok(code == TN_E_RULE, "against the syntax: %s", err.text);
	code = tn_modify(root, PERSON("soon"), no_type, 1, NULL, &err);
	ok(code == TN_E_RULE, "no such type: %s", err.text);
	code = tn_modify(root, PERSON("nobody"), shell, 1, NULL, &err);
	ok(code == TN_E_NOT_FOUND, "no such entry: %s", err.text);
	code = tn_modify(root, "soon", shell, 1, NULL, &err);
	ok(code == TN_E_INVALID, "no dn: %s", err.text);
	code = tn_modify(host, PERSON("soon"), shell, 1, NULL, &err);
	ok(code == TN_E_DENIED, "may not: %s", err.text);
	code = tn_modify(root, PERSON("soon"), twice, 2, NULL, &err);
	ok(code == TN_E_NOT_FOUND, "deletes what is not there: %s", err.text);
	code = tn_modify(root, PERSON("soon"), shell, 0, NULL, &err);
	ok(code == TN_E_BUG, "no change at all: %s", err.text);
}

/* RFC 4528: two who decided on the same state do not undo each other. */
static void
assertions_hold(struct tn_connection *root)
{
	const struct tn_modification depart[] = {
		{ TN_MODIFY_REPLACE, "tenureStatus", VALUES("departed") },
	};
	const char *assertion = "(tenureStatus=active)";
	struct tn_err err = TN_ERR_INIT;
	int code;

	code = tn_modify(root, PERSON("grace"), depart, 1, assertion, &err);
	ok(code == TN_OK, "the status is what the plan saw: %s", err.text);
	code = tn_modify(root, PERSON("grace"), depart, 1, assertion, &err);
	ok(code == TN_E_STALE, "it changed meanwhile: %s", err.text);
	code = tn_delete(root, PERSON("grace"), assertion, &err);
	ok(code == TN_E_STALE, "nor is it deleted: %s", err.text);
	code = tn_modify(root, PERSON("grace"), depart, 1, "(broken", &err);
	ok(code == TN_E_INVALID, "an assertion that is none: %s", err.text);
	code =
	    tn_delete(root, PERSON("grace"), "(tenureStatus=departed)", &err);
	ok(code == TN_OK, "deleted under its assertion: %s", err.text);
}

static void
counter_gives_each_number_once(struct tn_connection *root,
                               struct tn_connection *host)
{
	const char *dn = "cn=numbers,ou=policies," SUFFIX;
	struct tn_err err = TN_ERR_INIT;
	uint32_t first = 0;
	uint32_t second = 0;
	int code;

	code = tn_increment(root, dn, "tenureNextNumber", 1, &first, &err);
	ok(code == TN_OK && first == 2000100, "the first is %u: %s", first,
	   err.text);
	code = tn_increment(root, dn, "tenureNextNumber", 300, &first, &err);
	ok(code == TN_OK && first == 2000101, "then %u and 299 more", first);
	code = tn_increment(root, dn, "tenureNextNumber", 1, &second, &err);
	ok(code == TN_OK && second == 2000401, "then %u", second);
	code = tn_increment(host, dn, "tenureNextNumber", 1, &second, &err);
	ok(code == TN_E_DENIED && second == 2000401, "not for a host: %s",
	   err.text);
	code =
	    tn_increment(root, PERSON("soon"), "loginShell", 1, &second, &err);
	ok(code == TN_E_RULE, "not a number: %s", err.text);
}

void
probe_write(void)
{
	struct tn_connection *root = as_root();
	struct tn_connection *host = as_host();

	names_survive_escaping(root);
	refusals_have_their_codes(root, host);
	assertions_hold(root);
	counter_gives_each_number_once(root, host);
	tn_connection_closep(&host);
	tn_connection_closep(&root);
}

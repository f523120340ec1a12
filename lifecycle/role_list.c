/* tenure role list: who holds what, the first level first. */
#include "role_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/attrs.h"
#include "command_option.h"
#include "directory/search.h"
#include "journal_person.h"
#include "role_view.h"

struct listing {
	json_t *roles; /* name -> { login -> level } */
};

static int
found_role(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	struct listing *listing = arg;
	const char *name = tn_entry_name(entry, "cn");
	json_t *members = json_object();
	static const char *const attributes[] = { "member",
		                                  "tenureRoleSuperior" };
	char login[TN_DN_MAX + 1];
	size_t level;
	size_t count;
	size_t i;

	for (level = 0; level < TN_ARRAY_LEN(attributes); level++) {
		const struct tn_value *values =
		    tn_entry_values(entry, attributes[level], &count);

		for (i = 0; i < count; i++) {
			role_view_login(values[i].data, login);
			json_object_set_new(members, login,
			                    json_integer(level ? 1 : 2));
		}
	}
	if (!name || json_object_set_new(listing->roles, name, members))
		return tn_fail(err, TN_E_NO_MEMORY, "the roles");
	return TN_OK;
}

static void
print_level(json_t *members, int level)
{
	const char *login;
	json_t *value;
	bool is_first = true;

	json_object_foreach(members, login, value)
	{
		if (json_integer_value(value) != level)
			continue;
		printf("%s%s", is_first ? "" : ", ", login);
		is_first = false;
	}
	puts(is_first ? "-" : "");
}

static void
print(const struct listing *listing)
{
	const char *name;
	json_t *members;

	json_object_foreach(listing->roles, name, members)
	{
		printf("%s\n  first level   ", name);
		print_level(members, TN_LEVEL_FIRST);
		fputs("  second level  ", stdout);
		print_level(members, TN_LEVEL_SECOND);
	}
}

static int
journal(const struct command_run *run, struct session *session,
        const struct listing *listing, struct tn_err *err)
{
	struct journal_list people;
	const char *name;
	const char *login;
	json_t *members;
	json_t *value;
	int r;

	journal_list_init(&people);
	json_object_foreach(listing->roles, name, members)
	{
		json_object_foreach(members, login, value)
			journal_list_put(&people, login, "");
	}
	r = people.text.len
	        ? journal_read_list(run, session, &people, NULL, err)
	        : TN_OK;
	journal_list_done(&people);
	return r;
}

int
role_list(struct command_run *run)
{
	static const char *const wanted[] = { "cn", "member",
		                              "tenureRoleSuperior", NULL };
	const struct command_option options[] = { { .name = NULL } };
	struct listing listing = { .roles = NULL };
	struct session session = { .config = NULL };
	struct tn_err err = TN_ERR_INIT;
	char folder[TN_DN_MAX + 16];
	int status;
	int r;

	status = command_options(run, options, NULL, 0, 0);
	if (status != COMMAND_GO_ON)
		return status;
	listing.roles = json_object();
	r = session_open(run, &session, &err);
	if (!r) {
		snprintf(folder, sizeof(folder), "ou=roles,%s",
		         session.config->base);
		r = tn_search(session.connection, folder, TN_SCOPE_ONE,
		              "(objectClass=tenureRole)", wanted, found_role,
		              &listing, &err);
	}
	if (!r)
		r = journal(run, &session, &listing, &err);
	if (!r && run->json) {
		json_dumpf(listing.roles, stdout, JSON_INDENT(1));
		putchar('\n');
	} else if (!r) {
		print(&listing);
	}
	session_close(&session);
	json_decref(listing.roles);
	return r ? command_fail(run, &err) : EXIT_CLEAN;
}

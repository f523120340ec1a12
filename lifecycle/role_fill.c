/* tenure role fill: root names the first holders of a role that nobody holds.
   Later changes are asked for and signed (role_ask.c). */
#include "role_verb.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "command_option.h"
#include "directory/write.h"
#include "journal_person.h"
#include "journal_write.h"
#include "people_find.h"
#include "role_request.h"

#define HOLDERS_MAX 8

struct fill {
	struct session session;
	size_t count;
	struct people *people[HOLDERS_MAX];
	const struct person *persons[HOLDERS_MAX];
};

static int
find_all(struct fill *fill, const char *const names[], struct tn_err *err)
{
	int r = TN_OK;

	for (; !r && names[fill->count]; fill->count++) {
		const struct tn_account *account;

		r = people_find(&fill->session, names[fill->count],
		                &fill->people[fill->count],
		                &fill->persons[fill->count], err);
		if (r)
			break;
		account = fill->persons[fill->count]->account;
		if (account->kind != TN_KIND_PERSON ||
		    account->status != TN_STATUS_ACTIVE ||
		    fill->persons[fill->count]->locks)
			r = tn_fail(err, TN_E_RULE,
			            "%s is no active person: a role is given "
			            "to one",
			            account->login);
		else if (fill->persons[fill->count]->holds_role)
			r = tn_fail(err, TN_E_RULE,
			            "%s holds a role, and nobody combines two",
			            account->login);
	}
	return r;
}

static int
write_all(struct fill *fill, const char *role, struct tn_err *err)
{
	const char *dns[HOLDERS_MAX + 1] = { NULL };
	char dn[TN_DN_MAX + 32];
	const struct tn_modification changes[] = {
		{ TN_MODIFY_ADD, "member", dns },
		{ TN_MODIFY_ADD, "tenureRoleSuperior", dns },
	};
	size_t i;
	int r;

	for (i = 0; i < fill->count; i++)
		dns[i] = fill->persons[i]->account->dn;
	snprintf(dn, sizeof(dn), "cn=%s,ou=roles,%s", role,
	         fill->session.config->base);
	r = tn_modify(fill->session.connection, dn, changes, 2,
	              "(!(member=*))", err);
	if (r == TN_E_STALE || r == TN_E_DENIED)
		return tn_fail(err, TN_E_RULE,
		               "only root, on the directory server, fills a "
		               "role, and only one that nobody holds; later "
		               "two people sign for it: tenure role grant");
	return r;
}

static int
journal(const struct command_run *run, struct fill *fill, struct tn_err *err)
{
	struct journal_list list;
	size_t i;
	int r;

	journal_list_init(&list);
	for (i = 0; i < fill->count; i++)
		journal_list_put(&list, fill->persons[i]->account->login,
		                 fill->persons[i]->account->staff_number);
	r = journal_change_list(run, &fill->session, &list, "the first holders",
	                        err);
	journal_list_done(&list);
	return r;
}

static void
tell(const struct command_run *run, const struct fill *fill,
     enum tn_role role)
{
	json_t *logins = json_array();
	json_t *root;
	size_t i;

	for (i = 0; i < fill->count; i++) {
		const char *login = fill->persons[i]->account->login;

		json_array_append_new(logins, json_string(login));
		if (!run->json)
			printf("%s holds %s, of the first level\n", login,
			       tn_role_text(role));
	}
	root =
	    json_pack("{s:s, s:o}", "role", tn_role_text(role), "first", logins);
	if (run->json) {
		json_dumpf(root, stdout, JSON_INDENT(1));
		putchar('\n');
	}
	json_decref(root);
}

int
role_fill(struct command_run *run)
{
	const struct command_option options[] = { { .name = NULL } };
	const char *names[HOLDERS_MAX + 2] = { NULL };
	struct fill fill = { .count = 0 };
	struct tn_err err = TN_ERR_INIT;
	enum tn_role role;
	size_t i;
	int status;
	int r;

	status = command_options(run, options, names, 2, HOLDERS_MAX + 1);
	if (status != COMMAND_GO_ON)
		return status;
	role = tn_role_parse(names[0]);
	if (role == TN_ROLE_NONE)
		return command_usage(run, "%.64s is no role: tenure role list",
		                     names[0]);
	if ((role == TN_ROLE_SYSTEM || role == TN_ROLE_SECURITY) && !names[2])
		return command_usage(run,
		                     "name two people at least: one alone "
		                     "could never be followed by another");
	(void)((r = session_open(run, &fill.session, &err)) ||
	       (r = find_all(&fill, names + 1, &err)) ||
	       (r = journal(run, &fill, &err)) ||
	       (r = write_all(&fill, tn_role_text(role), &err)));
	if (!r)
		tell(run, &fill, role);
	fflush(stdout);
	if (r == TN_E_NOT_FOUND && fill.session.connection)
		status = command_refuse(run, "%s", err.text);
	else
		status = r ? command_fail(run, &err) : EXIT_CLEAN;
	if (r)
		journal_outcome(run, &fill.session, status, err.text);
	for (i = 0; i < HOLDERS_MAX; i++)
		people_free(fill.people[i]);
	session_close(&fill.session);
	return status;
}

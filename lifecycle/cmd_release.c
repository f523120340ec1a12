/* tenure release: a suspension or a departure ends, by a second entry. */
#include "command.h"

#include <jansson.h>
#include <stdio.h>

#include "command_option.h"
#include "journal_person.h"
#include "journal_write.h"
#include "people_find.h"
#include "session.h"
#include "suspend.h"

static void
tell(const struct command_run *run, const struct people *people,
     const struct person *person, const struct tn_lock *lock)
{
	const struct tn_account *account = person->account;
	const char *after = tn_status_text(release_status(people, lock));
	json_t *root;

	if (!run->json) {
		printf("the %s lock of %s (%s) is released; the status is %s\n",
		       tn_lock_kind_text(lock->kind), account->login,
		       account->real_name, after);
		if (lock->kind == TN_LOCK_DEPARTURE)
			puts("groups and keys do not come back by themselves: "
			     "what the lock took\naway stands in it "
			     "(tenureLockMemory)");
		return;
	}
	root = json_pack("{s:s, s:s, s:s, s:s, s:s}", "login", account->login,
	                 "name", account->real_name, "lock", lock->name, "kind",
	                 tn_lock_kind_text(lock->kind), "status", after);
	json_dumpf(root, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(root);
}

int
cmd_release(struct command_run *run)
{
	const char *name = NULL;
	const char *reason = NULL;
	const char *lock_name = NULL;
	const struct command_option options[] = {
		{ .name = "--reason", .value = &reason },
		{ .name = "--lock", .value = &lock_name },
		{ .name = NULL },
	};
	struct session session = { .config = NULL };
	struct people *people = NULL;
	const struct person *person = NULL;
	const struct tn_lock *lock = NULL;
	struct tn_err err = TN_ERR_INIT;
	int status;
	int r;

	status = command_options(run, options, &name, 1, 1);
	if (status != COMMAND_GO_ON)
		return status;
	status = command_reason(run, reason);
	if (status != COMMAND_GO_ON)
		return status;
	(void)((r = session_open(run, &session, &err)) ||
	       (r = people_find(&session, name, &people, &person, &err)) ||
	       (r = release_choose(&session, people, person, lock_name, &lock,
	                           &err)) ||
	       (r = journal_change_person(run, &session, person, reason,
	                                  &err)) ||
	       (r = release(&session, people, person, lock, reason, &err)));
	if (!r)
		tell(run, people, person, lock);
	fflush(stdout);
	if (r == TN_E_NOT_FOUND && session.connection)
		status = command_refuse(run, "%s", err.text);
	else
		status = r ? command_fail(run, &err) : EXIT_CLEAN;
	if (r)
		journal_outcome(run, &session, status, err.text);
	people_free(people);
	session_close(&session);
	return status;
}

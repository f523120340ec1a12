/* tenure release: a suspension or a departure ends, by a second entry. */
#include "command.h"

#include <jansson.h>
#include <stdio.h>

#include "command_option.h"
#include "journal_person.h"
#include "person_verb.h"
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
	struct person_verb verb = PERSON_VERB_INIT;
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
	(void)((r = person_verb_begin(run, name, &verb, &err)) ||
	       (r = release_choose(&verb.session, verb.people, verb.person,
	                           lock_name, &lock, &err)) ||
	       (r = journal_change_person(run, &verb.session, verb.person,
	                                  reason, &err)) ||
	       (r = release(&verb.session, verb.people, verb.person, lock,
	                    reason, &err)));
	if (!r)
		tell(run, verb.people, verb.person, lock);
	return person_verb_end(run, &verb, r, &err);
}

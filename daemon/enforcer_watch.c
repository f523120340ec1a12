/*
 * What the directory says goes into the account table, which also hosts use;
 * whoever changed is looked at once the table is whole. It forgets no lock for
 * as long as this process lives: a server that lost one gets its attributes
 * back all the same.
 */
#include <config.h>

#include "enforcer.h"

#include <time.h>
#include "base/log.h"
#include "directory/watch.h"
#include "enforcer_plan.h"
#include "notify.h"
#include "server_rotation.h"

#define FILTER                                                    \
	"(|(objectClass=tenurePerson)(objectClass=tenureService)" \
	"(objectClass=posixGroup)(objectClass=tenureLock)"        \
	"(objectClass=tenureRelease)(objectClass=tenureRequest))"
#define STEP_MS  250
#define SWEEP_MS 5000
#define SIGNED_MS 5000
#define CASES_MS  60000
#define GRACE_MS  60000 /* slapd looks at every account for it */

struct watcher {
	struct tn_enforcer *enforcer;
	bool missing; /* present, but the table has it not: read whole */
};

static int
put_entry(struct tn_account_table *table, const struct tn_entry *entry,
          struct tn_err *err)
{
	struct tn_account account;
	struct tn_group *group = NULL;
	struct tn_lock lock;
	const char *name;
	int64_t created;
	int rc;

	switch (tn_entry_kind(entry)) {
	case TN_ENTRY_ACCOUNT:
		rc = tn_account_from_entry(entry, &account, err);
		return rc != TN_OK ? rc
		                   : tn_table_put_account(table, &account, err);
	case TN_ENTRY_GROUP:
		rc = tn_group_from_entry(entry, &group, err);
		if (rc == TN_OK)
			rc = tn_table_put_group(table, group, err);
		tn_group_free(group);
		return rc;
	case TN_ENTRY_LOCK:
		rc = tn_lock_from_entry(entry, &lock, err);
		return rc != TN_OK ? rc : tn_table_put_lock(table, &lock, err);
	case TN_ENTRY_RELEASE:
		name = tn_release_from_entry(entry, &created);
		return name == NULL
		           ? tn_fail(err, TN_E_INVALID, "names no lock")
		           : tn_table_put_release(table, name, created,
		                                  err);
	case TN_ENTRY_OTHER:
	default:
		return TN_OK;
	}
}

static int
handle(const struct tn_watch_event *event, void *arg, struct tn_err *err)
{
	static const struct tn_removal_brake none = { SIZE_MAX, 100, SIZE_MAX };
	struct watcher *watcher = arg;
	struct tn_enforcer *enforcer = watcher->enforcer;
	struct tn_account_table *table = &enforcer->table;
	struct tn_err own = TN_ERR_INIT;
	int rc;

	switch (event->kind) {
	case TN_WATCH_UPSERT:
		if (tn_entry_is(event->entry, "tenureRequest"))
			enforcer->next_signed = 0;
		if (tn_entry_has_value(event->entry, "tenureLockKind", "leak"))
			enforcer->next_cases = 0;
		rc = put_entry(table, event->entry, &own);
		if (rc == TN_E_NO_MEMORY)
			return tn_fail(err, rc, "the table");
		if (rc != TN_OK)
			tn_log_warning("%s: cannot be read: %s",
			               event->entry->dn, own.text);
		return TN_OK;
	case TN_WATCH_DELETE:
		tn_table_delete(table, &event->uuid);
		return TN_OK;
	case TN_WATCH_PRESENT:
		if (!tn_table_present(table, &event->uuid))
			watcher->missing = true;
		return TN_OK;
	case TN_WATCH_REFRESHED:
		if (watcher->missing)
			return tn_fail(err, TN_E_STALE,
			               "entries are present that we lost");
		(void)tn_table_refresh_end(table, event->complete, &none);
		if (!enforcer->is_refreshed)
			tn_log_info("the directory has been read: %u accounts",
			            table->count);
		enforcer->is_refreshed = true;
		return TN_OK;
	case TN_WATCH_COOKIE:
	default:
		return TN_OK;
	}
}

/* Members of a group that changed: somebody may have been put back into it. */
static int
look_at_group(struct tn_enforcer *enforcer, const struct tn_group *group,
              struct tn_err *err)
{
	const struct tn_table_account *at;
	int rc = TN_OK;
	size_t i;

	for (i = 0; rc == TN_OK && i < group->count; i++) {
		at = tn_table_by_login(&enforcer->table, group->members[i]);
		if (at != NULL && (at->locks & TN_LOCK_DEPARTURE) != 0)
			rc = tn_enforcer_apply(enforcer, at->account, at->locks,
			                       true, err);
	}
	return rc;
}

static int
look_at_changes(struct tn_enforcer *enforcer, struct tn_err *err)
{
	const struct tn_table_account *at;
	struct tn_table_group *group;
	int rc = TN_OK;

	while (rc == TN_OK &&
	       (at = tn_table_take_dirty_account(&enforcer->table)) != NULL)
		rc = tn_enforcer_apply(enforcer, at->account, at->locks, true,
		                       err);
	while (rc == TN_OK &&
	       (group = tn_table_take_dirty_group(&enforcer->table)) != NULL) {
		if (group->is_gone) {
			tn_table_forget_group(&enforcer->table, group);
			continue;
		}
		rc = look_at_group(enforcer, group->group, err);
		tn_table_told_group(&enforcer->table, group);
	}
	return rc;
}

/* Hours come without a change: everybody is looked at, in memory. */
static int
sweep(struct tn_enforcer *enforcer, struct tn_err *err)
{
	const struct tn_table_account *at;
	uint32_t position = 0;
	int rc = TN_OK;

	while (rc == TN_OK &&
	       (at = tn_table_next(&enforcer->table, &position)) != NULL)
		rc = tn_enforcer_apply(enforcer, at->account, at->locks, false,
		                       err);
	return rc;
}

static int
work(struct tn_enforcer *enforcer, struct tn_err *err)
{
	int64_t begin = tn_now_ms();
	int64_t spent;
	int rc = look_at_changes(enforcer, err);

	if (rc == TN_OK && begin >= enforcer->next_sweep) {
		enforcer->next_sweep = begin + SWEEP_MS;
		rc = sweep(enforcer, err);
	}
	begin = tn_now_ms();
	if (rc == TN_OK && enforcer->is_writer &&
	    begin >= enforcer->next_cases) {
		enforcer->next_cases = begin + CASES_MS;
		rc = tn_enforcer_cases(enforcer, err);
	}
	begin = tn_now_ms();
	if (rc == TN_OK && begin >= enforcer->next_requests) {
		rc = tn_enforcer_requests(enforcer, err);
		/* Who reports a leak waits for it: never busier with looking
		   than a twentieth of the time, and never away for long. */
		spent = tn_now_ms() - begin;
		enforcer->next_requests =
		    begin + 200 + (spent < 100 ? 20 * spent : 2000);
	}
	begin = tn_now_ms();
	if (rc == TN_OK && begin >= enforcer->next_grace) {
		enforcer->next_grace = begin + GRACE_MS;
		rc = tn_enforcer_grace(enforcer, err);
	}
	begin = tn_now_ms();
	if (rc == TN_OK && enforcer->is_writer &&
	    begin >= enforcer->next_signed) {
		/* The watch says when one changed; and hours come. */
		enforcer->next_signed = begin + SIGNED_MS;
		rc = tn_enforcer_signed(enforcer, err);
	}
	return rc;
}

int
tn_enforcer_watch(struct tn_enforcer *enforcer,
                  struct tn_connection *connection, struct tn_err *err)
{
	struct watcher watcher = { .enforcer = enforcer };
	struct tn_watch *watch = NULL;
	bool is_told = false;
	int rc;

	tn_table_refresh_begin(&enforcer->table);
	enforcer->next_sweep = 0;
	enforcer->next_requests = 0;
	enforcer->next_signed = 0;
	enforcer->next_grace = 0;
	enforcer->next_cases = 0;
	rc = tn_watch_open(connection, enforcer->config->base, FILTER, NULL,
	                   &watch, err);
	while (rc == TN_OK) {
		rc = tn_watch_step(watch, STEP_MS, handle, &watcher, err);
		if (rc != TN_OK || !enforcer->is_refreshed)
			continue;
		rc = work(enforcer, err);
		if (rc == TN_OK && !is_told) {
			tn_notify(enforcer->notify_socket,
			          "READY=1\nSTATUS=Locks are enforced");
			is_told = true;
		}
	}
	tn_watch_closep(&watch);
	return rc;
}

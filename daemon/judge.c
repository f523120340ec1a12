#include <config.h>

#include "judge.h"

#include <string.h>
#include <time.h>

#define USER_BUFFER 4096

/* The password was changed through this host and the watch has not brought
   that yet: judge as if it had. */
static void
apply_change(struct tn_account *account)
{
	account->password_reset = false;
	account->initial_deadline = TN_TIME_NONE;
	account->password_changed = (int64_t)time(NULL);
}

/* What NSS says of the name. */
static void
look_in_snapshot(struct tn_judged *judged, const struct tn_snapshot *snapshot,
                 const char *login)
{
	char buffer[USER_BUFFER];
	struct passwd pw;
	bool dead = true;

	if (login == NULL || snapshot == NULL ||
	    tn_snapshot_user_by_name(snapshot, login, &pw, buffer,
	                             sizeof(buffer), &dead) != TN_OK)
		return;
	judged->is_in_snapshot = true;
	judged->facts.was_served = !dead;
}

int
tn_judge(struct tn_net *net, const char *login, uint32_t uid, bool throttled,
         struct tn_judged *ret, struct tn_err *err)
{
	struct tn_judged judged = { .kept = TN_REFUSAL_NONE };
	const struct tn_snapshot *snapshot = NULL;
	const struct tn_table_account *at;
	struct tn_local_names local;
	int64_t newest;
	int rc = TN_OK;

	tn_catch_up_await(&net->catch_up, net->rotation);
	/* Before the lock: it may map a file. */
	if (tn_snapshot_take(net->setup->snapshot_directory, &snapshot) !=
	    TN_OK)
		snapshot = NULL;
	(void)pthread_rwlock_rdlock(&net->lock);
	/* Who does not know who is locked lets nobody in. */
	judged.is_refreshed = net->is_refreshed && !net->locks_lost;
	newest = net->table.newest_change;
	at = login != NULL ? tn_table_by_login(&net->table, login)
	                   : tn_table_by_uid(&net->table, uid);
	if (at != NULL)
		rc = tn_account_dup(at->account, &judged.account, err);
	if (judged.account != NULL) {
		const enum tn_refusal found = at->refusal;

		judged.facts.locks = at->locks;
		judged.facts.admitted =
		    tn_admission_has(&net->table.admission, judged.account);
		judged.changed_here = at->changed_here;
		judged.mark = (struct tn_password_mark){
			.changed = judged.account->password_changed,
			.reset = judged.account->password_reset,
		};
		if (judged.account->vanished) {
			/* Judged by row 3: its data are no longer ours to
			   check. */
			judged.facts.refusal = found;
		} else {
			local = tn_local_files_names(net->local);
			judged.facts.refusal =
			    tn_host_refusal(&net->rules, judged.account, found,
			                    &local, snapshot, &judged.kept);
		}
	}
	(void)pthread_rwlock_unlock(&net->lock);
	if (rc == TN_OK) {
		look_in_snapshot(&judged, snapshot,
		                 judged.account != NULL ? judged.account->login
		                                        : login);
		if (judged.account != NULL && judged.changed_here)
			apply_change(judged.account);
		judged.facts.account = judged.account;
		judged.facts.throttled = throttled;
		judged.facts.heard = atomic_load(&net->heard);
		judged.moment = tn_host_moment_of_two(
		    &net->rules, newest, atomic_load(&net->clock_ahead),
		    &judged.skew);
		*ret = judged;
	}
	if (snapshot != NULL)
		tn_snapshot_drop(snapshot);
	return rc;
}

void
tn_judged_done(struct tn_judged *judged)
{
	tn_account_free(judged->account);
	judged->account = NULL;
	judged->facts.account = NULL;
}

struct tn_verdict
tn_judged_verdict(const struct tn_net *net, const struct tn_judged *judged,
                  enum tn_way way)
{
	return tn_verdict(&judged->facts, &net->rules.policy, &judged->moment,
	                  way);
}

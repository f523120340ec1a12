#include <config.h>

#include "publish_judge.h"

#include "base/log.h"

static void
tell_refusal(const struct tn_published_account *at, enum tn_refusal refusal,
             enum tn_refusal kept)
{
	enum tn_refusal reason = kept != TN_REFUSAL_NONE ? kept : refusal;

	if (reason == (enum tn_refusal)at->entry->told)
		return;
	at->entry->told = (uint8_t)reason;
	if (reason == TN_REFUSAL_NONE)
		tn_log_info("%s: served again", at->view.account.dn);
	else
		tn_log_warning("%s: %s: %s", at->view.account.dn,
		               kept != TN_REFUSAL_NONE ? "kept as last served"
		                                       : "not served",
		               tn_refusal_words(reason));
}

/* Start and end alone make dead or alive; passwords come and go. */
static int64_t
next_of(const struct tn_publish_view *view, const struct tn_account *account)
{
	struct tn_account dates = *account;
	int64_t next;

	dates.key_only = true;
	dates.password_reset = false;
	dates.policy_locked = TN_TIME_NONE;
	next = tn_verdict_next(&dates, &view->rules->policy, view->moment,
	                       view->rules->utc_offset);
	return next != TN_TIME_NONE ? next : INT64_MAX;
}

enum tn_judged_record
tn_publish_judge(const struct tn_publish_view *view,
                 const struct tn_published_account *at, bool tell,
                 struct tn_snapshot_user *ret, int64_t *ret_next)
{
	const struct tn_account *account = &at->view.account;
	enum tn_refusal kept = TN_REFUSAL_NONE;
	struct tn_verdict verdict;
	struct tn_facts facts = {
		.account = account,
		.locks = at->entry->locks,
		.admitted = true,
		.heard = view->heard,
	};
	bool dead;

	facts.refusal = tn_host_refusal(view->rules, account,
	                                (enum tn_refusal)at->entry->found,
	                                view->local, view->previous, &kept);
	verdict = tn_verdict(&facts, &view->rules->policy, view->moment,
	                     TN_WAY_SESSION);
	if (tell)
		tell_refusal(at, facts.refusal, kept);
	*ret_next = next_of(view, account);
	if (verdict.row == TN_ROW_NOT_SERVED)
		return TN_RECORD_REFUSED;
	dead = tn_verdict_is_dead(&verdict);
	/* Who was shown once stays: files and sessions have that owner. */
	if (at->entry->hidden && !tn_host_was_shown(view->previous, account))
		return TN_RECORD_LEFT_OUT;
	/* The number is a local account's too: nobody can tell whose processes
	   those are, so nobody is called dead. */
	if (dead && kept == TN_REFUSAL_UID_LOCAL)
		return TN_RECORD_LEFT_OUT;
	*ret = (struct tn_snapshot_user){
		.name = account->login,
		.uid = account->uid,
		.gid = account->gid,
		.gecos = account->real_name,
		.home = account->home,
		.shell = tn_serve_shell(account, dead, view->local),
		.dead = dead,
	};
	return dead ? TN_RECORD_DEAD : TN_RECORD_LIVE;
}

bool
tn_publish_is_closed(const struct tn_publish_state *state,
                     const struct tn_publish_view *view, uint32_t uid)
{
	struct tn_published_account at;
	struct tn_facts facts;
	size_t position = 0;
	uint32_t number;

	while ((number = tn_published_uid(state, uid, &position)) !=
	       TN_NO_NUMBER) {
		tn_published_get(state, number, &at);
		facts = (struct tn_facts){ .account = &at.view.account,
			                   .locks = at.entry->locks };
		if (tn_facts_are_closed(&facts, view->moment))
			return true;
	}
	return false;
}

bool
tn_publish_may_stay(const struct tn_publish_view *view, const char *login,
                    uint32_t uid)
{
	return tn_login_is_valid(login) &&
	       tn_id_is_allowed(uid, view->rules->serve.min_uid) &&
	       !view->local->has_user_name(view->local->context, login) &&
	       !view->local->has_uid(view->local->context, uid);
}

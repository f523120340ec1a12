/*
 * EXPLAIN and STATUS: why can she not log in, and how is this daemon? JSON, as
 * tenured(8) describes it.
 */
#include <config.h>

#include <jansson.h>
#include <time.h>
#include "account/ssh_key.h"
#include "base/log.h"
#include "judge.h"
#include "request.h"


static json_t *
json_time(int64_t time)
{
	char text[TN_RFC3339_TEXT_MAX];

	if (time == TN_TIME_NONE)
		return json_null();
	tn_rfc3339_format(time, text);
	return json_string(text);
}

static json_t *
json_day(int32_t day)
{
	char text[TN_DAY_TEXT_MAX];

	if (day == TN_DAY_NONE)
		return json_null();
	tn_day_format(day, text);
	return json_string(text);
}

/* A directory's text may be anything: what is no UTF-8 is null. */
static void
set_text(json_t *object, const char *key, const char *text)
{
	json_t *value = text != NULL ? json_string(text) : NULL;

	(void)json_object_set_new(object, key,
	                          value != NULL ? value : json_null());
}

/* What this daemon knows of the directory and of what it published. */
static void
set_state(json_t *object, struct tn_net *net)
{
	int64_t heard = atomic_load(&net->heard);
	int64_t now = (int64_t)time(NULL);
	size_t place = atomic_load(&net->watch_place);

	(void)pthread_rwlock_rdlock(&net->lock);
	(void)json_object_set_new(object, "refreshed",
	                          json_boolean(net->is_refreshed));
	set_text(object, "cookie", net->cookie);
	(void)pthread_rwlock_unlock(&net->lock);
	(void)json_object_set_new(
	    object, "generation",
	    json_integer((json_int_t)atomic_load(&net->generation)));
	(void)json_object_set_new(object, "heard", json_time(heard));
	(void)json_object_set_new(
	    object, "heard_age",
	    heard == TN_TIME_NONE ? json_null() : json_integer(now - heard));
	(void)json_object_set_new(object, "connected",
	                          json_boolean(place != TN_NO_PLACE));
	set_text(object, "server",
	         place != TN_NO_PLACE ? net->config->servers[place] : NULL);
}

static json_t *
json_locks(unsigned int locks)
{
	static const enum tn_lock_kind kinds[] = { TN_LOCK_LEAK,
		                                   TN_LOCK_DEPARTURE,
		                                   TN_LOCK_SUSPENSION };
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((locks & (unsigned int)kinds[i]) != 0)
			(void)json_array_append_new(
			    array, json_string(tn_lock_kind_text(kinds[i])));
	return array;
}

static json_t *
json_verdict(const struct tn_verdict *verdict)
{
	json_t *object = json_object();

	set_text(object, "decision", tn_decision_words(verdict->decision));
	set_text(object, "row", tn_row_number(verdict->row));
	set_text(object, "words", tn_row_words(verdict->row));
	set_text(object, "article", tn_row_article(verdict->row));
	return object;
}

/* How many keys the directory has, and whether sshd is given them so that
   nothing runs: what the snapshot calls dead. */
static void
set_keys(json_t *object, const struct tn_net *net,
         const struct tn_judged *judged)
{
	struct tn_verdict verdict =
	    tn_judged_verdict(net, judged, TN_WAY_SESSION);
	const char *at = judged->account->keys;
	size_t count = 0;
	size_t len;

	while (tn_ssh_keys_next(&at, &len) != NULL)
		count++;
	(void)json_object_set_new(object, "keys",
	                          json_integer((json_int_t)count));
	(void)json_object_set_new(
	    object, "keys_withheld",
	    json_boolean(count > 0 && tn_verdict_is_dead(&verdict)));
}

static void
set_account(json_t *object, const struct tn_net *net,
            const struct tn_judged *judged)
{
	const struct tn_account *account = judged->account;
	json_t *verdicts = json_object();
	struct tn_verdict verdict;
	unsigned int way;

	set_text(object, "name", account->login);
	(void)json_object_set_new(object, "uid", json_integer(account->uid));
	(void)json_object_set_new(object, "gid", json_integer(account->gid));
	set_text(object, "dn", account->dn);
	set_text(object, "kind",
	         account->kind == TN_KIND_SERVICE ? "service" : "person");
	set_text(object, "real_name", account->real_name);
	set_text(object, "staff_number", account->staff_number);
	set_text(object, "status", tn_status_text(account->status));
	set_keys(object, net, judged);
	(void)json_object_set_new(object, "vanished",
	                          json_boolean(account->vanished));
	(void)json_object_set_new(object, "start",
	                          json_day(account->start_day));
	(void)json_object_set_new(object, "end", json_day(account->end_day));
	(void)json_object_set_new(object, "locks",
	                          json_locks(judged->facts.locks));
	(void)json_object_set_new(object, "admitted",
	                          json_boolean(judged->facts.admitted));
	set_text(object, "refusal",
	         judged->facts.refusal != TN_REFUSAL_NONE
	             ? tn_refusal_words(judged->facts.refusal)
	             : NULL);
	set_text(object, "kept_although",
	         judged->kept != TN_REFUSAL_NONE
	             ? tn_refusal_words(judged->kept)
	             : NULL);
	(void)json_object_set_new(object, "password_changed",
	                          json_time(account->password_changed));
	(void)json_object_set_new(object, "password_reset",
	                          json_boolean(account->password_reset));
	for (way = 0; way < TN_WAY_COUNT; way++) {
		verdict = tn_judged_verdict(net, judged, (enum tn_way)way);
		if (way == TN_WAY_PASSWORD)
			(void)json_object_set_new(
			    object, "password_expires",
			    json_time(verdict.password_expires));
		(void)json_object_set_new(verdicts,
		                          tn_way_words((enum tn_way)way),
		                          json_verdict(&verdict));
	}
	(void)json_object_set_new(object, "verdicts", verdicts);
	if (judged->skew != 0)
		(void)json_object_set_new(object, "clock_behind",
		                          json_integer(judged->skew));
}

/* Which file NSS answers from, and what state of the directory that is. */
static void
set_snapshot(json_t *object, const struct tn_net *net, const char *login)
{
	const struct tn_snapshot *snapshot = NULL;
	struct tn_snapshot_info info;
	bool in_overlay = false;
	bool is_found;
	json_t *said;

	if (tn_snapshot_take(net->setup->snapshot_directory, &snapshot) !=
	    TN_OK) {
		(void)json_object_set_new(object, "snapshot", json_null());
		return;
	}
	(void)tn_snapshot_info(snapshot, &info);
	is_found = login != NULL &&
	           tn_snapshot_where(snapshot, login, &in_overlay) == TN_OK;
	said = json_object();
	set_text(said, "from",
	         !is_found    ? NULL
	         : in_overlay ? "overlay"
	                      : "base");
	(void)json_object_set_new(said, "generation",
	                          json_integer((json_int_t)info.generation));
	(void)json_object_set_new(
	    said, "base_generation",
	    json_integer((json_int_t)info.base_generation));
	(void)json_object_set_new(said, "published", json_time(info.published));
	(void)json_object_set_new(
	    said, "age", json_integer((json_int_t)time(NULL) - info.published));
	set_text(said, "cookie", info.cookie);
	(void)json_object_set_new(object, "snapshot", said);
	tn_snapshot_drop(snapshot);
}

/* The answer carries at most a datagram: JSON that is longer is no answer. */
static void
finish(json_t *object, struct tn_answer *answer)
{
	answer->json = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	answer->result =
	    answer->json != NULL ? TN_RESULT_OK : TN_RESULT_UNAVAILABLE;
}

void
tn_answer_explain(struct tn_net *net, const struct tn_request *request,
                  struct tn_answer *answer)
{
	const char *login = request->user[0] != '\0' ? request->user : NULL;
	struct tn_judged judged = { 0 };
	struct tn_err err = TN_ERR_INIT;
	json_t *object;

	answer->result = TN_RESULT_UNAVAILABLE;
	if (tn_judge(net, login, request->uid, false, &judged, &err) != TN_OK) {
		tn_log_err("an account", &err);
		return;
	}
	object = json_object();
	set_state(object, net);
	(void)json_object_set_new(object, "known",
	                          json_boolean(judged.account != NULL));
	(void)json_object_set_new(object, "in_snapshot",
	                          json_boolean(judged.is_in_snapshot));
	set_snapshot(object, net,
	             judged.account != NULL ? judged.account->login : login);
	if (judged.account != NULL)
		set_account(object, net, &judged);
	else
		set_text(object, "name", login);
	finish(object, answer);
	tn_judged_done(&judged);
}

void
tn_answer_status(struct tn_net *net, const struct tn_request *request,
                 struct tn_answer *answer)
{
	json_t *object = json_object();

	(void)request;
	set_state(object, net);
	(void)pthread_rwlock_rdlock(&net->lock);
	(void)json_object_set_new(
	    object, "accounts",
	    json_integer((json_int_t)net->table.count));
	(void)json_object_set_new(
	    object, "groups",
	    json_integer((json_int_t)HASH_COUNT(net->table.groups)));
	(void)json_object_set_new(object, "brake_held",
	                          json_boolean(net->brake_held));
	(void)json_object_set_new(object, "locks_lost",
	                          json_boolean(net->locks_lost));
	(void)pthread_rwlock_unlock(&net->lock);
	(void)json_object_set_new(
	    object, "requests",
	    json_integer((json_int_t)atomic_load(&net->requests)));
	finish(object, answer);
}

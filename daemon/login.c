#include <config.h>

#include "login.h"

#include <stdio.h>
#include "base/log.h"
#include "person_text.h"
#include "prepared.h"
#include "wire/service_way.h"

void
tn_login_hold(struct tn_net *net, const struct tn_request *request,
              struct tn_answer *answer)
{
	answer->not_before =
	    tn_answer_time_due(&net->refusal_time, request->came);
}

void
tn_login_bind_refused(struct tn_net *net, const struct tn_request *request,
                      const struct tn_judged *judged,
                      const struct tn_bind_result *bound,
                      struct tn_answer *answer)
{
	const char *login = judged->account->login;

	*answer = (struct tn_answer){ .result = TN_RESULT_DENIED,
		                      .decision = TN_DENY,
		                      .expires = TN_TIME_NONE };
	if (bound->expired) {
		answer->row = TN_ROW_OVERDUE;
		/* Only who has the right password learns it. */
		tn_tell(net, TN_WORDS_OUT_OF_GRACE, answer);
		tn_tell_in_language(judged, answer);
		tn_log_info("%s: password expired, out of grace", login);
		return;
	}
	tn_answer_time_learn(&net->refusal_time, tn_now_ms() - request->came);
	answer->result = TN_RESULT_WRONG_PASSWORD;
	tn_tell_refused(net, answer);
	tn_login_hold(net, request, answer);
	tn_log_info("%s: wrong password for %s from %s", login,
	            request->service, tn_request_source(request));
}

/* Who runs sudo is that person, unless it is set up to ask for another's
   password; anybody else, su's caller too, gets the sentence that a wrong
   password gets, and no earlier. */
static bool
is_told_why(const struct tn_request *request)
{
	return request->is_self && tn_service_asks_self(request->service);
}

bool
tn_login_is_refused(struct tn_net *net, const struct tn_request *request,
                    const struct tn_judged *judged, enum tn_way way,
                    struct tn_answer *answer)
{
	struct tn_verdict verdict;

	if (!judged->is_refreshed) {
		answer->result = TN_RESULT_UNAVAILABLE;
		return true;
	}
	if (judged->facts.throttled) {
		answer->result = TN_RESULT_THROTTLED;
		answer->row = TN_ROW_THROTTLED;
		tn_log_info("%s: %s throttled from %s", request->user,
		            request->service, tn_request_source(request));
		/* Only who has an account is throttled: whoever guesses must
		   not learn from it that there is one. */
		if (is_told_why(request)) {
			tn_tell(net, TN_WORDS_THROTTLED, answer);
			tn_tell_in_language(judged, answer);
		} else {
			tn_tell_refused(net, answer);
		}
		tn_login_hold(net, request, answer);
		return true;
	}
	verdict = tn_judged_verdict(net, judged, way);
	answer->decision = verdict.decision;
	answer->row = verdict.row;
	answer->expires = verdict.password_expires;
	if (verdict.decision != TN_DENY)
		return false;
	answer->result = judged->account == NULL && !judged->is_in_snapshot
	                     ? TN_RESULT_UNKNOWN_USER
	                     : TN_RESULT_DENIED;
	if (judged->account != NULL)
		tn_log_info("%s: %s refused from %s: row %s, %s",
		            judged->account->login, request->service,
		            tn_request_source(request),
		            tn_row_number(verdict.row),
		            tn_row_words(verdict.row));
	tn_tell_verdict(net, judged, &verdict,
	                judged->account != NULL && is_told_why(request)
	                    ? way
	                    : TN_WAY_PASSWORD,
	                answer);
	tn_login_hold(net, request, answer);
	return true;
}

static void
bind_accepted(const struct tn_request *request, const struct tn_judged *judged,
              const struct tn_bind_result *bound, struct tn_answer *answer)
{
	answer->result = TN_RESULT_OK;
	/* The server may know of a reset before the watch does. */
	if ((bound->must_change && !judged->changed_here) ||
	    bound->grace_used) {
		if (answer->decision != TN_CHANGE)
			answer->row = bound->must_change ? TN_ROW_MUST_CHANGE
			                                 : TN_ROW_OVERDUE;
		answer->decision = TN_CHANGE;
	}
	answer->has_login_uid = true;
	answer->login_uid = judged->account->uid;
	tn_log_info("%s: password accepted for %s from %s: %s",
	            judged->account->login, request->service,
	            tn_request_source(request),
	            tn_decision_words(answer->decision));
}

/*
 * Who may not in is told so from memory; but a password of who may needs the
 * directory. While that is silent everybody has to wait for it, and hear the
 * same: so nobody is asked for, in the same way. False: the directory answers.
 */
static bool
hides_in_outage(struct tn_net *net, const struct tn_request *request,
                const struct tn_secret *password)
{
	struct tn_connection *connection = NULL;
	struct tn_err err = TN_ERR_INIT;
	struct tn_bind_result bound;
	char nobody[TN_DN_MAX];
	int rc;

	if (!tn_net_is_silent(net))
		return false;
	(void)snprintf(nobody, sizeof(nobody), "cn=nobody,%s",
	               net->config->base);
	rc = tn_login_bind(net, nobody, password, false,
	                   request->came + TN_LOGIN_MS, &connection, &bound,
	                   &err);
	tn_connection_closep(&connection);
	return rc != TN_OK;
}

static void
set_unavailable(struct tn_answer *answer)
{
	*answer = (struct tn_answer){ .result = TN_RESULT_UNAVAILABLE,
		                      .expires = TN_TIME_NONE };
}

/* A change follows VERIFY always, and AUTHENTICATE where one is due. */
static bool
is_before_change(const struct tn_request *request,
                 const struct tn_answer *answer)
{
	return request->what == TN_WIRE_VERIFY || answer->decision == TN_CHANGE;
}

/* Where a change follows and one server alone takes it, that one is asked, and
   the others where it is out of reach. ret_takes_changes: who was asked does. */
static int
bind_at_best(struct tn_net *net, const struct tn_request *request,
             const struct tn_judged *judged, const struct tn_secret *password,
             bool to_write, struct tn_connection **ret,
             struct tn_bind_result *ret_bound, bool *ret_takes_changes,
             struct tn_err *err)
{
	const bool has_writer = net->config->writer[0] != '\0';
	const int64_t deadline = request->came + TN_LOGIN_MS;
	const char *dn = judged->account->dn;
	int rc;

	*ret_takes_changes = true;
	if (has_writer && to_write) {
		rc = tn_login_bind(net, dn, password, true, deadline, ret,
		                   ret_bound, err);
		if (rc != TN_E_UNREACHABLE)
			return rc;
	}
	*ret_takes_changes = !has_writer;
	return tn_login_bind(net, dn, password, false, deadline, ret, ret_bound,
	                     err);
}

/* AUTHENTICATE and VERIFY differ in nothing else. */
static void
check_password(struct tn_net *net, const struct tn_request *request,
               enum tn_way way, struct tn_answer *answer)
{
	struct tn_connection *connection = NULL;
	struct tn_judged judged = { 0 };
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *password = NULL;
	struct tn_bind_result bound;
	bool takes_changes = false;
	bool is_bound = false;
	bool is_heard;
	int rc;

	answer->result = TN_RESULT_UNAVAILABLE;
	is_heard = tn_login_begin(net, request);
	if (tn_judge(net, request->user, 0, !is_heard, &judged, &err) != TN_OK)
		goto out;
	rc = tn_secret_new(request->password, request->password_len, &password,
	                   &err);
	if (tn_login_is_refused(net, request, &judged, way, answer)) {
		/* Who runs sudo knows who that is. */
		if (answer->not_before != 0 && !is_told_why(request) &&
		    (rc != TN_OK || hides_in_outage(net, request, password)))
			set_unavailable(answer);
		goto out;
	}
	if (rc == TN_OK)
		rc = bind_at_best(net, request, &judged, password,
		                  is_before_change(request, answer),
		                  &connection, &bound, &takes_changes, &err);
	if (rc != TN_OK) {
		tn_log_warning("%s: no password can be checked: %s",
		               judged.account->login, err.text);
		set_unavailable(answer);
		goto out;
	}
	is_bound = true;
	if (bound.accepted)
		bind_accepted(request, &judged, &bound, answer);
	else
		tn_login_bind_refused(net, request, &judged, &bound, answer);
	if (bound.accepted && takes_changes &&
	    is_before_change(request, answer))
		tn_login_hold_connection(net, request, &connection, answer);
out:
	if (is_heard)
		tn_login_end(net, request, is_bound ? &bound : NULL);
	tn_prepared_closep(net->prepared, &connection);
	tn_secret_freep(&password);
	tn_judged_done(&judged);
}

void
tn_answer_authenticate(struct tn_net *net, const struct tn_request *request,
                       struct tn_answer *answer)
{
	check_password(net, request,
	               tn_service_way(request->service, TN_WAY_PASSWORD),
	               answer);
}

void
tn_answer_verify(struct tn_net *net, const struct tn_request *request,
                 struct tn_answer *answer)
{
	check_password(net, request, TN_WAY_PASSWORD, answer);
}

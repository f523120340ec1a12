/*
 * CHANGE: the old password opens a connection, the new one is checked, and the
 * change is made over that connection. Rule: UM-13.2, UM-13.3.
 */
#include <config.h>

#include "login.h"
#include "base/log.h"
#include "password_check.h"
#include "person_text.h"

struct check {
	const struct tn_net *net;
	const struct tn_account *account;
	const struct tn_secret *new_password;
	const char *old; /* while use_old runs */
	enum tn_password_fault fault;
};

static int
use_new(const char *data, size_t len, void *arg)
{
	struct check *check = arg;

	(void)len;
	check->fault = tn_new_password_check(data, check->old, check->account,
	                                     check->net->config);
	return TN_OK;
}

static int
use_old(const char *data, size_t len, void *arg)
{
	struct check *check = arg;
	int rc;

	(void)len;
	check->old = data;
	rc = tn_secret_use(check->new_password, use_new, check);
	check->old = NULL;
	return rc;
}

static void
done(struct tn_net *net, const struct tn_request *request,
     const struct tn_judged *judged, struct tn_answer *answer)
{
	const struct tn_account *account = judged->account;

	(void)pthread_rwlock_wrlock(&net->lock);
	tn_table_changed_here(&net->table, &account->uuid, &judged->mark);
	(void)pthread_rwlock_unlock(&net->lock);
	*answer = (struct tn_answer){ .result = TN_RESULT_OK,
		                      .decision = TN_ALLOW,
		                      .row = TN_ROW_OTHERWISE,
		                      .expires = TN_TIME_NONE,
		                      .has_login_uid = true,
		                      .login_uid = account->uid };
	tn_log_info("%s: password changed through %s", account->login,
	            request->service);
}

static void
refused_by_server(struct tn_net *net, enum tn_passwd_result result,
                  const char *words, struct tn_answer *answer)
{
	enum tn_password_fault fault = TN_PASSWORD_GOOD;

	switch (result) {
	case TN_PASSWD_TOO_SHORT:
		tn_tell_fault(net, TN_PASSWORD_TOO_SHORT, answer);
		break;
	case TN_PASSWD_HISTORY:
		tn_tell_fault(net, TN_PASSWORD_HISTORY, answer);
		break;
	case TN_PASSWD_QUALITY:
		tn_log_info("the directory refuses a new password: %s", words);
		/* What this host may not know (birthday, telephone), slapd's
		   module does. */
		fault = tn_password_fault_of_words(words);
		if (fault != TN_PASSWORD_GOOD) {
			tn_tell_fault(net, fault, answer);
			break;
		}
		tn_tell(net, TN_WORDS_NEW_DIRECTORY, answer);
		break;
	case TN_PASSWD_TOO_YOUNG:
		tn_tell(net, TN_WORDS_NEW_TOO_SOON, answer);
		break;
	case TN_PASSWD_OLD_WRONG:
		answer->result = TN_RESULT_WRONG_PASSWORD;
		tn_tell_refused(net, answer);
		return;
	case TN_PASSWD_FORBIDDEN:
	case TN_PASSWD_DONE:
	default:
		answer->result = TN_RESULT_DENIED;
		tn_log_warning("the directory forbids a change: %s", words);
		tn_tell_refused(net, answer);
		return;
	}
	answer->result = TN_RESULT_REFUSED_NEW;
}

/* The old password has opened the connection. */
static void
change(struct tn_net *net, const struct tn_request *request,
       const struct tn_judged *judged, struct tn_connection *connection,
       const struct tn_secret *old, const struct tn_secret *new_password,
       int64_t deadline, struct tn_answer *answer)
{
	const struct tn_account *account = judged->account;
	struct check check = {
		.net = net,
		.account = account,
		.new_password = new_password,
		.fault = TN_PASSWORD_DICTIONARY,
	};
	enum tn_passwd_result result = TN_PASSWD_FORBIDDEN;
	struct tn_err err = TN_ERR_INIT;
	int rc;

	(void)tn_secret_use(old, use_old, &check);
	if (check.fault != TN_PASSWORD_GOOD) {
		answer->result = TN_RESULT_REFUSED_NEW;
		tn_tell_fault(net, check.fault, answer);
		return;
	}
	rc = tn_password_modify(connection, NULL, old, new_password, &result,
	                        &err);
	if (rc != TN_OK) {
		/* Nobody knows whether it was made: find out before anyone is
		   told. */
		tn_log_warning("%s: a password change was not answered: %s",
		               account->login, err.text);
		rc = tn_password_settle(net, account->dn, old, new_password,
		                        deadline, &result, &err);
	}
	if (rc == TN_OK && result == TN_PASSWD_DONE) {
		done(net, request, judged, answer);
		return;
	}
	if (rc == TN_OK) {
		refused_by_server(net, result, err.text, answer);
		return;
	}
	tn_log_warning("%s: nobody knows which password holds: %s",
	               account->login, err.text);
	answer->result = TN_RESULT_UNAVAILABLE;
	tn_tell(net, TN_WORDS_UNCERTAIN, answer);
}

void
tn_answer_change(struct tn_net *net, const struct tn_request *request,
                 struct tn_answer *answer)
{
	int64_t deadline = request->came + TN_CHANGE_MS;
	struct tn_connection *connection = NULL;
	struct tn_secret *new_password = NULL;
	struct tn_judged judged = { 0 };
	struct tn_err err = TN_ERR_INIT;
	struct tn_secret *old = NULL;
	struct tn_bind_result bound;
	bool is_bound = false;
	bool is_counted;
	int rc;

	answer->result = TN_RESULT_UNAVAILABLE;
	connection = tn_login_held(net, request);
	/* What has opened a connection is no guess. */
	is_counted = connection == NULL && tn_login_begin(net, request);
	rc = tn_judge(net, request->user, 0, connection == NULL && !is_counted,
	              &judged, &err);
	if (rc != TN_OK ||
	    tn_login_is_refused(net, request, &judged, TN_WAY_PASSWORD, answer))
		goto out;
	*answer = (struct tn_answer){ .result = TN_RESULT_UNAVAILABLE,
		                      .expires = TN_TIME_NONE };
	rc =
	    tn_secret_new(request->password, request->password_len, &old, &err);
	if (rc == TN_OK)
		rc = tn_secret_new(request->new_password,
		                   request->new_password_len, &new_password,
		                   &err);
	if (rc == TN_OK && connection == NULL) {
		rc = tn_login_bind(net, judged.account->dn, old, true,
		                   request->came + TN_LOGIN_MS, &connection,
		                   &bound, &err);
		is_bound = rc == TN_OK;
	}
	if (rc != TN_OK) {
		tn_log_warning("%s: no password can be changed: %s",
		               judged.account->login, err.text);
		goto out;
	}
	if (is_bound && !bound.accepted) {
		tn_login_bind_refused(net, request, &judged, &bound, answer);
		goto out;
	}
	change(net, request, &judged, connection, old, new_password, deadline,
	       answer);
	/* The old password was right: nobody learns from it who has one. */
	tn_tell_in_language(&judged, answer);
	if (answer->result == TN_RESULT_REFUSED_NEW)
		tn_login_hold_connection(net, request, &connection, answer);
out:
	if (is_counted)
		tn_login_end(net, request, is_bound ? &bound : NULL);
	tn_connection_closep(&connection);
	tn_secret_freep(&old);
	tn_secret_freep(&new_password);
	tn_judged_done(&judged);
}

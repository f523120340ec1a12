/*
 * KEYS: a person's own SSH keys, told, added or taken away over a connection
 * that the password opened: a key alone never brings another key. UM-13.1,
 * DESIGN section 4.
 */
#include <config.h>

#include <jansson.h>
#include <string.h>
#include "account/ssh_key.h"
#include "base/log.h"
#include "directory/search.h"
#include "directory/write.h"
#include "login.h"
#include "person_text.h"

static int
take_keys(const struct tn_entry *entry, void *arg, struct tn_err *err)
{
	json_t *list = arg;
	const struct tn_value *values;
	size_t count;
	size_t i;

	(void)err;
	values = tn_entry_values(entry, "tenureSshPublicKey", &count);
	for (i = 0; i < count; i++)
		(void)json_array_append_new(
		    list, json_stringn(values[i].data, values[i].len));
	return TN_OK;
}

/* What there is now, as the server tells who asks. */
static int
tell_keys(struct tn_connection *connection, const struct tn_account *account,
          struct tn_answer *answer, struct tn_err *err)
{
	static const char *const wanted[] = { "tenureSshPublicKey", NULL };
	json_t *list = json_array();
	int rc;

	rc = tn_search(connection, account->dn, TN_SCOPE_BASE,
	               "(objectClass=*)", wanted, take_keys, list, err);
	if (rc == TN_OK) {
		answer->json = json_dumps(list, JSON_COMPACT);
		answer->result = answer->json != NULL ? TN_RESULT_OK
		                                      : TN_RESULT_UNAVAILABLE;
	}
	json_decref(list);
	return rc;
}

static void
refuse(const struct tn_net *net, enum tn_words words, struct tn_answer *answer)
{
	answer->result = TN_RESULT_REFUSED_NEW;
	tn_tell(net, words, answer);
}

/* The key that is to be added is looked at before anybody is asked. */
static bool
is_good(const struct tn_net *net, const struct tn_request *request,
        struct tn_answer *answer)
{
	enum tn_ssh_key_fault fault =
	    tn_ssh_key_check(request->key, request->key_len);

	if (fault == TN_SSH_KEY_GOOD)
		return true;
	answer->result = TN_RESULT_REFUSED_NEW;
	tn_tell_key_fault(net, fault, answer);
	return false;
}

/* One value of the own entry. False when the answer is complete. */
static bool
change(struct tn_net *net, const struct tn_request *request,
       const struct tn_account *account, struct tn_connection *connection,
       struct tn_answer *answer)
{
	const bool is_add = request->key_verb == TN_KEY_ADD;
	char key[TN_SSH_KEY_MAX + 1];
	const char *const values[] = { key, NULL };
	const struct tn_modification one = { is_add ? TN_MODIFY_ADD
		                                    : TN_MODIFY_DELETE,
		                             "tenureSshPublicKey", values };
	struct tn_err err = TN_ERR_INIT;
	int rc;

	memcpy(key, request->key, request->key_len);
	key[request->key_len] = '\0';
	rc = tn_modify(connection, account->dn, &one, 1, NULL, &err);
	switch (rc) {
	case TN_OK:
		/* As much of it as shows which, and nobody needs more. */
		tn_log_info("%s: key %s: ...%.12s", account->login,
		            is_add ? "added" : "taken away",
		            key + request->key_len -
		                (request->key_len < 12 ? request->key_len
		                                       : 12));
		tn_throttle_failed(net->key_changes, account->login, "keys",
		                   tn_now_ms() / 1000);
		return true;
	case TN_E_EXISTS:
		refuse(net, TN_WORDS_KEY_TAKEN, answer);
		return false;
	case TN_E_NOT_FOUND:
		refuse(net, TN_WORDS_KEY_NONE, answer);
		return false;
	case TN_E_RULE:
		refuse(net, TN_WORDS_KEY_RULE, answer);
		break;
	case TN_E_DENIED:
		answer->result = TN_RESULT_DENIED;
		tn_tell_refused(net, answer);
		break;
	default:
		break;
	}
	tn_log_warning("%s: a key was not changed: %s", account->login,
	               err.text);
	return false;
}

/* The password has opened the connection. */
static void
answer_over(struct tn_net *net, const struct tn_request *request,
            const struct tn_account *account, struct tn_connection *connection,
            struct tn_answer *answer)
{
	struct tn_err err = TN_ERR_INIT;

	if (request->key_verb != TN_KEY_LIST &&
	    !change(net, request, account, connection, answer))
		return;
	if (tell_keys(connection, account, answer, &err) != TN_OK)
		tn_log_warning("%s: keys are not told: %s", account->login,
		               err.text);
}

/* More than anybody has a use for: each one goes to every host. */
static bool
is_too_often(const struct tn_net *net, const struct tn_request *request)
{
	return request->key_verb != TN_KEY_LIST &&
	       tn_throttle_is_on(net->key_changes, request->user, "keys",
	                         tn_now_ms() / 1000);
}

void
tn_answer_keys(struct tn_net *net, const struct tn_request *request,
               struct tn_answer *answer)
{
	struct tn_connection *connection = NULL;
	struct tn_secret *password = NULL;
	struct tn_judged judged = { 0 };
	struct tn_err err = TN_ERR_INIT;
	struct tn_bind_result bound;
	bool is_bound = false;
	bool is_heard;
	int rc;

	if (request->key_verb == TN_KEY_ADD && !is_good(net, request, answer))
		return;
	answer->result = TN_RESULT_UNAVAILABLE;
	is_heard = tn_login_begin(net, request);
	rc = tn_judge(net, request->user, 0, !is_heard, &judged, &err);
	if (rc != TN_OK ||
	    tn_login_is_refused(net, request, &judged, TN_WAY_PASSWORD, answer))
		goto out;
	*answer = (struct tn_answer){ .result = TN_RESULT_UNAVAILABLE,
		                      .expires = TN_TIME_NONE };
	if (is_too_often(net, request)) {
		refuse(net, TN_WORDS_KEY_TOO_OFTEN, answer);
		answer->result = TN_RESULT_THROTTLED;
		goto out;
	}
	rc = tn_secret_new(request->password, request->password_len, &password,
	                   &err);
	if (rc == TN_OK)
		rc = tn_login_bind(net, judged.account->dn, password, true,
		                   request->came + TN_LOGIN_MS, &connection,
		                   &bound, &err);
	if (rc != TN_OK) {
		tn_log_warning("%s: no password can be checked: %s",
		               judged.account->login, err.text);
		tn_tell(net, TN_WORDS_UNAVAILABLE, answer);
		goto out;
	}
	is_bound = true;
	if (!bound.accepted) {
		tn_login_bind_refused(net, request, &judged, &bound, answer);
		goto out;
	}
	if (bound.must_change || bound.grace_used)
		refuse(net, TN_WORDS_CHANGE_NOW, answer);
	else
		answer_over(net, request, judged.account, connection, answer);
	tn_tell_in_language(&judged, answer);
out:
	if (is_heard)
		tn_login_end(net, request, is_bound ? &bound : NULL);
	tn_connection_closep(&connection);
	tn_secret_freep(&password);
	tn_judged_done(&judged);
}

#include <config.h>

#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "account/ssh_key.h"
#include "base/log.h"

enum needs {
	NEEDS_USER = 1u << 0,
	NEEDS_PASSWORD = 1u << 1,
	NEEDS_NEW_PASSWORD = 1u << 2,
	NEEDS_SERVICE = 1u << 3,
	NEEDS_WAY = 1u << 4,
	NEEDS_ROOT = 1u << 5,   /* others may not even ask of themselves */
	NEEDS_NOBODY = 1u << 6, /* speaks of no person */
	NEEDS_WHOM = 1u << 7,   /* user or uid */
	NEEDS_KEY = 1u << 8,    /* what to do, and a key but to list */
};

static const struct kind {
	enum tn_wire_what what;
	unsigned int needs;
	tn_request_handler *answer;
} kinds[] = {
	{ TN_WIRE_AUTHENTICATE, NEEDS_USER | NEEDS_PASSWORD | NEEDS_SERVICE,
	  tn_answer_authenticate },
	{ TN_WIRE_ACCOUNT, NEEDS_USER | NEEDS_SERVICE | NEEDS_WAY,
	  tn_answer_account },
	{ TN_WIRE_VERIFY, NEEDS_USER | NEEDS_PASSWORD | NEEDS_SERVICE,
	  tn_answer_verify },
	{ TN_WIRE_CHANGE,
	  NEEDS_USER | NEEDS_PASSWORD | NEEDS_NEW_PASSWORD | NEEDS_SERVICE,
	  tn_answer_change },
	{ TN_WIRE_KEYS, NEEDS_USER | NEEDS_PASSWORD | NEEDS_SERVICE | NEEDS_KEY,
	  tn_answer_keys },
	{ TN_WIRE_SESSION, NEEDS_USER | NEEDS_SERVICE | NEEDS_ROOT,
	  tn_answer_session },
	{ TN_WIRE_EXPLAIN, NEEDS_WHOM, tn_answer_explain },
	{ TN_WIRE_STATUS, NEEDS_NOBODY, tn_answer_status },
	/* Of the peer, whoever that is. */
	{ TN_WIRE_LEAK, NEEDS_NOBODY, tn_answer_leak },
};

static const struct kind *
kind_of(enum tn_wire_what what)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].what == what)
			return &kinds[i];
	return NULL;
}

/* A text that may be missing: "" then. */
static bool
get_text(const struct tn_message *message, enum tn_wire_tag tag, char *ret,
         size_t size)
{
	int rc = tn_message_text(message, tag, ret, size);

	if (rc == TN_E_NOT_FOUND)
		ret[0] = '\0';
	return rc == TN_OK || rc == TN_E_NOT_FOUND;
}

static bool
has_needs(const struct tn_request *request, unsigned int needs)
{
	return ((needs & NEEDS_USER) == 0 || request->user[0] != '\0') &&
	       ((needs & NEEDS_PASSWORD) == 0 || request->password_len > 0) &&
	       ((needs & NEEDS_NEW_PASSWORD) == 0 ||
	        request->new_password_len > 0) &&
	       ((needs & NEEDS_SERVICE) == 0 || request->service[0] != '\0') &&
	       ((needs & NEEDS_WAY) == 0 || request->has_way) &&
	       ((needs & NEEDS_WHOM) == 0 || request->user[0] != '\0' ||
	        request->has_uid) &&
	       ((needs & NEEDS_KEY) == 0 || request->key_verb == TN_KEY_LIST ||
	        (request->key_verb != 0 && request->key_len > 0 &&
	         request->key_len <= TN_SSH_KEY_MAX));
}

static void
set_source(struct tn_request *request)
{
	const uint32_t asker =
	    request->peer != 0 ? request->peer : request->caller;
	const char *source = request->service;

	/* A terminal is as many as somebody opens; whose it is stays. */
	if (asker != 0) {
		(void)snprintf(request->source, sizeof(request->source),
		               "uid:%u", asker);
		return;
	}
	if (request->rhost[0] != '\0')
		source = request->rhost;
	else if (request->tty[0] != '\0')
		source = request->tty;
	memcpy(request->source, source, strlen(source) + 1);
}

int
tn_request_read(const void *data, size_t len, uint32_t peer,
                struct tn_request *ret, struct tn_err *err)
{
	struct tn_request request = { .peer = peer };
	struct tn_message message;
	const struct kind *kind;
	uint32_t way = TN_WAY_COUNT;
	uint32_t verb = 0;
	int rc;

	rc = tn_message_parse(data, len, &message, err);
	if (rc != TN_OK)
		return rc;
	kind = kind_of(message.what);
	if (kind == NULL)
		return tn_fail(err, TN_E_PROTOCOL, "no such question: %d",
		               (int)message.what);
	request.what = message.what;
	if (!get_text(&message, TN_TAG_USER, request.user,
	              sizeof(request.user)) ||
	    !get_text(&message, TN_TAG_SERVICE, request.service,
	              sizeof(request.service)) ||
	    !get_text(&message, TN_TAG_RHOST, request.rhost,
	              sizeof(request.rhost)) ||
	    !get_text(&message, TN_TAG_TTY, request.tty, sizeof(request.tty)) ||
	    !get_text(&message, TN_TAG_CASE, request.case_name,
	              sizeof(request.case_name)) ||
	    !get_text(&message, TN_TAG_REASON, request.reason,
	              sizeof(request.reason)) ||
	    !get_text(&message, TN_TAG_TOKEN, request.token,
	              sizeof(request.token)))
		return tn_fail(err, TN_E_PROTOCOL, "a text is none");
	rc = tn_message_u32(&message, TN_TAG_WAY, &way);
	if (rc != TN_E_NOT_FOUND && (rc != TN_OK || way >= TN_WAY_SESSION))
		return tn_fail(err, TN_E_PROTOCOL, "no such way in");
	request.has_way = rc == TN_OK;
	request.way = request.has_way ? (enum tn_way)way : TN_WAY_KEY;
	rc = tn_message_u32(&message, TN_TAG_UID, &request.uid);
	if (rc != TN_OK && rc != TN_E_NOT_FOUND)
		return tn_fail(err, TN_E_PROTOCOL, "the uid is none");
	request.has_uid = rc == TN_OK;
	rc = tn_message_u32(&message, TN_TAG_CALLER, &request.caller);
	if (rc != TN_OK && rc != TN_E_NOT_FOUND)
		return tn_fail(err, TN_E_PROTOCOL, "the caller is none");
	request.password = message.field[TN_TAG_PASSWORD];
	request.password_len = message.len[TN_TAG_PASSWORD];
	request.new_password = message.field[TN_TAG_NEW_PASSWORD];
	request.new_password_len = message.len[TN_TAG_NEW_PASSWORD];
	rc = tn_message_u32(&message, TN_TAG_KEY_VERB, &verb);
	if (rc != TN_E_NOT_FOUND &&
	    (rc != TN_OK || verb < TN_KEY_LIST || verb > TN_KEY_REMOVE))
		return tn_fail(err, TN_E_PROTOCOL, "keys: no such verb");
	request.key_verb = (enum tn_key_verb)verb;
	request.key = (const char *)message.field[TN_TAG_KEY];
	request.key_len = message.len[TN_TAG_KEY];
	if (!has_needs(&request, kind->needs))
		return tn_fail(err, TN_E_PROTOCOL, "a field is missing");
	set_source(&request);
	*ret = request;
	return TN_OK;
}

static bool
is_uid_of(struct tn_net *net, const char *login, uint32_t uid)
{
	const struct tn_table_account *at;
	bool is_theirs;

	(void)pthread_rwlock_rdlock(&net->lock);
	at = tn_table_by_login(&net->table, login);
	is_theirs = at != NULL && !at->account->vanished &&
	            at->refusal == TN_REFUSAL_NONE && at->account->uid == uid;
	(void)pthread_rwlock_unlock(&net->lock);
	return is_theirs;
}

bool
tn_request_is_self(struct tn_net *net, const struct tn_request *request)
{
	const uint32_t asker =
	    request->peer != 0 ? request->peer : request->caller;

	return asker != 0 && is_uid_of(net, request->user, asker);
}

/* uid 0 may ask about anyone, others about themselves only. */
static bool
is_allowed(struct tn_net *net, const struct tn_request *request,
           unsigned int needs)
{
	if (request->peer == 0 || (needs & NEEDS_NOBODY) != 0)
		return true;
	if ((needs & NEEDS_ROOT) != 0)
		return false;
	if (request->user[0] == '\0')
		return request->uid == request->peer;
	return is_uid_of(net, request->user, request->peer);
}

static void
put_answer(const struct tn_answer *answer, struct tn_buf *ret)
{
	tn_message_start(ret, TN_WIRE_ANSWER);
	tn_message_put_u32(ret, TN_TAG_RESULT, (uint32_t)answer->result);
	tn_message_put_u32(ret, TN_TAG_DECISION, (uint32_t)answer->decision);
	tn_message_put_u32(ret, TN_TAG_ROW, (uint32_t)answer->row);
	if (answer->message[0] != '\0')
		tn_message_put_text(ret, TN_TAG_MESSAGE, answer->message);
	if (answer->message_local[0] != '\0')
		tn_message_put_text(ret, TN_TAG_MESSAGE_LOCAL,
		                    answer->message_local);
	if (answer->expires != TN_TIME_NONE)
		tn_message_put_u64(ret, TN_TAG_EXPIRES,
		                   (uint64_t)answer->expires);
	if (answer->has_login_uid)
		tn_message_put_u32(ret, TN_TAG_LOGIN_UID, answer->login_uid);
	if (answer->token[0] != '\0')
		tn_message_put_text(ret, TN_TAG_TOKEN, answer->token);
	tn_message_put_text(ret, TN_TAG_JSON, answer->json);
	(void)tn_message_finish(ret);
}

int64_t
tn_request_answer(struct tn_net *net, const void *data, size_t len,
                  uint32_t peer, int64_t came, struct tn_buf *ret)
{
	struct tn_answer answer = { .expires = TN_TIME_NONE };
	struct tn_err err = TN_ERR_INIT;
	struct tn_request request;
	const struct kind *kind = NULL;

	if (tn_request_read(data, len, peer, &request, &err) != TN_OK) {
		/* Whoever sends nonsense may do so often: no more than this. */
		tn_log_debug("uid %u: %s", peer, err.text);
		answer.result = TN_RESULT_BAD_REQUEST;
	} else {
		request.came = came;
		request.is_self = tn_request_is_self(net, &request);
		kind = kind_of(request.what);
		if (kind == NULL) /* it was there when it was read */
			answer.result = TN_RESULT_BAD_REQUEST;
		else if (is_allowed(net, &request, kind->needs))
			kind->answer(net, &request, &answer);
		else
			answer.result = TN_RESULT_NOT_ALLOWED;
	}
	put_answer(&answer, ret);
	free(answer.json);
	return answer.not_before;
}

bool
tn_request_asks_directory(const struct tn_request *request)
{
	return request->what == TN_WIRE_AUTHENTICATE ||
	       request->what == TN_WIRE_VERIFY ||
	       request->what == TN_WIRE_CHANGE ||
	       request->what == TN_WIRE_KEYS || request->what == TN_WIRE_LEAK;
}

const char *
tn_request_source(const struct tn_request *request)
{
	return request->source;
}

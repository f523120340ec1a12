#include <config.h>

#include "pam_ask.h"

#include <errno.h>
#include "base/buf.h"
#include "wire/client.h"
#include "wire/message.h"

static int
build(const struct tn_pam_question *question, struct tn_buf *request)
{
	tn_message_start(request, question->what);
	tn_message_put_text(request, TN_TAG_USER, question->user);
	tn_message_put_text(request, TN_TAG_PASSWORD, question->password);
	tn_message_put_text(request, TN_TAG_NEW_PASSWORD,
	                    question->new_password);
	tn_message_put_text(request, TN_TAG_SERVICE, question->service);
	tn_message_put_text(request, TN_TAG_RHOST, question->rhost);
	tn_message_put_text(request, TN_TAG_TTY, question->tty);
	tn_message_put_text(request, TN_TAG_TOKEN, question->token);
	if (question->caller != 0)
		tn_message_put_u32(request, TN_TAG_CALLER, question->caller);
	if (question->way >= 0)
		tn_message_put_u32(request, TN_TAG_WAY,
		                   (uint32_t)question->way);
	return tn_message_finish(request);
}

/* A number that may be missing, at most max. */
static int
read_number(const struct tn_message *message, enum tn_wire_tag tag,
            uint32_t max, uint32_t *ret)
{
	uint32_t number = 0;
	int r = tn_message_u32(message, tag, &number);

	if (r == TN_E_NOT_FOUND)
		return TN_OK;
	if (r != TN_OK)
		return r;
	if (number > max)
		return TN_E_PROTOCOL;
	*ret = number;
	return TN_OK;
}

/* A text that may be missing. */
static int
read_text(const struct tn_message *message, enum tn_wire_tag tag, char *ret,
          size_t size)
{
	int r = tn_message_text(message, tag, ret, size);

	return r == TN_E_NOT_FOUND ? TN_OK : r;
}

static int
read_answer(const struct tn_message *message, struct tn_pam_answer *ret)
{
	uint32_t result = UINT32_MAX;
	uint32_t decision = TN_DENY;
	uint32_t row = TN_ROW_NONE;
	int r;

	if ((r = read_number(message, TN_TAG_RESULT, TN_RESULT_BAD_REQUEST,
	                     &result)) != TN_OK ||
	    (r = read_number(message, TN_TAG_DECISION, TN_END, &decision)) !=
	        TN_OK ||
	    (r = read_number(message, TN_TAG_ROW, TN_ROW_OTHERWISE, &row)) !=
	        TN_OK ||
	    (r = read_text(message, TN_TAG_TOKEN, ret->token,
	                   sizeof(ret->token))) != TN_OK ||
	    (r = read_text(message, TN_TAG_MESSAGE, ret->message,
	                   sizeof(ret->message))) != TN_OK ||
	    (r = read_text(message, TN_TAG_MESSAGE_LOCAL, ret->message_local,
	                   sizeof(ret->message_local))) != TN_OK)
		return r;
	if (result == UINT32_MAX)
		return TN_E_PROTOCOL;
	ret->result = (enum tn_wire_result)result;
	ret->decision = (enum tn_decision)decision;
	ret->row = (enum tn_row)row;
	return TN_OK;
}

int
tn_pam_ask(const char *socket_path, int timeout_ms,
           const struct tn_pam_question *question, struct tn_pam_answer *ret,
           struct tn_err *err)
{
	struct tn_pam_answer answer = { .code = TN_E_BUG };
	struct tn_message message;
	struct tn_buf request;
	struct tn_buf reply;
	int saved = errno;
	int r;

	tn_buf_init(&request, TN_WIRE_MAX);
	tn_buf_init(&reply, TN_WIRE_MAX);
	r = build(question, &request);
	if (r != TN_OK) {
		tn_fail(err, r, "the request cannot be put together");
		goto out;
	}
	r = tn_ask(socket_path, &request, timeout_ms, &reply, &message, err);
	if (r != TN_OK)
		goto out;
	r = read_answer(&message, &answer);
	if (r != TN_OK) {
		answer = (struct tn_pam_answer){ .code = r };
		tn_fail(err, r, "tenured's answer makes no sense");
	}
out:
	answer.code = r;
	*ret = answer;
	tn_buf_done(&request);
	tn_buf_done(&reply);
	errno = saved;
	return r;
}

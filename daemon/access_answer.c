/* ACCOUNT and SESSION: the verdict for a way in, without a password. */
#include <config.h>

#include <time.h>
#include "base/log.h"
#include "judge.h"
#include "person_text.h"
#include "request.h"
#include "wire/service_way.h"

/* For the incident of a leak: publish keeps the last ones (login_log.h). What
   root's PAM says counts, and nobody waits for it. */
static void
note_login(const struct tn_net *net, const struct tn_request *request,
           const char *login, enum tn_way way)
{
	struct tn_buf buf;

	if (request->peer != 0)
		return;
	tn_buf_init(&buf, TN_WIRE_MAX);
	tn_message_start(&buf, TN_WIRE_LOGIN);
	tn_message_put_text(&buf, TN_TAG_USER, login);
	tn_message_put_text(&buf, TN_TAG_SERVICE, request->service);
	tn_message_put_u32(&buf, TN_TAG_WAY, (uint32_t)way);
	tn_message_put_text(&buf, TN_TAG_RHOST,
	                    request->rhost[0] != '\0' ? request->rhost
	                                              : request->tty);
	tn_message_put_u64(&buf, TN_TAG_HEARD, (uint64_t)time(NULL));
	if (tn_message_finish(&buf) == TN_OK &&
	    send(net->setup->publish, buf.data, buf.len,
	         MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		tn_log_debug("%s: a login was not written down", login);
	tn_buf_done(&buf);
}

/* Sets the answer from the verdict; false when there is none yet. */
static void
judge_access(struct tn_net *net, const struct tn_request *request,
             const struct tn_judged *judged, enum tn_way way,
             struct tn_answer *answer)
{
	struct tn_verdict verdict;

	if (!judged->is_refreshed) {
		answer->result = TN_RESULT_UNAVAILABLE;
		return;
	}
	if (judged->account == NULL) {
		/* PAM lets another module judge whom we do not know. A name
		   that NSS still shows for us is known: it is gone. */
		answer->result = judged->is_in_snapshot
		                     ? TN_RESULT_DENIED
		                     : TN_RESULT_UNKNOWN_USER;
		answer->row = judged->is_in_snapshot ? TN_ROW_DEPARTED
		                                     : TN_ROW_NOT_SERVED;
		tn_tell_refused(net, answer);
		return;
	}
	verdict = tn_judged_verdict(net, judged, way);
	answer->decision = verdict.decision;
	answer->row = verdict.row;
	answer->expires = verdict.password_expires;
	answer->has_login_uid = true;
	answer->login_uid = judged->account->uid;
	/* A key, sudo and cron have shown who it is, and are told why. */
	tn_tell_verdict(net, judged, &verdict, way, answer);
	if (verdict.decision == TN_DENY) {
		answer->result = TN_RESULT_DENIED;
		tn_log_info("%s: %s refused from %s: row %s, %s",
		            judged->account->login, request->service,
		            tn_request_source(request),
		            tn_row_number(verdict.row),
		            tn_row_words(verdict.row));
		return;
	}
	answer->result = TN_RESULT_OK;
}

static void
answer_access(struct tn_net *net, const struct tn_request *request,
              enum tn_way way, struct tn_answer *answer)
{
	struct tn_judged judged = { 0 };
	struct tn_err err = TN_ERR_INIT;

	answer->result = TN_RESULT_UNAVAILABLE;
	if (tn_judge(net, request->user, 0, false, &judged, &err) != TN_OK) {
		tn_log_err("an account", &err);
		return;
	}
	judge_access(net, request, &judged, way, answer);
	tn_judged_done(&judged);
}

void
tn_answer_account(struct tn_net *net, const struct tn_request *request,
                  struct tn_answer *answer)
{
	answer_access(net, request, request->way, answer);
	if (answer->result == TN_RESULT_OK)
		note_login(net, request, request->user, request->way);
}

void
tn_answer_session(struct tn_net *net, const struct tn_request *request,
                  struct tn_answer *answer)
{
	answer_access(net, request,
	              tn_service_way(request->service, TN_WAY_KEY), answer);
	if (answer->result == TN_RESULT_OK)
		tn_log_info("%s: session opened by %s from %s", request->user,
		            request->service, tn_request_source(request));
}

#include <config.h>

#include "pam_transaction.h"

#include <security/pam_ext.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>
#include "base/text.h"
#include "pam_deadline.h"
#include "pam_held.h"
#include "pam_offline.h"
#include "pam_talk.h"
#include "pam_way.h"
#include "local_name.h"

/* Longer than any login that a directory's record may have. */
#define USER_MAX 255

/* An item as printable ASCII, cut to size: a name server's answer about the
   remote host is nothing to fail a login for. */
static void
copy_item(pam_handle_t *pamh, int item, char *dst, size_t size)
{
	const void *value = NULL;
	const char *text;
	size_t len = 0;

	if (pam_get_item(pamh, item, &value) == PAM_SUCCESS && value != NULL) {
		for (text = value; *text != '\0' && len < size - 1; text++)
			dst[len++] =
			    (char)(*text > ' ' && *text <= '~' ? *text : '?');
	}
	dst[len] = '\0';
}

static bool
could_be_ours(const char *user)
{
	size_t len = strlen(user);

	return len > 0 && len <= USER_MAX && tn_text_is_utf8(user, len) &&
	       !tn_text_has_control(user) && strchr(user, ':') == NULL;
}

static int
refuse(const struct tn_pam *pam, const struct tn_err *why)
{
	pam_syslog(pam->pamh, LOG_ERR, "%s", why->text);
	tn_pam_tell_words(pam->pamh, pam->flags, PAM_ERROR_MSG,
	                  TN_WORDS_FAILED);
	return PAM_SERVICE_ERR;
}

int
tn_pam_begin(struct tn_pam *pam, pam_handle_t *pamh, int flags, int argc,
             const char **argv)
{
	struct tn_err bad_option = TN_ERR_INIT;
	struct tn_err err = TN_ERR_INIT;
	bool local = false;
	int status;

	*pam = (struct tn_pam){ .pamh = pamh, .flags = flags };
	(void)tn_pam_options_read(argc, argv, &pam->options, &bad_option);
	status = pam_get_user(pamh, &pam->user, NULL);
	if (status != PAM_SUCCESS)
		return status == PAM_CONV_AGAIN ? PAM_INCOMPLETE : status;
	if (pam->user == NULL || !could_be_ours(pam->user))
		return PAM_USER_UNKNOWN;
	if (tn_local_name(pam->options.passwd, pam->user, &local, &err) !=
	    TN_OK)
		return refuse(pam, &err);
	if (local)
		return PAM_USER_UNKNOWN;
	/* After the local people, whom our mistakes must not lock out. */
	if (bad_option.code != TN_OK)
		return refuse(pam, &bad_option);
	copy_item(pamh, PAM_SERVICE, pam->service, sizeof(pam->service));
	copy_item(pamh, PAM_RHOST, pam->rhost, sizeof(pam->rhost));
	copy_item(pamh, PAM_TTY, pam->tty, sizeof(pam->tty));
	return PAM_SUCCESS;
}

static const struct phase_question {
	enum tn_wire_what what;
	const char *words;
} phase_questions[TN_PHASE_COUNT] = {
	[TN_PHASE_AUTH] = { TN_WIRE_AUTHENTICATE, "authentication" },
	[TN_PHASE_ACCOUNT] = { TN_WIRE_ACCOUNT, "account check" },
	[TN_PHASE_VERIFY] = { TN_WIRE_VERIFY, "check of the old password" },
	[TN_PHASE_CHANGE] = { TN_WIRE_CHANGE, "password change" },
	[TN_PHASE_SESSION] = { TN_WIRE_SESSION, "session" },
};

/* One line for whoever reads the log, never with a secret in it. */
static void
log_outcome(const struct tn_pam *pam, enum tn_pam_phase phase, int status,
            const struct tn_pam_answer *answer, const struct tn_err *err)
{
	const char *words = phase_questions[phase].words;

	if (answer->code != TN_OK)
		pam_syslog(pam->pamh, LOG_ERR, "%s of %s: %s", words, pam->user,
		           err->text);
	else if (status == PAM_USER_UNKNOWN)
		return; /* somebody else's, or nobody's */
	else if (status != PAM_SUCCESS && status != PAM_NEW_AUTHTOK_REQD)
		pam_syslog(pam->pamh, LOG_NOTICE,
		           "%s of %s refused: result %d, row %d, rhost=%s",
		           words, pam->user, (int)answer->result,
		           (int)answer->row, pam->rhost);
	else if (pam->options.debug)
		pam_syslog(pam->pamh, LOG_DEBUG,
		           "%s of %s: decision %d, row %d, status %d", words,
		           pam->user, (int)answer->decision, (int)answer->row,
		           status);
}

/* tenured is dead or hangs: the account phase goes by what it wrote down. An
   answer of its own, whatever it says, stands. */
static void
go_offline(const struct tn_pam *pam, enum tn_way way,
           struct tn_pam_answer *answer, struct tn_err *err)
{
	struct tn_err why = TN_ERR_INIT;

	if (answer->code != TN_E_UNREACHABLE && answer->code != TN_E_TIMEOUT)
		return;
	if (tn_pam_offline(pam->options.accounts, pam->user, way, answer,
	                   &why) == TN_OK)
		pam_syslog(pam->pamh, LOG_WARNING,
		           "account check of %s: %s; judged by what tenured "
		           "wrote down: row %s",
		           pam->user, err->text, tn_row_number(answer->row));
	else if (why.code != TN_E_DENIED) /* no program of root's */
		pam_syslog(pam->pamh, LOG_ERR, "account check of %s: %s",
		           pam->user, why.text);
}

int
tn_pam_question(const struct tn_pam *pam, enum tn_pam_phase phase,
                const char *password, const char *new_password,
                struct tn_pam_answer *answer)
{
	struct tn_pam_question question = {
		.what = phase_questions[phase].what,
		.user = pam->user,
		.password = password,
		.new_password = new_password,
		.service = pam->service,
		.rhost = pam->rhost[0] != '\0' ? pam->rhost : NULL,
		.tty = pam->tty[0] != '\0' ? pam->tty : NULL,
		.caller = getuid(),
		.way = -1,
	};
	int timeout_ms =
	    tn_pam_deadline_left(pam->pamh, phase, pam->options.timeout);
	int64_t begin = tn_pam_now_ms();
	struct tn_err err = TN_ERR_INIT;
	int status;

	if (phase == TN_PHASE_CHANGE)
		question.token = tn_pam_held(pam->pamh);
	if (phase == TN_PHASE_ACCOUNT)
		question.way = (int)tn_pam_way(pam->service, pam->checked);
	(void)tn_pam_ask(pam->options.socket, timeout_ms, &question, answer,
	                 &err);
	tn_pam_deadline_spend(pam->pamh, tn_pam_now_ms() - begin);
	if (phase != TN_PHASE_ACCOUNT && phase != TN_PHASE_SESSION)
		tn_pam_held_keep(pam->pamh, answer->token);
	if (phase == TN_PHASE_ACCOUNT)
		go_offline(pam, (enum tn_way)question.way, answer, &err);
	status = tn_pam_status(phase, answer);
	log_outcome(pam, phase, status, answer, &err);
	return status;
}

/* Ours, where tenured sent none. */
static enum tn_words
words_of(int status)
{
	switch (status) {
	case PAM_AUTHINFO_UNAVAIL:
		return TN_WORDS_UNAVAILABLE;
	case PAM_ACCT_EXPIRED:
	case PAM_PERM_DENIED:
		return TN_WORDS_NOT_HERE;
	case PAM_AUTHTOK_EXPIRED:
		return TN_WORDS_INITIAL_LAPSED;
	default:
		return TN_WORDS_FAILED;
	}
}

void
tn_pam_tell_denial(const struct tn_pam *pam, int status,
                   const struct tn_pam_answer *answer)
{
	if (answer->code == TN_OK &&
	    (answer->message[0] != '\0' || answer->message_local[0] != '\0'))
		tn_pam_tell(pam->pamh, pam->flags, PAM_ERROR_MSG,
		            answer->message, answer->message_local);
	else
		tn_pam_tell_words(pam->pamh, pam->flags, PAM_ERROR_MSG,
		                  words_of(status));
}
